// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"io"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
)

// oldAccount is one that Bob had before; see newRenamed.
var oldAccount = keystore.Account{Protocol: "prpl-jabber", Name: "robert@example.org/Home"}

// newRenamed connects Alice with Bob, whose account has no key; but there is one of
// an account that he does not have any more, with which he has verified her.
func newRenamed(t *testing.T) (alice, bob *kside) {
	t.Helper()
	alice, bob, _ = newKeyless(t, nil)
	bob.host.accounts = []keystore.Account{ui.AccountOf(bob.chat)}
	bob.host.prefs[prefProtection] = true
	bob.keys.generate = goodKey(t)
	if err := bob.store.SetKey(oldAccount, testKey(t, 2)); err != nil {
		t.Fatal(err)
	}
	f := testKey(t, 0).Fingerprint()
	if err := bob.store.SetTrust(keystore.Buddy{Account: oldAccount, Peer: bob.chat.Peer}, f, keystore.Verified); err != nil {
		t.Fatal(err)
	}
	if err := bob.store.SetKey(keystore.Account{Protocol: "prpl-irc", Name: "bob"}, testKey(t, 3)); err != nil {
		t.Fatal(err) // of no use here
	}
	return alice, bob
}

// TestOrphan has the user of a renamed account start: before a key is made, the
// user is asked for the old one, and the buddy's answer waits.
func TestOrphan(t *testing.T) {
	for name, test := range map[string]struct {
		button int
		key    int // -1: none
	}{"take over": {0, 2}, "make a new one": {1, 1}, "not now": {2, -1}} {
		t.Run(name, func(t *testing.T) {
			alice, bob := newRenamed(t)
			bob.app.Do(bob.chat, ui.StartOrRefresh, 0)
			bob.deliver()
			q := bob.host.question()
			if len(q.Buttons) != 3 || !strings.Contains(q.Buttons[0], "robert@example.org") {
				t.Errorf("buttons %q", q.Buttons)
			}
			bob.wantKey(-1)
			q.Done(test.button)
			bob.quiet()
			bob.deliver()
			bob.wantKey(test.key)
			if len(bob.host.questions) > 0 {
				t.Errorf("asked again: %+v", bob.host.questions)
			}
			switch test.key {
			case -1:
				alice.want(ui.NotPrivate)
				alice.wantLine("not possible at the moment")
				bob.app.Do(bob.chat, ui.StartOrRefresh, 0) // asked again
				bob.host.question()
			case 1:
				alice.want(ui.Unverified)
				bob.want(ui.Unverified)
			case 2:
				alice.want(ui.Unverified)
				bob.want(ui.Private)
			}
		})
	}
}

// TestOrphanIgnored has the user not answer while the buddy waits, and choose the
// old key later, which is another question then.
func TestOrphanIgnored(t *testing.T) {
	alice, bob := newRenamed(t)
	bob.app.Do(bob.chat, ui.StartOrRefresh, 0)
	bob.deliver()
	bob.wait(orphanTime)
	bob.quiet()
	bob.deliver()
	bob.wantKey(1)
	alice.want(ui.Unverified)
	bob.want(ui.Unverified)
	bob.host.question().Done(0)
	bob.wantKey(1)
	bob.host.question().Done(0)
	bob.deliver()
	bob.wantKey(2)
}

// TestOrphanAtBuddysStart has a buddy start, or a stranger, with a window or
// without: a new key is made and the exchange goes on. The old key is offered once,
// and later in the list of keys.
func TestOrphanAtBuddysStart(t *testing.T) {
	everybody(t, func(t *testing.T, open, stranger bool) {
		alice, bob := newRenamed(t)
		bob.meets(open, stranger)
		alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
		alice.deliver()
		bob.quiet()
		alice.deliver()
		bob.wantKey(1)
		alice.want(ui.Unverified)
		bob.want(ui.Unverified)
		q := bob.host.question()
		if !q.Unasked || len(q.Buttons) != 2 || !strings.Contains(q.Buttons[0], "robert@example.org") ||
			!strings.Contains(q.Text, "conversations of this account end") {
			t.Errorf("question %+v", q)
		}
		q.Done(1)
		bob.wantKey(1)

		bob.app.Do(ui.Chat{}, ui.MyKeys, 0)
		table := bob.table()
		button(t, table, "Replace").Do(accountID(ui.AccountOf(bob.chat)))
		bob.host.question().Done(0)
		bob.wantKey(2)
		bob.deliver()
		alice.want(ui.Finished)
		bob.want(ui.NotPrivate)
		if len(bob.host.alerts) != 1 || !strings.Contains(bob.host.alerts[0], "old key") {
			t.Errorf("alerts %q", bob.host.alerts)
		}
		alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
		alice.deliver()
		alice.want(ui.Unverified)
		bob.want(ui.Private)
		// There is nothing to take over any more.
		button(t, table, "Replace").Do(accountID(ui.AccountOf(bob.chat)))
		if q := bob.host.question(); len(q.Buttons) != 2 {
			t.Errorf("buttons %q", q.Buttons)
		}
	})
}

// TestOrphanInMyKeys is the same from the list of keys.
func TestOrphanInMyKeys(t *testing.T) {
	alice, _, table := newKeys(t)
	alice.host.prefs[prefProtection] = true
	old := keystore.Account{Protocol: "prpl-irc", Name: "alice@old.example.org"}
	if err := alice.store.SetKey(old, testKey(t, 2)); err != nil {
		t.Fatal(err)
	}
	alice.keys.generate = func(io.Reader) (*otr.PrivateKey, error) { t.Error("a key is made"); return nil, io.EOF }
	id := table.Rows()[1].ID
	button(t, table, "Make").Do(id)
	alice.host.question().Done(0)
	if got := alice.fingerprint(alice.host.accounts[1]); got != testKey(t, 2).Fingerprint().String() {
		t.Errorf("key %q", got)
	}
}
