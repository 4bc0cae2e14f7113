// SPDX-License-Identifier: GPL-2.0-or-later

package modular

import "math/bits"

// What an exponentiation consists of. A multiplication is done 8 rows of the
// schoolbook's at a time: multiplyRows, reduceRows and lookup are these three, or
// do the same faster. Numbers are little-endian in limbs of 64 bits.

// multiplyGeneric adds x*y[:8] to t[:len(x)+8], of which the highest 8 limbs are
// zero.
func multiplyGeneric(t, x, y []uint64) {
	for i, yi := range y[:8] {
		t[len(x)+i] = addProduct(t[i:i+len(x)], x, yi)
	}
}

// reduceGeneric adds a multiple of m to t that makes its lowest 8 limbs zero, and
// top, a carry, to t[len(m)]. It returns the carry out of t[:len(m)+8]. inverse
// is -1/m modulo 2^64.
func reduceGeneric(t, m []uint64, inverse, top uint64) uint64 {
	for i := range 8 {
		carry := addProduct(t[i:i+len(m)], m, t[i]*inverse)
		t[len(m)+i], top = bits.Add64(t[len(m)+i], carry, top)
	}
	return top
}

// addProduct adds x*y to t, which is as long as x, and returns the carry.
func addProduct(t, x []uint64, y uint64) (carry uint64) {
	for i := range t {
		hi, lo := bits.Mul64(x[i], y)
		var c uint64
		lo, c = bits.Add64(lo, t[i], 0)
		hi, _ = bits.Add64(hi, 0, c)
		t[i], c = bits.Add64(lo, carry, 0)
		carry, _ = bits.Add64(hi, 0, c)
	}
	return carry
}

// lookupGeneric copies the i-th entry of table, whose entries are as long as z,
// to z. It reads all of them, so that neither the time nor the addresses depend
// on i.
func lookupGeneric(z, table []uint64, i uint64) {
	clear(z)
	for k := range len(table) / len(z) {
		_, equal := bits.Sub64(uint64(k)^i, 1, 0) // 1 if k is i
		for j, limb := range table[k*len(z):][:len(z)] {
			z[j] |= limb & -equal
		}
	}
}
