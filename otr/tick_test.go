// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

// wantDeadline checks that Tick does nothing until d has passed, that it says so, and that
// gone is true afterwards and not before.
func wantDeadline(t *testing.T, pr *pair, d time.Duration, gone func() bool) {
	t.Helper()
	begin := pr.clock.t
	_, next := pr.alice.tick()
	if got := next.Sub(begin); got != d {
		t.Fatalf("next in %v, want %v", got, d)
	}
	pr.clock.until(next.Add(-time.Nanosecond))
	if _, again := pr.alice.tick(); again != next {
		t.Fatalf("next is %v, was %v", again, next)
	}
	if gone() {
		t.Fatal("too soon")
	}
	pr.clock.until(next)
	pr.alice.tick()
	if !gone() {
		t.Fatal("not in time")
	}
}

func TestTickWithNothingToDo(t *testing.T) {
	for _, state := range allStates {
		pr := reach(t, state, Manual)
		pr.clock.pass(time.Hour) // half-open exchanges have expired
		if out, _ := pr.alice.tick(); len(out.Send)+len(out.Events) != 0 {
			t.Errorf("%v: %+v", state, out)
		}
		if out, next := pr.alice.tick(); !next.IsZero() || len(out.Send)+len(out.Events) != 0 {
			t.Errorf("%v: next %v, %+v", state, next, out)
		}
		if pr.alice.Status().State != state {
			t.Errorf("%v has become %v", state, pr.alice.Status().State)
		}
	}
}

func TestTickDeadlines(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		t.Run("a commit that nobody answers", func(t *testing.T) {
			pr := newPair(t, p, p)
			pr.alice.get([]byte("?OTRv23?"))
			wantDeadline(t, pr, halfOpenFor, func() bool { return !pr.alice.handshakes().exchanging() })
			// A message that arrives too late is ignored.
			pr.deliver(pr.alice)
			pr.deliver(pr.bob)
			if len(pr.alice.flying) != 0 {
				t.Error("a late answer is taken")
			}
		})
		t.Run("a commit that we have answered", func(t *testing.T) {
			pr := newPair(t, p, p)
			pr.bob.get([]byte("?OTRv23?"))
			pr.deliver(pr.bob)
			wantDeadline(t, pr, halfOpenFor, func() bool { return len(pr.alice.exchanges) == 0 })
			pr.deliver(pr.alice)
			pr.deliver(pr.bob)
			if len(pr.alice.flying) != 0 || pr.alice.Status() != (Status{}) {
				t.Error("a late answer is taken")
			}
		})
		t.Run("a signature that does not come", func(t *testing.T) {
			pr := newPair(t, p, p)
			pr.alice.get([]byte("?OTRv23?"))
			pr.deliver(pr.alice)
			pr.deliver(pr.bob)
			reveal := pr.alice.drop()
			_, next := pr.alice.tick()
			if wait := next.Sub(pr.clock.t); wait < retryAfter || wait > 2*retryAfter {
				t.Fatalf("next in %v", wait)
			}
			pr.clock.until(next)
			pr.alice.tick()
			if typeOf(pr.alice.drop()) != wire.TypeDHCommit {
				t.Fatal("no new commit")
			}
			clear(pr.alice.commits) // the first one has a different time
			for _, ex := range pr.alice.exchanges {
				ex.revealed = nil
			}
			wantDeadline(t, pr, halfOpenFor, func() bool { return len(pr.alice.exchanges) == 0 })
			pr.bob.get(reveal)
			pr.deliver(pr.bob)
			if pr.alice.Status() != (Status{}) {
				t.Error("a late signature is taken")
			}
		})
		t.Run("replaced keys", func(t *testing.T) {
			pr := private(t, p)
			pr.clock.pass(time.Hour)
			pr.alice.tick()
			pr.alice.start()
			pr.pump()
			in := pr.alice.selected()
			if in.old == nil {
				t.Fatal("there are none")
			}
			wantDeadline(t, pr, oldFor, func() bool { return in.old == nil })
			pr.wantTalk()
		})
		t.Run("an incomplete message", func(t *testing.T) {
			pr := newPair(t, p, p)
			pr.alice.get([]byte("?OTR,1,2,x,"))
			wantDeadline(t, pr, partialFor, func() bool { return len(pr.alice.partials) == 0 })
		})
		t.Run("an incomplete message that has grown", func(t *testing.T) {
			pr := newPair(t, p, p)
			for _, piece := range []string{"?OTR,1,9,x,", "?OTR,2,9,x,", "?OTR,3,9,x,"} {
				pr.alice.get([]byte(piece))
			}
			pr.clock.pass(partialFor)
			wantDeadline(t, pr, partialFor, func() bool { return len(pr.alice.partials) == 0 })
		})
		t.Run("held text", func(t *testing.T) {
			pr := newPair(t, p|RequireEncryption, p)
			pr.alice.say("held")
			wantDeadline(t, pr, heldFor, func() bool { return saw[Returned](pr.alice) == 1 })
		})
	})
}

// A refresh that stalls leaves the channel as it was.
func TestStalledRefreshLeavesTheChannel(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.bob.get([]byte("?OTRv23?"))
		pr.deliver(pr.bob)
		pr.alice.drop()
		pr.clock.pass(time.Hour)
		pr.alice.tick()
		pr.bob.tick()
		pr.wantTalk()
		pr.wantSameChannel()
	})
}

// Two clients like libotr can both yield to each other. A side that has yielded begins
// again a few seconds later, unless the exchange continues.
func TestGivingWayIsNotForEver(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		loser, pr := gaveWay(t, p)
		pr.alice.flying, pr.bob.flying = nil, nil // all is lost
		_, next := loser.tick()
		if d := next.Sub(pr.clock.t); d < retryAfter || d > 2*retryAfter {
			t.Fatalf("it starts again after %v", d)
		}
		pr.clock.until(next)
		out, _ := loser.tick()
		if typeOf(only(t, out)) != wire.TypeDHCommit {
			t.Fatalf("sent %q", out.Send)
		}
		pr.pump()
		pr.wantSameChannel()
		pr.clock.pass(time.Minute)
		if out, _ := loser.tick(); len(out.Send) != 0 {
			t.Error("once more, though the exchange is complete")
		}
	})
}

// gaveWay returns a pair whose commits have crossed, and the side with the lower hash.
func gaveWay(t *testing.T, p Policy) (loser *side, pr *pair) {
	t.Helper()
	pr = newPair(t, p, p)
	pr.alice.get([]byte("?OTRv23?"))
	pr.bob.get([]byte("?OTRv23?"))
	a, b := pr.alice.drop(), pr.bob.drop()
	pr.alice.get(b)
	pr.bob.get(a)
	for _, s := range []*side{pr.alice, pr.bob} {
		if typeOf(s.flying[0]) == wire.TypeDHKey {
			loser = s
		}
	}
	if loser == nil {
		t.Fatal("neither has given way")
	}
	return loser, pr
}

// The policy has changed meanwhile.
func TestNoRetryWithoutPolicy(t *testing.T) {
	for _, now := range []Policy{Off, AllowV2} {
		loser, pr := gaveWay(t, AllowV3)
		loser.SetPolicy(now)
		pr.clock.pass(2 * retryAfter)
		if out, _ := loser.tick(); len(out.Send) != 0 {
			t.Errorf("policy %v: %d messages sent", now, len(out.Send))
		}
	}
}

// "If you have not sent a message to this correspondent in some (configurable)
// time, send a "heartbeat" message, consisting of a Data Message encoding an
// empty plaintext. The heartbeat message should have the IGNORE_UNREADABLE flag
// set."
func TestHeartbeat(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.clock.pass(heartbeatInterval)
		pr.bob.say("not yet")
		pr.pump()
		if saw[Heartbeat](pr.bob) != 0 {
			t.Error("too soon")
		}
		pr.clock.pass(time.Nanosecond)
		pr.bob.say("now")
		out, err := pr.deliver(pr.bob)
		if err != nil {
			t.Fatal(err)
		}
		_, m, _ := parsed(only(t, out))
		if m.(wire.Data).Flags != wire.IgnoreUnreadable || len(m.(wire.Data).Encrypted) != 0 {
			t.Errorf("%+v is no heartbeat", m)
		}
		pr.pump()
		if saw[Heartbeat](pr.bob) != 1 || len(pr.bob.shown) != 0 {
			t.Error("not received as one")
		}
		pr.bob.say("not again")
		pr.pump()
		if saw[Heartbeat](pr.bob) != 1 {
			t.Error("one for each text")
		}
	})
}

// A heartbeat is not answered with a heartbeat.
func TestHeartbeatsAreNotAnswered(t *testing.T) {
	pr := private(t, AllowV3)
	pr.clock.pass(time.Hour)
	pr.bob.must(pr.bob.Send(nil))
	if out, _ := pr.deliver(pr.bob); len(out.Send) != 0 || saw[Heartbeat](pr.alice) != 1 {
		t.Errorf("answered: %+v", out)
	}
}

// A peer who sends and never receives text still gets the revealed MAC keys: the number of
// those that wait is bounded.
func TestOldMACKeysDoNotPileUp(t *testing.T) {
	pr := private(t, AllowV3)
	in := pr.alice.selected()
	for range 3 * maxUnrevealed / 20 {
		in.channel.Reveal(make([]byte, 20)) // as a refresh does
		pr.bob.say("text")
		pr.pump()
		if n := len(in.channel.Unrevealed()); n > maxUnrevealed+40 {
			t.Fatalf("%d bytes wait", n)
		}
	}
	if saw[Heartbeat](pr.bob) == 0 {
		t.Error("nothing was revealed")
	}
}

// If a heartbeat cannot be sent, the message that caused it is still read.
func TestHeartbeatThatCannotBeSent(t *testing.T) {
	pr := private(t, AllowV3)
	pr.clock.pass(time.Hour)
	pr.bob.say("text")
	pr.alice.maxMessage = 10
	if out, err := pr.deliver(pr.bob); err != nil || out.Message == nil || len(out.Send) != 0 {
		t.Errorf("%+v, %v", out, err)
	}
}

// A network that delivers one message every two seconds is slow, but long messages still
// arrive in their many fragments.
func TestSlowFragments(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p, limit(400))
		text := strings.Repeat("x", 24000)
		pr.alice.say(text)
		if n := len(pr.alice.flying); n < 80 {
			t.Fatalf("only %d fragments", n)
		}
		for len(pr.alice.flying) > 0 {
			pr.clock.pass(2200 * time.Millisecond)
			pr.bob.tick()
			pr.deliver(pr.alice)
		}
		wantTexts(t, pr.bob, text)
	})
}

// A stranger cannot make us start again for ever: after three times we wait for the peer.
func TestRetriesAreFew(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := newPair(t, p, p)
		pr.alice.get([]byte("?OTRv23?"))
		again := -1 // the first one is not
		for i := range 20 {
			for _, msg := range pr.alice.flying {
				if typeOf(msg) != wire.TypeDHCommit {
					continue
				}
				again++
				stranger := newSide(t, "bob", p, reseeded(fmt.Sprint(i)))
				stranger.get(msg)
				pr.alice.get(stranger.drop())
			}
			pr.alice.flying = nil
			pr.clock.pass(2 * retryAfter << maxRetries)
			pr.alice.tick()
		}
		if again != maxRetries {
			t.Errorf("%d times", again)
		}
	})
}

// Every message takes longer than an exchange may take: only a few retries are sent, also
// if both begin.
func TestRetriesOnASlowNetwork(t *testing.T) {
	const delay = 12 * time.Second
	for seed := range 8 { // either side may have the higher hash
		for _, both := range []bool{false, true} {
			everyVersion(t, func(t *testing.T, p Policy) {
				pr := private(t, p, reseeded(fmt.Sprint(seed)))
				pr.alice.get([]byte("?OTRv234?"))
				if both {
					pr.bob.get([]byte("?OTRv234?"))
				}
				type parcel struct {
					to      *side
					msg     []byte
					arrives time.Time
				}
				var road []parcel
				sent := 0
				for range 600 {
					for _, s := range []*side{pr.alice, pr.bob} {
						for len(s.flying) > 0 {
							road = append(road, parcel{pr.other(s), s.drop(), pr.clock.t.Add(delay)})
							sent++
						}
					}
					pr.clock.pass(time.Second)
					for len(road) > 0 && !pr.clock.t.Before(road[0].arrives) {
						road[0].to.get(road[0].msg)
						road = road[1:]
					}
					pr.alice.tick()
					pr.bob.tick()
				}
				if len(road) > 0 || sent > 30 {
					t.Errorf("both begin: %v: %d messages, %d on their way", both, sent, len(road))
				}
				pr.wantSameChannel()
				pr.wantTalk()
			})
		}
	}
}
