// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
)

// newChanged has Alice verify Bob, and then gives Bob another key.
func newChanged(t *testing.T) (alice, bob *side) {
	alice, bob = newPair(t)
	alice.start()
	alice.verify()
	alice.want(Private)
	alice.app.Do(alice.chat, End)
	bob.app.Do(bob.chat, End)
	alice.deliver()
	if err := bob.store.SetKey(account(bob.chat), testKey(t, 2)); err != nil {
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
	if l := alice.host.lines[len(alice.host.lines)-1]; l.kind != Warning || !strings.Contains(l.html, "this may not be Bob") {
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

	// Comparing, without a result.
	alice.host.question().Done(2)
	alice.host.form().Done(true, []string{"", "", "0"})
	held("after comparing without a result")

	alice.host.question().Done(1)
	if !alice.say("unverified") {
		t.Error("held back after the user decided to continue")
	}
	alice.deliver()
	if !slices.Equal(bob.heard, []string{"unverified"}) {
		t.Errorf("heard %q", bob.heard)
	}
	alice.want(Unverified)

	alice.app.Do(alice.chat, StartOrRefresh) // the same key is not asked about again
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
	alice.want(NotPrivate)
	bob.want(Finished)
}

func TestChangedKeyVerified(t *testing.T) {
	alice, _ := newChanged(t)
	alice.start()
	alice.verify() // from the menu, with the question still on the screen
	alice.want(Private)
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
	bob.app.Do(bob.chat, StartOrRefresh)
	bob.deliver()
	alice.want(Unverified)
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
	alice.want(Unverified)
	if len(bob.heard) > 0 || !slices.Equal(alice.host.returned, []string{"for Bob only"}) {
		t.Errorf("heard %q, returned %q", bob.heard, alice.host.returned)
	}
}

// TestStaleQuestion answers a question about a conversation that has gone.
func TestStaleQuestion(t *testing.T) {
	alice, bob := newChanged(t)
	alice.start()
	q := alice.host.question()
	if err := bob.store.SetKey(account(bob.chat), testKey(t, 3)); err != nil {
		t.Fatal(err)
	}
	bob.app.Do(bob.chat, End)
	bob.app.Do(bob.chat, StartOrRefresh)
	bob.deliver()
	q.Done(0)
	alice.want(Unverified) // what was asked about has ended already
	q.Done(1)
	if alice.say("secret") {
		t.Error("the answer for one key was taken for another")
	}
	q = alice.host.question()
	if !strings.Contains(q.Text, "pretends to be Bob") {
		t.Errorf("question %q", q.Text)
	}
}

func TestVerify(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	fingerprint := func(s *side) string { return s.store.Key(account(s.chat)).Fingerprint().String() }
	alice.app.Do(alice.chat, Verify)
	f := alice.host.form()
	if f.Fields[0].Value != fingerprint(bob) || f.Fields[1].Value != fingerprint(alice) ||
		!strings.Contains(f.Fields[0].Label, "bob@example.org") || !strings.Contains(f.Fields[1].Label, "alice@example.org/Home") {
		t.Errorf("fields %+v", f.Fields)
	}
	for _, answer := range []struct {
		ok     bool
		values []string
		want   Level
	}{
		{false, []string{"", "", "1"}, Unverified},
		{false, nil, Unverified},
		{true, nil, Unverified},
		{true, []string{"", "", "0"}, Unverified},
		{true, []string{"", "", "1"}, Private},
	} {
		f.Done(answer.ok, answer.values)
		alice.want(answer.want)
	}

	// Now that Bob is verified, OK without a thought leaves it so.
	alice.app.Do(alice.chat, Verify)
	f = alice.host.form()
	if !strings.Contains(f.Text, "already verified") {
		t.Errorf("text %q", f.Text)
	}
	f.Done(true, []string{"", "", "0"})
	alice.want(Private)
	f.Done(true, []string{"", "", "1"})
	alice.want(Unverified)
	alice.wantLine("no longer verified")

	alice.verify()
	alice.restart()
	if !slices.ContainsFunc(alice.store.Known(buddy(alice.chat)), func(k keystore.Known) bool { return k.Trust == "verified" }) {
		t.Error("the result was not saved")
	}
}

// TestVerifyStale changes the key while the dialog is open.
func TestVerifyStale(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	alice.app.Do(alice.chat, Verify)
	f := alice.host.form()
	if err := bob.store.SetKey(account(bob.chat), testKey(t, 2)); err != nil {
		t.Fatal(err)
	}
	bob.app.Do(bob.chat, StartOrRefresh)
	bob.deliver()
	alice.host.lines = nil
	f.Done(true, []string{"", "", "1"})
	alice.want(Unverified)
	alice.wantLine("nothing was saved")
	for i, key := range []*otr.PrivateKey{testKey(t, 1), testKey(t, 2)} {
		if trust, _ := alice.store.Trust(buddy(alice.chat), key.Fingerprint()); trust.Trusted() {
			t.Errorf("key %d has become verified", i)
		}
	}
}

// TestDialogsClose has open dialogs go with what they are about.
func TestDialogsClose(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	alice.app.Do(alice.chat, Verify)
	bob.app.Do(bob.chat, End)
	bob.deliver()
	if len(alice.host.forms) > 0 {
		t.Error("the dialog is still there")
	}
}
