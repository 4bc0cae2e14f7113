// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

const (
	// strangersLimit bounds what all sessions of a Quota keep for strangers, in bytes,
	// and familiarLimit what they keep for everybody else.
	strangersLimit = 4 << 20
	familiarLimit  = 32 << 20
)

// What one object costs beside the bytes of its messages, in bytes, rounded up: it need
// not be exact, but nothing may be free.
const (
	partialCost   = 192
	handshakeCost = 1536
	exchangeCost  = 512
)

// A Quota bounds the memory that all sessions together use for what nobody has proved:
// incomplete messages and key exchanges that have not completed. Anybody can send their
// first parts, under any number of names.
//
// The peers that the user knows ([Config.Familiar], or the user has written to them) have
// a part of their own, so that nothing of theirs makes room for strangers. If a part is
// full, the sessions that use most of it forget what they have, and among equal ones the
// oldest: a flood makes room for itself.
//
// The sessions of one Quota must not be used concurrently.
type Quota struct{ strangers, familiar quotaPart }

type quotaPart struct {
	limit, used int
	by          map[*Session]usage
}

// A usage is what one session uses, in bytes, and since when.
type usage struct {
	size  int
	since time.Time
}

// NewQuota returns a Quota of 4 MB for strangers and 32 MB for others.
func NewQuota() *Quota {
	return &Quota{quotaPart{limit: strangersLimit}, quotaPart{limit: familiarLimit}}
}

// partOf returns the part that counts s.
func (q *Quota) partOf(s *Session) *quotaPart {
	if s.familiar {
		return &q.familiar
	}
	return &q.strangers
}

// account tells the quota what s keeps now.
func (s *Session) account() {
	if s.quota == nil {
		return
	}
	size, part := s.unproven(), s.quota.partOf(s)
	if part != s.countedIn && s.countedIn != nil {
		s.countedIn.set(s, 0)
	}
	s.countedIn = part
	part.set(s, size)
	if part.used > part.limit {
		part.makeRoom()
	}
}

// set notes that s uses size bytes.
func (p *quotaPart) set(s *Session, size int) {
	old, known := p.by[s]
	if old.size == size {
		return
	}
	p.used += size - old.size
	switch {
	case size == 0:
		delete(p.by, s)
		if len(p.by) == 0 {
			p.by = nil // an empty map keeps the memory of its entries
		}
		return
	case !known:
		old.since = s.now()
		if p.by == nil {
			p.by = map[*Session]usage{}
		}
	}
	p.by[s] = usage{size, old.since}
}

// makeRoom makes a quarter of p free: then the next call, which looks at all sessions
// too, is not soon.
func (p *quotaPart) makeRoom() {
	sessions := slices.SortedFunc(maps.Keys(p.by), func(a, b *Session) int {
		x, y := p.by[a], p.by[b]
		return cmp.Or(cmp.Compare(y.size, x.size), x.since.Compare(y.since))
	})
	for _, s := range sessions {
		if p.used <= p.limit/4*3 {
			return
		}
		forgetUnproven(s)
		p.set(s, 0)
	}
}

// unproven estimates the memory that s uses for what nobody has proved, in bytes.
func (s *Session) unproven() int {
	n := len(s.commits) * handshakeCost
	for _, m := range s.partials {
		n += partialCost + cap(m.text)
	}
	for _, ex := range s.exchanges {
		n += exchangeCost + (len(ex.revealed)+len(ex.waiting))*handshakeCost
		for _, y := range ex.ys {
			n += (len(y.answers) + len(y.met)) * handshakeCost
		}
		if !ex.own.Idle() {
			n += handshakeCost
		}
	}
	if s.four != nil {
		n += s.four.fragments.Size() + len(s.four.taken)*handshakeCost
		for _, ex := range s.four.exchanges {
			n += exchangeCost + 2*ex.ake.Len()*handshakeCost + ex.early.bytes // the keys are twice as long
		}
	}
	return n
}

// forgetUnproven forgets all that unproven counts. The channels stay.
func forgetUnproven(s *Session) {
	s.partials, s.exchanges = make(partials), make(map[InstanceTag]*exchange)
	if s.four != nil {
		s.four.fragments.Clear()
		s.four.exchanges, s.four.taken = map[InstanceTag]*exchange4{}, nil
	}
	clear(s.commits)
}

// Discard forgets what the [Quota] counts. Call it for a Session that will not be used
// any more; it does not end channels.
func (s *Session) Discard() {
	forgetUnproven(s)
	s.account()
}
