// SPDX-License-Identifier: GPL-2.0-or-later

package dake

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/wire"
)

// Profiles, judged at the time that the vectors name.
func TestProfileVectors(t *testing.T) {
	var v struct {
		Profiles struct {
			Now  int64
			List []struct {
				Accept                    bool
				Profile, Why, Fingerprint string
			}
		}
	}
	vectors(t, &v)
	for _, c := range v.Profiles.List {
		p, err := wire.ParseProfile(unhex(t, c.Profile))
		var got *Profile
		if err == nil {
			got, err = verify(p, "Identity", p.Tag, time.Unix(v.Profiles.Now, 0))
		}
		if (err == nil) != c.Accept {
			t.Errorf("%s: %v", c.Why, err)
			continue
		}
		if f := [FingerprintSize]byte{}; c.Fingerprint != "" {
			copy(f[:], unhex(t, c.Fingerprint))
			if got.Fingerprint() != f {
				t.Errorf("%s: fingerprint %x", c.Why, got.Fingerprint())
			}
		}
	}
}

// made is a profile that is signed and has something wrong.
func made(s *Self, change func(p *wire.Profile)) wire.Profile {
	p := wire.Profile{
		Tag: s.Profile.Tag, H: s.Profile.H.Encoded(), F: s.Profile.F.Encoded(), Versions: []byte("4"),
		Expiry: s.Profile.Expiry.Unix(),
	}
	change(&p)
	return wire.MakeProfile(p, s.Key.Sign)
}

// A profile that is wrong is refused in both messages that have one.
func TestProfiles(t *testing.T) {
	alice, bob := newSides(t)
	for _, c := range []struct {
		name   string
		change func(p *wire.Profile)
		field  string
		kind   wire.Kind
	}{
		{"another tag", func(p *wire.Profile) { p.Tag = 0x777 }, "profile, instance tag", 0},
		{"expired", func(p *wire.Profile) { p.Expiry = now.Unix() }, FieldExpiry, 0},
		{"expired long ago", func(p *wire.Profile) { p.Expiry = -1 << 63 }, FieldExpiry, 0},
		{"no version", func(p *wire.Profile) { p.Versions = nil }, "profile, versions", 0},
		{"version 3", func(p *wire.Profile) { p.Versions = []byte("3") }, "profile, versions", 0},
		{"versions 1 and 4", func(p *wire.Profile) { p.Versions = []byte("14") }, "profile, versions", 0},
		{"F and H exchanged", func(p *wire.Profile) { p.F, p.H = p.H, p.F }, "profile, signature", wire.Forged},
		{"another H", func(p *wire.Profile) { p.H = alice.self.Profile.F.Encoded() }, "profile, signature", wire.Forged},
		{"H of order 4", func(p *wire.Profile) { p.H = [57]byte{} }, "profile, public key", 0},
		{"F of order 2", func(p *wire.Profile) {
			p.F = [57]byte(bytes.Repeat([]byte{0xff}, 57))
			p.F[0], p.F[28], p.F[56] = 0xfe, 0xfe, 0
		}, "profile, forging key", 0},
	} {
		m := bob.start(t)
		m.Profile = made(bob.self, c.change)
		t.Log(c.name)
		alice.refuses(t, bob, m, c.field, c.kind)
		authR, _ := alice.must(t, bob, bob.start(t))
		r := authR.(wire.AuthR)
		r.Profile = made(alice.self, c.change)
		if c.name == "another H" {
			continue // which is alice's own here
		}
		bob.refuses(t, alice, r, c.field, c.kind)
	}
	// Expiry far away, and versions that we do not know, are no reason.
	m := bob.start(t)
	m.Profile = made(bob.self, func(p *wire.Profile) { p.Expiry, p.Versions = 1<<62, []byte("3459") })
	alice.must(t, bob, m)
}

// Keys that are no members of their groups, in each place.
func TestKeysOutOfRange(t *testing.T) {
	alice, bob := newSides(t)
	identity := bob.start(t)
	reply, _ := alice.must(t, bob, identity)
	authR := reply.(wire.AuthR)
	points := map[string][57]byte{"identity": {1}, "order 4": {}, "2": {2}}
	numbers := map[string][]byte{"0": nil, "1": {1}, "5, a non-residue": {5}, "2^3072-1": bytes.Repeat([]byte{0xff}, dh.Size15)}
	for name, change := range map[string]struct {
		field string
		of    func(keys, first *wire.Ephemeral) *wire.Ephemeral
	}{
		"of the exchange": {"", func(keys, first *wire.Ephemeral) *wire.Ephemeral { return keys }},
		"of the ratchet":  {"first ", func(keys, first *wire.Ephemeral) *wire.Ephemeral { return first }},
	} {
		for what, p := range points {
			t.Log(name, what)
			i, r := identity, authR
			change.of(&i.Ephemeral, &i.First).ECDH = p
			alice.refuses(t, bob, i, change.field+"ECDH key", wire.Malformed)
			change.of(&r.Ephemeral, &r.First).ECDH = p
			bob.refuses(t, alice, r, change.field+"ECDH key", wire.Malformed)
		}
		for what, n := range numbers {
			t.Log(name, what)
			i, r := identity, authR
			change.of(&i.Ephemeral, &i.First).DH = n
			alice.refuses(t, bob, i, change.field+"D-H key", wire.Malformed)
			change.of(&r.Ephemeral, &r.First).DH = n
			bob.refuses(t, alice, r, change.field+"D-H key", wire.Malformed)
		}
	}
	if _, done := bob.must(t, alice, authR); done == nil {
		t.Error("the genuine one is not taken afterwards")
	}
}

// Every byte of Auth-R and Auth-I may be changed, and nothing happens; the genuine ones are
// taken afterwards. An Identity is not authenticated, but what is changed in one makes the
// exchange fail.
func TestTampering(t *testing.T) {
	alice, bob := newSides(t)
	identity := bob.start(t)
	authR, _ := alice.must(t, bob, identity)
	tamper := func(from, to *side, m wire.Message) {
		t.Helper()
		msg := wire.Append(nil, wire.Header{Version: wire.V4, Sender: from.self.Profile.Tag, Receiver: to.self.Profile.Tag}, m)
		step := 1
		if testing.Short() {
			step = 7
		}
		for i := 3; i < len(msg); i += step {
			if i >= 7 && i < 11 {
				continue // the receiver's tag: the session would not let it through
			}
			bad := bytes.Clone(msg)
			bad[i] ^= 1 << (i % 8)
			h, parsed, err := wire.Parse4(bad)
			if err != nil {
				continue
			}
			before := to.Handshake
			reply, done, err := to.Receive(h, parsed, to.self, now, to.rand)
			if err == nil || reply != nil || done != nil {
				t.Fatalf("%T: byte %d may be changed", m, i)
			}
			if before.serial != to.serial || len(before.sent) != len(to.sent) || len(before.answered) != len(to.answered) {
				t.Fatalf("%T: byte %d changes the state", m, i)
			}
		}
	}
	tamper(alice, bob, authR)
	authI, bobs := bob.must(t, alice, authR)
	tamper(bob, alice, authI)
	_, alices := alice.must(t, bob, authI)
	agree(t, alices, bobs)

	// An Identity whose keys were exchanged for others' on the way.
	mallory := &side{self: newSelf(t, "mallory", "alice", bobTag), rand: seeded("mallory")}
	others := mallory.start(t)
	for name, change := range map[string]func(m *wire.Identity){
		"Y and B": func(m *wire.Identity) { m.Ephemeral = others.Ephemeral }, "first keys": func(m *wire.Identity) { m.First = others.First },
		"profile": func(m *wire.Identity) { m.Profile = others.Profile }, "first D-H key": func(m *wire.Identity) { m.First.DH = others.First.DH },
	} {
		m := bob.start(t)
		change(&m)
		authR, _ := alice.must(t, bob, m)
		t.Log(name)
		bob.refuses(t, alice, authR, FieldSigma, wire.Forged)
	}
}

// Signatures in other places than their own, and exchanges mixed with each other.
func TestMixedUp(t *testing.T) {
	alice, bob := newSides(t)
	reply, _ := alice.must(t, bob, bob.start(t))
	authR := reply.(wire.AuthR)
	// Auth-R of another exchange between the same two
	other := &side{self: bob.self, rand: seeded("other")}
	stale, _ := alice.must(t, other, other.start(t))
	bob.refuses(t, alice, stale, FieldSigma, wire.Forged)
	// with the profile of somebody else around it
	mallory := &side{self: newSelf(t, "mallory", "bob", aliceTag), rand: seeded("mallory")}
	m := authR
	m.Profile = mallory.start(t).Profile
	bob.refuses(t, mallory, m, FieldSigma, wire.Forged)
	// sigma of Auth-R in Auth-I
	alice.refuses(t, bob, wire.AuthI{Sigma: authR.Sigma}, FieldSigma, wire.Forged)
	// Auth-I from another client than was answered
	authI, _ := bob.must(t, alice, authR)
	phone := &side{self: newSelf(t, "bob", "alice", 0xf0e)}
	alice.refuses(t, phone, authI, FieldSigma, wire.Forged)
	alice.must(t, bob, authI)
	// Auth-R with an exchange's own keys sent back
	fresh, bob := newSides(t)
	identity := bob.start(t)
	reply, _ = fresh.must(t, bob, identity)
	m = reply.(wire.AuthR)
	m.Ephemeral = identity.Ephemeral
	bob.refuses(t, fresh, m, FieldSigma, wire.Forged)
	if _, _, err := bob.try(t, bob, wire.AuthR{Profile: identity.Profile, Ephemeral: identity.Ephemeral, Sigma: m.Sigma, First: identity.First}); !errors.Is(err, ErrReflected) {
		t.Errorf("error %v", err)
	}
}

// Each end names accounts: who thinks that it is somebody else is refused.
func TestIdentities(t *testing.T) {
	for name, c := range map[string]struct {
		alice, peer string // what alice thinks: her name, and her peer's
		ok          bool
	}{
		"the same": {"alice", "bob", true}, "another own": {"alise", "bob", false}, "another peer": {"alice", "bop", false},
		"cut elsewhere": {"aliceb", "ob", false}, "exchanged": {"bob", "alice", false},
	} {
		alice, bob := newSides(t)
		self := *alice.self
		self.ID, self.Peer = c.alice, c.peer
		alice.self = &self
		reply, _ := alice.must(t, bob, bob.start(t))
		if _, _, err := bob.try(t, alice, reply); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A peer who puts our public key in a place where it does not belong gets no answer: the signer
// must be in the ring exactly once.
func TestOurKeyInTheRing(t *testing.T) {
	alice, bob := newSides(t)
	m := bob.start(t)
	m.ECDH = alice.self.Profile.H.Encoded()
	alice.refuses(t, bob, m, "our key among the peer's", wire.Malformed)
	m = bob.start(t)
	m.Profile = made(bob.self, func(p *wire.Profile) { p.F = alice.self.Profile.H.Encoded() })
	alice.refuses(t, bob, m, "our key among the peer's", wire.Malformed)
}

// An Auth-R Message proves nothing to a judge: Bob can make the same one with Alice's public keys
// only.
func TestDeniable(t *testing.T) {
	alice, bob := newSides(t)
	y, err := generate("y", "b", bob.rand)
	if err != nil {
		t.Fatal(err)
	}
	ring := ed448.Ring{bob.self.Profile.F, alice.self.Profile.H, y.ecdh.Public}
	b := &party{bob.self.Profile, y.publics(), y.publics(), "bob"}
	a := &party{alice.self.Profile, y.publics(), y.publics(), "alice"}
	sigma, err := ring.Sign(&y.ecdh, transcriptR(b, a), bob.rand)
	if err != nil || !ring.VerifyPublic(sigma, transcriptR(b, a)) {
		t.Errorf("Bob cannot: %v", err)
	}
}

func FuzzReceive(f *testing.F) {
	alice, bob := newSides(f)
	mallory := &side{self: newSelf(f, "mallory", "alice", 0x777), rand: seeded("mallory")}
	identity := bob.start(f)
	authR, _ := alice.must(f, bob, identity)
	b := *bob
	authI, _ := b.must(f, alice, authR)
	for _, m := range []wire.Message{identity, authR, authI, mallory.start(f)} {
		f.Add(wire.Append(nil, wire.Header{Version: wire.V4, Sender: bobTag, Receiver: aliceTag}, m), true)
		f.Add(wire.Append(nil, wire.Header{Version: wire.V4, Sender: aliceTag, Receiver: bobTag}, m), false)
	}
	f.Fuzz(func(t *testing.T, msg []byte, toAlice bool) {
		h, m, err := wire.Parse4(msg)
		if _, data := m.(wire.Data4); err != nil || data {
			return
		}
		s := *bob
		if toAlice {
			s = *alice
		}
		s.rand = seeded("fuzz")
		before := s.Handshake
		reply, done, err := s.Receive(h, m, s.self, now, s.rand)
		if err != nil && (reply != nil || done != nil || before.serial != s.serial || len(before.sent) != len(s.sent) || len(before.answered) != len(s.answered)) {
			t.Fatalf("%x is refused, and something happens", msg)
		}
	})
}
