// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"time"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/smp"
	"purple-otr/otr/internal/smp4"
	"purple-otr/otr/internal/wire"
)

// smpFor is how long a run waits for the peer, whose user has to type an answer.
const smpFor = 15 * time.Minute

// crossFor is how long after our first message one of the peer's may have crossed it on the
// way. If the peer's comes later, ours was lost.
const crossFor = 10 * time.Second

// An smpRun is one instance's run of the Socialist Millionaires' Protocol.
type smpRun struct {
	m     machine
	since time.Time // time of its last message
	// secret is what our user typed to start a run without a question, until the peer has
	// answered. If the peer starts one at the same time, it is our answer to that.
	secret []byte
}

// smpSecret returns what is compared ("Secret information"): a hash of the version 1, both
// fingerprints, the session id and what the user typed.
func (s smpRuns) smpSecret(in *instance, weBegan bool, typed []byte) [32]byte {
	initiator, responder := in.ours, in.fingerprint
	if !weBegan {
		initiator, responder = responder, initiator
	}
	h := sha256.New()
	h.Write([]byte{1})
	h.Write(initiator.Bytes())
	h.Write(responder.Bytes())
	h.Write(in.ssid.ID[:])
	h.Write(typed)
	return [32]byte(h.Sum(nil))
}

// secret4 is smpSecret for version 4.
func (s smpRuns) secret4(in *instance, weBegan bool, typed []byte) ed448.Scalar {
	initiator, responder := in.ours, in.fingerprint
	if !weBegan {
		initiator, responder = responder, initiator
	}
	return smp4.Secret(initiator.Bytes(), responder.Bytes(), in.ssid.ID[:], typed)
}

// A machine is the state of one run of SMP. The part of the other version is zero.
type machine struct {
	smp.Machine
	four smp4.Machine
}

// Running reports whether a run is in progress.
func (m *machine) Running() bool { return m.Machine.Running() || m.four.Running() }

// Asked reports whether the peer has begun and the user must enter the secret.
func (m *machine) Asked() bool { return m.Machine.Asked() || m.four.Asked() }

// Abort ends a run and returns the record that tells the peer, the same in all versions.
func (m *machine) Abort() wire.TLV {
	m.four = smp4.Machine{}
	return m.Machine.Abort()
}

// receive applies a record of version v.
func (m *machine) receive(v Version, t wire.TLV, rand io.Reader) (smp.Result, error) {
	if v != V4 {
		return m.Machine.Receive(t, rand)
	}
	r, err := m.four.Receive(t, rand)
	return smp.Result{Outcome: outcomes[r.Outcome], Question: r.Question, Reply: r.Reply}, err
}

// outcomes translates those of version 4.
var outcomes = map[smp4.Outcome]smp.Outcome{
	smp4.Ignored: smp.Ignored, smp4.Asked: smp.Asked, smp4.Yielded: smp.Yielded, smp4.Advanced: smp.Advanced,
	smp4.Equal: smp.Equal, smp4.Differ: smp.Differ,
	smp4.Aborted: smp.Aborted, smp4.Refused: smp.Refused, smp4.Cheated: smp.Cheated,
}

// begin begins a run with in's peer, in m.
func (s smpRuns) begin(in *instance, m *machine, question string, typed []byte) (t wire.TLV, err error) {
	erase.Do(func() {
		if in.version == V4 {
			t, err = m.four.Start([]byte(question), s.secret4(in, true, typed), s.rand)
		} else {
			t, err = m.Machine.Start([]byte(question), s.smpSecret(in, true, typed), s.rand)
		}
	})
	return t, err
}

// answer answers in m, which waits for our user's secret.
func (s smpRuns) answer(in *instance, m *machine, typed []byte) (t wire.TLV, err error) {
	erase.Do(func() {
		if in.version == V4 {
			t, err = m.four.Answer(s.secret4(in, false, typed), s.rand)
		} else {
			t, err = m.Machine.Answer(s.smpSecret(in, false, typed), s.rand)
		}
	})
	return t, err
}

// StartSMP proves to each side that the other knows secret, without revealing it
// ("Socialist Millionaires' Protocol"). The question may be empty and is seen by
// the peer. It fails with [ErrMalformed] if the question has a zero byte, and with
// [ErrTooLong] if it has more than some 64000 bytes. An exchange in progress is
// aborted first. It fails with [ErrNoChannel] if no channel is up, and with
// [ErrSeveralKeys] as Send does.
func (s *Session) StartSMP(question string, secret []byte) (Output, error) {
	var out Output
	in, err := s.smpRuns().smpInstance()
	if err != nil {
		return out, err
	}
	if strings.IndexByte(question, 0) >= 0 {
		return out, &MessageError{"SMP message 1Q", "question", ErrMalformed}
	}
	var next machine
	first, err := s.smpRuns().begin(in, &next, question, secret)
	switch {
	case errors.Is(err, smp.ErrQuestion), errors.Is(err, smp4.ErrQuestion):
		return out, ErrTooLong
	case err != nil:
		return out, err
	}
	if in.smp.m.Running() {
		// In a separate message, because libotr processes an abort last.
		running := in.smp.m // a copy: if aborting fails, the run continues
		if err := s.seal(in, &out, wire.IgnoreUnreadable, nil, running.Abort()); err != nil {
			return Output{}, err
		}
		in.smp = smpRun{}
	}
	if err := s.seal(in, &out, wire.IgnoreUnreadable, nil, first); err != nil {
		return out, err
	}
	in.smp = smpRun{m: next, since: s.now()}
	if question == "" {
		erase.Do(func() { in.smp.secret = bytes.Clone(secret) })
	}
	out.event(SMPStep{25, in.tag, in.fingerprint})
	return out, nil
}

// AnswerSMP continues after [SMPAsked]. It fails with [ErrSMPState] if the peer has asked
// nothing, and with [ErrNoChannel] if there is no open channel.
func (s *Session) AnswerSMP(secret []byte) (Output, error) {
	var out Output
	in, err := s.smpRuns().smpInstance()
	if err != nil {
		return out, err
	}
	if !in.smp.m.Asked() {
		return out, ErrSMPState
	}
	err = s.smpRuns().answerSMP(in, in.smp.m, secret, &out)
	return out, err
}

// answerSMP continues asked, which waits for our user's secret. On error, in is unchanged.
func (s smpRuns) answerSMP(in *instance, asked machine, secret []byte, out *Output) error {
	next := asked
	t, err := s.answer(in, &next, secret)
	if err != nil {
		return err
	}
	if err := s.seal(in, out, wire.IgnoreUnreadable, nil, t); err != nil {
		return err
	}
	in.smp = smpRun{m: next, since: s.now()}
	out.event(SMPStep{50, in.tag, in.fingerprint})
	return nil
}

// AbortSMP cancels SMP and tells the peer. It is not an error if none is in progress. It
// fails with [ErrNoChannel] if there is no open channel.
func (s *Session) AbortSMP() (Output, error) {
	var out Output
	in, err := s.smpRuns().smpInstance()
	if err != nil {
		return out, err
	}
	t := in.smp.m.Abort()
	in.smp = smpRun{}
	err = s.seal(in, &out, wire.IgnoreUnreadable, nil, t)
	s.smpRuns().afterSMP(&out)
	return out, err
}

// smpInstance returns the instance that SMP is directed at, which is the one that Send
// uses.
func (s smpRuns) smpInstance() (*instance, error) {
	in, err := s.addressee()
	if err == nil && (in == nil || in.state != Encrypted) {
		err = ErrNoChannel
	}
	return in, err
}

// receiveSMP processes an SMP record from the peer.
func (s smpRuns) receiveSMP(in *instance, t wire.TLV, out *Output) error {
	next := in.smp.m
	r, err := next.receive(in.version, t, s.rand)
	if err != nil {
		return err
	}
	if r.Outcome == smp.Ignored && (t.Type == wire.TLVSMP1 || t.Type == wire.TLVSMP1Q) && s.isPast(in.smp.since, crossFor) {
		// Both have begun, and the peer should yield to our run. But it knows nothing of it.
		next = machine{}
		if r, err = next.receive(in.version, t, s.rand); err != nil {
			return err
		}
		if r.Outcome == smp.Asked {
			r.Outcome = smp.Yielded
		}
	}
	if r.Outcome == smp.Yielded && in.smp.secret != nil && len(r.Question) == 0 {
		return s.answerSMP(in, next, in.smp.secret, out)
	}
	in.smp.m, in.smp.since = next, s.now()
	if r.Outcome == smp.Advanced {
		in.smp.secret = nil
	}
	if r.Reply != nil {
		err = s.seal(in, out, wire.IgnoreUnreadable, nil, *r.Reply)
	}
	switch r.Outcome {
	case smp.Asked, smp.Yielded:
		out.event(SMPAsked{string(bytes.ToValidUTF8(r.Question, []byte("\uFFFD"))), in.tag, in.fingerprint})
	case smp.Advanced:
		out.event(SMPStep{75, in.tag, in.fingerprint})
	case smp.Equal, smp.Differ:
		out.event(SMPDone{r.Outcome == smp.Equal, in.tag, in.fingerprint})
	case smp.Aborted, smp.Refused, smp.Cheated:
		out.event(SMPAborted{r.Outcome == smp.Cheated, r.Outcome == smp.Refused, in.tag, in.fingerprint})
	}
	if !next.Running() {
		in.smp = smpRun{}
		s.afterSMP(out)
	}
	return err
}

// dropBefore ends a run under version 3 before a channel of version 4 replaces its channel: what
// version 4 would say about it means nothing to that run.
func (s smpRuns) dropBefore(in *instance, a *agreed, out *Output) {
	if in.version != a.version {
		s.dropSMP(in, out)
	}
}

// dropSMP ends a run, if there is one, and tells both users.
func (s smpRuns) dropSMP(in *instance, out *Output) {
	if !in.smp.m.Running() {
		return
	}
	t := in.smp.m.Abort()
	in.smp = smpRun{}
	out.event(SMPAborted{From: in.tag, Fingerprint: in.fingerprint})
	// If the peer cannot be told, its run expires as ours does.
	_ = s.seal(in, out, wire.IgnoreUnreadable, nil, t)
	s.afterSMP(out)
}
