// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"slices"
	"time"
)

const (
	// pauseFor is how long text waits for a Signature Message before it is sent over the
	// current channel all the same, and the longest total time that text waits within
	// pausePer: an attacker can answer our commit and never continue.
	pauseFor = 5 * time.Second
	pausePer = time.Minute
)

// A pause holds what our user writes while one instance is about to get fresh keys from an
// exchange that we started. From our Reveal Signature Message on, the peer has the fresh
// keys, and libotr then cannot read messages under the old ones. So the text waits until we
// have the fresh keys too. If instead we send the Signature Message, text after it is sent
// under the fresh keys; text before it waits only if we have requested the exchange: see
// renewing.
type pause struct {
	texts [][]byte // for the instance's key, in order
	bytes int
	since time.Time // of the first
	until time.Time // when they are sent anyway

	// used is how long text has waited since began, of pauseFor in pausePer.
	began time.Time
	used  time.Duration
}

// pauses reports whether text from our user to in has to wait.
func (s keptTexts) pauses(in *instance) bool {
	if len(in.pause.texts) > 0 {
		return true // after those that are waiting already
	}
	_, renewing := s.renewing(in)
	return renewing && (in.pause.used < pauseFor || s.isPast(in.pause.began, pausePer))
}

// renewing reports whether in's client may have fresh keys that we do not have yet, and
// until when we assume so. It ignores exchanges that were revealed before in's channel was
// made, and commits older than the one that led to the channel or that crossed the peer's
// commit that led to it: the client has not continued with these, or can read both.
func (s keptTexts) renewing(in *instance) (until time.Time, ok bool) {
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
	// If we sent a query, libotr with version 3 reads nothing from our D-H Key Message
	// until our Signature Message. Without our query that message answers a commit that
	// anybody can send, and waits for nothing.
	waits := func(y answering) bool { return !y.since.Before(s.lastQuery) }
	if in.asked && in.version == V3 && !s.isPast(s.lastQuery, pauseFor) && slices.ContainsFunc(ex.ys, waits) {
		until, ok = latest(until, s.lastQuery.Add(pauseFor)), true
	}
	return until, ok
}

// await keeps text until in has fresh keys.
func (s keptTexts) await(in *instance, text []byte, out *Output) error {
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

// resume sends the waiting texts to in, in order, over the current channel. Text that
// cannot be sent is returned.
func (s keptTexts) resume(in *instance, out *Output) {
	p := in.pause
	if len(p.texts) == 0 {
		return
	}
	in.pause = pause{began: p.began, used: p.used + max(0, s.now().Sub(p.since))}
	s.deliver(in, p.texts, s.mayRelease == nil || s.mayRelease(in.fingerprint, false), out)
}

// giveBack returns the waiting texts.
func (p *pause) giveBack(out *Output) {
	for _, t := range p.texts {
		out.event(Returned{t})
	}
	*p = pause{began: p.began, used: p.used}
}
