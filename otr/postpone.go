// SPDX-License-Identifier: GPL-2.0-or-later

package otr

// Fresh keys end a run of SMP, because its secret holds the session id; and anybody can
// send a query, a whitespace tag, an error message or a D-H Key Message in the peer's
// name. So whatever would have us begin an exchange on such a ground waits until no run
// goes on, and so do refreshes that we begin by ourselves. An exchange that the peer's
// client begins is not kept waiting: it may have lost its keys, and what it says could
// not be read. If that one completes, it ends the run, and both users are told, as when
// our user asks for fresh keys.

// later is what waits for the end of the runs of SMP. It is no longer wanted once an
// exchange has completed, or a channel has ended.
type later struct {
	commit Version // of the exchange to begin, or zero
	query  bool    // ask for one
}

// verifying reports whether SMP runs with any instance: a D-H Commit Message to nobody
// in particular is answered by all.
func (s *Session) verifying() bool {
	for _, in := range s.instances {
		if in.smp.m.Running() {
			return true
		}
	}
	return false
}

// verifyingWith reports whether SMP runs with an instance of that tag.
func (s *Session) verifyingWith(tag InstanceTag) bool {
	for _, in := range s.instances {
		if in.tag == tag && in.smp.m.Running() {
			return true
		}
	}
	return false
}

// afterSMP does what has waited, if no other run goes on.
func (s *Session) afterSMP(out *Output) {
	if s.verifying() {
		return
	}
	l := s.later
	s.later = later{}
	switch {
	case s.policy.allows(l.commit):
		// If it fails, nothing is lost: who has asked can ask again.
		_ = s.begin(l.commit, out)
	case l.query && s.policy.enabled():
		s.ask(out)
	}
}
