// SPDX-License-Identifier: GPL-2.0-or-later

package modular

import (
	"bytes"
	"math/big"

	"filippo.io/bigmod"
)

// A Piece is an operation for which this package does not use bigmod, or not bigmod alone.
// Both functions compute the same, Without without that piece. It is for measuring what the
// piece brings.
type Piece struct {
	Name          string
	With, Without func()
}

// Pieces returns the pieces that this processor uses. prime has 1536 bits and is 3
// modulo 4, and is public, as is everything that the pieces compute with.
func Pieces(prime []byte) ([]Piece, error) {
	m, err := New(prime)
	if err != nil {
		return nil, err
	}
	short, err := New(bytes.Repeat([]byte{0xff}, 128))
	if err != nil {
		return nil, err
	}
	base, two := bytes.Repeat([]byte{0x5a}, m.Size()), []byte{2}
	e1536, e320 := base, base[:40]
	all := []Piece{
		m.prepared("Power of 2, exponent of 320 bits: table", two, e320, 4, 0),
		m.prepared("Power of 2, exponent of 1536 bits: table", two, e1536, 8, 0),
		m.prepared("Two powers of one element: table", base, e1536, 2, 2),
		m.prepared("Three powers of one element: table", base, e1536, 2, 3),
		{"Inverse: math/big", func() { m.InversePublic(base) }, func() { bigmod.NewNat().InverseVarTime(m.nat(base), m.m) }},
		m.square("Square or not: math/big's Jacobi symbol", base),
	}
	if accelerated {
		all = append([]Piece{
			m.exp("Power, exponent of 320 bits: assembly", base, e320),
			m.exp("Power, exponent of 1536 bits: assembly", base, e1536),
			m.squares("The same, 1536 bits: squares apart"),
			m.lookups("Power of 2, exponent of 1536 bits: lookup in assembly"),
			short.product("DSA verification: both powers at once", base[:128], base[:20]),
			short.fermat("Search for a DSA prime: Fermat's test"),
		}, all...)
	}
	return all, nil
}

// bigmodExp returns the power that bigmod computes.
func (m *Modulus) bigmodExp(base, e []byte) *bigmod.Nat {
	return bigmod.NewNat().Exp(m.nat(base), e, m.m)
}

func (m *Modulus) exp(name string, base, e []byte) Piece {
	return Piece{name, func() { m.Exp(base, e) }, func() { m.bigmodExp(base, e) }}
}

// prepared prepares base and raises it n times, or, if n is 0, once after it was prepared.
func (m *Modulus) prepared(name string, base, e []byte, blocks, n int) Piece {
	ready := m.Prepare(base, len(e), blocks)
	if n == 0 {
		return Piece{name, func() { ready.Exp(e) }, func() { m.bigmodExp(base, e) }}
	}
	with := func() {
		b := m.Prepare(base, len(e), blocks)
		for range n {
			b.Exp(e)
		}
	}
	return Piece{name, with, func() {
		for range n {
			m.bigmodExp(base, e)
		}
	}}
}

func (m *Modulus) product(name string, base, e []byte) Piece {
	modulus := m.m.Nat().Bytes(m.m)
	return Piece{name, func() { Exp2Public(modulus, base, e, base, e) }, func() {
		// The modulus belongs to a key that has just arrived.
		m, err := bigmod.NewModulus(modulus)
		if err != nil {
			panic(err) // New has accepted it
		}
		one := func() *bigmod.Nat {
			n, _ := bigmod.NewNat().SetBytes(base, m)
			return n.Exp(n, e, m)
		}
		one().Mul(one(), m)
	}}
}

func (m *Modulus) fermat(name string) Piece {
	modulus := m.m.Nat().Bytes(m.m)
	return Piece{name, func() { FermatPublic(modulus) }, func() {
		m, err := bigmod.NewModulus(modulus)
		if err != nil {
			panic(err) // New has accepted it
		}
		two, _ := bigmod.NewNat().SetBytes([]byte{2}, m)
		two.Exp(two, modulus, m)
	}}
}

func (m *Modulus) square(name string, base []byte) Piece {
	e := new(big.Int).Rsh(m.number(), 1).Bytes() // a^((p-1)/2) is 1 if a is a square
	return Piece{name, func() { m.IsSquarePublic(base) }, func() { m.bigmodExp(base, e).IsOne() }}
}

// squares is the operations of a power with an exponent of 1536 bits, with and without
// the function for squares.
func (m *Modulus) squares(name string) Piece {
	g, t := m.mont, m.mont.scratch()
	n := len(g.m)
	x, entry, table := append([]uint64(nil), g.one...), make([]uint64, n), make([]uint64, 16*n)
	power := func(square func()) {
		for i := range 1536 {
			square()
			if i%4 == 0 {
				lookup(entry, table, 5)
				g.mul(x, x, entry, t)
			}
		}
	}
	return Piece{name, func() { power(func() { g.sqr(x, x, t) }) }, func() { power(func() { g.mul(x, x, x, t) }) }}
}

// lookups is the operations of a power of a prepared base, with and without the lookup in
// assembly.
func (m *Modulus) lookups(name string) Piece {
	g, t := m.mont, m.mont.scratch()
	n := len(g.m)
	x, entry, table := append([]uint64(nil), g.one...), make([]uint64, n), make([]uint64, entries*n)
	power := func(look func(z, table []uint64, i uint64)) {
		for i := range 308 {
			if i%8 == 0 {
				g.sqr(x, x, t)
			}
			look(entry, table, 5)
			g.mul(x, x, entry, t)
		}
	}
	return Piece{name, func() { power(lookup) }, func() { power(lookupGeneric) }}
}
