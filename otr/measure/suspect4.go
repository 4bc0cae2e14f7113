// SPDX-License-Identifier: GPL-2.0-or-later

package measure

import (
	"bytes"
	"crypto/rand"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/ratchet"
	"purple-otr/otr/internal/wire"
)

// Suspects4 returns the operations of version 4 to test.
func Suspects4() []Suspect {
	return []Suspect{
		ed448Base(), ed448Point(), ed448Signature(), ringSignature(), sharedSecret15(), newKey15(),
		smp4Proof(), authenticator4(),
	}
}

// scalar4 returns the scalar of a class: 2 to the power of 445, or random.
func scalar4(class int) ed448.Scalar {
	b := must(ed448.RandomScalar(rand.Reader)).Encoded()
	if class == 0 {
		b = [ed448.ScalarSize]byte{55: 0x20}
	}
	return must(ed448.ParseScalar(b[:]))
}

func ed448Base() Suspect {
	return Suspect{Name: "Ed448, multiple of G: the scalar", Samples: 20000, Prepare: func(class int) func() {
		s := scalar4(class)
		return func() { ed448.BaseMul(s) }
	}}
}

func ed448Point() Suspect {
	p := ed448.BaseMul(scalar4(1))
	return Suspect{Name: "Ed448, multiple of a point: the scalar", Samples: 20000, Prepare: func(class int) func() {
		s := scalar4(class)
		return func() { p.Mul(s) }
	}}
}

func ed448Signature() Suspect {
	message := must(randomBytes(200))
	return Suspect{Name: "Ed448 signature: the key", Samples: 20000, Prepare: func(class int) func() {
		seed := [ed448.SecretSize]byte(must(randomBytes(ed448.SecretSize)))
		if class == 0 {
			clear(seed[:])
		}
		key := ed448.NewSigningKey(seed)
		return func() { key.Sign(message) }
	}}
}

// ringSignature: the signer is the first one of the ring, or the last one.
func ringSignature() Suspect {
	key := must(ed448.Generate(rand.Reader))
	other, another := must(ed448.Generate(rand.Reader)).Public, must(ed448.Generate(rand.Reader)).Public
	message := must(randomBytes(200))
	return Suspect{Name: "Ring signature: the signer's place", Samples: 10000, Prepare: func(class int) func() {
		ring := ed448.Ring{key.Public, other, another}
		if class == 1 {
			ring = ed448.Ring{another, other, key.Public}
		}
		return func() { must(ring.Sign(&key, message, rand.Reader)) }
	}}
}

// lowest15 returns the exponent of 640 bits in which only the highest bit is set.
func lowest15() []byte { return append([]byte{0x80}, make([]byte, dh.SecretSize15-1)...) }

func sharedSecret15() Suspect {
	peer, fixed := must(dh.Generate15(rand.Reader)), must(dh.Generate15(bytes.NewReader(lowest15())))
	return Suspect{Name: "DH shared secret, 3072 bits: the exponent", Samples: 10000, Prepare: func(class int) func() {
		own := must(dh.Generate15(rand.Reader))
		if class == 0 {
			own = fixed // a copy at the same address as the random one
		}
		return func() { own.Shared(peer.Public) }
	}}
}

func newKey15() Suspect {
	return Suspect{Name: "DH key, 3072 bits: the exponent", Samples: 20000, Prepare: func(class int) func() {
		exponent := must(randomBytes(dh.SecretSize15))
		if class == 0 {
			copy(exponent, lowest15())
		}
		source := bytes.NewReader(exponent)
		return func() { must(dh.Generate15(source)) }
	}}
}

func smp4Proof() Suspect {
	c := scalar4(1)
	return Suspect{Name: "SMP of version 4, proof: its two secrets", Samples: 100000, Prepare: func(class int) func() {
		r, a := scalar4(class), scalar4(class)
		return func() { r.Sub(a.Mul(c)) }
	}}
}

// channels4 returns the two ends of a version 4 channel.
func channels4() (a, b *ratchet.Channel) {
	var keys [2]ed448.KeyPair
	var keys15 [2]dh.KeyPair15
	for i := range keys {
		keys[i], keys15[i] = must(ed448.Generate(rand.Reader)), must(dh.Generate15(rand.Reader))
	}
	end := func(own, their int) *ratchet.Channel {
		return must(ratchet.New(ratchet.Agreed{
			Secret: kdf4.Key{1}, Own: keys[own], OwnDH: keys15[own],
			Their: keys[their].Public, TheirDH: keys15[their].Public, Began: own == 1,
		}))
	}
	return end(0, 1), end(1, 0)
}

// authenticator4: a forged message whose authenticator is wrong only in its last byte, or in all
// of them.
func authenticator4() Suspect {
	a, b := channels4()
	msg := must(a.Seal(nil, wire.Header{Version: wire.V4}, 0, must(randomBytes(16)), rand.Reader))
	_, parsed, err := wire.Parse4(msg)
	if err != nil {
		panic(err)
	}
	genuine := parsed.(wire.Data4)
	return Suspect{Name: "Authenticator of a version 4 message", Samples: 100000, Prepare: func(class int) func() {
		m := genuine
		if class == 0 {
			m.MAC[len(m.MAC)-1] ^= 1
		} else {
			for i := range m.MAC {
				m.MAC[i] = ^m.MAC[i]
			}
		}
		return func() {
			if _, err := b.Open(m); err == nil {
				panic("a forged message was not recognised")
			}
		}
	}}
}
