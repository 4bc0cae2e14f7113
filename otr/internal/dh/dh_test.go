// SPDX-License-Identifier: GPL-2.0-or-later

package dh

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"
)

func seeded(seed string) *rand.ChaCha8 { return rand.NewChaCha8(sha256.Sum256([]byte(seed))) }

// p computes "2^1536 - 2^1472 - 1 + 2^64 * { [2^1406 pi] + 741804 }", as RFC 3526
// defines the group, from the digits of pi.
func p() *big.Int {
	// Machin: pi = 16 arctan(1/5) - 4 arctan(1/239), scaled by 2^1500
	one := new(big.Int).Lsh(big.NewInt(1), 1500)
	arctan := func(x int64) *big.Int {
		sum, term := new(big.Int), new(big.Int).Div(one, big.NewInt(x))
		for n := int64(1); term.Sign() != 0; n += 2 {
			d := new(big.Int).Div(term, big.NewInt(n))
			if n%4 == 1 {
				sum.Add(sum, d)
			} else {
				sum.Sub(sum, d)
			}
			term.Div(term, big.NewInt(x*x))
		}
		return sum
	}
	pi := new(big.Int).Sub(new(big.Int).Mul(arctan(5), big.NewInt(16)), new(big.Int).Mul(arctan(239), big.NewInt(4)))
	pi.Rsh(pi, 1500-1406)
	pi.Add(pi, big.NewInt(741804))
	n := pi.Lsh(pi, 64)
	n.Add(n, new(big.Int).Lsh(big.NewInt(1), 1536))
	n.Sub(n, new(big.Int).Lsh(big.NewInt(1), 1472))
	return n.Sub(n, big.NewInt(1))
}

func TestPrime(t *testing.T) {
	if got := new(big.Int).SetBytes(prime[:]); got.Cmp(p()) != 0 {
		t.Errorf("%X", got)
	}
	if !p().ProbablyPrime(4) || !new(big.Int).Rsh(p(), 1).ProbablyPrime(4) {
		t.Error("not a safe prime")
	}
}

func plus(n int64) []byte { return new(big.Int).Add(p(), big.NewInt(n)).Bytes() }

// "a legal value (2 <= gy <= modulus-2)"
func TestParsePublic(t *testing.T) {
	for name, mpi := range map[string][]byte{
		"0": nil, "a zero": {0}, "1": {1}, "p-1": plus(-1), "p": plus(0), "p+1": plus(1),
		"2^1536-1": bytes.Repeat([]byte{0xff}, Size), "2^1536": append([]byte{1}, make([]byte, Size)...),
	} {
		if _, err := ParsePublic(mpi); !errors.Is(err, ErrRange) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for name, mpi := range map[string][]byte{"2": {2}, "3": {3}, "p-2": plus(-2), "256": {1, 0}} {
		k, err := ParsePublic(mpi)
		if err != nil || !bytes.Equal(k.MPI(), mpi) {
			t.Errorf("%s: %x, %v", name, k.MPI(), err)
		}
	}
}

// Against math/big, with exponents that have leading zeros too.
func TestAgainstBig(t *testing.T) {
	for i := range 20 {
		var raw [2][SecretSize]byte
		var keys [2]KeyPair
		for j := range keys {
			r := seeded(string(rune('a' + 2*i + j)))
			r.Read(raw[j][:])
			clear(raw[j][:i])
			k, err := Generate(bytes.NewReader(raw[j][:]))
			if err != nil {
				t.Fatal(err)
			}
			keys[j] = k
			want := new(big.Int).Exp(big.NewInt(2), new(big.Int).SetBytes(raw[j][:]), p())
			if !bytes.Equal(k.Public.MPI(), want.Bytes()) {
				t.Fatalf("g^x is %x", k.Public.MPI())
			}
		}
		a, b := keys[0].Shared(keys[1].Public), keys[1].Shared(keys[0].Public)
		x := new(big.Int).Mul(new(big.Int).SetBytes(raw[0][:]), new(big.Int).SetBytes(raw[1][:]))
		if want := new(big.Int).Exp(big.NewInt(2), x, p()); a != b || !bytes.Equal(a.MPI(), want.Bytes()) {
			t.Fatal("the shared secret is wrong")
		}
	}
}

// "Write the value of s as a minimum-length MPI": leading zeros of the secret are
// removed.
func TestSharedWithLeadingZeros(t *testing.T) {
	k := KeyPair{x: [SecretSize]byte{SecretSize - 1: 3}}
	two, err := ParsePublic([]byte{2})
	if err != nil {
		t.Fatal(err)
	}
	if s := k.Shared(two); !bytes.Equal(s.MPI(), []byte{8}) {
		t.Errorf("2^3 is %x", s.MPI())
	}
}

// A broken source of randomness does not make a key.
func TestGenerateRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"nothing":   nil,
		"too short": bytes.Repeat([]byte{7}, SecretSize-1),
		"zeros":     make([]byte, SecretSize),
	} {
		if k, err := Generate(bytes.NewReader(b)); err == nil || !k.IsZero() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHigher(t *testing.T) {
	parse := func(b ...byte) Public {
		k, err := ParsePublic(b)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	for _, c := range []struct {
		a, b Public
		want bool
	}{
		{parse(3), parse(2), true}, {parse(2), parse(3), false}, {parse(2), parse(2), false},
		{parse(1, 0), parse(255), true}, {parse(255), parse(1, 0), false},
	} {
		if c.a.Higher(c.b) != c.want {
			t.Errorf("%x higher than %x: %v", c.a.MPI(), c.b.MPI(), !c.want)
		}
	}
}

func TestWipe(t *testing.T) {
	k, err := Generate(seeded("wipe"))
	if err != nil || k.IsZero() {
		t.Fatal(err)
	}
	k.Wipe()
	if k != (KeyPair{}) || !k.IsZero() {
		t.Error("Wipe left data behind")
	}
}

// The caller owns the slice that MPI returns.
func TestMPIIsACopy(t *testing.T) {
	k, err := Generate(seeded("copy"))
	if err != nil {
		t.Fatal(err)
	}
	s := k.Shared(k.Public)
	before, secret := k.Public, s
	clear(k.Public.MPI())
	clear(s.MPI())
	if k.Public != before || s != secret {
		t.Error("MPI does not return a copy")
	}
}
