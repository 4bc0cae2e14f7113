// SPDX-License-Identifier: GPL-2.0-or-later

package data

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/wire"
)

func seeded(seed string) *rand.ChaCha8 { return rand.NewChaCha8(sha256.Sum256([]byte(seed))) }

type noRand struct{}

func (noRand) Read([]byte) (int, error) { return 0, errors.New("no randomness") }

var header = wire.Header{Version: wire.V3, Sender: 0x100, Receiver: 0x200}

// An end is one end of a channel.
type end struct {
	*Channel
	rand     *rand.ChaCha8
	inFlight [][]byte // sealed, not yet opened by the other end
}

// newPair returns the two ends of a channel. Their key ids from the exchange differ.
func newPair(t *testing.T, seed string) (a, b *end) {
	t.Helper()
	a, b = &end{rand: seeded("a" + seed)}, &end{rand: seeded("b" + seed)}
	ka, kb := generate(t, a.rand), generate(t, b.rand)
	a.Channel = New(Agreed{Own: ka, OwnID: 1, Theirs: kb.Public, TheirID: 7, Shared: ka.Shared(kb.Public)})
	b.Channel = New(Agreed{Own: kb, OwnID: 7, Theirs: ka.Public, TheirID: 1, Shared: kb.Shared(ka.Public)})
	return a, b
}

func generate(t *testing.T, r *rand.ChaCha8) dh.KeyPair {
	t.Helper()
	k, err := dh.Generate(r)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// seal seals text and returns the message as it is on the wire.
func (e *end) seal(t *testing.T, text string) []byte {
	t.Helper()
	b, err := e.Seal(nil, header, 0, []byte(text), e.rand)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func parse(t *testing.T, b []byte) wire.Data {
	t.Helper()
	h, m, err := wire.Parse(b)
	if err != nil || h != header {
		t.Fatalf("header %v, error %v", h, err)
	}
	return m.(wire.Data)
}

// open opens b and checks that it contains text.
func (e *end) open(t *testing.T, b []byte, text string) Opened {
	t.Helper()
	o, err := e.Open(parse(t, b))
	if err != nil || string(o.Plaintext) != text {
		t.Fatalf("%q, %v, want %q", o.Plaintext, err, text)
	}
	return o
}

// say seals text at one end and opens it at the other.
func say(t *testing.T, from, to *end, text string) {
	t.Helper()
	to.open(t, from.seal(t, text), text)
}

// snapshot returns everything that c holds, except keys that it could derive again.
func (e *end) snapshot() string {
	s := fmt.Sprintf("%x %d %x %d %x", e.own, e.ownID, e.their, e.theirID, e.oldMACKeys)
	for _, row := range e.pairs {
		for _, p := range row {
			if p != nil && (p.sendCounter|p.received.newest != 0 || p.verified) {
				s += fmt.Sprintf(" %d %d %v", p.sendCounter, p.received, p.verified)
			}
		}
	}
	return s
}

// refused passes m to e, which must refuse it and not change.
func (e *end) refused(t *testing.T, m wire.Data, field string, kind wire.Kind) {
	t.Helper()
	before := e.snapshot()
	o, err := e.Open(m)
	var got *wire.Error
	if !errors.As(err, &got) || got.Field != field || got.Kind != kind || got.Message != "Data" {
		t.Fatalf("error %v, want %s", err, field)
	}
	if o.Plaintext != nil || o.ExtraKey != nil {
		t.Fatal("the refused message was returned as well")
	}
	if e.snapshot() != before {
		t.Fatal("the channel has changed")
	}
}

// signed returns m with the MAC that the sender from would compute.
func (e *end) signed(m wire.Data) wire.Data {
	m.Signed = m.AppendUnsigned(wire.AppendHeader(nil, header, wire.TypeData))
	m.MAC = e.pair(previous, current).send.mac(m.Signed)
	return m
}

// Random orders of sending and receiving: each text arrives unchanged, and both ends agree on
// every extra key and, in the end, on all keys.
func TestRatchet(t *testing.T) {
	for seed := range 10 {
		a, b := newPair(t, fmt.Sprint(seed))
		r := rand.New(seeded(fmt.Sprint("order", seed)))
		texts := map[string]string{}
		extras := map[string][32]byte{}
		for i := range 150 {
			from, to := a, b
			if r.IntN(2) == 0 {
				from, to = b, a
			}
			if r.IntN(2) == 0 {
				text := fmt.Sprint("text ", i)
				extra := from.ExtraKey()
				msg := from.seal(t, text)
				texts[string(msg)], extras[string(msg)] = text, extra
				from.inFlight = append(from.inFlight, msg)
			} else if len(to.inFlight) > 0 {
				msg := to.inFlight[0]
				to.inFlight = to.inFlight[1:]
				if o := from.open(t, msg, texts[string(msg)]); *o.ExtraKey != extras[string(msg)] {
					t.Fatal("the extra keys differ")
				}
			}
		}
		if a.ownID < 4 || b.ownID < 10 {
			t.Errorf("seed %d: key ids %d and %d", seed, a.ownID, b.ownID)
		}
		// "Picks the most recent of her own D-H encryption keys that Bob has
		// acknowledged receiving"
		if d := a.ownID - b.theirID; d > 1 {
			t.Errorf("a has key %d, b knows of %d", a.ownID, b.theirID)
		}
	}
}

// Messages may be lost or late. A late message is read, once, as long as its keys exist.
func TestLossAndDelay(t *testing.T) {
	a, b := newPair(t, "")
	first := a.seal(t, "first")
	for range 5 {
		a.seal(t, "lost")
	}
	say(t, a, b, "a")
	say(t, b, a, "b")
	b.open(t, first, "first")
	b.refused(t, parse(t, first), "counter", wire.Replayed)
	late := a.seal(t, "late")
	say(t, b, a, "b")
	say(t, a, b, "a")
	b.open(t, late, "late")
	b.refused(t, parse(t, late), "counter", wire.Replayed)
	for range 5 {
		say(t, b, a, "b")
		say(t, a, b, "a")
	}
	b.refused(t, parse(t, late), "recipient keyid", wire.Late)
}

// "Check that the counter in the Data message is strictly larger than the last
// counter you saw using this pair of keys": we check that it has not been seen.
func TestCounter(t *testing.T) {
	a, b := newPair(t, "")
	var msgs []wire.Data
	for i := range 600 {
		msgs = append(msgs, parse(t, a.seal(t, fmt.Sprint(i))))
		if msgs[i].Counter != uint64(i+1) {
			t.Errorf("counter %d of message %d", msgs[i].Counter, i)
		}
	}
	read := func(i int) {
		t.Helper()
		if o, err := b.Open(msgs[i]); err != nil || string(o.Plaintext) != fmt.Sprint(i) {
			t.Fatalf("message %d: %q, %v", i, o.Plaintext, err)
		}
		b.refused(t, msgs[i], "counter", wire.Replayed)
	}
	for _, i := range []int{2, 0, 3, 1, 63, 62, 64, 5, 250, 100, 599, 598, 450, 540, 451} {
		read(i)
	}
	for _, i := range []int{0, 4, 100, 300} {
		b.refused(t, msgs[i], "counter", wire.Late)
	}
	zero := msgs[1]
	zero.Counter = 0
	b.refused(t, a.signed(zero), "counter", wire.Malformed)
}

// A forged counter does not move the window: the genuine messages are still accepted.
func TestForgedCounter(t *testing.T) {
	a, b := newPair(t, "")
	m := parse(t, a.seal(t, "text"))
	forged := m
	forged.Counter = math.MaxUint64
	forged.Signed = forged.AppendUnsigned(wire.AppendHeader(nil, header, wire.TypeData))
	b.refused(t, forged, "authenticator", wire.Forged)
	if _, err := b.Open(m); err != nil {
		t.Fatal(err)
	}
	// // with a valid MAC, the sender may choose any counter
	last := a.signed(forged)
	if _, err := b.Open(last); err != nil {
		t.Fatal(err)
	}
	b.refused(t, parse(t, a.seal(t, "text")), "counter", wire.Late)
}

func TestForgedMAC(t *testing.T) {
	a, b := newPair(t, "")
	m := parse(t, a.seal(t, "text"))
	for i := range m.MAC {
		bad := m
		bad.MAC[i] ^= 0x10
		b.refused(t, bad, "authenticator", wire.Forged)
	}
	// "the SHA1-HMAC ... of everything from the Protocol version"
	bad := m
	bad.Signed = slices.Clone(m.Signed)
	bad.Signed[1] = 2
	b.refused(t, bad, "authenticator", wire.Forged)
	// the MAC key of the other direction
	bad = m
	bad.MAC = a.pair(previous, current).recv.mac(m.Signed)
	b.refused(t, bad, "authenticator", wire.Forged)
	if _, err := b.Open(m); err != nil {
		t.Fatal(err)
	}
}

// "If the keyids do not represent either the most recent key or the previous key
// (for either the sender or receiver), reject the message. Also reject the
// message if the sender keyid is their_keyid-1, but their_y[their_keyid-1] is
// NULL."
func TestKeyIDs(t *testing.T) {
	a, b := newPair(t, "")
	kind := wire.NoKeys
	try := func(sender, recipient uint32, field string) {
		t.Helper()
		m := parse(t, a.seal(t, "text"))
		m.SenderKeyID, m.RecipientKeyID = sender, recipient
		b.refused(t, a.signed(m), field, kind)
	}
	// a has keys 1 and 2, b has 7 and, not yet made, 8
	for _, id := range []uint32{0, 8, 9, math.MaxUint32} {
		try(1, id, "recipient keyid")
	}
	kind = wire.Late // lower numbers are of keys that are gone
	for _, id := range []uint32{1, 5, 6} {
		try(1, id, "recipient keyid")
	}
	kind = wire.NoKeys
	for _, id := range []uint32{2, 3, math.MaxUint32} {
		try(id, 7, "sender keyid")
	}
	say(t, b, a, "announces 8")
	try(1, 9, "recipient keyid")
	try(0, 7, "sender keyid") // their_keyid is 1, and there is none before it
	say(t, a, b, "with 8")
	for range 3 {
		say(t, b, a, "b")
		say(t, a, b, "a")
	}
	try(a.ownID+1, b.ownID-1, "sender keyid")
	kind = wire.Late
	try(b.theirID-2, b.ownID-1, "sender keyid")
	try(b.theirID, b.ownID-2, "recipient keyid")
	kind = wire.NoKeys
	try(b.theirID, b.ownID+1, "recipient keyid")
	say(t, a, b, "still there")
}

// A message made with keys that do not exist yet is refused: anybody could compute keys derived
// from a zero key.
func TestMissingKeys(t *testing.T) {
	a, b := newPair(t, "")
	nobody := derivePair(dh.Public{}, a.own[previous].Public, dh.Shared{})
	m := parse(t, b.seal(t, "text"))
	m.SenderKeyID = 6 // a knows b's key 7 and none before it
	m.Signed = m.AppendUnsigned(wire.AppendHeader(nil, header, wire.TypeData))
	m.MAC = nobody.send.mac(m.Signed)
	a.refused(t, m, "sender keyid", wire.NoKeys)

	nobody = derivePair(b.own[previous].Public, dh.Public{}, dh.Shared{})
	m = parse(t, b.seal(t, "text"))
	m.RecipientKeyID = 2 // a has not made its key 2
	m.Signed = m.AppendUnsigned(wire.AppendHeader(nil, header, wire.TypeData))
	m.MAC = nobody.send.mac(m.Signed)
	a.refused(t, m, "recipient keyid", wire.NoKeys)
}

// The largest key id is refused, because the next id would wrap around to 0.
func TestLargestKeyID(t *testing.T) {
	ka, kb := generate(t, seeded("a")), generate(t, seeded("b"))
	a := &end{Channel: New(Agreed{Own: ka, OwnID: math.MaxUint32, Theirs: kb.Public, TheirID: 1, Shared: ka.Shared(kb.Public)}), rand: seeded("x")}
	b := &end{Channel: New(Agreed{Own: kb, OwnID: 1, Theirs: ka.Public, TheirID: math.MaxUint32, Shared: kb.Shared(ka.Public)}), rand: seeded("y")}
	m := parse(t, a.seal(t, "text"))
	b.refused(t, m, "sender keyid", wire.NoKeys)
}

// The next key in a message must be a legal public key, even if the peer computed a valid MAC.
func TestNextKeyOutOfRange(t *testing.T) {
	a, b := newPair(t, "")
	for _, bad := range [][]byte{nil, {1}, bytes.Repeat([]byte{0xff}, dh.Size), make([]byte, 193)} {
		m := parse(t, a.seal(t, "text"))
		m.NextKey = bad
		b.refused(t, a.signed(m), "DH y", wire.Malformed)
	}
	say(t, a, b, "text")
}

// "his two most recent DH public keys": keys derived from older ones are wiped, and so are our
// older private keys.
func TestKeysAreForgotten(t *testing.T) {
	a, b := newPair(t, "")
	say(t, a, b, "a")
	say(t, b, a, "b")
	// everything that b can derive now, so that it is in the cache
	var derived []*pair
	for own := range b.pairs {
		for their := range b.pairs[own] {
			derived = append(derived, b.pair(own, their))
		}
	}
	private := &b.own
	gone := b.own[previous]
	say(t, a, b, "with b's second key")
	kept := 0
	for _, p := range derived {
		if *p != (pair{}) {
			kept++
		}
	}
	if kept != 1 { // the pair of both newest keys, which are now the previous ones
		t.Errorf("%d of 4 derived keys are still in memory", kept)
	}
	for i := range private {
		if private[i] == gone {
			t.Error("a private key is still in memory")
		}
	}
}

// "Must be strictly greater than 0, and increment by 1 with each key change"; the announced key
// is the next one used.
func TestRotation(t *testing.T) {
	a, b := newPair(t, "")
	announced := map[uint32][]byte{}
	for range 5 {
		m := parse(t, a.seal(t, "text"))
		if key, known := announced[m.SenderKeyID]; known && !bytes.Equal(key, a.own[previous].Public.MPI()) {
			t.Errorf("key %d is not the one announced", m.SenderKeyID)
		}
		announced[m.SenderKeyID+1] = m.NextKey
		if m.SenderKeyID != a.ownID-1 || m.RecipientKeyID != a.theirID {
			t.Errorf("keys %d and %d", m.SenderKeyID, m.RecipientKeyID)
		}
		if _, err := b.Open(m); err != nil {
			t.Fatal(err)
		}
		again := parse(t, a.seal(t, "again"))
		if again.SenderKeyID != m.SenderKeyID || !bytes.Equal(again.NextKey, m.NextKey) || again.Counter != m.Counter+1 {
			t.Error("a key is changed that the peer has not acknowledged")
		}
		say(t, b, a, "acknowledged")
	}
	if len(announced) != 5 {
		t.Errorf("%d keys announced", len(announced))
	}
}

func TestSealWithoutRandomness(t *testing.T) {
	a, b := newPair(t, "")
	before := a.snapshot()
	if _, err := a.Seal(nil, header, 0, nil, noRand{}); err == nil || a.snapshot() != before {
		t.Errorf("error %v", err)
	}
	a.seal(t, "lost") // once a key has been announced, sealing needs no randomness
	if _, err := a.Seal(nil, header, 0, nil, noRand{}); err != nil {
		t.Error(err)
	}
	say(t, a, b, "text")
}

// A stopped channel opens only messages in flight, even those made with pairs that have opened
// nothing before; then it reveals the MAC keys of all messages it has read.
func TestStop(t *testing.T) {
	a, b := newPair(t, "")
	say(t, a, b, "a")
	say(t, b, a, "b")
	late := [][]byte{a.seal(t, "late 0"), a.seal(t, "late 1")}
	used := b.pairs[previous][previous].recv.macKey
	private := b.own
	b.Stop()
	for _, k := range private {
		for _, left := range b.own {
			if left == k && !k.IsZero() {
				t.Error("a private key is still in memory")
			}
		}
	}
	if _, err := b.Seal(nil, header, 0, nil, b.rand); err == nil {
		t.Error("a stopped channel can still seal")
	}
	for _, l := range b.late {
		if l.pair.send != (direction{}) {
			t.Error("sending keys are still in memory")
		}
	}
	b.open(t, late[1], "late 1")
	b.open(t, late[0], "late 0")
	b.refused(t, parse(t, late[0]), "counter", wire.Replayed)
	if len(b.Unrevealed()) != 0 {
		t.Error("a key is revealed that is still in use")
	}
	keys := revealed(wire.Data{OldMACKeys: b.Retire()})
	if len(keys) != 2 || !slices.Contains(keys, used) {
		t.Errorf("%d keys are revealed", len(keys))
	}
	if _, err := b.Open(parse(t, late[0])); err == nil {
		t.Error("a retired channel can still open a message")
	}
}
