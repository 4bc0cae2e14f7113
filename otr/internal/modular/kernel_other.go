// SPDX-License-Identifier: GPL-2.0-or-later

//go:build !amd64 || purego

package modular

const accelerated = false

func multiplyRows(t, x, y []uint64) { multiplyGeneric(t, x, y) }

func reduceRows(t, m []uint64, inverse, top uint64) uint64 {
	return reduceGeneric(t, m, inverse, top)
}

func lookup(z, table []uint64, i uint64) { lookupGeneric(z, table, i) }
