// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// newIdentity saves a key of version 4 for an account.
func newIdentity(t *testing.T, s *keystore.Store, acc keystore.Account) *otr.IdentityKey {
	t.Helper()
	k, err := otr.GenerateIdentityKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Identities().Set(acc, k); err != nil {
		t.Fatal(err)
	}
	return k
}

// Where there are keys of version 4, the list of the user's keys has a row for each, and says
// what is of which version.
func TestMyIdentities(t *testing.T) {
	alice, _, before := newKeys(t)
	jabber, irc := alice.Host.Own[0], alice.Host.Own[1]
	if slices.Contains(before.Columns, "Version") {
		t.Errorf("columns %q", before.Columns)
	}
	k := newIdentity(t, alice.Store, jabber)
	former := keystore.Account{Protocol: "prpl-irc", Name: "former@irc.example.org"}
	newIdentity(t, alice.Store, former)
	if rows := before.Rows(); len(rows) < 2 || len(rows[0].Cells) != len(before.Columns) {
		t.Errorf("rows of the open table: %q", rows)
	}
	alice.app.Do(ui.Chat{}, ui.MyKeys, 0)
	table := alice.Table()
	rows := table.Rows()
	if len(rows) != 4 || !slices.Equal(table.Columns, []string{"Account", "Protocol", "Version", "Fingerprint"}) {
		t.Fatalf("columns %q, rows %q", table.Columns, rows)
	}
	for i, want := range [][]string{
		{"alice@example.org", "XMPP", "3", alice.Fingerprint(jabber)},
		{"alice@example.org", "XMPP", "4", k.Fingerprint().String()},
		{"alice@irc.example.org", "IRC", "3", "No key yet. It will be created when you need it."},
		{"former@irc.example.org", "IRC", "4", alice.Store.Identities().Key(former).Fingerprint().String()},
	} {
		if !slices.Equal(rows[i].Cells, want) {
			t.Errorf("row %q, want %q", rows[i].Cells, want)
		}
	}
	for i, want := range []string{"Show, Replace, Delete", "Show, Replace, Delete", "Create a key", "Show, Replace, Delete"} {
		if got := keyButtons(table, rows[i].ID); got != want {
			t.Errorf("row %d: %s, want %s", i, got, want)
		}
	}
	uitest.Button(t, table, "Show").Do(rows[1].ID)
	f := alice.Host.TakeForm()
	if got := f.Fields[0].Value; got != strings.Join(k.Fingerprint().Lines(), "\n") || strings.Count(got, "\n") != 3 {
		t.Errorf("shown %q", got)
	}
	if got, want := f.Fields[1].Value, "OTR4:"+strings.ReplaceAll(k.Fingerprint().String(), " ", ""); got != want {
		t.Errorf("code %q, want %q", got, want)
	}

	three := alice.Fingerprint(jabber)
	uitest.Button(t, table, "Replace").Do(rows[1].ID)
	q := alice.Host.TakeQuestion()
	if q.Heading != "Replace the key of alice@example.org (OTR 4)?" {
		t.Errorf("question %q", q.Heading)
	}
	q.Done(1)
	if alice.Store.Identities().Key(jabber).Fingerprint() != k.Fingerprint() {
		t.Error("replaced although the user has cancelled")
	}
	q.Done(0)
	if alice.Store.Identities().Key(jabber).Fingerprint() == k.Fingerprint() || alice.Fingerprint(jabber) != three {
		t.Error("not replaced, or the wrong one")
	}
	uitest.Button(t, table, "Delete").Do(rows[1].ID)
	alice.Host.TakeQuestion().Done(0)
	if alice.Store.Identities().Key(jabber) != nil || alice.Fingerprint(jabber) != three || alice.Store.Identities().Key(former) == nil {
		t.Error("not deleted, or the wrong one")
	}
	old, err := filepath.Glob(filepath.Join(alice.Dir, keystore.IdentitiesFile+".*.old"))
	if err != nil || len(old) != 2 || len(alice.Host.Alerts) != 2 || !strings.Contains(alice.Host.Alerts[0], filepath.Base(old[1])) {
		t.Errorf("copies %q, alerts %q", old, alice.Host.Alerts)
	}
	if alice.Store.Key(irc) != nil {
		t.Error("a key has been made")
	}
}

// A buddy with keys of both versions has two rows.
func TestKnownOfVersion4(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.app.Do(ui.Chat{}, ui.KnownFingerprints, 0)
	before := alice.Table()
	b := ui.BuddyOf(alice.Chat)
	three := bob.Store.Key(ui.AccountOf(bob.Chat)).Fingerprint()
	four := newIdentity(t, bob.Store, ui.AccountOf(bob.Chat)).Fingerprint()
	if err := alice.Store.SetTrust(b, three, keystore.Verified); err != nil {
		t.Fatal(err)
	}
	if done, err := alice.Store.Identities().CarryOver(b, three, four); err != nil || !done {
		t.Fatalf("%v, %v", done, err)
	}
	if rows := before.Rows(); slices.Contains(before.Columns, "Version") || len(rows) != 2 || len(rows[1].Cells) != len(before.Columns) {
		t.Errorf("the open table: %q, %q", before.Columns, rows)
	}
	alice.app.Do(ui.Chat{}, ui.KnownFingerprints, 0)
	table := alice.Table()
	rows := table.Rows()
	if len(rows) != 2 || table.Columns[versionColumn] != "Version" || len(rows[0].Cells) != len(table.Columns) {
		t.Fatalf("columns %q, rows %q", table.Columns, rows)
	}
	if got := rows[0].Cells[3:6]; !slices.Equal(got, []string{"Yes", "3", three.String()}) {
		t.Errorf("row %q", got)
	}
	if got := rows[1].Cells[2:6]; !slices.Equal(got, []string{"Not in use", "Carried over", "4", four.String()}) {
		t.Errorf("row %q", got)
	}
	uitest.Button(t, table, "Show").Do(rows[1].ID)
	if f := alice.Host.TakeForm(); f.Fields[0].Value != strings.Join(four.Lines(), "\n") || !strings.HasPrefix(f.Fields[1].Value, "OTR4:") {
		t.Errorf("form %+v", f)
	}
	uitest.Button(t, table, "Remove").Do(rows[1].ID)
	alice.Host.TakeQuestion().Done(0)
	if trust, _ := alice.Store.Trust(b, four); trust.Trusted() {
		t.Error("still verified")
	}
	if trust, _ := alice.Store.Trust(b, three); !trust.Trusted() {
		t.Error("the other key has lost its trust")
	}
	uitest.Button(t, table, "Forget").Do(rows[1].ID)
	alice.Host.TakeQuestion().Done(0)
	if rows := table.Rows(); len(rows) != 1 {
		t.Errorf("rows %q", rows)
	}
}

// A renamed account takes the key of version 4 along, although it has got another meanwhile.
func TestReplaceByFormerIdentity(t *testing.T) {
	alice, _, _ := newKeys(t)
	jabber := alice.Host.Own[0]
	old := keystore.Account{Protocol: "prpl-jabber", Name: "old@example.org/Home"}
	if err := alice.Store.SetKey(old, uitest.TestKey(t, 2)); err != nil {
		t.Fatal(err)
	}
	want := newIdentity(t, alice.Store, old).Fingerprint()
	newIdentity(t, alice.Store, jabber)
	alice.app.Do(ui.Chat{}, ui.MyKeys, 0)
	table := alice.Table()
	uitest.Button(t, table, "Replace").Do(table.Rows()[0].ID)
	q := alice.Host.TakeQuestion()
	if len(q.Buttons) != 3 {
		t.Fatalf("buttons %q", q.Buttons)
	}
	q.Done(0)
	if got := alice.Fingerprint(jabber); got != uitest.TestKey(t, 2).Fingerprint().String() {
		t.Errorf("key %s", got)
	}
	if got := alice.Store.Identities().Key(jabber).Fingerprint(); got != want {
		t.Errorf("key of version 4 %v, want %v", got, want)
	}
	if copies, err := filepath.Glob(filepath.Join(alice.Dir, keystore.IdentitiesFile+".*.old")); err != nil || len(copies) != 1 {
		t.Errorf("copies %q, %v", copies, err)
	}
}

// pref4 is where the user's wish for version 4 is stored.
const pref4 = "/plugins/core/purple-otr/version4"

// wantIdentity checks that an account has a key of version 4, or none, and returns it.
func (s *side) wantIdentity(step string, acc keystore.Account, want bool) *otr.IdentityKey {
	s.T.Helper()
	k := s.Store.Identities().Key(acc)
	if (k != nil) != want {
		s.T.Errorf("%s: %s has a key: %v", step, acc.Name, k != nil)
	}
	return k
}

// With version 4 on for everybody each account has a key: after the start, when it goes online, and
// after the keys have been unlocked. It stays the same, and no window appears.
func TestIdentitiesAreMade(t *testing.T) {
	for _, sealed := range []bool{false, true} {
		alice, _, _ := newKeys(t)
		jabber, irc := alice.Host.Own[0], alice.Host.Own[1]
		if sealed {
			alice.Sealed()
			alice.Enter("sesame")
		} else {
			alice.Host.Prefs["/plugins/core/purple-otr/protection-decided"] = true
			alice.Restart()
			alice.Begin()
		}
		alice.app.SignedOn(jabber.Protocol, jabber.Name)
		alice.wantIdentity("off", jabber, false)
		alice.Host.Prefs[pref4] = true
		alice.Restart()
		alice.Begin()
		if sealed {
			alice.wantIdentity("locked", jabber, false)
			alice.app.SignedOn(jabber.Protocol, jabber.Name)
			alice.wantIdentity("locked", jabber, false)
			alice.Enter("sesame")
		}
		first := alice.wantIdentity("started", jabber, true).Fingerprint()
		alice.wantIdentity("started", irc, true)
		added := keystore.Account{Protocol: "prpl-irc", Name: "alice@irc.example.net"}
		alice.Host.Own = append(alice.Host.Own, added)
		alice.wantIdentity("added", added, false)
		alice.app.SignedOn(added.Protocol, added.Name)
		alice.wantIdentity("online", added, true)
		alice.Restart()
		alice.Begin()
		if sealed {
			alice.Enter("sesame")
		}
		if k := alice.wantIdentity("started again", jabber, true); k.Fingerprint() != first {
			t.Errorf("sealed %v: another key", sealed)
		}
		if _, err := os.Stat(filepath.Join(alice.Dir, keystore.IdentitiesFile)); (err == nil) == sealed {
			t.Errorf("sealed %v: a plain file: %v", sealed, err)
		}
		if len(alice.Host.Progress)+len(alice.Host.Questions)+len(alice.Host.Forms)+len(alice.Host.Alerts) > 0 {
			t.Errorf("sealed %v: progress %+v, questions %+v, forms %+v, alerts %q", sealed,
				alice.Host.Progress, alice.Host.Questions, alice.Host.Forms, alice.Host.Alerts)
		}
	}
}

// A key that cannot be saved is not used. The user is told once, and again when they ask for one;
// buddies cause an attempt each ten minutes at most.
func TestIdentityNotSaved(t *testing.T) {
	alice, _, _ := newKeys(t)
	alice.Host.Own = alice.Host.Own[:1]
	acc := alice.Host.Own[0]
	path := filepath.Join(alice.Dir, keystore.IdentitiesFile)
	if err := os.WriteFile(path, []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	alice.Host.Prefs[pref4] = true
	alice.Restart()
	attempts := func() (n int) {
		for _, line := range alice.Host.Debugged {
			if strings.HasPrefix(line, "a key of version 4: ") {
				n++
			}
		}
		return n
	}
	told := func(step string, want, tried int) {
		t.Helper()
		if len(alice.Host.Questions) != want || attempts() != tried {
			t.Errorf("%s: questions %+v, %d attempts", step, alice.Host.Questions, attempts())
		}
		for _, q := range alice.Host.Questions {
			if !q.Unasked || q.Heading != "alice@example.org (OTR 4) has no key." || !strings.Contains(q.Text, "Reason: ") {
				t.Errorf("%s: question %+v", step, q)
			}
		}
		alice.Host.Questions = nil
	}
	alice.Begin()
	told("start", 1, 1)
	alice.Receive("?OTRv234?")
	told("a buddy asks", 0, 1)
	alice.Wait(retryTime)
	alice.app.SignedOn(acc.Protocol, acc.Name)
	told("later", 0, 2)
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	told("the user asks", 1, 3)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	alice.keys.Reload()
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	told("repaired", 0, 3)
	alice.wantIdentity("repaired", acc, true)
	if data, err := os.ReadFile(path); err != nil || !strings.Contains(string(data), acc.Name) {
		t.Errorf("the file is %q, %v", data, err)
	}
}

// Another program that uses the same folder has made the key meanwhile: both use that one.
func TestIdentityOfAnotherProgram(t *testing.T) {
	alice, _, _ := newKeys(t)
	acc := alice.Host.Own[0]
	other, err := keystore.OpenWith(alice.Dir, alice.Keyring, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	want := newIdentity(t, other, acc).Fingerprint()
	alice.keys.PrepareIdentity(acc, true)
	if k := alice.wantIdentity("made", acc, true); k.Fingerprint() != want {
		t.Error("another key")
	}
}

// Where the user restores a backup after the keys have been lost, its key of version 4 is not in the
// way of one that was made meanwhile.
func TestNoIdentityWhileRestoring(t *testing.T) {
	alice, _, _ := newKeys(t)
	acc := alice.Host.Own[0]
	alice.keys.restoring = true
	alice.keys.PrepareIdentity(acc, false)
	alice.wantIdentity("restoring", acc, false)
	alice.keys.restoring = false
	alice.keys.PrepareIdentity(acc, false)
	alice.wantIdentity("afterwards", acc, true)
}

// Where nothing else was, the user's own first key is not another program's.
func TestFirstKeyIsAnIdentity(t *testing.T) {
	alice := newSide(t, "alice@example.org/Home", "bob@example.org")
	acc := ui.AccountOf(alice.Chat)
	alice.Host.Own = []keystore.Account{acc}
	alice.Begin()
	alice.Host.Prefs[pref4] = true
	alice.app.SignedOn(acc.Protocol, acc.Name)
	alice.Quiet()
	alice.wantIdentity("online", acc, true)
	if alice.Host.Prefs[PrefPidginOTR] {
		t.Error("taken for a key of pidgin-otr")
	}
	if f := alice.Host.TakeForm(); !f.Unasked || !strings.HasPrefix(f.Text, "Your keys are in unencrypted files") {
		t.Errorf("form %+v", f)
	}
}
