// SPDX-License-Identifier: GPL-2.0-or-later

package ed448

import (
	"errors"
	"io"

	"github.com/cloudflare/circl/sign/ed448"
)

// SecretSize is the number of random bytes that a key pair is made of.
const SecretSize = ScalarSize

// A KeyPair is a secret scalar and its public key, for Diffie-Hellman. The zero value means
// that there is no key.
type KeyPair struct {
	secret Scalar
	Public Point
}

// Generate draws a key pair from rand ("Generating ECDH and DH keys").
func Generate(rand io.Reader) (KeyPair, error) {
	var b [SecretSize]byte
	defer clear(b[:])
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return KeyPair{}, err
	}
	return newKeyPair(&b), nil
}

func newKeyPair(secret *[SecretSize]byte) KeyPair {
	s := hashed(secret)
	return KeyPair{s, BaseMul(s)}
}

// errSecret does not occur: see [KeyPair.Shared].
var errSecret = errors.New("ed448: the shared secret is the neutral element")

// Shared returns K_ecdh, the encoding of the secret that the owners of k and peer share
// ("Generating Shared Secrets"). The secret cannot be the neutral element, because peer has
// order q and the scalar is not 0. Shared checks that nevertheless: such a secret would be
// no secret.
func (k *KeyPair) Shared(peer Point) (secret [PointSize]byte, err error) {
	p := peer.Mul(k.secret)
	if p.IsIdentity() {
		return secret, errSecret
	}
	return p.encoded, nil
}

// IsZero reports whether k is the zero value.
func (k *KeyPair) IsZero() bool { return k.Public.IsZero() }

// Wipe overwrites k with zeros.
func (k *KeyPair) Wipe() { *k = KeyPair{} }

// SignatureSize is the length of a signature in bytes.
const SignatureSize = ed448.SignatureSize

// A SigningKey is a long-term key. It makes signatures (RFC 8032), and with the same secret
// scalar ring signatures.
type SigningKey struct {
	key  ed448.PrivateKey
	pair KeyPair
}

// NewSigningKey makes the key from its seed, which RFC 8032 calls the private key.
func NewSigningKey(seed [SecretSize]byte) *SigningKey {
	return &SigningKey{ed448.NewKeyFromSeed(seed[:]), newKeyPair(&seed)}
}

// Seed returns the seed that [NewSigningKey] makes k from.
func (k *SigningKey) Seed() [SecretSize]byte { return [SecretSize]byte(k.key) }

// Public returns the public key.
func (k *SigningKey) Public() Point { return k.pair.Public }

// Pair returns the key pair for ring signatures.
func (k *SigningKey) Pair() *KeyPair { return &k.pair }

// Sign signs message, with an empty context.
func (k *SigningKey) Sign(message []byte) [SignatureSize]byte {
	return [SignatureSize]byte(ed448.Sign(k.key, message, ""))
}

// VerifyPublic reports whether the owner of p has signed message. Its time depends on the
// arguments, which are public.
func (p Point) VerifyPublic(message []byte, signature [SignatureSize]byte) bool {
	return ed448.Verify(p.encoded[:], message, signature[:], "")
}
