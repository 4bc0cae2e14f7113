// SPDX-License-Identifier: GPL-2.0-or-later

package data

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"purple-otr/otr/internal/wire"
)

// revealed returns the MAC keys in m.
func revealed(m wire.Data) (keys [][macSize]byte) {
	for k := range slices.Chunk(m.OldMACKeys, macSize) {
		keys = append(keys, [macSize]byte(k))
	}
	return keys
}

// "you only need to take MAC keys that were actually used to verify a MAC on a message"; each
// is revealed once, in the next message after its keys are forgotten.
func TestRevealedInTheNextMessage(t *testing.T) {
	a, b := newPair(t, "")
	used := b.pair(previous, current).recv.macKey
	say(t, a, b, "a")
	m := parse(t, b.seal(t, "b"))
	if len(m.OldMACKeys) != 0 {
		t.Fatal("a key is revealed that can still be used")
	}
	if _, err := a.Open(m); err != nil {
		t.Fatal(err)
	}
	say(t, a, b, "with b's second key")
	if got := revealed(parse(t, b.seal(t, "b"))); len(got) != 1 || got[0] != used {
		t.Fatalf("revealed %x, used %x", got, used)
	}
	if got := revealed(parse(t, b.seal(t, "b"))); len(got) != 0 {
		t.Fatalf("revealed once more: %x", got)
	}
}

// If a peer changes its key but continues to use our old key, we forget the peer's old key
// before our own.
func TestRevealedWhenThePeersKeyIsForgotten(t *testing.T) {
	a, b := newPair(t, "")
	used := b.pair(previous, current).recv.macKey
	say(t, a, b, "a")
	b.seal(t, "lost")
	unused := b.pair(current, previous)
	a.rotateOwn() // as if b had acknowledged a's second key
	a.own[current] = generate(t, a.rand)
	say(t, a, b, "with a's second key, to b's first")
	if got := revealed(parse(t, b.seal(t, "b"))); len(got) != 1 || got[0] != used {
		t.Fatalf("revealed %x, used %x", got, used)
	}
	if *unused != (pair{}) {
		t.Error("keys derived from the forgotten key are still in memory")
	}
}

func TestKeysThatVerifiedNothingAreNotRevealed(t *testing.T) {
	a, b := newPair(t, "")
	for range 10 { // b receives nothing
		say(t, b, a, "b")
	}
	m := parse(t, a.seal(t, "a"))
	bad := m
	bad.MAC[0] ^= 1
	b.refused(t, bad, "authenticator", wire.Forged)
	if keys := b.Retire(); len(keys) != 0 {
		t.Errorf("revealed %x", keys)
	}
}

// Retire returns all MAC keys that have verified a message, and wipes everything.
func TestRetire(t *testing.T) {
	a, b := newPair(t, "")
	var used [][macSize]byte
	for range 3 {
		m := parse(t, a.seal(t, "a"))
		used = append(used, a.pair(previous, current).send.macKey)
		if _, err := b.Open(m); err != nil {
			t.Fatal(err)
		}
		reply := parse(t, b.seal(t, "b"))
		for _, k := range revealed(reply) {
			used = slices.DeleteFunc(used, func(u [macSize]byte) bool { return u == k })
		}
		if _, err := a.Open(reply); err != nil {
			t.Fatal(err)
		}
	}
	waiting := parse(t, a.seal(t, "not received"))
	b.Reveal(bytes.Repeat([]byte{7}, macSize))
	used = append(used, [macSize]byte(bytes.Repeat([]byte{7}, macSize)))
	got := revealed(wire.Data{OldMACKeys: b.Retire()})
	if len(got) != len(used) {
		t.Errorf("%d keys, want %d", len(got), len(used))
	}
	for _, k := range used {
		if !slices.Contains(got, k) {
			t.Errorf("%x is missing", k)
		}
	}
	if b.snapshot() != (&end{Channel: &Channel{}}).snapshot() {
		t.Error("Retire left data behind")
	}
	b.refused(t, waiting, "recipient keyid", wire.NoKeys)
	waiting.RecipientKeyID = math.MaxUint32 // 0 - 1
	b.refused(t, waiting, "recipient keyid", wire.NoKeys)
	if len(b.Retire()) != 0 {
		t.Error("revealed twice")
	}
}

// A retired channel has no keys for sealing.
func TestSealAfterRetire(t *testing.T) {
	a, _ := newPair(t, "")
	a.Retire()
	if b, err := a.Seal(nil, header, 0, []byte("text"), a.rand); err == nil {
		t.Errorf("sealed with no key: %d bytes", len(b))
	}
}

// The last message reveals the MAC keys of all received messages, and the peer can read it.
func TestSealLast(t *testing.T) {
	a, b := newPair(t, "")
	used := b.pair(previous, current).recv.macKey
	say(t, a, b, "a")
	msg, err := b.SealLast(header, wire.IgnoreUnreadable, []byte("bye"), b.rand)
	if err != nil {
		t.Fatal(err)
	}
	m := parse(t, msg)
	if got := revealed(m); len(got) != 1 || got[0] != used || m.Flags != wire.IgnoreUnreadable {
		t.Errorf("revealed %x, used %x", got, used)
	}
	a.open(t, msg, "bye")
	b.refused(t, parse(t, a.seal(t, "a")), "recipient keyid", wire.NoKeys)
}

func TestSealLastWithoutRandomness(t *testing.T) {
	a, _ := newPair(t, "")
	if _, err := a.SealLast(header, 0, nil, noRand{}); err == nil {
		t.Error("no error")
	}
	if !a.own[previous].IsZero() {
		t.Error("the keys are still there")
	}
}

// The first message of a channel reveals the MAC keys of the channel that it replaces.
func TestAgreedOldMACKeys(t *testing.T) {
	old := bytes.Repeat([]byte{9}, 2*macSize)
	ka, kb := generate(t, seeded("a")), generate(t, seeded("b"))
	c := New(Agreed{Own: ka, OwnID: 1, Theirs: kb.Public, TheirID: 1, Shared: ka.Shared(kb.Public), OldMACKeys: old})
	if !bytes.Equal(c.Unrevealed(), old) {
		t.Errorf("%x waits", c.Unrevealed())
	}
	b, err := c.Seal(nil, header, 0, nil, seeded("c"))
	if err != nil || !bytes.Equal(parse(t, b).OldMACKeys, old) || len(c.Unrevealed()) != 0 {
		t.Errorf("error %v", err)
	}
}
