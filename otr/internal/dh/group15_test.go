// SPDX-License-Identifier: GPL-2.0-or-later

package dh

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"testing"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type exchange struct{ A, B, P, LowerA, LowerB, Secret []byte }

func vectors15(t *testing.T) (two exchange, zero exchange, values []value15) {
	t.Helper()
	b, err := os.ReadFile("../testdata/v4/primitives.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		DH            map[string]json.RawMessage
		DHLeadingZero map[string]string `json:"dh_leading_zero"`
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	text := func(name string) []byte {
		var s string
		if err := json.Unmarshal(v.DH[name], &s); err != nil {
			t.Fatal(name, err)
		}
		return unhex(t, s)
	}
	if err := json.Unmarshal(v.DH["values"], &values); err != nil {
		t.Fatal(err)
	}
	z := v.DHLeadingZero
	return exchange{A: text("A"), B: text("B"), P: text("p"), LowerA: text("a"), LowerB: text("b"), Secret: text("k_dh")},
		exchange{A: unhex(t, z["A"]), B: unhex(t, z["B"]), LowerA: unhex(t, z["a"]), Secret: unhex(t, z["k_dh"])}, values
}

type value15 struct {
	Accept     bool
	Value, Why string
}

func TestPrime15(t *testing.T) {
	v, _, _ := vectors15(t)
	p := new(big.Int).SetBytes(prime15[:])
	if !bytes.Equal(prime15[:], v.P) {
		t.Errorf("%X", prime15[:])
	}
	if !p.ProbablyPrime(2) || !new(big.Int).Rsh(p, 1).ProbablyPrime(2) {
		t.Error("not a safe prime")
	}
}

func TestGroup15(t *testing.T) {
	two, zero, _ := vectors15(t)
	a, err := Generate15(bytes.NewReader(two.LowerA))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Generate15(bytes.NewReader(two.LowerB))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Public.MPI(), two.A) || !bytes.Equal(b.Public.MPI(), two.B) {
		t.Fatal("the public keys are wrong")
	}
	s := a.Shared(b.Public)
	if s != b.Shared(a.Public) || !bytes.Equal(s.MPI(), two.Secret) {
		t.Errorf("the secret is %x", s.MPI())
	}
	c, err := Generate15(bytes.NewReader(zero.LowerA))
	if err != nil {
		t.Fatal(err)
	}
	if s := c.Shared(b.Public); !bytes.Equal(s.MPI(), zero.Secret) || len(s.MPI()) != Size15-1 {
		t.Errorf("the secret with a leading zero is %x", s.MPI())
	}
}

func TestParsePublic15(t *testing.T) {
	_, _, values := vectors15(t)
	for _, v := range append(values,
		value15{false, hex.EncodeToString(append([]byte{1}, make([]byte, Size15)...)), "2^3072"},
		value15{false, "00", "a zero"},
	) {
		mpi := unhex(t, v.Value)
		k, err := ParsePublic15(mpi)
		switch {
		case v.Accept && (err != nil || !bytes.Equal(k.MPI(), mpi)):
			t.Errorf("%s: %x, %v", v.Why, k.MPI(), err)
		case !v.Accept && !errors.Is(err, ErrRange):
			t.Errorf("%s: error %v", v.Why, err)
		}
	}
}

// What is accepted is what has the order q, over numbers of all sorts.
func TestMembership15(t *testing.T) {
	p := new(big.Int).SetBytes(prime15[:])
	q := new(big.Int).Rsh(p, 1)
	r := seeded("membership")
	accepted := 0
	for range 12 {
		b := make([]byte, Size15)
		r.Read(b)
		n := new(big.Int).Mod(new(big.Int).SetBytes(b), p)
		want := new(big.Int).Exp(n, q, p).Cmp(big.NewInt(1)) == 0
		if _, err := ParsePublic15(n.Bytes()); (err == nil) != want {
			t.Errorf("%x: %v", n, err)
		}
		if want {
			accepted++
		}
	}
	if accepted == 0 || accepted == 12 {
		t.Errorf("%d of 12 are members", accepted)
	}
}

// Bad randomness makes no key, and a key leaves nothing behind.
func TestGenerate15(t *testing.T) {
	for name, b := range map[string][]byte{
		"nothing":   nil,
		"too short": bytes.Repeat([]byte{7}, SecretSize15-1),
		"zeros":     make([]byte, SecretSize15),
	} {
		if k, err := Generate15(bytes.NewReader(b)); err == nil || !k.IsZero() {
			t.Errorf("%s: %v", name, err)
		}
	}
	k, err := Generate15(seeded("wipe 15"))
	if err != nil || k.IsZero() {
		t.Fatal(err)
	}
	if k.Wipe(); k != (KeyPair15{}) || !k.IsZero() {
		t.Error("something is left")
	}
}

func FuzzParsePublic15(f *testing.F) {
	f.Add([]byte{2})
	f.Add([]byte{5})
	f.Add(primeMinus1of15[:])
	f.Fuzz(func(t *testing.T, mpi []byte) {
		k, err := ParsePublic15(mpi)
		if err == nil && !bytes.Equal(k.MPI(), trim(mpi)) {
			t.Fatalf("%x is read as %x", mpi, k.MPI())
		}
	})
}

func BenchmarkGenerate15(b *testing.B) {
	r := seeded("generate")
	for b.Loop() {
		if _, err := Generate15(r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkShared15(b *testing.B) {
	k, err := Generate15(seeded("shared"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		k.Shared(k.Public)
	}
}
