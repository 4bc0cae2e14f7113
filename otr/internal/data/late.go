// SPDX-License-Identifier: GPL-2.0-or-later

package data

import (
	"slices"
	"time"
)

// lateFor is how long a dropped pair still opens messages in flight.
const lateFor = 5 * time.Second

// A latePair is the receiving half of a pair that rotation has dropped.
//
// The specification forgets both keys at once, because it assumes that messages arrive in
// order. On a network that reorders messages, every message overtaken by a key change would be
// lost. Keeping the receiving half for lateFor has two small costs:
//
//   - Forward secrecy: an attacker who reads our memory within lateFor can also decrypt what
//     the peer sent under the last few pairs. (Under the two newest keys they can do so anyway:
//     the specification keeps those until the peer answers.) They get nothing else: we wipe a
//     private key as soon as it is replaced, and the sending keys of a dropped pair at once.
//   - Deniability: the MAC keys are revealed when the late pair is dropped, a few seconds later
//     than without this. They must not be revealed earlier: anybody can forge messages with a
//     revealed MAC key, so we never reveal a key whose messages we would still accept.
type latePair struct {
	own, their uint32 // serial numbers of the keys
	pair       *pair
	since      time.Time // zero until ExpireLate has been told the time
}

// addLate keeps the receiving half of p.
func (c *Channel) addLate(own, their uint32, p *pair) {
	p.send, p.sendCounter = direction{}, 0
	c.dropLate(len(c.late) + 1 - c.keepLate)
	c.late = append(c.late, latePair{own: own, their: their, pair: p})
}

// latePair returns the late pair with these two serial numbers, or nil.
func (c *Channel) latePair(own, their uint32) *pair {
	for _, l := range c.late {
		if l.own == own && l.their == their {
			return l.pair
		}
	}
	return nil
}

// dropLate wipes the n oldest late pairs; their MAC keys will be revealed if they have verified
// a message.
func (c *Channel) dropLate(n int) {
	n = max(n, 0)
	for _, l := range c.late[:n] {
		c.reveal(l.pair)
		l.pair.wipe()
	}
	c.late = slices.Delete(c.late, 0, n)
}

// Stop is called when another channel has replaced c and the peer has shown that it uses the
// new one. It derives the pairs that can open messages in flight, and wipes all other keys. c
// cannot seal anything afterwards.
func (c *Channel) Stop() {
	c.keepLate, c.overtook = len(c.late)+4, true
	for own := range c.pairs {
		for their := range c.pairs[own] {
			c.dropPair(own, their)
		}
	}
	for i := range c.own {
		c.own[i].Wipe()
	}
}

// ExpireLate wipes the late pairs that are older than lateFor, and returns when to call it
// next, the zero time if no late pair is left. Call it before and after Open: it is how c
// learns the time.
func (c *Channel) ExpireLate(now time.Time) (next time.Time) {
	if len(c.late) == 0 {
		return next
	}
	n := 0
	for i := range c.late {
		l := &c.late[i]
		if l.since.IsZero() {
			l.since = now
		}
		if !now.Before(l.since.Add(lateFor)) {
			n = i + 1
		}
	}
	c.dropLate(n)
	if len(c.late) > 0 {
		next = c.late[0].since.Add(lateFor)
	}
	return next
}
