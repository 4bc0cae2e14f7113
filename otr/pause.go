// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"time"
)

const (
	// pauseFor is how long a Signature Message is waited for before text goes over the
	// channel in force all the same, and how long text is kept waiting in pausePer
	// altogether: somebody else can answer our commit and never go on.
	pauseFor = 5 * time.Second
	pausePer = time.Minute
)

// A pause is what our user says while one instance is about to get fresh keys from an
// exchange that we have begun. From our Reveal Signature Message on the peer has them,
// and libotr reads nothing under the old ones then. So it waits until we have them
// too. Where we send the Signature Message, what follows it is under the fresh keys, and
// what comes before it waits only if we have asked for them: see renewing.
type pause struct {
	texts [][]byte // for the instance's key, in order
	bytes int
	since time.Time // of the first
	until time.Time // when they no longer wait

	// used is how long text has waited since began, of pauseFor in pausePer.
	began time.Time
	used  time.Duration
}

// pauses reports whether what our user says to in has to wait.
func (s *Session) pauses(in *instance) bool {
	if len(in.pause.texts) > 0 {
		return true // behind those that wait already
	}
	_, renewing := s.renewing(in)
	return renewing && (in.pause.used < pauseFor || s.isPast(in.pause.began, pausePer))
}

// renewing reports whether in's client may have fresh keys that we have not, and until
// when we believe that. What was revealed before in's channel was made does not count, nor
// a commit older than that which the channel comes from or that has crossed one of the
// peer's which it comes from: the client has not gone on with it, or reads both.
func (s *Session) renewing(in *instance) (until time.Time, ok bool) {
	ex := s.exchanges[in.tag]
	if ex == nil || ex.version != in.version {
		return until, false
	}
	for i := range ex.revealed {
		r := &ex.revealed[i]
		if r.nth > in.reveals && r.serial > in.made && !r.ake.Idle() && !s.isPast(r.since, pauseFor) {
			until, ok = latest(until, r.since.Add(pauseFor)), true
		}
	}
	// Where we have asked, libotr reads nothing with version 3 from our D-H Key Message
	// until our Signature Message. Without our query that message answers a commit that
	// anybody can send, and waits for nothing.
	if in.asked && in.version == V3 && len(ex.answers) > 0 && !s.isPast(s.lastQuery, pauseFor) && !ex.answersSince.Before(s.lastQuery) {
		until, ok = latest(until, s.lastQuery.Add(pauseFor)), true
	}
	return until, ok
}

// await keeps text until in has fresh keys.
func (s *Session) await(in *instance, text []byte, out *Output) error {
	p := &in.pause
	if len(p.texts) == maxHeldTexts || p.bytes+len(text) > maxHeldBytes {
		return ErrHeldFull
	}
	if len(p.texts) == 0 {
		p.since = s.now()
		if s.isPast(p.began, pausePer) {
			p.began, p.used = p.since, 0
		}
		p.until, _ = s.renewing(in)
		if most := p.since.Add(pauseFor - p.used); most.Before(p.until) {
			p.until = most
		}
	}
	p.texts = append(p.texts, bytes.Clone(text))
	p.bytes += len(text)
	out.event(Held{})
	return nil
}

// resume sends what has waited to in, in order, over the channel that is in force now.
// What cannot be sent is given back.
func (s *Session) resume(in *instance, out *Output) {
	p := in.pause
	if len(p.texts) == 0 {
		return
	}
	in.pause = pause{began: p.began, used: p.used + max(0, s.now().Sub(p.since))}
	s.deliver(in, p.texts, s.mayRelease == nil || s.mayRelease(in.fingerprint, false), out)
}

// giveBack returns what waits.
func (p *pause) giveBack(out *Output) {
	for _, t := range p.texts {
		out.event(Returned{t})
	}
	*p = pause{began: p.began, used: p.used}
}
