// SPDX-License-Identifier: GPL-2.0-or-later

// Package smp is the Socialist Millionaires' Protocol: two people learn whether they
// typed the same secret, and nothing else about it. Its messages are TLV records in
// encrypted messages.
package smp

import (
	"bytes"
	"errors"
	"io"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/wire"
)

// A state holds exactly the secrets that exist in that state. States are values and are
// never modified.
type state interface{ isState() }

type (
	// expect1 is SMPSTATE_EXPECT1.
	expect1 struct{}
	// asked is SMPSTATE_EXPECT1 too: the first message has arrived and waits for
	// the user's secret.
	asked struct{ first message1 }
	// expect2 is SMPSTATE_EXPECT2: we have sent message 1.
	expect2 struct {
		x, a2, a3 dh.Scalar
		g2a       dh.Element
	}
	// expect3 is SMPSTATE_EXPECT3: we have sent message 2.
	expect3 struct {
		pb, qb dh.Element
		g2, g3 generator
	}
	// expect4 is SMPSTATE_EXPECT4.
	expect4 struct {
		g3b, pQuotient dh.Element // g3b, Pa/Pb
		qQuotient      *dh.Base   // Qa/Qb
		a3             dh.Scalar
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
	Asked                   // the peer has begun and the user must enter the secret: see Machine.Answer
	Yielded                 // as Asked, but it replaces our own run, which we began at the same time
	Advanced                // a reply was made; now the peer must answer
	Equal                   // the secrets are the same
	Differ                  // they are not
	Aborted                 // the peer gave up, or sent a message out of turn
	Refused                 // the peer aborted instead of sending message 4: see step
	Cheated                 // a message was invalid
)

// A Result is the outcome of a message, and the reply for the peer.
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

// Running reports whether a run is in progress.
func (m *Machine) Running() bool {
	_, idle := m.state().(expect1)
	return !idle
}

// Asked reports whether the peer has begun and the user must enter the secret.
func (m *Machine) Asked() bool {
	_, ok := m.s.(asked)
	return ok
}

// abort is an SMP Abort Message: "The associated length should be zero".
func abort() *wire.TLV { return &wire.TLV{Type: wire.TLVSMPAbort} }

// Abort ends a run and returns the record that tells the peer.
func (m *Machine) Abort() wire.TLV {
	m.s = expect1{}
	return *abort()
}

// ErrQuestion means that a question cannot be sent: it contains a zero byte or does not
// fit into a record.
var ErrQuestion = errors.New("smp: unusable question")

// Start begins a run: "User requests to begin SMP". x is the secret. Call it in
// erase.Do, so that x is erased too.
func (m *Machine) Start(question []byte, x [32]byte, rand io.Reader) (t wire.TLV, err error) {
	erase.Do(func() { t, err = m.start(question, x, rand) })
	return t, err
}

func (m *Machine) start(question []byte, x [32]byte, rand io.Reader) (wire.TLV, error) {
	s := expect2{x: dh.HashScalar(x)}
	var first message1
	var err error
	if s.a2, first.g2, first.proof2, err = half(1, rand); err != nil {
		return wire.TLV{}, err
	}
	if s.a3, first.g3, first.proof3, err = half(2, rand); err != nil {
		return wire.TLV{}, err
	}
	s.g2a = first.g2
	t := first.encode()
	if len(question) > 0 {
		t.Type = wire.TLVSMP1Q
		t.Value = append(append(bytes.Clone(question), 0), t.Value...)
	}
	if bytes.IndexByte(question, 0) >= 0 || len(t.Value) > 0xffff {
		return wire.TLV{}, ErrQuestion
	}
	m.s = s
	return t, nil
}

// half computes our half of the exchange "to determine two new generators": an exponent,
// g1 raised to it, and the proof.
func half(which byte, rand io.Reader) (a dh.Scalar, e dh.Element, proof proof1, err error) {
	if a, err = dh.RandomScalar(rand); err != nil {
		return a, e, proof, err
	}
	proof, err = proveExponent(which, a, rand)
	return a, dh.G().Exp(a), proof, err
}

// Answer continues a run after Asked. y is the secret. Call it in erase.Do,
// as Start.
func (m *Machine) Answer(y [32]byte, rand io.Reader) (t wire.TLV, err error) {
	erase.Do(func() { t, err = m.answer(y, rand) })
	return t, err
}

func (m *Machine) answer(y [32]byte, rand io.Reader) (wire.TLV, error) {
	a, ok := m.s.(asked)
	if !ok {
		return wire.TLV{}, errors.New("smp: nothing to answer")
	}
	b2, g2b, proof2, err := half(3, rand)
	if err != nil {
		return wire.TLV{}, err
	}
	b3, g3b, proof3, err := half(4, rand)
	if err != nil {
		return wire.TLV{}, err
	}
	s := expect3{g2: newGenerator(a.first.g2, b2), g3: newGenerator(a.first.g3, b3)}
	reply := message2{g2: g2b, g3: g3b, proof2: proof2, proof3: proof3}
	if s.pb, s.qb, reply.proofPQ, err = blind(5, s.g2, s.g3, dh.HashScalar(y), rand); err != nil {
		return wire.TLV{}, err
	}
	reply.p, reply.q = s.pb, s.qb
	m.s = s
	return reply.encode(), nil
}

// Receive applies a record of types 2 to 7. If err is not nil, the source of
// randomness failed and m is unchanged.
func (m *Machine) Receive(t wire.TLV, rand io.Reader) (Result, error) {
	next, r, err := m.step(t, rand)
	if err != nil {
		return Result{}, err
	}
	m.s = next
	return r, nil
}

// step implements the section "State Transitions". It only reads m.
func (m *Machine) step(t wire.TLV, rand io.Reader) (state, Result, error) {
	switch t.Type {
	case wire.TLVSMP1, wire.TLVSMP1Q:
		return m.receive1(t)
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
			// The peer already has everything that it needs to compare, and
			// according to the specification only message 4 may tell us the
			// result. Some programs abort instead if the secrets differ.
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

// cheated ends a run in which the peer sent values that an honest peer cannot send.
func cheated() (state, Result, error) {
	return expect1{}, Result{Outcome: Cheated, Reply: abort()}, nil
}

func (m *Machine) receive1(t wire.TLV) (state, Result, error) {
	value := t.Value
	r := Result{Outcome: Asked}
	if t.Type == wire.TLVSMP1Q {
		var ok bool
		if r.Question, value, ok = bytes.Cut(value, []byte{0}); !ok {
			return cheated()
		}
	}
	first, ok := parse1(value)
	if !ok || !first.proof2.verify(1, first.g2) || !first.proof3.verify(2, first.g3) {
		return cheated()
	}
	switch s := m.state().(type) {
	case expect1, asked:
		return asked{first}, r, nil
	case expect2:
		// Both sides have begun at once. According to the specification both
		// abort. Instead, the one with the lower g2a answers, and the other waits
		// for the answer.
		switch bytes.Compare(s.g2a.MPI(), first.g2.MPI()) {
		case 1:
			return s, Result{}, nil
		case -1:
			r.Outcome = Yielded
			return asked{first}, r, nil
		}
	}
	return expect1{}, Result{Outcome: Aborted, Reply: abort()}, nil
}

// Parsing is done outside erase.Do, because erasing what it allocates takes long, and nothing
// in a message is secret.

func (s expect2) receive2(value []byte, rand io.Reader) (next state, r Result, err error) {
	b, ok := parse2(value)
	if !ok {
		return cheated()
	}
	erase.Do(func() { next, r, err = s.take2(b, rand) })
	return next, r, err
}

func (s expect2) take2(b message2, rand io.Reader) (state, Result, error) {
	if !b.proof2.verify(3, b.g2) || !b.proof3.verify(4, b.g3) {
		return cheated()
	}
	g2, g3 := newGenerator(b.g2, s.a2), newGenerator(b.g3, s.a3)
	if !b.proofPQ.verify(5, g2, g3, b.p, b.q) {
		return cheated()
	}
	var reply message3
	var err error
	if reply.p, reply.q, reply.proofPQ, err = blind(6, g2, g3, s.x, rand); err != nil {
		return nil, Result{}, err
	}
	if reply.p == b.p || reply.q == b.q {
		return cheated() // a quotient would be 1, and the proofs would prove nothing
	}
	next := expect4{b.g3, reply.p.Div(b.p), reply.q.Div(b.q).Prepare(), s.a3}
	reply.r = next.qQuotient.Exp(s.a3)
	if reply.proofR, err = proveRoot(7, next.qQuotient, s.a3, rand); err != nil {
		return nil, Result{}, err
	}
	t := reply.encode()
	return next, Result{Outcome: Advanced, Reply: &t}, nil
}

func (s expect3) receive3(value []byte, rand io.Reader) (next state, r Result, err error) {
	a, ok := parse3(value)
	if !ok {
		return cheated()
	}
	erase.Do(func() { next, r, err = s.take3(a, rand) })
	return next, r, err
}

func (s expect3) take3(a message3, rand io.Reader) (state, Result, error) {
	if a.p == s.pb || a.q == s.qb || !a.proofPQ.verify(6, s.g2, s.g3, a.p, a.q) {
		return cheated()
	}
	pQuotient, qQuotient := a.p.Div(s.pb), a.q.Div(s.qb).Prepare()
	g3a, b3 := s.g3.theirs.Element, s.g3.ours
	if !a.proofR.verifyRoot(7, g3a, qQuotient, a.r) {
		return cheated()
	}
	reply := message4{r: qQuotient.Exp(b3)}
	var err error
	if reply.proofR, err = proveRoot(8, qQuotient, b3, rand); err != nil {
		return nil, Result{}, err
	}
	t := reply.encode()
	return expect1{}, Result{Outcome: verdict(a.r.Exp(b3) == pQuotient), Reply: &t}, nil
}

func (s expect4) receive4(value []byte) (next state, r Result, err error) {
	b, ok := parse4(value)
	if !ok {
		return cheated()
	}
	erase.Do(func() { next, r, err = s.take4(b) })
	return next, r, err
}

func (s expect4) take4(b message4) (state, Result, error) {
	if !b.proofR.verifyRoot(8, s.g3b, s.qQuotient, b.r) {
		return cheated()
	}
	return expect1{}, Result{Outcome: verdict(b.r.Exp(s.a3) == s.pQuotient)}, nil
}

// verdict: "Determine if x = y by checking the equivalent condition that (Pa / Pb) =
// Rab." The comparison need not be constant time: both sides learn the result.
func verdict(equal bool) Outcome {
	if equal {
		return Equal
	}
	return Differ
}
