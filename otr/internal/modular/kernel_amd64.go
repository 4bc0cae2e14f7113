// SPDX-License-Identifier: GPL-2.0-or-later

//go:build !purego && !nokernel

package modular

import "golang.org/x/sys/cpu"

//go:generate go run ./cmd/asm kernel_amd64.s

// accelerated reports whether the processor supports the instructions that kernel_amd64.s
// uses.
var accelerated = cpu.X86.HasADX && cpu.X86.HasBMI2 && cpu.X86.HasAVX2

// multiplyADX is multiplyGeneric. n is a multiple of 8.
//
//go:noescape
func multiplyADX(t, x, y *uint64, n int)

// squareADX is squareGeneric. n is a multiple of 8.
//
//go:noescape
func squareADX(t, x *uint64, n int)

func square(t, x []uint64) {
	if !accelerated {
		squareGeneric(t, x)
		return
	}
	_ = t[2*len(x)-1]
	squareADX(&t[0], &x[0], len(x))
}

// reduceADX is reduceGeneric. n is a multiple of 8 greater than 8; u is scratch space for
// 8 limbs.
//
//go:noescape
func reduceADX(t, m, u *uint64, n int, inverse uint64) uint64

func multiply(t, x, y []uint64) {
	if !accelerated {
		multiplyGeneric(t, x, y)
		return
	}
	_, _ = t[2*len(x)-1], y[len(x)-1]
	multiplyADX(&t[0], &x[0], &y[0], len(x))
}

func reduce(t, m []uint64, inverse uint64) uint64 {
	if !accelerated {
		return reduceGeneric(t, m, inverse)
	}
	_ = t[2*len(m)-1]
	var u [8]uint64
	return reduceADX(&t[0], &m[0], &u[0], len(m), inverse)
}

// lookupAVX2 is lookup in a table of that many entries of n limbs, a multiple
// of 8.
//
//go:noescape
func lookupAVX2(z, table *uint64, n, entries int, i uint64)

func lookup(z, table []uint64, i uint64) {
	if !accelerated {
		lookupGeneric(z, table, i)
		return
	}
	entries := len(table) / len(z)
	_ = table[entries*len(z)-1]
	lookupAVX2(&z[0], &table[0], len(z), entries, i)
}
