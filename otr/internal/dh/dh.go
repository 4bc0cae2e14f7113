// SPDX-License-Identifier: GPL-2.0-or-later

// Package dh is Diffie-Hellman in the 1536-bit group of RFC 3526 (group 5) with generator
// 2, in constant time.
//
// [ParsePublic] is the only way to make a [Public] from a peer's bytes, and it checks
// their range: every value of that type is safe to use.
package dh

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"sync"

	"purple-otr/otr/internal/modular"
)

const (
	// Size is the length of a group element in bytes.
	Size = 192
	// SecretSize is the length of a private exponent in bytes: "at least 320
	// bits" ("Key Management").
	SecretSize = 40
)

var (
	prime, primeMinus1 = parsePrime()
	generator          = []byte{2}

	// Computed on first use: a program that links this package may never use OTR.
	group = sync.OnceValue(func() *modular.Modulus { return mustModulus(prime[:]) })
	// 4 blocks: 8 would double the memory and save only a tenth of the time.
	short = sync.OnceValue(func() *modular.Base { return group().Prepare(generator, SecretSize, 4) })
)

func parsePrime() (p, p1 [Size]byte) {
	b, err := hex.DecodeString("" +
		"FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74" +
		"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437" +
		"4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
		"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05" +
		"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB" +
		"9ED529077096966D670C354E4ABC9804F1746C08CA237327FFFFFFFFFFFFFFFF")
	if err != nil || len(b) != Size {
		panic("dh: the constant above is 192 bytes of hexadecimal")
	}
	p = [Size]byte(b)
	p1 = p
	p1[Size-1]--
	return p, p1
}

// Prime returns the group's prime.
func Prime() []byte { return bytes.Clone(prime[:]) }

func mustModulus(b []byte) *modular.Modulus {
	m, err := modular.New(b)
	if err != nil {
		panic(err) // b is a constant of this package
	}
	return m
}

// ErrRange means that a value is not a legal public key.
var ErrRange = errors.New("dh: public key out of range")

// A Public is a public key g^x, 2 <= g^x <= p-2. It is comparable.
type Public struct{ b [Size]byte }

// ParsePublic checks the bytes of an MPI, which has no leading zeros, as IsPublic does.
func ParsePublic(mpi []byte) (Public, error) {
	var p Public
	if !IsPublic(mpi) {
		return p, ErrRange
	}
	copy(p.b[Size-len(mpi):], mpi)
	return p, nil
}

// IsPublic reports whether the bytes of an MPI, which has no leading zeros, are a public
// key: "Verifies that Alice's gy is a legal value (2 <= gy <= modulus-2)".
func IsPublic(mpi []byte) bool {
	switch len(mpi) {
	case 0:
		return false
	case 1:
		return mpi[0] >= 2
	case Size:
		return bytes.Compare(mpi, primeMinus1[:]) < 0
	}
	return len(mpi) < Size
}

// MPI returns p without leading zeros. The slice is p's own copy.
func (p Public) MPI() []byte { return trim(p.b[:]) }

// Higher reports whether p is numerically greater than o.
func (p Public) Higher(o Public) bool { return bytes.Compare(p.b[:], o.b[:]) > 0 }

// A Shared is the secret g^xy of two keys.
type Shared struct{ b [Size]byte }

// MPI returns s without leading zeros, as the key derivations hash it ("Write
// the value of s as a minimum-length MPI"). The slice is s's own copy.
func (s Shared) MPI() []byte { return trim(s.b[:]) }

// A KeyPair is a private exponent x of 320 bits and g^x. Its zero value means that there
// is no key.
type KeyPair struct {
	x      [SecretSize]byte
	Public Public
}

// Generate draws a key pair from rand.
func Generate(rand io.Reader) (KeyPair, error) {
	var k KeyPair
	if _, err := io.ReadFull(rand, k.x[:]); err != nil {
		return KeyPair{}, err
	}
	copy(k.Public.b[:], short().Exp(k.x[:]))
	// For a random x, g^x is out of range with a probability of about 2^-318. But if
	// rand is broken and returns zeros, say, we must not set up a channel.
	if _, err := ParsePublic(k.Public.MPI()); err != nil {
		return KeyPair{}, errors.New("dh: the source of randomness is broken")
	}
	return k, nil
}

// Shared computes the secret of k and the peer's key.
func (k *KeyPair) Shared(peer Public) Shared {
	return Shared{[Size]byte(group().Exp(peer.b[:], k.x[:]))}
}

// IsZero reports whether k is the zero value.
func (k *KeyPair) IsZero() bool { return k.Public == Public{} }

// Wipe overwrites k with zeros.
func (k *KeyPair) Wipe() { *k = KeyPair{} }

func trim(b []byte) []byte { return bytes.TrimLeft(b, "\x00") }
