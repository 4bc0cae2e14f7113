// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// TestResults: success and failure differ in icon, heading and line, on both sides. The
// side that asked can ask again.
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
		{"right answer", "Where?", "Lisbon", result{ui.SuccessIcon, ui.Success, "Verification succeeded.", false}, result{ui.SuccessIcon, ui.Success, "Your answer was correct.", false}},
		{"wrong answer", "Where?", "Porto", result{ui.WarningIcon, ui.Warning, "Verification failed.", true}, result{ui.WarningIcon, ui.Warning, "Your answer did not match.", false}},
		{"same secret", "", "Lisbon", result{ui.SuccessIcon, ui.Success, "Verification succeeded.", false}, result{ui.SuccessIcon, ui.Success, "Verification succeeded.", false}},
		{"other secret", "", "Porto", result{ui.WarningIcon, ui.Warning, "Verification failed.", true}, result{ui.WarningIcon, ui.Warning, "Verification failed.", true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			alice, bob := newPair(t)
			alice.Start()
			alice.Ask(tt.question, "Lisbon")
			alice.Deliver()
			bob.Fill(map[int]string{-1: tt.answer})
			alice.Deliver()
			for s, want := range map[*side]result{alice: tt.alice, bob: tt.bob} {
				p, l := s.LastProgress(), s.Host.Lines[len(s.Host.Lines)-1]
				if got := (result{p.Icon, l.Kind, p.Heading, p.Again != ""}); got != want {
					t.Errorf("%s: %+v, want %+v", s.Chat.Account, got, want)
				}
				if !strings.HasPrefix(l.HTML, want.heading) {
					t.Errorf("%s: line %q", s.Chat.Account, l.HTML)
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
	s.T.Helper()
	p := s.LastProgress()
	p.End(true)
	f := s.Host.TakeForm()
	how := "0"
	if question == "" {
		how = "1"
	}
	if f.Fields[fieldHow].Value != how || f.Fields[fieldQuestion].Value != question ||
		f.Fields[fieldAnswer].Value != "" || f.Fields[fieldSecret].Value != "" {
		s.T.Errorf("%s: asked again with %+v", s.Chat.Account, f.Fields)
	}
}

// TestTryAgain tries again after failures until it succeeds.
func TestTryAgain(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.Ask("  Where did we meet? ", "Lisbon")
	for _, answer := range []string{"Porto", "Faro", "Lisbon"} {
		alice.Deliver()
		bob.Fill(map[int]string{-1: answer})
		alice.Deliver()
		p := alice.LastProgress()
		if answer == "Lisbon" {
			if p.Retry != nil {
				t.Error("again after success")
			}
			break
		}
		p.End(true)
		f := alice.Host.TakeForm()
		f.Done(true, uitest.Answers(f, map[int]string{fieldAnswer: "Lisbon"}))
	}
	alice.Want(ui.Private)
	bob.LastProgress().End(true) // there is nothing to try
	if len(bob.Host.Forms) > 0 {
		t.Error("bob is asked")
	}
}

// TestTryAgainTooLate presses the button after the conversation has ended.
func TestTryAgainTooLate(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.Ask("", "Lisbon")
	alice.Deliver()
	bob.Fill(map[int]string{-1: "Porto"})
	alice.Deliver()
	p := alice.LastProgress()
	alice.app.Do(alice.Chat, ui.End, 0)
	p.End(true)
	alice.WantLine("There is no private conversation with Bob")
	if len(alice.Host.Forms) > 0 {
		t.Error("a dialog about nothing")
	}
}

// TestRefused: the buddy's client sends an abort instead of the last message.
func TestRefused(t *testing.T) {
	for _, verified := range []bool{false, true} {
		for _, question := range []string{"Where?", ""} {
			alice, bob := newPair(t)
			alice.Start()
			level := ui.Unverified
			if verified {
				alice.Verify()
				level = ui.Private
			}
			alice.Ask(question, "Lisbon")
			alice.Deliver()
			bob.Fill(map[int]string{-1: "Porto"})
			for len(alice.Wire) > 0 { // message 2
				msg := alice.Wire[0]
				alice.Wire = alice.Wire[1:]
				alice.Receive(msg)
			}
			bob.Wire = nil
			out, err := bob.app.conversations[bob.Chat].session.AbortSMP()
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range out.Send {
				alice.Receive(string(m))
			}
			p := alice.LastProgress()
			if p.Icon != ui.WarningIcon || p.Heading != "Verification failed." || !strings.Contains(p.Text, "Bob probably gave a different answer") ||
				strings.Contains(p.Text, "still verified") != verified {
				t.Errorf("progress %+v", p)
			}
			alice.Want(level)
			alice.WantLine("probably gave a different answer")
			alice.retry(question)
		}
	}
}

// TestAbortedBefore: an abort that comes earlier decides nothing.
func TestAbortedBefore(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.Ask("Where?", "Lisbon")
	alice.Deliver()
	bob.Host.TakeForm().Done(false, nil)
	alice.Deliver()
	p := alice.LastProgress()
	if p.Icon != ui.NoIcon || p.Heading != "Verification cancelled." || strings.Contains(p.Text, "different answer") {
		t.Errorf("progress %+v", p)
	}
	alice.retry("Where?")
}

// TestRefusedUnasked: only a current run can be refused.
func TestRefusedUnasked(t *testing.T) {
	alice, _ := newPair(t)
	alice.Start()
	alice.Host.Lines = nil
	alice.app.presenter.showAll(alice.app.conversations[alice.Chat], []otr.Event{otr.SMPAborted{Refused: true}}, nil)
	if len(alice.Host.Lines)+len(alice.Host.Progress) > 0 {
		t.Errorf("lines %+v", alice.Host.Lines)
	}
}
