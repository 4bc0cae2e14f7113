// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"purple-otr/otr/internal/wire"
)

var fuzzTexts = []string{
	"", "hello", "?OTR", "?OTR?", "?OTR?v2?", "?OTRv23?", "?OTRv23? greeting", "?OTRv24x?", "<a title=\"?OTRv2?\">x</a>", "<", "<b>?OTRv3?",
	"?OTR Error: x", "?OTR:AAMC.", "?OTR:AAMDJ+MVmSfjFZcAAAAA.", "?OTR,1,1,x,", "?OTR|100|0,1,1,?OTRv2?,", "?OTR|1|100|0,1,1,?OTRv2?,", "?OTRv34?", "?OTR Error: ERROR_1: x", "?OTR:AAQD.", "?OTR|", "?OTR,",
	"hi" + string(tagBase) + string(tagV2) + string(tagV3), string(tagBase), "\x00", "?OTRv" + strings.Repeat("2", 300) + "?",
}

// Every text has one kind and one place, and a plain text is unchanged.
func FuzzClassify(f *testing.F) {
	for _, s := range fuzzTexts {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		k, body := classify(msg)
		if !bytes.Contains(msg, body) {
			t.Fatalf("%q is not in %q", body, msg)
		}
		begins := map[kind]string{fragmentText: "?OTR", encodedText: wire.Prefix, queryText: "?OTR", errorText: ""}
		if prefix, ok := begins[k]; ok && !bytes.HasPrefix(body, []byte(prefix)) {
			t.Fatalf("%q begins with %q", msg, body)
		}
		if k == plainText && !bytes.Equal(body, msg) {
			t.Fatalf("%q is shown as %q", msg, body)
		}
		// Only the tag is removed, and only once.
		before := bytes.Clone(msg)
		rest, offer, tagged := cutTag(msg)
		if !bytes.Equal(before, msg) {
			t.Fatal("the text was modified")
		}
		if !tagged && (!bytes.Equal(rest, msg) || offer != 0) {
			t.Fatalf("%q has no tag and became %q", msg, rest)
		}
		if removed := len(msg) - len(rest); tagged && (removed < 16 || removed%8 != 0) {
			t.Fatalf("%d bytes removed", removed)
		}
	})
}

// Building the query that was parsed gives the same query, and the other way round.
func FuzzQuery(f *testing.F) {
	for _, s := range fuzzTexts {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		offer, ok := parseQuery(b)
		if !ok && offer != 0 {
			t.Fatalf("%q offers %v", b, offer)
		}
		var p Policy
		for _, v := range knownVersions {
			if offer.has(v.version) {
				p |= v.allow
			}
		}
		if again, ok := parseQuery(p.query("", 0)); !ok || again != offer {
			t.Fatalf("%v became %v", offer, again)
		}
	})
}

// A fingerprint can be read in any form that people write, with the same result.
func FuzzFingerprint(f *testing.F) {
	f.Add("00112233 44556677 8899AABB CCDDEEFF 01234567")
	f.Add("00112233445566778899aabbccddeeff01234567")
	f.Add("0011")
	f.Fuzz(func(t *testing.T, s string) {
		fpr, err := ParseFingerprint(s)
		if err != nil {
			if !fpr.IsZero() {
				t.Fatalf("%q is refused and read as %v", s, fpr)
			}
			return
		}
		if again, err := ParseFingerprint(fpr.String()); err != nil || again != fpr || len(fpr.Bytes()) != map[Version]int{V3: 20, V4: 56}[fpr.Version()] {
			t.Fatalf("%q became %v and %v", s, fpr, again)
		}
	})
}

// A fuzzPair is a private conversation that is made once, and copied for each execution.
// It already has all keys that the next messages need: computing them would take a hundred
// times as long as everything else.
type fuzzPair struct {
	alice, bob *Session
	genuine    []byte   // a text of Bob's that is on its way
	reader     *Session // Bob a moment later, having read a text of Alice's
}

const fuzzText = "genuine"

func newFuzzPair(f tb, p Policy) fuzzPair {
	pr := private(f, p)
	pr.wantTalk()
	pr.bob.say("one")
	pr.pump()
	two := only(f, pr.alice.say("two"))
	pair := fuzzPair{alice: pr.alice.Session, genuine: only(f, pr.bob.say(fuzzText)), reader: pr.bob.Session}
	pair.bob = deepCopy(pair.reader)
	pr.bob.must(pr.bob.Receive(two))
	return pair
}

func newFuzzPairs(f *testing.F) (list []fuzzPair) {
	for _, p := range []Policy{AllowV2, AllowV3, Manual, Opportunistic, Always, AllowV4, Manual | AllowV4} {
		list = append(list, newFuzzPair(f, p))
	}
	return list
}

// check checks what holds whatever Alice has received: her memory is bounded, she sends
// nothing unencrypted, and both can still talk to each other.
func (p fuzzPair) check(t *testing.T, alice *Session) {
	if len(alice.exchanges) > 4 || len(alice.partials) > maxPartial {
		t.Fatalf("%d exchanges, %d partials", len(alice.exchanges), len(alice.partials))
	}
	if four := alice.four; four != nil && (len(four.exchanges) > 4 || four.fragments.Size() > 1<<20) {
		t.Fatalf("%d exchanges of version 4, %d bytes of fragments", len(four.exchanges), four.fragments.Size())
	}
	out, err := alice.Receive(p.genuine)
	if err != nil || out.Message == nil || string(out.Message.Text) != fuzzText || out.Message.Fingerprint.IsZero() {
		t.Fatalf("Alice reads %v, %v", out.Message, err)
	}
	sent, err := alice.Send([]byte("SECRET"))
	for _, in := range alice.instances {
		alice.keptTexts().resume(in, &sent) // it may have waited for fresh keys
	}
	if err != nil || len(sent.Send) != 1 || bytes.Contains(sent.Send[0], []byte("SECRET")) {
		t.Fatalf("sent %q, %v", sent.Send, err)
	}
	out, err = deepCopy(p.reader).Receive(sent.Send[0])
	if err != nil || out.Message == nil || string(out.Message.Text) != "SECRET" {
		t.Fatalf("Bob reads %v, %v", out.Message, err)
	}
}

// An encrypted session receives three messages from an attacker, made of parts of genuine
// ones. It never panics, stays encrypted under the same key, shows nothing as
// authenticated, does not grow, and can still talk to its peer.
func FuzzReceive(f *testing.F) {
	var genuine [][]byte
	for _, p := range allVersions {
		pr := private(f, p, limit(300))
		pr.alice.end()
		pr.pump()
		genuine = append(genuine, pr.alice.sent...)
		genuine = append(genuine, pr.bob.sent...)
	}
	for i, msg := range genuine {
		f.Add(msg, genuine[(i+1)%len(genuine)], []byte("?OTRv23?"), uint8(i))
	}
	for i, s := range fuzzTexts {
		f.Add([]byte(s), []byte(fuzzTexts[(i+1)%len(fuzzTexts)]), []byte("x"), uint8(i))
	}
	pairs := newFuzzPairs(f)
	f.Fuzz(func(t *testing.T, a, b, c []byte, choice uint8) {
		pair := pairs[int(choice)%len(pairs)]
		alice := deepCopy(pair.alice)
		before := alice.Status()
		for _, msg := range [][]byte{a, b, c, pair.armored(a), pair.armored(b)} {
			out, err := alice.Receive(msg)
			if out.Message != nil && !out.Message.Fingerprint.IsZero() {
				t.Fatalf("%q is shown as authenticated", out.Message.Text)
			}
			for _, e := range out.Events {
				switch e.(type) {
				case Unencrypted, Unreadable, OtherInstance, UnknownVersion, PeerError, Reflected, Contested, Downgraded:
				default:
					t.Fatalf("event %T", e)
				}
			}
			if alice.Status() != before {
				t.Fatalf("status %+v, error %v", alice.Status(), err)
			}
		}
		pair.check(t, alice)
	})
}

// armored returns b as the body of an encoded message from Bob, so that the fuzzer does
// not need to know base64 and tags.
func (p fuzzPair) armored(b []byte) []byte {
	in := p.bob.selected()
	typ := byte(wire.TypeData)
	if len(b) > 0 {
		typ, b = b[0], b[1:]
	}
	return wire.Armor(append(wire.AppendHeader(nil, p.bob.header(in.version, in.tag), typ), b...))
}

// Bob, who has the keys, sends two messages with arbitrary contents and a record of SMP.
// Only what Bob may cause happens, and only a run that our user has taken part in has a
// result.
func FuzzPeer(f *testing.F) {
	f.Add([]byte("hello"), []byte("a\x00\x00\x00\x00\x05abcde"), uint16(wire.TLVSMP1), []byte{0, 0, 0, 6}, uint8(0))
	for typ := range uint16(10) {
		value := []byte("question?\x00\x00\x00\x00\x06\x00\x00\x00\x01\x02")
		f.Add(append([]byte{0, 0, byte(typ), 0, byte(len(value))}, value...), []byte("\x00\x00\x08\x00\x04uses"), typ, value, uint8(typ))
	}
	for _, p := range allVersions {
		pr := private(f, p)
		for n := 1; n <= 5; n++ {
			if n != 2 {
				record := lastRecord(f, pr, smpSteps(pr)[n-1:], 1)
				f.Add([]byte("x"), []byte(nil), record.Type, record.Value, uint8(n))
			} else {
				smpSteps(pr)[1]()
			}
		}
	}
	pairs := newFuzzPairs(f)
	f.Fuzz(func(t *testing.T, a, b []byte, typ uint16, value []byte, choice uint8) {
		pair := pairs[int(choice)%len(pairs)]
		alice, bob := deepCopy(pair.alice), deepCopy(pair.bob)
		in := bob.selected()
		record := wire.AppendPlaintext(nil, nil, wire.TLV{Type: typ, Value: value[:min(len(value), 0xffff)]})
		for i, plaintext := range [][]byte{a, b, record} {
			sealed, err := in.channel.Seal(nil, bob.header(in.version, in.tag), choice, plaintext, bob.rand)
			if err != nil {
				t.Fatal(err)
			}
			out, err := alice.Receive(wire.Armor(sealed))
			if err != nil && !errors.Is(err, ErrNoChannel) {
				t.Fatalf("message %d: %v", i, err)
			}
			if m := out.Message; m != nil && (m.Fingerprint.IsZero() || !bytes.HasPrefix(plaintext, m.Text)) {
				t.Fatalf("%q is shown for %q", m.Text, plaintext)
			}
			for _, e := range out.Events {
				switch e.(type) {
				case Ended, Heartbeat, SMPAsked, SMPAborted, ExtraKeyAsked, Unreadable:
				default:
					t.Fatalf("event %T", e)
				}
			}
		}
		if out, err := alice.Send([]byte("SECRET")); alice.Status().State == Finished {
			if !errors.Is(err, ErrFinished) || len(out.Send) != 0 {
				t.Fatalf("sent %q, %v", out.Send, err)
			}
		} else if err != nil || bytes.Contains(out.Send[0], []byte("SECRET")) {
			t.Fatalf("sent %q, %v", out.Send, err)
		}
	})
}
