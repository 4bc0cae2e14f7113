// SPDX-License-Identifier: GPL-2.0-or-later

package modular

import "math/bits"

// The operations of an exponentiation: multiply, square, reduce and lookup either call the
// functions here named after them or do the same faster. Numbers are little-endian in limbs of
// 64 bits.

// multiplyGeneric adds x*y to t, which is as long as both and has zeros in its
// higher half. Their length is even.
func multiplyGeneric(t, x, y []uint64) {
	n := len(x)
	for i := 0; i < n; i += 2 {
		t[i+n], t[i+n+1] = addProducts(t[i:i+n], x, y[i], y[i+1])
	}
}

// squareGeneric sets t, which is all zeros and twice as long as x, to x*x.
func squareGeneric(t, x []uint64) { multiplyGeneric(t, x, x) }

// reduceGeneric adds to t, which is twice as long as m, the multiple of m that makes the
// lower half of t zero, and returns the carry. inverse is -1/m modulo 2^64. The lower
// half of t is meaningless afterwards. The length of m is even.
func reduceGeneric(t, m []uint64, inverse uint64) (top uint64) {
	n := len(m)
	for i := 0; i < n; i += 2 {
		y := t[i] * inverse
		hi, lo := bits.Mul64(m[0], y)
		_, c := bits.Add64(t[i], lo, 0)
		z := (t[i+1] + hi + c + m[1]*y) * inverse // from t[i+1] after y*m has been added
		lo, hi = addProducts(t[i:i+n], m, y, z)
		t[i+n], c = bits.Add64(t[i+n], lo, top)
		t[i+n+1], top = bits.Add64(t[i+n+1], hi, c)
	}
	return top
}

// addProducts adds x * (y + z*2^64) to t, which is as long as x, and returns the carry: two
// limbs, the lower one first. The processor can compute both chains of carries at the same
// time.
func addProducts(t, x []uint64, y, z uint64) (lo, hi uint64) {
	var carryY, carryZ, last, c uint64 // last is the limb of x before this one
	for i, limb := range x {
		hi, lo = bits.Mul64(limb, y)
		lo, c = bits.Add64(lo, t[i], 0)
		hi, _ = bits.Add64(hi, 0, c)
		lo, c = bits.Add64(lo, carryY, 0)
		carryY, _ = bits.Add64(hi, 0, c)
		sum := lo
		hi, lo = bits.Mul64(last, z)
		lo, c = bits.Add64(lo, carryZ, 0)
		hi, _ = bits.Add64(hi, 0, c)
		t[i], c = bits.Add64(lo, sum, 0)
		carryZ, _ = bits.Add64(hi, 0, c)
		last = limb
	}
	hi, lo = bits.Mul64(last, z)
	lo, c = bits.Add64(lo, carryY, 0)
	hi, _ = bits.Add64(hi, 0, c)
	lo, c = bits.Add64(lo, carryZ, 0)
	hi, _ = bits.Add64(hi, 0, c)
	return lo, hi
}

// subtract sets z to x - y&mask, all of as many limbs, and returns the borrow.
func subtract(z, x, y []uint64, mask uint64) (borrow uint64) {
	for i := range y {
		z[i], borrow = bits.Sub64(x[i], y[i]&mask, borrow)
	}
	return borrow
}

// lookupGeneric copies the i-th entry of table to z; entries are as long as z. It reads
// every entry, so that neither its time nor the addresses it accesses depend on i. It takes
// longer where the compiler inlines it.
//
//go:noinline
func lookupGeneric(z, table []uint64, i uint64) {
	clear(z)
	for k := range len(table) / len(z) {
		_, equal := bits.Sub64(uint64(k)^i, 1, 0) // 1 if k is i
		for j, limb := range table[k*len(z):][:len(z)] {
			z[j] |= limb & -equal
		}
	}
}
