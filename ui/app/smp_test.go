// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

func TestSMP(t *testing.T) {
	for _, tt := range []struct {
		name, question, secret, answer string
		alice, bob                     ui.Level
		aliceSees, bobSees             string
	}{
		{"question", "Where did we meet?", "Lisbon", "Lisbon", ui.Private, ui.Unverified, "You have verified Bob", "Alice has verified you"},
		{"same spaces", "Where did we meet?", " São  Tomé ", " São  Tomé ", ui.Private, ui.Unverified, "You have verified Bob", "Alice has verified you"},
		{"other spaces", "Where did we meet?", " Lisbon", "Lisbon", ui.Unverified, ui.Unverified, "may not be Bob", "Alice expected a different answer"},
		{"spaces in the question", "  Where   did we meet? ", "Lisbon", "Lisbon", ui.Private, ui.Unverified, "You have verified Bob", "Alice has verified you"},
		{"wrong answer", "Where did we meet?", "Lisbon", "Porto", ui.Unverified, ui.Unverified, "may not be Bob", "Alice expected a different answer"},
		{"secret", "", "Lisbon", "Lisbon", ui.Private, ui.Private, "You have verified Bob", "You have verified Alice"},
		{"wrong secret", "", "Lisbon", "lisbon", ui.Unverified, ui.Unverified, "may not be Bob", "may not be Alice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			alice, bob := newPair(t)
			alice.Start()
			alice.Ask(tt.question, tt.secret)
			alice.WantLine("The question was sent to")
			if p := alice.LastProgress(); p.Percent >= 100 || p.Button != "Cancel" {
				t.Errorf("progress %+v", p)
			}
			alice.Deliver()
			f := bob.Host.TakeForm()
			if !f.Unasked || tt.question != "" && f.Fields[0].Value != tt.question {
				t.Errorf("form %+v", f)
			}
			f.Done(true, uitest.Answers(f, map[int]string{-1: tt.answer}))
			alice.Deliver()
			alice.Want(tt.alice)
			bob.Want(tt.bob)
			for s, want := range map[*side]string{alice: tt.aliceSees, bob: tt.bobSees} {
				if p := s.LastProgress(); p.Percent != 100 || p.Button != "Close" || !strings.Contains(p.Text, want) {
					t.Errorf("%s: progress %+v", s.Chat.Account, p)
				}
				s.WantLine(want)
				s.LastProgress().Done() // closing it changes nothing
			}
			alice.Want(tt.alice)
			if len(alice.Wire)+len(bob.Wire) > 0 {
				t.Error("closing the result sent something")
			}
		})
	}
}

// TestSMPUnseen points out what cannot be seen in a secret, to the one who typed it.
func TestSMPUnseen(t *testing.T) {
	for secret, unseen := range map[string]bool{
		"Lisbon": false, "two words": false, "São Tomé": false, "été\u0301": false, "日本": false, "<b>&amp;": false,
		" Lisbon": true, "Lisbon\t": true, "Lis\u200bbon": true, "\ufeffLisbon": true, "two\u00a0words": true, "Lis\x02bon": true,
		"❤\ufe0f": true,
	} {
		alice, bob := newPair(t)
		alice.Start()
		alice.Ask("", secret)
		alice.Deliver()
		bob.Fill(map[int]string{-1: secret})
		for _, s := range []*side{alice, bob} {
			if got := strings.Contains(s.Host.Text(), "not visible"); got != unseen {
				t.Errorf("%q: told %s of it: %v", secret, s.Chat.Account, got)
			}
		}
		alice.Deliver()
		alice.Want(ui.Private)
		bob.Want(ui.Private)
	}
}

// TestSMPOffline loses the connection before each message of a verification. The buddy, who
// has no keys any more, then gets an answer to a query as ever.
func TestSMPOffline(t *testing.T) {
	for _, who := range []string{"who asks", "who answers", "who asks, at the answer"} {
		alice, bob := newPair(t)
		alice.Start()
		s, other := alice, bob
		switch who {
		case "who asks":
			alice.Host.Online = false
			alice.Ask("", "Lisbon")
		case "who answers":
			s, other = bob, alice
			alice.Ask("", "Lisbon")
			alice.Deliver()
			bob.Host.Online = false
			bob.Fill(map[int]string{-1: "Lisbon"})
		default:
			alice.Ask("", "Lisbon")
			alice.Deliver()
			bob.Fill(map[int]string{-1: "Lisbon"})
			alice.Host.Online = false
			alice.Deliver()
		}
		s.WantLine("Nothing could be sent to")
		s.Host.Online = true
		other.Restart()
		other.app.Command(other.Chat, "start")
		other.Deliver()
		s.Want(ui.Unverified)
		other.Want(ui.Unverified)
	}
}

// TestSMPFailureKeepsVerification gives a wrong answer after a right one.
func TestSMPFailureKeepsVerification(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.Verify()
	alice.Ask("q", "a")
	alice.Deliver()
	bob.Fill(map[int]string{-1: "b"})
	alice.Deliver()
	alice.Want(ui.Private)
	alice.WantLine("still verified")
}

// TestSMPBoth: both ask at the same time.
func TestSMPBoth(t *testing.T) {
	t.Run("secrets", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.Start()
		alice.Ask("", "Lisbon")
		bob.Ask("", "Lisbon")
		alice.Deliver()
		alice.Want(ui.Private)
		bob.Want(ui.Private)
		if len(alice.Host.Forms)+len(bob.Host.Forms) > 0 {
			t.Error("somebody is asked though both have answered")
		}
	})
	t.Run("dialog open", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.Start()
		bob.app.Do(bob.Chat, ui.Verify, 0)
		own := bob.Host.TakeForm()
		alice.Ask("", "Lisbon")
		alice.Deliver()
		own.Done(true, uitest.Answers(own, map[int]string{fieldHow: "1", fieldSecret: "Lisbon"}))
		if len(bob.Host.Forms) > 0 { // it may have waited for the other dialog
			t.Error("a question that has been answered is still asked")
		}
		alice.Deliver()
		alice.Want(ui.Private)
		bob.Want(ui.Private)
	})
	t.Run("own question meanwhile", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.Start()
		bob.app.Do(bob.Chat, ui.Verify, 0)
		own := bob.Host.TakeForm()
		alice.Ask("Where?", "Lisbon")
		alice.Deliver()
		question := bob.Host.TakeForm()
		own.Done(true, uitest.Answers(own, map[int]string{fieldHow: "0", fieldQuestion: "x", fieldAnswer: "y"}))
		bob.WantLine("Answer first")
		question.Done(true, uitest.Answers(question, map[int]string{-1: "Lisbon"}))
		alice.Deliver()
		alice.Want(ui.Private)
	})
	t.Run("questions", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.Start()
		alice.Ask("Where?", "Lisbon")
		bob.Ask("When?", "2019")
		alice.Deliver()
		// One of them has yielded and is asked.
		asked, other := alice, bob
		if len(bob.Host.Forms) > 0 {
			asked, other = bob, alice
		}
		right := map[*side]string{alice: "2019", bob: "Lisbon"}
		asked.Fill(map[int]string{-1: right[asked]})
		alice.Deliver()
		other.Want(ui.Private)
		asked.Want(ui.Unverified)
	})
}

// TestSMPDeclined cancels on either side.
func TestSMPDeclined(t *testing.T) {
	t.Run("answer", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.Start()
		for i := range maxDeclined + 1 {
			alice.Ask("q", "a")
			alice.Deliver()
			if i == maxDeclined {
				break
			}
			bob.Host.TakeForm().Done(false, nil)
			alice.Deliver()
			alice.WantLine("cancelled")
			alice.Want(ui.Unverified)
		}
		if len(bob.Host.Forms) > 0 {
			t.Error("a buddy can throw dialogs at the user for ever")
		}
		// The menu still leads to the question.
		bob.app.Do(bob.Chat, ui.Verify, 0)
		bob.Fill(map[int]string{-1: "a"})
		alice.Deliver()
		alice.Want(ui.Private)
	})
	t.Run("progress", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.Start()
		alice.Ask("q", "a")
		alice.Deliver()
		alice.LastProgress().Done()
		alice.WantLine("You cancelled the verification")
		alice.Deliver()
		bob.WantLine("cancelled")
		if len(bob.Host.Forms) > 0 {
			t.Error("the question is still on the screen")
		}
	})
	t.Run("empty", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.Start()
		alice.Ask(" ", "a")
		alice.WantLine("a field was empty")
		alice.Deliver()
		if len(bob.Host.Forms) > 0 {
			t.Error("an empty question was sent")
		}
	})
}

// TestSMPInterrupted ends or refreshes the conversation in the middle.
func TestSMPInterrupted(t *testing.T) {
	for name, interrupt := range map[string]ui.Action{"end": ui.End, "refresh": ui.StartOrRefresh} {
		t.Run(name, func(t *testing.T) {
			alice, bob := newPair(t)
			alice.Start()
			alice.Ask("q", "a")
			alice.Deliver()
			f := bob.Host.Forms[0]
			alice.app.Do(alice.Chat, interrupt, 0)
			alice.Deliver()
			if len(bob.Host.Forms) > 0 {
				t.Error("the question is still on the screen")
			}
			alice.WantLine("cancelled")
			bob.WantLine("cancelled")
			bob.Wire, alice.Wire = nil, nil
			f.Done(true, uitest.Answers(f, map[int]string{-1: "a"})) // from a window that is just going
			if len(alice.Wire) > 0 {
				t.Error("something was answered")
			}
		})
	}
}

// TestSMPWithoutWindow checks that a question waits until there is a window.
func TestSMPWithoutWindow(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	bob.Close()
	alice.Ask("Where?", "Lisbon")
	alice.Deliver()
	if len(bob.Host.Forms)+len(bob.Host.Windows) > 0 {
		t.Fatal("a buddy has opened a window")
	}
	bob.Open()
	bob.Fill(map[int]string{-1: "Lisbon"})
	alice.Deliver()
	alice.Want(ui.Private)
}

// TestSMPStale answers a dialog that is about a key no longer in use.
func TestSMPStale(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.app.Do(alice.Chat, ui.Verify, 0)
	f := alice.Host.TakeForm()
	if err := bob.Store.SetKey(ui.AccountOf(bob.Chat), uitest.TestKey(t, 2)); err != nil {
		t.Fatal(err)
	}
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	bob.Deliver()
	bob.Say("This is my new key.")
	bob.Deliver()
	alice.Host.Lines = nil
	f.Done(true, uitest.Answers(f, map[int]string{fieldHow: "0", fieldQuestion: "q", fieldAnswer: "a"}))
	alice.WantLine("changed while you")
	alice.Deliver()
	if len(bob.Host.Forms) > 0 {
		t.Error("another key was asked than the one that was shown")
	}
}

// TestSMPHostileQuestion shows what a buddy asks as text and nothing else.
func TestSMPHostileQuestion(t *testing.T) {
	alice, _ := newPair(t)
	conv, err := alice.app.enter(alice.Chat)
	if err != nil {
		t.Fatal(err)
	}
	alice.app.presenter.showAll(conv, []otr.Event{otr.SMPAsked{Question: strings.Repeat("x", 60000) + "\n\u202e<b>"}}, nil)
	f := alice.Host.TakeForm()
	if q := f.Fields[0].Value; len([]rune(q)) > maxQuestion+3 || strings.ContainsAny(q, "\n\u202e") {
		t.Errorf("question of %d characters: %.40q", len([]rune(q)), q)
	}
}
