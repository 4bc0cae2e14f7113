// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/keystore/foreign"
	"purple-otr/ui"
)

// TestImport takes over libotr's files, with a key and a fingerprint that clash.
func TestImport(t *testing.T) {
	theirs := func(t *testing.T) (alice, bob *kside, dir string) {
		alice, bob = newKPair(t)
		alice.host.prefs[prefProtection] = true
		alice.host.accounts = []keystore.Account{ui.AccountOf(alice.chat)}
		dir = t.TempDir()
		s, err := keystore.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		irc := keystore.Account{Protocol: "prpl-irc", Name: "alice@irc.example.org"}
		f := testKey(t, 1).Fingerprint()
		for _, err := range []error{
			s.SetKey(ui.AccountOf(alice.chat), testKey(t, 2)), s.SetKey(irc, testKey(t, 3)),
			s.SetTrust(ui.BuddyOf(alice.chat), f, keystore.Verified),
			s.SetTrust(keystore.Buddy{Account: irc, Peer: "bob"}, f, keystore.Verified),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := alice.store.Add(ui.BuddyOf(alice.chat), f); err != nil {
			t.Fatal(err)
		}
		return alice, bob, dir
	}
	for name, test := range map[string]struct {
		answers                map[int]string
		replaced, trusted, irc bool
	}{
		"as it is":        {nil, false, false, true},
		"replace":         {map[int]string{1: "1"}, true, true, true},
		"without belief":  {map[int]string{0: "", 1: "1"}, true, false, false},
		"nothing at last": {map[int]string{-1: "cancel"}, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			alice, bob, dir := theirs(t)
			alice.start()
			alice.app.Command(alice.chat, "import")
			alice.host.question().Done(1)
			alice.host.path(dir)
			alice.quiet()
			f := alice.host.form()
			for _, part := range []string{"2 private keys: 1 new, 1 different here", "2 of them verified"} {
				if !strings.Contains(f.Text, part) {
					t.Errorf("no %q in %q", part, f.Text)
				}
			}
			if n := len(f.Fields); n != 4 || f.Fields[2].Kind != ui.Show {
				t.Fatalf("fields %+v", f.Fields)
			}
			before := alice.fingerprint(ui.AccountOf(alice.chat))
			if test.answers[-1] != "" {
				f.Done(false, nil)
			} else {
				f.Done(true, answers(f, test.answers))
			}
			alice.quiet()
			alice.deliver()
			if replaced := alice.fingerprint(ui.AccountOf(alice.chat)) != before; replaced != test.replaced {
				t.Errorf("replaced: %v", replaced)
			} else if replaced {
				bob.want(ui.Finished)
			} else {
				alice.want(ui.Unverified)
			}
			known := testKey(t, 1).Fingerprint()
			if got := alice.app.trusted(alice.chat, known); got != test.trusted {
				t.Errorf("trusted: %v", got)
			}
			irc := ui.Chat{Protocol: "prpl-irc", Account: "alice@irc.example.org", Peer: "bob"}
			if got := alice.app.trusted(irc, known); got != test.irc {
				t.Errorf("trusted on IRC: %v", got)
			}
		})
	}
}

// TestNameAccounts takes over what another program has under other names.
func TestNameAccounts(t *testing.T) {
	here := keystore.Account{Protocol: "prpl-jabber", Name: "alice@example.org/Home"}
	irc := keystore.Account{Protocol: "prpl-irc", Name: "alice@irc.example.org"}
	nick := keystore.Account{Protocol: "prpl-irc", Name: "alice"}
	for name, test := range map[string]struct {
		choice string
		want   keystore.Account // that has the key of nick
	}{"the account": {"0", irc}, "as it is": {"1", nick}, "left out": {"2", keystore.Account{}}} {
		t.Run(name, func(t *testing.T) {
			alice := newKSide(t, here.Name, "bob@example.org")
			alice.host.accounts = []keystore.Account{here, irc}
			found := &foreign.Found{Unsure: []keystore.Account{nick}}
			for i, acc := range []keystore.Account{{Protocol: here.Protocol, Name: "alice@example.org/Adium"}, nick} {
				if err := found.Bundle.AddKey(acc, testKey(t, i+2)); err != nil {
					t.Fatal(err)
				}
			}
			alice.keys.nameAccounts(found)
			alice.fill(map[int]string{0: test.choice})
			alice.fill(nil)
			alice.quiet()
			want := []keystore.Account{here}
			if test.want != (keystore.Account{}) {
				want = append(want, test.want)
			}
			if got := alice.store.Accounts(); !slices.Equal(got, want) {
				t.Errorf("keys of %v, want %v", got, want)
			}
		})
	}
}

// TestImportNothing chooses what is of no use.
func TestImportNothing(t *testing.T) {
	alice, _ := newKPair(t)
	file := filepath.Join(t.TempDir(), "letter.txt")
	if err := os.WriteFile(file, []byte("Dear Bob"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, t.TempDir(), file + ".none"} {
		alice.host.alerts = nil
		alice.keys.importFrom(path)
		alice.quiet()
		if len(alice.host.alerts) != 1 || !strings.Contains(alice.host.alerts[0], "Nothing has been taken over") {
			t.Errorf("%s: alerts %q", path, alice.host.alerts)
		}
	}
	alice.keys.importFrom("") // nothing was chosen
	alice.quiet()
	if len(alice.host.alerts) != 1 || len(alice.host.forms) > 0 {
		t.Errorf("alerts %q", alice.host.alerts)
	}
}

// TestBackup makes a backup, loses everything, and restores it.
func TestBackup(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, _ := newKPair(t)
	alice.start()
	alice.verify()
	fingerprint := alice.fingerprint(ui.AccountOf(alice.chat))
	alice.app.Command(alice.chat, "backup")
	alice.fill(map[int]string{0: "one", 1: "two"})
	alice.fill(map[int]string{0: "sesame", 1: "sesame"})
	file := filepath.Join(t.TempDir(), "backup")
	alice.host.path(file)
	alice.quiet()
	if f := alice.host.form(); !strings.Contains(f.Text, file) {
		t.Fatalf("form %+v", f)
	}

	if err := os.RemoveAll(alice.dir); err != nil {
		t.Fatal(err)
	}
	alice.restart()
	alice.app.Command(alice.chat, "restore")
	alice.host.path(file)
	alice.quiet()
	alice.enter("simsalabim")
	if f := alice.host.forms[0]; !strings.Contains(f.Text, "not the passphrase") {
		t.Fatalf("form %+v", f)
	}
	alice.enter("sesame")
	alice.fill(nil)
	alice.quiet()
	if f := alice.host.form(); !strings.Contains(f.Heading, "have been taken over") {
		t.Errorf("form %+v", f)
	}
	if alice.fingerprint(ui.AccountOf(alice.chat)) != fingerprint || !alice.app.trusted(alice.chat, testKey(t, 1).Fingerprint()) {
		t.Error("something is missing")
	}
}
