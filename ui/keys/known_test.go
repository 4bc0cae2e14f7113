// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

func TestKnownFingerprints(t *testing.T) {
	alice, bob := newPair(t)
	alice.app.Do(ui.Chat{}, ui.KnownFingerprints, 0)
	table := alice.Table()
	if rows := table.Rows(); len(rows) > 0 {
		t.Fatalf("rows %v", rows)
	}
	today := string(keystore.DayOf(alice.Clock))
	alice.Start()
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
		fp := bob.Store.Key(ui.AccountOf(bob.Chat)).Fingerprint().String()
		want = append([]string{"Bob (bob@example.org)", "alice@example.org (XMPP)"}, append(want, fp, today, today)...)
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("row %q, want %q", got, want)
		}
		return rows[0].ID
	}
	buttons := func(id, want string) {
		t.Helper()
		if got := uitest.Enabled(table, id); got != want {
			t.Errorf("can be pressed: %s; want %s", got, want)
		}
	}
	id := row("Unverified", "No")
	buttons(id, "Verify, Show, End conversation")
	buttons("", "")
	buttons("gone", "")

	uitest.Button(t, table, "Verify").Do(id)
	alice.Fill(map[int]string{-1: "1"})
	row("Private", "Yes")
	buttons(id, "Verify, Remove verification, Show, End conversation")

	uitest.Button(t, table, "Remove").Do(id)
	alice.Host.TakeQuestion().Done(1)
	row("Private", "Yes")
	uitest.Button(t, table, "Remove").Do(id)
	alice.Host.TakeQuestion().Done(0)
	row("Unverified", "No")

	uitest.Button(t, table, "Forget").Do(id)
	if len(alice.Host.Questions) > 0 {
		t.Error("a key in use can be forgotten")
	}
	bob.app.Do(bob.Chat, ui.End, 0)
	alice.Deliver()
	row("Finished", "No")
	buttons(id, "Verify, Show, Start conversation, End conversation, Forget")
	uitest.Button(t, table, "End").Do(id)
	alice.Want(ui.NotPrivate)
	row("Not in use", "No")
	buttons(id, "Verify, Show, Start conversation, Forget")
	uitest.Button(t, table, "Start").Do(id)
	alice.Deliver()
	row("Unverified", "No")

	uitest.Button(t, table, "Show").Do(id)
	f := alice.Host.TakeForm()
	if f.OK != "" || !strings.HasPrefix(f.Fields[1].Value, "xmpp:bob@example.org?otr-fingerprint=") {
		t.Errorf("form %+v", f)
	}
	f.Done(false, nil)

	alice.app.Do(alice.Chat, ui.End, 0)
	alice.Host.Online = false
	buttons(id, "Verify, Show, Forget")
	alice.Host.Online = true
	uitest.Button(t, table, "Forget").Do(id)
	alice.Host.TakeQuestion().Done(-1)
	row("Not in use", "No")
	uitest.Button(t, table, "Forget").Do(id)
	q := alice.Host.TakeQuestion()
	q.Done(0)
	if rows := table.Rows(); len(rows) > 0 {
		t.Errorf("rows %v", rows)
	}
	uitest.Button(t, table, "Verify").Do(id) // of a row that has gone
	if len(alice.Host.Forms) > 0 {
		t.Error("a row that has gone can be verified")
	}
}

// TestKnownSMP checks that the list says how a buddy was verified.
func TestKnownSMP(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.Ask("q", "a")
	alice.Deliver()
	bob.Fill(map[int]string{-1: "a"})
	alice.Deliver()
	alice.app.Do(ui.Chat{}, ui.KnownFingerprints, 0)
	if got := alice.Table().Rows()[0].Cells[3]; got != "By question or secret" {
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

// TestKnownMoved: the key was recorded under two XMPP resources that the account no longer
// has.
func TestKnownMoved(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	f := bob.Store.Key(ui.AccountOf(bob.Chat)).Fingerprint()
	for _, resource := range []string{"/Laptop", "/Work"} {
		other := ui.BuddyOf(alice.Chat)
		other.Name = other.Bare().Name + resource
		if err := alice.Store.SetTrust(other, f, keystore.Verified); err != nil {
			t.Fatal(err)
		}
	}
	alice.app.Do(ui.Chat{}, ui.KnownFingerprints, 0)
	table := alice.Table()
	rows := table.Rows()
	if len(rows) != 1 || rows[0].Cells[2] != "Private" || rows[0].Cells[3] != "Yes" {
		t.Fatalf("rows %v", rows)
	}
	id := rows[0].ID
	if got := uitest.Enabled(table, id); got != "Verify, Remove verification, Show, End conversation" {
		t.Errorf("can be pressed: %s", got)
	}
	uitest.Button(t, table, "Forget").Do(id)
	if len(table.Rows()) != 1 || len(alice.Host.Alerts) != 1 || !strings.Contains(alice.Host.Alerts[0], "in use") {
		t.Errorf("a key in use: alerts %q", alice.Host.Alerts)
	}
	uitest.Button(t, table, "End").Do(id)
	alice.Want(ui.NotPrivate)
	uitest.Button(t, table, "Forget").Do(id)
	q := alice.Host.TakeQuestion()
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0) // before the answer
	alice.Deliver()
	q.Done(0)
	if len(table.Rows()) != 1 || len(alice.Host.Alerts) != 2 {
		t.Errorf("a key in use again was forgotten: %q", alice.Host.Alerts)
	}
	alice.app.Do(alice.Chat, ui.End, 0)
	uitest.Button(t, table, "Forget").Do(id)
	alice.Host.TakeQuestion().Done(0)
	if rows := table.Rows(); len(rows) > 0 {
		t.Errorf("after forgetting under every resource: %v", rows)
	}
}
