// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/ui"
)

// newChanged has Alice verify Bob, and then gives Bob another key.
func newChanged(t *testing.T) (alice, bob *side) {
	alice, bob = newPair(t)
	alice.start()
	alice.verify()
	alice.want(ui.Private)
	alice.app.Do(alice.chat, ui.End, 0)
	bob.app.Do(bob.chat, ui.End, 0)
	alice.deliver()
	if err := bob.store.SetKey(ui.AccountOf(bob.chat), testKey(t, 2)); err != nil {
		t.Fatal(err)
	}
	alice.host.lines, alice.host.returned, bob.heard = nil, nil, nil
	return alice, bob
}

func TestChangedKey(t *testing.T) {
	alice, bob := newChanged(t)
	alice.start()
	if !strings.Contains(alice.app.View(alice.chat).Tooltip, "different key") {
		t.Error("the tooltip does not mention it")
	}
	if l := alice.host.lines[len(alice.host.lines)-1]; l.kind != ui.Warning || !strings.Contains(l.html, "this may not be Bob") {
		t.Errorf("last line %+v", l)
	}
	held := func(text string) {
		t.Helper()
		alice.host.returned = nil
		if alice.say(text) || !slices.Equal(alice.host.returned, []string{text}) {
			t.Errorf("not held back: returned %q", alice.host.returned)
		}
	}
	held("before the answer")
	if n := len(alice.host.questions); n != 1 {
		t.Fatalf("%d questions on the screen", n)
	}
	alice.host.question().Done(-1)
	held("after closing the question")

	// Comparing, without a result. It is fingerprints that are compared.
	q := alice.host.question()
	if !q.Unasked || q.Icon != ui.WarningIcon {
		t.Errorf("question %+v", q)
	}
	q.Done(2)
	f := alice.host.form()
	if f.Fields[0].Kind != ui.Fingerprint || f.Fields[0].Value != testKey(t, 2).Fingerprint().String() {
		t.Errorf("asked for %+v", f.Fields[0])
	}
	f.Done(true, answers(f, nil))
	alice.wantLine("Nothing was verified")
	held("after comparing without a result")

	alice.host.question().Done(1)
	if !alice.say("unverified") {
		t.Error("held back after the user decided to continue")
	}
	alice.deliver()
	if !slices.Equal(bob.heard, []string{"unverified"}) {
		t.Errorf("heard %q", bob.heard)
	}
	alice.want(ui.Unverified)

	alice.app.Do(alice.chat, ui.StartOrRefresh, 0) // the same key is not asked about again
	alice.deliver()
	if len(alice.host.questions) > 0 {
		t.Error("asked again")
	}
}

func TestChangedKeyEnd(t *testing.T) {
	alice, bob := newChanged(t)
	alice.start()
	q := alice.host.question()
	q.Done(0)
	alice.deliver()
	alice.want(ui.NotPrivate)
	bob.want(ui.Finished)
}

func TestChangedKeyVerified(t *testing.T) {
	alice, _ := newChanged(t)
	alice.start()
	alice.verify() // from the menu, with the question still on the screen
	alice.want(ui.Private)
	if len(alice.host.questions) > 0 {
		t.Error("the question is still there")
	}
	if !alice.say("hello") {
		t.Error("held back though verified")
	}
}

// TestChangedKeyWithoutWindow asks only when a window opens.
func TestChangedKeyWithoutWindow(t *testing.T) {
	alice, bob := newChanged(t)
	alice.close()
	bob.app.Do(bob.chat, ui.StartOrRefresh, 0)
	bob.deliver()
	alice.want(ui.Unverified)
	if len(alice.host.questions)+len(alice.host.windows) > 0 {
		t.Fatal("somebody who pretends to be Bob has opened a window")
	}
	bob.say("hi, it's me")
	bob.deliver()
	alice.host.question().Done(-1)
	alice.wantLine("this may not be Bob")
}

// TestChangedKeyHeld does not let go of text that was meant for the verified key.
func TestChangedKeyHeld(t *testing.T) {
	alice, bob := newChanged(t)
	alice.host.prefs["/OTR/onlyprivate"] = true
	alice.say("for Bob only")
	alice.deliver()
	alice.want(ui.Unverified)
	if len(bob.heard) > 0 || !slices.Equal(alice.host.returned, []string{"for Bob only"}) {
		t.Errorf("heard %q, returned %q", bob.heard, alice.host.returned)
	}
}

// TestStaleQuestion answers a question about a conversation that has gone.
func TestStaleQuestion(t *testing.T) {
	alice, bob := newChanged(t)
	alice.start()
	q := alice.host.question()
	if err := bob.store.SetKey(ui.AccountOf(bob.chat), testKey(t, 3)); err != nil {
		t.Fatal(err)
	}
	bob.app.Do(bob.chat, ui.End, 0)
	bob.app.Do(bob.chat, ui.StartOrRefresh, 0)
	bob.deliver()
	q.Done(0)
	alice.want(ui.Unverified) // what was asked about has ended already
	q.Done(1)
	if alice.say("secret") {
		t.Error("the answer for one key was taken for another")
	}
	q = alice.host.question()
	if !strings.Contains(q.Text, "pretends to be Bob") {
		t.Errorf("question %q", q.Text)
	}
}
