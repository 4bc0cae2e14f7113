// SPDX-License-Identifier: GPL-2.0-or-later

// Package smp4 is the Socialist Millionaires' Protocol of version 4: two people learn whether
// they typed the same secret, and nothing else about it. The states are the same as in version
// 3; the messages and the group are different.
package smp4

import (
	"bytes"
	"errors"
	"io"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/draw"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/wire"
)

// A state holds exactly the secrets that exist while it lasts. States are
// values that nobody writes to.
type state interface{ isState() }

type (
	// expect1 is SMPSTATE_EXPECT1.
	expect1 struct{}
	// asked is SMPSTATE_EXPECT1 too: the first message has arrived and waits for
	// the user's secret.
	asked struct{ g2a, g3a ed448.Point }
	// expect2 is SMPSTATE_EXPECT2: we have begun.
	expect2 struct {
		x, a2, a3 ed448.Scalar
		g2a       ed448.Point
	}
	// expect3 is SMPSTATE_EXPECT3: we have answered.
	expect3 struct {
		g3a, pb, qb, g2, g3 ed448.Point
		b3                  ed448.Scalar
	}
	// expect4 is SMPSTATE_EXPECT4.
	expect4 struct {
		g3b, p, q ed448.Point // G3b, Pa-Pb, Qa-Qb
		a3        ed448.Scalar
	}
)

func (expect1) isState() {}
func (asked) isState()   {}
func (expect2) isState() {}
func (expect3) isState() {}
func (expect4) isState() {}

// An Outcome is what a message led to.
type Outcome int

const (
	Ignored  Outcome = iota // nothing
	Asked                   // the user's secret is wanted: see Machine.Answer
	Yielded                 // as Asked, and our own run, begun at the same time, is over
	Advanced                // a reply, and the peer's turn
	Equal                   // the secrets are the same
	Differ                  // they are not
	Aborted                 // the peer gave up, or sent a message out of turn
	Refused                 // the peer gave up in place of message 4: see step
	Cheated                 // a message was invalid
)

// A Result is the outcome of a message and what to send to the peer.
type Result struct {
	Outcome
	Question []byte    // with Asked and Yielded: the peer's, empty if none
	Reply    *wire.TLV // nil if there is nothing to send
}

// A Machine is the state of one run. Its zero value is in SMPSTATE_EXPECT1.
type Machine struct{ s state }

func (m *Machine) state() state {
	if m.s == nil {
		return expect1{}
	}
	return m.s
}

// Running reports whether a run is going on.
func (m *Machine) Running() bool {
	_, idle := m.state().(expect1)
	return !idle
}

// Asked reports whether the user's secret is wanted.
func (m *Machine) Asked() bool {
	_, ok := m.s.(asked)
	return ok
}

// abort is an SMP Abort Message: "The associated length should be zero".
func abort() *wire.TLV { return &wire.TLV{Type: wire.TLVSMPAbort} }

// Abort ends a run and returns what tells the peer.
func (m *Machine) Abort() wire.TLV {
	m.s = expect1{}
	return *abort()
}

// Secret returns the scalar that a run compares ("Secret Information"). It depends on both
// fingerprints, on the session id, and on what the user typed. The initiator is the one who
// begins the run.
func Secret(initiator, responder, ssid, typed []byte) (x ed448.Scalar) {
	erase.Do(func() { x = hashed(initiator, responder, ssid, typed) })
	return x
}

func hashed(initiator, responder, ssid, typed []byte) ed448.Scalar {
	var b [ed448.ScalarSize]byte
	defer clear(b[:])
	data := wire.AppendDATA(nil, typed)
	defer clear(data)
	kdf4.Derive(b[:], kdf4.SMPSecret, []byte{0x01}, initiator, responder, ssid, data)
	return ed448.Pruned(b)
}

// ErrQuestion means that the question is too long for a record.
var ErrQuestion = errors.New("smp4: unusable question")

// Start begins a run ("User requests to begin SMP"). x is the secret. Call it and
// [Secret] in erase.Do, so that x is erased too.
func (m *Machine) Start(question []byte, x ed448.Scalar, rand io.Reader) (t wire.TLV, err error) {
	erase.Do(func() { t, err = m.start(question, x, rand) })
	return t, err
}

func (m *Machine) start(question []byte, x ed448.Scalar, rand io.Reader) (wire.TLV, error) {
	s := expect2{x: x}
	first := message1{question: question}
	var err error
	if s.a2, first.g2, err = half("smp a2", rand); err != nil {
		return wire.TLV{}, err
	}
	if s.a3, first.g3, err = half("smp a3", rand); err != nil {
		return wire.TLV{}, err
	}
	if first.proof2, err = proveScalar(1, s.a2, "smp r2", rand); err != nil {
		return wire.TLV{}, err
	}
	if first.proof3, err = proveScalar(2, s.a3, "smp r3", rand); err != nil {
		return wire.TLV{}, err
	}
	s.g2a = first.g2
	t := first.encode()
	if len(t.Value) > 0xffff {
		return wire.TLV{}, ErrQuestion
	}
	m.s = s
	return t, nil
}

// half draws a scalar for the exchange of a new generator, and returns G times it too.
func half(purpose string, rand io.Reader) (a ed448.Scalar, p ed448.Point, err error) {
	if a, err = ed448.RandomScalar(draw.For(rand, purpose)); err != nil {
		return a, p, err
	}
	return a, ed448.BaseMul(a), nil
}

// Answer goes on after Asked. y is the secret. Call it in erase.Do, as Start.
func (m *Machine) Answer(y ed448.Scalar, rand io.Reader) (t wire.TLV, err error) {
	erase.Do(func() { t, err = m.answer(y, rand) })
	return t, err
}

func (m *Machine) answer(y ed448.Scalar, rand io.Reader) (wire.TLV, error) {
	a, ok := m.s.(asked)
	if !ok {
		return wire.TLV{}, errors.New("smp4: nothing to answer")
	}
	var reply message2
	b2, g2b, err := half("smp b2", rand)
	if err != nil {
		return wire.TLV{}, err
	}
	b3, g3b, err := half("smp b3", rand)
	if err != nil {
		return wire.TLV{}, err
	}
	if reply.proof2, err = proveScalar(3, b2, "smp r2", rand); err != nil {
		return wire.TLV{}, err
	}
	if reply.proof3, err = proveScalar(4, b3, "smp r3", rand); err != nil {
		return wire.TLV{}, err
	}
	s := expect3{g3a: a.g3a, b3: b3, g2: a.g2a.Mul(b2), g3: a.g3a.Mul(b3)}
	if s.pb, s.qb, reply.proofPQ, err = blind(5, s.g2, s.g3, y, rand); err != nil {
		return wire.TLV{}, err
	}
	reply.g2, reply.g3, reply.p, reply.q = g2b, g3b, s.pb, s.qb
	m.s = s
	return reply.encode(), nil
}

// Receive applies a record of types 2 to 6. If err is not nil, the source of
// randomness failed and m is unchanged.
func (m *Machine) Receive(t wire.TLV, rand io.Reader) (Result, error) {
	var next state
	var r Result
	var err error
	erase.Do(func() { next, r, err = m.step(t, rand) })
	if err != nil {
		return Result{}, err
	}
	m.s = next
	return r, nil
}

// step is the section "State Transitions". It only reads m.
func (m *Machine) step(t wire.TLV, rand io.Reader) (state, Result, error) {
	switch t.Type {
	case wire.TLVSMP1:
		return m.receive1(t.Value)
	case wire.TLVSMP2:
		if s, ok := m.s.(expect2); ok {
			return s.receive2(t.Value, rand)
		}
	case wire.TLVSMP3:
		if s, ok := m.s.(expect3); ok {
			return s.receive3(t.Value, rand)
		}
	case wire.TLVSMP4:
		if s, ok := m.s.(expect4); ok {
			return s.receive4(t.Value)
		}
	case wire.TLVSMPAbort:
		if _, ok := m.s.(expect4); ok {
			// The peer has what it needs to compare, and the specification lets it
			// tell the result by message 4 alone. Some programs abort instead if
			// the secrets differ.
			return expect1{}, Result{Outcome: Refused}, nil
		}
		if m.Running() {
			return expect1{}, Result{Outcome: Aborted}, nil
		}
		return expect1{}, Result{}, nil
	}
	// "Set smpstate to SMPSTATE_EXPECT1 and send a type 6 TLV (SMP abort)"
	r := Result{Reply: abort()}
	if m.Running() {
		r.Outcome = Aborted
	}
	return expect1{}, r, nil
}

// cheated ends a run in which the peer sent what it cannot have made by the
// rules.
func cheated() (state, Result, error) {
	return expect1{}, Result{Outcome: Cheated, Reply: abort()}, nil
}

func (m *Machine) receive1(value []byte) (state, Result, error) {
	first, ok := parse1(value)
	if !ok || !first.proof2.verify(1, first.g2) || !first.proof3.verify(2, first.g3) {
		return cheated()
	}
	r := Result{Outcome: Asked, Question: first.question}
	switch s := m.state().(type) {
	case expect1, asked:
		return asked{first.g2, first.g3}, r, nil
	case expect2:
		// Both sides have begun at once. The specification has both abort; the
		// one whose G2a is lower answers instead, and the other waits for that.
		ours, theirs := s.g2a.Encoded(), first.g2.Encoded()
		switch bytes.Compare(ours[:], theirs[:]) {
		case 1:
			return s, Result{}, nil
		case -1:
			r.Outcome = Yielded
			return asked{first.g2, first.g3}, r, nil
		}
	}
	return expect1{}, Result{Outcome: Aborted, Reply: abort()}, nil
}

func (s expect2) receive2(value []byte, rand io.Reader) (state, Result, error) {
	b, ok := parse2(value)
	if !ok || !b.proof2.verify(3, b.g2) || !b.proof3.verify(4, b.g3) {
		return cheated()
	}
	g2, g3 := b.g2.Mul(s.a2), b.g3.Mul(s.a3)
	if !b.proofPQ.verify(5, g2, g3, b.p, b.q) {
		return cheated()
	}
	var reply message3
	var err error
	if reply.p, reply.q, reply.proofPQ, err = blind(6, g2, g3, s.x, rand); err != nil {
		return nil, Result{}, err
	}
	if reply.p.Equal(b.p) || reply.q.Equal(b.q) {
		return cheated() // a difference of 0 would prove nothing
	}
	next := expect4{b.g3, reply.p.Sub(b.p), reply.q.Sub(b.q), s.a3}
	reply.r = next.q.Mul(s.a3)
	if reply.proofR, err = proveRoot(7, next.q, s.a3, rand); err != nil {
		return nil, Result{}, err
	}
	t := reply.encode()
	return next, Result{Outcome: Advanced, Reply: &t}, nil
}

func (s expect3) receive3(value []byte, rand io.Reader) (state, Result, error) {
	a, ok := parse3(value)
	if !ok || a.p.Equal(s.pb) || a.q.Equal(s.qb) || !a.proofPQ.verify(6, s.g2, s.g3, a.p, a.q) {
		return cheated()
	}
	p, q := a.p.Sub(s.pb), a.q.Sub(s.qb)
	if !a.proofR.verifyRoot(7, s.g3a, q, a.r) {
		return cheated()
	}
	reply := message4{r: q.Mul(s.b3)}
	var err error
	if reply.proofR, err = proveRoot(8, q, s.b3, rand); err != nil {
		return nil, Result{}, err
	}
	t := reply.encode()
	return expect1{}, Result{Outcome: verdict(a.r.Mul(s.b3).Equal(p)), Reply: &t}, nil
}

func (s expect4) receive4(value []byte) (state, Result, error) {
	b, ok := parse4(value)
	if !ok || !b.proofR.verifyRoot(8, s.g3b, s.q, b.r) {
		return cheated()
	}
	return expect1{}, Result{Outcome: verdict(b.r.Mul(s.a3).Equal(s.p))}, nil
}

// verdict returns the outcome. equal says whether Rab = Pa-Pb. Both sides learn it, so it is no
// secret.
func verdict(equal bool) Outcome {
	if equal {
		return Equal
	}
	return Differ
}
