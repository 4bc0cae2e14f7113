// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"io"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// oldAccount is one that Bob had before; see newRenamed.
var oldAccount = keystore.Account{Protocol: "prpl-jabber", Name: "robert@example.org/Home"}

// newRenamed connects Alice with Bob, whose account has no key. There is a key of an
// account that Bob no longer has, and Bob has verified Alice with it.
func newRenamed(t *testing.T) (alice, bob *side) {
	t.Helper()
	alice, bob, _ = newKeyless(t, nil)
	bob.Host.Own = []keystore.Account{ui.AccountOf(bob.Chat)}
	bob.Host.Prefs[prefProtection] = true
	bob.keys.generate = goodKey(t)
	if err := bob.Store.SetKey(oldAccount, uitest.TestKey(t, 2)); err != nil {
		t.Fatal(err)
	}
	f := uitest.TestKey(t, 0).Fingerprint()
	if err := bob.Store.SetTrust(keystore.Buddy{Account: oldAccount, Peer: bob.Chat.Peer}, f, keystore.Verified); err != nil {
		t.Fatal(err)
	}
	if err := bob.Store.SetKey(keystore.Account{Protocol: "prpl-irc", Name: "bob"}, uitest.TestKey(t, 3)); err != nil {
		t.Fatal(err) // cannot be used here
	}
	return alice, bob
}

// TestOrphan: the user of a renamed account starts a private conversation. Before a key is
// made, the user is asked about the old one, and the buddy's answer waits.
func TestOrphan(t *testing.T) {
	for name, test := range map[string]struct {
		button int
		key    int // -1: none
	}{"take over": {0, 2}, "make a new one": {1, 1}, "not now": {2, -1}} {
		t.Run(name, func(t *testing.T) {
			alice, bob := newRenamed(t)
			bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
			bob.Deliver()
			q := bob.Host.TakeQuestion()
			if len(q.Buttons) != 3 || !strings.Contains(q.Buttons[0], "robert@example.org") {
				t.Errorf("buttons %q", q.Buttons)
			}
			bob.WantKey(-1)
			q.Done(test.button)
			bob.Quiet()
			bob.Deliver()
			bob.WantKey(test.key)
			if len(bob.Host.Questions) > 0 {
				t.Errorf("asked again: %+v", bob.Host.Questions)
			}
			switch test.key {
			case -1:
				alice.Want(ui.NotPrivate)
				alice.WantLine("not possible at the moment")
				bob.app.Do(bob.Chat, ui.StartOrRefresh, 0) // asked again
				bob.Host.TakeQuestion()
			case 1:
				alice.Want(ui.Unverified)
				bob.Want(ui.Unverified)
			case 2:
				alice.Want(ui.Unverified)
				bob.Want(ui.Private)
			}
		})
	}
}

// TestOrphanIgnored: the user does not answer while the buddy waits, and chooses the old
// key later, which is another question then.
func TestOrphanIgnored(t *testing.T) {
	alice, bob := newRenamed(t)
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	bob.Deliver()
	bob.Wait(orphanTime)
	bob.Quiet()
	bob.Deliver()
	bob.WantKey(1)
	alice.Want(ui.Unverified)
	bob.Want(ui.Unverified)
	bob.Host.TakeQuestion().Done(0)
	bob.WantKey(1)
	bob.Host.TakeQuestion().Done(0)
	bob.Deliver()
	bob.WantKey(2)
}

// TestOrphanAtBuddysStart: a buddy or a stranger starts, with or without a window. A new
// key is made and the exchange continues. The old key is offered once, and later in the
// list of keys.
func TestOrphanAtBuddysStart(t *testing.T) {
	uitest.Everybody(t, func(t *testing.T, open, stranger bool) {
		alice, bob := newRenamed(t)
		bob.Meets(open, stranger)
		alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
		alice.Deliver()
		bob.Quiet()
		alice.Deliver()
		bob.WantKey(1)
		alice.Want(ui.Unverified)
		bob.Want(ui.Unverified)
		q := bob.Host.TakeQuestion()
		if !q.Unasked || len(q.Buttons) != 2 || !strings.Contains(q.Buttons[0], "robert@example.org") ||
			!strings.Contains(q.Text, "conversations of this account will end") {
			t.Errorf("question %+v", q)
		}
		q.Done(1)
		bob.WantKey(1)

		bob.app.Do(ui.Chat{}, ui.MyKeys, 0)
		table := bob.Table()
		uitest.Button(t, table, "Replace").Do(accountID(ui.AccountOf(bob.Chat)))
		bob.Host.TakeQuestion().Done(0)
		bob.WantKey(2)
		bob.Deliver()
		alice.Want(ui.Finished)
		bob.Want(ui.NotPrivate)
		if len(bob.Host.Alerts) != 1 || !strings.Contains(bob.Host.Alerts[0], "old key") {
			t.Errorf("alerts %q", bob.Host.Alerts)
		}
		alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
		alice.Deliver()
		alice.Want(ui.Unverified)
		bob.Want(ui.Private)
		// No key is left to use.
		uitest.Button(t, table, "Replace").Do(accountID(ui.AccountOf(bob.Chat)))
		if q := bob.Host.TakeQuestion(); len(q.Buttons) != 2 {
			t.Errorf("buttons %q", q.Buttons)
		}
	})
}

// TestOrphanInMyKeys does the same from the list of keys.
func TestOrphanInMyKeys(t *testing.T) {
	alice, _, table := newKeys(t)
	alice.Host.Prefs[prefProtection] = true
	old := keystore.Account{Protocol: "prpl-irc", Name: "alice@old.example.org"}
	if err := alice.Store.SetKey(old, uitest.TestKey(t, 2)); err != nil {
		t.Fatal(err)
	}
	alice.keys.generate = func(io.Reader) (*otr.PrivateKey, error) { t.Error("a key is made"); return nil, io.EOF }
	id := table.Rows()[1].ID
	uitest.Button(t, table, "Create").Do(id)
	alice.Host.TakeQuestion().Done(0)
	if got := alice.Fingerprint(alice.Host.Own[1]); got != uitest.TestKey(t, 2).Fingerprint().String() {
		t.Errorf("key %q", got)
	}
}
