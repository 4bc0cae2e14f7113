// SPDX-License-Identifier: GPL-2.0-or-later

package ratchet

import (
	"slices"
	"time"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/wire"
)

const (
	// maxSkip is how many messages of a ratchet may be missing before one that arrives. It is
	// also how many keys of missing messages a channel keeps.
	maxSkip = 1000
	// skippedFor is how long we keep the keys of a message that has not arrived.
	skippedFor = time.Hour
	// lateFor is how long a channel that has stopped still opens messages in flight.
	lateFor = 5 * time.Second
)

// A skipped holds the keys of a message that later ones have overtaken ("Deletion of Stored
// Message Keys").
type skipped struct {
	ecdh   [ed448.PointSize]byte // of the ratchet
	number uint32
	keys   messageKeys
	since  time.Time // zero until the next call of ExpireLate
}

// findSkipped returns the index of m's keys, or -1 if we have none.
func (c *Channel) findSkipped(m *wire.Data4) int {
	for i := range c.skipped { // makes no copies of keys
		if s := &c.skipped[i]; s.number == m.Number && s.ecdh == m.ECDH {
			return i
		}
	}
	return -1
}

// skip advances ch to the message with number end, and returns the keys of those before it. There
// are at most maxSkip of them.
func (ch *chain) skip(ecdh [ed448.PointSize]byte, end uint32) (list []skipped) {
	for ch.exists && ch.number < end {
		number := ch.number
		list = append(list, skipped{ecdh: ecdh, number: number, keys: ch.next()})
	}
	return list
}

// keep adds keys, and destroys the oldest if there are too many.
func (c *Channel) keep(list []skipped) {
	c.skipped = append(c.skipped, list...)
	clear(list)
	c.dropSkipped(len(c.skipped) - maxSkip)
}

// dropSkipped destroys the n oldest keys, and reveals their MAC keys: we no longer accept messages
// that they would authenticate.
func (c *Channel) dropSkipped(n int) {
	n = max(n, 0)
	for i := range c.skipped[:n] {
		erase.Do(func() {
			mac := c.skipped[i].keys.mac()
			c.Reveal(mac[:])
		})
	}
	c.skipped = slices.Delete(c.skipped, 0, n) // this also clears the unused rest of the slice
}

// ExpireLate destroys the keys of messages that have not arrived within an hour; and if c has
// stopped, after some seconds all keys. It returns when to call it next, or the zero time if
// nothing is left that expires. Call it before and after Open, because c has no clock.
func (c *Channel) ExpireLate(now time.Time) (next time.Time) {
	if c.stopped {
		if c.until.IsZero() {
			c.until = now.Add(lateFor)
		}
		if now.Before(c.until) {
			return c.until
		}
		oldMACKeys := c.Retire()
		c.oldMACKeys, c.stopped = oldMACKeys, true
		return time.Time{}
	}
	n := 0
	for i := range c.skipped {
		s := &c.skipped[i]
		if s.since.IsZero() {
			s.since = now
		}
		if !now.Before(s.since.Add(skippedFor)) {
			n = i + 1
		}
	}
	c.dropSkipped(n)
	if len(c.skipped) > 0 {
		next = c.skipped[0].since.Add(skippedFor)
	}
	return next
}
