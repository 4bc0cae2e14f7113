// SPDX-License-Identifier: GPL-2.0-or-later

//go:build !amd64 || purego || nokernel

package modular

const accelerated = false

func multiply(t, x, y []uint64) { multiplyGeneric(t, x, y) }

func square(t, x []uint64) { squareGeneric(t, x) }

func reduce(t, m []uint64, inverse uint64) uint64 { return reduceGeneric(t, m, inverse) }

func lookup(z, table []uint64, i uint64) { lookupGeneric(z, table, i) }
