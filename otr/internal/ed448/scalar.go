// SPDX-License-Identifier: GPL-2.0-or-later

package ed448

import (
	"crypto/sha3"
	"errors"
	"io"

	"github.com/cloudflare/circl/ecc/goldilocks"

	"purple-otr/otr/internal/kdf4"
)

// ScalarSize is the length of a SCALAR in bytes. The last one is always 0.
const ScalarSize = 57

// order is q, the number of points in the group, little-endian.
var order = curve.Order()

// ErrScalar means that bytes are no legal scalar.
var ErrScalar = errors.New("ed448: not a scalar modulo q")

// A Scalar is a number modulo q.
type Scalar struct{ s goldilocks.Scalar }

// ParseScalar checks that a SCALAR, which is little-endian, is less than q. Its time depends
// on b, which is public.
func ParseScalar(b []byte) (Scalar, error) {
	if len(b) != ScalarSize || b[ScalarSize-1] != 0 {
		return Scalar{}, ErrScalar
	}
	s := Scalar{goldilocks.Scalar(b[:len(order)])}
	for i := len(order) - 1; i >= 0; i-- {
		if s.s[i] != order[i] {
			if s.s[i] < order[i] {
				return s, nil
			}
			break
		}
	}
	return Scalar{}, ErrScalar
}

// Reduce returns b modulo q. b is little-endian and has at least 57 bytes.
func Reduce(b []byte) (s Scalar) {
	s.s.FromBytes(b)
	return s
}

// randomSize is the number of random bytes for one scalar. It is twice the scalar's length,
// so that every scalar is equally probable.
const randomSize = 2 * ScalarSize

// RandomScalar draws a scalar from rand, uniformly modulo q.
//
// Do not hash and prune it, as Diffie-Hellman secrets are: a pruned number modulo q always
// has bit 1 set. A ring signature would reveal its signer by that, and each proof in the
// Socialist Millionaires' Protocol would leak a bit about the secret.
func RandomScalar(rand io.Reader) (Scalar, error) {
	var b [randomSize]byte
	defer clear(b[:])
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return Scalar{}, err
	}
	return Reduce(b[:]), nil
}

// HashToScalar returns KDF(u ‖ values, 57) modulo q ("HashToScalar").
func HashToScalar(u kdf4.Usage, values ...[]byte) Scalar {
	var b [ScalarSize]byte
	kdf4.Derive(b[:], u, values...)
	return Reduce(b[:])
}

// Pruned makes a secret scalar of a hash, as RFC 8032 does (section 5.2.5).
func Pruned(b [ScalarSize]byte) Scalar {
	b[0] &= 0xfc
	b[55] |= 0x80
	b[56] = 0
	s := Reduce(b[:])
	clear(b[:])
	return s
}

// hashed makes a scalar of a 57-byte secret: it hashes the secret and prunes the first 57
// bytes of the hash ("Generating ECDH and DH keys").
func hashed(secret *[ScalarSize]byte) Scalar {
	var h [2 * ScalarSize]byte
	shake := sha3.NewSHAKE256()
	shake.Write(secret[:])
	shake.Read(h[:])
	shake.Reset()
	defer clear(h[:])
	return Pruned([ScalarSize]byte(h[:ScalarSize]))
}

// Encoded returns s as a SCALAR.
func (s Scalar) Encoded() (b [ScalarSize]byte) {
	copy(b[:], s.s[:])
	return b
}

// Add returns s+o.
func (s Scalar) Add(o Scalar) (r Scalar) {
	r.s.Add(&s.s, &o.s)
	return r
}

// Sub returns s-o.
func (s Scalar) Sub(o Scalar) (r Scalar) {
	r.s.Sub(&s.s, &o.s)
	return r
}

// Mul returns s*o.
func (s Scalar) Mul(o Scalar) (r Scalar) {
	r.s.Mul(&s.s, &o.s)
	return r
}

// Wipe overwrites s with zeros.
func (s *Scalar) Wipe() { *s = Scalar{} }
