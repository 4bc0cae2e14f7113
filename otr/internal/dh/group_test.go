// SPDX-License-Identifier: GPL-2.0-or-later

package dh

import (
	"bytes"
	"errors"
	"math/big"
	"testing"
)

func big2(b []byte) *big.Int { return new(big.Int).SetBytes(b) }

// "The D values are calculated modulo q = (p - 1) / 2".
func TestOrder(t *testing.T) {
	if want := new(big.Int).Rsh(p(), 1); big2(order[:]).Cmp(want) != 0 {
		t.Errorf("%X", order)
	}
}

func TestElementsAgainstBig(t *testing.T) {
	r := seeded("elements")
	for range 10 {
		s, err := RandomScalar(r)
		if err != nil {
			t.Fatal(err)
		}
		c := HashScalar([32]byte(s.MPI()))
		e := G().Exp(s)
		if want := new(big.Int).Exp(big.NewInt(2), big2(s.MPI()), p()); big2(e.MPI()).Cmp(want) != 0 {
			t.Fatal("2^s")
		}
		f := e.Exp(c)
		if want := new(big.Int).Exp(big2(e.MPI()), big2(c.MPI()), p()); big2(f.MPI()).Cmp(want) != 0 {
			t.Fatal("e^c")
		}
		if want := new(big.Int).Mul(big2(e.MPI()), big2(f.MPI())); big2(e.Mul(f).MPI()).Cmp(want.Mod(want, p())) != 0 {
			t.Fatal("e*f")
		}
		if e.Div(f).Mul(f) != e {
			t.Fatal("e/f*f")
		}
		a, err := RandomScalar(r)
		if err != nil {
			t.Fatal(err)
		}
		want := new(big.Int).Mul(big2(a.MPI()), big2(c.MPI()))
		want.Sub(big2(s.MPI()), want).Mod(want, big2(order[:]))
		if got := s.SubMul(a, c); big2(got.MPI()).Cmp(want) != 0 {
			t.Fatalf("s - a*c is %x", got.MPI())
		}
		for _, factor := range []Scalar{a, c} {
			want.Mul(big2(s.MPI()), big2(factor.MPI())).Mod(want, big2(order[:]))
			got := s.Mul(factor)
			if big2(got.MPI()).Cmp(want) != 0 {
				t.Fatalf("s*%x is %x", factor.MPI(), got.MPI())
			}
			if f.Prepare().Exp(got) != f.Exp(s).Exp(factor) {
				t.Fatal("f^(s*factor) is not (f^s)^factor")
			}
		}
	}
}

// "Check that both g2a and g3a are >= 2 and <= modulus-2"
func TestParseElement(t *testing.T) {
	for _, bad := range [][]byte{nil, {1}, plus(-1), plus(0), plus(1), append([]byte{1}, plus(0)...)} {
		if _, err := ParseElement(bad); !errors.Is(err, ErrRange) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
	// p is 7 modulo 8, so 2 is a square, and p is 3 modulo 4, so x or p-x is one.
	for n := int64(2); n < 100; n++ {
		_, err := ParseElement(big.NewInt(n).Bytes())
		_, negative := ParseElement(plus(-n))
		square := new(big.Int).ModSqrt(big.NewInt(n), big2(prime[:])) != nil
		if (err == nil) != square || (negative == nil) == square {
			t.Errorf("%d is a square: %v; accepted: %v, and p-%d: %v", n, square, err == nil, n, negative == nil)
		}
	}
	for _, good := range [][]byte{{2}, {4}, G().Exp(HashScalar([32]byte{1})).MPI()} {
		if e, err := ParseElement(good); err != nil || !bytes.Equal(e.MPI(), good) {
			t.Errorf("%d bytes: %v", len(good), err)
		}
	}
}

func TestParseScalar(t *testing.T) {
	q := big2(order[:])
	for _, bad := range [][]byte{nil, q.Bytes(), new(big.Int).Add(q, big.NewInt(1)).Bytes(), make([]byte, Size+1)} {
		if _, err := ParseScalar(bad); !errors.Is(err, ErrRange) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
	for _, good := range [][]byte{{1}, new(big.Int).Sub(q, big.NewInt(1)).Bytes()} {
		if s, err := ParseScalar(good); err != nil || !bytes.Equal(s.MPI(), good) {
			t.Errorf("%d bytes: %v", len(good), err)
		}
	}
}

// A value that is too large, or zero, is drawn again.
func TestRandomScalar(t *testing.T) {
	draws := make([]byte, Size)                                // 0
	draws = append(draws, bytes.Repeat([]byte{0xff}, Size)...) // larger than q
	draws = append(draws, append(make([]byte, Size-1), 5)...)  // 5
	s, err := RandomScalar(bytes.NewReader(draws))
	if err != nil || !bytes.Equal(s.MPI(), []byte{5}) {
		t.Errorf("%x, %v", s.MPI(), err)
	}
	if _, err := RandomScalar(bytes.NewReader(make([]byte, Size))); err == nil {
		t.Error("a scalar without randomness")
	}
}
