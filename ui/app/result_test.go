// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/ui"
)

// TestResults: success and failure differ in icon, heading and line, on both
// sides; who has asked can do so again.
func TestResults(t *testing.T) {
	type result struct {
		icon    ui.Icon
		kind    ui.NoticeKind
		heading string
		again   bool
	}
	for _, tt := range []struct {
		name, question, answer string
		alice, bob             result
	}{
		{"right answer", "Where?", "Lisbon", result{ui.SuccessIcon, ui.Success, "Verification succeeded.", false}, result{ui.SuccessIcon, ui.Success, "Your answer was right.", false}},
		{"wrong answer", "Where?", "Porto", result{ui.WarningIcon, ui.Warning, "Verification failed.", true}, result{ui.WarningIcon, ui.Warning, "Your answer was wrong.", false}},
		{"same secret", "", "Lisbon", result{ui.SuccessIcon, ui.Success, "Verification succeeded.", false}, result{ui.SuccessIcon, ui.Success, "Verification succeeded.", false}},
		{"other secret", "", "Porto", result{ui.WarningIcon, ui.Warning, "Verification failed.", true}, result{ui.WarningIcon, ui.Warning, "Verification failed.", true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			alice, bob := newPair(t)
			alice.start()
			alice.ask(tt.question, "Lisbon")
			alice.deliver()
			bob.fill(map[int]string{-1: tt.answer})
			alice.deliver()
			for s, want := range map[*side]result{alice: tt.alice, bob: tt.bob} {
				p, l := s.lastProgress(), s.host.lines[len(s.host.lines)-1]
				if got := (result{p.Icon, l.kind, p.Heading, p.Again != ""}); got != want {
					t.Errorf("%s: %+v, want %+v", s.chat.Account, got, want)
				}
				if !strings.HasPrefix(l.html, want.heading) {
					t.Errorf("%s: line %q", s.chat.Account, l.html)
				}
				if want.again {
					s.retry(tt.question)
				}
			}
		})
	}
}

// retry presses "Try again", and looks whether question is still there and
// nothing else.
func (s *side) retry(question string) {
	s.t.Helper()
	p := s.lastProgress()
	p.End(true)
	f := s.host.form()
	how := "0"
	if question == "" {
		how = "1"
	}
	if f.Fields[fieldHow].Value != how || f.Fields[fieldQuestion].Value != question ||
		f.Fields[fieldAnswer].Value != "" || f.Fields[fieldSecret].Value != "" {
		s.t.Errorf("%s: asked again with %+v", s.chat.Account, f.Fields)
	}
}

// TestTryAgain goes on after failures until it succeeds.
func TestTryAgain(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	alice.ask("  Where did we meet? ", "Lisbon")
	for _, answer := range []string{"Porto", "Faro", "Lisbon"} {
		alice.deliver()
		bob.fill(map[int]string{-1: answer})
		alice.deliver()
		p := alice.lastProgress()
		if answer == "Lisbon" {
			if p.Retry != nil {
				t.Error("again after success")
			}
			break
		}
		p.End(true)
		f := alice.host.form()
		f.Done(true, answers(f, map[int]string{fieldAnswer: "Lisbon"}))
	}
	alice.want(ui.Private)
	bob.lastProgress().End(true) // there is nothing to try
	if len(bob.host.forms) > 0 {
		t.Error("bob is asked")
	}
}

// TestTryAgainTooLate presses the button when the conversation is over.
func TestTryAgainTooLate(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	alice.ask("", "Lisbon")
	alice.deliver()
	bob.fill(map[int]string{-1: "Porto"})
	alice.deliver()
	p := alice.lastProgress()
	alice.app.Do(alice.chat, ui.End, 0)
	p.End(true)
	alice.wantLine("There is no private conversation with Bob")
	if len(alice.host.forms) > 0 {
		t.Error("a dialog about nothing")
	}
}

// TestRefused has the buddy's program abort in place of the last message.
func TestRefused(t *testing.T) {
	for _, verified := range []bool{false, true} {
		for _, question := range []string{"Where?", ""} {
			alice, bob := newPair(t)
			alice.start()
			level := ui.Unverified
			if verified {
				alice.verify()
				level = ui.Private
			}
			alice.ask(question, "Lisbon")
			alice.deliver()
			bob.fill(map[int]string{-1: "Porto"})
			for len(alice.wire) > 0 { // message 2
				msg := alice.wire[0]
				alice.wire = alice.wire[1:]
				alice.receive(msg)
			}
			bob.wire = nil
			out, err := bob.app.talks[bob.chat].session.AbortSMP()
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range out.Send {
				alice.receive(string(m))
			}
			p := alice.lastProgress()
			if p.Icon != ui.WarningIcon || p.Heading != "Verification failed." || !strings.Contains(p.Text, "Bob probably gave a different answer") ||
				strings.Contains(p.Text, "stays verified") != verified {
				t.Errorf("progress %+v", p)
			}
			alice.want(level)
			alice.wantLine("probably gave a different answer")
			alice.retry(question)
		}
	}
}

// TestAbortedBefore: an abort that comes earlier decides nothing.
func TestAbortedBefore(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	alice.ask("Where?", "Lisbon")
	alice.deliver()
	bob.host.form().Done(false, nil)
	alice.deliver()
	p := alice.lastProgress()
	if p.Icon != ui.NoIcon || p.Heading != "Verification stopped." || strings.Contains(p.Text, "different answer") {
		t.Errorf("progress %+v", p)
	}
	alice.retry("Where?")
}

// TestRefusedUnasked: only a run that goes on can be refused.
func TestRefusedUnasked(t *testing.T) {
	alice, _ := newPair(t)
	alice.start()
	alice.host.lines = nil
	alice.app.show(alice.app.talks[alice.chat], otr.SMPAborted{Refused: true}, nil)
	if len(alice.host.lines)+len(alice.host.progress) > 0 {
		t.Errorf("lines %+v", alice.host.lines)
	}
}
