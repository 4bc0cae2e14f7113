// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
)

// newKeys shows Alice her keys: one account with a key, one without.
func newKeys(t *testing.T) (alice, bob *kside, table ui.Table) {
	alice, bob = newKPair(t)
	alice.host.accounts = []keystore.Account{
		{Protocol: "prpl-jabber", Name: "alice@example.org/Home"},
		{Protocol: "prpl-irc", Name: "alice@irc.example.org"},
	}
	alice.keys.generate = func(io.Reader) (*otr.PrivateKey, error) { return testKey(t, 3), nil }
	alice.app.Do(ui.Chat{}, ui.MyKeys, 0)
	return alice, bob, alice.table()
}

// keyButtons is enabled without the buttons that are about no row.
func keyButtons(table ui.Table, id string) string {
	buttons := strings.TrimSuffix(enabled(table, id), "Protection, Import or back up")
	return strings.TrimSuffix(buttons, ", ")
}

func TestMyKeys(t *testing.T) {
	alice, _, table := newKeys(t)
	jabber, irc := alice.host.accounts[0], alice.host.accounts[1]
	rows := table.Rows()
	if len(rows) != 2 || rows[0].Cells[0] != "alice@example.org" || rows[0].Cells[2] != alice.fingerprint(jabber) ||
		rows[1].Cells[1] != "IRC" || !strings.Contains(rows[1].Cells[2], "No key yet") {
		t.Fatalf("rows %q", rows)
	}
	if got := keyButtons(table, rows[0].ID); got != "Show, Replace, Delete" {
		t.Errorf("with a key: %s", got)
	}
	if got := keyButtons(table, rows[1].ID); got != "Make a key" {
		t.Errorf("without a key: %s", got)
	}
	button(t, table, "Show").Do(rows[0].ID)
	if f := alice.host.form(); f.Fields[0].Value != alice.fingerprint(jabber) || !strings.HasPrefix(f.Fields[1].Value, "xmpp:alice@example.org?") {
		t.Errorf("form %+v", f)
	}

	button(t, table, "Make").Do(rows[1].ID)
	if p := alice.lastProgress(); p.Percent == 100 || !strings.Contains(table.Rows()[1].Cells[2], "being made") || keyButtons(table, rows[1].ID) != "" {
		t.Errorf("progress %+v, can be pressed: %s", p, keyButtons(table, rows[1].ID))
	}
	alice.host.post()
	if p := alice.lastProgress(); p.Percent != 100 || table.Rows()[1].Cells[2] != alice.fingerprint(irc) || alice.fingerprint(irc) == "" {
		t.Errorf("progress %+v, rows %q", p, table.Rows())
	}
	alice.lastProgress().Done()
	if alice.fingerprint(irc) == "" {
		t.Error("closing the result has removed the key")
	}
}

// TestMakeKeyCancelled drops a key that nobody waits for any more.
func TestMakeKeyCancelled(t *testing.T) {
	alice, _, table := newKeys(t)
	irc := alice.host.accounts[1]
	id := table.Rows()[1].ID
	button(t, table, "Make").Do(id)
	alice.lastProgress().Done()
	alice.host.post()
	if alice.fingerprint(irc) != "" || keyButtons(table, id) != "Make a key" {
		t.Error("the key is there")
	}
}

func TestReplaceKey(t *testing.T) {
	alice, bob, table := newKeys(t)
	alice.start()
	jabber := alice.host.accounts[0]
	id, before := table.Rows()[0].ID, alice.fingerprint(jabber)
	button(t, table, "Replace").Do(id)
	alice.host.question().Done(1)
	if len(alice.host.progress) > 0 {
		t.Fatal("Cancel has begun it")
	}
	button(t, table, "Replace").Do(id)
	alice.host.question().Done(0)
	alice.want(ui.Unverified) // until the new key is there
	alice.host.post()
	alice.deliver()
	alice.want(ui.NotPrivate)
	bob.want(ui.Finished)
	alice.wantLine("your key is being changed")
	p := alice.lastProgress()
	old, err := filepath.Glob(filepath.Join(alice.dir, "otr.private_key.*.old"))
	if err != nil || len(old) != 1 || !strings.Contains(p.Text, filepath.Base(old[0])) {
		t.Errorf("old %q, progress %+v", old, p)
	}
	if now := alice.fingerprint(jabber); now == before || now != testKey(t, 3).Fingerprint().String() {
		t.Errorf("key %s, before %s", now, before)
	}
	bob.app.Do(bob.chat, ui.End, 0)
	alice.host.lines = nil
	alice.start()
	if got := bob.app.talks[bob.chat].session.Status().Fingerprint.String(); got != alice.fingerprint(jabber) {
		t.Error("the conversation uses the old key")
	}
}

func TestReplaceKeyFails(t *testing.T) {
	alice, _, table := newKeys(t)
	before := alice.fingerprint(alice.host.accounts[0])
	alice.keys.generate = func(io.Reader) (*otr.PrivateKey, error) { return nil, errors.New("no luck") }
	button(t, table, "Replace").Do(table.Rows()[0].ID)
	alice.host.question().Done(0)
	alice.host.post()
	if alice.fingerprint(alice.host.accounts[0]) != before || len(alice.host.alerts) != 1 ||
		!strings.Contains(alice.host.alerts[0], "The old one is still in use") {
		t.Errorf("alerts %q", alice.host.alerts)
	}
	if got := keyButtons(table, table.Rows()[0].ID); got != "Show, Replace, Delete" {
		t.Errorf("afterwards: %s", got)
	}
}

func TestDeleteKey(t *testing.T) {
	alice, bob, table := newKeys(t)
	alice.start()
	id := table.Rows()[0].ID
	button(t, table, "Delete").Do(id)
	alice.host.question().Done(-1)
	alice.want(ui.Unverified)
	button(t, table, "Delete").Do(id)
	alice.host.question().Done(0)
	alice.deliver()
	bob.want(ui.Finished)
	if alice.fingerprint(alice.host.accounts[0]) != "" || len(alice.host.alerts) != 1 || !strings.Contains(alice.host.alerts[0], ".old") {
		t.Errorf("alerts %q", alice.host.alerts)
	}
	if got := keyButtons(table, id); got != "Make a key" {
		t.Errorf("afterwards: %s", got)
	}
}
