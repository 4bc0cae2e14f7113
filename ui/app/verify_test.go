// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

func TestVerify(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	fingerprint := func(s *side) string { return s.Store.Key(ui.AccountOf(s.Chat)).Fingerprint().String() }
	alice.app.Do(alice.Chat, ui.Verify, 0)
	f := alice.Host.TakeForm()
	var shown []string
	for _, field := range f.Fields {
		if field.Kind == ui.Fingerprint {
			shown = append(shown, field.Label, field.Value)
		}
	}
	if len(shown) != 4 || shown[1] != fingerprint(bob) || shown[3] != fingerprint(alice) ||
		!strings.Contains(shown[0], "bob@example.org") || !strings.Contains(shown[2], "alice@example.org") {
		t.Errorf("fingerprints %q", shown)
	}
	for _, answer := range []struct {
		ok    bool
		given map[int]string
		want  ui.Level
	}{
		{false, uitest.Compared, ui.Unverified},
		{true, uitest.NotCompared, ui.Unverified},
		{true, map[int]string{-1: "1"}, ui.Unverified}, // on a page that is not shown
		{true, uitest.Compared, ui.Private},
	} {
		f.Done(answer.ok, uitest.Answers(f, answer.given))
		alice.Want(answer.want)
	}

	// Now that Bob is verified, OK without a choice keeps him verified.
	alice.app.Do(alice.Chat, ui.Verify, 0)
	f = alice.Host.TakeForm()
	if !strings.Contains(f.Text, "already verified") {
		t.Errorf("text %q", f.Text)
	}
	f.Done(true, uitest.Answers(f, uitest.NotCompared))
	alice.Want(ui.Private)
	f.Done(true, uitest.Answers(f, uitest.Compared))
	alice.Want(ui.Unverified)
	alice.WantLine("no longer verified")

	alice.Verify()
	alice.Restart()
	if !slices.ContainsFunc(alice.Store.Known(ui.BuddyOf(alice.Chat)), func(k keystore.Known) bool { return k.Trust == "verified" }) {
		t.Error("the result was not saved")
	}
}

// TestCompare verifies a key that is not in use.
func TestCompare(t *testing.T) {
	alice, _ := newPair(t)
	alice.Start()
	theirs := alice.app.conversations[alice.Chat].session.Status().Fingerprint
	alice.app.Do(alice.Chat, ui.End, 0)
	alice.Deliver()
	compare := func(want bool, ok bool, last string) {
		t.Helper()
		alice.app.Compare(alice.Chat, theirs)
		f := alice.Host.TakeForm()
		f.Done(ok, uitest.Answers(f, map[int]string{-1: last}))
		if got := alice.app.verifier.trusted(alice.Chat, theirs); got != want {
			t.Errorf("ok %v, %q: verified %v", ok, last, got)
		}
	}
	compare(false, false, "1")
	compare(false, true, "0")
	compare(true, true, "1")
	compare(true, true, "0")
	compare(false, true, "1")
	alice.app.Compare(alice.Chat, theirs)
	f := alice.Host.TakeForm()
	if err := alice.Store.Forget(ui.BuddyOf(alice.Chat), theirs); err != nil {
		t.Fatal(err)
	}
	f.Done(true, uitest.Answers(f, map[int]string{-1: "1"}))
	if _, known := alice.Store.Trust(ui.BuddyOf(alice.Chat), theirs); known {
		t.Error("a forgotten fingerprint is back")
	}
}

// TestVerifyStale changes the key while the dialog is open.
func TestVerifyStale(t *testing.T) {
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
	f.Done(true, uitest.Answers(f, uitest.Compared))
	alice.Want(ui.Unverified)
	alice.WantLine("nothing was saved")
	for i, key := range []*otr.PrivateKey{uitest.TestKey(t, 1), uitest.TestKey(t, 2)} {
		if trust, _ := alice.Store.Trust(ui.BuddyOf(alice.Chat), key.Fingerprint()); trust.Trusted() {
			t.Errorf("key %d has become verified", i)
		}
	}
}

// TestDialogsClose checks that dialogs close when the conversation that they are about
// ends.
func TestDialogsClose(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.app.Do(alice.Chat, ui.Verify, 0)
	bob.app.Do(bob.Chat, ui.End, 0)
	bob.Deliver()
	if len(alice.Host.Forms) > 0 {
		t.Error("the dialog is still there")
	}
}
