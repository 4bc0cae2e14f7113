// SPDX-License-Identifier: GPL-2.0-or-later

package dake

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"
	"time"

	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/wire"
)

func seeded(seed string) *rand.ChaCha8 { return rand.NewChaCha8(sha256.Sum256([]byte(seed))) }

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func vectors(t testing.TB, v any) {
	t.Helper()
	b, err := os.ReadFile("../testdata/v4/primitives.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
}

var now = time.Unix(1800000000, 0)

// A side is one end of exchanges.
type side struct {
	Handshake
	self *Self
	rand *rand.ChaCha8
}

// newSelf makes a client of somebody's.
func newSelf(t testing.TB, name, peer string, tag uint32) *Self {
	t.Helper()
	key := ed448.NewSigningKey([57]byte([]byte(name + string(make([]byte, 57-len(name))))))
	forging, err := ed448.Generate(seeded("forging" + name))
	if err != nil {
		t.Fatal(err)
	}
	return &Self{key, NewProfile(key, forging.Public, tag, "4", now.AddDate(0, 0, 7)), name, peer}
}

const aliceTag, bobTag = 0xa11ce, 0xb0b

// newSides are two clients, of which either can begin.
func newSides(t testing.TB) (alice, bob *side) {
	t.Helper()
	return &side{self: newSelf(t, "alice", "bob", aliceTag), rand: seeded("alice")},
		&side{self: newSelf(t, "bob", "alice", bobTag), rand: seeded("bob")}
}

func (s *side) start(t testing.TB) wire.Identity {
	t.Helper()
	m, err := s.Start(s.self, now, s.rand)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sent is m as the receiver parses it.
func sent(t testing.TB, from *side, to uint32, m wire.Message) (wire.Header, wire.Message) {
	t.Helper()
	h, parsed, err := wire.Parse4(wire.Append(nil, wire.Header{Version: wire.V4, Sender: from.self.Profile.Tag, Receiver: to}, m))
	if err != nil {
		t.Fatal(err)
	}
	return h, parsed
}

// try gives m, of another side, to s.
func (s *side) try(t testing.TB, from *side, m wire.Message) (wire.Message, *Result, error) {
	t.Helper()
	h, m := sent(t, from, s.self.Profile.Tag, m)
	return s.Receive(h, m, s.self, now, s.rand)
}

// must is try for what has to be accepted.
func (s *side) must(t testing.TB, from *side, m wire.Message) (wire.Message, *Result) {
	t.Helper()
	reply, done, err := s.try(t, from, m)
	if err != nil {
		t.Fatal(err)
	}
	return reply, done
}

// ignores gives m to s, which must do nothing.
func (s *side) ignores(t testing.TB, from *side, m wire.Message) {
	t.Helper()
	before := s.Handshake
	reply, done := s.must(t, from, m)
	if reply != nil || done != nil || !reflect.DeepEqual(before, s.Handshake) {
		t.Fatalf("%T is not ignored: %T, %v", m, reply, done)
	}
}

// refuses gives m to s, which must not change.
func (s *side) refuses(t testing.TB, from *side, m wire.Message, field string, kind wire.Kind) {
	t.Helper()
	before := s.Handshake
	reply, done, err := s.try(t, from, m)
	var got *wire.Error
	if !errors.As(err, &got) || got.Field != field || got.Kind != kind {
		t.Fatalf("%T: error %v, want %s", m, err, field)
	}
	if reply != nil || done != nil || !reflect.DeepEqual(before, s.Handshake) {
		t.Fatalf("%T: %T, %v, or the state has changed", m, reply, done)
	}
}

// agree checks that two results are the two ends of one exchange.
func agree(t testing.TB, alice, bob *Result) {
	t.Helper()
	switch {
	case alice == nil || bob == nil:
		t.Fatal("the exchange is not complete")
	case alice.Secret != bob.Secret || alice.SSID != bob.SSID:
		t.Error("the secrets differ")
	case !alice.SentAuthR || bob.SentAuthR:
		t.Error("the roles are wrong")
	case alice.Peer.Fingerprint() != bob.Self.Fingerprint() || bob.Peer.Fingerprint() != alice.Self.Fingerprint():
		t.Error("the fingerprints differ")
	case !alice.Their.Equal(bob.Own.Public) || !bob.Their.Equal(alice.Own.Public) ||
		alice.TheirDH != bob.OwnDH.Public || bob.TheirDH != alice.OwnDH.Public:
		t.Error("the first keys differ")
	}
}
