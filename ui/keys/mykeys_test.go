// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// newKeys shows Alice her keys: one account with a key, one without.
func newKeys(t *testing.T) (alice, bob *side, table ui.Table) {
	alice, bob = newPair(t)
	alice.Host.Own = []keystore.Account{
		{Protocol: "prpl-jabber", Name: "alice@example.org/Home"},
		{Protocol: "prpl-irc", Name: "alice@irc.example.org"},
	}
	alice.keys.generate = func(io.Reader) (*otr.PrivateKey, error) { return uitest.TestKey(t, 3), nil }
	alice.app.Do(ui.Chat{}, ui.MyKeys, 0)
	return alice, bob, alice.Table()
}

// keyButtons is enabled without the buttons that are about no row.
func keyButtons(table ui.Table, id string) string {
	buttons := strings.TrimSuffix(uitest.Enabled(table, id), "Key protection, Import or back up")
	return strings.TrimSuffix(buttons, ", ")
}

func TestMyKeys(t *testing.T) {
	alice, _, table := newKeys(t)
	jabber, irc := alice.Host.Own[0], alice.Host.Own[1]
	rows := table.Rows()
	if len(rows) != 2 || rows[0].Cells[0] != "alice@example.org" || rows[0].Cells[2] != alice.Fingerprint(jabber) ||
		rows[1].Cells[1] != "IRC" || !strings.Contains(rows[1].Cells[2], "No key yet") {
		t.Fatalf("rows %q", rows)
	}
	if got := keyButtons(table, rows[0].ID); got != "Show, Replace, Delete" {
		t.Errorf("with a key: %s", got)
	}
	if got := keyButtons(table, rows[1].ID); got != "Create a key" {
		t.Errorf("without a key: %s", got)
	}
	uitest.Button(t, table, "Show").Do(rows[0].ID)
	if f := alice.Host.TakeForm(); f.Fields[0].Value != alice.Fingerprint(jabber) || !strings.HasPrefix(f.Fields[1].Value, "xmpp:alice@example.org?") {
		t.Errorf("form %+v", f)
	}

	uitest.Button(t, table, "Create").Do(rows[1].ID)
	if p := alice.LastProgress(); p.Percent == 100 || !strings.HasPrefix(p.Heading, "Creating a key") || !strings.Contains(table.Rows()[1].Cells[2], "Creating the key") || keyButtons(table, rows[1].ID) != "" {
		t.Errorf("progress %+v, can be pressed: %s", p, keyButtons(table, rows[1].ID))
	}
	alice.Host.RunPosted()
	if p := alice.LastProgress(); p.Percent != 100 || p.Icon != ui.SuccessIcon || !strings.Contains(p.Heading, "has been created") || table.Rows()[1].Cells[2] != alice.Fingerprint(irc) || alice.Fingerprint(irc) == "" {
		t.Errorf("progress %+v, rows %q", p, table.Rows())
	}
	alice.LastProgress().Done()
	if alice.Fingerprint(irc) == "" {
		t.Error("closing the result has removed the key")
	}
}

// TestMakeKeyCancelled checks that a cancelled key is discarded.
func TestMakeKeyCancelled(t *testing.T) {
	alice, _, table := newKeys(t)
	irc := alice.Host.Own[1]
	id := table.Rows()[1].ID
	uitest.Button(t, table, "Create").Do(id)
	alice.LastProgress().Done()
	alice.Host.RunPosted()
	if alice.Fingerprint(irc) != "" || keyButtons(table, id) != "Create a key" {
		t.Error("the key is there")
	}
}

// TestMakeKeyFails: the heading says so, and no longer that the key is being created.
func TestMakeKeyFails(t *testing.T) {
	alice, _, table := newKeys(t)
	alice.keys.generate = func(io.Reader) (*otr.PrivateKey, error) { return nil, errors.New("no luck") }
	uitest.Button(t, table, "Create").Do(table.Rows()[1].ID)
	alice.Host.RunPosted()
	if p := alice.LastProgress(); p.Percent != 100 || p.Icon != ui.WarningIcon || !strings.Contains(p.Heading, "has no key") {
		t.Errorf("progress %+v", p)
	}
}

func TestReplaceKey(t *testing.T) {
	alice, bob, table := newKeys(t)
	alice.Start()
	jabber := alice.Host.Own[0]
	id, before := table.Rows()[0].ID, alice.Fingerprint(jabber)
	uitest.Button(t, table, "Replace").Do(id)
	alice.Host.TakeQuestion().Done(1)
	if len(alice.Host.Progress) > 0 {
		t.Fatal("Cancel has begun it")
	}
	uitest.Button(t, table, "Replace").Do(id)
	alice.Host.TakeQuestion().Done(0)
	alice.Want(ui.Unverified) // until the new key is there
	alice.Host.RunPosted()
	alice.Deliver()
	alice.Want(ui.NotPrivate)
	bob.Want(ui.Finished)
	alice.WantLine("your key is being changed")
	p := alice.LastProgress()
	old, err := filepath.Glob(filepath.Join(alice.Dir, "otr.private_key.*.old"))
	if err != nil || len(old) != 1 || !strings.Contains(p.Text, filepath.Base(old[0])) {
		t.Errorf("old %q, progress %+v", old, p)
	}
	if now := alice.Fingerprint(jabber); now == before || now != uitest.TestKey(t, 3).Fingerprint().String() {
		t.Errorf("key %s, before %s", now, before)
	}
	bob.app.Do(bob.Chat, ui.End, 0)
	alice.Host.Lines = nil
	alice.Start()
	if got := bob.app.InUse()[0].Fingerprint.String(); got != alice.Fingerprint(jabber) {
		t.Error("the conversation uses the old key")
	}
}

func TestReplaceKeyFails(t *testing.T) {
	alice, _, table := newKeys(t)
	before := alice.Fingerprint(alice.Host.Own[0])
	alice.keys.generate = func(io.Reader) (*otr.PrivateKey, error) { return nil, errors.New("no luck") }
	uitest.Button(t, table, "Replace").Do(table.Rows()[0].ID)
	alice.Host.TakeQuestion().Done(0)
	alice.Host.RunPosted()
	if alice.Fingerprint(alice.Host.Own[0]) != before || len(alice.Host.Alerts) != 1 ||
		!strings.Contains(alice.Host.Alerts[0], "The old one is still in use") {
		t.Errorf("alerts %q", alice.Host.Alerts)
	}
	if got := keyButtons(table, table.Rows()[0].ID); got != "Show, Replace, Delete" {
		t.Errorf("afterwards: %s", got)
	}
}

func TestDeleteKey(t *testing.T) {
	alice, bob, table := newKeys(t)
	alice.Start()
	id := table.Rows()[0].ID
	uitest.Button(t, table, "Delete").Do(id)
	alice.Host.TakeQuestion().Done(-1)
	alice.Want(ui.Unverified)
	uitest.Button(t, table, "Delete").Do(id)
	alice.Host.TakeQuestion().Done(0)
	alice.Deliver()
	bob.Want(ui.Finished)
	if alice.Fingerprint(alice.Host.Own[0]) != "" || len(alice.Host.Alerts) != 1 || !strings.Contains(alice.Host.Alerts[0], ".old") {
		t.Errorf("alerts %q", alice.Host.Alerts)
	}
	if got := keyButtons(table, id); got != "Create a key" {
		t.Errorf("afterwards: %s", got)
	}
}

// TestMoveKeys: the button below the list offers to import, restore or back up.
func TestMoveKeys(t *testing.T) {
	alice, _, table := newKeys(t)
	choose := func(button int) {
		uitest.Button(t, table, "Import or back up").Do("")
		alice.Host.TakeQuestion().Done(button)
		alice.Quiet()
	}
	choose(3)
	choose(-1)
	if n := len(alice.Host.Forms) + len(alice.Host.Questions); n != 0 {
		t.Errorf("%d dialogs after cancelling", n)
	}
	choose(1)
	alice.Host.ChoosePath("")
	for button, want := range map[int]string{0: "Import keys", 2: "Back up keys"} {
		choose(button)
		var titles []string
		for _, f := range alice.Host.Forms {
			titles = append(titles, f.Title)
		}
		for _, q := range alice.Host.Questions {
			titles = append(titles, q.Title)
		}
		if len(titles) != 1 || titles[0] != want {
			t.Errorf("button %d opens %q", button, titles)
		}
		alice.Host.CloseDialogs(ui.Chat{})
	}
}
