// SPDX-License-Identifier: GPL-2.0-or-later

package dh

import (
	"bytes"
	"io"
	"sync"

	"purple-otr/otr/internal/modular"
)

// The Socialist Millionaires' Protocol works in the same group, with exponents
// modulo its order q = (p-1)/2.
var (
	order    = halfPrime()
	exponent = sync.OnceValue(func() *modular.Modulus { return mustModulus(order[:]) })
	// G is the generator g1 = 2.
	G = sync.OnceValue(func() *Base {
		two := Element{[Size]byte{Size - 1: 2}}
		return &Base{two, group().Prepare(two.b[:], Size, 8)}
	})
)

func halfPrime() (q [Size]byte) {
	var carry byte
	for i, b := range prime {
		q[i] = carry<<7 | b>>1
		carry = b & 1
	}
	return q
}

// An Element is a power of g1: a square from 1 to p-1. It is comparable.
type Element struct{ b [Size]byte }

// ParseElement checks the bytes of an MPI: "Check that both g2a and g3a are >= 2
// and <= modulus-2", and so for every element received.
//
// We also refuse elements that are not powers of g1, which the specification does not ask
// for. An honest peer never sends one. An attacker could: our answer would depend on
// whether our secret exponents are even, and so would leak one bit of each.
func ParseElement(mpi []byte) (Element, error) {
	p, err := ParsePublic(mpi)
	if err == nil && !group().IsSquarePublic(p.b[:]) {
		err = ErrRange
	}
	return Element(p), err
}

// MPI returns e without leading zeros. The slice is e's own copy.
func (e Element) MPI() []byte { return trim(e.b[:]) }

// Exp returns e^s.
func (e Element) Exp(s Scalar) Element {
	return Element{[Size]byte(group().Exp(e.b[:], s.b))}
}

// A Base is an element prepared for exponentiation with several scalars. It is immutable.
type Base struct {
	Element
	base *modular.Base
}

// Prepare prepares e. It costs two thirds of an exponentiation; each exponentiation with the
// result then costs a quarter. (More blocks would need twice the memory, and save nothing if
// there are two exponentiations.)
func (e Element) Prepare() *Base { return &Base{e, group().Prepare(e.b[:], Size, 2)} }

// Exp returns b^s.
func (b *Base) Exp(s Scalar) Element {
	if len(s.b) < Size {
		return b.Element.Exp(s) // the table is for long scalars only
	}
	return Element{[Size]byte(b.base.Exp(s.b))}
}

// Mul returns e*o.
func (e Element) Mul(o Element) Element {
	return Element{[Size]byte(group().Mul(e.b[:], o.b[:]))}
}

// Div returns e/o. It is not constant time in o, which must be public, such as a value
// that was sent.
func (e Element) Div(o Element) Element {
	inv, ok := group().InversePublic(o.b[:])
	if !ok {
		panic("dh: not an element") // p is prime, and 0 is no Element
	}
	return Element{[Size]byte(group().Mul(e.b[:], inv))}
}

// A Scalar is an exponent, less than q. Its length is public: 192 bytes, or 32
// if it was made by [HashScalar].
type Scalar struct{ b []byte }

// RandomScalar draws a scalar other than 0 from rand.
func RandomScalar(rand io.Reader) (Scalar, error) {
	for {
		b := make([]byte, Size)
		if _, err := io.ReadFull(rand, b); err != nil {
			return Scalar{}, err
		}
		b[0] &= 0x7f // q has 1535 bits, nearly all of them ones
		if s, err := ParseScalar(trim(b)); err == nil {
			return s, nil
		}
	}
}

// ParseScalar checks the bytes of an MPI: 1 <= s < q.
func ParseScalar(mpi []byte) (Scalar, error) {
	if len(mpi) == 0 || len(mpi) > Size {
		return Scalar{}, ErrRange
	}
	b := make([]byte, Size)
	copy(b[Size-len(mpi):], mpi)
	if bytes.Compare(b, order[:]) >= 0 {
		return Scalar{}, ErrRange
	}
	return Scalar{b}, nil
}

// HashScalar uses a hash as an exponent.
func HashScalar(h [32]byte) Scalar { return Scalar{h[:]} }

// MPI returns s without leading zeros.
func (s Scalar) MPI() []byte { return trim(s.b) }

// Mul returns s*a modulo q.
func (s Scalar) Mul(a Scalar) Scalar {
	q := exponent()
	return Scalar{q.Mul(fit(s, q), fit(a, q))}
}

// SubMul returns s - a*c modulo q, for the D values of the proofs.
func (s Scalar) SubMul(a, c Scalar) Scalar {
	q := exponent()
	return Scalar{q.Sub(fit(s, q), q.Mul(fit(a, q), fit(c, q)))}
}

// fit pads s with leading zeros to the length of the modulus.
func fit(s Scalar, m *modular.Modulus) []byte {
	b := make([]byte, m.Size())
	copy(b[len(b)-len(s.b):], s.b)
	return b
}
