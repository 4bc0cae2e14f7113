// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
)

func goodKey(t *testing.T) func(io.Reader) (*otr.PrivateKey, error) {
	return func(io.Reader) (*otr.PrivateKey, error) { return testKey(t, 1), nil }
}

// TestUnlock has a buddy ask while the keys are locked, and a wrong passphrase.
func TestUnlock(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, bob := newKPair(t)
	fingerprint := bob.fingerprint(ui.AccountOf(bob.chat))
	bob.sealed()
	bob.keys.generate = func(io.Reader) (*otr.PrivateKey, error) {
		t.Error("a key is made")
		return testKey(t, 3), nil
	}
	v := bob.app.View(bob.chat)
	if v.Menu[0].Action != ui.UnlockKeys || !strings.Contains(v.Tooltip, "locked") {
		t.Errorf("view %+v", v)
	}
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	alice.deliver()
	alice.want(ui.NotPrivate)
	bob.wantLine("waits until you unlock")
	if f := bob.host.forms[0]; !f.Unasked {
		t.Error("the dialog takes the keyboard")
	}
	bob.enter("simsalabim")
	if f := bob.host.forms[0]; !strings.Contains(f.Text, "not the passphrase") || !bob.store.Locked() {
		t.Errorf("form %+v", f)
	}
	bob.enter("sesame")
	bob.deliver()
	alice.want(ui.Unverified)
	bob.want(ui.Unverified)
	if got := alice.app.talks[alice.chat].session.Status().Fingerprint.String(); got != fingerprint {
		t.Errorf("fingerprint %s, want %s", got, fingerprint)
	}
	if bob.app.View(bob.chat).Menu[0].Action == ui.UnlockKeys {
		t.Error("the menu still offers to unlock")
	}
	if tag := bob.app.tags; len(tag) > 0 {
		t.Errorf("tags that are not stored: %v", tag)
	}
}

// TestUnlockDeclined has the user do without, and then want it all the same.
func TestUnlockDeclined(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, bob := newKPair(t)
	bob.sealed()
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	alice.deliver()
	bob.host.form().Done(false, nil)
	bob.wantLine("gets no answer")
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	alice.deliver()
	if n := len(bob.keys.lock.waiting); n > 0 || len(bob.host.forms)+len(bob.host.lines) > 0 {
		t.Errorf("%d messages wait, forms %+v, lines %q", n, bob.host.forms, bob.host.text())
	}
	bob.app.Do(bob.chat, ui.StartOrRefresh, 0) // asks, and starts then
	bob.enter("sesame")
	bob.deliver()
	alice.want(ui.Unverified)
	if said := bob.app.Command(bob.chat, "unlock"); !strings.Contains(said, "not locked") {
		t.Errorf("said %q", said)
	}
}

// TestSendingLocked says what happens to what is typed.
func TestSendingLocked(t *testing.T) {
	for _, require := range []bool{false, true} {
		alice, bob := newKPair(t)
		alice.keyringGone()
		alice.host.prefs["/"+prefRequire] = require
		if sent := alice.say("hello"); sent == require {
			t.Fatalf("required %v, sent %v", require, sent)
		}
		if require {
			alice.wantLine("must be encrypted")
			if len(alice.host.returned) != 1 || len(bob.wire) > 0 {
				t.Errorf("returned %q, sent %q", alice.host.returned, bob.wire)
			}
		} else {
			alice.wantLine("is not encrypted, because your keys are locked")
			if len(bob.wire) != 1 || bob.wire[0] != "hello" {
				t.Errorf("sent %q: there must be no offer in it", bob.wire)
			}
		}
		// Nothing else may make a session.
		if _, _, passes := alice.app.Leaving(alice.chat, "I am away", true); passes == require || len(alice.app.talks) > 0 {
			t.Errorf("an automatic reply passes: %v; sessions %v", passes, alice.app.talks)
		}
		alice.receive("hi")
		if got := alice.heard[0]; (got == "hi") == require || !strings.Contains(got, "hi") {
			t.Errorf("required %v, shown %q", require, got)
		}
	}
}

// TestLockedLater locks the keys during a private conversation, which goes on, and
// after it, when no offer may be made.
func TestLockedLater(t *testing.T) {
	alice, bob := newKPair(t)
	alice.keyring.set(true)
	if _, err := alice.store.Protect(t.Context(), keystore.ByKeyring, nil); err != nil {
		t.Fatal(err)
	}
	alice.start()
	alice.store.Lock()
	if !alice.say("in private") || strings.Contains(bob.wire[0], "in private") {
		t.Fatalf("sent %q", bob.wire)
	}
	alice.deliver()
	if len(bob.heard) != 1 || bob.heard[0] != "in private" {
		t.Errorf("heard %q", bob.heard)
	}
	alice.app.Do(alice.chat, ui.End, 0)
	alice.deliver()
	bob.app.Do(bob.chat, ui.End, 0)
	alice.deliver()
	if !alice.say("hello") || len(bob.wire) != 1 || bob.wire[0] != "hello" {
		t.Errorf("sent %q", bob.wire)
	}
}

// TestWaitingIsBounded floods what waits, and lets it grow old.
func TestWaitingIsBounded(t *testing.T) {
	_, bob := newKPair(t)
	bob.keyringGone()
	for i := range 3 * maxWaiting {
		c := bob.chat
		c.Peer = strings.Repeat("x", i/(2*maxWaitingChat))
		bob.app.Receiving(c, "", "?OTRv3?")
	}
	bob.app.Receiving(bob.chat, "", "?OTR:AAMC"+strings.Repeat("A", maxKeptSize))
	per := map[ui.Chat]int{}
	for _, m := range bob.keys.lock.waiting {
		per[m.chat]++
	}
	if n := len(bob.keys.lock.waiting); n != maxWaiting || per[bob.chat] > 0 {
		t.Errorf("%d messages wait, %d of them too long", n, per[bob.chat])
	}
	for c, n := range per {
		if n > maxWaitingChat {
			t.Errorf("%d messages of %v", n, c)
		}
	}
	bob.clock = bob.clock.Add(waitTime)
	bob.app.Receiving(bob.chat, "", "?OTRv3?")
	if n := len(bob.keys.lock.waiting); n != 1 {
		t.Errorf("%d messages wait later", n)
	}
}

// TestNoKeyWhileLocked tries every way to make a key.
func TestNoKeyWhileLocked(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, _, _ := newKeys(t)
	alice.sealed()
	alice.host.form().Done(false, nil)
	alice.keys.generate = func(io.Reader) (*otr.PrivateKey, error) {
		t.Error("a key is made")
		return testKey(t, 3), nil
	}
	alice.keys.makeByUser(alice.host.accounts[0], false)
	alice.host.form().Done(false, nil)
	alice.keys.makeByUser(alice.host.accounts[1], true)
	alice.host.form().Done(false, nil)
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	alice.host.form().Done(false, nil)
	alice.quiet()
	if err := alice.store.SetKey(alice.host.accounts[1], testKey(t, 3)); err == nil {
		t.Error("a key was stored")
	}
}

// TestUnlockKeyring has the keyring come back.
func TestUnlockKeyring(t *testing.T) {
	alice, bob := newKPair(t)
	bob.keyringGone()
	q := bob.host.question()
	if !strings.Contains(q.Text, "did not answer") {
		t.Errorf("question %q", q.Text)
	}
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	alice.deliver()
	q.Done(1)
	bob.quiet()
	bob.keyring.set(true)
	bob.host.question().Done(1)
	bob.quiet()
	bob.deliver()
	alice.want(ui.Unverified)
}

// TestForgotten begins anew without the keys that cannot be unlocked.
func TestForgotten(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, bob := newKPair(t)
	alice.keys.generate = goodKey(t)
	alice.keyringGone()
	alice.host.question().Done(0)
	alice.host.question().Done(-1)
	if !alice.store.Locked() {
		t.Fatal("begun anew without a word")
	}
	alice.app.Command(alice.chat, "unlock")
	alice.quiet()
	alice.host.question().Done(0)
	alice.host.question().Done(0)
	files, err := filepath.Glob(filepath.Join(alice.dir, "purple-otr.sealed.*.old"))
	if f := alice.host.form(); err != nil || len(files) != 1 || !strings.Contains(f.Text, files[0]) {
		t.Errorf("files %q, form %+v", files, f)
	}
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	alice.quiet()
	alice.deliver()
	bob.want(ui.Unverified)

	// The same after a passphrase.
	bob.sealed()
	bob.enter("simsalabim")
	bob.fill(map[int]string{1: "1"})
	bob.host.question().Done(0)
	if bob.store.Locked() || len(bob.store.Accounts()) > 0 {
		t.Error("the old keys are there")
	}
}

// TestReload has another process protect the keys, and then a file go bad.
func TestReload(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, _ := newKPair(t)
	alice.host.prefs[prefProtection] = true
	second, err := keystore.OpenWith(alice.dir, alice.keyring, alice.keys.rand)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if _, err := second.Protect(t.Context(), keystore.ByPassphrase, []byte("sesame")); err != nil {
		t.Fatal(err)
	}
	alice.app.Do(ui.Chat{}, ui.KnownFingerprints, 0)
	alice.enter("sesame")
	alice.table()

	if err := os.WriteFile(filepath.Join(alice.dir, "purple-otr.sealed"), []byte("purple-otr sealed 99\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	alice.app.Opened(alice.chat)
	if len(alice.host.alerts) != 1 || !strings.Contains(alice.host.alerts[0], "purple-otr.sealed") {
		t.Errorf("alerts %q", alice.host.alerts)
	}
	alice.keys.reread()
	if len(alice.host.alerts) != 1 {
		t.Errorf("alerts %q", alice.host.alerts)
	}
}
