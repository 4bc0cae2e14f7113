// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"time"
)

const (
	// halfOpenFor is how long a key exchange may wait for the peer.
	halfOpenFor = time.Minute
	// oldFor is how long messages under replaced keys may be in flight.
	oldFor = time.Minute
	// partialFor is how long, at least, a message may wait for its next fragment.
	partialFor = 2 * time.Minute
	// retryAfter is how long an exchange that we have started may make no progress before
	// we start again, and retrySoon is the time if we know that it cannot complete: see
	// handshakes.retry. maxRetries is how often we start again until one completes.
	retryAfter = 1500 * time.Millisecond
	retrySoon  = 200 * time.Millisecond
	maxRetries = 3
	// keyPatience is how long a second D-H Key Message waits.
	keyPatience = time.Second
	// askAfter is how long text is held during other exchanges before we send another
	// query.
	askAfter = 30 * time.Second
)

// Tick deletes half-open exchanges, unanswered SMP runs, incomplete fragments, replaced
// keys and held or recent text that have expired. It starts stalled exchanges again, ends
// or refreshes idle channels ([Idle]), and returns when it should next be called; the zero
// time means after the next call of another method. Without Tick, keys live longer, held
// text is not returned, and an exchange or SMP run that the peer's client does not continue
// waits for ever; but no text is lost or sent to anyone else.
func (s *Session) Tick() (out Output, next time.Time) {
	defer s.account()
	now := s.now()
	// due reports whether d has passed since t. If not, it notes when it will have.
	due := func(t time.Time, d time.Duration) bool {
		at := t.Add(d)
		if !now.Before(at) {
			return true
		}
		if next.IsZero() || at.Before(next) {
			next = at
		}
		return false
	}
	if !s.policy.enabled() {
		// The keys are deleted even if the peer could not be told.
		out, _ = s.endAll()
		return out, time.Time{}
	}
	waiting := s.handshakes().exchanging()
	for v, c := range s.commits {
		if due(c.since, halfOpenFor) {
			delete(s.commits, v)
		}
	}
	s.tickInstances(now, due, &out)
	for _, ex := range s.exchanges {
		s.handshakes().tickExchange(ex, due, &out)
	}
	s.handshakes4().tick(due, &out)
	if !s.smpRuns().verifying() {
		s.later = later{} // the run has ended with its channel
	}
	for _, in := range s.instances {
		if len(in.pause.texts) > 0 && due(in.pause.until, 0) {
			s.keptTexts().resume(in, &out)
		}
	}
	for from, p := range s.partials {
		if p.grows && !now.Before(p.since.Add(partialFor)) {
			p.since, p.grows = now, false
		}
		if due(p.since, partialFor) {
			delete(s.partials, from)
		}
	}
	s.recent.expire(due)
	s.keptTexts().tickHeld(waiting, due, &out)
	return out, next
}

// tickInstances ends SMP runs, idle channels and replaced keys that have expired. due is
// Tick's.
func (s *Session) tickInstances(now time.Time, due func(time.Time, time.Duration) bool, out *Output) {
	for _, in := range s.instances {
		if in.smp.m.Running() && due(in.smp.since, smpFor) {
			s.smpRuns().dropSMP(in, out)
		}
		s.handshakes4().tickIntroduction(in, due, out)
		s.tickIdle(in, due, out)
		if in.old != nil && due(in.old.since, oldFor) {
			in.dropOld()
		}
		if at := in.expireLate(now); !at.IsZero() {
			due(at, 0)
		}
	}
}

// tickHeld returns held text that has expired, or sends another query for it. waiting
// says that an exchange was in progress when Tick was called. due is Tick's.
func (s keptTexts) tickHeld(waiting bool, due func(time.Time, time.Duration) bool, out *Output) {
	if len(s.held.texts) > 0 && due(s.held.since, heldFor) {
		s.held.giveBack(out)
		s.restarting = false
	}
	// Held text may be waiting for an exchange that is not the peer's, that just failed,
	// or for a query that was lost.
	waiting = waiting || s.lastQuery.Before(s.held.since)
	if len(s.held.texts) > 0 && waiting && due(latest(s.held.since, s.lastQuery), askAfter) {
		s.ask(out)
		due(s.lastQuery, askAfter)
	}
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// passed reports whether d has passed since last, and if so sets last to now.
func (s *Session) passed(d time.Duration, last *time.Time) bool {
	now := s.now()
	if !last.IsZero() && now.Sub(*last) < d {
		return false
	}
	*last = now
	return true
}
