// SPDX-License-Identifier: GPL-2.0-or-later

// Package kdf4 derives all keys and hashes of version 4: SHAKE-256 of a prefix, a usage
// number and values. The specification calls this one function KDF, HWC or HCMAC,
// depending on what the result is for ("Key Derivation Function, Hash Function and MAC
// Function").
package kdf4

import "crypto/sha3"

// A Usage is the usageID: it separates the different things that are derived from the same
// values.
type Usage byte

// The usages of the interactive exchange and of the channel. 0x0C to 0x11 belong to
// exchanges with a peer who is offline. The proofs of SMP also use 0x01 to 0x08, with
// other values.
const (
	Fingerprint       Usage = 0x00
	FirstBraceKey     Usage = 0x01
	NextBraceKey      Usage = 0x02
	MixedSecret       Usage = 0x03
	SSID              Usage = 0x04
	AuthRBobProfile   Usage = 0x05
	AuthRAliceProfile Usage = 0x06
	AuthRPhi          Usage = 0x07
	AuthIBobProfile   Usage = 0x08
	AuthIAliceProfile Usage = 0x09
	AuthIPhi          Usage = 0x0A
	FirstRootKey      Usage = 0x0B
	RootKey           Usage = 0x12
	ChainKey          Usage = 0x13
	NextChainKey      Usage = 0x14
	MessageKey        Usage = 0x15
	MACKey            Usage = 0x16
	ExtraKey          Usage = 0x17
	Authenticator     Usage = 0x18
	SMPSecret         Usage = 0x19
	RingChallenge     Usage = 0x1A
)

var prefix = []byte("OTRv4")

// Derive fills out with KDF(u ‖ values, len(out)). It adds no lengths between the values:
// the caller prepends one to each value whose length can vary.
func Derive(out []byte, u Usage, values ...[]byte) {
	h := sha3.NewSHAKE256()
	h.Write(prefix)
	h.Write([]byte{byte(u)})
	for _, v := range values {
		h.Write(v)
	}
	h.Read(out)
	h.Reset()
}

// Size is the length of most keys in bytes.
const Size = 64

// A Key is a key of the usual length.
type Key [Size]byte

// New is KDF(u ‖ values, 64).
func New(u Usage, values ...[]byte) (k Key) {
	Derive(k[:], u, values...)
	return k
}

// Wipe overwrites k with zeros.
func (k *Key) Wipe() { *k = Key{} }

// A Brace is a brace key. It carries the last 3072-bit Diffie-Hellman secret over to the
// ratchets that have none.
type Brace [32]byte

// NewBrace derives the brace key from a Diffie-Hellman secret, which is big-endian and has
// no leading zeros.
func NewBrace(secret []byte) (b Brace) {
	Derive(b[:], FirstBraceKey, secret)
	return b
}

// Next derives the brace key of the next ratchet, if that has no Diffie-Hellman secret.
func (b *Brace) Next() (next Brace) {
	Derive(next[:], NextBraceKey, b[:])
	return next
}

// Mix derives the mixed shared secret K from the encoding of an elliptic curve secret and
// the brace key ("Shared Secrets").
func (b *Brace) Mix(ecdh *[57]byte) Key { return New(MixedSecret, ecdh[:], b[:]) }
