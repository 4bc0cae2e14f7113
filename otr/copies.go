// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"

	"purple-otr/otr/internal/wire"
)

const (
	// maxCopies bounds how many messages of one kind are remembered to recognise copies.
	maxCopies = 64
	// copyFor is how long after a query a second one may be a copy that the network has
	// made. After that, we take it for a new request of the peer's.
	copyFor = 2 * time.Second
	// errorCopyFor is the same time for error messages and for messages that cannot be
	// read.
	errorCopyFor = 400 * time.Millisecond
	// endedFor is how long after the end of a channel its messages may still arrive.
	endedFor = 5 * time.Second
	// copiesInterval is the shortest time between two events about copies: some networks
	// duplicate every message, which means nothing.
	copiesInterval = 10 * time.Minute
)

// A fingerprint64 identifies a recently received message. A match is used only to ignore a
// message, so an attacker who produces a collision gains no more than by suppressing a
// message.
type fingerprint64 uint64

// fingerprint64Of returns the fingerprint of a message without a MAC.
func fingerprint64Of(msg []byte) fingerprint64 {
	sum := sha256.Sum256(msg)
	return fingerprint64(binary.BigEndian.Uint64(sum[:]))
}

// fingerprint64OfMAC returns the fingerprint of a Data Message, without hashing.
func fingerprint64OfMAC(mac [20]byte) fingerprint64 {
	return fingerprint64(binary.BigEndian.Uint64(mac[:]))
}

// copies are the last received messages of one kind, in a ring.
type copies struct {
	ring []arrival
	next int // index of the next one, once the ring is full
}

type arrival struct {
	of fingerprint64
	at time.Time
}

// add notes that f has arrived.
func (c *copies) add(f fingerprint64, now time.Time) {
	if len(c.ring) < maxCopies {
		c.ring = append(c.ring, arrival{f, now})
		return
	}
	c.ring[c.next] = arrival{f, now}
	c.next = (c.next + 1) % maxCopies
}

// knows reports whether f has arrived.
func (c *copies) knows(f fingerprint64) bool {
	_, ok := c.has(f)
	return ok
}

// has reports whether f has arrived, and when last.
func (c *copies) has(f fingerprint64) (at time.Time, ok bool) {
	for i := range c.ring {
		if a := &c.ring[i]; a.of == f && (!ok || a.at.After(at)) {
			at, ok = a.at, true
		}
	}
	return at, ok
}

// cameBefore notes that f has arrived, and reports whether it had arrived before.
func (s inbox) cameBefore(f fingerprint64) bool {
	if s.came.knows(f) {
		return true
	}
	s.came.add(f, s.now())
	return false
}

// again notes that f, a query or what calls for an error message, has come, and reports whether it
// is taken for a copy of one that has come before, and when that was. A copy does not
// make the time longer. It comes later than the first: a caller whose clock stands still
// gets every answer.
func (s inbox) again(f fingerprint64, within time.Duration) (first time.Time, copied bool) {
	now := s.now()
	if at, ok := s.asked.has(f); ok && now.After(at) && now.Sub(at) < within {
		return at, true
	}
	s.asked.add(f, now)
	return now, false
}

// servedAlready reports whether msg is a copy of one that has led to the keys that are
// in use: a message that asks for an exchange or, by a value that no other has, one that
// belongs to it. If nothing has come of the first, a second may be the peer's, who tries
// again; but not if c, our commit that the first has called for, has been answered: then
// the exchange goes on, and handshakes.retry sees to it.
func (s inbox) servedAlready(msg []byte, c *commit) bool {
	first, copied := s.again(fingerprint64Of(msg), copyFor)
	if !copied {
		return false
	}
	goesOn := c != nil && c.opened && !c.since.Before(first) && s.handshakes().exchanging()
	return goesOn || s.up() && !s.lastSecured.Before(first)
}

// unreadable: "inform the user that an unreadable encrypted message was
// received, and reply with an Error Message", unless the sender has set
// IGNORE_UNREADABLE. One that has come before is no error: the network has delivered it
// twice, or somebody replays it. It is never answered. Nor is one that may have been sent
// before the peer knew of the end of a channel: its client could start again.
func (s inbox) unreadable(out Output, v Version, flags byte, f fingerprint64, reason error) (Output, error) {
	if replayed := errors.Is(reason, ErrReplayed); replayed || s.received.knows(f) {
		if !replayed {
			reason = &MessageError{"Data", "message", ErrReplayed}
		}
		if flags&wire.IgnoreUnreadable == 0 && s.passed(copiesInterval, &s.lastCopy) {
			out.event(Unreadable{reason})
		}
		return out, reason
	}
	if _, again := s.again(f, errorCopyFor); again || flags&wire.IgnoreUnreadable != 0 {
		return out, reason
	}
	// As in again, a caller whose clock stands still gets every answer.
	ended := s.now().After(s.lastEnded) && !s.isPast(s.lastEnded, endedFor)
	if ended && errors.Is(reason, ErrNoChannel) {
		reason = &MessageError{"Data", "no channel", ErrLate}
	}
	out.event(Unreadable{reason})
	if !ended {
		s.complain(complaint(v, reason), &out)
	}
	return out, reason
}
