// SPDX-License-Identifier: GPL-2.0-or-later

package otr

// Fresh keys end a run of SMP, because its secret contains the session id; and an
// attacker can send a query, a whitespace tag, an error message or a D-H Key Message as
// the peer. So an exchange that we would start because of one of these waits until no run
// is in progress, and so do refreshes that we start without being asked. An exchange that
// the peer's client starts does not wait: the peer may have lost its keys, and we could
// not read its messages. If that exchange completes, it ends the run, and both users are
// told, as when our user requests fresh keys. A peer who has lost its keys but only asks for
// an exchange waits in vain meanwhile, so our user is told of the request and can decide.

// later is what waits for the end of all runs of SMP. It is dropped when an exchange has
// completed or a channel has ended.
type later struct {
	commit Version // version of the exchange to start, or zero
	query  bool    // request an exchange
}

// verifying reports whether SMP is running with any instance. That matters for a D-H Commit
// Message to any instance, because all of them answer it.
func (s smpRuns) verifying() bool {
	for _, in := range s.instances {
		if in.smp.m.Running() {
			return true
		}
	}
	return false
}

// verifyingWith reports whether SMP is running with an instance with this tag.
func (s smpRuns) verifyingWith(tag InstanceTag) bool {
	for _, in := range s.instances {
		if in.tag == tag && in.smp.m.Running() {
			return true
		}
	}
	return false
}

// afterSMP starts what has waited, if no other run is in progress.
func (s smpRuns) afterSMP(out *Output) {
	if s.verifying() {
		return
	}
	l := s.later
	s.later = later{}
	switch {
	case s.policy.allows(l.commit):
		// If it fails, nothing is lost: the side that requested it can request it again.
		_ = s.inbox().begin(l.commit, out)
	case l.query && s.policy.enabled():
		s.ask(out)
	}
}
