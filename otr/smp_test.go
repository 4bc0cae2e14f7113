// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

func (s *side) prove(question, secret string) Output {
	s.t.Helper()
	return s.must(s.StartSMP(question, []byte(secret)))
}

func (s *side) answer(secret string) Output {
	s.t.Helper()
	return s.must(s.AnswerSMP([]byte(secret)))
}

// wantDone checks that both have the same result, each about the other's key, and that no
// run continues.
func (p *pair) wantDone(same bool) {
	p.t.Helper()
	for _, s := range []*side{p.alice, p.bob} {
		want := SMPDone{same, s.Status().Tag, p.other(s).fingerprint(s.Status().Version)}
		if saw[SMPDone](s) != 1 || event[SMPDone](s) != want || saw[SMPAborted](s) != 0 {
			p.t.Fatalf("%s: %v, want %v once", s.name, s.events, want)
		}
		if len(s.shown) != 0 {
			p.t.Fatalf("%s reads %q", s.name, s.texts())
		}
		p.wantNoRun(s)
	}
}

func (p *pair) wantNoRun(s *side) {
	p.t.Helper()
	if _, err := s.AnswerSMP([]byte("x")); !errors.Is(err, ErrSMPState) {
		p.t.Fatalf("%s can still answer: %v", s.name, err)
	}
	for _, in := range s.instances {
		if in.smp.m.Running() || in.smp.secret != nil {
			p.t.Fatalf("%s: a run is going on", s.name)
		}
	}
}

func TestSMP(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, c := range []struct{ question, asked, answered string }{
		{"", "secret", "secret"},
		{"", "secret", "Secret"},
		{"Where did we meet?", "at the lake", "at the lake"},
		{"Where did we meet?", "at the lake", "in town"},
		{"", "", ""},
		{"<b>?\r\n\u202e", "\x00\xff", "\x00\xff"},
		{strings.Repeat("long ", 12000), "a", "a"},
	} {
		for _, n := range []int{0, 200} {
			everyVersion(t, func(t *testing.T, p Policy) {
				pr := private(t, p, limit(n))
				pr.alice.prove(c.question, c.asked)
				pr.pump()
				if got := event[SMPAsked](pr.bob).Question; got != c.question {
					t.Fatalf("question %.80q", got)
				}
				pr.bob.answer(c.answered)
				pr.pump()
				pr.wantDone(c.asked == c.answered)
				last := 0
				for _, e := range pr.alice.events {
					if e, ok := e.(SMPStep); ok {
						if e.Percent <= last || e.Percent > 100 {
							t.Errorf("%d percent after %d", e.Percent, last)
						}
						last = e.Percent
					}
				}
				pr.bob.forget()
				pr.alice.forget()
				pr.wantTalk()
			})
		}
	}
}

func TestSMPNeedsAChannel(t *testing.T) {
	for _, state := range []State{Plaintext, Finished} {
		pr := reach(t, state, Manual)
		calls := map[string]func() (Output, error){
			"StartSMP":  func() (Output, error) { return pr.alice.StartSMP("", []byte("x")) },
			"AnswerSMP": func() (Output, error) { return pr.alice.AnswerSMP([]byte("x")) },
			"AbortSMP":  pr.alice.AbortSMP,
		}
		for name, call := range calls {
			if out, err := call(); !errors.Is(err, ErrNoChannel) || len(out.Send)+len(out.Events) != 0 {
				t.Errorf("%s in %v: %v", name, state, err)
			}
		}
	}
	pr := private(t, AllowV3)
	if out, err := pr.alice.AnswerSMP([]byte("x")); !errors.Is(err, ErrSMPState) || len(out.Send) != 0 {
		t.Errorf("an answer to nothing: %v", err)
	}
}

// A question that cannot be sent, a message that is too long, and a lack of randomness
// change nothing: a current run continues.
func TestSMPThatCannotBegin(t *testing.T) {
	pr := private(t, AllowV3)
	pr.alice.prove("", "secret")
	pr.pump()
	for question, want := range map[string]error{
		"a\x00b": ErrMalformed, "\x00": ErrMalformed, strings.Repeat("x", 64700): ErrTooLong, strings.Repeat("x", 70000): ErrTooLong,
	} {
		if out, err := pr.alice.StartSMP(question, []byte("x")); !errors.Is(err, want) || len(out.Send)+len(out.Events) != 0 {
			t.Errorf("%.10q: error %v", question, err)
		}
	}
	good := pr.alice.rand
	for name, spoil := range map[string]func(){
		"too long": func() { pr.alice.maxMessage, pr.bob.maxMessage = 10, 10 },
		"no rand":  func() { pr.alice.rand, pr.bob.rand = brokenRand{}, brokenRand{} },
	} {
		spoil()
		if out, err := pr.alice.StartSMP("", []byte("x")); err == nil || len(out.Send)+len(out.Events) != 0 {
			t.Errorf("%s: error %v", name, err)
		}
		if out, err := pr.bob.AnswerSMP([]byte("secret")); err == nil || len(out.Send)+len(out.Events) != 0 {
			t.Errorf("%s: error %v", name, err)
		}
		pr.alice.maxMessage, pr.bob.maxMessage = 0, 0
		pr.alice.rand, pr.bob.rand = good, good
	}
	pr.bob.answer("secret")
	pr.deliver(pr.bob)
	if pr.alice.selected().smp.secret != nil {
		t.Error("what was typed is kept though the peer has answered")
	}
	pr.pump()
	pr.wantDone(true)
}

// Without randomness a run cannot continue: it ends, and the text of the message that
// would have continued it can still be read.
func TestSMPThatCannotGoOn(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		for _, step := range smpSteps(pr)[:3] {
			step()
		}
		good := pr.alice.rand
		pr.alice.rand = brokenRand{}
		pr.deliver(pr.bob)
		pr.alice.rand = good
		if len(pr.alice.errs) != 0 || event[SMPAborted](pr.alice).Cheated {
			t.Errorf("errors %v, %v", pr.alice.errs, pr.alice.events)
		}
		pr.pump()
		pr.wantNoRun(pr.alice)
		pr.bob.must(pr.bob.AbortSMP())
		pr.again()
	})
}

// smpSteps plays a run up to a step, and returns how many there are.
func smpSteps(pr *pair) []func() {
	return []func(){
		func() { pr.alice.prove("", "secret") },
		func() { pr.deliver(pr.alice) },
		func() { pr.bob.answer("secret") },
		func() { pr.deliver(pr.bob) },
		func() { pr.deliver(pr.alice) },
	}
}

// eachSMPStep runs f in the middle of a run, after each of its steps.
func eachSMPStep(t *testing.T, f func(t *testing.T, pr *pair)) {
	for n := 1; n <= 5; n++ {
		for _, p := range allVersions {
			t.Run(fmt.Sprintf("step %d/%d", n, p), func(t *testing.T) {
				pr := private(t, p)
				for _, step := range smpSteps(pr)[:n] {
					step()
				}
				f(t, pr)
			})
		}
	}
}

// again checks that a whole new run succeeds.
func (p *pair) again() {
	p.t.Helper()
	p.pump()
	p.alice.forget()
	p.bob.forget()
	p.wantNoRun(p.alice)
	p.wantNoRun(p.bob)
	p.bob.prove("", "another")
	p.pump()
	p.alice.answer("another")
	p.pump()
	p.wantDone(true)
}

// "In all cases, send a type 6 TLV (SMP abort) to the correspondent and set
// smpstate to SMPSTATE_EXPECT1."
func TestAbortSMPInEachState(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, alice := range []bool{true, false} {
		eachSMPStep(t, func(t *testing.T, pr *pair) {
			s := pr.alice
			if !alice {
				s = pr.bob
				if len(pr.alice.flying) > 0 && !s.selected().smp.m.Running() {
					pr.deliver(pr.alice) // otherwise Bob has nothing to abort
				}
			}
			s.must(s.AbortSMP())
			pr.pump()
			if n := saw[SMPDone](pr.alice) + saw[SMPDone](pr.bob); n != 0 && saw[SMPDone](pr.bob) == 0 {
				t.Error("a result in spite of the abort")
			}
			pr.again()
		})
	}
}

// TestRefusedSMP: an abort has a meaning only to the side that began, and only in place of
// message 4.
func TestRefusedSMP(t *testing.T) {
	eachSMPStep(t, func(t *testing.T, pr *pair) {
		for _, s := range []*side{pr.alice, pr.bob} {
			in, other := s.selected(), pr.other(s)
			if !in.smp.m.Running() {
				continue
			}
			other.flying, s.flying = nil, nil // the messages on their way are lost
			last := saw[SMPStep](s) > 0 && event[SMPStep](s).Percent == 75
			other.must(other.AbortSMP())
			pr.pump()
			if want := (SMPAborted{Refused: last, From: in.tag, Fingerprint: other.fingerprint(in.version)}); saw[SMPAborted](s) != 1 || event[SMPAborted](s) != want {
				t.Errorf("%s: %v, want %+v", s.name, s.events, want)
			}
			return
		}
	})
}

// "If at any point MSGSTATE_ENCRYPTED becomes unset, SMP must abandon its state".
func TestEndDuringSMP(t *testing.T) {
	eachSMPStep(t, func(t *testing.T, pr *pair) {
		for _, s := range []*side{pr.alice, pr.bob} {
			s.flying = nil
		}
		running := pr.alice.selected().smp.m.Running()
		pr.bob.end()
		pr.pump()
		if got := saw[SMPAborted](pr.alice) == 1; got != running {
			t.Errorf("told of the abort: %v", got)
		}
		pr.alice.end()
		pr.alice.start()
		pr.again()
	})
}

// The peer's client begins a refresh during a run. Without special care the run would fail
// for no reason that the users know.
func TestRefreshDuringSMP(t *testing.T) {
	eachSMPStep(t, func(t *testing.T, pr *pair) {
		pr.bob.beginsAnyway()
		pr.pump()
		for _, s := range []*side{pr.alice, pr.bob} {
			if saw[SMPDone](s) > 0 && !event[SMPDone](s).Same {
				t.Errorf("%s is told that the secrets differ", s.name)
			}
		}
		pr.again()
	})
}

// The peer vanishes: the run ends after a while, and both users are told.
func TestSMPExpires(t *testing.T) {
	eachSMPStep(t, func(t *testing.T, pr *pair) {
		pr.alice.flying, pr.bob.flying = nil, nil
		running := pr.alice.selected().smp.m.Running()
		pr.clock.pass(oldFor) // nothing else is due
		pr.alice.tick()
		if _, next := pr.alice.tick(); running && next.Sub(pr.clock.t) > smpFor {
			t.Errorf("next in %v", next.Sub(pr.clock.t))
		}
		pr.clock.pass(smpFor)
		pr.alice.tick()
		if got := saw[SMPAborted](pr.alice) == 1; got != running {
			t.Errorf("aborted: %v", got)
		}
		pr.bob.tick()
		pr.again()
	})
}

// Both begin at once. Without questions, the secret that a user has already typed is the
// answer. With a question, one of them is asked.
func TestBothStartSMP(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, c := range []struct {
		alice, bob string // questions
		second     string // Bob's secret
	}{
		{"", "", "secret"}, {"", "", "other"}, {"A?", "", "secret"}, {"", "B?", "secret"}, {"A?", "B?", "secret"}, {"A?", "B?", "other"},
	} {
		everyVersion(t, func(t *testing.T, p Policy) {
			for _, seed := range []string{"0", "1", "2"} {
				pr := private(t, p, reseeded(seed))
				pr.alice.prove(c.alice, "secret")
				pr.bob.prove(c.bob, c.second)
				pr.pump()
				asked, question := saw[SMPAsked](pr.alice)+saw[SMPAsked](pr.bob), c.alice+c.bob != ""
				if asked > 1 || (asked == 1) != question {
					t.Errorf("%q and %q: asked %d times", c.alice, c.bob, asked)
				}
				for _, s := range []*side{pr.alice, pr.bob} {
					if saw[SMPDone](s) == 0 && saw[SMPAsked](s) > 0 {
						secret := map[*side]string{pr.alice: "secret", pr.bob: c.second}[s]
						s.answer(secret)
					}
				}
				pr.pump()
				pr.wantDone(c.second == "secret")
			}
		})
	}
}

// Both begin, but the first message of one is lost. Whichever run would have to yield, the one
// that has arrived goes on.
func TestBothStartSMPAndOneIsLost(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, question := range []string{"", "B?"} {
		everyVersion(t, func(t *testing.T, p Policy) {
			for _, seed := range []string{"0", "1", "2", "3"} {
				pr := private(t, p, reseeded(seed))
				pr.alice.prove("", "secret")
				pr.alice.flying = nil
				pr.clock.pass(crossFor)
				pr.bob.prove(question, "secret")
				pr.pump()
				if question != "" {
					pr.alice.answer("secret")
					pr.pump()
				}
				pr.wantDone(true)
			}
		})
	}
}

// lastRecord plays n steps and opens the message in flight.
func lastRecord(t tb, pr *pair, steps []func(), n int) wire.TLV {
	t.Helper()
	var record wire.TLV
	for _, step := range steps[:n] {
		step()
	}
	for _, s := range []*side{pr.alice, pr.bob} {
		if len(s.flying) == 0 {
			continue
		}
		_, m, err := parsed(s.flying[0])
		if err != nil {
			t.Fatalf("%v", err)
		}
		copied := deepCopy(pr.other(s).Session) // opening it does not count
		var d dataMessage
		switch m := m.(type) {
		case wire.Data:
			d.v3 = &m
		case wire.Data4:
			d.v4 = &m
		}
		o, _, err := openWith(copied.selected().channel, d)
		if err != nil {
			t.Fatalf("%v", err)
		}
		_, tlvs := wire.ParsePlaintext(o.plaintext, maxRecords)
		record = tlvs[0]
	}
	return record
}

// A run does not wait for a person for ever, and nobody is asked twice for one run.
func TestSecondQuestionReplacesTheFirst(t *testing.T) {
	pr := private(t, AllowV3)
	pr.alice.prove("first?", "1")
	pr.pump()
	pr.clock.pass(time.Minute)
	pr.alice.prove("second?", "2")
	pr.pump()
	if got := event[SMPAsked](pr.bob).Question; got != "second?" {
		t.Fatalf("asked %q", got)
	}
	pr.bob.answer("2")
	pr.pump()
	if e := event[SMPDone](pr.alice); !e.Same {
		t.Error("not the same")
	}
	pr.wantNoRun(pr.alice)
	pr.wantNoRun(pr.bob)
}

// Each message of a run gives the run its full time again.
func TestRunThatGoesOnSlowly(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.alice.must(pr.alice.StartSMP("", []byte("secret")))
		pass := func() {
			pr.clock.pass(smpFor - time.Second)
			pr.alice.tick()
			pr.bob.tick()
		}
		pr.deliver(pr.alice)
		pass()
		pr.bob.answer("secret")
		pr.deliver(pr.bob)
		pass()
		pr.deliver(pr.alice)
		pr.deliver(pr.bob)
		for _, s := range []*side{pr.alice, pr.bob} {
			if saw[SMPDone](s) != 1 || !event[SMPDone](s).Same {
				t.Errorf("%s: %v", s.name, s.events)
			}
		}
	})
}
