// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/keystore/foreign"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// TestImport imports libotr's files, with a key and a fingerprint that clash.
func TestImport(t *testing.T) {
	theirs := func(t *testing.T) (alice, bob *side, dir string) {
		alice, bob = newPair(t)
		alice.Host.Prefs[prefProtection] = true
		alice.Host.Own = []keystore.Account{ui.AccountOf(alice.Chat)}
		dir = t.TempDir()
		s, err := keystore.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		irc := keystore.Account{Protocol: "prpl-irc", Name: "alice@irc.example.org"}
		f := uitest.TestKey(t, 1).Fingerprint()
		for _, err := range []error{
			s.SetKey(ui.AccountOf(alice.Chat), uitest.TestKey(t, 2)), s.SetKey(irc, uitest.TestKey(t, 3)),
			s.SetTrust(ui.BuddyOf(alice.Chat), f, keystore.Verified),
			s.SetTrust(keystore.Buddy{Account: irc, Peer: "bob"}, f, keystore.Verified),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := alice.Store.Add(ui.BuddyOf(alice.Chat), f); err != nil {
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
			alice.Start()
			alice.app.Command(alice.Chat, "import")
			alice.Host.TakeQuestion().Done(1)
			alice.Host.ChoosePath(dir)
			alice.Quiet()
			f := alice.Host.TakeForm()
			for _, part := range []string{"2 private keys: 1 new, 1 different", "2 of them verified"} {
				if !strings.Contains(f.Text, part) {
					t.Errorf("no %q in %q", part, f.Text)
				}
			}
			if n := len(f.Fields); n != 4 || f.Fields[2].Kind != ui.Show {
				t.Fatalf("fields %+v", f.Fields)
			}
			before := alice.Fingerprint(ui.AccountOf(alice.Chat))
			if test.answers[-1] != "" {
				f.Done(false, nil)
			} else {
				f.Done(true, uitest.Answers(f, test.answers))
			}
			alice.Quiet()
			alice.Deliver()
			if replaced := alice.Fingerprint(ui.AccountOf(alice.Chat)) != before; replaced != test.replaced {
				t.Errorf("replaced: %v", replaced)
			} else if replaced {
				bob.Want(ui.Finished)
			} else {
				alice.Want(ui.Unverified)
			}
			known := uitest.TestKey(t, 1).Fingerprint()
			if got := alice.keys.trusted(alice.Chat, known); got != test.trusted {
				t.Errorf("trusted: %v", got)
			}
			irc := ui.Chat{Protocol: "prpl-irc", Account: "alice@irc.example.org", Peer: "bob"}
			if got := alice.keys.trusted(irc, known); got != test.irc {
				t.Errorf("trusted on IRC: %v", got)
			}
		})
	}
}

// TestNameAccounts imports files in which another program names accounts differently.
func TestNameAccounts(t *testing.T) {
	here := keystore.Account{Protocol: "prpl-jabber", Name: "alice@example.org/Home"}
	irc := keystore.Account{Protocol: "prpl-irc", Name: "alice@irc.example.org"}
	nick := keystore.Account{Protocol: "prpl-irc", Name: "alice"}
	for name, test := range map[string]struct {
		choice string
		want   keystore.Account // that has the key of nick
	}{"the account": {"0", irc}, "as it is": {"1", nick}, "left out": {"2", keystore.Account{}}} {
		t.Run(name, func(t *testing.T) {
			alice := newSide(t, here.Name, "bob@example.org")
			alice.Host.Own = []keystore.Account{here, irc}
			found := &foreign.Found{Unsure: []keystore.Account{nick}}
			for i, acc := range []keystore.Account{{Protocol: here.Protocol, Name: "alice@example.org/Adium"}, nick} {
				if err := found.Bundle.AddKey(acc, uitest.TestKey(t, i+2)); err != nil {
					t.Fatal(err)
				}
			}
			alice.keys.transfer.nameAccounts(found)
			alice.Fill(map[int]string{0: test.choice})
			alice.Fill(nil)
			alice.Quiet()
			want := []keystore.Account{here}
			if test.want != (keystore.Account{}) {
				want = append(want, test.want)
			}
			if got := alice.Store.Accounts(); !slices.Equal(got, want) {
				t.Errorf("keys of %v, want %v", got, want)
			}
		})
	}
}

// TestManyNames is asked about more accounts than one form has room for.
func TestManyNames(t *testing.T) {
	alice := newSide(t, "alice@example.org/Home", "bob@example.org")
	home := ui.AccountOf(alice.Chat)
	alice.Host.Own = []keystore.Account{home}
	found := new(foreign.Found)
	for i := range maxUnsure + 2 {
		acc := keystore.Account{Protocol: home.Protocol, Name: "name" + strconv.Itoa(i)}
		if i == 0 {
			acc.Protocol = "unknown" // any of the user's accounts
		}
		found.Unsure = append(found.Unsure, acc)
		c := keystore.Contact{Buddy: keystore.Buddy{Account: acc, Peer: "bob" + strconv.Itoa(i)}, Fingerprint: uitest.TestKey(t, 1).Fingerprint()}
		if err := found.Bundle.AddContact(c); err != nil {
			t.Fatal(err)
		}
	}
	alice.keys.transfer.nameAccounts(found)
	alice.Fill(map[int]string{1: "2"}) // the second one is left out
	if f := alice.Host.Forms[0]; len(f.Fields) != 2 {
		t.Errorf("the second form has %d fields", len(f.Fields))
	}
	alice.Fill(map[int]string{1: "2"}) // and so is the last one
	alice.Fill(nil)
	alice.Quiet()
	var got []string
	for _, b := range alice.Store.Buddies() {
		if b.Account == home {
			got = append(got, b.Peer)
		} else {
			t.Errorf("%v was not named", b.Account)
		}
	}
	if want := []string{"bob0", "bob2", "bob3", "bob4", "bob5", "bob6"}; !slices.Equal(got, want) {
		t.Errorf("buddies %q, want %q", got, want)
	}
}

// TestImportEncrypted asks for the passphrase of another program's file.
func TestImportEncrypted(t *testing.T) {
	alice, _ := newPair(t)
	const dir = "../../keystore/foreign/testdata/coyim-encrypted"
	alice.keys.transfer.importFrom(dir, false)
	alice.Quiet()
	alice.Host.TakeForm().Done(false, nil)
	alice.Quiet()
	if len(alice.Host.Forms) > 0 || len(alice.Host.Alerts) > 0 {
		t.Fatalf("forms %+v, alerts %q", alice.Host.Forms, alice.Host.Alerts)
	}
	alice.keys.transfer.importFrom(dir, false)
	alice.Quiet()
	if f := alice.Host.Forms[0]; !strings.Contains(f.Text, "accounts.json.enc") || f.Fields[0].Kind != ui.Secret {
		t.Fatalf("form %+v", f)
	}
	alice.Enter("Sesame")
	if f := alice.Host.Forms[0]; !strings.Contains(f.Text, "Wrong passphrase") {
		t.Fatalf("form %+v", f)
	}
	alice.Enter("sesame")
	if f := alice.Host.Forms[0]; !strings.Contains(f.Text, "1 fingerprint of a buddy: 1 new; 1 of them verified") {
		t.Fatalf("form %+v", f)
	}
}

// TestImportNothing chooses files that contain nothing to import.
func TestImportNothing(t *testing.T) {
	alice, _ := newPair(t)
	file := filepath.Join(t.TempDir(), "letter.txt")
	if err := os.WriteFile(file, []byte("Dear Bob"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, t.TempDir(), file + ".none"} {
		alice.Host.Alerts = nil
		alice.keys.transfer.importFrom(path, false)
		alice.Quiet()
		if len(alice.Host.Alerts) != 1 || !strings.Contains(alice.Host.Alerts[0], "Nothing was imported") {
			t.Errorf("%s: alerts %q", path, alice.Host.Alerts)
		}
	}
	alice.Host.Alerts = nil
	alice.app.Command(alice.Chat, "restore")
	alice.Host.ChoosePath(file)
	alice.Quiet()
	if len(alice.Host.Alerts) != 1 || !strings.Contains(alice.Host.Alerts[0], "Nothing was restored") {
		t.Errorf("alerts %q", alice.Host.Alerts)
	}
	alice.keys.transfer.importFrom("", false) // nothing was chosen
	alice.Quiet()
	if len(alice.Host.Alerts) != 1 || len(alice.Host.Forms) > 0 {
		t.Errorf("alerts %q", alice.Host.Alerts)
	}
}

// TestBackup makes a backup, loses everything, and restores it.
func TestBackup(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, _ := newPair(t)
	alice.Start()
	alice.Verify()
	fingerprint := alice.Fingerprint(ui.AccountOf(alice.Chat))
	alice.app.Command(alice.Chat, "backup")
	alice.Fill(map[int]string{0: "one", 1: "two"})
	alice.Fill(map[int]string{0: good, 1: good})
	file := filepath.Join(t.TempDir(), "backup")
	alice.Host.ChoosePath(file)
	alice.Quiet()
	if f := alice.Host.TakeForm(); !strings.Contains(f.Text, file) {
		t.Fatalf("form %+v", f)
	}

	if err := os.RemoveAll(alice.Dir); err != nil {
		t.Fatal(err)
	}
	alice.Restart()
	alice.app.Command(alice.Chat, "restore")
	alice.Host.ChoosePath(file)
	alice.Quiet()
	alice.Enter("simsalabim")
	if f := alice.Host.Forms[0]; !strings.Contains(f.Text, "Wrong passphrase") {
		t.Fatalf("form %+v", f)
	}
	alice.Enter(good)
	if f := alice.Host.Forms[0]; f.OK != "Restore" || !strings.HasPrefix(f.Heading, "Restore") {
		t.Errorf("form %+v", f)
	}
	alice.Fill(nil)
	alice.Quiet()
	if f := alice.Host.TakeForm(); !strings.Contains(f.Heading, "have been restored") {
		t.Errorf("form %+v", f)
	}
	if alice.Fingerprint(ui.AccountOf(alice.Chat)) != fingerprint || !alice.keys.trusted(alice.Chat, uitest.TestKey(t, 1).Fingerprint()) {
		t.Error("something is missing")
	}
}
