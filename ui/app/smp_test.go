// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/ui"
)

func TestSMP(t *testing.T) {
	for _, tt := range []struct {
		name, question, secret, answer string
		alice, bob                     ui.Level
		aliceSees, bobSees             string
	}{
		{"question", "Where did we meet?", "Lisbon", "Lisbon", ui.Private, ui.Unverified, "You have verified Bob", "Alice now knows that it is you"},
		{"spaces", "Where did we meet?", " Lisbon", "Lisbon\n", ui.Private, ui.Unverified, "You have verified Bob", "Alice now knows"},
		{"wrong answer", "Where did we meet?", "Lisbon", "Porto", ui.Unverified, ui.Unverified, "may not be Bob", "not the one that Alice expects"},
		{"secret", "", "Lisbon", "Lisbon", ui.Private, ui.Private, "You have verified Bob", "You have verified Alice"},
		{"wrong secret", "", "Lisbon", "lisbon", ui.Unverified, ui.Unverified, "may not be Bob", "may not be Alice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			alice, bob := newPair(t)
			alice.start()
			alice.ask(tt.question, tt.secret)
			alice.wantLine("has been asked")
			if p := alice.lastProgress(); p.Percent >= 100 || p.Button != "Cancel" {
				t.Errorf("progress %+v", p)
			}
			alice.deliver()
			f := bob.host.form()
			if !f.Unasked || tt.question != "" && f.Fields[0].Value != tt.question {
				t.Errorf("form %+v", f)
			}
			f.Done(true, answers(f, map[int]string{-1: tt.answer}))
			alice.deliver()
			alice.want(tt.alice)
			bob.want(tt.bob)
			for s, want := range map[*side]string{alice: tt.aliceSees, bob: tt.bobSees} {
				if p := s.lastProgress(); p.Percent != 100 || p.Button != "Close" || !strings.Contains(p.Text, want) {
					t.Errorf("%s: progress %+v", s.chat.Account, p)
				}
				s.wantLine(want)
				s.lastProgress().Done() // closing it changes nothing
			}
			alice.want(tt.alice)
			if len(alice.wire)+len(bob.wire) > 0 {
				t.Error("closing the result sent something")
			}
		})
	}
}

// TestSMPFailureKeepsVerification gives a wrong answer after a right one.
func TestSMPFailureKeepsVerification(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	alice.verify()
	alice.ask("q", "a")
	alice.deliver()
	bob.fill(map[int]string{-1: "b"})
	alice.deliver()
	alice.want(ui.Private)
	alice.wantLine("stays verified")
}

// TestSMPBoth has both ask at the same time.
func TestSMPBoth(t *testing.T) {
	t.Run("secrets", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.start()
		alice.ask("", "Lisbon")
		bob.ask("", "Lisbon")
		alice.deliver()
		alice.want(ui.Private)
		bob.want(ui.Private)
		if len(alice.host.forms)+len(bob.host.forms) > 0 {
			t.Error("somebody is asked though both have answered")
		}
	})
	t.Run("dialog open", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.start()
		bob.app.Do(bob.chat, ui.Verify, 0)
		own := bob.host.form()
		alice.ask("", "Lisbon")
		alice.deliver()
		bob.host.forms = nil
		own.Done(true, answers(own, map[int]string{fieldHow: "1", fieldSecret: "Lisbon"}))
		alice.deliver()
		alice.want(ui.Private)
		bob.want(ui.Private)
	})
	t.Run("own question meanwhile", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.start()
		bob.app.Do(bob.chat, ui.Verify, 0)
		own := bob.host.form()
		alice.ask("Where?", "Lisbon")
		alice.deliver()
		question := bob.host.form()
		own.Done(true, answers(own, map[int]string{fieldHow: "0", fieldQuestion: "x", fieldAnswer: "y"}))
		bob.wantLine("Answer first")
		question.Done(true, answers(question, map[int]string{-1: "Lisbon"}))
		alice.deliver()
		alice.want(ui.Private)
	})
	t.Run("questions", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.start()
		alice.ask("Where?", "Lisbon")
		bob.ask("When?", "2019")
		alice.deliver()
		// One of them has given way and is asked.
		asked, other := alice, bob
		if len(bob.host.forms) > 0 {
			asked, other = bob, alice
		}
		right := map[*side]string{alice: "2019", bob: "Lisbon"}
		asked.fill(map[int]string{-1: right[asked]})
		alice.deliver()
		other.want(ui.Private)
		asked.want(ui.Unverified)
	})
}

// TestSMPDeclined cancels on either side.
func TestSMPDeclined(t *testing.T) {
	t.Run("answer", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.start()
		for i := range maxDeclined + 1 {
			alice.ask("q", "a")
			alice.deliver()
			if i == maxDeclined {
				break
			}
			bob.host.form().Done(false, nil)
			alice.deliver()
			alice.wantLine("broken off")
			alice.want(ui.Unverified)
		}
		if len(bob.host.forms) > 0 {
			t.Error("a buddy can throw dialogs at the user for ever")
		}
		// The menu still leads to the question.
		bob.app.Do(bob.chat, ui.Verify, 0)
		bob.fill(map[int]string{-1: "a"})
		alice.deliver()
		alice.want(ui.Private)
	})
	t.Run("progress", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.start()
		alice.ask("q", "a")
		alice.deliver()
		alice.lastProgress().Done()
		alice.wantLine("You have broken it off")
		alice.deliver()
		bob.wantLine("broken off")
		if len(bob.host.forms) > 0 {
			t.Error("the question is still on the screen")
		}
	})
	t.Run("empty", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.start()
		alice.ask(" ", "a")
		alice.wantLine("a field was empty")
		alice.deliver()
		if len(bob.host.forms) > 0 {
			t.Error("an empty question was sent")
		}
	})
}

// TestSMPInterrupted ends or refreshes the conversation in the middle.
func TestSMPInterrupted(t *testing.T) {
	for name, interrupt := range map[string]ui.Action{"end": ui.End, "refresh": ui.StartOrRefresh} {
		t.Run(name, func(t *testing.T) {
			alice, bob := newPair(t)
			alice.start()
			alice.ask("q", "a")
			alice.deliver()
			f := bob.host.forms[0]
			alice.app.Do(alice.chat, interrupt, 0)
			alice.deliver()
			if len(bob.host.forms) > 0 {
				t.Error("the question is still on the screen")
			}
			alice.wantLine("broken off")
			bob.wantLine("broken off")
			bob.wire, alice.wire = nil, nil
			f.Done(true, answers(f, map[int]string{-1: "a"})) // from a window that is just going
			if len(alice.wire) > 0 {
				t.Error("something was answered")
			}
		})
	}
}

// TestSMPWithoutWindow keeps the question until there is a window.
func TestSMPWithoutWindow(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	bob.close()
	alice.ask("Where?", "Lisbon")
	alice.deliver()
	if len(bob.host.forms)+len(bob.host.windows) > 0 {
		t.Fatal("a buddy has opened a window")
	}
	bob.open()
	bob.fill(map[int]string{-1: "Lisbon"})
	alice.deliver()
	alice.want(ui.Private)
}

// TestSMPStale answers a dialog that is about a key no longer in use.
func TestSMPStale(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	alice.app.Do(alice.chat, ui.Verify, 0)
	f := alice.host.form()
	if err := bob.store.SetKey(ui.AccountOf(bob.chat), testKey(t, 2)); err != nil {
		t.Fatal(err)
	}
	bob.app.Do(bob.chat, ui.StartOrRefresh, 0)
	bob.deliver()
	bob.say("This is my new key.")
	bob.deliver()
	alice.host.lines = nil
	f.Done(true, answers(f, map[int]string{fieldHow: "0", fieldQuestion: "q", fieldAnswer: "a"}))
	alice.wantLine("changed while you")
	alice.deliver()
	if len(bob.host.forms) > 0 {
		t.Error("another key was asked than the one that was shown")
	}
}

// TestSMPHostileQuestion shows what a buddy asks as text and nothing else.
func TestSMPHostileQuestion(t *testing.T) {
	alice, _ := newPair(t)
	talk, err := alice.app.enter(alice.chat)
	if err != nil {
		t.Fatal(err)
	}
	alice.app.show(talk, otr.SMPAsked{Question: strings.Repeat("x", 60000) + "\n\u202e<b>"}, nil)
	f := alice.host.form()
	if q := f.Fields[0].Value; len([]rune(q)) > maxQuestion+3 || strings.ContainsAny(q, "\n\u202e") {
		t.Errorf("question of %d characters: %.40q", len([]rune(q)), q)
	}
}
