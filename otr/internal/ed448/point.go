// SPDX-License-Identifier: GPL-2.0-or-later

// Package ed448 implements the group of edwards448 (RFC 8032): points, scalars, key pairs,
// signatures, and the ring signature of version 4. No other package imports the library
// that does the arithmetic.
//
// All functions take constant time, except those whose names end in Public: the time of
// these depends on the operands. Only arithmetic and [ParsePoint], which checks its input,
// make a [Point]: every value of that type is safe to use.
package ed448

import (
	"crypto/subtle"
	"errors"

	"github.com/cloudflare/circl/ecc/goldilocks"
)

// PointSize is the length of a POINT in bytes.
const PointSize = 57

var curve goldilocks.Curve

// ErrPoint means that bytes are no legal point.
var ErrPoint = errors.New("ed448: not a point of the group")

// A Point is an element of the group of prime order. The zero value means that there is no
// point. A Point is immutable. It stores its encoding too, because computing that takes a
// division.
type Point struct {
	p       *goldilocks.Point // nobody writes to it
	encoded [PointSize]byte
}

// newPoint wraps p, whose coordinates it normalizes.
func newPoint(p *goldilocks.Point) Point {
	q := Point{p: p}
	if err := p.ToBytes(q.encoded[:]); err != nil {
		panic(err) // there is room for 57 bytes
	}
	return q
}

// one is the scalar 1.
var one = goldilocks.Scalar{1}

// ParsePoint checks a POINT: that it is the canonical encoding of a point on the curve, and
// that the point has the prime order q ("Verifying that a point is on the curve").
//
// The library's multiplication removes any component of small order. So q times a point is
// always the neutral element, which proves nothing; but 1 times a point is the same point
// only if it had no such component.
func ParsePoint(b []byte) (Point, error) {
	if len(b) != PointSize {
		return Point{}, ErrPoint
	}
	p, err := goldilocks.FromBytes(b)
	if err != nil || !curve.IsOnCurve(p) || p.IsIdentity() || !curve.ScalarMult(&one, p).IsEqual(p) {
		return Point{}, ErrPoint
	}
	return Point{p, [PointSize]byte(b)}, nil
}

// Encoded returns p as a POINT.
func (p Point) Encoded() [PointSize]byte { return p.encoded }

// IsZero reports whether p is the zero value.
func (p Point) IsZero() bool { return p.p == nil }

// Equal reports whether p and o are the same, in constant time.
func (p Point) Equal(o Point) bool {
	return subtle.ConstantTimeCompare(p.encoded[:], o.encoded[:]) == 1
}

// IsIdentity reports whether p is the neutral element, in constant time. Only arithmetic can
// produce it.
func (p Point) IsIdentity() bool {
	identity := [PointSize]byte{1}
	return subtle.ConstantTimeCompare(p.encoded[:], identity[:]) == 1
}

// G returns the generator.
func G() Point { return newPoint(curve.Generator()) }

// BaseMul returns G*s.
func BaseMul(s Scalar) Point { return newPoint(curve.ScalarBaseMult(&s.s)) }

// Mul returns p*s.
func (p Point) Mul(s Scalar) Point { return newPoint(curve.ScalarMult(&s.s, p.p)) }

// Add returns p+o.
func (p Point) Add(o Point) Point { return newPoint(curve.Add(p.p, o.p)) }

// Sub returns p-o.
func (p Point) Sub(o Point) Point {
	minus := *o.p
	minus.Neg()
	return newPoint(curve.Add(p.p, &minus))
}

// BaseMulAddPublic returns G*s + p*t. Its time depends on s, p and t, so they must be
// public.
func BaseMulAddPublic(s Scalar, p Point, t Scalar) Point {
	return newPoint(curve.CombinedMult(&s.s, &t.s, p.p))
}
