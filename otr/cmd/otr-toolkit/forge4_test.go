// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"purple-otr/otr/internal/dake"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/ratchet"
	"purple-otr/otr/internal/wire"
)

// An end is one of two clients in a conversation of version 4, of which the test knows all keys.
type end struct {
	t         testing.TB
	self      *dake.Self
	handshake dake.Handshake
	channel   *ratchet.Channel
	header    wire.Header
	rand      *rand.ChaCha8
}

func newEnd(t testing.TB, name string, tag uint32) *end {
	t.Helper()
	e := &end{t: t, rand: rand.NewChaCha8(sha256.Sum256([]byte(name)))}
	key := ed448.NewSigningKey(seedOf(name))
	forging, err := ed448.Generate(e.rand)
	if err != nil {
		t.Fatal(err)
	}
	e.self = &dake.Self{Key: key, Profile: dake.NewProfile(key, forging.Public, tag, "4", at.Add(time.Hour))}
	return e
}

// at is when the conversations take place.
var at = time.Unix(1800000000, 0)

func seedOf(name string) (seed [57]byte) {
	copy(seed[:], name)
	return seed
}

// receive passes a message of the exchange to e, and returns the answer.
func (e *end) receive(from *end, m wire.Message) wire.Message {
	e.t.Helper()
	h, m, err := wire.Parse4(wire.Append(nil, from.header, m))
	if err != nil {
		e.t.Fatal(err)
	}
	reply, done, err := e.handshake.Receive(h, m, e.self, at, e.rand)
	if err != nil {
		e.t.Fatal(err)
	}
	if done != nil {
		e.channel, err = ratchet.New(ratchet.Agreed{
			Secret: done.Secret, Own: done.Own, OwnDH: done.OwnDH, Their: done.Their, TheirDH: done.TheirDH, Began: !done.SentAuthR,
		})
		if err != nil {
			e.t.Fatal(err)
		}
	}
	return reply
}

// honest returns the two ends of a real conversation and the client profiles in it, as parse shows
// them.
func honest(t testing.TB) (bob, alice *end, profiles [2]string) {
	t.Helper()
	bob, alice = newEnd(t, "bob", 0xb0b), newEnd(t, "alice", 0xa11ce)
	bob.header = wire.Header{Version: wire.V4, Sender: 0xb0b, Receiver: 0xa11ce}
	alice.header = wire.Header{Version: wire.V4, Sender: 0xa11ce, Receiver: 0xb0b}
	identity, err := bob.handshake.Start(bob.self, at, bob.rand)
	if err != nil {
		t.Fatal(err)
	}
	authR := alice.receive(bob, identity)
	alice.receive(bob, bob.receive(alice, authR))
	for i, m := range []string{bob.armor(identity), alice.armor(authR)} {
		profiles[i] = value(t, must(t, m, "parse"), "Client profile")
	}
	return bob, alice, profiles
}

func (e *end) armor(m wire.Message) string { return string(wire.Armor(wire.Append(nil, e.header, m))) }

// seal returns e's next message, and its chain key.
func (e *end) seal(text string) (msg, chainKey string) {
	e.t.Helper()
	next, err := e.channel.Upcoming(e.rand)
	if err != nil {
		e.t.Fatal(err)
	}
	b, err := e.channel.Seal(nil, e.header, 0, []byte(text), e.rand)
	if err != nil {
		e.t.Fatal(err)
	}
	return string(wire.Armor(b)), fmt.Sprintf("%x", next.ChainKey)
}

// wantOpen gives a message to e, who has to read text.
func (e *end) wantOpen(msg, text string) {
	e.t.Helper()
	b, err := wire.Dearmor([]byte(strings.TrimSpace(msg)))
	if err != nil {
		e.t.Fatal(err)
	}
	_, m, err := wire.Parse4(b)
	if err != nil {
		e.t.Fatal(err)
	}
	opened, err := e.channel.Open(m.(wire.Data4))
	if err != nil || string(opened.Plaintext) != text {
		e.t.Fatalf("the peer reads %q (%v), want %q", opened.Plaintext, err, text)
	}
}

// remac4Operands rebuilds msg from its fields.
func remac4Operands(t *testing.T, msg, mac string) []string {
	t.Helper()
	fields := must(t, msg, "parse")
	args := []string{"remac", mac}
	for _, name := range []string{"Sender instance", "Receiver instance", "Flags", "Previous ratchet had", "Ratchet", "Message", "ECDH key"} {
		args = append(args, value(t, fields, name))
	}
	dh := ""
	if strings.Contains(fields, "\tD-H key: ") {
		dh = value(t, fields, "D-H key")
	}
	return append(args, dh, value(t, fields, "Encrypted message"), "")
}

// TestPeerAcceptsForgeries4: anybody who has a key of a message can forge it in each of these ways,
// and the peer accepts the result. Ratchets with and without Diffie-Hellman keys.
func TestPeerAcceptsForgeries4(t *testing.T) {
	for name, way := range map[string]func(t *testing.T, msg, chainKey string) (forged, text string){
		"chain key": func(t *testing.T, msg, chainKey string) (string, string) {
			return must(t, msg, "readforge", chainKey, "retreat at noon"), "retreat at noon"
		},
		"MKenc": func(t *testing.T, msg, chainKey string) (string, string) {
			enc := value(t, must(t, "", "mackey", chainKey), "MKenc")
			return must(t, msg, "readforge", enc, "retreat at noon"), "retreat at noon"
		},
		"MAC key": func(t *testing.T, msg, chainKey string) (string, string) {
			mac := value(t, must(t, "", "mackey", chainKey), "MAC key")
			once := must(t, msg, "modify", mac, "dawn", "noon", "10")
			return must(t, once, "modify", mac, "attack", "defend", "0"), "defend at noon"
		},
		"MAC key of MKenc": func(t *testing.T, msg, chainKey string) (string, string) {
			enc := value(t, must(t, "", "mackey", chainKey), "MKenc")
			mac := value(t, must(t, "", "mackey", enc), "MAC key of MKenc")
			return must(t, msg, "modify", mac, "attack", "defend", "0"), "defend at dawn"
		},
		"from fields": func(t *testing.T, msg, chainKey string) (string, string) {
			mac := value(t, must(t, "", "mackey", chainKey), "MAC key")
			return must(t, "", remac4Operands(t, msg, mac)...), "attack at dawn"
		},
	} {
		t.Run(name, func(t *testing.T) {
			bob, alice, _ := honest(t)
			for ratchet := range 5 {
				from, to := bob, alice
				if ratchet%2 == 1 {
					from, to = alice, bob
				}
				for range 2 {
					msg, chainKey := from.seal("attack at dawn")
					if got := value(t, must(t, msg, "readforge", chainKey), "Plaintext"); got != `"attack at dawn"` {
						t.Fatalf("readforge reads %s", got)
					}
					forged, text := way(t, msg, chainKey)
					to.wantOpen(forged, text)
				}
			}
		})
	}
}

// TestEarlierChainKey: a chain key reads all later messages of its ratchet, and none of another.
func TestEarlierChainKey(t *testing.T) {
	bob, alice, _ := honest(t)
	first, key := bob.seal("0")
	alice.wantOpen(first, "0")
	_, missed := bob.seal("1")
	for i := 2; i < 10; i++ {
		text := fmt.Sprint(i)
		msg, _ := bob.seal(text)
		for _, key := range []string{key, missed} {
			if got := value(t, must(t, msg, "readforge", key), "Plaintext"); got != `"`+text+`"` {
				t.Errorf("message %d: %s", i, got)
			}
		}
		alice.wantOpen(must(t, msg, "readforge", key, "forged"), "forged")
	}
	answer, _ := alice.seal("answer")
	for _, msg := range []string{answer, first} {
		if _, errs, code := call(msg, "readforge", missed); code != 1 || !strings.Contains(errs, "the MAC does not match") {
			t.Errorf("a key that does not fit: exit code %d, %q", code, errs)
		}
	}
}

// TestRevealedKeyForges4: the MAC key that one side reveals is enough to change an old message of the
// other.
func TestRevealedKeyForges4(t *testing.T) {
	bob, alice, _ := honest(t)
	msg, key := bob.seal("attack at dawn")
	alice.wantOpen(msg, "attack at dawn")
	var log []string
	for range 2 {
		answer, _ := alice.seal("why?")
		bob.wantOpen(answer, "why?")
		again, _ := bob.seal("so.")
		alice.wantOpen(again, "so.")
		log = append(log, answer, again)
	}
	mac := value(t, must(t, "", "mackey", key), "MAC key")
	if fields := must(t, strings.Join(log, "\n"), "parse"); !strings.Contains(fields, "Key 1: "+mac+"\n") {
		t.Fatal("the MAC key has not been revealed")
	}
	forged := must(t, msg, "modify", mac, "attack", "defend", "0")
	if got := value(t, must(t, forged, "readforge", key), "Plaintext"); got != `"defend at dawn"` {
		t.Errorf("the message now says %s", got)
	}
}

// TestRecords: types of records depend on the version.
func TestRecords(t *testing.T) {
	bob, _, _ := honest(t)
	for typ, want := range map[uint16]string{
		wire.TLVPadding: "padding", wire.TLVDisconnected: "disconnected", wire.TLVSMP1: "SMP message 1", wire.TLVSMP4: "SMP message 4",
		wire.TLVSMPAbort: "SMP abort", wire.TLV4ExtraKey: "extra symmetric key", wire.TLVExtraKey: "unknown", wire.TLVIntroduction: "unknown",
	} {
		msg, key := bob.seal(string(wire.AppendPlaintext(nil, []byte("so"), wire.TLV{Type: typ, Value: []byte{1, 2}})))
		if got := must(t, msg, "readforge", key); got != fmt.Sprintf("Plaintext: \"so\"\nRecord: type %d, %s, 2 bytes: 0102\n", typ, want) {
			t.Errorf("%q, want %s", got, want)
		}
	}
	for _, c := range []struct {
		version, typ uint16
		want         string
	}{
		{wire.V2, wire.TLVSMP1Q, "SMP message 1 with a question"}, {wire.V3, wire.TLVSMP1Q, "SMP message 1 with a question"},
		{wire.V2, wire.TLVExtraKey, "unknown"}, {wire.V3, wire.TLVExtraKey, "extra symmetric key"},
		{wire.V2, wire.TLVIntroduction, "unknown"}, {wire.V3, wire.TLVIntroduction, "key of version 4"},
	} {
		if got := recordName(c.version, c.typ); got != c.want {
			t.Errorf("version %d, type %d: %s, want %s", c.version, c.typ, got, c.want)
		}
	}
}

// TestHostileNumber: a message that says that it is the last of very many costs no more than a
// second or so, because a chain key is not tried for all of them.
func TestHostileNumber(t *testing.T) {
	args := append([]string{"remac", strings.Repeat("00", 64)}, "256", "256", "0", "0", "1", "0xffffffff", strings.Repeat("00", 57), "", "00", "")
	msg := must(t, "", args...)
	b, err := wire.Dearmor([]byte(strings.TrimSpace(msg)))
	if err != nil {
		t.Fatal(err)
	}
	_, m, err := wire.Parse4(b)
	if err != nil {
		t.Fatal(err)
	}
	if _, found := findKeys(m.(wire.Data4), [64]byte{1}); found {
		t.Error("a key that fits has been found")
	}
}
