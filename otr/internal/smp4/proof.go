// SPDX-License-Identifier: GPL-2.0-or-later

package smp4

import (
	"io"

	"purple-otr/otr/internal/draw"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/kdf4"
)

// hash implements the section "SMP Hash Function". which is different for each proof of a run, so
// that nobody can replay one in place of another.
func hash(which kdf4.Usage, points ...ed448.Point) ed448.Scalar {
	var b []byte
	for _, p := range points {
		e := p.Encoded()
		b = append(b, e[:]...)
	}
	return ed448.HashToScalar(which, b)
}

// A proof1 is a zero-knowledge proof that its author knows a scalar: c and d.
type proof1 struct{ c, d ed448.Scalar }

// proveScalar proves that we know a, for G a: c = H(G r) and d = r - a c.
func proveScalar(which kdf4.Usage, a ed448.Scalar, purpose string, rand io.Reader) (proof1, error) {
	r, err := ed448.RandomScalar(draw.For(rand, purpose))
	if err != nil {
		return proof1{}, err
	}
	c := hash(which, ed448.BaseMul(r))
	return proof1{c, r.Sub(a.Mul(c))}, nil
}

// verify: c = H(G d + A c).
func (p proof1) verify(which kdf4.Usage, a ed448.Point) bool {
	return p.c == hash(which, ed448.BaseMulAddPublic(p.d, a, p.c))
}

// A proof2 is a zero-knowledge proof that P and Q were computed as the protocol says: cp, d5, d6.
type proof2 struct{ c, d5, d6 ed448.Scalar }

// blind makes P = G3 r4 and Q = G r4 + G2 x, and proves it: cp = H(G3 r5, G r5 + G2 r6),
// d5 = r5 - r4 cp and d6 = r6 - x cp.
func blind(which kdf4.Usage, g2, g3 ed448.Point, x ed448.Scalar, rand io.Reader) (p, q ed448.Point, proof proof2, err error) {
	var r [3]ed448.Scalar // r4, r5, r6
	defer clear(r[:])
	for i, purpose := range []string{"smp r4", "smp r5", "smp r6"} {
		if r[i], err = ed448.RandomScalar(draw.For(rand, purpose)); err != nil {
			return p, q, proof, err
		}
	}
	p = g3.Mul(r[0])
	q = ed448.BaseMul(r[0]).Add(g2.Mul(x))
	c := hash(which, g3.Mul(r[1]), ed448.BaseMul(r[1]).Add(g2.Mul(r[2])))
	return p, q, proof2{c, r[1].Sub(r[0].Mul(c)), r[2].Sub(x.Mul(c))}, nil
}

// verify: cp = H(G3 d5 + P cp, G d5 + G2 d6 + Q cp). Both sides know G2 and G3, and nobody else.
func (f proof2) verify(which kdf4.Usage, g2, g3, p, q ed448.Point) bool {
	return f.c == hash(which,
		g3.Mul(f.d5).Add(p.Mul(f.c)),
		ed448.BaseMulAddPublic(f.d5, q, f.c).Add(g2.Mul(f.d6)))
}

// proveRoot proves that R = D a, where D is Qa - Qb and G a is known: cr = H(G r7, D r7) and
// d7 = r7 - a cr.
func proveRoot(which kdf4.Usage, d ed448.Point, a ed448.Scalar, rand io.Reader) (proof1, error) {
	r, err := ed448.RandomScalar(draw.For(rand, "smp r7"))
	if err != nil {
		return proof1{}, err
	}
	c := hash(which, ed448.BaseMul(r), d.Mul(r))
	return proof1{c, r.Sub(a.Mul(c))}, nil
}

// verifyRoot: cr = H(G d7 + A cr, D d7 + R cr).
func (p proof1) verifyRoot(which kdf4.Usage, public, d, root ed448.Point) bool {
	return p.c == hash(which,
		ed448.BaseMulAddPublic(p.d, public, p.c),
		d.Mul(p.d).Add(root.Mul(p.c)))
}
