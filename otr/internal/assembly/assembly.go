// SPDX-License-Identifier: GPL-2.0-or-later

// Package assembly puts the fragments of version 4 messages together ("Receiving Fragments").
// Fragments may arrive in any order, and those of several messages at once.
//
// Anybody can send fragments in the peer's name. So everything that a [Buffers] keeps is
// bounded, and in proportion to what has arrived, not to what a fragment announces.
package assembly

import (
	"bytes"
	"time"

	"purple-otr/otr/internal/wire"
)

const (
	// maxOfSender bounds the incomplete messages of one sender, and maxBuffers those of all.
	maxOfSender = 8
	maxBuffers  = 32
	// maxBytes bounds the memory of all incomplete messages.
	maxBytes = 4 << 20
	// pieceOverhead is about how much memory a piece takes in addition to its bytes.
	pieceOverhead = 64
	// waitFor is how long an incomplete message waits for its next fragment.
	waitFor = 2 * time.Minute
)

// A key identifies a message: the sender chooses the identifier.
type key struct{ sender, id uint32 }

// A buffer is an incomplete message.
type buffer struct {
	n      int // how many fragments it has
	pieces map[int][]byte
	bytes  int       // memory of the pieces
	newest time.Time // when the last new piece arrived
}

// Buffers are the incomplete messages of all senders. The zero value has none.
type Buffers struct {
	list  map[key]*buffer
	bytes int
}

// Add adds a fragment. If that completes a message, Add returns it, and forgets its fragments.
// A copy of a fragment that has arrived before changes nothing. Add does not retain f.Piece.
func (b *Buffers) Add(f wire.Fragment4, now time.Time) (text []byte, complete bool) {
	if f.N == 1 {
		return bytes.Clone(f.Piece), true
	}
	k := key{f.Sender, f.ID}
	m := b.list[k]
	if m != nil && m.n != f.N {
		// Two messages with the same identifier: we cannot tell which pieces belong together.
		b.drop(k)
		return nil, false
	}
	if m == nil {
		b.makeRoom(f.Sender)
		m = &buffer{n: f.N, pieces: map[int][]byte{}}
		if b.list == nil {
			b.list = map[key]*buffer{}
		}
		b.list[k] = m
	}
	if _, known := m.pieces[f.K]; known {
		return nil, false
	}
	m.pieces[f.K] = bytes.Clone(f.Piece)
	m.newest = now
	size := len(f.Piece) + pieceOverhead
	m.bytes += size
	b.bytes += size
	if len(m.pieces) == m.n {
		for i := range m.n {
			text = append(text, m.pieces[i+1]...)
		}
		b.drop(k)
		return text, true
	}
	for b.bytes > maxBytes {
		b.drop(b.oldest(func(key) bool { return true }))
	}
	return nil, false
}

// makeRoom drops the oldest messages if there are too many for one more of a sender.
func (b *Buffers) makeRoom(sender uint32) {
	n := 0
	for k := range b.list {
		if k.sender == sender {
			n++
		}
	}
	if n >= maxOfSender {
		b.drop(b.oldest(func(k key) bool { return k.sender == sender }))
	}
	if len(b.list) >= maxBuffers {
		b.drop(b.oldest(func(key) bool { return true }))
	}
}

// oldest returns, of the messages whose key of accepts, the one that has waited longest
// for its next fragment.
func (b *Buffers) oldest(of func(key) bool) (oldest key) {
	var since *buffer
	for k, m := range b.list {
		if of(k) && (since == nil || m.newest.Before(since.newest)) {
			oldest, since = k, m
		}
	}
	return oldest
}

// drop forgets a message.
func (b *Buffers) drop(k key) {
	if m := b.list[k]; m != nil {
		b.bytes -= m.bytes
		delete(b.list, k)
	}
}

// Size returns about how much memory the incomplete messages take, in bytes.
func (b *Buffers) Size() int { return b.bytes }

// Clear forgets all incomplete messages.
func (b *Buffers) Clear() { *b = Buffers{} }

// Expire forgets messages that have waited too long for their next fragment. It returns when to
// call it next, or the zero time if there are no incomplete messages.
func (b *Buffers) Expire(now time.Time) (next time.Time) {
	for k, m := range b.list {
		at := m.newest.Add(waitFor)
		if !now.Before(at) {
			b.drop(k)
			continue
		}
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next
}
