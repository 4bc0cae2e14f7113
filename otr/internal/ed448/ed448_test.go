// SPDX-License-Identifier: GPL-2.0-or-later

package ed448

import (
	"bytes"
	"errors"
	"math/big"
	"slices"
	"testing"
)

func number(b []byte) *big.Int {
	b = slices.Clone(b)
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

func random(t testing.TB, seed string) Scalar {
	t.Helper()
	s, err := RandomScalar(seeded(seed))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func generate(t testing.TB, seed string) KeyPair {
	t.Helper()
	k, err := Generate(seeded(seed))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestScalarsAgainstBig(t *testing.T) {
	q := number(order[:])
	if !q.ProbablyPrime(4) {
		t.Fatal("q is not prime")
	}
	minus1 := Scalar{}.Sub(Scalar{one})
	list := []Scalar{{}, {one}, minus1, random(t, "a"), random(t, "b")}
	for _, a := range list {
		for _, b := range list {
			x, y := number(a.s[:]), number(b.s[:])
			for name, c := range map[string]struct {
				got  Scalar
				want *big.Int
			}{
				"+": {a.Add(b), new(big.Int).Add(x, y)},
				"-": {a.Sub(b), new(big.Int).Sub(x, y)},
				"*": {a.Mul(b), new(big.Int).Mul(x, y)},
			} {
				if want := c.want.Mod(c.want, q); number(c.got.s[:]).Cmp(want) != 0 {
					t.Errorf("%d %s %d is %x", x, name, y, c.got)
				}
			}
		}
	}
}

// Numbers of every length that anything here is made of, among them the largest.
func TestReduceAgainstBig(t *testing.T) {
	q, r := number(order[:]), seeded("reduce")
	for _, size := range []int{57, 64, 114} {
		for try := range 50 {
			b := bytes.Repeat([]byte{0xff}, size)
			if try > 0 {
				r.Read(b)
			}
			s := Reduce(b)
			if want := new(big.Int).Mod(number(b), q); number(s.s[:]).Cmp(want) != 0 {
				t.Fatalf("%x is %x", b, s)
			}
		}
	}
}

// The laws of a group, between the ways of computing in it.
func TestPoints(t *testing.T) {
	a, b := random(t, "a"), random(t, "b")
	p, q := BaseMul(a), BaseMul(b)
	zero := p.Sub(p)
	for name, c := range map[string][2]Point{
		"G a is BaseMul":         {G().Mul(a), p},
		"G(a+b) = G a + G b":     {BaseMul(a.Add(b)), p.Add(q)},
		"G(a-b) = G a - G b":     {BaseMul(a.Sub(b)), p.Sub(q)},
		"(G a) b = (G b) a":      {p.Mul(b), q.Mul(a)},
		"G a + (G b) a":          {BaseMulAddPublic(a, q, a), p.Add(q.Mul(a))},
		"G 0 + (G b) a":          {BaseMulAddPublic(Scalar{}, q, a), q.Mul(a)},
		"G a + (G b) 0":          {BaseMulAddPublic(a, q, Scalar{}), p},
		"doubling":               {p.Add(p), p.Mul(Scalar{one}.Add(Scalar{one}))},
		"p + 0":                  {p.Add(zero), p},
		"the neutral element":    {zero, BaseMul(Scalar{})},
		"p - (p - q)":            {p.Sub(p.Sub(q)), q},
		"G a + G(-a) is neutral": {p.Add(BaseMul(Scalar{}.Sub(a))), zero},
	} {
		if !c[0].Equal(c[1]) {
			t.Errorf("%s: %x and %x", name, c[0].encoded, c[1].encoded)
		}
	}
	if !zero.IsIdentity() || p.IsIdentity() || p.Equal(q) {
		t.Error("points are confused")
	}
	// What arithmetic gives is as good as what has been parsed.
	for _, p := range []Point{p, p.Add(q), p.Sub(q), q.Mul(a), G()} {
		e := p.Encoded()
		if again, err := ParsePoint(e[:]); err != nil || !again.Equal(p) || !again.Mul(b).Equal(p.Mul(b)) {
			t.Errorf("%x: %v", e, err)
		}
	}
}

// "Trap": a point with a part of low order gives the same multiples as one without.
func TestNoTorsion(t *testing.T) {
	e := generate(t, "torsion").Public.Encoded()
	for _, v := range pointVectors(t) {
		if v.Accept || len(v.Point) != 2*PointSize {
			continue
		}
		// Whatever such a point is added to is refused as it is.
		if p, err := ParsePoint(unhex(t, v.Point)); err == nil {
			t.Errorf("%s: %x", v.Why, p.encoded)
		}
	}
	for i := range e { // half of all bytes make a point of the curve, few of the group
		b := e
		b[i] ^= 1
		if p, err := ParsePoint(b[:]); err == nil && !p.Mul(Scalar{}.Sub(Scalar{one})).Add(p).IsIdentity() {
			t.Errorf("%x is taken and has another order", b)
		}
	}
}

func TestSignature(t *testing.T) {
	k := NewSigningKey([SecretSize]byte{1, 2, 3})
	if again := NewSigningKey(k.Seed()); !again.Public().Equal(k.Public()) {
		t.Error("the seed makes another key")
	}
	if !BaseMul(k.Pair().secret).Equal(k.Public()) || string(k.key[SecretSize:]) != string(k.pair.Public.encoded[:]) {
		t.Error("the key for signatures is not that for ring signatures")
	}
	message := []byte("message")
	sig := k.Sign(message)
	if !k.Public().VerifyPublic(message, sig) {
		t.Fatal("refused")
	}
	for i := range sig {
		bad := sig
		bad[i] ^= 1
		if k.Public().VerifyPublic(message, bad) {
			t.Errorf("byte %d may be changed", i)
		}
	}
	if k.Public().VerifyPublic(message[1:], sig) || generate(t, "other").Public.VerifyPublic(message, sig) {
		t.Error("it is a signature of something else too")
	}
}

// RFC 8032, section 7.4, "Blank".
func TestSignatureOfTheRFC(t *testing.T) {
	seed := unhex(t, "6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3528c8a3fcc2f044e39a3fc5b94492f8f032e7549a20098f95b")
	k := NewSigningKey([SecretSize]byte(seed))
	if e := k.Public().Encoded(); !bytes.Equal(e[:], unhex(t, "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180")) {
		t.Errorf("the public key is %x", e)
	}
	want := unhex(t, "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff2e652600")
	if sig := k.Sign(nil); !bytes.Equal(sig[:], want) {
		t.Errorf("%x", sig)
	}
}

func TestRingRefuses(t *testing.T) {
	keys := [4]KeyPair{generate(t, "0"), generate(t, "1"), generate(t, "2"), generate(t, "3")}
	ring := Ring{keys[0].Public, keys[1].Public, keys[2].Public}
	message := []byte("message")
	sig, err := ring.Sign(&keys[1], message, seeded("sign"))
	if err != nil || !ring.VerifyPublic(sig, message) {
		t.Fatal(err)
	}
	for i := range sig {
		bad := sig
		bad[i] ^= 0x40
		if ring.VerifyPublic(bad, message) {
			t.Fatalf("byte %d may be changed", i)
		}
	}
	if ring.VerifyPublic(sig, []byte("massage")) {
		t.Error("it signs another message")
	}
	for name, other := range map[string]Ring{
		"another order": {ring[1], ring[0], ring[2]}, "another member": {ring[0], ring[1], keys[3].Public},
	} {
		if other.VerifyPublic(sig, message) {
			t.Error(name)
		}
	}
	// A number and q more than that is the same number: only one encoding counts.
	var more [RingSignatureSize]byte
	for i := range 6 {
		s := number(sig[i*ScalarSize:][:ScalarSize])
		b := s.Add(s, number(order[:])).FillBytes(make([]byte, ScalarSize))
		slices.Reverse(b)
		copy(more[i*ScalarSize:], b)
		bad := sig
		copy(bad[i*ScalarSize:], b)
		if ring.VerifyPublic(bad, message) {
			t.Errorf("scalar %d may have q added", i)
		}
	}
	if ring.VerifyPublic(more, message) {
		t.Error("all may have q added")
	}
	for name, r := range map[string]Ring{
		"not in it": {ring[0], keys[3].Public, ring[2]}, "in it twice": {ring[1], ring[1], ring[2]},
	} {
		if _, err := r.Sign(&keys[1], message, seeded("x")); !errors.Is(err, ErrSigner) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ring.Sign(new(KeyPair), message, seeded("x")); !errors.Is(err, ErrSigner) {
		t.Errorf("without a key: %v", err)
	}
	if _, err := ring.Sign(&keys[1], message, bytes.NewReader(make([]byte, 500))); err == nil {
		t.Error("it needs randomness")
	}
}

func TestGenerateRefuses(t *testing.T) {
	if k, err := Generate(bytes.NewReader(make([]byte, SecretSize-1))); err == nil || !k.IsZero() {
		t.Error("a key without enough randomness")
	}
	if _, err := RandomScalar(bytes.NewReader(make([]byte, randomSize-1))); err == nil {
		t.Error("a scalar without enough randomness")
	}
	k := generate(t, "wipe")
	if k.Wipe(); k != (KeyPair{}) {
		t.Error("something is left")
	}
	s := random(t, "wipe")
	if s.Wipe(); s != (Scalar{}) {
		t.Error("something is left")
	}
}

func FuzzParsePoint(f *testing.F) {
	for _, v := range pointVectors(f) {
		f.Add(unhex(f, v.Point))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePoint(b)
		if err != nil {
			return
		}
		if e := p.Encoded(); !bytes.Equal(e[:], b) {
			t.Fatalf("%x is read as %x", b, e)
		}
		if again := p.Mul(Scalar{one}); !again.Equal(p) {
			t.Fatalf("%x is not in the group", b)
		}
	})
}

func FuzzRing(f *testing.F) {
	for _, v := range ringVectors(f) {
		f.Add(unhex(f, v.Sigma), unhex(f, v.M))
	}
	v := ringVectors(f)[0]
	ring, message := v.ring(f), unhex(f, v.M)
	f.Fuzz(func(t *testing.T, sig, m []byte) {
		if len(sig) != RingSignatureSize {
			return
		}
		known := slices.ContainsFunc(ringVectors(t), func(v ringVector) bool { return bytes.Equal(unhex(t, v.Sigma), sig) })
		if ring.VerifyPublic([RingSignatureSize]byte(sig), m) && !(known && bytes.Equal(m, message)) {
			t.Fatalf("%x is a signature of %x", sig, m)
		}
	})
}
