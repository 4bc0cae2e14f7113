// SPDX-License-Identifier: GPL-2.0-or-later

package smp4

import (
	"golang.org/x/crypto/cryptobyte"

	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/wire"
)

// A message is a record whose value is a sequence of POINTs and SCALARs.
type (
	// message1 is SMP Message 1: question as DATA, G2a, c2, d2, G3a, c3, d3.
	message1 struct {
		question       []byte
		g2, g3         ed448.Point
		proof2, proof3 proof1
	}
	// message2 is SMP Message 2: G2b, c2, d2, G3b, c3, d3, Pb, Qb, cp, d5, d6.
	message2 struct {
		g2, g3         ed448.Point
		proof2, proof3 proof1
		p, q           ed448.Point
		proofPQ        proof2
	}
	// message3 is SMP Message 3: Pa, Qa, cp, d5, d6, Ra, cr, d7.
	message3 struct {
		p, q    ed448.Point
		proofPQ proof2
		r       ed448.Point
		proofR  proof1
	}
	// message4 is SMP Message 4: Rb, cr, d7.
	message4 struct {
		r      ed448.Point
		proofR proof1
	}
)

// A writer builds a record's value.
type writer []byte

func (w *writer) point(p ed448.Point) {
	e := p.Encoded()
	*w = append(*w, e[:]...)
}

func (w *writer) scalars(list ...ed448.Scalar) {
	for _, s := range list {
		e := s.Encoded()
		*w = append(*w, e[:]...)
	}
}

func (m message1) encode() wire.TLV {
	w := writer(wire.AppendDATA(nil, m.question))
	w.point(m.g2)
	w.scalars(m.proof2.c, m.proof2.d)
	w.point(m.g3)
	w.scalars(m.proof3.c, m.proof3.d)
	return wire.TLV{Type: wire.TLVSMP1, Value: w}
}

func (m message2) encode() wire.TLV {
	var w writer
	w.point(m.g2)
	w.scalars(m.proof2.c, m.proof2.d)
	w.point(m.g3)
	w.scalars(m.proof3.c, m.proof3.d)
	w.point(m.p)
	w.point(m.q)
	w.scalars(m.proofPQ.c, m.proofPQ.d5, m.proofPQ.d6)
	return wire.TLV{Type: wire.TLVSMP2, Value: w}
}

func (m message3) encode() wire.TLV {
	var w writer
	w.point(m.p)
	w.point(m.q)
	w.scalars(m.proofPQ.c, m.proofPQ.d5, m.proofPQ.d6)
	w.point(m.r)
	w.scalars(m.proofR.c, m.proofR.d)
	return wire.TLV{Type: wire.TLVSMP3, Value: w}
}

func (m message4) encode() wire.TLV {
	var w writer
	w.point(m.r)
	w.scalars(m.proofR.c, m.proofR.d)
	return wire.TLV{Type: wire.TLVSMP4, Value: w}
}

// A reader reads a record's value, and checks each point and scalar. ok is false after the first
// error.
type reader struct {
	s  cryptobyte.String
	ok bool
}

func newReader(value []byte) *reader { return &reader{value, true} }

func (r *reader) point() (p ed448.Point) {
	var b []byte
	if r.ok = r.ok && r.s.ReadBytes(&b, ed448.PointSize); r.ok {
		var err error
		p, err = ed448.ParsePoint(b)
		r.ok = err == nil
	}
	return p
}

func (r *reader) scalar() (s ed448.Scalar) {
	var b []byte
	if r.ok = r.ok && r.s.ReadBytes(&b, ed448.ScalarSize); r.ok {
		var err error
		s, err = ed448.ParseScalar(b)
		r.ok = err == nil
	}
	return s
}

func (r *reader) proof1() proof1 { return proof1{r.scalar(), r.scalar()} }
func (r *reader) proof2() proof2 { return proof2{r.scalar(), r.scalar(), r.scalar()} }

// done reports whether the whole record has been read without an error.
func (r *reader) done() bool { return r.ok && r.s.Empty() }

func parse1(value []byte) (m message1, ok bool) {
	r := newReader(value)
	m.question, r.ok = wire.ReadDATA(&r.s)
	m.g2, m.proof2 = r.point(), r.proof1()
	m.g3, m.proof3 = r.point(), r.proof1()
	return m, r.done()
}

func parse2(value []byte) (m message2, ok bool) {
	r := newReader(value)
	m.g2, m.proof2 = r.point(), r.proof1()
	m.g3, m.proof3 = r.point(), r.proof1()
	m.p, m.q, m.proofPQ = r.point(), r.point(), r.proof2()
	return m, r.done()
}

func parse3(value []byte) (m message3, ok bool) {
	r := newReader(value)
	m.p, m.q, m.proofPQ = r.point(), r.point(), r.proof2()
	m.r, m.proofR = r.point(), r.proof1()
	return m, r.done()
}

func parse4(value []byte) (m message4, ok bool) {
	r := newReader(value)
	m.r, m.proofR = r.point(), r.proof1()
	return m, r.done()
}
