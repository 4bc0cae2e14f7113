// SPDX-License-Identifier: GPL-2.0-or-later

package modular

import "filippo.io/bigmod"

// A Base is a number prepared for exponentiation with several exponents: a table of
// products of its powers, after Lim and Lee, "More Flexible Exponentiation with
// Precomputation" (CRYPTO '94).
//
// The bits of an exponent are written in 5 rows, and the rows are cut into blocks. Each
// block has a table with the product for every combination of the 5 bits of one column.
// An exponentiation then takes one squaring per column of a block, and one multiplication
// per column.
type Base struct {
	modulus *Modulus
	blocks  int
	columns int      // of one block
	table   []uint64 // [block][32][limb]
}

const (
	rows    = 5
	entries = 1 << rows
)

// Prepare prepares base, which must be less than the modulus, for exponents of up to size
// bytes. The modulus must have more than 64 bytes. More blocks make preparing slower and
// exponentiations faster; each block takes 32 times the length of the modulus.
func (m *Modulus) Prepare(base []byte, size, blocks int) *Base {
	b := &Base{modulus: m, blocks: blocks}
	b.columns = (8*size + rows*blocks - 1) / (rows * blocks)
	g, t := m.mont, m.mont.scratch()
	n := len(g.m)
	b.table = make([]uint64, blocks*entries*n)
	number := m.nat(base) // panics if base is not reduced
	power := g.enter(base, t)
	for row := range rows {
		for block := range blocks {
			table := b.table[block*entries*n:][:entries*n]
			if row == 0 {
				copy(table, g.one)
			}
			if row+block > 0 {
				m.squareRepeatedly(number, power, b.columns, t)
			}
			for i := range 1 << row {
				g.mul(table[(i|1<<row)*n:][:n], table[i*n:][:n], power, t)
			}
		}
	}
	return b
}

// squareRepeatedly raises number and power, which are the same number, to 2^times.
func (m *Modulus) squareRepeatedly(number *bigmod.Nat, power []uint64, times int, t scratch) {
	if accelerated {
		for range times {
			m.mont.sqr(power, power, t)
		}
		return
	}
	// Bigmod has assembly for more processors. It squares 31 times in one call on each of
	// them.
	for ; times > 0; times -= 31 {
		number.ExpShortVarTime(number, 1<<min(times, 31), m.m)
	}
	copy(power, m.mont.enter(number.Bytes(m.m), t))
}

// Exp returns the base raised to e, which must not be longer than the size given to
// Prepare. The time depends neither on the base nor on e.
func (b *Base) Exp(e []byte) []byte {
	observe(b.modulus, e, b.blocks)
	g, t := b.modulus.mont, b.modulus.mont.scratch()
	n := len(g.m)
	if 8*len(e) > rows*b.blocks*b.columns {
		panic("modular: exponent longer than prepared for")
	}
	bit := func(i int) uint64 { // i and the length of e are public
		if i >= 8*len(e) {
			return 0
		}
		return uint64(e[len(e)-1-i/8]>>(i%8)) & 1
	}
	z, power := make([]uint64, n), make([]uint64, n)
	copy(z, g.one)
	for column := b.columns - 1; column >= 0; column-- {
		if column < b.columns-1 {
			g.sqr(z, z, t)
		}
		for block := range b.blocks {
			var index uint64
			for row := range rows {
				index |= bit((row*b.blocks+block)*b.columns+column) << row
			}
			lookup(power, b.table[block*entries*n:][:entries*n], index)
			g.mul(z, z, power, t)
		}
	}
	return g.leave(z, b.modulus.Size(), t)
}
