// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// newChanged makes a pair in which Alice has verified Bob, and then Bob gets another key.
func newChanged(t *testing.T) (alice, bob *side) {
	alice, bob = newPair(t)
	alice.Start()
	alice.Verify()
	alice.Want(ui.Private)
	alice.app.Do(alice.Chat, ui.End, 0)
	bob.app.Do(bob.Chat, ui.End, 0)
	alice.Deliver()
	if err := bob.Store.SetKey(ui.AccountOf(bob.Chat), uitest.TestKey(t, 2)); err != nil {
		t.Fatal(err)
	}
	alice.Host.Lines, alice.Host.Returned, bob.Heard = nil, nil, nil
	return alice, bob
}

func TestChangedKey(t *testing.T) {
	alice, bob := newChanged(t)
	alice.Start()
	if !strings.Contains(alice.app.View(alice.Chat).Tooltip, "not the one you verified") {
		t.Error("the tooltip does not mention it")
	}
	if l := alice.Host.Lines[len(alice.Host.Lines)-1]; l.Kind != ui.Warning || !strings.Contains(l.HTML, "the key of Bob has changed") {
		t.Errorf("last line %+v", l)
	}
	held := func(text string) {
		t.Helper()
		alice.Host.Returned = nil
		if alice.Say(text) || !slices.Equal(alice.Host.Returned, []string{text}) {
			t.Errorf("not held back: returned %q", alice.Host.Returned)
		}
	}
	held("before the answer")
	if n := len(alice.Host.Questions); n != 1 {
		t.Fatalf("%d questions on the screen", n)
	}
	alice.Host.TakeQuestion().Done(-1)
	held("after closing the question")

	// The user compares fingerprints, without a result.
	q := alice.Host.TakeQuestion()
	if !q.Unasked || q.Icon != ui.WarningIcon {
		t.Errorf("question %+v", q)
	}
	q.Done(2)
	f := alice.Host.TakeForm()
	if f.Fields[0].Kind != ui.Fingerprint || f.Fields[0].Value != uitest.TestKey(t, 2).Fingerprint().String() {
		t.Errorf("asked for %+v", f.Fields[0])
	}
	f.Done(true, uitest.Answers(f, nil))
	alice.WantLine("Nothing was verified")
	held("after comparing without a result")

	alice.Host.TakeQuestion().Done(1)
	if !alice.Say("unverified") {
		t.Error("held back after the user decided to continue")
	}
	alice.Deliver()
	if !slices.Equal(bob.Heard, []string{"unverified"}) {
		t.Errorf("heard %q", bob.Heard)
	}
	alice.Want(ui.Unverified)

	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0) // the same key is not asked about again
	alice.Deliver()
	if len(alice.Host.Questions) > 0 {
		t.Error("asked again")
	}
}

func TestChangedKeyEnd(t *testing.T) {
	alice, bob := newChanged(t)
	alice.Start()
	q := alice.Host.TakeQuestion()
	q.Done(0)
	alice.Deliver()
	alice.Want(ui.NotPrivate)
	bob.Want(ui.Finished)
}

func TestChangedKeyVerified(t *testing.T) {
	alice, _ := newChanged(t)
	alice.Start()
	alice.Verify() // from the menu, with the question still on the screen
	alice.Want(ui.Private)
	if len(alice.Host.Questions) > 0 {
		t.Error("the question is still there")
	}
	if !alice.Say("hello") {
		t.Error("held back though verified")
	}
}

// TestChangedKeyWithoutWindow checks that the question is asked only when a window opens.
func TestChangedKeyWithoutWindow(t *testing.T) {
	alice, bob := newChanged(t)
	alice.Close()
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	bob.Deliver()
	alice.Want(ui.Unverified)
	if len(alice.Host.Questions)+len(alice.Host.Windows) > 0 {
		t.Fatal("somebody who pretends to be Bob has opened a window")
	}
	bob.Say("hi, it's me")
	bob.Deliver()
	alice.Host.TakeQuestion().Done(-1)
	alice.WantLine("the key of Bob has changed")
}

// TestChangedKeyHeld checks that text meant for the verified key is not sent.
func TestChangedKeyHeld(t *testing.T) {
	alice, bob := newChanged(t)
	alice.Host.Prefs["/OTR/onlyprivate"] = true
	alice.Say("for Bob only")
	alice.Deliver()
	alice.Want(ui.Unverified)
	if len(bob.Heard) > 0 || !slices.Equal(alice.Host.Returned, []string{"for Bob only"}) {
		t.Errorf("heard %q, returned %q", bob.Heard, alice.Host.Returned)
	}
}

// TestStaleQuestion answers a question about a conversation that has ended.
func TestStaleQuestion(t *testing.T) {
	alice, bob := newChanged(t)
	alice.Start()
	q := alice.Host.TakeQuestion()
	if err := bob.Store.SetKey(ui.AccountOf(bob.Chat), uitest.TestKey(t, 3)); err != nil {
		t.Fatal(err)
	}
	bob.app.Do(bob.Chat, ui.End, 0)
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	bob.Deliver()
	q.Done(0)
	alice.Want(ui.Unverified) // what was asked about has ended already
	q.Done(1)
	if alice.Say("secret") {
		t.Error("the answer for one key was taken for another")
	}
	q = alice.Host.TakeQuestion()
	if !strings.Contains(q.Text, "pretending to be Bob") {
		t.Errorf("question %q", q.Text)
	}
}
