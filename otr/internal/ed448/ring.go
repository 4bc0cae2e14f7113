// SPDX-License-Identifier: GPL-2.0-or-later

package ed448

import (
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"io"

	"purple-otr/otr/internal/draw"
	"purple-otr/otr/internal/kdf4"
)

// RingSignatureSize is the length of a RING-SIG in bytes: the SCALARs c1, r1, c2, r2,
// c3, r3.
const RingSignatureSize = 6 * ScalarSize

// A Ring is three public keys. A ring signature proves that the owner of one of them has
// made it, but not which one ("Ring Signature Authentication").
type Ring [3]Point

// ErrSigner means that the signer's key is not in the ring, or is in it twice. A peer can
// cause that: some keys of the ring are the peer's.
var ErrSigner = errors.New("ed448: the signer has to be in the ring once")

// challenge returns c: the hash of the ring, of T1, T2 and T3, and of the message as DATA.
func (ring *Ring) challenge(t *[3][PointSize]byte, message []byte) Scalar {
	g := G()
	q := append(order[:], 0)
	length := binary.BigEndian.AppendUint32(nil, uint32(len(message)))
	return HashToScalar(kdf4.RingChallenge, g.encoded[:], q,
		ring[0].encoded[:], ring[1].encoded[:], ring[2].encoded[:], t[0][:], t[1][:], t[2][:], length, message)
}

// A member holds the scalars that Sign draws for one key of the ring.
type member struct{ t, c, r Scalar }

func (m *member) draw(i int, rand io.Reader) (err error) {
	number := string(rune('1' + i))
	if m.t, err = RandomScalar(draw.For(rand, "ring t"+number)); err != nil {
		return err
	}
	if m.c, err = RandomScalar(draw.For(rand, "ring c"+number)); err != nil {
		return err
	}
	m.r, err = RandomScalar(draw.For(rand, "ring r"+number))
	return err
}

// Sign signs message with k, which is one of the ring ("RSig"). It takes the same steps for
// each key of the ring, so that neither the time nor the randomness depends on the signer's
// position.
func (ring *Ring) Sign(k *KeyPair, message []byte, rand io.Reader) (sig [RingSignatureSize]byte, err error) {
	var ours [3]int // 1 for k, 0 for the others
	for i, a := range ring {
		ours[i] = subtle.ConstantTimeCompare(a.encoded[:], k.Public.encoded[:])
	}
	if k.IsZero() || ours[0]+ours[1]+ours[2] != 1 {
		return sig, ErrSigner
	}
	var members [3]member
	defer clear(members[:])
	var t [3][PointSize]byte
	var others Scalar // the sum of their c
	for i, a := range ring {
		m := &members[i]
		if err = m.draw(i, rand); err != nil {
			return sig, err
		}
		t[i] = BaseMul(m.r).Add(a.Mul(m.c)).encoded
		own := BaseMul(m.t).encoded
		subtle.ConstantTimeCopy(ours[i], t[i][:], own[:])
		others = others.Add(choose(ours[i], Scalar{}, m.c))
	}
	c := ring.challenge(&t, message).Sub(others)
	for i := range members {
		m := &members[i]
		m.r = choose(ours[i], m.t.Sub(c.Mul(k.secret)), m.r)
		m.c = choose(ours[i], c, m.c)
		copy(sig[2*i*ScalarSize:], m.c.s[:])
		copy(sig[(2*i+1)*ScalarSize:], m.r.s[:])
	}
	return sig, nil
}

// choose returns a if which is 1, and b if it is 0.
func choose(which int, a, b Scalar) Scalar {
	subtle.ConstantTimeCopy(which, b.s[:], a.s[:])
	return b
}

// VerifyPublic reports whether sig is a signature of message by the ring ("RVrf"). Its time
// depends on the arguments, which are public.
func (ring *Ring) VerifyPublic(sig [RingSignatureSize]byte, message []byte) bool {
	var t [3][PointSize]byte
	var sum Scalar
	for i, a := range ring {
		b := sig[2*i*ScalarSize:]
		c, err := ParseScalar(b[:ScalarSize])
		if err != nil {
			return false
		}
		r, err := ParseScalar(b[ScalarSize:][:ScalarSize])
		if err != nil {
			return false
		}
		t[i] = BaseMulAddPublic(r, a, c).encoded
		sum = sum.Add(c)
	}
	return sum == ring.challenge(&t, message)
}
