// SPDX-License-Identifier: GPL-2.0-or-later

package data

import (
	"slices"
	"time"
)

// lateFor is how long a dropped pair of keys still opens what was on its way.
const lateFor = 5 * time.Second

// A latePair is the receiving half of a pair that rotation has dropped.
//
// The specification forgets both keys at once, because it assumes that messages
// arrive in order. Where they do not, whatever a key change has overtaken would be
// lost. What is kept costs little:
//
//   - Forward secrecy: the private key is wiped at once, and so are the keys that
//     we have sent with. Who takes our memory within lateFor can read what the peer
//     has sent under the last few pairs of keys, in addition to the two newest keys
//     that the specification itself keeps for as long as nobody answers.
//   - Deniability: the MAC keys are revealed when the pair is dropped, some seconds
//     later than without. Never before: anybody can make messages with a key that has
//     been revealed, so none is revealed that would still be accepted.
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

// latePair is the one with two serial numbers, nil if there is none.
func (c *Channel) latePair(own, their uint32) *pair {
	for _, l := range c.late {
		if l.own == own && l.their == their {
			return l.pair
		}
	}
	return nil
}

// dropLate forgets the n oldest late pairs, and reveals them if need be.
func (c *Channel) dropLate(n int) {
	n = max(n, 0)
	for _, l := range c.late[:n] {
		c.reveal(l.pair)
		l.pair.wipe()
	}
	c.late = slices.Delete(c.late, 0, n)
}

// Stop destroys all keys but those that open late messages, which it first derives: c
// has been replaced by another channel, and the peer has shown that it uses that. Nothing
// can be sealed any longer.
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

// ExpireLate forgets the pairs of keys that have been dropped for long enough, and
// returns when it should next be called, the zero time if there are none. Call it
// before and after Open: it tells c the time.
func (c *Channel) ExpireLate(now time.Time) (next time.Time) {
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
