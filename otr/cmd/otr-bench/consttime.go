// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"purple-otr/otr"
	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/dsa"
)

// constantTime looks for secrets in the time that operations take. It fails only
// if it does not see those that were put there on purpose.
func constantTime(out *bufio.Writer, brief bool) error {
	byWeight(out, brief)
	fmt.Fprint(out, "\n| Secret, fixed or random | Samples | Would be seen | Largest t | |\n|---|--:|--:|--:|---|\n")
	blind := false
	for _, s := range suspects() {
		n := s.samples
		if brief && !s.planted {
			n /= 20
		}
		all := s.measure(n)
		t, visible := largestT(all), ""
		if t <= leaking {
			visible = fmt.Sprintf("%.0f ns", leastVisible(all))
		}
		fmt.Fprintf(out, "| %s | %d | %s | %.1f | %s |\n", s.name, n, visible, t, verdict(t))
		out.Flush()
		blind = blind || s.planted && t <= leaking
	}
	if blind {
		return errors.New("the test has not seen a difference that is there")
	}
	return nil
}

// byWeight prints the time of exponents with few, half and all of their bits set.
func byWeight(out *bufio.Writer, brief bool) {
	rounds := 2000
	if brief {
		rounds = 100
	}
	exponents := [3][]byte{lowest(), must(randomBytes(dh.SecretSize)), bytes.Repeat([]byte{0xff}, dh.SecretSize)}
	peer := must(dh.Generate(rand.Reader))
	fmt.Fprint(out, "| Exponent's bits | one set | half set | all set | Largest difference |\n|---|--:|--:|--:|--:|\n")
	medians := func(name string, run func(exponent int)) {
		var took [3][]time.Duration
		for round := range rounds {
			for j := range exponents {
				i := (round + j) % len(exponents) // none is always the first
				start := time.Now()
				run(i)
				took[i] = append(took[i], time.Since(start))
			}
		}
		var m [3]float64
		for i := range took {
			slices.Sort(took[i])
			m[i] = took[i][rounds/2].Seconds() * 1e6
		}
		difference := 100 * (slices.Max(m[:])/slices.Min(m[:]) - 1)
		within := "within 3 %"
		if difference > 3 {
			within = "**not within 3 %**"
		}
		fmt.Fprintf(out, "| %s | %.1f µs | %.1f µs | %.1f µs | %.1f %%, %s |\n", name, m[0], m[1], m[2], difference, within)
	}
	var own [3]dh.KeyPair
	for i, e := range exponents {
		own[i] = must(dh.Generate(bytes.NewReader(e)))
	}
	medians("DH shared secret", func(i int) { own[i].Shared(peer.Public) })
	medians("DH key", func(i int) { must(dh.Generate(bytes.NewReader(exponents[i]))) })
}

// lowest is the exponent of 320 bits that has only its highest one set.
func lowest() []byte { return append([]byte{0x80}, make([]byte, dh.SecretSize-1)...) }

// suspects prepare both classes in the same way, up to the secret itself: what
// preparing leaves in the caches must not tell them apart.
func suspects() []suspect {
	return []suspect{
		sharedSecret(), newKey(),
		signingKey("DSA signature: the key", big.NewInt(2)), signingNonce(),
		smpBase(), smpElement(), smpAnswer(), macComparison(),
		signingKey("nothing: DSA signature, both classes random", nil),
		{name: "on purpose: math/big Exp", prepare: variableExp(), samples: 4000, planted: true},
		{name: "on purpose: bytes.Equal of 4 kB", prepare: variableEqual(), samples: 100000, planted: true},
	}
}

func sharedSecret() suspect {
	peer, fixed := must(dh.Generate(rand.Reader)), must(dh.Generate(bytes.NewReader(lowest())))
	return suspect{name: "DH shared secret: the exponent", samples: 40000, prepare: func(class int) func() {
		own := must(dh.Generate(rand.Reader))
		if class == 0 {
			own = fixed // a copy, in the place of the other
		}
		return func() { own.Shared(peer.Public) }
	}}
}

func newKey() suspect {
	return suspect{name: "DH key: the exponent", samples: 40000, prepare: func(class int) func() {
		exponent := must(randomBytes(dh.SecretSize))
		if class == 0 {
			copy(exponent, lowest())
		}
		source := bytes.NewReader(exponent)
		return func() { must(dh.Generate(source)) }
	}}
}

// signingKey makes a key for each sample. Of keys made beforehand each has its
// place in memory, and the time that this makes a difference of would be taken
// for one that the secret makes.
func signingKey(name string, fixed *big.Int) suspect {
	parameters := must(dsa.Generate(rand.Reader)).DSA()
	return suspect{name: name, samples: 10000, prepare: func(class int) func() {
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

// randomKey is from 2 to q-1.
func randomKey(q *big.Int) *big.Int {
	two := big.NewInt(2)
	return new(big.Int).Add(two, must(rand.Int(rand.Reader, new(big.Int).Sub(q, two))))
}

// signingNonce: with the same randomness and the same digest the nonce is the
// same too.
func signingNonce() suspect {
	key := must(dsa.Generate(rand.Reader))
	return suspect{name: "DSA signature: the nonce", samples: 60000, prepare: func(class int) func() {
		drawn, digest := must(randomBytes(64)), [32]byte(must(randomBytes(32)))
		if class == 0 {
			clear(drawn)
			clear(digest[:])
		}
		source := bytes.NewReader(drawn)
		return func() { must(key.Sign(source, &digest)) }
	}}
}

// scalar is that of a class: 2 to the power of 1534, or random.
func scalar(class int) dh.Scalar {
	b := must(randomBytes(dh.Size))
	b[0] = b[0]&0x3f | 0x40
	if class == 0 {
		clear(b[1:])
		b[0] = 0x40
	}
	return must(dh.ParseScalar(b))
}

func smpBase() suspect {
	return suspect{name: "SMP, power of g: the exponent", samples: 40000, prepare: func(class int) func() {
		s := scalar(class)
		return func() { dh.G().Exp(s) }
	}}
}

func smpElement() suspect {
	e := dh.G().Exp(must(dh.RandomScalar(rand.Reader)))
	return suspect{name: "SMP, power of an element: the exponent", samples: 40000, prepare: func(class int) func() {
		s := scalar(class)
		return func() { e.Exp(s) }
	}}
}

func smpAnswer() suspect {
	c := dh.HashScalar([32]byte(must(randomBytes(32))))
	return suspect{name: "SMP, proof: its two secrets", samples: 100000, prepare: func(class int) func() {
		r, a := scalar(class), scalar(class)
		return func() { r.SubMul(a, c) }
	}}
}

// macComparison: a forged message whose authenticator is wrong in its last byte
// only, or in all of them.
func macComparison() suspect {
	c := private(0)
	c.say(alice, letters(16)) // reveals the old MAC keys
	msg := must(c.end[alice].Send(letters(16))).Send[0]
	binary := must(base64.StdEncoding.DecodeString(string(msg[len("?OTR:") : len(msg)-1])))
	// The authenticator stands before the old MAC keys, of which there are none
	// now, only their length of four bytes.
	mac := binary[len(binary)-24 : len(binary)-4]
	genuine := bytes.Clone(mac)
	return suspect{name: "Authenticator of a message", samples: 200000, prepare: func(class int) func() {
		copy(mac, must(randomBytes(len(mac))))
		mac[0] = ^genuine[0]
		if class == 0 {
			copy(mac, genuine)
			mac[19] ^= 1
		}
		forged := []byte("?OTR:" + base64.StdEncoding.EncodeToString(binary) + ".")
		return func() {
			if _, err := c.end[bob].Receive(forged); !errors.Is(err, otr.ErrForged) {
				panic("a forged message was not recognised")
			}
		}
	}}
}

func variableExp() func(class int) func() {
	key := must(dsa.Generate(rand.Reader)).DSA()
	return func(class int) func() {
		e := big.NewInt(1)
		e.Lsh(e, 159)
		if class == 1 {
			e = must(rand.Int(rand.Reader, key.Q))
		}
		return func() { new(big.Int).Exp(key.G, e, key.P) }
	}
}

func variableEqual() func(class int) func() {
	secret := must(randomBytes(4096))
	return func(class int) func() {
		guess := bytes.Clone(secret)
		if class == 1 {
			guess = must(randomBytes(len(secret)))
		}
		return func() { bytes.Equal(secret, guess) }
	}
}
