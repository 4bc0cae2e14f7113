// SPDX-License-Identifier: GPL-2.0-or-later

package dake

import (
	"errors"
	"io"
	"testing"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/wire"
)

// forgingKey is the secret that newSelf forgets.
func forgingKey(t testing.TB, name string) ed448.KeyPair {
	t.Helper()
	k, err := ed448.Generate(seeded("forging" + name))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// strangers are two clients as a forger knows them.
func strangers(alice, bob *side) (a, b *Self) {
	return &Self{Profile: alice.self.Profile, ID: "alice"}, &Self{Profile: bob.self.Profile, ID: "bob"}
}

// A forged exchange is what the engine would accept if it had drawn the same ephemeral keys. It does
// not matter who has signed.
func TestForge(t *testing.T) {
	theirs := forgingKey(t, "alice")
	bobs := forgingKey(t, "bob")
	nobody, err := ed448.Generate(seeded("nobody"))
	if err != nil {
		t.Fatal(err)
	}
	alice, bob := newSides(t)
	for _, c := range []struct {
		name           string
		key            *ed448.KeyPair
		signsR, signsI bool // else the ephemeral key does
	}{
		{"nobody's key", nil, false, false},
		{"a key of neither", &nobody, false, false},
		{"alice's key", alice.self.Key.Pair(), true, false},
		{"bob's key", bob.self.Key.Pair(), false, true},
		{"alice's forging key", &theirs, false, true},
		{"bob's forging key", &bobs, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := strangers(alice, bob)
			f, err := Forge(b, a, c.key, seeded(c.name))
			if err != nil {
				t.Fatal(err)
			}
			agree(t, &f.Alice, &f.Bob)
			if c.key != nil && (f.SignsR.Equal(c.key.Public) != c.signsR || f.SignsI.Equal(c.key.Public) != c.signsI) {
				t.Error("another key has signed")
			}

			alice, bob := newSides(t)
			bob.rand = seeded(c.name)
			if m := bob.start(t); m.Ephemeral.ECDH != f.Identity.Ephemeral.ECDH || m.First.ECDH != f.Identity.First.ECDH {
				t.Fatal("the Identity Message is another one")
			}
			alice.rand = seeded(c.name)
			skip(t, alice.rand)
			if reply, _ := alice.must(t, bob, f.Identity); reply.(wire.AuthR).Ephemeral.ECDH != f.AuthR.Ephemeral.ECDH {
				t.Fatal("the Auth-R Message is another one")
			}
			_, bobs := bob.must(t, alice, f.AuthR)
			_, alices := alice.must(t, bob, f.AuthI)
			agree(t, alices, bobs)
			if alices.Secret != f.Alice.Secret || alices.SSID != f.Bob.SSID {
				t.Error("the secrets are others")
			}
		})
	}
}

// skip leaves out what the side draws that begins.
func skip(t *testing.T, rand io.Reader) {
	t.Helper()
	if _, err := io.CopyN(io.Discard, rand, 2*(ed448.SecretSize+dh.SecretSize15)); err != nil {
		t.Fatal(err)
	}
}

func TestForgeRefuses(t *testing.T) {
	alice, bob := newSides(t)
	a, b := strangers(alice, bob)
	if _, err := Forge(a, a, nil, seeded("")); !errors.Is(err, ErrReflected) {
		t.Errorf("somebody talks to their own client: %v", err)
	}
	for n := range 8 {
		if _, err := Forge(b, a, nil, io.LimitReader(seeded(""), int64(n)*70)); err == nil {
			t.Errorf("no error without randomness (%d)", n)
		}
	}
}

// The long-term keys of the two are in no forger's hands. But each may be in two places of a ring if
// somebody makes a profile of their key; then the ephemeral key signs.
func TestForgeKeyTwice(t *testing.T) {
	alice, bob := newSides(t)
	a, b := strangers(alice, bob)
	b.Profile = NewProfile(bob.self.Key, alice.self.Key.Public(), bobTag, "4", now)
	f, err := Forge(b, a, alice.self.Key.Pair(), seeded("twice"))
	if err != nil || f.SignsR.Equal(alice.self.Key.Public()) {
		t.Fatal("it is in the ring twice", err)
	}
	ring := ed448.Ring{b.Profile.F, a.Profile.H, f.SignsR}
	if !ring[0].Equal(ring[1]) {
		t.Fatal("it is in the ring once")
	}
}

// ReadProfile accepts what has expired, and nothing else that a client would refuse.
func TestReadProfile(t *testing.T) {
	alice, _ := newSides(t)
	for name, c := range map[string]struct {
		change func(p *wire.Profile)
		ok     bool
	}{
		"valid":            {func(*wire.Profile) {}, true},
		"expired":          {func(p *wire.Profile) { p.Expiry = 1 }, true},
		"before 1970":      {func(p *wire.Profile) { p.Expiry = -1 << 62 }, true},
		"other versions":   {func(p *wire.Profile) { p.Versions = []byte("34") }, true},
		"no version 4":     {func(p *wire.Profile) { p.Versions = []byte("3") }, false},
		"no public key":    {func(p *wire.Profile) { p.H = [57]byte{1} }, false},
		"no forging key":   {func(p *wire.Profile) { p.F = [57]byte{1} }, false},
		"no instance tag":  {func(p *wire.Profile) { p.Tag = 0xff }, false},
		"another's key":    {func(p *wire.Profile) { p.H = p.F }, false},
		"a version 1 more": {func(p *wire.Profile) { p.Versions = []byte("14") }, false},
	} {
		raw := made(alice.self, c.change).Raw
		p, err := ReadProfile(raw)
		if (err == nil) != c.ok || c.ok && p.Fingerprint() != alice.self.Profile.Fingerprint() {
			t.Errorf("%s: %v", name, err)
		}
		for n := range raw {
			if _, err := ReadProfile(raw[:n]); err == nil {
				t.Fatalf("%s: %d of %d bytes are enough", name, n, len(raw))
			}
		}
	}
}

// A counted is how often the two lowest bits of a signature's scalars, and the two highest of 446,
// have each value.
type counted [6][2][4]int

func (c *counted) add(sigma wire.RingSignature) {
	for i := range c {
		s := sigma[i*ed448.ScalarSize:][:ed448.ScalarSize]
		c[i][0][s[0]%4]++
		c[i][1][s[55]>>4]++
	}
}

// Forged signatures and honest ones have the same distribution, each the uniform one. The low bits
// would differ if the scalars that a signer draws were pruned: see ed448.RandomScalar.
func TestForgedLikeHonest(t *testing.T) {
	count := 1000
	if testing.Short() {
		count = 200
	}
	alice, bob := newSides(t)
	a, b := strangers(alice, bob)
	f, err := newForger(b, a, seeded("uniform"))
	if err != nil {
		t.Fatal(err)
	}
	alicesForging, bobsForging := forgingKey(t, "alice"), forgingKey(t, "bob")
	for _, message := range []struct {
		name    string
		ring    ed448.Ring
		signed  []byte
		signers map[string]*ed448.KeyPair // the first is the honest one
	}{
		{"Auth-R", f.ringR, f.transcriptR, map[string]*ed448.KeyPair{
			honest: alice.self.Key.Pair(), "Y": &f.bobs.ecdh, "Bob's F": &bobsForging}},
		{"Auth-I", f.ringI, f.transcriptI, map[string]*ed448.KeyPair{
			honest: bob.self.Key.Pair(), "X": &f.alices.ecdh, "Alice's F": &alicesForging}},
	} {
		counts := map[string]*counted{}
		for name, key := range message.signers {
			c := new(counted)
			rand := seeded(message.name + name)
			for range count {
				sigma, by, err := forge(&message.ring, key, nil, message.signed, rand)
				if err != nil || !by.Equal(key.Public) || !message.ring.VerifyPublic(sigma, message.signed) {
					t.Fatalf("%s by %s: %v", message.name, name, err)
				}
				c.add(sigma)
			}
			counts[name] = c
		}
		for name, c := range counts {
			for i := range c {
				for j, bits := range []string{"lowest", "highest"} {
					x := difference(c[i][j], counts[honest][i][j])
					// Here one of the two has no variance.
					y := difference(c[i][j], [4]int{count / 4, count / 4, count / 4, count / 4})
					if x > limit || y > limit/2 {
						t.Errorf("%s by %s: the %s bits of %c%d are %d; honest ones %d", message.name, name, bits,
							"cr"[i%2], i/2+1, c[i][j], counts[honest][i][j])
					}
				}
			}
		}
	}
}

const (
	honest = "the one who is named"
	// limit is a chi-square that 4 counts exceed only once in 10 million times.
	limit = 35
)

// difference is the chi-square of two distributions with the same sum.
func difference(a, b [4]int) (x float64) {
	for i := range a {
		if d := float64(a[i] - b[i]); d != 0 {
			x += d * d / float64(a[i]+b[i])
		}
	}
	return x
}
