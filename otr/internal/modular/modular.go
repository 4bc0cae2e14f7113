// SPDX-License-Identifier: GPL-2.0-or-later

// Package modular is arithmetic modulo odd numbers in time that does not depend on the
// values of the operands. It alone decides which library does the work: bigmod, with three
// exceptions. Bigmod cannot prepare a base for several exponents; where the processor can add
// along two chains of carries, the multiplications here are faster for large moduli; and
// math/big is faster with numbers that are public. doc/performance.md says what each of these
// brings.
//
// Other processors, and the build tag nokernel, only lose that speed; with purego, bigmod
// uses no assembly either.
//
// Numbers are unsigned big-endian byte slices. Results have the modulus's
// length and are freshly allocated. Lengths are public; values are not.
package modular

import (
	"errors"
	"math/big"

	"filippo.io/bigmod"
)

// A Modulus is an odd number greater than 1. It is public.
type Modulus struct {
	m    *bigmod.Modulus
	mont *montgomery // nil if it has 64 bytes or less
}

// New makes a modulus from b, which must be odd and have no leading zero.
func New(b []byte) (*Modulus, error) {
	if len(b) == 0 || b[0] == 0 || b[len(b)-1]&1 == 0 {
		return nil, errors.New("modular: not an odd number without leading zeros")
	}
	m, err := bigmod.NewModulus(b)
	if err != nil {
		return nil, errors.New("modular: unusable modulus")
	}
	return &Modulus{m, newMontgomery(b)}, nil
}

// Observe is for tests that count exponentiations. If it is not nil, it is called for
// each of them, with the lengths of modulus and exponent in bytes, and the number of
// blocks of the base's table, 0 if there is no table.
var Observe func(modulus, exponent, blocks int)

func observe(m *Modulus, e []byte, blocks int) {
	if Observe != nil {
		Observe(m.Size(), len(e), blocks)
	}
}

// Size is the modulus's length in bytes.
func (m *Modulus) Size() int { return m.m.Size() }

func (m *Modulus) number() *big.Int { return new(big.Int).SetBytes(m.m.Nat().Bytes(m.m)) }

// nat converts x, which must be less than the modulus and no longer. It panics otherwise,
// because continuing would silently give a wrong key. No input from a peer can cause
// that: the calling packages have checked or computed x.
func (m *Modulus) nat(x []byte) *bigmod.Nat {
	n, err := bigmod.NewNat().SetBytes(x, m.m)
	if err != nil {
		panic("modular: operand not reduced")
	}
	return n
}

// Exp returns base^e. base is less than the modulus.
func (m *Modulus) Exp(base, e []byte) []byte {
	observe(m, e, 0)
	n := m.nat(base)
	if m.mont != nil && accelerated {
		return m.mont.windowed([][]byte{base}, [][]byte{e}, m.Size())
	}
	return bigmod.NewNat().Exp(n, e, m.m).Bytes(m.m)
}

// Mul returns a*b, both less than the modulus.
func (m *Modulus) Mul(a, b []byte) []byte {
	return m.nat(a).Mul(m.nat(b), m.m).Bytes(m.m)
}

// Add returns a+b, both less than the modulus.
func (m *Modulus) Add(a, b []byte) []byte {
	return m.nat(a).Add(m.nat(b), m.m).Bytes(m.m)
}

// Sub returns a-b, both less than the modulus.
func (m *Modulus) Sub(a, b []byte) []byte {
	return m.nat(a).Sub(m.nat(b), m.m).Bytes(m.m)
}

// Reduce returns x modulo m, where x is less than wide.
func (m *Modulus) Reduce(x []byte, wide *Modulus) []byte {
	return bigmod.NewNat().Mod(wide.nat(x), m.m).Bytes(m.m)
}

// InversePublic returns 1/a. It is not constant time, so a must be public. ok is false if
// there is no inverse.
func (m *Modulus) InversePublic(a []byte) (inv []byte, ok bool) {
	m.nat(a) // panics if a is not reduced
	// This takes a tenth of the time of bigmod's InverseVarTime.
	n := new(big.Int).ModInverse(new(big.Int).SetBytes(a), m.number())
	if n == nil {
		return nil, false
	}
	return n.FillBytes(make([]byte, m.Size())), true
}

// IsSquarePublic reports whether a is a nonzero square modulo m, which must be prime. It
// is not constant time, so a must be public.
func (m *Modulus) IsSquarePublic(a []byte) bool {
	return big.Jacobi(new(big.Int).SetBytes(a), m.number()) == 1
}

// Exp2Public returns a^d * b^e modulo m, faster than two exponentiations. m is odd, a and
// b are less than m, and d and e have the same length. It is not constant time, so all of
// them must be public.
func Exp2Public(m, a, d, b, e []byte) []byte {
	if accelerated {
		if g := newMontgomery(m); g != nil {
			return g.windowed([][]byte{a, b}, [][]byte{d, e}, len(m))
		}
	}
	n, err := bigmod.NewModulus(m)
	if err != nil {
		panic("modular: not a modulus")
	}
	power := func(base, e []byte) *bigmod.Nat {
		x, err := bigmod.NewNat().SetBytes(base, n)
		if err != nil {
			panic("modular: operand not reduced")
		}
		return x.Exp(x, e, n)
	}
	return power(a, d).Mul(power(b, e), n).Bytes(n)
}

// FermatPublic reports whether 2^(m-1) is 1 modulo m, an odd number greater than 1: true
// for every prime, and for few composite numbers. It is not constant time, so m must be
// public.
func FermatPublic(m []byte) bool {
	n := new(big.Int).SetBytes(m)
	one, two := big.NewInt(1), big.NewInt(2)
	e := new(big.Int).Sub(n, one)
	if accelerated {
		if g := newMontgomery(m); g != nil {
			two := two.FillBytes(make([]byte, len(m)))
			power := g.windowed([][]byte{two}, [][]byte{e.Bytes()}, len(m))
			return new(big.Int).SetBytes(power).Cmp(one) == 0
		}
	}
	return new(big.Int).Exp(two, e, n).Cmp(one) == 0
}
