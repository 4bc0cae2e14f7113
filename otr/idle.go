// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"slices"
	"time"
)

// Expire ends the channels to all instances in the same way as idle ones end: the peer is
// told, and Send fails until End or Start. Output.Events has an [Expired] for each. Key
// exchanges in progress are abandoned, held text is [Returned], and no text is sent again.
// Afterwards nothing is sent, not even by Tick, until the caller asks for it or a message
// arrives.
func (s *Session) Expire() Output {
	var out Output
	all := slices.Clone(s.instances)
	sortLastHeardFirst(all)
	for _, in := range all {
		s.expire(in, &out)
	}
	s.handshakes().abandon(&out)
	s.abandon(&out)
	return out
}

// tickIdle ends the channel to in, or requests fresh keys, if it has been idle for long
// enough. due is Tick's.
func (s *Session) tickIdle(in *instance, due func(time.Time, time.Duration) bool, out *Output) {
	after := s.idle.After
	if after <= 0 && in.version == V4 {
		after = ratchetFor
	}
	if in.state != Encrypted || after <= 0 || !due(in.active, after) {
		return
	}
	if s.idle.Rekey && in.smp.m.Running() {
		return // a user may be typing an answer; wait for the end of SMP
	}
	if s.idle.Rekey && s.policy.allows(in.version) {
		if in.rekeying.IsZero() {
			in.rekeying = s.now()
			s.handshakes().rekey(in, out)
		}
		if !due(in.rekeying, halfOpenFor) {
			return
		}
	}
	s.expire(in, out)
	s.handshakes().abandonWith(in, out)
}

// rekey starts a key exchange with in, unless we have started one already. An exchange that
// the other side started does not count, because it may be an attacker's.
func (s handshakes) rekey(in *instance, out *Output) {
	if in.version == V4 {
		s.handshakes4().commitTo(s.handshakes4().exchangeWith(in.tag), out)
		return
	}
	ex := s.exchangeWith(in.version, in.tag)
	if own, _ := s.unanswered(ex); own != nil && !ex.gaveWay || ex.revealing() {
		return
	}
	s.commitTo(ex, out)
	s.addExchange(ex)
}

// expire ends the channel to in, if it is open, without the peer or our user asking for it.
// As after the peer's end, nothing is sent unencrypted until our user agrees.
func (s *Session) expire(in *instance, out *Output) {
	if in.state != Encrypted {
		return
	}
	if in.smp.m.Running() {
		out.event(SMPAborted{From: in.tag, Fingerprint: in.fingerprint})
	}
	// The keys are deleted even if the peer could not be told.
	_ = s.disconnect(in, out)
	out.event(Expired{in.fingerprint, in.tag})
}
