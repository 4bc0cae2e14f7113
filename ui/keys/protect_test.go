// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
	"purple-otr/ui/text"
)

// good is a passphrase that is accepted without advice.
const good = "violet teapots sing loudly"

// TestProtectedByDefault: there is a keyring at the first start.
func TestProtectedByDefault(t *testing.T) {
	_, alice, _ := newKeyless(t, nil)
	alice.keys.generate = goodKey(t)
	alice.Keyring.SetReady(true)
	alice.Begin()
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Quiet()
	fingerprint := alice.Fingerprint(ui.AccountOf(alice.Chat))
	alice.IsProtected(keystore.ByKeyring)
	alice.Host.TakeQuestion().Done(-1)

	// The user is told once. From then on the keys are unlocked automatically.
	alice.Restart()
	if !alice.Store.Locked() {
		t.Fatal("not locked")
	}
	alice.Begin()
	if alice.Store.Locked() || len(alice.Host.Questions)+len(alice.Host.Forms) > 0 || alice.Fingerprint(ui.AccountOf(alice.Chat)) != fingerprint {
		t.Errorf("locked %v, questions %+v", alice.Store.Locked(), alice.Host.Questions)
	}

	// One button undoes it.
	alice.Host.Prefs[PrefPidginOTR] = true
	alice.keys.protector.tellProtected("", nil)
	alice.Host.TakeQuestion().Done(0)
	alice.Quiet()
	alice.IsProtected(keystore.Plain)
	if p := alice.LastProgress(); p.Percent != 100 || !strings.Contains(p.Heading, "now in unencrypted files") {
		t.Errorf("progress %+v", p)
	}
	alice.Restart()
	alice.Begin()
	alice.IsProtected(keystore.Plain)
	if len(alice.Host.Questions)+len(alice.Host.Forms) > 0 {
		t.Error("asked again")
	}
}

// TestAskedAboutPidginOTR: there are keys of pidgin-otr and a keyring at the first start. They
// are not changed before the user has been asked, and that once.
func TestAskedAboutPidginOTR(t *testing.T) {
	for button, want := range []keystore.Protection{keystore.ByKeyring, keystore.Plain} {
		alice, _ := newPair(t)
		alice.Keyring.SetReady(true)
		alice.Begin()
		alice.IsProtected(keystore.Plain)
		q := alice.Host.TakeQuestion()
		for _, part := range []string{"1 private key,", "pidgin-otr will not find your keys", "copying the folder will not be enough"} {
			if !q.Unasked || !strings.Contains(q.Text, part) {
				t.Errorf("no %q in %+v", part, q)
			}
		}
		q.Done(button)
		alice.IsProtectedAfter(want)
		alice.Restart()
		alice.Begin()
		if alice.IsProtected(want); len(alice.Host.Questions)+len(alice.Host.Forms) > 0 {
			t.Errorf("asked again: %+v", alice.Host.Questions)
		}
	}
}

// TestBackupOffered protects the keys in each way, and accepts the offer of a backup.
func TestBackupOffered(t *testing.T) {
	_, alice, _ := newKeyless(t, nil)
	alice.keys.generate = goodKey(t)
	alice.Keyring.SetReady(true)
	wantBackup := func() {
		t.Helper()
		if f := alice.Host.TakeForm(); f.Title != text.BackupTitle() {
			t.Errorf("form %+v", f)
		}
	}
	alice.Begin()
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Quiet()
	q := alice.Host.TakeQuestion()
	if q.Buttons[1] != text.ButtonBackUp() || !strings.Contains(q.Text, text.BackupAdvice()) {
		t.Fatalf("question %+v", q)
	}
	q.Done(1)
	wantBackup()
	for _, how := range []keystore.Protection{keystore.ByPassphrase, keystore.ByKeyring, keystore.Plain} {
		alice.keys.protector.protect(how, "sesame")
		alice.Quiet()
		p := alice.LastProgress()
		if offered := p.Again == text.ButtonBackUp() && strings.Contains(p.Text, text.BackupAdvice()); offered != (how != keystore.Plain) {
			t.Errorf("protected by %d: progress %+v", how, p)
		}
		if p.Again != "" {
			p.End(true)
			wantBackup()
		}
	}
}

// TestPassphraseOffered: there is no keyring. A passphrase is offered once, when there is a
// key.
func TestPassphraseOffered(t *testing.T) {
	_, bob, _ := newKeyless(t, nil)
	bob.keys.generate = goodKey(t)
	bob.Begin()
	if len(bob.Host.Forms) > 0 {
		t.Fatal("offered before there is anything to protect")
	}
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	bob.Quiet()
	f := bob.Host.TakeForm()
	if !f.Unasked || strings.Contains(f.Text, "have been kept") {
		t.Errorf("form %+v", f)
	}
	f.Done(false, nil)
	bob.IsProtected(keystore.Plain)
	bob.Restart()
	bob.Begin()
	if len(bob.Host.Forms)+len(bob.Host.Questions) > 0 {
		t.Error("nags")
	}
}

// TestPidginOTRIsNamed: dialogs mention pidgin-otr only to people who have or had it.
func TestPidginOTRIsNamed(t *testing.T) {
	for name, had := range map[string]bool{"its files are there at the first start": true, "no files": false} {
		t.Run(name, func(t *testing.T) {
			_, bob, _ := newKeyless(t, nil)
			bob.keys.generate = goodKey(t)
			if had {
				if err := bob.Store.SetKey(ui.AccountOf(bob.Chat), uitest.TestKey(t, 1)); err != nil {
					t.Fatal(err)
				}
			}
			named := func(where string, parts ...string) {
				t.Helper()
				if text := strings.Join(parts, " "); text == "" || strings.Contains(text, "pidgin-otr") != had {
					t.Errorf("%s: %q", where, text)
				}
			}
			bob.Begin()
			if !had {
				bob.app.Do(bob.Chat, ui.StartOrRefresh, 0) // makes a key
				bob.Quiet()
			}
			offer := bob.Host.TakeForm()
			named("the first question", offer.Heading, offer.Text)
			offer.Done(false, nil)

			bob.app.Do(ui.Chat{}, ui.ProtectKeys, 0)
			f := bob.Host.TakeForm()
			named("the text about protection", f.Text)
			named("the choices", f.Fields[protectHow].Options...)
			f.Done(false, nil)

			bob.keys.protector.tellProtected("", nil)
			q := bob.Host.TakeQuestion()
			named("what was done without asking", append(q.Buttons, q.Text)...)
			q.Done(0) // removes the protection, or opens the dialog
			bob.Quiet()
			if (len(bob.Host.Forms) > 0) == had {
				t.Errorf("forms %+v", bob.Host.Forms)
			}
			heading, body := bob.keys.protector.protected(keystore.Plain, nil)
			named("the result", heading, body)

			bob.app.Do(ui.Chat{}, ui.ImportKeys, 0)
			q = bob.Host.TakeQuestion()
			named("where keys can be imported from", q.Heading, q.Text)
			q.Done(-1)

			// Files that appear later are pidgin-otr's, too.
			bob.keys.askFound(keystore.Found{Files: []string{"otr.private_key"}}, true)
			q = bob.Host.TakeQuestion()
			named("what has been found", q.Heading, strings.ToLower(q.Text))
			if !bob.keys.protector.hadPidginOTR() {
				t.Error("its files were found, but that was not noted")
			}
		})
	}
}

// TestProtectionDialog goes through all choices.
func TestProtectionDialog(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, _ := newPair(t)
	alice.Host.Prefs[prefProtection] = true
	choose := func(how string, first, second string) {
		t.Helper()
		alice.app.Command(alice.Chat, "protect")
		alice.Fill(map[int]string{protectHow: how, protectPassphrase: first, protectAgain: second})
	}
	choose("1", good, good+"s")
	f := alice.Host.TakeForm()
	if !strings.Contains(f.Text, "not the same") {
		t.Errorf("form %+v", f)
	}
	f.Done(false, nil)
	alice.IsProtected(keystore.Plain)

	for easy, why := range map[string]string{"horse": "too short", "password123": "many people use it"} {
		choose("1", easy, easy)
		f := alice.Host.TakeForm()
		if !strings.Contains(f.Text, why) || !strings.Contains(f.Text, "at least four words") {
			t.Errorf("%s: form %+v", easy, f)
		}
		f.Done(false, nil)
		alice.IsProtected(keystore.Plain)
	}
	choose("1", good, good)
	if p := alice.LastProgress(); p.Percent == 100 {
		t.Error("done at once")
	}
	alice.IsProtectedAfter(keystore.ByPassphrase)
	if p := alice.LastProgress(); p.Percent != 100 || !strings.Contains(p.Text, "Traces") {
		t.Errorf("progress %+v", p)
	}

	choose("0", "", "") // there is no keyring
	alice.IsProtectedAfter(keystore.ByPassphrase)
	if p := alice.LastProgress(); !strings.Contains(p.Text, "did not answer") {
		t.Errorf("progress %+v", p)
	}
	alice.Keyring.SetReady(true)
	choose("0", "", "")
	alice.IsProtectedAfter(keystore.ByKeyring)

	choose("2", "", "")
	alice.IsProtectedAfter(keystore.Plain)
}

// TestProtectCancelled closes the dialog while the keyring has not answered.
func TestProtectCancelled(t *testing.T) {
	alice, _ := newPair(t)
	alice.Keyring.SetReady(true)
	alice.Keyring.Slow = make(chan struct{})
	alice.app.Do(ui.Chat{}, ui.ProtectKeys, 0)
	alice.Fill(map[int]string{protectHow: "0"})
	alice.LastProgress().Done()
	alice.Quiet()
	alice.IsProtected(keystore.Plain)
	if len(alice.Host.Alerts) != 1 || !strings.Contains(alice.Host.Alerts[0], "was not changed") {
		t.Errorf("alerts %q", alice.Host.Alerts)
	}
}

// TestFound: pidgin-otr was used meanwhile.
func TestFound(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for name, test := range map[string]struct {
		button int
		known  bool
	}{"import": {0, true}, "remove": {1, false}, "later": {2, false}} {
		t.Run(name, func(t *testing.T) {
			alice, _ := newPair(t)
			f := uitest.TestKey(t, 2).Fingerprint()
			alice.Sealed()
			line := "bob@example.org\talice@example.org/Home\tprpl-jabber\t" + strings.ToLower(strings.ReplaceAll(f.String(), " ", "")) + "\tverified\n"
			file := filepath.Join(alice.Dir, "otr.fingerprints")
			if err := os.WriteFile(file, []byte(line), 0o600); err != nil {
				t.Fatal(err)
			}
			alice.Enter("sesame")
			q := alice.Host.TakeQuestion()
			if !strings.Contains(q.Text, f.String()) {
				t.Errorf("question %q", q.Text)
			}
			q.Done(test.button)
			alice.Quiet()
			trust, known := alice.Store.Trust(ui.BuddyOf(alice.Chat), f)
			if known != test.known || trust.Trusted() {
				t.Errorf("known %v, trust %q", known, trust)
			}
			_, err := os.Stat(file)
			if later := test.button == 2; later != (err == nil) {
				t.Errorf("the file: %v", err)
			}
			// The user is told once, unless the files prevent what they want to do.
			alice.Restart()
			alice.Begin()
			alice.Enter("sesame")
			if len(alice.Host.Questions) > 0 {
				t.Error("told again")
			}
			alice.keys.protector.protect(keystore.Plain, "")
			alice.Quiet()
			if asked := len(alice.Host.Questions) > 0; asked != (test.button == 2) {
				t.Errorf("asked %v; alerts %q", asked, alice.Host.Alerts)
			}
		})
	}
}

// TestNoLocks uses a folder where files cannot be locked. The user is told once.
func TestNoLocks(t *testing.T) {
	for _, none := range []bool{true, false} {
		alice, _ := newPair(t)
		alice.Host.Prefs[prefProtection] = true
		for n := range 2 {
			alice.keys.noLocks = func() bool { return none }
			alice.Begin()
			if told := len(alice.Host.Questions) > 0; told != (none && n == 0) {
				t.Errorf("no locks %v, start %d: told %v", none, n, told)
			}
			if len(alice.Host.Questions) > 0 {
				if q := alice.Host.TakeQuestion(); !q.Unasked || q.Heading != text.NoLocksHeading() {
					t.Errorf("question %+v", q)
				}
			}
			alice.Restart()
		}
	}
}

// TestDailyBackup lets a day pass.
func TestDailyBackup(t *testing.T) {
	alice, _ := newPair(t)
	alice.Host.Prefs[prefProtection] = true
	backups := func() int {
		files, err := filepath.Glob(filepath.Join(alice.Dir, "otr.private_key.*.bak"))
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	alice.Begin()
	if n := backups(); n != 1 {
		t.Fatalf("%d backups at the start", n)
	}
	alice.Wait(24 * dayInterval)
	alice.Quiet()
	if n := backups(); n != 2 {
		t.Errorf("%d backups on the next day", n)
	}
}
