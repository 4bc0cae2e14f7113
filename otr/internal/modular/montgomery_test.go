// SPDX-License-Identifier: GPL-2.0-or-later

package modular

import (
	"bytes"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"filippo.io/bigmod"
)

// limbs returns n limbs, many of which have only zeros or only ones.
func limbs(n int) []uint64 {
	x := make([]uint64, n)
	for i := range x {
		switch rand.IntN(4) {
		case 0:
		case 1:
			x[i] = ^uint64(0)
		default:
			x[i] = rand.Uint64()
		}
	}
	return x
}

func bigOf(x []uint64) *big.Int {
	n := new(big.Int)
	for _, limb := range slices.Backward(x) {
		n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(limb))
	}
	return n
}

// large returns moduli of more than 64 bytes, whose lengths are multiples of 8 limbs or
// not, with many ones and with few.
func large() (list []*big.Int) {
	for _, bits := range []uint{513, 1000, 1024, 1535, 1536, 3072, 4096} {
		top := new(big.Int).Lsh(big.NewInt(1), bits-1)
		list = append(list,
			new(big.Int).SetBit(new(big.Int).Add(top, below(top)), 0, 1),
			new(big.Int).SetBit(top, 0, 1),
			new(big.Int).Sub(new(big.Int).Lsh(top, 1), big.NewInt(1)),
		)
	}
	return list
}

// The assembly gives the same results as the generic code.
func TestKernel(t *testing.T) {
	if !accelerated {
		t.Log("this processor runs only the generic code")
	}
	for _, n := range []int{16, 24, 64} {
		for try := range 2000 {
			x, m, y := limbs(n), limbs(n), limbs(n)
			if try == 0 {
				for i := range n {
					x[i], y[i], m[i] = ^uint64(0), ^uint64(0), ^uint64(0)
				}
			}
			m[0] |= 1
			inverse := rand.Uint64() // any number tells whether they are the same
			sum := append(limbs(n), make([]uint64, n)...)
			want := slices.Clone(sum)
			multiply(sum, x, y)
			multiplyGeneric(want, x, y)
			if !slices.Equal(sum, want) {
				t.Fatalf("%d limbs: %x times %x", n, x, y)
			}
			sum, want = make([]uint64, 2*n), make([]uint64, 2*n)
			square(sum, x)
			squareGeneric(want, x)
			if !slices.Equal(sum, want) {
				t.Fatalf("%d limbs: %x squared", n, x)
			}
			sum = limbs(2 * n)
			want = slices.Clone(sum)
			got, carry := reduce(sum, m, inverse), reduceGeneric(want, m, inverse)
			if got != carry || !slices.Equal(sum[n:], want[n:]) {
				t.Fatalf("%d limbs: %x modulo %x", n, want, m)
			}
		}
	}
}

func TestMontgomery(t *testing.T) {
	for _, n := range large() {
		g := newMontgomery(n.Bytes())
		if g == nil {
			t.Fatalf("none for %d bits", n.BitLen())
		}
		r := new(big.Int).Lsh(big.NewInt(1), uint(64*len(g.m)))
		for range 100 {
			x, y, z := limbs(len(g.m)), limbs(len(g.m)), make([]uint64, len(g.m))
			g.mul(z, x, y, g.scratch())
			got := new(big.Int).Mul(bigOf(z), r)
			want := new(big.Int).Mul(bigOf(x), bigOf(y))
			if want.Sub(want, got).Mod(want, n).Sign() != 0 {
				t.Fatalf("modulo %x: %x times %x is %x", n, x, y, z)
			}
		}
	}
	if newMontgomery(bytes.Repeat([]byte{0xff}, 64)) != nil {
		t.Error("a montgomery was made for 64 bytes, which are too few")
	}
}

// The representation of p itself is 0.
func TestLeave(t *testing.T) {
	m := bytes.Repeat([]byte{0xff}, 128)
	g := newMontgomery(m)
	for _, x := range []*big.Int{new(big.Int), new(big.Int).SetBytes(m)} {
		got := g.leave(fromBytes(x.Bytes(), 16), 128, g.scratch())
		if !bytes.Equal(got, make([]byte, 128)) {
			t.Errorf("%x", got)
		}
	}
}

// Every implementation of exponentiation, also those that this processor would not use,
// with various exponents.
func TestExponentiations(t *testing.T) {
	for _, n := range large() {
		if n.BitLen() > 1536 {
			continue
		}
		m, err := New(n.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		fill := func(x *big.Int) []byte { return x.FillBytes(make([]byte, m.Size())) }
		bases := []*big.Int{new(big.Int), big.NewInt(1), big.NewInt(2), new(big.Int).Sub(n, big.NewInt(1)), below(n)}
		exponents := [][]byte{
			make([]byte, 20), bytes.Repeat([]byte{0xff}, 20), append(make([]byte, 19), 1),
			append([]byte{0x80}, make([]byte, 19)...), below(new(big.Int).Lsh(big.NewInt(1), 160)).FillBytes(make([]byte, 20)),
		}
		for _, base := range bases {
			one, four := m.Prepare(fill(base), 20, 1), m.Prepare(fill(base), 20, 4)
			for _, e := range exponents {
				want := fill(new(big.Int).Exp(base, new(big.Int).SetBytes(e), n))
				for name, got := range map[string][]byte{
					"Exp": m.Exp(fill(base), e), "bigmod": bigmod.NewNat().Exp(m.nat(fill(base)), e, m.m).Bytes(m.m),
					"windows":   m.mont.windowed([][]byte{fill(base)}, [][]byte{e}, m.Size()),
					"one block": one.Exp(e), "four blocks": four.Exp(e),
				} {
					if !bytes.Equal(got, want) {
						t.Fatalf("%s: %d^%x modulo %d is %x", name, base, e, n, got)
					}
				}
			}
		}
		a, b, d, e := bases[4], bases[2], exponents[4], exponents[1]
		want := new(big.Int).Exp(a, new(big.Int).SetBytes(d), n)
		want.Mul(want, new(big.Int).Exp(b, new(big.Int).SetBytes(e), n)).Mod(want, n)
		if got := Exp2Public(n.Bytes(), fill(a), d, fill(b), e); !bytes.Equal(got, fill(want)) {
			t.Fatalf("modulo %d: %x", n, got)
		}
	}
}

// An exponent that is too long would silently lose its highest bits, so Exp must panic.
func TestPreparedForShorter(t *testing.T) {
	m, err := New(bytes.Repeat([]byte{0xff}, 128))
	if err != nil {
		t.Fatal(err)
	}
	b := m.Prepare([]byte{2}, 20, 4)
	if got := b.Exp([]byte{10}); new(big.Int).SetBytes(got).Int64() != 1024 {
		t.Errorf("2^10 is %x", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a longer exponent is accepted")
		}
	}()
	b.Exp(make([]byte, 25))
}

func TestLookup(t *testing.T) {
	table := limbs(32 * 24)
	z := make([]uint64, 24)
	for i := range uint64(32) {
		if lookup(z, table, i); !slices.Equal(z, table[i*24:][:24]) {
			t.Errorf("entry %d", i)
		}
		if lookupGeneric(z, table, i); !slices.Equal(z, table[i*24:][:24]) {
			t.Errorf("entry %d, generic code", i)
		}
	}
}

func BenchmarkMultiplication(b *testing.B) {
	for name, size := range map[string]int{"1024": 128, "1536": 192} {
		b.Run(name, func(b *testing.B) {
			g := newMontgomery(bytes.Repeat([]byte{0xff}, size))
			x, t := limbs(len(g.m)), g.scratch()
			for b.Loop() {
				g.mul(x, x, x, t)
			}
		})
	}
}
