// SPDX-License-Identifier: GPL-2.0-or-later

package modular

import "math/bits"

// The operations of an exponentiation: multiply, square, reduce, subtract and lookup
// either call these functions or do the same faster. Numbers are little-endian in limbs
// of 64 bits.

// multiplyGeneric adds x*y to t, which is as long as both and has zeros in its
// higher half.
func multiplyGeneric(t, x, y []uint64) {
	n := len(x)
	for i, yi := range y {
		t[i+n] = addProduct(t[i:i+n], x, yi)
	}
}

// squareGeneric sets t, which is all zeros and twice as long as x, to x*x.
func squareGeneric(t, x []uint64) { multiplyGeneric(t, x, x) }

// reduceGeneric adds to t, which is twice as long as m, the multiple of m that makes the
// lower half of t zero, and returns the carry. inverse is -1/m modulo 2^64. The lower
// half of t is meaningless afterwards.
func reduceGeneric(t, m []uint64, inverse uint64) (top uint64) {
	n := len(m)
	for i := range m {
		carry := addProduct(t[i:i+n], m, t[i]*inverse)
		t[i+n], top = bits.Add64(t[i+n], carry, top)
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

// subtractGeneric sets z to x - y&mask, all of as many limbs, and returns the
// borrow.
func subtractGeneric(z, x, y []uint64, mask uint64) (borrow uint64) {
	for i := range y {
		z[i], borrow = bits.Sub64(x[i], y[i]&mask, borrow)
	}
	return borrow
}

// lookupGeneric copies the i-th entry of table to z; entries are as long as z. It reads
// every entry, so that neither its time nor the addresses it accesses depend on i.
func lookupGeneric(z, table []uint64, i uint64) {
	clear(z)
	for k := range len(table) / len(z) {
		_, equal := bits.Sub64(uint64(k)^i, 1, 0) // 1 if k is i
		for j, limb := range table[k*len(z):][:len(z)] {
			z[j] |= limb & -equal
		}
	}
}
