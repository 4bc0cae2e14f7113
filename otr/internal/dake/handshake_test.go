// SPDX-License-Identifier: GPL-2.0-or-later

package dake

import (
	"bytes"
	"encoding/hex"
	"errors"
	"reflect"
	"testing"
	"time"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/wire"
)

// "Interactive DAKE Overview".
func TestExchange(t *testing.T) {
	alice, bob := newSides(t)
	identity := bob.start(t)
	if m, ok := bob.Identity(); !ok || !reflect.DeepEqual(m, identity) || bob.Idle() || bob.AwaitsAuthI() {
		t.Error("bob does not await Auth-R")
	}
	authR, done := alice.must(t, bob, identity)
	if done != nil || !alice.AwaitsAuthI() || alice.Idle() {
		t.Error("alice does not await Auth-I")
	}
	authI, bobs := bob.must(t, alice, authR)
	if !bob.Idle() {
		t.Error("bob awaits something")
	}
	reply, alices := alice.must(t, bob, authI)
	if reply != nil || !alice.Idle() {
		t.Error("alice awaits something")
	}
	agree(t, alices, bobs)
	// Once it is complete, copies of its messages lead to nothing.
	bob.ignores(t, alice, authR)
	alice.ignores(t, bob, authI)
}

// The table of messages and states. In each, the exchange that goes on can still complete.
func TestTable(t *testing.T) {
	t.Run("Auth-R and Auth-I before any exchange: ignored", func(t *testing.T) {
		alice, bob := newSides(t)
		authR, _ := alice.must(t, bob, bob.start(t))
		authI, _ := bob.must(t, alice, authR)
		_, fresh := newSides(t)
		fresh.ignores(t, alice, authR)
		fresh.ignores(t, alice, authI)
	})
	t.Run("awaiting Auth-R: an Auth-I is ignored", func(t *testing.T) {
		alice, bob := newSides(t)
		authR, _ := alice.must(t, bob, bob.start(t))
		authI, _ := bob.must(t, alice, authR)
		_, other := newSides(t)
		other.start(t)
		other.ignores(t, alice, authI)
	})
	t.Run("awaiting Auth-I: an Auth-R is ignored", func(t *testing.T) {
		alice, bob := newSides(t)
		authR, _ := alice.must(t, bob, bob.start(t))
		bob2 := *bob
		bob2.Handshake = Handshake{}
		bob2.must(t, alice, alice.start(t)) // bob2 has answered
		bob2.ignores(t, alice, authR)
	})
	t.Run("both have begun: the higher hash counts", func(t *testing.T) {
		for i := range 4 {
			alice, bob := newSides(t)
			alice.rand = seeded("alice" + string(rune('0'+i)))
			alices, bobs := alice.start(t), bob.start(t)
			higher, lower := alice, bob
			theirs, ours := bobs, alices
			if bytes.Compare(hashOf(t, bobs), hashOf(t, alices)) > 0 {
				higher, lower, theirs, ours = bob, alice, alices, bobs
			}
			again, done := higher.must(t, lower, theirs)
			if m, ok := again.(wire.Identity); !ok || done != nil || !reflect.DeepEqual(m.Ephemeral, ours.Ephemeral) {
				t.Fatalf("the higher one sends %T", again)
			}
			authR, _ := lower.must(t, higher, again)
			if _, ok := authR.(wire.AuthR); !ok {
				t.Fatalf("the lower one sends %T", authR)
			}
			if _, ok := lower.Identity(); ok {
				t.Error("the lower one's own is still waited for")
			}
			authI, began := higher.must(t, lower, authR)
			_, answered := lower.must(t, higher, authI)
			agree(t, answered, began)
		}
	})
	t.Run("our own Identity: reflected", func(t *testing.T) {
		alice, bob := newSides(t)
		m := bob.start(t)
		if _, _, err := bob.try(t, bob, m); !errors.Is(err, ErrReflected) {
			t.Errorf("error %v", err)
		}
		// also with a profile of somebody else's around the same keys
		m.Profile = alice.start(t).Profile
		if _, _, err := bob.try(t, alice, m); !errors.Is(err, ErrReflected) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a second Identity while awaiting Auth-I: all keys new, and either can complete", func(t *testing.T) {
		for _, which := range []int{0, 1} {
			alice, bob := newSides(t)
			first := bob.start(t)
			bobs := []side{*bob, *bob}
			second := bob.start(t)
			bobs[1].Handshake = bob.Handshake
			var replies [2]wire.AuthR
			for i, m := range []wire.Identity{first, second} {
				reply, _ := alice.must(t, bob, m)
				replies[i] = reply.(wire.AuthR)
			}
			if replies[0].ECDH == replies[1].ECDH || replies[0].First.ECDH == replies[1].First.ECDH || bytes.Equal(replies[0].DH, replies[1].DH) {
				t.Error("keys are used again")
			}
			authI, done := bobs[which].must(t, alice, replies[which])
			_, alices := alice.must(t, bob, authI)
			agree(t, alices, done)
			if which == 1 != alice.Idle() { // a later one goes on
				t.Errorf("Auth-I %d: idle is %v", which, alice.Idle())
			}
		}
	})
	t.Run("asked while awaiting Auth-I: an Identity beside it, and either can complete", func(t *testing.T) {
		alice, bob := newSides(t)
		authR, _ := alice.must(t, bob, bob.start(t))
		mine := alice.start(t)
		if !alice.AwaitsAuthI() {
			t.Fatal("what has been answered is forgotten")
		}
		authI, bobs := bob.must(t, alice, authR)
		_, alices := alice.must(t, bob, authI)
		agree(t, alices, bobs)
		authR, _ = bob.must(t, alice, mine)
		authI, alices = alice.must(t, bob, authR)
		_, bobs = bob.must(t, alice, authI)
		agree(t, bobs, alices)
		if !alice.Idle() || !bob.Idle() {
			t.Error("something is waited for")
		}
	})
	t.Run("the later of two completes first: the earlier is over", func(t *testing.T) {
		alice, bob := newSides(t)
		authR, _ := alice.must(t, bob, bob.start(t))
		mine := alice.start(t)
		late, _ := bob.must(t, alice, authR) // on its way
		authR, _ = bob.must(t, alice, mine)
		authI, _ := alice.must(t, bob, authR)
		alice.ignores(t, bob, late)
		bob.must(t, alice, authI)
	})
	t.Run("another sort of message", func(t *testing.T) {
		alice, _ := newSides(t)
		if _, _, err := alice.Receive(wire.Header{}, wire.Data4{}, alice.self, now, alice.rand); err == nil {
			t.Error("it is taken")
		}
	})
}

func hashOf(t *testing.T, m wire.Identity) []byte {
	t.Helper()
	b, err := dh.ParsePublic15(m.DH)
	if err != nil {
		t.Fatal(err)
	}
	return tieBreak(b)
}

func TestTieBreakVectors(t *testing.T) {
	var v struct {
		TieBreak []struct{ B, Hash string } `json:"tie_break"`
	}
	vectors(t, &v)
	for _, c := range v.TieBreak {
		b, err := dh.ParsePublic15(unhex(t, c.B))
		if got := hex.EncodeToString(tieBreak(b)); err != nil || got != c.Hash {
			t.Errorf("%s, %v, want %s", got, err, c.Hash)
		}
	}
}

// A minute passes; a copy of the state is not touched.
func TestExpire(t *testing.T) {
	alice, bob := newSides(t)
	authR, _ := alice.must(t, bob, bob.start(t))
	alice.start(t)
	before := alice.Handshake
	if next := alice.Expire(now.Add(Timeout - 1)); !next.Equal(now.Add(Timeout)) || !reflect.DeepEqual(alice.Handshake, before) {
		t.Errorf("next at %v", next)
	}
	if next := alice.Expire(now.Add(Timeout)); !next.IsZero() || !alice.Idle() {
		t.Errorf("next at %v", next)
	}
	if len(before.sent) != 1 || len(before.answered) != 1 || before.answered[0] == nil {
		t.Error("the copy has changed")
	}
	if next := bob.Expire(now.Add(time.Second)); !next.Equal(now.Add(Timeout)) {
		t.Errorf("next at %v", next)
	}
	bob.must(t, alice, authR)
	if next := bob.Expire(now); !next.IsZero() {
		t.Errorf("next at %v", next)
	}
}

// Copies share nothing that could change: an Identity Message to everybody is answered by two
// clients, and both exchanges complete.
func TestCopies(t *testing.T) {
	alice, bob := newSides(t)
	phone := &side{self: newSelf(t, "alice", "bob", 0xf0e), rand: seeded("phone")}
	m := bob.start(t)
	other := *bob
	for b, client := range map[*side]*side{bob: alice, &other: phone} {
		authR, _ := client.must(t, b, m)
		authI, bobs := b.must(t, client, authR)
		_, alices := client.must(t, b, authI)
		agree(t, alices, bobs)
	}
	// What is kept for answers is bounded.
	for range 10 {
		bob.Handshake = Handshake{}
		alice.must(t, bob, bob.start(t))
	}
	if len(alice.answered) != maxKept {
		t.Errorf("%d answers are kept", len(alice.answered))
	}
	_, bobs := bob.must(t, alice, mustAnswer(t, alice, bob))
	if bobs == nil {
		t.Error("the newest is not complete")
	}
}

func mustAnswer(t *testing.T, alice, bob *side) wire.Message {
	t.Helper()
	reply, _ := alice.must(t, bob, bob.start(t))
	return reply
}

func TestWithoutKeyOrRandomness(t *testing.T) {
	alice, bob := newSides(t)
	m := bob.start(t)
	h, parsed := sent(t, bob, aliceTag, m)
	if _, _, err := alice.Receive(h, parsed, nil, now, alice.rand); !errors.Is(err, ErrNoKey) {
		t.Errorf("error %v", err)
	}
	for n := range 12 { // it fails at each place where it is needed
		short := bytes.NewReader(make([]byte, 57+80*n))
		if _, _, err := alice.Receive(h, parsed, alice.self, now, short); err == nil {
			t.Error("without randomness")
		}
		if _, err := alice.Start(alice.self, now, bytes.NewReader(make([]byte, 20*n))); err == nil {
			t.Error("without randomness")
		}
	}
	if !alice.Idle() {
		t.Error("the state has changed")
	}
	authR, _ := alice.must(t, bob, m)
	h, parsed = sent(t, alice, bobTag, authR)
	before := bob.Handshake
	if _, _, err := bob.Receive(h, parsed, bob.self, now, bytes.NewReader(make([]byte, 100))); err == nil || !reflect.DeepEqual(before, bob.Handshake) {
		t.Errorf("error %v", err)
	}
	if _, done := bob.must(t, alice, authR); done == nil {
		t.Error("it does not go on")
	}
}

// Each Identity Message is about the names that we had for the two when we sent it.
func TestNamesOfAnOlderIdentity(t *testing.T) {
	alice, bob := newSides(t)
	old, err := bob.StartWith(alice.self.Profile.Fingerprint(), bob.self, now, bob.rand)
	if err != nil {
		t.Fatal(err)
	}
	renamed := *bob.self
	renamed.Peer = "alison"
	bob.self = &renamed
	bob.start(t)
	authR, _ := alice.must(t, bob, old)
	authI, bobs := bob.must(t, alice, authR)
	_, alices := alice.must(t, bob, authI)
	agree(t, alices, bobs)
}
