// SPDX-License-Identifier: GPL-2.0-or-later

package measure

import (
	"bytes"
	"crypto/rand"
	"math/big"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/dsa"
)

// A Suspect is an operation whose time must not depend on a secret. Prepare makes its
// input, in class 0 with a fixed secret and in class 1 with a random one, and returns the
// operation on this input, to be run once. Both classes must be prepared in the same way
// except for the secret: otherwise the contents of the caches would distinguish them.
type Suspect struct {
	Name    string
	Samples int // number of runs that shows a difference that matters
	Prepare func(class int) (run func())
}

// Suspects returns the arithmetic operations to test.
func Suspects() []Suspect {
	return []Suspect{
		sharedSecret(), newKey(),
		signingKey("DSA signature: the key", big.NewInt(2)), signingNonce(),
		smpBase(), smpElement(), smpPrepared(), smpAnswer(),
	}
}

// NoDifference has random secrets in both classes.
func NoDifference() Suspect {
	return signingKey("nothing: DSA signature, both classes random", nil)
}

// Weights is the number of exponents that a [Weighted] operation has: with one bit set,
// with about half of them, and with all of them.
const Weights = 3

// A Weighted operation runs with one of these exponents, from 0 to Weights-1.
type Weighted struct {
	Name string
	Run  func(exponent int)
}

// ByWeight returns the operations with a secret exponent of 320 bits.
func ByWeight() []Weighted {
	exponents := [Weights][]byte{lowest(), must(randomBytes(dh.SecretSize)), bytes.Repeat([]byte{0xff}, dh.SecretSize)}
	peer := must(dh.Generate(rand.Reader))
	var own [Weights]dh.KeyPair
	for i, e := range exponents {
		own[i] = must(dh.Generate(bytes.NewReader(e)))
	}
	return []Weighted{
		{"DH shared secret", func(i int) { own[i].Shared(peer.Public) }},
		{"DH key", func(i int) { must(dh.Generate(bytes.NewReader(exponents[i]))) }},
	}
}

// lowest returns the exponent of 320 bits in which only the highest bit is set.
func lowest() []byte { return append([]byte{0x80}, make([]byte, dh.SecretSize-1)...) }

func sharedSecret() Suspect {
	peer, fixed := must(dh.Generate(rand.Reader)), must(dh.Generate(bytes.NewReader(lowest())))
	return Suspect{Name: "DH shared secret: the exponent", Samples: 40000, Prepare: func(class int) func() {
		own := must(dh.Generate(rand.Reader))
		if class == 0 {
			own = fixed // a copy at the same address as the random one
		}
		return func() { own.Shared(peer.Public) }
	}}
}

func newKey() Suspect {
	return Suspect{Name: "DH key: the exponent", Samples: 40000, Prepare: func(class int) func() {
		exponent := must(randomBytes(dh.SecretSize))
		if class == 0 {
			copy(exponent, lowest())
		}
		source := bytes.NewReader(exponent)
		return func() { must(dh.Generate(source)) }
	}}
}

// signingKey makes a key for each sample. Keys made in advance would lie at different
// addresses, and the differences in time that this causes would be mistaken for
// differences caused by the secret.
func signingKey(name string, fixed *big.Int) Suspect {
	parameters := must(dsa.Generate(rand.Reader)).DSA()
	return Suspect{Name: name, Samples: 10000, Prepare: func(class int) func() {
		k := *parameters
		k.X = randomKey(k.Q)
		if class == 0 && fixed != nil {
			k.X.Set(fixed)
		}
		k.Y = new(big.Int).Exp(k.G, k.X, k.P)
		key, digest := must(dsa.NewPrivateKey(&k)), [32]byte(must(randomBytes(32)))
		return func() { must(key.Sign(rand.Reader, &digest)) }
	}}
}

// randomKey draws a number from 2 to q-1.
func randomKey(q *big.Int) *big.Int {
	two := big.NewInt(2)
	return new(big.Int).Add(two, must(rand.Int(rand.Reader, new(big.Int).Sub(q, two))))
}

// signingNonce: with the same randomness and the same digest, the nonce is the same.
func signingNonce() Suspect {
	key := must(dsa.Generate(rand.Reader))
	return Suspect{Name: "DSA signature: the nonce", Samples: 60000, Prepare: func(class int) func() {
		drawn, digest := must(randomBytes(64)), [32]byte(must(randomBytes(32)))
		if class == 0 {
			clear(drawn)
			clear(digest[:])
		}
		source := bytes.NewReader(drawn)
		return func() { must(key.Sign(source, &digest)) }
	}}
}

// scalar returns the scalar of a class: 2 to the power of 1534, or random.
func scalar(class int) dh.Scalar {
	b := must(randomBytes(dh.Size))
	b[0] = b[0]&0x3f | 0x40
	if class == 0 {
		clear(b[1:])
		b[0] = 0x40
	}
	return must(dh.ParseScalar(b))
}

func smpBase() Suspect {
	return Suspect{Name: "SMP, power of g: the exponent", Samples: 40000, Prepare: func(class int) func() {
		s := scalar(class)
		return func() { dh.G().Exp(s) }
	}}
}

func smpElement() Suspect {
	e := dh.G().Exp(must(dh.RandomScalar(rand.Reader)))
	return Suspect{Name: "SMP, power of an element: the exponent", Samples: 40000, Prepare: func(class int) func() {
		s := scalar(class)
		return func() { e.Exp(s) }
	}}
}

// smpPrepared is the power of a generator: see smp's type of that name.
func smpPrepared() Suspect {
	e, own := dh.G().Exp(must(dh.RandomScalar(rand.Reader))).Prepare(), scalar(1)
	return Suspect{Name: "SMP, power of a prepared element: the exponent", Samples: 40000, Prepare: func(class int) func() {
		s := scalar(class)
		return func() { e.Exp(own.Mul(s)) }
	}}
}

func smpAnswer() Suspect {
	c := dh.HashScalar([32]byte(must(randomBytes(32))))
	return Suspect{Name: "SMP, proof: its two secrets", Samples: 100000, Prepare: func(class int) func() {
		r, a := scalar(class), scalar(class)
		return func() { r.SubMul(a, c) }
	}}
}

// VariableExp is an operation whose time does depend on its secret, for checking the
// measurement: the exponents of one class have 64 bits, the others up to 160.
func VariableExp() Suspect {
	key := must(dsa.Generate(rand.Reader)).DSA()
	return Suspect{Name: "on purpose: math/big Exp", Samples: 4000, Prepare: func(class int) func() {
		e := new(big.Int).SetUint64(1 << 63)
		if class == 1 {
			e = must(rand.Int(rand.Reader, key.Q))
		}
		return func() { new(big.Int).Exp(key.G, e, key.P) }
	}}
}

func randomBytes(n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := rand.Read(b)
	return b, err
}
