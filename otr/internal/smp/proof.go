// SPDX-License-Identifier: GPL-2.0-or-later

package smp

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/wire"
)

// hash is the section "SMP Hash function". Each use has its own value of which, "to
// prevent Alice from replaying Bob's zero knowledge proofs or vice versa".
func hash(which byte, elements ...dh.Element) [32]byte {
	b := []byte{which}
	for _, e := range elements {
		b = wire.AppendMPI(b, e.MPI())
	}
	return sha256.Sum256(b)
}

// same compares hashes in constant time.
func same(a, b [32]byte) bool { return subtle.ConstantTimeCompare(a[:], b[:]) == 1 }

// A generator is g2 or g3: what the peer has sent (such as g2a), raised to our exponent (such
// as b2). Neither side sends or hashes the result, only powers of it. So it is not computed: a
// power of it is one of the peer's element, with the product of both exponents. That product
// can be reduced modulo q, because [dh.ParseElement] accepts only elements whose order divides
// q.
type generator struct {
	theirs *dh.Base
	ours   dh.Scalar
}

func newGenerator(theirs dh.Element, ours dh.Scalar) generator {
	return generator{theirs.Prepare(), ours}
}

func (g generator) exp(s dh.Scalar) dh.Element { return g.theirs.Exp(g.ours.Mul(s)) }

// A proof1 is a zero-knowledge proof that its maker knows the exponent of an element to
// the base g1: (c2, D2) and (c3, D3).
type proof1 struct {
	c [32]byte
	d dh.Scalar
}

// proveExponent: "c2 = SHA256(1, g1^r2) and D2 = r2 - a2 c2 mod q".
func proveExponent(which byte, a dh.Scalar, rand io.Reader) (proof1, error) {
	r, err := dh.RandomScalar(rand)
	if err != nil {
		return proof1{}, err
	}
	c := hash(which, dh.G().Exp(r))
	return proof1{c, r.SubMul(a, dh.HashScalar(c))}, nil
}

// verify: "Check that c2 = SHA256(1, g1^D2 g2a^c2)".
func (p proof1) verify(which byte, e dh.Element) bool {
	return same(p.c, hash(which, dh.G().Exp(p.d).Mul(e.Exp(dh.HashScalar(p.c)))))
}

// A proof2 is a zero-knowledge proof that P and Q "were created according to the
// protocol": (cP, D5, D6).
type proof2 struct {
	c      [32]byte
	d5, d6 dh.Scalar
}

// blind makes P = g3^r4 and Q = g1^r4 g2^x, and proves it: "cP = SHA256(5,
// g3^r5, g1^r5 g2^r6), D5 = r5 - r4 cP mod q and D6 = r6 - x cP mod q".
func blind(which byte, g2, g3 generator, x dh.Scalar, rand io.Reader) (p, q dh.Element, proof proof2, err error) {
	var r [3]dh.Scalar // r4, r5, r6
	for i := range r {
		if r[i], err = dh.RandomScalar(rand); err != nil {
			return p, q, proof, err
		}
	}
	p = g3.exp(r[0])
	q = dh.G().Exp(r[0]).Mul(g2.exp(x))
	proof.c = hash(which, g3.exp(r[1]), dh.G().Exp(r[1]).Mul(g2.exp(r[2])))
	c := dh.HashScalar(proof.c)
	proof.d5, proof.d6 = r[1].SubMul(r[0], c), r[2].SubMul(x, c)
	return p, q, proof, nil
}

// verify: "Check that cP = SHA256(5, g3^D5 Pb^cP, g1^D5 g2^D6 Qb^cP)".
func (f proof2) verify(which byte, g2, g3 generator, p, q dh.Element) bool {
	c := dh.HashScalar(f.c)
	return same(f.c, hash(which,
		g3.exp(f.d5).Mul(p.Exp(c)),
		dh.G().Exp(f.d5).Mul(g2.exp(f.d6)).Mul(q.Exp(c))))
}

// proveRoot proves that R = (Qa/Qb)^a, where g1^a is known: "cR = SHA256(7,
// g1^r7, (Qa / Qb)^r7) and D7 = r7 - a3 cR mod q".
func proveRoot(which byte, quotient *dh.Base, a dh.Scalar, rand io.Reader) (proof1, error) {
	r, err := dh.RandomScalar(rand)
	if err != nil {
		return proof1{}, err
	}
	c := hash(which, dh.G().Exp(r), quotient.Exp(r))
	return proof1{c, r.SubMul(a, dh.HashScalar(c))}, nil
}

// verifyRoot: "Check that cR = SHA256(7, g1^D7 g3a^cR, (Qa / Qb)^D7 Ra^cR)".
func (p proof1) verifyRoot(which byte, public dh.Element, quotient *dh.Base, root dh.Element) bool {
	c := dh.HashScalar(p.c)
	return same(p.c, hash(which,
		dh.G().Exp(p.d).Mul(public.Exp(c)),
		quotient.Exp(p.d).Mul(root.Exp(c))))
}
