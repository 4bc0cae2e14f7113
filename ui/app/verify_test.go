// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
)

func TestVerify(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	fingerprint := func(s *side) string { return s.store.Key(ui.AccountOf(s.chat)).Fingerprint().String() }
	alice.app.Do(alice.chat, ui.Verify, 0)
	f := alice.host.form()
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
		{false, compared, ui.Unverified},
		{true, notCompared, ui.Unverified},
		{true, map[int]string{-1: "1"}, ui.Unverified}, // on a page that is not shown
		{true, compared, ui.Private},
	} {
		f.Done(answer.ok, answers(f, answer.given))
		alice.want(answer.want)
	}

	// Now that Bob is verified, OK without a thought leaves it so.
	alice.app.Do(alice.chat, ui.Verify, 0)
	f = alice.host.form()
	if !strings.Contains(f.Text, "already verified") {
		t.Errorf("text %q", f.Text)
	}
	f.Done(true, answers(f, notCompared))
	alice.want(ui.Private)
	f.Done(true, answers(f, compared))
	alice.want(ui.Unverified)
	alice.wantLine("no longer verified")

	alice.verify()
	alice.restart()
	if !slices.ContainsFunc(alice.store.Known(ui.BuddyOf(alice.chat)), func(k keystore.Known) bool { return k.Trust == "verified" }) {
		t.Error("the result was not saved")
	}
}

// TestCompare verifies a key that is not in use.
func TestCompare(t *testing.T) {
	alice, _ := newPair(t)
	alice.start()
	theirs := alice.app.talks[alice.chat].session.Status().Fingerprint
	alice.app.Do(alice.chat, ui.End, 0)
	alice.deliver()
	compare := func(want bool, ok bool, last string) {
		t.Helper()
		alice.app.Compare(alice.chat, theirs)
		f := alice.host.form()
		f.Done(ok, answers(f, map[int]string{-1: last}))
		if got := alice.app.trusted(alice.chat, theirs); got != want {
			t.Errorf("ok %v, %q: verified %v", ok, last, got)
		}
	}
	compare(false, false, "1")
	compare(false, true, "0")
	compare(true, true, "1")
	compare(true, true, "0")
	compare(false, true, "1")
	alice.app.Compare(alice.chat, theirs)
	f := alice.host.form()
	if err := alice.store.Forget(ui.BuddyOf(alice.chat), theirs); err != nil {
		t.Fatal(err)
	}
	f.Done(true, answers(f, map[int]string{-1: "1"}))
	if _, known := alice.store.Trust(ui.BuddyOf(alice.chat), theirs); known {
		t.Error("a forgotten fingerprint is back")
	}
}

// TestVerifyStale changes the key while the dialog is open.
func TestVerifyStale(t *testing.T) {
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
	f.Done(true, answers(f, compared))
	alice.want(ui.Unverified)
	alice.wantLine("nothing was saved")
	for i, key := range []*otr.PrivateKey{testKey(t, 1), testKey(t, 2)} {
		if trust, _ := alice.store.Trust(ui.BuddyOf(alice.chat), key.Fingerprint()); trust.Trusted() {
			t.Errorf("key %d has become verified", i)
		}
	}
}

// TestDialogsClose has open dialogs go with what they are about.
func TestDialogsClose(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	alice.app.Do(alice.chat, ui.Verify, 0)
	bob.app.Do(bob.chat, ui.End, 0)
	bob.deliver()
	if len(alice.host.forms) > 0 {
		t.Error("the dialog is still there")
	}
}
