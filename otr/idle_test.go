// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

const idleFor = time.Hour

// wantExpired checks that s has ended the channel without being asked, once, and that no
// key of it is left.
func (p *pair) wantExpired(s *side) {
	p.t.Helper()
	o := p.other(s)
	if saw[Expired](s) != 1 || event[Expired](s).Fingerprint != o.key.Fingerprint() {
		p.t.Fatalf("%s: %v, want one Expired", s.name, s.events)
	}
	st := s.Status()
	if st.State != Finished || st.SSID != (SSID{}) {
		p.t.Fatalf("%s: status %+v", s.name, st)
	}
	for _, in := range s.instances {
		if in.channel != nil || in.old != nil {
			p.t.Fatalf("%s: keys are left", s.name)
		}
	}
	if len(s.exchanges) != 0 {
		p.t.Fatalf("%s: an exchange is left", s.name)
	}
	if out, err := s.Send([]byte("a secret")); !errors.Is(err, ErrFinished) || len(out.Send) != 0 {
		p.t.Fatalf("%s: text leaves: %q, %v", s.name, out.Send, err)
	}
}

// Nobody says anything: the channel ends on time, and the peer learns of it.
func TestIdleChannelEnds(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.clock.pass(halfOpenFor) // nothing else is due
		pr.alice.tick()
		pr.wantTalk()
		pr.alice.forget()
		pr.alice.recent = recent{}
		pr.alice.SetIdle(Idle{After: idleFor})
		wantDeadline(t, pr, idleFor, func() bool { return saw[Expired](pr.alice) == 1 })
		pr.wantExpired(pr.alice)
		pr.pump()
		pr.wantState(Finished, Finished)
		event[Ended](pr.bob)
		if out, next := pr.alice.tick(); len(out.Events) != 0 || !next.IsZero() {
			t.Errorf("next %v, %v", next, out.Events)
		}
		pr.alice.start()
		pr.pump()
		pr.wantTalk()
	})
}

// Authentic messages in either direction keep a channel from being idle; nothing else
// does.
func TestWhatKeepsAChannelFromBeingIdle(t *testing.T) {
	counts := map[string]func(pr *pair){
		"text sent":         func(pr *pair) { pr.alice.say("text"); pr.alice.drop() },
		"text received":     func(pr *pair) { pr.bob.say("text"); pr.pump() },
		"heartbeat":         func(pr *pair) { pr.bob.must(pr.bob.Send(nil)); pr.pump() },
		"SMP":               func(pr *pair) { pr.bob.prove("", "secret"); pr.bob.must(pr.bob.AbortSMP()); pr.pump() },
		"a refresh":         func(pr *pair) { pr.bob.start(); pr.pump() },
		"under the old one": func(pr *pair) { refreshWithLateText(pr) },
	}
	doesNot := map[string]func(pr *pair){
		"nothing":        func(*pair) {},
		"plain text":     func(pr *pair) { pr.alice.get([]byte("hello")) },
		"a query":        func(pr *pair) { pr.alice.get([]byte("?OTRv23?")) },
		"an error":       func(pr *pair) { pr.alice.get([]byte("?OTR Error: x")) },
		"a forged text":  func(pr *pair) { pr.alice.get(strayData(t, pr.alice.policy, pr.alice, 0)) },
		"a replay":       func(pr *pair) { pr.alice.get(pr.bob.sent[len(pr.bob.sent)-1]) },
		"half a refresh": func(pr *pair) { pr.bob.get([]byte("?OTRv23?")); pr.pump2(pr.bob, 1); pr.alice.drop() },
	}
	try := func(what map[string]func(pr *pair), want bool) {
		for name, f := range what {
			t.Run(name, func(t *testing.T) {
				eachVersion(t, func(t *testing.T, p Policy) {
					pr := private(t, p)
					pr.bob.say("the first")
					pr.pump()
					pr.alice.SetIdle(Idle{After: idleFor})
					pr.clock.pass(idleFor - time.Second)
					pr.alice.tick()
					f(pr)
					pr.clock.pass(idleFor - time.Second)
					pr.alice.tick()
					if got := saw[Expired](pr.alice) == 0; got != want {
						t.Fatalf("kept: %v", got)
					}
					pr.clock.pass(time.Second)
					pr.alice.tick()
					pr.wantExpired(pr.alice)
				})
			})
		}
	}
	try(counts, true)
	try(doesNot, false)
}

// refreshWithLateText refreshes the channel, and then delivers to Alice a text under the
// replaced keys. An hour later nothing of the exchange itself counts.
func refreshWithLateText(pr *pair) {
	late := pr.lateText("late")
	pr.alice.selected().active = time.Time{}
	pr.alice.get(late)
}

// lateText refreshes the channel, and returns what Bob said before he had the new keys.
func (p *pair) lateText(text string) []byte {
	p.bob.get([]byte("?OTRv23?"))
	late := only(p.t, p.bob.say(text))
	p.bob.flying = p.bob.flying[:1]
	p.pump()
	return late
}

// pump2 delivers n of s's messages.
func (p *pair) pump2(s *side, n int) {
	for range n {
		p.deliver(s)
	}
}

// By default, a channel never ends because it is idle.
func TestIdleForEver(t *testing.T) {
	for _, after := range []time.Duration{0, -time.Second} {
		pr := private(t, AllowV3, func(c *Config) { c.Idle = Idle{After: after, Rekey: true} })
		pr.clock.pass(1000 * time.Hour)
		pr.alice.tick()
		if out, next := pr.alice.tick(); !next.IsZero() || len(out.Send)+len(out.Events) != 0 {
			t.Errorf("%v: next %v, %+v", after, next, out)
		}
		pr.wantTalk()
	}
}

// The side whose turn it is asks for fresh keys, and the users do not notice: both sides
// ask at once, or one does, in every order of delivery.
func TestIdleChannelIsRekeyed(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		for _, both := range []bool{false, true} {
			for _, seed := range []string{"0", "1"} {
				everyOrder(t, 3000, func(choose func(int) int) {
					pr := private(t, p, reseeded(seed), func(c *Config) { c.Idle = Idle{After: idleFor, Rekey: true} })
					before := pr.alice.Status()
					pr.clock.pass(idleFor)
					pr.alice.tick()
					if both {
						if choose(2) == 1 {
							pr.deliver(pr.alice) // it is Bob's turn too after he has begun to answer
						}
						pr.bob.tick()
					}
					pr.deliverInAnyOrder(choose)
					pr.wantSameChannel()
					for _, s := range []*side{pr.alice, pr.bob} {
						if saw[Secured](s) == 0 || !event[Secured](s).Refreshed || saw[Expired](s)+saw[Ended](s)+len(s.errs) != 0 {
							t.Fatalf("%s: %v, %v", s.name, s.events, s.errs)
						}
					}
					if pr.alice.Status().SSID == before.SSID {
						t.Fatal("the same keys")
					}
					pr.clock.pass(2 * halfOpenFor)
					pr.alice.tick()
					pr.bob.tick()
					pr.wantTalk()
				})
			}
		}
	})
}

// Nobody answers: a minute later the channel ends, and a late answer changes nothing.
func TestIdleChannelWhosePeerIsGone(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		for lost := 1; lost <= 3; lost++ { // which message, ours or the peer's, is lost
			t.Run(fmt.Sprint("message ", lost), func(t *testing.T) {
				pr := private(t, p, func(c *Config) { c.Idle = Idle{After: idleFor} })
				pr.alice.SetIdle(Idle{After: idleFor, Rekey: true})
				pr.clock.pass(idleFor)
				begin := pr.clock.t
				_, next := pr.alice.tick()
				from := pr.alice
				for range lost - 1 {
					pr.deliver(from)
					from = pr.other(from)
				}
				late := from.drop()
				for !next.IsZero() && saw[Expired](pr.alice) == 0 {
					pr.clock.until(next)
					_, next = pr.alice.tick()
				}
				if took := pr.clock.t.Sub(begin); took != halfOpenFor {
					t.Errorf("it took %v", took)
				}
				pr.wantExpired(pr.alice)
				disconnect := pr.alice.flying
				pr.alice.flying = nil
				pr.other(from).get(late)
				pr.pump()
				if st := pr.alice.Status(); st.State != Finished {
					t.Errorf("a late message: %v", st.State)
				}
				for _, msg := range disconnect {
					pr.bob.get(msg)
				}
				if st := pr.bob.Status(); st.State != Finished {
					t.Errorf("the peer: %v", st.State)
				}
			})
		}
	})
}

// The users talk while a side asks for fresh keys: the channel is in use.
func TestIdleChannelIsUsedWhileItIsRekeyed(t *testing.T) {
	for _, alice := range []bool{true, false} {
		pr := private(t, AllowV3)
		pr.alice.SetIdle(Idle{After: idleFor, Rekey: true})
		pr.clock.pass(idleFor)
		pr.alice.tick()
		pr.alice.drop() // the commit is lost
		s := pr.bob
		if alice {
			s = pr.alice
		}
		s.say("still here")
		pr.pump()
		pr.clock.pass(halfOpenFor)
		if _, next := pr.alice.tick(); saw[Expired](pr.alice) != 0 || next.Sub(pr.clock.t) != idleFor-halfOpenFor {
			t.Errorf("%s: %v, next in %v", s.name, pr.alice.events, next.Sub(pr.clock.t))
		}
		pr.wantTalk()
		// The next time, the side asks again.
		pr.alice.forget()
		pr.clock.pass(idleFor)
		pr.alice.tick()
		pr.pump()
		if !event[Secured](pr.alice).Refreshed {
			t.Error("not refreshed")
		}
	}
}

// Exchanges that have begun before: one that the peer, or someone in the peer's name, has
// begun is replaced by ours, because nobody might complete it; our own continues.
func TestIdleDuringAnExchange(t *testing.T) {
	prepare := func(t *testing.T, p Policy, step int) *pair {
		pr := private(t, p)
		pr.alice.SetIdle(Idle{After: idleFor, Rekey: true})
		pr.clock.pass(idleFor - time.Second)
		pr.alice.tick()
		from := pr.alice
		if step == 0 {
			from = pr.bob
		}
		from.get([]byte("?OTRv23?"))
		pr.deliver(from)
		if step == 2 {
			pr.deliver(pr.bob)
		}
		pr.clock.pass(time.Second)
		return pr
	}
	stage := []func(s *side, ex *exchange) bool{
		func(_ *side, ex *exchange) bool { return len(ex.ys) == 1 },
		func(s *side, ex *exchange) bool { return ex == nil && s.handshakes().exchanging() },
		func(_ *side, ex *exchange) bool { return ex.revealing() },
	}
	for step, is := range stage {
		eachVersion(t, func(t *testing.T, p Policy) {
			pr := prepare(t, p, step)
			if !is(pr.alice, pr.alice.exchanges[pr.alice.Status().Tag]) {
				t.Fatalf("step %d: another stage", step)
			}
			out, _ := pr.alice.tick()
			if got, want := len(out.Send), map[bool]int{true: 1, false: 0}[step == 0]; got != want {
				t.Errorf("step %d: %d messages, want %d", step, got, want)
			}
			pr.pump()
			pr.wantSameChannel()
			if saw[Expired](pr.alice) != 0 || len(pr.alice.errs) != 0 {
				t.Errorf("step %d: %v, %v", step, pr.alice.events, pr.alice.errs)
			}
			pr.wantTalk()
		})
	}
}

// A channel whose keys cannot be refreshed ends at once.
func TestIdleChannelOfAVersionNoLongerAllowed(t *testing.T) {
	pr := private(t, AllowV2)
	pr.alice.SetIdle(Idle{After: idleFor, Rekey: true})
	pr.alice.SetPolicy(AllowV3)
	pr.clock.pass(idleFor)
	pr.alice.tick()
	pr.wantExpired(pr.alice)
}

// Without randomness, we can neither ask for fresh keys nor tell the peer. The keys are
// still deleted.
func TestIdleWithoutRandomness(t *testing.T) {
	pr := private(t, AllowV3)
	pr.alice.SetIdle(Idle{After: idleFor, Rekey: true})
	pr.alice.rand = brokenRand{}
	pr.alice.selected().channel.Retire() // so that the last message wants a key
	pr.clock.pass(idleFor)
	pr.alice.tick()
	pr.clock.pass(halfOpenFor)
	pr.alice.tick()
	pr.wantExpired(pr.alice)
	if len(pr.alice.flying) != 0 {
		t.Errorf("sent %q", pr.alice.flying)
	}
}

// The user goes offline: every channel ends as an idle one does. The second time there is
// nothing left to end.
func TestExpire(t *testing.T) {
	r := newRoom(t, AllowV3, "home", "work")
	r.alice.take(r.alice.Expire())
	r.alice.start()
	r.pump(t)
	r.alice.forget()
	r.alice.take(r.alice.Expire())
	if saw[Expired](r.alice) != 2 {
		t.Fatalf("%v, want two Expired", r.alice.events)
	}
	if _, err := r.alice.Send([]byte("a secret")); !errors.Is(err, ErrFinished) {
		t.Errorf("Send: %v", err)
	}
	r.pump(t)
	for _, o := range r.others {
		if o.Status().State != Finished {
			t.Errorf("%s: %v", o.name, o.Status().State)
		}
	}
	if out := r.alice.Expire(); len(out.Send)+len(out.Events) > 0 {
		t.Errorf("a second time: %v", out.Events)
	}
}

func TestIdleInstances(t *testing.T) {
	r := newRoom(t, AllowV3, "home", "work")
	r.alice.start()
	r.pump(t)
	r.alice.forget()
	r.alice.SetIdle(Idle{After: idleFor})
	home, work := r.others[0], r.others[1]
	r.clock.pass(idleFor / 2)
	r.alice.tick()
	home.say("still here")
	r.pump(t)
	r.clock.pass(idleFor / 4)
	_, next := r.alice.tick()
	if saw[Expired](r.alice) != 0 || next.Sub(r.clock.t) != idleFor/4 {
		t.Fatalf("%v, next in %v", r.alice.events, next.Sub(r.clock.t))
	}
	r.clock.pass(idleFor / 4)
	_, next = r.alice.tick()
	if saw[Expired](r.alice) != 1 || next.Sub(r.clock.t) != idleFor/2 {
		t.Fatalf("%v, next in %v", r.alice.events, next.Sub(r.clock.t))
	}
	r.pump(t)
	if work.Status().State != Finished || home.Status().State != Encrypted {
		t.Fatalf("work %v, home %v", work.Status().State, home.Status().State)
	}
	if err := r.alice.Select(home.tag, home.key.Fingerprint()); err != nil {
		t.Fatal(err)
	}
	r.alice.say("to home")
	r.pump(t)
	wantTexts(t, home, "to home")
}

// A run of SMP that waits when its channel ends is over, and the user is told.
func TestIdleEndsSMP(t *testing.T) {
	pr := private(t, AllowV3)
	pr.alice.SetIdle(Idle{After: smpFor / 2})
	pr.bob.prove("", "secret")
	pr.pump()
	pr.clock.pass(smpFor / 2)
	pr.alice.tick()
	if saw[SMPAborted](pr.alice) != 1 {
		t.Errorf("%v", pr.alice.events)
	}
	pr.wantExpired(pr.alice)
}

// The monotonic clock stops while a computer sleeps, but keys expire by the wall clock.
func TestIdleIsByTheWallClock(t *testing.T) {
	now := time.Now()
	pr := private(t, AllowV3, func(c *Config) { c.Now = func() time.Time { return now } })
	if in := pr.alice.selected(); in.active != now.Round(0) || in.active == now {
		t.Errorf("active since %v", in.active)
	}
}

// An exchange that is running when the channel ends is abandoned too: its last message
// opens no channel.
func TestExpireGivesUpTheExchange(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.toSignature()
		pr.alice.take(pr.alice.Expire())
		pr.deliver(pr.bob) // the Signature Message
		if got := pr.alice.Status().State; got != Finished || saw[Secured](pr.alice) != 0 {
			t.Errorf("%v", got)
		}
		if _, next := pr.alice.tick(); next.Sub(pr.clock.t) < 2*retryAfter && !next.IsZero() {
			t.Errorf("something is to be done in %v", next.Sub(pr.clock.t))
		}
	})
}

// Everything that has begun is abandoned together with the channels, and waiting text is
// returned. Until a user says something, Tick sends nothing to anybody, however long it
// takes.
func TestNothingFollowsExpire(t *testing.T) {
	for name, begin := range map[string]func(pr *pair){
		"a query of ours":       func(pr *pair) { pr.alice.start() },
		"our commit to anybody": func(pr *pair) { pr.alice.get([]byte("?OTRv23?")) },
		"an exchange, half open": func(pr *pair) {
			pr.alice.flying = nil
			pr.alice.get([]byte("?OTRv23?"))
			pr.deliver(pr.alice)
			pr.deliver(pr.bob)
		},
		"a commit that gave way": func(pr *pair) {
			pr.alice.get([]byte("?OTRv23?"))
			pr.alice.get((&injector{pair: pr, version: uint16(pr.alice.policy.best(Manual.allowed()))}).commit(pr.alice, 0xff))
		},
		"a stranger's keys": func(pr *pair) {
			j := &injector{pair: pr, version: uint16(pr.alice.policy.best(Manual.allowed()))}
			pr.alice.get([]byte("?OTRv23?"))
			pr.alice.get(j.key(pr.alice))
			pr.alice.get(j.key(pr.alice))
		},
		"an error that we answer": func(pr *pair) { pr.alice.get([]byte("?OTR Error: x")) },
		"a refresh that waits for SMP": func(pr *pair) {
			if pr.alice.Status().State == Encrypted {
				pr.alice.prove("q", "a")
			}
			pr.alice.get([]byte("?OTRv23?"))
		},
	} {
		for _, up := range []bool{true, false} {
			eachVersion(t, func(t *testing.T, p Policy) {
				pr := newPair(t, Always&^Manual|p, Manual)
				if up {
					pr = private(t, Always&^Manual|p)
				}
				begin(pr)
				out, err := pr.alice.Send([]byte("text"))
				held := err == nil && len(out.Events) > 0 && out.Events[0] == Event(Held{})
				pr.alice.forget()
				pr.alice.take(pr.alice.Expire())
				if got := len(returned(pr.alice)); got != map[bool]int{true: 1}[held] || len(pr.alice.held.texts) != 0 || !up && !held {
					t.Errorf("%s: %d texts are returned", name, got)
				}
				for range 600 {
					out, next := pr.alice.Tick()
					if len(out.Send)+len(out.Events) != 0 {
						t.Fatalf("%s, channel %v: Tick sends %q, %+v", name, up, out.Send, out.Events)
					}
					if next.IsZero() {
						return
					}
					pr.clock.pass(time.Second)
				}
				t.Errorf("%s: there is always something to do", name)
			})
		}
	}
}

// A channel after the end is a new channel, not one with fresh keys.
func TestSecuredAfterTheEndIsNotRefreshed(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.bob.end()
		pr.pump()
		pr.wantState(Finished, Plaintext)
		pr.alice.start()
		pr.pump()
		if event[Secured](pr.alice).Refreshed || event[Secured](pr.bob).Refreshed {
			t.Error("refreshed")
		}
	})
}
