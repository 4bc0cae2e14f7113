// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

// resent and returned return the texts of these events, in order.
func resent(s *side) (list []string) {
	for _, e := range s.events {
		if e, ok := e.(Resent); ok {
			list = append(list, string(e.Text))
		}
	}
	return list
}

func returned(s *side) (list []string) {
	for _, e := range s.events {
		if e, ok := e.(Returned); ok {
			list = append(list, string(e.Text))
		}
	}
	return list
}

// "If there is a recent stored message, encrypt it and send it as a Data
// Message": all of them, in order, once, whichever side of the exchange we are.
func TestHeldTextGoesOutOnce(t *testing.T) {
	want := []string{"one", "two", "three"}
	for _, weCommit := range []bool{true, false} {
		everyVersion(t, func(t *testing.T, p Policy) {
			pr := newPair(t, p|RequireEncryption, p)
			queries := 0
			for _, text := range want {
				queries += len(pr.alice.say(text).Send)
			}
			if queries != 1 || saw[Held](pr.alice) != 3 {
				t.Fatalf("%d queries for three texts, %d held", queries, saw[Held](pr.alice))
			}
			if weCommit {
				pr.alice.drop()
				pr.bob.start()
			}
			pr.pump()
			wantTexts(t, pr.bob, want...)
			if !slices.Equal(resent(pr.alice), want) {
				t.Errorf("resent %q", resent(pr.alice))
			}
			pr.alice.start()
			pr.pump()
			wantTexts(t, pr.bob, want...)
			pr.wantTalk()
		})
	}
}

// The number and size of held texts are bounded. A text for which there is no room stays
// with the caller.
func TestHeldTextIsBounded(t *testing.T) {
	t.Run("number", func(t *testing.T) {
		s := newSide(t, "alice", Always)
		for n := range maxHeldTexts {
			s.say(fmt.Sprint(n))
		}
		if out, err := s.Send([]byte("more")); !errors.Is(err, ErrHeldFull) || len(out.Send)+len(out.Events) != 0 {
			t.Errorf("error %v, output %v", err, out)
		}
		s.end()
		if got := returned(s); len(got) != maxHeldTexts || got[0] != "0" || got[63] != "63" {
			t.Errorf("returned %q", got)
		}
		s.say("room again")
	})
	t.Run("size", func(t *testing.T) {
		s := newSide(t, "alice", Always)
		s.say(strings.Repeat("x", maxHeldBytes-1))
		if _, err := s.Send([]byte("yz")); !errors.Is(err, ErrHeldFull) {
			t.Errorf("error %v", err)
		}
		s.say("y")
	})
}

// After Send, the caller can use its buffer again.
func TestHeldTextIsACopy(t *testing.T) {
	pr := newPair(t, Always, Manual)
	text := []byte("held")
	pr.alice.must(pr.alice.Send(text))
	copy(text, "XXXX")
	pr.pump()
	wantTexts(t, pr.bob, "held")
}

func TestHeldTextExpires(t *testing.T) {
	pr := newPair(t, Always, Manual)
	pr.alice.say("one")
	pr.alice.drop()
	end := pr.clock.t.Add(heldFor)
	pr.clock.pass(heldFor / 2)
	pr.alice.say("two")
	pr.clock.until(end.Add(-1))
	if _, next := pr.alice.tick(); !next.Equal(end) {
		t.Errorf("next %v, want %v", next, end)
	}
	if got := returned(pr.alice); len(got) != 0 {
		t.Fatalf("returned %q too soon", got)
	}
	pr.clock.until(end)
	if _, next := pr.alice.tick(); !next.IsZero() {
		t.Errorf("next %v", next)
	}
	if got := returned(pr.alice); !slices.Equal(got, []string{"one", "two"}) {
		t.Fatalf("returned %q", got)
	}
	pr.bob.start()
	pr.pump()
	if len(pr.bob.texts()) != 0 {
		t.Fatalf("sent all the same: %q", pr.bob.texts())
	}
	pr.wantTalk()
}

// MayRelease decides by key. Text that it refuses to release is returned and never sent.
func TestMayRelease(t *testing.T) {
	for _, may := range []bool{true, false} {
		everyVersion(t, func(t *testing.T, p Policy) {
			var asked []Fingerprint
			pr := newPair(t, p|RequireEncryption, p, func(c *Config) {
				c.MayRelease = func(f Fingerprint, _ bool) bool { asked = append(asked, f); return may }
			})
			pr.alice.say("one")
			pr.alice.say("two")
			pr.pump()
			both := []string{"one", "two"}
			if may {
				wantTexts(t, pr.bob, both...)
			} else {
				wantTexts(t, pr.bob)
				if !slices.Equal(returned(pr.alice), both) || resent(pr.alice) != nil {
					t.Errorf("returned %q, resent %q", returned(pr.alice), resent(pr.alice))
				}
			}
			if !slices.Contains(asked, pr.bob.fingerprint(spokenVersion(p))) {
				t.Errorf("asked for %v", asked)
			}
			pr.wantTalk()
		})
	}
}

// After the peer has ended the channel, Send fails until End or Start. After Start it
// holds text for the same key.
func TestRestartAfterFinished(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := reach(t, Finished, p)
		if _, err := pr.alice.Send([]byte("no")); !errors.Is(err, ErrFinished) {
			t.Fatalf("error %v", err)
		}
		pr.alice.start()
		if out := pr.alice.say("again"); len(out.Send) != 0 {
			t.Errorf("%q sent, though the query has been", out.Send)
		}
		pr.pump()
		wantTexts(t, pr.bob, "again")
		pr.wantTalk()
		pr.bob.end() // once more: to have restarted the last time counts no longer
		pr.pump()
		if _, err := pr.alice.Send([]byte("no")); !errors.Is(err, ErrFinished) {
			t.Fatalf("error %v", err)
		}
	})
	t.Run("End", func(t *testing.T) {
		pr := reach(t, Finished, Manual)
		pr.alice.end()
		if got := only(t, pr.alice.say("in the clear")); string(got) != "in the clear" {
			t.Errorf("sent %q", got)
		}
	})
	t.Run("nobody answers", func(t *testing.T) {
		pr := reach(t, Finished, Manual)
		pr.alice.start()
		pr.alice.say("again")
		pr.alice.forget()
		pr.clock.pass(heldFor)
		pr.alice.tick()
		if got := returned(pr.alice); !slices.Equal(got, []string{"again"}) {
			t.Errorf("returned %q", got)
		}
		if _, err := pr.alice.Send([]byte("no")); !errors.Is(err, ErrFinished) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("text a while after Start asks once more", func(t *testing.T) {
		pr := reach(t, Finished, Manual)
		pr.alice.start()
		pr.alice.drop()
		pr.clock.pass(10 * time.Minute)
		pr.alice.tick()
		out, err := pr.alice.Send([]byte("again"))
		if err == nil && len(out.Send) == 0 {
			t.Error("text is held, and the query was ten minutes ago")
		}
	})
}

// While text is held, somebody has been asked to start: a query follows an exchange that
// stalls.
func TestHeldTextDuringAStalledExchange(t *testing.T) {
	for name, stall := range map[string]func(pr *pair){
		"a stranger's commit": func(pr *pair) {
			m := newSide(t, "mallory", Manual, at(pr.clock))
			pr.alice.get(only(t, m.must(m.Receive([]byte("?OTRv23?")))))
		},
		"our commit, lost": func(pr *pair) { pr.alice.get([]byte("?OTRv23?")) },
	} {
		t.Run(name, func(t *testing.T) {
			pr := newPair(t, Always, Manual)
			stall(pr)
			pr.alice.flying = nil
			pr.alice.say("waits")
			for range 10 {
				_, next := pr.alice.tick()
				if next.IsZero() {
					break
				}
				pr.pump()
				pr.clock.until(next)
			}
			pr.pump()
			wantTexts(t, pr.bob, "waits")
		})
	}
}

// A policy that requires encryption but allows no version sends nothing.
func TestRequireWithoutAVersion(t *testing.T) {
	s := newSide(t, "alice", RequireEncryption)
	out, err := s.Send([]byte("secret"))
	if err == nil || len(out.Send) != 0 {
		t.Errorf("error %v, sent %q", err, out.Send)
	}
}

// The user turns OTR off in a running session: the next text is refused, and the channel
// ends on both sides.
func TestNoPolicyInARunningSession(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		for _, tick := range []bool{true, false} {
			pr := private(t, p)
			pr.alice.SetPolicy(0)
			if pr.alice.Status().State != Encrypted {
				t.Fatal("the state is not what Send acts upon")
			}
			if _, err := pr.alice.Start(); !errors.Is(err, ErrPolicy) {
				t.Errorf("Start: %v", err)
			}
			pr.bob.say("is still read")
			pr.pump()
			wantTexts(t, pr.alice, "is still read")
			if tick {
				pr.alice.tick()
			} else {
				out, err := pr.alice.Send([]byte("secret"))
				if !errors.Is(err, ErrFinished) || typeOf(only(t, out)) != wire.TypeData {
					t.Fatalf("error %v, sent %q", err, out.Send)
				}
				pr.alice.take(out)
			}
			pr.pump()
			pr.wantState(Plaintext, Finished)
			if len(pr.bob.texts()) != 0 {
				t.Errorf("Bob reads %q", pr.bob.texts())
			}
		}
	})
	t.Run("finished", func(t *testing.T) {
		pr := reach(t, Finished, 0)
		if out, err := pr.alice.Send([]byte("secret")); !errors.Is(err, ErrFinished) || len(out.Send) != 0 {
			t.Errorf("error %v, sent %q", err, out.Send)
		}
	})
}

// All channels end, whichever of the peer's clients is selected.
func TestNoPolicyEndsEveryChannel(t *testing.T) {
	for _, tick := range []bool{true, false} {
		pr := private(t, AllowV3)
		phone := &pair{t, pr.clock, pr.alice, newSide(t, "phone", AllowV3, at(pr.clock))}
		phone.bob.get([]byte("?OTRv3?"))
		phone.exchange(t)
		if err := pr.alice.Select(pr.bob.tag, pr.bob.key.Fingerprint()); err != nil || len(pr.alice.Instances()) != 2 {
			t.Fatalf("%d channels, %v", len(pr.alice.Instances()), err)
		}
		pr.alice.SetPolicy(0)
		if tick {
			pr.alice.tick()
		} else if out, err := pr.alice.Send([]byte("secret")); !errors.Is(err, ErrFinished) {
			t.Fatalf("error %v", err)
		} else {
			pr.alice.take(out)
		}
		for _, msg := range pr.alice.flying {
			pr.bob.get(msg)
			phone.bob.get(msg)
		}
		if pr.alice.Status().State != Plaintext || saw[Ended](pr.bob) != 1 || saw[Ended](phone.bob) != 1 {
			t.Errorf("tick %v: %v, told of the end: %d and %d", tick, pr.alice.Status().State, saw[Ended](pr.bob), saw[Ended](phone.bob))
		}
	}
}

// The user turns OTR off while text is held: the text is returned at once, and nothing
// else of OTR is waited for.
func TestNoPolicyReturnsHeldText(t *testing.T) {
	for _, tick := range []bool{true, false} {
		pr := newPair(t, Always, Manual)
		pr.alice.say("held")
		pr.alice.get([]byte("?OTR|00000300|00000000,00001,00002,?OTR:AAMD,"))
		pr.alice.forget()
		pr.alice.SetPolicy(Off)
		if tick {
			if _, next := pr.alice.tick(); !next.IsZero() {
				t.Errorf("waits until %v", next)
			}
		} else if out := pr.alice.say("clear"); string(only(t, out)) != "clear" {
			t.Errorf("sent %q", out.Send)
		}
		if got := returned(pr.alice); !slices.Equal(got, []string{"held"}) || len(pr.alice.partials) != 0 {
			t.Errorf("tick %v: returned %q, %d fragments", tick, got, len(pr.alice.partials))
		}
	}
}

// Held text that is too long for the transport is returned, with everything typed after
// it.
func TestHeldTextThatIsTooLong(t *testing.T) {
	pr := newPair(t, Always, Manual, limit(57))
	long := strings.Repeat("x", maxHeldBytes-20)
	for _, text := range []string{"one", long, "three"} {
		pr.alice.say(text)
	}
	pr.pump()
	wantTexts(t, pr.bob, "one")
	if !slices.Equal(resent(pr.alice), []string{"one"}) || !slices.Equal(returned(pr.alice), []string{long, "three"}) {
		t.Errorf("%d resent, %d returned", saw[Resent](pr.alice), saw[Returned](pr.alice))
	}
	pr.wantTalk()
}

// While text is held and a stranger starts exchanges, we still ask the peer, but not all
// the time. A peer who does not answer is asked once.
func TestHeldTextIsAskedFor(t *testing.T) {
	for _, flooded := range []bool{false, true} {
		pr := newPair(t, Always, Manual)
		m := newSide(t, "mallory", AllowV3)
		commit := only(t, m.must(m.Receive([]byte("?OTRv3?"))))
		if flooded {
			pr.alice.Receive(forged(t, commit, 0x2000))
		}
		pr.alice.say("held")
		pr.alice.flying = nil
		asked := 0
		for i := range int(heldFor/time.Second) - 1 {
			pr.clock.pass(time.Second)
			if flooded {
				pr.alice.Receive(forged(t, commit, 0x2001+uint32(i)))
			}
			out, _ := pr.alice.tick()
			asked += len(out.Send)
		}
		if want := map[bool]int{true: int(heldFor/askAfter) - 1}[flooded]; asked != want {
			t.Errorf("flooded: %v: asked %d times, want %d", flooded, asked, want)
		}
		pr.alice.flying = nil
		pr.clock.pass(500 * time.Millisecond)
		pr.bob.start()
		pr.pump()
		wantTexts(t, pr.bob, "held")
	}
}

// A query that was lost before there was text to hold soon no longer counts.
func TestHeldTextAfterALostQuery(t *testing.T) {
	pr := newPair(t, Always, Manual)
	pr.alice.start()
	pr.alice.drop()
	pr.clock.pass(halfOpenFor / 2)
	if out := pr.alice.say("held"); len(out.Send) != 0 {
		t.Fatalf("%q", out.Send)
	}
	wantDeadline(t, pr, askAfter, func() bool { return len(pr.alice.flying) == 1 })
	pr.pump()
	wantTexts(t, pr.bob, "held")
}
