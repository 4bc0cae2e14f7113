// SPDX-License-Identifier: GPL-2.0-or-later

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
	// Size15 is the length of an element of group 15 in bytes.
	Size15 = 384
	// SecretSize15 is the length of a private exponent of group 15 in bytes
	// ("Generating ECDH and DH keys").
	SecretSize15 = 80
)

var (
	prime15, primeMinus1of15 = parsePrime15()

	group15 = sync.OnceValue(func() *modular.Modulus { return mustModulus(prime15[:]) })
	short15 = sync.OnceValue(func() *modular.Base { return group15().Prepare(generator, SecretSize15, 4) })
)

// parsePrime15 returns p, the prime of "3072-bit Diffie-Hellman Parameters", and p-1.
// Version 4 uses this group.
func parsePrime15() (p, p1 [Size15]byte) {
	b, err := hex.DecodeString("" +
		"FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74" +
		"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437" +
		"4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
		"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05" +
		"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB" +
		"9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
		"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718" +
		"3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33" +
		"A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
		"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864" +
		"D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2" +
		"08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF")
	if err != nil || len(b) != Size15 {
		panic("dh: the constant above is 384 bytes of hexadecimal")
	}
	p = [Size15]byte(b)
	p1 = p
	p1[Size15-1]-- // p is odd
	return p, p1
}

// A Public15 is a public key of group 15: a power of 2 from 2 to p-2. It is
// comparable.
type Public15 struct{ b [Size15]byte }

// ParsePublic15 checks the bytes of an MPI, which has no leading zeros: the number must be
// from 2 to p-2, and its q-th power must be 1 ("Verifying that an integer is in the DH
// group"). As p is a safe prime, the second condition means that the number is a square.
func ParsePublic15(mpi []byte) (Public15, error) {
	p, ok := place15(mpi)
	if !ok || !group15().IsSquarePublic(p.b[:]) {
		return Public15{}, ErrRange
	}
	return p, nil
}

// place15 converts an MPI, and reports whether the number is from 2 to p-2.
func place15(mpi []byte) (p Public15, ok bool) {
	if len(mpi) == 0 || len(mpi) > Size15 || len(mpi) == 1 && mpi[0] < 2 {
		return p, false
	}
	copy(p.b[Size15-len(mpi):], mpi)
	return p, bytes.Compare(p.b[:], primeMinus1of15[:]) < 0
}

// MPI returns p without leading zeros, in a new slice.
func (p Public15) MPI() []byte { return trim(p.b[:]) }

// A Shared15 is k_dh, the secret that two keys of group 15 share ("Shared Secrets").
type Shared15 struct{ b [Size15]byte }

// MPI returns s without leading zeros, in a new slice. Key derivations use this form.
func (s Shared15) MPI() []byte { return trim(s.b[:]) }

// A KeyPair15 is a private exponent of 640 bits and its public key. The zero value means
// that there is no key.
type KeyPair15 struct {
	x      [SecretSize15]byte
	Public Public15
}

// Generate15 draws a key pair from rand.
func Generate15(rand io.Reader) (KeyPair15, error) {
	var k KeyPair15
	if _, err := io.ReadFull(rand, k.x[:]); err != nil {
		return KeyPair15{}, err
	}
	copy(k.Public.b[:], short15().Exp(k.x[:]))
	// For a random x, 2^x is out of range with a probability of about 2^-638. But if rand
	// is broken and returns zeros, say, we must not set up a channel. A power of 2 is a
	// square, so there is no need to check that.
	if _, ok := place15(k.Public.MPI()); !ok {
		return KeyPair15{}, errors.New("dh: the source of randomness is broken")
	}
	return k, nil
}

// Shared computes the secret of k and the peer's key.
func (k *KeyPair15) Shared(peer Public15) Shared15 {
	return Shared15{[Size15]byte(group15().Exp(peer.b[:], k.x[:]))}
}

// IsZero reports whether k is the zero value.
func (k *KeyPair15) IsZero() bool { return k.Public == Public15{} }

// Wipe overwrites k with zeros.
func (k *KeyPair15) Wipe() { *k = KeyPair15{} }
