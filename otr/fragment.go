// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"slices"
	"time"

	"purple-otr/otr/internal/wire"
)

const (
	// maxReassembled bounds a message that arrives in fragments, in bytes.
	maxReassembled = 4 << 20
	// maxPartial bounds how many senders may have an incomplete message.
	maxPartial = 8
	// reserved bounds for how many fragments room is set aside when the first one
	// comes, and maxShared how much memory of others it may take over, in bytes.
	reserved  = 8
	maxShared = 64 << 10
)

// A partial is a message of which the first k of n fragments have arrived: (K,
// N) and F of the section "Receiving Fragments".
type partial struct {
	k, n  int
	text  []byte
	since time.Time // when the first fragment came, or Tick found that it grows
	grows bool      // a fragment has come after since
}

// partials holds the incomplete message of each sender; version 2 has the sender
// zero.
type partials map[InstanceTag]*partial

// add applies f, in order of the specification, and returns the message if it is
// complete. It is kept until [partials.done], in case it has to be received once
// more.
func (p partials) add(f wire.Fragment, now func() time.Time) (text []byte, complete bool) {
	from := InstanceTag(f.Sender)
	m := p[from]
	switch {
	case f.K == 1:
		// "Forget any stored fragment you may have. Store (piece) as F. Store
		// (k,n) as (K,N)."
		p.makeRoom(from)
		m = &partial{n: f.N, since: now()}
		p[from] = m
	case m != nil && f.N == m.n && f.K == m.k+1:
		// "If n == N and k == K+1: Append (piece) to F. Store (k,n) as (K,N)."
	default:
		m = nil // "Otherwise: Forget any stored fragment you may have"
	}
	if m == nil || len(m.text)+len(f.Piece) > maxReassembled {
		delete(p, from)
		return nil, false
	}
	text = append(m.room(f), f.Piece...)
	if f.K == f.N {
		return text, true
	}
	m.k, m.text, m.grows = f.K, text, f.K > 1
	return nil, false
}

// room returns m's text with room for f, as a rule already for all that follow:
// a long message is copied a few times, not once for every fragment. What is set
// aside is in proportion to what has come, whatever that says of the rest.
func (m *partial) room(f wire.Fragment) []byte {
	switch {
	case m.text == nil:
		b := newBuffer()
		if cap(b.b) > maxShared {
			b.free()
			b = new(buffer)
		}
		return slices.Grow(b.b, len(f.Piece)*min(f.N, reserved))
	case cap(m.text)-len(m.text) < len(f.Piece):
		return slices.Grow(m.text, max(3*len(m.text), len(f.Piece)))
	}
	return m.text
}

// done forgets the message of which f was the last fragment.
func (p partials) done(f wire.Fragment) { delete(p, InstanceTag(f.Sender)) }

// makeRoom forgets the oldest partial if one more sender would be too many.
func (p partials) makeRoom(from InstanceTag) {
	if _, known := p[from]; known || len(p) < maxPartial {
		return
	}
	var oldest InstanceTag
	for t, m := range p {
		if p[oldest] == nil || m.since.Before(p[oldest].since) {
			oldest = t
		}
	}
	delete(p, oldest)
}
