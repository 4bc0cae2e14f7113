// SPDX-License-Identifier: GPL-2.0-or-later

package ratchet

import (
	"bytes"
	"reflect"
	"slices"
	"testing"
	"time"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/wire"
)

// revealed are the MAC keys in b.
func revealed(b []byte) (list []kdf4.Key) {
	for k := range slices.Chunk(b, kdf4.Size) {
		list = append(list, kdf4.Key(k))
	}
	return list
}

// authenticates reports whether key is what m was authenticated with.
func authenticates(key kdf4.Key, m wire.Data4) bool {
	want := authenticator(&key, m.Signed)
	return want == kdf4.Key(m.MAC)
}

// Each MAC key that has authenticated a message is revealed once, in the first message of the
// next ratchet after it; ratchet 0 reveals none ("Revealing MAC Keys").
func TestReveal(t *testing.T) {
	a, b := newPair(t, "")
	var waiting []wire.Data4 // received by b, not yet revealed
	for turn := range 6 {
		for range 3 {
			m := parse(t, a.seal(t, "a"))
			if _, err := b.Open(m); err != nil {
				t.Fatal(err)
			}
			waiting = append(waiting, m)
		}
		if got := len(b.Unrevealed()); got != len(waiting)*kdf4.Size {
			t.Errorf("%d bytes wait for %d messages", got, len(waiting))
		}
		m := parse(t, b.seal(t, "b"))
		keys := revealed(m.OldMACKeys)
		if turn == 0 {
			if len(keys) != 0 {
				t.Error("ratchet 0 reveals something")
			}
		} else {
			if len(keys) != len(waiting) {
				t.Fatalf("%d keys for %d messages", len(keys), len(waiting))
			}
			for i := range keys {
				if !authenticates(keys[i], waiting[i]) {
					t.Errorf("key %d is not of message %d", i, i)
				}
			}
			waiting = nil
		}
		if again := parse(t, b.seal(t, "b again")); len(again.OldMACKeys) != 0 {
			t.Error("a second message reveals something")
		}
		if _, err := a.Open(m); err != nil {
			t.Fatal(err)
		}
	}
}

// The last message reveals the keys of what was received, then of what was skipped, and leaves
// nothing behind; so does a channel that ends without one.
func TestLast(t *testing.T) {
	for name, last := range map[string]func(e *end) []byte{
		"SealLast": func(e *end) []byte {
			b, err := e.SealLast(header, 0, []byte("bye"), e.rand)
			if err != nil {
				t.Fatal(err)
			}
			return parse(t, b).OldMACKeys
		},
		"Retire": func(e *end) []byte { return e.Retire() },
	} {
		a, b := newPair(t, "")
		var msgs []wire.Data4
		for range 6 {
			msgs = append(msgs, parse(t, a.seal(t, "a")))
		}
		for _, i := range []int{1, 5, 0} {
			if _, err := b.Open(msgs[i]); err != nil {
				t.Fatal(err)
			}
		}
		keys := revealed(last(b))
		want := []int{1, 5, 0, 2, 3, 4}
		if len(keys) != len(want) {
			t.Fatalf("%s: %d keys", name, len(keys))
		}
		for i, of := range want {
			if !authenticates(keys[i], msgs[of]) {
				t.Errorf("%s: key %d is not of message %d", name, i, of)
			}
		}
		if !reflect.DeepEqual(*b.Channel, Channel{}) {
			t.Errorf("%s: something is left", name)
		}
		b.refused(t, msgs[2], "i", wire.NoKeys)
		if _, err := b.Seal(nil, header, 0, nil, b.rand); err == nil {
			t.Errorf("%s: it still seals", name)
		}
		if _, err := b.SealLast(header, 0, nil, b.rand); err == nil {
			t.Errorf("%s: it still seals a last one", name)
		}
	}
}

// The last message within a ratchet is read like any other.
func TestLastIsRead(t *testing.T) {
	a, b := newPair(t, "")
	say(t, a, b, "a")
	say(t, b, a, "b")
	msg, err := b.SealLast(header, wire.IgnoreUnreadable, []byte("bye"), b.rand)
	if err != nil {
		t.Fatal(err)
	}
	a.open(t, msg, "bye")
}

// "Limits: an hour each; what is dropped goes to the reveal list."
func TestExpire(t *testing.T) {
	a, b := newPair(t, "")
	now := time.Unix(1800000000, 0)
	if next := b.ExpireLate(now); !next.IsZero() {
		t.Errorf("nothing waits, and it does at %v", next)
	}
	early, later := parse(t, a.seal(t, "early")), a.seal(t, "later")
	say(t, a, b, "a")
	b.open(t, later, "later")
	if next := b.ExpireLate(now); !next.Equal(now.Add(time.Hour)) {
		t.Errorf("next at %v", next)
	}
	late := a.seal(t, "late")
	say(t, a, b, "a")
	now = now.Add(time.Hour - 1)
	b.ExpireLate(now)
	if len(b.skipped) != 2 {
		t.Fatalf("%d keys are kept", len(b.skipped))
	}
	before := len(b.Unrevealed())
	if next := b.ExpireLate(now.Add(1)); !next.Equal(now.Add(time.Hour)) {
		t.Errorf("next at %v", next)
	}
	if keys := revealed(b.Unrevealed()[before:]); len(keys) != 1 || !authenticates(keys[0], early) {
		t.Error("what is dropped is not revealed")
	}
	b.refused(t, early, "j", wire.Replayed)
	b.open(t, late, "late")
}

// Where our user says nothing, keys wait, and not without end.
func TestOverdue(t *testing.T) {
	a, b := newPair(t, "")
	say(t, a, b, "a")
	say(t, b, a, "b")
	for i := range overdueKeys { // besides the first one
		if b.Overdue() {
			t.Errorf("overdue with %d", i+1)
		}
		say(t, a, b, "a")
	}
	if !b.Overdue() {
		t.Error("not overdue")
	}
	b.seal(t, "b")
	if b.Overdue() || len(b.Unrevealed()) != 0 {
		t.Error("overdue after a message")
	}
	if a.Overdue() {
		t.Error("who has not received anything is overdue")
	}
	for range maxUnrevealed + 5 {
		b.Reveal(make([]byte, kdf4.Size))
	}
	b.Reveal(bytes.Repeat([]byte{7}, kdf4.Size))
	if keys := revealed(b.Unrevealed()); len(keys) != maxUnrevealed || keys[maxUnrevealed-1][0] != 7 {
		t.Errorf("%d keys wait", len(keys))
	}
	if b.Overdue() { // it is the peer's turn
		t.Error("a message would reveal nothing")
	}
}

// Private keys are gone once they have been used for the last time, and so are the keys of
// messages.
func TestKeysAreForgotten(t *testing.T) {
	a, b := newPair(t, "")
	say(t, a, b, "a")
	say(t, b, a, "b") // ratchet 0 has a new Diffie-Hellman key of b
	if !a.own.IsZero() || !a.ownDH.IsZero() {
		t.Error("a's first keys are still there")
	}
	if b.own.IsZero() || b.ownDH.IsZero() {
		t.Error("b has no keys to be answered with")
	}
	say(t, a, b, "a") // 1
	if !b.own.IsZero() || b.ownDH == (dh.KeyPair15{}) {
		t.Error("b's key of the elliptic curve is still there, or the other is gone")
	}
	say(t, b, a, "b") // 2
	say(t, a, b, "a") // 3, with a new one of a
	if !b.ownDH.IsZero() || reflect.DeepEqual(a.own, ed448.KeyPair{}) || a.ownDH.IsZero() {
		t.Error("b's Diffie-Hellman key is still there, or a has none")
	}
	used := b.recv.key
	late := a.seal(t, "late")
	say(t, a, b, "a")
	if b.recv.key == used {
		t.Error("the chain has not gone on")
	}
	keys := b.skipped[0].keys
	stored := b.skipped[:1]
	b.open(t, late, "late")
	if stored[0].keys == keys {
		t.Error("the keys of a message that has been read are still there")
	}
}
