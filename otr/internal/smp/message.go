// SPDX-License-Identifier: GPL-2.0-or-later

package smp

import (
	"encoding/binary"

	"golang.org/x/crypto/cryptobyte"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/wire"
)

// The value of each message is a count (INT) followed by that many MPIs.
type (
	// message1 is SMP message 1: g2a, c2, D2, g3a, c3, D3. A record of type 7 has a
	// question and a zero byte before the count.
	message1 struct {
		g2, g3         dh.Element
		proof2, proof3 proof1
	}
	// message2 is SMP message 2: g2b, c2, D2, g3b, c3, D3, Pb, Qb, cP, D5, D6.
	message2 struct {
		g2, g3         dh.Element
		proof2, proof3 proof1
		p, q           dh.Element
		proofPQ        proof2
	}
	// message3 is SMP message 3: Pa, Qa, cP, D5, D6, Ra, cR, D7.
	message3 struct {
		p, q    dh.Element
		proofPQ proof2
		r       dh.Element
		proofR  proof1
	}
	// message4 is SMP message 4: Rb, cR, D7.
	message4 struct {
		r      dh.Element
		proofR proof1
	}
)

// encode makes a record of n MPIs.
func encode(typ uint16, mpis ...[]byte) wire.TLV {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(mpis)))
	for _, m := range mpis {
		b = wire.AppendMPI(b, m)
	}
	return wire.TLV{Type: typ, Value: b}
}

func (m message1) encode() wire.TLV {
	return encode(wire.TLVSMP1, m.g2.MPI(), m.proof2.c[:], m.proof2.d.MPI(), m.g3.MPI(), m.proof3.c[:], m.proof3.d.MPI())
}

func (m message2) encode() wire.TLV {
	return encode(wire.TLVSMP2, m.g2.MPI(), m.proof2.c[:], m.proof2.d.MPI(), m.g3.MPI(), m.proof3.c[:], m.proof3.d.MPI(),
		m.p.MPI(), m.q.MPI(), m.proofPQ.c[:], m.proofPQ.d5.MPI(), m.proofPQ.d6.MPI())
}

func (m message3) encode() wire.TLV {
	return encode(wire.TLVSMP3, m.p.MPI(), m.q.MPI(), m.proofPQ.c[:], m.proofPQ.d5.MPI(), m.proofPQ.d6.MPI(),
		m.r.MPI(), m.proofR.c[:], m.proofR.d.MPI())
}

func (m message4) encode() wire.TLV {
	return encode(wire.TLVSMP4, m.r.MPI(), m.proofR.c[:], m.proofR.d.MPI())
}

// A reader reads the MPIs of a record. It checks elements and exponents as it reads them;
// ok is false after the first error.
type reader struct {
	s  cryptobyte.String
	ok bool
}

func newReader(value []byte, count uint32) *reader {
	r := &reader{s: value}
	var n uint32
	r.ok = r.s.ReadUint32(&n) && n == count
	return r
}

func (r *reader) mpi() []byte {
	b, ok := wire.ReadMPI(&r.s)
	r.ok = r.ok && ok
	return b
}

func (r *reader) element() dh.Element {
	e, err := dh.ParseElement(r.mpi())
	r.ok = r.ok && err == nil
	return e
}

func (r *reader) scalar() dh.Scalar {
	s, err := dh.ParseScalar(r.mpi())
	r.ok = r.ok && err == nil
	return s
}

func (r *reader) hash() (h [32]byte) {
	b := r.mpi()
	if len(b) > len(h) {
		r.ok = false
		return h
	}
	copy(h[len(h)-len(b):], b)
	return h
}

func (r *reader) proof1() proof1 { return proof1{r.hash(), r.scalar()} }
func (r *reader) proof2() proof2 { return proof2{r.hash(), r.scalar(), r.scalar()} }

// done reports whether the whole record was read without an error.
func (r *reader) done() bool { return r.ok && r.s.Empty() }

func parse1(value []byte) (m message1, ok bool) {
	r := newReader(value, 6)
	m.g2, m.proof2 = r.element(), r.proof1()
	m.g3, m.proof3 = r.element(), r.proof1()
	return m, r.done()
}

func parse2(value []byte) (m message2, ok bool) {
	r := newReader(value, 11)
	m.g2, m.proof2 = r.element(), r.proof1()
	m.g3, m.proof3 = r.element(), r.proof1()
	m.p, m.q, m.proofPQ = r.element(), r.element(), r.proof2()
	return m, r.done()
}

func parse3(value []byte) (m message3, ok bool) {
	r := newReader(value, 8)
	m.p, m.q, m.proofPQ = r.element(), r.element(), r.proof2()
	m.r, m.proofR = r.element(), r.proof1()
	return m, r.done()
}

func parse4(value []byte) (m message4, ok bool) {
	r := newReader(value, 3)
	m.r, m.proofR = r.element(), r.proof1()
	return m, r.done()
}
