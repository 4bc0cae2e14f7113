// SPDX-License-Identifier: GPL-2.0-or-later

package ratchet

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/wire"
)

func seeded(seed string) *rand.ChaCha8 { return rand.NewChaCha8(sha256.Sum256([]byte(seed))) }

type noRand struct{}

func (noRand) Read([]byte) (int, error) { return 0, errors.New("no randomness") }

var header = wire.Header{Version: wire.V4, Sender: 0x100, Receiver: 0x200}

// An end is one end of a channel.
type end struct {
	*Channel
	rand *rand.ChaCha8
}

// newPair are the two ends of a channel: a has answered, and b began the exchange.
func newPair(t testing.TB, seed string) (a, b *end) {
	t.Helper()
	a, b = &end{rand: seeded("a" + seed)}, &end{rand: seeded("b" + seed)}
	keys := func(e *end) (ed448.KeyPair, dh.KeyPair15) {
		k, err := ed448.Generate(e.rand)
		if err != nil {
			t.Fatal(err)
		}
		d, err := dh.Generate15(e.rand)
		if err != nil {
			t.Fatal(err)
		}
		return k, d
	}
	ka, da := keys(a)
	kb, db := keys(b)
	secret := kdf4.Key{1, 2, 3}
	var err error
	if a.Channel, err = New(Agreed{Secret: secret, Own: ka, OwnDH: da, Their: kb.Public, TheirDH: db.Public}); err != nil {
		t.Fatal(err)
	}
	if b.Channel, err = New(Agreed{Secret: secret, Own: kb, OwnDH: db, Their: ka.Public, TheirDH: da.Public, Began: true}); err != nil {
		t.Fatal(err)
	}
	return a, b
}

// seal seals text and returns the message as it is on the wire.
func (e *end) seal(t testing.TB, text string) []byte {
	t.Helper()
	b, err := e.Seal(nil, header, 0, []byte(text), e.rand)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func parse(t testing.TB, b []byte) wire.Data4 {
	t.Helper()
	h, m, err := wire.Parse4(b)
	if err != nil || h != header {
		t.Fatalf("header %v, error %v", h, err)
	}
	return m.(wire.Data4)
}

// open opens what has to be text.
func (e *end) open(t testing.TB, b []byte, text string) Opened {
	t.Helper()
	o, err := e.Open(parse(t, b))
	if err != nil || string(o.Plaintext) != text {
		t.Fatalf("%q, %v, want %q", o.Plaintext, err, text)
	}
	return o
}

// say is one text all the way.
func say(t testing.TB, from, to *end, text string) Opened {
	t.Helper()
	return to.open(t, from.seal(t, text), text)
}

// snapshot is a copy of all that c holds.
func (e *end) snapshot() Channel {
	c := *e.Channel
	c.skipped, c.oldMACKeys = slices.Clone(c.skipped), slices.Clone(c.oldMACKeys)
	return c
}

// refused gives m to e, which must refuse it and not change.
func (e *end) refused(t testing.TB, m wire.Data4, field string, kind wire.Kind) {
	t.Helper()
	before := e.snapshot()
	o, err := e.Open(m)
	var got *wire.Error
	if !errors.As(err, &got) || got.Message != "Data" || field != "" && (got.Field != field || got.Kind != kind) {
		t.Fatalf("error %v, want %s", err, field)
	}
	if !reflect.DeepEqual(o, Opened{}) {
		t.Fatal("something is returned all the same")
	}
	if !reflect.DeepEqual(before, e.snapshot()) {
		t.Fatal("the channel has changed")
	}
}

// remade is m as its bytes say once it has been changed.
func remade(t testing.TB, m wire.Data4) wire.Data4 {
	t.Helper()
	return parse(t, wire.Append(nil, header, m))
}

// Both ends agree on texts, extra keys and places; ratchets count up by turns, and every third
// has a Diffie-Hellman key.
func TestConversation(t *testing.T) {
	a, b := newPair(t, "")
	var last Place
	for i := range 20 {
		from, to := a, b
		if i%2 == 1 {
			from, to = b, a
		}
		for j := range uint32(3) {
			extra, err := from.ExtraKey(from.rand)
			if err != nil {
				t.Fatal(err)
			}
			text := fmt.Sprint("text ", i, j)
			m := parse(t, from.seal(t, text))
			ratchet := uint32(max(i-1, 0))
			if m.Ratchet != ratchet || m.Number != j || (len(m.DH) > 0) != (ratchet%3 == 0) {
				t.Errorf("turn %d: ratchet %d, number %d, %d bytes of D-H", i, m.Ratchet, m.Number, len(m.DH))
			}
			if want := uint32(3); i > 1 && m.Previous != want || i <= 1 && m.Previous != 0 {
				t.Errorf("turn %d: pn is %d", i, m.Previous)
			}
			o, err := to.Open(m)
			if err != nil || string(o.Plaintext) != text || *o.ExtraKey != extra {
				t.Fatalf("%q, %v", o.Plaintext, err)
			}
			if i != 1 && o.Place.Compare(last) <= 0 || (Place{}).Compare(o.Place) >= 0 { // b's ratchet 0 is beside a's
				t.Errorf("%v is not after %v", o.Place, last)
			}
			last = o.Place
			to.refused(t, m, "j", wire.Replayed)
		}
	}
}

// What is behind in its own ratchet, in the one before, and in one long gone is read once.
func TestLate(t *testing.T) {
	a, b := newPair(t, "")
	first := a.seal(t, "first")
	say(t, a, b, "second")
	say(t, b, a, "b")
	late := a.seal(t, "late")
	say(t, a, b, "on time")
	for range 5 {
		say(t, b, a, "b")
		say(t, a, b, "a")
	}
	b.open(t, late, "late")
	b.open(t, first, "first")
	for _, m := range [][]byte{late, first} {
		b.refused(t, parse(t, m), "i", wire.Late)
	}
	if len(b.skipped) != 0 {
		t.Errorf("%d keys are left", len(b.skipped))
	}
}

// A whole ratchet overtaken by the next message of its sender cannot be: that waits for an
// answer. But all of the first one can.
func TestFirstRatchetLate(t *testing.T) {
	a, b := newPair(t, "")
	late := [][]byte{a.seal(t, "0"), a.seal(t, "1"), a.seal(t, "2")}
	say(t, b, a, "b speaks first")
	say(t, a, b, "answer")
	for _, i := range []int{2, 0, 1} {
		b.open(t, late[i], fmt.Sprint(i))
	}
}

// 1000 messages may be missing, and no more; the largest number is refused outright.
func TestSkipLimits(t *testing.T) {
	a, b := newPair(t, "")
	for range maxSkip {
		a.seal(t, "lost")
	}
	at1000, at1001 := a.seal(t, "1000"), a.seal(t, "1001")
	b.refused(t, parse(t, at1001), "j", wire.NoKeys)
	for _, j := range []uint32{maxSkip + 1, 1 << 31, math.MaxUint32 - 1, math.MaxUint32} {
		m := parse(t, at1000)
		m.Number = j
		b.refused(t, remade(t, m), "j", wire.NoKeys)
	}
	b.open(t, at1000, "1000")
	b.open(t, at1001, "1001")
	if len(b.skipped) != maxSkip {
		t.Errorf("%d keys are kept", len(b.skipped))
	}
	// More of them: the oldest go, and are revealed.
	oldest := b.skipped[0].keys.mac()
	a.seal(t, "lost")
	received := len(b.Unrevealed())
	say(t, a, b, "1003")
	if len(b.skipped) != maxSkip || b.skipped[0].number != 1 {
		t.Errorf("%d keys are kept, from number %d", len(b.skipped), b.skipped[0].number)
	}
	if got := b.Unrevealed()[received:]; len(got) != 2*kdf4.Size || !bytes.Equal(got[:kdf4.Size], oldest[:]) {
		t.Error("the oldest is not revealed")
	}
}

func TestPreviousLimits(t *testing.T) {
	a, b := newPair(t, "")
	say(t, a, b, "a")
	say(t, b, a, "b")
	m := parse(t, a.seal(t, "a"))
	for _, pn := range []uint32{maxSkip + 2, 1 << 31, math.MaxUint32} {
		bad := m
		bad.Previous = pn
		b.refused(t, remade(t, bad), "pn", wire.NoKeys)
	}
	for _, pn := range []uint32{0, maxSkip + 1} { // possible, and not what was sealed
		bad := m
		bad.Previous = pn
		b.refused(t, remade(t, bad), "authenticator", wire.Forged)
	}
	for _, j := range []uint32{maxSkip + 1, math.MaxUint32} {
		bad := m
		bad.Number = j
		b.refused(t, remade(t, bad), "j", wire.NoKeys)
	}
	if _, err := b.Open(m); err != nil {
		t.Fatal(err)
	}
}

// "message of ratchet i+1 and i-1", with new keys that belong to no ratchet.
func TestImpossibleRatchets(t *testing.T) {
	a, b := newPair(t, "")
	say(t, a, b, "a")
	say(t, b, a, "b")
	m := parse(t, a.seal(t, "a")) // of ratchet 1
	for i, want := range map[uint32]wire.Kind{0: wire.Late, 2: wire.NoKeys, 4: wire.NoKeys, math.MaxUint32 - 1: wire.NoKeys, math.MaxUint32: wire.NoKeys} {
		bad := m
		bad.Ratchet = i
		if bad.DH = nil; wire.HasDH(i) {
			bad.DH = []byte{2}
		}
		b.refused(t, remade(t, bad), "i", want)
	}
	if _, err := b.Open(m); err != nil {
		t.Fatal(err)
	}
	// Nobody can begin a ratchet twice in a row.
	say(t, a, b, "a")
	other := m
	other.Ratchet, other.Number, other.ECDH = 2, 0, a.own.Public.Encoded()
	other.ECDH[0] ^= 1
	b.refused(t, remade(t, other), "i", wire.NoKeys)
	_, fresh := newPair(t, "")
	early := m
	early.Ratchet, early.ECDH, early.DH = 0, other.ECDH, []byte{2}
	fresh.refused(t, remade(t, early), "i", wire.NoKeys) // before its own first one
	// A channel refuses what it has sealed itself.
	reflected := parse(t, b.seal(t, "b"))
	b.refused(t, reflected, "", 0)
}

// Keys that are no members of their groups are refused, in a ratchet that would be next.
func TestKeysOutOfRange(t *testing.T) {
	a, b := newPair(t, "")
	say(t, a, b, "a")
	m := parse(t, b.seal(t, "b")) // ratchet 0 has both keys
	point := func(first, last byte) (p [57]byte) {
		p[0], p[56] = first, last
		return p
	}
	for name, p := range map[string][57]byte{"identity": point(1, 0), "order 4": {}, "order 4, the other": point(0, 0x80), "2": point(2, 0)} {
		bad := m
		bad.ECDH = p
		before := a.snapshot()
		if _, err := a.Open(remade(t, bad)); err == nil {
			t.Errorf("%s is taken", name)
		}
		a.refused(t, remade(t, bad), "", 0)
		if !reflect.DeepEqual(before, a.snapshot()) {
			t.Error("the channel has changed")
		}
	}
	for name, n := range map[string][]byte{"1": {1}, "5, a non-residue": {5}, "2^3072-1": bytes.Repeat([]byte{0xff}, dh.Size15), "385 bytes": bytes.Repeat([]byte{1}, 385)} {
		bad := m
		bad.DH = n
		t.Log(name)
		a.refused(t, remade(t, bad), "D-H key", wire.Malformed)
	}
	if _, err := a.Open(m); err != nil {
		t.Fatal(err)
	}
}

// Every byte of messages of all sorts may be changed, and nothing happens; the genuine ones are
// read afterwards. Only what is revealed is not authenticated.
func TestTampering(t *testing.T) {
	a, b := newPair(t, "")
	skipped := a.seal(t, "skipped")
	say(t, a, b, "a")
	next := a.seal(t, "next")
	tamper := func(to *end, msg []byte, text string) {
		t.Helper()
		d := parse(t, msg)
		for i := range len(msg) - len(d.OldMACKeys) - 4 {
			bad := bytes.Clone(msg)
			bad[i] ^= 1 << (i % 8)
			h, m, err := wire.Parse4(bad)
			if err != nil {
				continue
			}
			if h != header { // the session would not let it through; the authenticator does not either
				to.refused(t, m.(wire.Data4), "authenticator", wire.Forged)
				continue
			}
			to.refused(t, m.(wire.Data4), "", 0)
		}
		to.open(t, msg, text)
	}
	tamper(b, skipped, "skipped")
	tamper(b, next, "next")
	tamper(a, b.seal(t, "with both keys"), "with both keys")
	tamper(b, a.seal(t, "ratchet 1"), "ratchet 1")
}

func TestSealWithoutRandomness(t *testing.T) {
	a, b := newPair(t, "")
	for _, e := range []*end{b, a} { // b's first message begins a ratchet, a's does not
		before := e.snapshot()
		_, err := e.Seal(nil, header, 0, nil, noRand{})
		if e == a && err != nil {
			t.Error(err)
		}
		if e == b && (err == nil || !reflect.DeepEqual(before, e.snapshot())) {
			t.Errorf("error %v", err)
		}
		_, err = e.ExtraKey(noRand{})
		if (err == nil) != (e == a) {
			t.Errorf("error %v", err)
		}
	}
	say(t, a, b, "text")
}

// Numbers that have no successor are not used.
func TestExhausted(t *testing.T) {
	a, b := newPair(t, "")
	a.send.number = math.MaxUint32
	if _, err := a.Seal(nil, header, 0, nil, a.rand); !errors.Is(err, errExhausted) {
		t.Errorf("error %v", err)
	}
	b.ratchet = math.MaxUint32
	if _, err := b.Seal(nil, header, 0, nil, b.rand); !errors.Is(err, errExhausted) {
		t.Errorf("error %v", err)
	}
	a, b = newPair(t, "")
	b.recv.number = math.MaxUint32 - 1
	a.send.number, a.send.key = b.recv.number, b.recv.key
	say(t, a, b, "the last")
	m := parse(t, a.Channel.seal(nil, header, 0, nil, false))
	b.refused(t, m, "j", wire.NoKeys)
}

// What is sealed is appended to what is there, with the whole message behind it.
func TestSealAppends(t *testing.T) {
	a, b := newPair(t, "")
	msg, err := a.Seal([]byte("before"), header, wire.IgnoreUnreadable, []byte("text"), a.rand)
	if err != nil || !bytes.HasPrefix(msg, []byte("before")) {
		t.Fatal(err)
	}
	if m := parse(t, msg[6:]); m.Flags != wire.IgnoreUnreadable {
		t.Errorf("flags %d", m.Flags)
	}
	b.open(t, msg[6:], "text")
}
