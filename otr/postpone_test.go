// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"testing"
	"time"
)

// untilDone lets the run end as it does when nobody disturbs it.
func (p *pair) untilDone() {
	p.t.Helper()
	p.pump()
	if p.bob.selected().smp.m.Asked() {
		p.bob.answer("secret")
		p.pump()
	}
	p.alice.shown, p.bob.shown = nil, nil
}

// Whatever an attacker adds in either name during a run of SMP, the run continues to its
// end, in each of its states. What a real peer would have wanted happens afterwards.
func TestInjectionsDuringSMP(t *testing.T) {
	attacks := map[string]struct {
		inject  func(j *injector, s *side)
		refresh bool // keys are fresh afterwards
	}{
		"query":          {func(_ *injector, s *side) { s.get([]byte("?OTRv23?")) }, true},
		"whitespace tag": {func(_ *injector, s *side) { s.get(append([]byte("hi"), s.policy.tag()...)) }, true},
		"error":          {func(_ *injector, s *side) { s.get([]byte("?OTR Error: x")) }, true},
		"commit": {func(j *injector, s *side) {
			s.get(j.commit(s, 0))
			s.get(j.commit(s, 0xff))
			s.get(j.commit(s, -1))
		}, false},
		"keys": {func(j *injector, s *side) {
			s.get(j.key(s))
			s.get(j.key(s))
			s.get(j.reveal(s))
			s.get(j.signature(s))
			j.clock.pass(keyPatience)
			s.tick()
		}, false},
	}
	for name, attack := range attacks {
		t.Run(name, func(t *testing.T) {
			eachSMPStepSeeded(t, func(t *testing.T, pr *pair) {
				j := &injector{pair: pr, version: uint16(pr.alice.Status().Version)}
				for _, s := range []*side{pr.alice, pr.bob} {
					before := pr.alice.Status()
					if !s.selected().smp.m.Running() {
						continue
					}
					for range 3 {
						flying := s.flying
						attack.inject(j, s)
						if !attack.refresh {
							s.flying = flying // its answers are for a stranger
						}
					}
					if pr.alice.Status() != before {
						t.Fatal("fresh keys at once")
					}
				}
				before := pr.alice.Status()
				pr.untilDone()
				pr.wantDone(true)
				pr.alice.forget()
				pr.bob.forget()
				if pr.alice.Status().SSID != before.SSID != attack.refresh {
					t.Errorf("fresh keys afterwards: %v", !attack.refresh)
				}
				pr.wantSameChannel()
				pr.wantTalk()
			})
		})
	}
}

// eachSMPStepSeeded is eachSMPStep where one of the two is in a run, with the policy that
// answers most.
func eachSMPStepSeeded(t *testing.T, f func(t *testing.T, pr *pair)) {
	for n := 1; n <= 4; n++ {
		eachVersion(t, func(t *testing.T, p Policy) {
			pr := private(t, Opportunistic&^Manual|p)
			pr.clock.pass(halfOpenFor) // the rest of the exchange expires
			pr.alice.tick()
			pr.bob.tick()
			for _, step := range smpSteps(pr)[:n] {
				step()
			}
			f(t, pr)
		})
	}
}

// What waits for the end of a run happens then, however the run ends. It does not happen
// if the keys became fresh meanwhile, or the channel ended.
func TestRefreshAfterSMP(t *testing.T) {
	for name, c := range map[string]struct {
		over func(pr *pair)
		want bool
	}{
		"we abort":       {func(pr *pair) { pr.alice.must(pr.alice.AbortSMP()) }, true},
		"the peer does":  {func(pr *pair) { pr.bob.must(pr.bob.AbortSMP()) }, true},
		"nobody answers": {func(pr *pair) { pr.clock.pass(smpFor); pr.alice.tick() }, true},
		"fresh keys":     {func(pr *pair) { pr.bob.beginsAnyway() }, false},
		"we end":         {func(pr *pair) { pr.alice.end() }, false},
		"expiry":         {func(pr *pair) { pr.alice.take(pr.alice.Expire()) }, false},
		"the peer ends":  {func(pr *pair) { pr.bob.end(); pr.pump(); pr.alice.tick() }, false},
	} {
		eachVersion(t, func(t *testing.T, p Policy) {
			pr := private(t, p)
			pr.alice.prove("question", "lake")
			pr.pump()
			pr.alice.get([]byte("?OTRv23?"))
			if len(pr.alice.flying) != 0 || saw[Postponed](pr.alice) != 1 {
				t.Fatal("at once, or our user is not told")
			}
			pr.alice.sent = nil
			c.over(pr)
			pr.pump()
			commits := 0
			for _, msg := range pr.alice.sent {
				if typeOf(msg) == 0x02 {
					commits++
				}
			}
			if want := map[bool]int{true: 1}[c.want]; commits != want {
				t.Errorf("%s: %d commits", name, commits)
			}
			if pr.alice.later != (later{}) {
				t.Errorf("%s: something waits still", name)
			}
			// Nothing is left to do at the end of another run.
			if pr.alice.Status().State != Encrypted || pr.bob.Status().State != Encrypted {
				return
			}
			pr.alice.sent = nil
			pr.alice.prove("question", "lake")
			pr.pump()
			pr.bob.answer("lake")
			pr.pump()
			for _, msg := range pr.alice.sent {
				if typeOf(msg) == 0x02 {
					t.Errorf("%s: another commit", name)
				}
			}
		})
	}
}

// The peer has lost its keys, and nobody but our user can know: what they decide is done at
// once.
func TestLostKeysDuringSMP(t *testing.T) {
	for name, ask := range map[string]string{"query": "?OTRv23?", "error": "?OTR Error: lost"} {
		eachVersion(t, func(t *testing.T, p Policy) {
			pr := private(t, Opportunistic&^Manual|p)
			pr.alice.prove("question", "lake")
			pr.alice.flying = nil
			pr.bob.end()
			pr.bob.flying = nil // nobody hears of it
			pr.alice.get([]byte(ask))
			if len(pr.alice.flying) != 0 || saw[Postponed](pr.alice) != 1 {
				t.Fatalf("%s: %d messages, %v", name, len(pr.alice.flying), pr.alice.events)
			}
			pr.alice.start()
			pr.pump()
			pr.wantSameChannel()
			pr.wantTalk()
		})
	}
}

// A stranger's completed exchange does not end the run, and what waits for the end of the
// run still happens.
func TestStrangersExchangeDuringSMP(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.alice.must(pr.alice.Send([]byte("x")))
		pr.pump()
		pr.alice.prove("question", "lake")
		pr.pump()
		pr.alice.get([]byte("?OTRv23?"))
		mallory := newSide(t, "mallory", p, at(pr.clock), tagged(pr.bob.tag))
		attack := &pair{t, pr.clock, pr.alice, mallory}
		mallory.get([]byte("?OTRv23?"))
		attack.pump()
		if len(pr.alice.instances) != 2 || saw[SMPAborted](pr.alice) != 0 || pr.alice.later.commit == 0 {
			t.Fatalf("%d instances, %v", len(pr.alice.instances), pr.alice.events)
		}
		if err := pr.alice.Select(0, pr.bob.key.Fingerprint()); err != nil {
			t.Fatal(err)
		}
		pr.bob.answer("lake")
		pr.pump()
		pr.alice.shown, pr.bob.shown = nil, nil
		pr.wantDone(true)
		if got := event[Secured](pr.alice); !got.Refreshed || got.Fingerprint != pr.bob.key.Fingerprint() {
			t.Errorf("%+v", got)
		}
	})
}

// Our own automatic refreshes wait too: for an idle channel, and for an exchange that has
// stalled.
func TestOwnRefreshWaitsForSMP(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.alice.SetIdle(Idle{After: 5 * time.Minute, Rekey: true})
		pr.alice.prove("question", "lake")
		pr.pump()
		pr.clock.pass(10 * time.Minute)
		_, next := pr.alice.tick()
		if len(pr.alice.flying) != 0 || next.Sub(pr.clock.t) > smpFor || next.IsZero() {
			t.Fatalf("%d sent, next in %v", len(pr.alice.flying), next.Sub(pr.clock.t))
		}
		pr.bob.answer("lake")
		pr.pump()
		pr.wantDone(true)
		pr.clock.pass(5 * time.Minute)
		pr.alice.tick()
		pr.pump()
		if saw[Secured](pr.alice) != 1 {
			t.Error("no fresh keys")
		}
	})
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.toPause()
		pr.alice.flying = nil
		// Bob has fresh keys and Alice does not, so Bob cannot read her messages. She
		// starts SMP again in the middle of Bob's run.
		pr.alice.must(pr.alice.StartSMP("question", []byte("lake")))
		pr.alice.flying = nil
		pr.clock.pass(2 * retryAfter)
		pr.alice.tick()
		if len(pr.alice.flying) != 0 || pr.alice.later.commit == 0 {
			t.Error("started again at once")
		}
		pr.alice.must(pr.alice.AbortSMP())
		pr.pump()
		pr.wantSameChannel()
	})
}
