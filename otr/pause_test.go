// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// forgetsOldKeys makes s behave like libotr, which cannot read anything under replaced
// keys.
func (s *side) forgetsOldKeys() {
	for _, in := range s.instances {
		in.dropOld()
	}
}

// While keys are refreshed, a peer that reads nothing under the old ones reads everything
// that is said at any moment, in order, no matter who asks. We wait where we have begun
// the exchange and the peer may have the fresh keys already, and with version 3 also where
// we have asked and have answered the peer's commit. We wait nowhere else.
func TestTextTypedDuringARefresh(t *testing.T) {
	ways := map[string]func(*side, string) (Output, error){
		"Send": func(s *side, text string) (Output, error) { return s.Send([]byte(text)) },
		"SendTo": func(s *side, text string) (Output, error) {
			return s.SendTo(s.Status().Tag, s.Status().Fingerprint, []byte(text))
		},
	}
	for way, send := range ways {
		for _, weBegin := range []bool{true, false} {
			eachVersion(t, func(t *testing.T, p Policy) {
				pr := private(t, p)
				var want []string
				if weBegin {
					pr.bob.start()
				} else {
					pr.alice.start()
				}
				for n := 0; len(pr.alice.flying)+len(pr.bob.flying) > 0; n++ {
					for _, s := range []*side{pr.bob, pr.alice} {
						if len(s.flying) > 0 {
							pr.deliver(s)
							pr.bob.forgetsOldKeys()
						}
						if n > 4 {
							continue
						}
						want = append(want, fmt.Sprint("text ", len(want)))
						out := pr.alice.must(send(pr.alice, want[len(want)-1]))
						ex := pr.alice.exchanges[pr.bob.instanceTag(p)]
						waits := weBegin && ex != nil && ex.revealing() ||
							!weBegin && p == AllowV3 && ex != nil && len(ex.ys) > 0 && saw[Secured](pr.alice) == 0
						if held := slices.Contains(out.Events, Event(Held{})); held != waits || held == (len(out.Send) > 0) {
							t.Fatalf("%s: %q is held: %v", way, want[len(want)-1], held)
						}
					}
				}
				pr.wantSameChannel()
				wantTexts(t, pr.bob, want...)
				held := resent(pr.alice)
				if waits := weBegin || p == AllowV3; waits != (len(held) > 0) || saw[Held](pr.alice) != len(held) {
					t.Errorf("%s: %d held, %q resent", way, saw[Held](pr.alice), held)
				}
				if len(pr.alice.errs)+len(pr.bob.errs) != 0 || saw[Secured](pr.alice) != 1 {
					t.Errorf("%s: %v, %v", way, pr.alice.errs, pr.bob.errs)
				}
				pr.wantTalk()
			})
		}
	}
}

// instanceTag returns the tag under which the peer knows s.
func (s *side) instanceTag(p Policy) InstanceTag {
	if p&AllowV3 == 0 {
		return 0
	}
	return s.tag
}

// toPause stops Alice's exchange at the moment when Bob may have the keys.
func (p *pair) toPause() {
	p.t.Helper()
	p.toSignature()
	p.bob.drop()
}

// An exchange that stalls holds text for some seconds, as Tick announces. Then the text is
// sent under the keys in force, and so is everything that follows for a while.
func TestStalledRefreshHoldsTextForSeconds(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.toPause()
		begin := pr.clock.t
		pr.clock.pass(time.Second)
		pr.alice.exchanges[pr.bob.instanceTag(p)].retryAt = time.Time{} // nothing else happens
		pr.alice.say("one")
		pr.clock.pass(time.Second)
		pr.alice.say("two")
		_, next := pr.alice.tick()
		if want := begin.Add(pauseFor); !next.Equal(want) {
			t.Fatalf("next after %v", next.Sub(begin))
		}
		pr.clock.until(next.Add(-1))
		pr.alice.tick()
		if len(pr.alice.flying) != 0 {
			t.Fatal("too soon")
		}
		pr.clock.until(next)
		pr.alice.tick()
		if got := fmt.Sprint(resent(pr.alice)); got != "[one two]" || len(pr.alice.flying) != 2 {
			t.Fatalf("resent %s", got)
		}
		if out := pr.alice.say("three"); len(out.Send) != 1 {
			t.Error("still held")
		}
		pr.pump()
		wantTexts(t, pr.bob, "one", "two", "three")
	})
}

// An attacker asks and answers in the peer's name all the time, so that the peer's own
// exchange never completes. This delays each text by seconds, and all texts together by no
// more than some seconds in a minute.
func TestInjectorCannotHoldText(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		j := &injector{pair: pr, version: uint16(pr.alice.Status().Version)}
		typed := map[string]time.Time{}
		var held time.Duration
		const minutes = 5
		for i := range minutes * 60 {
			pr.alice.get([]byte("?OTRv23?"))
			pr.alice.get(j.key(pr.alice))
			text := fmt.Sprint("text ", i)
			typed[text] = pr.clock.t
			pr.alice.say(text)
			pr.alice.tick()
			flying := take(&pr.alice.flying)
			for _, msg := range flying {
				if typeOf(msg) != 0x03 {
					continue // no message of an exchange arrives
				}
				n := len(pr.bob.shown)
				pr.bob.get(msg)
				if len(pr.bob.shown) != n+1 {
					t.Fatal("a text cannot be read")
				}
				text := string(pr.bob.shown[n].Text)
				late := pr.clock.t.Sub(typed[text])
				if late > pauseFor+time.Second {
					t.Fatalf("%s after %v", text, late)
				}
				if late > 0 {
					held++ // texts come once a second
				}
			}
			pr.clock.pass(time.Second)
		}
		if held == 0 || held > (minutes+1)*(pauseFor/time.Second+1) {
			t.Errorf("%d of %d texts were held", held, minutes*60)
		}
		if got := len(pr.bob.shown); got < minutes*60-5 {
			t.Errorf("%d texts are read", got)
		}
	})
}

// Waiting text is for one key. If someone else completes an exchange under the same tag,
// they cannot read it, and the peer can.
func TestHeldForOneKey(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.toPause()
		pr.alice.say("for Bob")
		mallory := newSide(t, "mallory", p, at(pr.clock), tagged(pr.bob.tag))
		attack := &pair{t, pr.clock, pr.alice, mallory}
		pr.alice.flying = nil
		mallory.get([]byte("?OTRv23?"))
		attack.pump()
		if saw[Secured](pr.alice) == 0 || len(mallory.texts()) != 0 || len(resent(pr.alice)) != 0 {
			t.Fatalf("mallory reads %q, resent %q", mallory.texts(), resent(pr.alice))
		}
		pr.clock.pass(pauseFor)
		pr.alice.tick()
		pr.pump()
		wantTexts(t, pr.bob, "for Bob")
		if len(mallory.texts()) != 0 {
			t.Error("mallory reads it")
		}
	})
}

// Waiting text is returned when the channel ends, in whatever way, or when the caller no
// longer releases text to the key. Its size is bounded.
func TestHeldDuringARefreshIsReturned(t *testing.T) {
	released := true
	for name, gone := range map[string]func(pr *pair){
		"we end":          func(pr *pair) { pr.alice.end() },
		"the peer ends":   func(pr *pair) { pr.bob.saysTheEnd(); pr.pump() },
		"expiry":          func(pr *pair) { pr.alice.take(pr.alice.Expire()) },
		"off":             func(pr *pair) { pr.alice.SetPolicy(Off); pr.alice.tick() },
		"not released":    func(pr *pair) { released = false; pr.clock.pass(pauseFor); pr.alice.tick() },
		"no more refresh": func(pr *pair) { released = false; pr.alice.start(); pr.pump() },
	} {
		eachVersion(t, func(t *testing.T, p Policy) {
			released = true
			pr := private(t, p, func(c *Config) { c.MayRelease = func(Fingerprint, bool) bool { return released } })
			pr.toPause()
			pr.alice.say("one")
			pr.alice.say("two")
			gone(pr)
			pr.pump()
			if got := fmt.Sprint(returned(pr.alice)); got != "[one two]" || len(pr.bob.texts()) != 0 || len(resent(pr.alice)) != 0 {
				t.Errorf("%s: returned %s, Bob reads %q", name, got, pr.bob.texts())
			}
		})
	}
	pr := private(t, AllowV3)
	pr.toPause()
	for range maxHeldTexts {
		pr.alice.say("x")
	}
	if _, err := pr.alice.Send([]byte("more")); !errors.Is(err, ErrHeldFull) {
		t.Errorf("error %v", err)
	}
	pr = private(t, AllowV3)
	pr.toPause()
	pr.alice.say("x")
	if _, err := pr.alice.Send([]byte(strings.Repeat("x", maxHeldBytes))); !errors.Is(err, ErrHeldFull) {
		t.Errorf("error %v", err)
	}
}

// saysTheEnd ends the channel for the peer, under the keys that the peer has.
func (s *side) saysTheEnd() {
	s.t.Helper()
	in := s.selected()
	if in.old != nil { // the peer does not have the fresh keys
		in.channel, in.old = in.old.channel, nil
	}
	var out Output
	err := s.disconnect(in, &out)
	s.must(out, err)
}
