// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A road is a network on which every message takes some time, and messages stay in order.
type road struct {
	*pair
	delay func() time.Duration
	lane  map[*side][]parcel
}

type parcel struct {
	msg     []byte
	arrives time.Time
}

func newRoad(p *pair, delay func() time.Duration) *road {
	return &road{p, delay, map[*side][]parcel{}}
}

// step sends what both have sent, lets the time d pass, and delivers what has arrived.
func (r *road) step(d time.Duration) {
	for _, s := range []*side{r.alice, r.bob} {
		for len(s.flying) > 0 {
			at := r.clock.t.Add(r.delay())
			if n := len(r.lane[s]); n > 0 && r.lane[s][n-1].arrives.After(at) {
				at = r.lane[s][n-1].arrives
			}
			r.lane[s] = append(r.lane[s], parcel{s.drop(), at})
		}
	}
	r.clock.pass(d)
	for _, s := range []*side{r.alice, r.bob} {
		for len(r.lane[s]) > 0 && !r.clock.t.Before(r.lane[s][0].arrives) {
			r.other(s).get(r.lane[s][0].msg)
			r.lane[s] = r.lane[s][1:]
		}
	}
	r.alice.tick()
	r.bob.tick()
}

// same reports whether both have the same channel, and nothing on its way could change
// that.
func (r *road) same() bool {
	a, b := r.alice.Status(), r.bob.Status()
	return a.State == Encrypted && b.State == Encrypted && a.SSID.ID == b.SSID.ID &&
		len(r.alice.flying)+len(r.bob.flying)+len(r.lane[r.alice])+len(r.lane[r.bob]) == 0
}

// wantSoon checks that half of the times are at most 2 seconds, and 95 of 100 at most 5.
func wantSoon(t *testing.T, took []time.Duration) {
	t.Helper()
	slices.Sort(took)
	median, most := took[len(took)/2], took[len(took)*95/100]
	if median > 2*time.Second || most > 5*time.Second {
		t.Errorf("private after %v in half of all cases and %v in 95 of 100", median, most)
	}
}

// Both start at about the same time, on networks that need a tenth of a second or half a
// second for each message.
func TestBothStartAtOnceIsPrivateSoon(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const tagging = SendWhitespaceTag | WhitespaceStartAKE | ErrorStartAKE
	ways := map[string]struct {
		policy Policy
		start  func(s *side)
	}{
		"tags":    {tagging, func(s *side) { s.say("hello") }},
		"queries": {0, func(s *side) { s.start() }},
		"commits": {0, func(s *side) { s.get([]byte("?OTRv234?")) }},
		"require": {RequireEncryption, func(s *side) { s.say("hello") }},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			everyVersion(t, func(t *testing.T, p Policy) {
				var took []time.Duration
				for seed := range 60 {
					r := rand.New(rand.NewPCG(uint64(seed), 3))
					mean := []time.Duration{100, 200, 500}[seed%3] * time.Millisecond
					road := newRoad(newPair(t, p|way.policy, p|way.policy, reseeded(fmt.Sprint(seed))), func() time.Duration {
						return mean/2 + time.Duration(r.Int64N(int64(mean)))
					})
					starts := map[*side]time.Duration{road.alice: 0, road.bob: time.Duration(r.Int64N(int64(2 * mean)))}
					begin := road.clock.t
					for len(starts) > 0 || !road.same() {
						now := road.clock.t.Sub(begin)
						for s, at := range starts {
							if now >= at {
								way.start(s)
								delete(starts, s)
							}
						}
						road.step(10 * time.Millisecond)
						if now > time.Minute {
							t.Fatalf("seed %d: not private", seed)
						}
					}
					took = append(took, road.clock.t.Sub(begin))
					road.wantSameChannel()
					road.wantTalk()
				}
				wantSoon(t, took)
			})
		})
	}
}
