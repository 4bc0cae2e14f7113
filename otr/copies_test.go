// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A copier is a network that delivers every message several times: some copies at once,
// others later and in any order.
type copier struct {
	*pair
	r      *rand.Rand
	times  int
	late   bool
	flying []delivery
}

// launch puts what both have sent on its way.
func (c *copier) launch() {
	for _, s := range []*side{c.alice, c.bob} {
		for _, msg := range s.flying {
			for n := range c.times {
				d := time.Duration(10+n) * time.Millisecond
				if c.late && n > 0 {
					d += time.Duration(c.r.IntN(1500)) * time.Millisecond
				}
				c.flying = append(c.flying, delivery{c.other(s), msg, c.clock.now().Add(d)})
			}
		}
		s.flying = nil
	}
}

// pass lets the time d pass, while messages arrive.
func (c *copier) pass(d time.Duration) {
	for end := c.clock.now().Add(d); c.clock.now().Before(end); {
		c.launch()
		c.clock.pass(time.Millisecond)
		slices.SortStableFunc(c.flying, func(a, b delivery) int { return a.at.Compare(b.at) })
		for len(c.flying) > 0 && !c.flying[0].at.After(c.clock.now()) {
			one := c.flying[0]
			c.flying = c.flying[1:]
			one.to.get(one.msg)
			c.launch()
			slices.SortStableFunc(c.flying, func(a, b delivery) int { return a.at.Compare(b.at) })
		}
		c.alice.tick()
		c.bob.tick()
	}
}

// When every message arrives several times, nothing is shown twice, no error is reported,
// and nobody starts an exchange that nobody asked for.
func TestEveryMessageComesSeveralTimes(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		for _, limit := range []int{0, 300} {
			for times := 2; times <= 3; times++ {
				for _, late := range []bool{false, true} {
					for _, tag := range []bool{false, true} {
						t.Run(fmt.Sprint(limit, times, late, tag), func(t *testing.T) {
							testCopies(t, p, limit, times, late && limit == 0, tag)
						})
					}
				}
			}
		}
	})
}

func testCopies(t *testing.T, p Policy, max, times int, late, tag bool) {
	p |= WhitespaceStartAKE | ErrorStartAKE | SendWhitespaceTag
	c := &copier{pair: newPair(t, p, p, limit(max)), r: rand.New(seeded("copies")), times: times, late: late}
	want := map[*side][]string{}
	if tag {
		c.alice.say("in the clear")
	} else {
		c.alice.start()
	}
	c.pass(3 * time.Second)
	c.wantState(Encrypted, Encrypted)
	secured := []int{saw[Secured](c.alice), saw[Secured](c.bob)}
	c.alice.shown, c.bob.shown = nil, nil
	for i := range 100 {
		for _, s := range []*side{c.alice, c.bob} {
			text := fmt.Sprint(i, " of ", s.name)
			want[s] = append(want[s], text)
			s.say(text)
		}
		c.pass(25 * time.Millisecond)
	}
	c.alice.must(c.alice.StartSMP("", []byte("x")))
	c.pass(3 * time.Second)
	c.bob.must(c.bob.AnswerSMP([]byte("x")))
	c.pass(3 * time.Second)
	for _, s := range []*side{c.alice, c.bob} {
		got := c.other(s).texts()
		slices.Sort(got)
		slices.Sort(want[s])
		if !slices.Equal(got, want[s]) {
			t.Errorf("of %s %d texts are read, and not %d", s.name, len(got), len(want[s]))
		}
		if saw[SMPDone](s) != 1 || saw[SMPAborted](s) != 0 {
			t.Errorf("%s: SMP %d, aborted %d", s.name, saw[SMPDone](s), saw[SMPAborted](s))
		}
	}
	c.alice.end()
	c.pass(3 * time.Second)
	c.wantState(Plaintext, Finished)
	c.bob.end()
	for i, s := range []*side{c.alice, c.bob} {
		if saw[Secured](s) != secured[i] || secured[i] != 1 {
			t.Errorf("%s: %d exchanges at first, then %d", s.name, secured[i], saw[Secured](s))
		}
		if n := slices.IndexFunc(s.sent, func(m []byte) bool { return bytes.HasPrefix(m, []byte(errorPrefix)) }); n >= 0 {
			t.Errorf("%s has reported an error", s.name)
		}
		if saw[Unreadable](s) > 1 || saw[PeerError](s) != 0 || saw[Contested](s) != 0 {
			t.Errorf("%s: %v", s.name, s.events)
		}
	}
	// Someone really asks again, so this is not a copy.
	c.alice.start()
	c.pass(3 * time.Second)
	c.wantState(Encrypted, Encrypted)
}
