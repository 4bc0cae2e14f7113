// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	xotr "golang.org/x/crypto/otr"

	"purple-otr/otr"
)

// A slowWire is a wire on which every message takes some time and messages stay in order.
// Time is simulated.
type slowWire struct {
	*wire
	us    *session
	now   time.Duration
	delay func() time.Duration
	roads map[party][]parcel
}

type parcel struct {
	msg     []byte
	arrives time.Duration
}

const stepTime = 50 * time.Millisecond

// step lets time pass.
func (w *slowWire) step() {
	for _, from := range []party{w.a, w.b} {
		for _, msg := range from.takeOutbox() {
			at := w.now + w.delay()
			if n := len(w.roads[from]); n > 0 {
				at = max(at, w.roads[from][n-1].arrives)
			}
			w.roads[from] = append(w.roads[from], parcel{msg, at})
		}
	}
	w.now += stepTime
	w.us.do("wait", strconv.Itoa(int(stepTime.Milliseconds())))
	for from, to := range map[party]party{w.a: w.b, w.b: w.a} {
		for len(w.roads[from]) > 0 && w.roads[from][0].arrives <= w.now {
			to.receive(w.roads[from][0].msg)
			w.roads[from] = w.roads[from][1:]
		}
	}
	w.us.do("tick")
}

// quiet reports whether no message is in flight.
func (w *slowWire) quiet() bool { return len(w.roads[w.a])+len(w.roads[w.b]) == 0 }

// TestBothStartAtOnceIsPrivateSoon: both sides start within one round trip; the peer is
// libotr or golang.org/x/crypto/otr. Half of the conversations must be private within 2
// seconds, and 95 of 100 within 5.
func TestBothStartAtOnceIsPrivateSoon(t *testing.T) {
	t.Parallel()
	type scene struct {
		wire  *wire
		us    *session
		start func() // makes the other side start
		same  func() bool
	}
	libotr := func(v otr.Version, how string) func(t *testing.T) scene {
		return func(t *testing.T) scene {
			c := converse(t, options{theirs: only(v, otr.Opportunistic)})
			start := c.them.start
			if how == "tag" {
				start = func() { c.them.say("hi") }
			}
			return scene{&c.wire, c.us, start, func() bool {
				return slices.Contains(c.them.secured, fmt.Sprintf("%x", c.us.status().SSID.ID))
			}}
		}
	}
	peers := map[string]func(t *testing.T) scene{
		"libotr v2/query": libotr(otr.V2, "query"),
		"libotr v3/query": libotr(otr.V3, "query"),
		"libotr v2/tag":   libotr(otr.V2, "tag"),
		"libotr v3/tag":   libotr(otr.V3, "tag"),
		"x/crypto/query": func(t *testing.T) scene {
			w, us, them := newGoPeer(t, 0, 0)
			start := func() { them.send([][]byte{[]byte(xotr.QueryMessage)}, nil) }
			return scene{w, us, start, func() bool { return them.IsEncrypted() && them.SSID == us.status().SSID.ID }}
		},
	}
	for name, peer := range peers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var took []time.Duration
			for seed := range 20 {
				t.Run(strconv.Itoa(seed), func(t *testing.T) {
					r := rand.New(rand.NewPCG(uint64(seed), 5))
					mean := []time.Duration{100, 200, 500}[seed%3] * time.Millisecond
					sc := peer(t)
					w := &slowWire{sc.wire, sc.us, 0, func() time.Duration {
						return mean/2 + time.Duration(r.Int64N(int64(mean)))
					}, map[party][]parcel{}}
					at := []time.Duration{0, time.Duration(r.Int64N(int64(2 * mean)))}
					r.Shuffle(2, func(i, j int) { at[i], at[j] = at[j], at[i] })
					ways := []func(){sc.us.start, sc.start}
					if name[len(name)-3:] == "tag" {
						ways[0] = func() { sc.us.say("hi") }
					}
					for started := 0; started < 2 || sc.us.status().State != otr.Encrypted || !sc.same() || !w.quiet(); {
						for i, start := range ways {
							if start != nil && w.now >= at[i] {
								start()
								ways[i] = nil
								started++
							}
						}
						w.step()
						if w.now > time.Minute {
							t.Fatal("not private")
						}
					}
					took = append(took, w.now)
				})
			}
			if t.Failed() || t.Skipped() || len(took) == 0 {
				return
			}
			slices.Sort(took)
			median, most := took[len(took)/2], took[len(took)*95/100]
			if median > 2*time.Second || most > 5*time.Second {
				t.Errorf("private after %v in half of all cases and %v in 95 of 100: %v", median, most, took)
			}
		})
	}
}
