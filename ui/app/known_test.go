// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
)

func TestKnownFingerprints(t *testing.T) {
	alice, bob := newKPair(t)
	alice.app.Do(ui.Chat{}, ui.KnownFingerprints, 0)
	table := alice.table()
	if rows := table.Rows(); len(rows) > 0 {
		t.Fatalf("rows %v", rows)
	}
	today := string(keystore.DayOf(alice.clock))
	alice.start()
	row := func(want ...string) string {
		t.Helper()
		rows := table.Rows()
		if len(rows) != 1 {
			t.Fatalf("rows %v", rows)
		}
		got := rows[0].Cells
		if len(got) != len(table.Columns) {
			t.Fatalf("%d cells, %d columns", len(got), len(table.Columns))
		}
		fp := bob.store.Key(ui.AccountOf(bob.chat)).Fingerprint().String()
		want = append([]string{"Bob (bob@example.org)", "alice@example.org (XMPP)"}, append(want, fp, today, today)...)
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("row %q, want %q", got, want)
		}
		return rows[0].ID
	}
	buttons := func(id, want string) {
		t.Helper()
		if got := enabled(table, id); got != want {
			t.Errorf("can be pressed: %s; want %s", got, want)
		}
	}
	id := row("Unverified", "No")
	buttons(id, "Verify, Show, End conversation")
	buttons("", "")
	buttons("gone", "")

	button(t, table, "Verify").Do(id)
	alice.fill(map[int]string{-1: "1"})
	row("Private", "Yes")
	buttons(id, "Verify, Not verified any more, Show, End conversation")

	button(t, table, "Not verified").Do(id)
	alice.host.question().Done(1)
	row("Private", "Yes")
	button(t, table, "Not verified").Do(id)
	alice.host.question().Done(0)
	row("Unverified", "No")

	button(t, table, "Forget").Do(id)
	if len(alice.host.questions) > 0 {
		t.Error("a key in use can be forgotten")
	}
	bob.app.Do(bob.chat, ui.End, 0)
	alice.deliver()
	row("Finished", "No")
	buttons(id, "Verify, Show, Start conversation, End conversation, Forget")
	button(t, table, "End").Do(id)
	alice.want(ui.NotPrivate)
	row("Not in use", "No")
	buttons(id, "Verify, Show, Start conversation, Forget")
	button(t, table, "Start").Do(id)
	alice.deliver()
	row("Unverified", "No")

	button(t, table, "Show").Do(id)
	f := alice.host.form()
	if f.OK != "" || !strings.HasPrefix(f.Fields[1].Value, "xmpp:bob@example.org?otr-fingerprint=") {
		t.Errorf("form %+v", f)
	}
	f.Done(false, nil)

	alice.app.Do(alice.chat, ui.End, 0)
	alice.host.online = false
	buttons(id, "Verify, Show, Forget")
	alice.host.online = true
	button(t, table, "Forget").Do(id)
	alice.host.question().Done(-1)
	row("Not in use", "No")
	button(t, table, "Forget").Do(id)
	q := alice.host.question()
	q.Done(0)
	if rows := table.Rows(); len(rows) > 0 {
		t.Errorf("rows %v", rows)
	}
	button(t, table, "Verify").Do(id) // of a row that has gone
	if len(alice.host.forms) > 0 {
		t.Error("a row that has gone can be verified")
	}
}

// TestKnownSMP says how somebody was verified.
func TestKnownSMP(t *testing.T) {
	alice, bob := newKPair(t)
	alice.start()
	alice.ask("q", "a")
	alice.deliver()
	bob.fill(map[int]string{-1: "a"})
	alice.deliver()
	alice.app.Do(ui.Chat{}, ui.KnownFingerprints, 0)
	if got := alice.table().Rows()[0].Cells[3]; got != "By question or secret" {
		t.Errorf("verified: %q", got)
	}
}

func TestKeyURI(t *testing.T) {
	f, err := otr.ParseFingerprint(strings.Repeat("AB", 20))
	if err != nil {
		t.Fatal(err)
	}
	digits := strings.Repeat("ab", 20)
	for acc, want := range map[keystore.Account]string{
		{Protocol: "prpl-jabber", Name: "alice@example.org/Home"}:    "xmpp:alice@example.org?otr-fingerprint=" + digits,
		{Protocol: "prpl-jabber", Name: "a%b&c?d=e/f@example.org/R"}: "xmpp:a%25b&c%3Fd=e?otr-fingerprint=" + digits,
		{Protocol: "prpl-jabber", Name: "a%b?c@example.org"}:         "xmpp:a%25b%3Fc@example.org?otr-fingerprint=" + digits,
		{Protocol: "prpl-jabber", Name: "example.org"}:               "xmpp:example.org?otr-fingerprint=" + digits,
		{Protocol: "prpl-irc", Name: "alice@irc.example.org"}:        strings.Repeat("AB", 20),
	} {
		if got := ui.KeyURI(acc, f); got != want {
			t.Errorf("%v: %q, want %q", acc, got, want)
		}
	}
}

// TestKnownMoved has the key recorded under two other XMPP resources than the
// account has now.
func TestKnownMoved(t *testing.T) {
	alice, bob := newKPair(t)
	alice.start()
	f := bob.store.Key(ui.AccountOf(bob.chat)).Fingerprint()
	for _, resource := range []string{"/Laptop", "/Work"} {
		other := ui.BuddyOf(alice.chat)
		other.Name = other.Bare().Name + resource
		if err := alice.store.SetTrust(other, f, keystore.Verified); err != nil {
			t.Fatal(err)
		}
	}
	alice.app.Do(ui.Chat{}, ui.KnownFingerprints, 0)
	table := alice.table()
	rows := table.Rows()
	if len(rows) != 1 || rows[0].Cells[2] != "Private" || rows[0].Cells[3] != "Yes" {
		t.Fatalf("rows %v", rows)
	}
	id := rows[0].ID
	if got := enabled(table, id); got != "Verify, Not verified any more, Show, End conversation" {
		t.Errorf("can be pressed: %s", got)
	}
	button(t, table, "Forget").Do(id)
	if len(table.Rows()) != 1 || len(alice.host.alerts) != 1 || !strings.Contains(alice.host.alerts[0], "in use") {
		t.Errorf("a key in use: alerts %q", alice.host.alerts)
	}
	button(t, table, "End").Do(id)
	alice.want(ui.NotPrivate)
	button(t, table, "Forget").Do(id)
	q := alice.host.question()
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0) // before the answer
	alice.deliver()
	q.Done(0)
	if len(table.Rows()) != 1 || len(alice.host.alerts) != 2 {
		t.Errorf("a key in use again was forgotten: %q", alice.host.alerts)
	}
	alice.app.Do(alice.chat, ui.End, 0)
	button(t, table, "Forget").Do(id)
	alice.host.question().Done(0)
	if rows := table.Rows(); len(rows) > 0 {
		t.Errorf("after forgetting under every resource: %v", rows)
	}
}
