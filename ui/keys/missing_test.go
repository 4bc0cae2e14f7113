// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
	"purple-otr/ui/text"
)

// press presses the button with that label.
func press(t *testing.T, q ui.Question, label string) {
	t.Helper()
	i := slices.Index(q.Buttons, label)
	if i < 0 {
		t.Fatalf("no button %q in %+v", label, q)
	}
	q.Done(i)
}

// robbed returns a side whose sealed store has been removed and replaced by a forged one,
// which says that an attacker's key is verified. With thorough, the daily backup is
// missing too.
func robbed(t *testing.T, how keystore.Protection, thorough bool) (s *side, own string, forged string) {
	t.Helper()
	s, _ = newPair(t)
	own = s.Fingerprint(ui.AccountOf(s.Chat))
	s.Keyring.SetReady(true)
	if _, err := s.Store.Protect(t.Context(), how, []byte("sesame")); err != nil {
		t.Fatal(err)
	}
	s.Host.Prefs[prefProtection] = true
	s.Restart()
	s.Begin()
	if how == keystore.ByPassphrase {
		s.Enter("sesame")
	}
	s.Quiet()
	gone := []string{"purple-otr.sealed"}
	if thorough {
		backups, _ := filepath.Glob(filepath.Join(s.Dir, "purple-otr.sealed.*.bak"))
		for _, b := range backups {
			gone = append(gone, filepath.Base(b))
		}
	}
	for _, name := range gone {
		if err := os.Remove(filepath.Join(s.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	mallory := uitest.TestKey(t, 3).Fingerprint()
	line := strings.Join([]string{s.Chat.Peer, s.Chat.Account, s.Chat.Protocol, strings.ToLower(strings.ReplaceAll(mallory.String(), " ", "")), "verified\n"}, "\t")
	if err := os.WriteFile(filepath.Join(s.Dir, "otr.fingerprints"), []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	return s, own, mallory.String()
}

// TestMissing removes the sealed file in each way, and takes the backup.
func TestMissing(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, how := range []keystore.Protection{keystore.ByKeyring, keystore.ByPassphrase} {
		for _, when := range []string{"not running", "locked", "unlocked"} {
			s, own, _ := robbed(t, how, false)
			switch when {
			case "not running":
				s.Restart()
				s.Begin()
			case "locked":
				s.Store.Lock()
				s.app.Do(ui.Chat{}, ui.UnlockKeys, 0)
				if how == keystore.ByPassphrase {
					s.Enter("sesame") // which is right
				}
			case "unlocked":
				s.app.Opened(s.Chat)
			}
			s.Quiet()
			if len(s.Host.Alerts) > 0 || len(s.Host.Forms) > 0 {
				t.Errorf("%d, %s: alerts %q, forms %+v", how, when, s.Host.Alerts, s.Host.Forms)
			}
			q := s.Host.TakeQuestion()
			if q.Heading != text.MissingHeading() || q.Buttons[0] != text.ButtonUseBackup() || !strings.Contains(q.Text, string(keystore.DayOf(s.Clock))) {
				t.Errorf("%d, %s: question %+v", how, when, q)
			}
			if known := s.Store.Known(ui.BuddyOf(s.Chat)); len(known) > 0 {
				t.Errorf("%d, %s: before the answer: %v", how, when, known)
			}
			press(t, q, text.ButtonUseBackup())
			s.Quiet()
			if how == keystore.ByPassphrase {
				s.Enter("sesame")
			}
			if s.IsProtectedBeside(how); s.Fingerprint(ui.AccountOf(s.Chat)) != own || s.Store.Locked() {
				t.Errorf("%d, %s: the key is not back; questions %+v", how, when, s.Host.Questions)
			}
		}
	}
}

// TestMissingIsRemembered has a thief who also removes the backups, and the preference or
// the keyring's entry.
func TestMissingIsRemembered(t *testing.T) {
	for _, by := range []string{"preference", "keyring"} {
		s, _, _ := robbed(t, keystore.ByKeyring, true)
		if by == "keyring" {
			delete(s.Host.Prefs, prefSealed)
			delete(s.Host.Prefs, prefProtection)
		} else {
			s.Keyring.SetReady(false)
		}
		s.Restart()
		s.Begin()
		q := s.Host.TakeQuestion()
		if q.Heading != text.MissingHeading() || slices.Contains(q.Buttons, text.ButtonUseBackup()) || !s.Store.Locked() {
			t.Errorf("%s: question %+v", by, q)
		}
		s.app.Do(s.Chat, ui.StartOrRefresh, 0) // makes no key
		s.Quiet()
		q.Done(-1)
		if len(s.Store.Accounts()) > 0 || len(s.Store.Known(ui.BuddyOf(s.Chat))) > 0 {
			t.Errorf("%s: keys %v", by, s.Store.Accounts())
		}
		// Starting over uses nothing that is there, and offers protection again.
		s.keys.generate = goodKey(t)
		s.Keyring.SetReady(true)
		s.app.Do(ui.Chat{}, ui.UnlockKeys, 0)
		press(t, s.Host.TakeQuestion(), text.ButtonStartOver())
		press(t, s.Host.TakeQuestion(), text.ButtonStartOver())
		s.Quiet()
		if s.Store.Locked() || len(s.Store.Known(ui.BuddyOf(s.Chat))) > 0 {
			t.Errorf("%s: after starting over: locked %v, known %v", by, s.Store.Locked(), s.Store.Known(ui.BuddyOf(s.Chat)))
		}
		s.app.Do(s.Chat, ui.StartOrRefresh, 0)
		s.Quiet()
		if got := s.Store.Protection(); got != keystore.ByKeyring {
			t.Errorf("%s: the new key is protected by %d; questions %+v", by, got, s.Host.Questions)
		}
	}
}

// TestWaiting has a keyring that takes its time. Nothing is read from plain files before it
// has answered, and nothing waits any longer if there is none.
func TestWaiting(t *testing.T) {
	s, _, forged := robbed(t, keystore.ByKeyring, true)
	delete(s.Host.Prefs, prefSealed)
	s.Keyring.Slow = make(chan struct{})
	s.Restart()
	s.keys.Begin()
	s.app.Do(ui.Chat{}, ui.UnlockKeys, 0)
	if !s.Store.Locked() || len(s.Store.Known(ui.BuddyOf(s.Chat))) > 0 || s.Host.Prefs[prefSealed] {
		t.Errorf("before the answer: known %v", s.Store.Known(ui.BuddyOf(s.Chat)))
	}
	if len(s.Host.Alerts)+len(s.Host.Questions)+len(s.Host.Forms) > 0 {
		t.Errorf("before the answer: alerts %q, questions %+v", s.Host.Alerts, s.Host.Questions)
	}
	close(s.Keyring.Slow)
	s.Quiet()
	if q := s.Host.TakeQuestion(); q.Heading != text.MissingHeading() || len(s.Store.Known(ui.BuddyOf(s.Chat))) > 0 {
		t.Errorf("question %+v", q)
	}

	*s.Keyring = uitest.Keyring{} // there is none
	s.Restart()
	s.Begin()
	s.Quiet()
	if known := s.Store.Known(ui.BuddyOf(s.Chat)); s.Store.Locked() || len(known) != 1 || known[0].Fingerprint.String() != forged {
		t.Errorf("without a keyring: locked %v, known %v", s.Store.Locked(), known)
	}
}

// TestPlainAdopted has a user who has removed the protection with another program.
func TestPlainAdopted(t *testing.T) {
	s, _, forged := robbed(t, keystore.ByKeyring, true)
	s.Restart()
	s.Begin()
	press(t, s.Host.TakeQuestion(), text.ButtonUsePlain())
	s.Quiet()
	known := s.Store.Known(ui.BuddyOf(s.Chat))
	if s.Store.Locked() || len(known) != 1 || known[0].Fingerprint.String() != forged {
		t.Errorf("locked %v, known %v", s.Store.Locked(), known)
	}
}

// TestOlder puts an older copy back while the program does not run.
func TestOlder(t *testing.T) {
	alice, _ := newPair(t)
	alice.Keyring.SetReady(true)
	if _, err := alice.Store.Protect(t.Context(), keystore.ByKeyring, nil); err != nil {
		t.Fatal(err)
	}
	alice.Host.Prefs[prefProtection] = true
	path := filepath.Join(alice.Dir, "purple-otr.sealed")
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f := uitest.TestKey(t, 3).Fingerprint()
	if err := alice.Store.SetTrust(ui.BuddyOf(alice.Chat), f, keystore.Verified); err != nil {
		t.Fatal(err)
	}
	alice.Quiet()
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	alice.Restart()
	alice.Begin()
	q := alice.Host.TakeQuestion()
	if q.Heading != text.OlderHeading() || !alice.Store.Locked() {
		t.Errorf("question %+v", q)
	}
	press(t, q, text.ButtonUseOlder())
	alice.Quiet()
	if alice.Store.Locked() || len(alice.Store.Known(ui.BuddyOf(alice.Chat))) > 0 {
		t.Errorf("locked %v, questions %+v", alice.Store.Locked(), alice.Host.Questions)
	}
	alice.Quiet()
	alice.Restart()
	if alice.Begin(); alice.Store.Locked() {
		t.Error("asked again at the next start")
	}
}

// TestKeyringLocked has a user who cancels the keyring's prompt, and tries again.
func TestKeyringLocked(t *testing.T) {
	alice, _ := newPair(t)
	alice.Keyring.SetLocked(true)
	alice.KeyringGone()
	q := alice.Host.TakeQuestion()
	if !strings.Contains(q.Text, "is locked") || slices.Contains(q.Buttons, text.ButtonStartOver()) {
		t.Errorf("question %+v", q)
	}
	alice.Keyring.SetReady(true)
	press(t, q, text.ButtonAgain())
	if alice.Quiet(); alice.Store.Locked() {
		t.Error("still locked")
	}
}

// TestOtherComputer opens the folder where the keyring has nothing, and takes a backup
// from a file.
func TestOtherComputer(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, _ := newPair(t)
	own := alice.Fingerprint(ui.AccountOf(alice.Chat))
	backup := filepath.Join(t.TempDir(), "keys.tar.age")
	alice.keys.transfer.backUp(backup, good)
	alice.Quiet()
	alice.Host.TakeForm().Done(false, nil)
	alice.Keyring.SetReady(true)
	if _, err := alice.Store.Protect(t.Context(), keystore.ByKeyring, nil); err != nil {
		t.Fatal(err)
	}
	alice.Host.Prefs = map[string]bool{prefProtection: true}
	*alice.Keyring = uitest.Keyring{}
	alice.Keyring.SetReady(true)
	alice.Restart()
	alice.Begin()
	q := alice.Host.TakeQuestion()
	if !strings.Contains(q.Text, text.OtherComputer()) || q.Buttons[0] != text.ButtonRestore() {
		t.Errorf("question %+v", q)
	}
	press(t, q, text.ButtonRestore())
	alice.Host.ChoosePath(backup)
	alice.Quiet()
	alice.Enter(good)
	if files, _ := filepath.Glob(filepath.Join(alice.Dir, "purple-otr.sealed.*.old")); len(files) != 1 {
		t.Errorf("set aside: %q", files)
	}
	for len(alice.Host.Forms) > 0 {
		f := alice.Host.TakeForm()
		f.Done(f.OK != "", make([]string, len(f.Fields)))
		alice.Quiet()
	}
	if got := alice.Fingerprint(ui.AccountOf(alice.Chat)); got != own {
		t.Errorf("the key is %q, want %q", got, own)
	}
}

// TestStartWhileWaiting has a user who starts a private conversation before the keyring has
// answered: it starts afterwards, and nobody speaks of locked keys.
func TestStartWhileWaiting(t *testing.T) {
	alice, bob := newPair(t)
	alice.Keyring.Slow = make(chan struct{})
	alice.Restart()
	alice.keys.Begin()
	if problem := alice.app.Command(alice.Chat, "start"); problem != "" || len(bob.Wire) > 0 {
		t.Errorf("before the answer: %q, %q", problem, bob.Wire)
	}
	close(alice.Keyring.Slow)
	alice.Quiet()
	if len(bob.Wire) != 1 || !strings.HasPrefix(bob.Wire[0], "?OTR") {
		t.Errorf("afterwards: %q", bob.Wire)
	}
}
