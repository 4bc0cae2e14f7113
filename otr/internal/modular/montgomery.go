// SPDX-License-Identifier: GPL-2.0-or-later

package modular

import (
	"encoding/binary"
	"math/big"
)

// A montgomery multiplies modulo m, in Montgomery form: a number x is stored as x*R
// modulo m, where R = 2^(64n), little-endian in limbs of 64 bits. Stored values are less
// than R, but not always less than m.
type montgomery struct {
	m       []uint64 // n limbs, a multiple of 8
	inverse uint64   // -1/m modulo 2^64
	one     []uint64 // R modulo m
	square  []uint64 // R^2 modulo m
}

// newMontgomery precomputes the values for m, an odd public number. It returns nil if m
// has 8 limbs or fewer, which the multiplication does not support.
func newMontgomery(m []byte) *montgomery {
	limbs := (len(m) + 63) / 64 * 8
	if limbs <= 8 {
		return nil
	}
	g := &montgomery{m: fromBytes(m, limbs)}
	// Newton's iteration doubles the number of correct bits; m*m = 1 modulo 8 gives
	// the first 3.
	inverse := g.m[0]
	for range 5 {
		inverse *= 2 - g.m[0]*inverse
	}
	g.inverse = -inverse
	n := new(big.Int).SetBytes(m)
	power := func(e int) []uint64 {
		r := new(big.Int).Lsh(big.NewInt(1), uint(e*64*limbs))
		return fromBytes(r.Mod(r, n).Bytes(), limbs)
	}
	g.one, g.square = power(1), power(2)
	return g
}

// fromBytes converts a big-endian number of at most n limbs.
func fromBytes(b []byte, n int) []uint64 {
	padded := make([]byte, 8*n)
	copy(padded[len(padded)-len(b):], b)
	x := make([]uint64, n)
	for i := range x {
		x[i] = binary.BigEndian.Uint64(padded[8*(n-1-i):])
	}
	return x
}

// A scratch is the working space of a multiplication: 2n limbs.
type scratch []uint64

func (g *montgomery) scratch() scratch { return make(scratch, 2*len(g.m)) }

// mul sets z to x*y. The slices may be the same.
func (g *montgomery) mul(z, x, y []uint64, t scratch) {
	clear(t)
	multiply(t, x, y)
	g.reduced(z, t)
}

// sqr sets z to x*x. The slices may be the same.
func (g *montgomery) sqr(z, x []uint64, t scratch) {
	clear(t)
	square(t, x)
	g.reduced(z, t)
}

// reduced sets z to t/R, for a t less than R*R.
func (g *montgomery) reduced(z []uint64, t scratch) {
	n := len(g.m)
	top := reduce(t, g.m, g.inverse)
	// t/R is less than R+m: what exceeds R is a multiple of R, and m taken off
	// leaves less than R.
	subtract(z, t[n:], g.m, -top)
}

// enter converts b, a big-endian number less than m, to Montgomery form.
func (g *montgomery) enter(b []byte, t scratch) []uint64 {
	x := fromBytes(b, len(g.m))
	g.mul(x, x, g.square, t)
	return x
}

// leave converts x from Montgomery form to size big-endian bytes. It overwrites x.
func (g *montgomery) leave(x []uint64, size int, t scratch) []byte {
	unit := make([]uint64, len(x))
	unit[0] = 1
	g.mul(x, x, unit, t) // at most m
	borrow := subtract(t[:len(x)], x, g.m, ^uint64(0))
	b := make([]byte, 8*len(x))
	for i := range x {
		limb := t[i] ^ (t[i]^x[i])&-borrow
		binary.BigEndian.PutUint64(b[len(b)-8*(i+1):], limb)
	}
	return b[len(b)-size:]
}

// windowed returns the product of the bases, each raised to the exponent with the same
// index. Exponents are big-endian and have the same length, which is public. Bases and
// exponents are secret: windowed reads every entry of a table of powers for each four
// bits.
func (g *montgomery) windowed(bases, exponents [][]byte, size int) []byte {
	n := len(g.m)
	t := g.scratch()
	tables := make([][]uint64, len(bases))
	for i, base := range bases {
		table := make([]uint64, 16*n)
		copy(table, g.one)
		copy(table[n:], g.enter(base, t))
		for k := 2; k < 16; k++ {
			g.mul(table[k*n:][:n], table[(k-1)*n:][:n], table[n:2*n], t)
		}
		tables[i] = table
	}
	z, power := make([]uint64, n), make([]uint64, n)
	copy(z, g.one)
	for k := range 2 * len(exponents[0]) {
		for i := 0; i < 4 && k > 0; i++ {
			g.sqr(z, z, t)
		}
		for i, e := range exponents {
			lookup(power, tables[i], uint64(e[k/2]>>(4*(1-k%2))&0xf))
			g.mul(z, z, power, t)
		}
	}
	return g.leave(z, size, t)
}
