// SPDX-License-Identifier: GPL-2.0-or-later

package modular

import (
	"bytes"
	crand "crypto/rand"
	"crypto/sha256"
	"math/big"
	"math/rand/v2"
	"testing"
)

var random = rand.NewChaCha8(sha256.Sum256([]byte("modular")))

// below draws a number less than n.
func below(n *big.Int) *big.Int {
	b := make([]byte, (n.BitLen()+7)/8+8)
	random.Read(b)
	return new(big.Int).Mod(new(big.Int).SetBytes(b), n)
}

// moduli returns odd numbers of several sizes, prime and composite.
func moduli() []*big.Int {
	list := []*big.Int{big.NewInt(3), big.NewInt(15), big.NewInt(255), big.NewInt(65537)}
	for _, bits := range []uint{160, 161, 1024, 1536} {
		n := below(new(big.Int).Lsh(big.NewInt(1), bits))
		list = append(list, n.SetBit(n.SetBit(n, 0, 1), int(bits)-1, 1))
	}
	return list
}

func TestAgainstBig(t *testing.T) {
	for _, n := range moduli() {
		m, err := New(n.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if m.Size() != len(n.Bytes()) {
			t.Errorf("size %d", m.Size())
		}
		check := func(what string, got []byte, want *big.Int) {
			t.Helper()
			if !bytes.Equal(got, want.FillBytes(make([]byte, m.Size()))) {
				t.Fatalf("modulo %d: %s is %x, want %x", n, what, got, want)
			}
		}
		last := new(big.Int).Sub(n, big.NewInt(1))
		for i := range 30 {
			a, b := below(n), below(n)
			switch i {
			case 0:
				a = new(big.Int)
			case 1:
				b = new(big.Int)
			case 2:
				a, b = last, last
			case 3:
				a, b = big.NewInt(1), last
			}
			fa, fb := a.FillBytes(make([]byte, m.Size())), b.FillBytes(make([]byte, m.Size()))
			check("a*b", m.Mul(fa, fb), new(big.Int).Mod(new(big.Int).Mul(a, b), n))
			check("a+b", m.Add(fa, fb), new(big.Int).Mod(new(big.Int).Add(a, b), n))
			check("a-b", m.Sub(fa, fb), new(big.Int).Mod(new(big.Int).Sub(a, b), n))
			check("a^b", m.Exp(fa, fb), new(big.Int).Exp(a, b, n))
			inv, ok := m.InversePublic(fa)
			want := new(big.Int).ModInverse(a, n)
			if ok != (want != nil) {
				t.Fatalf("modulo %d: 1/%d: %v", n, a, ok)
			}
			if ok {
				check("1/a", inv, want)
			}
		}
	}
}

func TestReduce(t *testing.T) {
	list := moduli()
	wide, err := New(list[len(list)-1].Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range list[:len(list)-1] {
		m, err := New(n.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			x := below(list[len(list)-1])
			want := new(big.Int).Mod(x, n).FillBytes(make([]byte, m.Size()))
			if got := m.Reduce(x.Bytes(), wide); !bytes.Equal(got, want) {
				t.Fatalf("%d modulo %d is %x", x, n, got)
			}
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"nothing": nil, "zero": {0}, "a leading zero": {0, 3}, "even": {4}, "even, long": {1, 0}, "one": {1},
	} {
		if _, err := New(b); err == nil {
			t.Errorf("%s is a modulus", name)
		}
	}
}

// An operand that is not reduced would silently give a wrong key.
func TestOperandsMustBeReduced(t *testing.T) {
	m, err := New([]byte{101})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func(){
		"Exp":     func() { m.Exp([]byte{101}, []byte{1}) },
		"Mul":     func() { m.Mul([]byte{1}, []byte{255}) },
		"Add":     func() { m.Add([]byte{200}, []byte{1}) },
		"Sub":     func() { m.Sub([]byte{1}, []byte{1, 0}) },
		"Inverse": func() { m.InversePublic([]byte{101}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s accepts an operand that is too large", name)
				}
			}()
			f()
		}()
	}
}

func TestIsSquare(t *testing.T) {
	for _, p := range []int64{3, 5, 7, 11, 257, 65537} {
		m, err := New(big.NewInt(p).Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for a := range min(p, 300) {
			want := a != 0 && new(big.Int).ModSqrt(big.NewInt(a), big.NewInt(p)) != nil
			if got := m.IsSquarePublic(big.NewInt(a).Bytes()); got != want {
				t.Errorf("%d modulo %d: %v", a, p, got)
			}
		}
	}
}

// Primes pass; of composite numbers only base-2 Fermat pseudoprimes do.
func TestFermat(t *testing.T) {
	prime := func(bits int) *big.Int {
		p, err := crand.Prime(crand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, m := range []*big.Int{big.NewInt(3), big.NewInt(65537), big.NewInt(341), prime(160), prime(1024)} {
		if !FermatPublic(m.Bytes()) {
			t.Errorf("%x is reported as composite", m)
		}
	}
	for _, m := range []*big.Int{big.NewInt(9), big.NewInt(65535)} {
		if FermatPublic(m.Bytes()) {
			t.Errorf("%x is reported as prime", m)
		}
	}
	for _, m := range large() {
		want := new(big.Int).Exp(big.NewInt(2), new(big.Int).Sub(m, big.NewInt(1)), m).Cmp(big.NewInt(1)) == 0
		if got := FermatPublic(m.Bytes()); got != want {
			t.Errorf("%x: %v, want %v", m, got, want)
		}
	}
}
