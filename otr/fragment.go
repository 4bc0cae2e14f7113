// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"hash/maphash"
	"slices"
	"time"

	"purple-otr/otr/internal/wire"
)

const (
	// maxReassembled is the largest size of a message that arrives in fragments, in bytes.
	maxReassembled = 4 << 20
	// maxPartial is the largest number of senders that may have an incomplete message.
	maxPartial = 8
	// reserved is the number of fragments for which the second one reserves room.
	reserved = 7
	// minShared is the size, in bytes, from which an incomplete message uses a shared
	// buffer. maxShared is how large that buffer may be for a message that needs less.
	minShared = 1 << 10
	maxShared = 64 << 10
)

// A partial is a message of which the first k of n fragments have arrived: (K,
// N) and F of the section "Receiving Fragments".
type partial struct {
	k, n  int
	text  []byte
	size  int       // of the first piece
	even  bool      // all fragments before the last have the same size
	since time.Time // when the first fragment arrived, or Tick last found that more had
	grows bool      // a fragment has arrived after since
}

// partials holds the incomplete message of each sender; version 2 has the sender
// zero.
type partials map[InstanceTag]*partial

// add processes f as the specification says, in this order, and returns the message if it
// is complete. The message is kept until [partials.done], because it may have to be
// received again. A copy of a fragment changes nothing: old contains the fragments of
// complete messages.
func (p partials) add(f wire.Fragment, now func() time.Time, old *copies) (text []byte, complete bool) {
	from := InstanceTag(f.Sender)
	m := p[from]
	switch {
	case m != nil && m.has(f):
		return nil, false
	case m != nil && m.mayBeStray(f) && isOld(f, old, now):
		return nil, false // a copy from a complete message; the incomplete one continues
	case f.K == 1:
		// "Forget any stored fragment you may have. Store (piece) as F. Store
		// (k,n) as (K,N)."
		p.makeRoom(from)
		m = &partial{n: f.N, since: now(), size: len(f.Piece), even: true}
		p[from] = m
	case m != nil && f.N == m.n && f.K == m.k+1:
		// "If n == N and k == K+1: Append (piece) to F. Store (k,n) as (K,N)."
	case m != nil && f.N == m.n && f.K <= m.k && m.even:
		// The fragment that was in its place belongs to an older message with the same
		// beginning.
		m.text, m.k = m.text[:(f.K-1)*m.size], f.K-1
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
	m.even = m.even && len(m.text) == (f.K-1)*m.size
	m.k, m.text, m.grows = f.K, text, f.K > 1
	return nil, false
}

// has reports whether f is a copy of a fragment that is part of m.
func (m *partial) has(f wire.Fragment) bool {
	if f.N != m.n || f.K > m.k || !m.even {
		return false
	}
	start := (f.K - 1) * m.size
	return start+len(f.Piece) <= len(m.text) && bytes.Equal(m.text[start:start+len(f.Piece)], f.Piece)
}

// mayBeStray reports whether f, if it has arrived before in another message, is a copy,
// and not part of m or of a new message that is equal at this place. Messages under the
// same keys begin alike. They end with a MAC, if the last fragment is that long.
func (m *partial) mayBeStray(f wire.Fragment) bool {
	switch {
	case f.K == 1:
		return !bytes.HasPrefix(m.text, f.Piece)
	case f.N == m.n && f.K == m.k+1:
		return f.K == f.N && len(f.Piece) >= 24
	}
	return true
}

// commonStart is how many characters of a Data Message others under the same keys may begin
// with: all before the end of the counter.
const commonStart = len(wire.Prefix) + (11+9+4+192+8)*4/3 + 1

// note records the last fragments of m, the message text that f completes. Those of a Data
// Message count as copies whenever they come again, except the ones that later messages may
// begin with. The peer sends messages of a key exchange again, unchanged, if it gets no
// answer: their fragments count as copies only as long as those of queries do.
func (m *partial) note(f wire.Fragment, text []byte, old *copies, now time.Time) {
	from := 0
	if isDataMessage(text) {
		from, now = commonStart, time.Time{}
	}
	old.add(pieceOf(f), now)
	for k := max(1, f.N-maxCopies/2); k < f.N && m.even; k++ {
		end := min(k*m.size, len(m.text))
		if end >= from {
			old.add(pieceOf(wire.Fragment{K: k, N: f.N, Piece: m.text[(k-1)*m.size : end]}), now)
		}
	}
}

// isOld reports whether f is a copy of a fragment that note has recorded.
func isOld(f wire.Fragment, old *copies, now func() time.Time) bool {
	at, ok := old.has(pieceOf(f))
	return ok && (at.IsZero() || now().Sub(at) < copyFor)
}

// isDataMessage reports whether text, an encoded message, is a Data Message.
func isDataMessage(text []byte) bool {
	start := append(bytes.Clone(text[:min(len(text), len(wire.Prefix)+4)]), '.') // version and type
	b, err := wire.Dearmor(start)
	return err == nil && len(b) == 3 && b[2] == wire.TypeData
}

// pieceOf returns a value that identifies a fragment.
func pieceOf(f wire.Fragment) fingerprint64 {
	return fingerprint64(maphash.Bytes(pieceSeed, f.Piece) + uint64(f.K) + uint64(f.N)<<32)
}

var pieceSeed = maphash.MakeSeed()

// room returns m's text with room for f. The reserved memory is proportional to what has
// arrived, whatever that announces: none for a first fragment, and later enough to copy a
// long message only a few times, not once for every fragment.
func (m *partial) room(f wire.Fragment) []byte {
	switch {
	case m.text == nil:
		return make([]byte, 0, len(f.Piece))
	case cap(m.text)-len(m.text) < len(f.Piece):
		return withRoom(m.text, max(3*len(m.text), len(f.Piece)*min(f.N, reserved)))
	}
	return m.text
}

// withRoom returns text with room for about n more bytes. If text is long enough, it uses
// a shared buffer, provided that there is one that is neither too small nor much too
// large.
func withRoom(text []byte, n int) []byte {
	need := len(text) + n
	if need < minShared {
		return slices.Grow(text, n)
	}
	b := newBuffer()
	if room := cap(b.b); room < len(text)+n/2 || room > max(maxShared, 2*need) {
		b.free()
		return slices.Grow(text, n)
	}
	return append(b.b, text...)
}

// done forgets the message whose last fragment was f.
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
