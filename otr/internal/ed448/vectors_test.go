// SPDX-License-Identifier: GPL-2.0-or-later

package ed448

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"testing"
)

func seeded(seed string) *rand.ChaCha8 { return rand.NewChaCha8(sha256.Sum256([]byte(seed))) }

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func vectors(t testing.TB, v any) {
	t.Helper()
	b, err := os.ReadFile("../testdata/v4/primitives.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
}

func point(t testing.TB, s string) Point {
	t.Helper()
	p, err := ParsePoint(unhex(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

type pointVector struct {
	Accept     bool
	Point, Why string
}

func pointVectors(t testing.TB) []pointVector {
	t.Helper()
	var v struct{ Points []pointVector }
	vectors(t, &v)
	if len(v.Points) == 0 {
		t.Fatal("no vectors")
	}
	return v.Points
}

func TestParsePoint(t *testing.T) {
	for _, v := range pointVectors(t) {
		b := unhex(t, v.Point)
		p, err := ParsePoint(b)
		if got := p.Encoded(); v.Accept && (err != nil || !bytes.Equal(got[:], b) || p.IsZero()) {
			t.Errorf("%s: %x, %v", v.Why, got, err)
		}
		if !v.Accept && (err == nil || !p.IsZero()) {
			t.Errorf("%s is taken", v.Why)
		}
	}
}

func TestReduce(t *testing.T) {
	var v struct {
		Scalars []struct {
			In  string
			Mod string `json:"mod_q"`
		}
	}
	vectors(t, &v)
	for _, c := range v.Scalars {
		in := unhex(t, c.In)
		s := Reduce(in)
		got := s.Encoded()
		if hex.EncodeToString(got[:]) != c.Mod {
			t.Errorf("%s is %x, want %s", c.In, got, c.Mod)
		}
		if again, err := ParseScalar(got[:]); err != nil || again != s {
			t.Errorf("%x is not taken: %v", got, err)
		}
		if len(in) == randomSize {
			if s, err := RandomScalar(bytes.NewReader(in)); err != nil || s.Encoded() != got {
				t.Errorf("%x of randomness is %x, %v", in, s.Encoded(), err)
			}
		}
	}
}

// "SCALAR: refuse values >= q".
func TestParseScalar(t *testing.T) {
	q := append(order[:], 0)
	with := func(i int, change byte) []byte {
		b := bytes.Clone(q)
		b[i] += change
		return b
	}
	for name, b := range map[string][]byte{
		"q": q, "q+1": with(0, 1), "above q": with(55, 1), "2^448": append(make([]byte, 56), 1),
		"ones": bytes.Repeat([]byte{0xff}, 57), "56 bytes": make([]byte, 56), "58 bytes": make([]byte, 58), "nothing": nil,
	} {
		if s, err := ParseScalar(b); err == nil || s != (Scalar{}) {
			t.Errorf("%s: %x, %v", name, s, err)
		}
	}
	for name, b := range map[string][]byte{"0": make([]byte, 57), "q-1": with(0, 0xff), "below q": with(55, 0xff)} {
		s, err := ParseScalar(b)
		if got := s.Encoded(); err != nil || !bytes.Equal(got[:], b) {
			t.Errorf("%s: %x, %v", name, got, err)
		}
	}
}

func TestECDH(t *testing.T) {
	var v struct{ ECDH map[string]string }
	vectors(t, &v)
	var keys [2]KeyPair
	for i, name := range []string{"a", "b"} {
		var err error
		if keys[i], err = Generate(bytes.NewReader(unhex(t, v.ECDH["r_"+name]))); err != nil {
			t.Fatal(err)
		}
		if s := keys[i].secret.Encoded(); hex.EncodeToString(s[:]) != v.ECDH["scalar_"+name] {
			// The vector may have the pruned number itself, which is not less than q.
			if Reduce(unhex(t, v.ECDH["scalar_"+name])) != keys[i].secret {
				t.Errorf("the scalar %s is %x", name, s)
			}
		}
	}
	if !keys[0].Public.Equal(point(t, v.ECDH["A"])) || !keys[1].Public.Equal(point(t, v.ECDH["B"])) {
		t.Error("the public keys are wrong")
	}
	for i := range keys {
		secret, err := keys[i].Shared(keys[1-i].Public)
		if err != nil || hex.EncodeToString(secret[:]) != v.ECDH["K_ecdh"] {
			t.Errorf("the secret is %x, %v", secret, err)
		}
	}
}

type ringVector struct {
	A1, A2, A3, M, Sigma, SK string
	Signer                   int
	Draws                    []struct{ Bytes, Label string }
}

func (v *ringVector) ring(t testing.TB) Ring {
	return Ring{point(t, v.A1), point(t, v.A2), point(t, v.A3)}
}

func ringVectors(t testing.TB) []ringVector {
	t.Helper()
	var v struct {
		Rings []ringVector `json:"ring_signatures"`
	}
	vectors(t, &v)
	if len(v.Rings) != 3 {
		t.Fatal("not three vectors")
	}
	return v.Rings
}

// recorded gives the bytes of a vector by what they are for.
type recorded map[string][]byte

func (r recorded) Read([]byte) (int, error) { panic("randomness without a purpose") }

func (r recorded) For(purpose string) io.Reader { return bytes.NewReader(r[purpose]) }

func TestRing(t *testing.T) {
	for _, v := range ringVectors(t) {
		ring, message, want := v.ring(t), unhex(t, v.M), unhex(t, v.Sigma)
		secret := unhex(t, v.SK)
		k := newKeyPair((*[SecretSize]byte)(secret))
		if !k.Public.Equal(ring[v.Signer-1]) {
			k = KeyPair{Reduce(secret), BaseMul(Reduce(secret))}
		}
		draws := recorded{}
		for _, d := range v.Draws {
			draws[d.Label] = unhex(t, d.Bytes)
		}
		sig, err := ring.Sign(&k, message, draws)
		if err != nil || !bytes.Equal(sig[:], want) {
			t.Errorf("signer %d: %x, %v", v.Signer, sig, err)
		}
		if !ring.VerifyPublic(sig, message) {
			t.Errorf("signer %d: the signature is refused", v.Signer)
		}
	}
}
