// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/ui"
)

// TestProtectedByDefault has a keyring at the first start.
func TestProtectedByDefault(t *testing.T) {
	alice, _ := newKPair(t)
	fingerprint := alice.fingerprint(ui.AccountOf(alice.chat))
	alice.keyring.set(true)
	alice.begin()
	alice.isProtected(keystore.ByKeyring)
	q := alice.host.question()
	for _, part := range []string{"1 private key,", "pidgin-otr does not find them"} {
		if !strings.Contains(q.Text, part) {
			t.Errorf("no %q in %q", part, q.Text)
		}
	}
	q.Done(-1)

	// It is said once, and unlocked by itself from then on.
	alice.restart()
	if !alice.store.Locked() {
		t.Fatal("not locked")
	}
	alice.begin()
	if alice.store.Locked() || len(alice.host.questions)+len(alice.host.forms) > 0 || alice.fingerprint(ui.AccountOf(alice.chat)) != fingerprint {
		t.Errorf("locked %v, questions %+v", alice.store.Locked(), alice.host.questions)
	}

	// The way back is one button.
	alice.keys.tellProtected("", nil)
	alice.host.question().Done(0)
	alice.quiet()
	alice.isProtected(keystore.Plain)
	if p := alice.lastProgress(); p.Percent != 100 || !strings.Contains(p.Text, "plain files again") {
		t.Errorf("progress %+v", p)
	}
	alice.restart()
	alice.begin()
	alice.isProtected(keystore.Plain)
	if len(alice.host.questions)+len(alice.host.forms) > 0 {
		t.Error("asked again")
	}
}

// TestPassphraseOffered has no keyring: the offer comes when there is a key, and
// once.
func TestPassphraseOffered(t *testing.T) {
	_, bob, _ := newKeyless(t, nil)
	bob.keys.generate = goodKey(t)
	bob.begin()
	if len(bob.host.forms) > 0 {
		t.Fatal("offered before there is anything to protect")
	}
	bob.app.Do(bob.chat, ui.StartOrRefresh, 0)
	bob.quiet()
	f := bob.host.form()
	if !f.Unasked || strings.Contains(f.Text, "goes on being used") {
		t.Errorf("form %+v", f)
	}
	f.Done(false, nil)
	bob.isProtected(keystore.Plain)
	bob.restart()
	bob.begin()
	if len(bob.host.forms)+len(bob.host.questions) > 0 {
		t.Error("nags")
	}
}

// TestProtectionDialog goes through all choices.
func TestProtectionDialog(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, _ := newKPair(t)
	alice.host.prefs[prefProtection] = true
	choose := func(how string, first, second string) {
		t.Helper()
		alice.app.Command(alice.chat, "protect")
		alice.fill(map[int]string{protectHow: how, protectPassphrase: first, protectAgain: second})
	}
	choose("1", "sesame", "sesam")
	f := alice.host.form()
	if !strings.Contains(f.Text, "not the same") {
		t.Errorf("form %+v", f)
	}
	f.Done(false, nil)
	alice.isProtected(keystore.Plain)

	choose("1", "sesame", "sesame")
	if p := alice.lastProgress(); p.Percent == 100 {
		t.Error("done at once")
	}
	alice.isProtectedAfter(keystore.ByPassphrase)
	if p := alice.lastProgress(); p.Percent != 100 || !strings.Contains(p.Text, "no trace") {
		t.Errorf("progress %+v", p)
	}

	choose("0", "", "") // there is no keyring
	alice.isProtectedAfter(keystore.ByPassphrase)
	if p := alice.lastProgress(); !strings.Contains(p.Text, "did not answer") {
		t.Errorf("progress %+v", p)
	}
	alice.keyring.set(true)
	choose("0", "", "")
	alice.isProtectedAfter(keystore.ByKeyring)

	alice.app.Do(ui.Chat{}, ui.Settings, 0)
	alice.fill(map[int]string{-1: "1"})
	alice.fill(map[int]string{protectHow: "2"})
	alice.isProtectedAfter(keystore.Plain)
}

// TestProtectCancelled closes the dialog while the keyring is being waited for.
func TestProtectCancelled(t *testing.T) {
	alice, _ := newKPair(t)
	alice.keyring.set(true)
	alice.keyring.slow = make(chan struct{})
	alice.app.Do(ui.Chat{}, ui.ProtectKeys, 0)
	alice.fill(map[int]string{protectHow: "0"})
	alice.lastProgress().Done()
	alice.quiet()
	alice.isProtected(keystore.Plain)
	if len(alice.host.alerts) != 1 || !strings.Contains(alice.host.alerts[0], "Nothing has been changed") {
		t.Errorf("alerts %q", alice.host.alerts)
	}
}

// TestFound has pidgin-otr used in between.
func TestFound(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for name, test := range map[string]struct {
		button int
		known  bool
	}{"take over": {0, true}, "remove": {1, false}, "later": {2, false}} {
		t.Run(name, func(t *testing.T) {
			alice, _ := newKPair(t)
			f := testKey(t, 2).Fingerprint()
			alice.sealed()
			line := "bob@example.org\talice@example.org/Home\tprpl-jabber\t" + strings.ToLower(strings.ReplaceAll(f.String(), " ", "")) + "\tverified\n"
			file := filepath.Join(alice.dir, "otr.fingerprints")
			if err := os.WriteFile(file, []byte(line), 0o600); err != nil {
				t.Fatal(err)
			}
			alice.enter("sesame")
			q := alice.host.question()
			if !strings.Contains(q.Text, f.String()) {
				t.Errorf("question %q", q.Text)
			}
			q.Done(test.button)
			alice.quiet()
			trust, known := alice.store.Trust(ui.BuddyOf(alice.chat), f)
			if known != test.known || trust.Trusted() {
				t.Errorf("known %v, trust %q", known, trust)
			}
			_, err := os.Stat(file)
			if later := test.button == 2; later != (err == nil) {
				t.Errorf("the file: %v", err)
			}
			// Told once, unless it is in the way.
			alice.restart()
			alice.begin()
			alice.enter("sesame")
			if len(alice.host.questions) > 0 {
				t.Error("told again")
			}
			alice.keys.protect(keystore.Plain, "")
			alice.quiet()
			if asked := len(alice.host.questions) > 0; asked != (test.button == 2) {
				t.Errorf("asked %v; alerts %q", asked, alice.host.alerts)
			}
		})
	}
}

// TestDailyBackup has a day pass.
func TestDailyBackup(t *testing.T) {
	alice, _ := newKPair(t)
	alice.host.prefs[prefProtection] = true
	backups := func() int {
		files, err := filepath.Glob(filepath.Join(alice.dir, "otr.private_key.*.bak"))
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	alice.begin()
	if n := backups(); n != 1 {
		t.Fatalf("%d backups at the start", n)
	}
	alice.wait(24 * dayLook)
	alice.quiet()
	if n := backups(); n != 2 {
		t.Errorf("%d backups on the next day", n)
	}
}
