// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
	"purple-otr/ui/text"
)

func goodKey(t *testing.T) func(io.Reader) (*otr.PrivateKey, error) {
	return func(io.Reader) (*otr.PrivateKey, error) { return uitest.TestKey(t, 1), nil }
}

// TestUnlock: a buddy asks while the keys are locked, and the user first types a wrong
// passphrase.
func TestUnlock(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, bob := newPair(t)
	fingerprint := bob.Fingerprint(ui.AccountOf(bob.Chat))
	bob.Sealed()
	bob.keys.generate = func(io.Reader) (*otr.PrivateKey, error) {
		t.Error("a key is made")
		return uitest.TestKey(t, 3), nil
	}
	v := bob.app.View(bob.Chat)
	if v.Menu[0].Action != ui.UnlockKeys || !strings.Contains(v.Tooltip, "locked") {
		t.Errorf("view %+v", v)
	}
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	alice.Want(ui.NotPrivate)
	bob.WantLine("To answer, unlock")
	if f := bob.Host.Forms[0]; !f.Unasked {
		t.Error("the dialog takes the keyboard")
	}
	bob.Enter("simsalabim")
	if f := bob.Host.Forms[0]; !strings.Contains(f.Text, "Wrong passphrase") || !bob.Store.Locked() {
		t.Errorf("form %+v", f)
	}
	bob.Enter("sesame")
	bob.Deliver()
	alice.Want(ui.Unverified)
	bob.Want(ui.Unverified)
	if got := alice.app.InUse()[0].Fingerprint.String(); got != fingerprint {
		t.Errorf("fingerprint %s, want %s", got, fingerprint)
	}
	if bob.app.View(bob.Chat).Menu[0].Action == ui.UnlockKeys {
		t.Error("the menu still offers to unlock")
	}
	if debug := strings.Join(bob.Host.Debugged, "\n"); strings.Contains(debug, "instance tag") {
		t.Errorf("a tag that is not stored: %s", debug)
	}
}

// TestUnlockDeclined: the user declines to unlock the keys, and unlocks them later.
func TestUnlockDeclined(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, bob := newPair(t)
	bob.Sealed()
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	bob.Host.TakeForm().Done(false, nil)
	bob.WantLine("gets no answer")
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	if n := len(bob.keys.lock.waiting); n > 0 || len(bob.Host.Forms)+len(bob.Host.Lines) > 0 {
		t.Errorf("%d messages wait, forms %+v, lines %q", n, bob.Host.Forms, bob.Host.Text())
	}
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0) // asks, and starts then
	bob.Enter("sesame")
	bob.Deliver()
	alice.Want(ui.Unverified)
	if said := bob.app.Command(bob.Chat, "unlock"); !strings.Contains(said, "not locked") {
		t.Errorf("said %q", said)
	}
}

// TestAskedWhileUnlocking has the buddy ask while the user, who has done without the keys
// before, types the passphrase. The buddy is answered afterwards, unless the user stops.
func TestAskedWhileUnlocking(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for name, before := range map[string]func(alice, bob *side){
		"declined": func(_, bob *side) {
			bob.app.Command(bob.Chat, "unlock")
			bob.Host.TakeForm().Done(false, nil)
		},
		"locked": func(_, bob *side) {
			bob.app.Command(bob.Chat, "unlock")
			bob.Enter("sesame")
			bob.app.Command(bob.Chat, "lock")
		},
	} {
		for _, stops := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, stops %v", name, stops), func(t *testing.T) {
				alice, bob := newPair(t)
				bob.Sealed()
				before(alice, bob)
				bob.app.Command(bob.Chat, "unlock")
				alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
				alice.Deliver()
				bob.WantLine("To answer, unlock")
				if stops {
					bob.Host.TakeForm().Done(false, nil)
					bob.WantLine("gets no answer")
					return
				}
				bob.Enter("sesame")
				bob.Deliver()
				alice.Want(ui.Unverified)
				bob.Want(ui.Unverified)
			})
		}
	}
}

// TestSendingLocked checks what happens to text that the user types while the keys are
// locked.
func TestSendingLocked(t *testing.T) {
	for _, require := range []bool{false, true} {
		alice, bob := newPair(t)
		alice.KeyringGone()
		alice.Host.Prefs["/OTR/onlyprivate"] = require
		if sent := alice.Say("hello"); sent == require {
			t.Fatalf("required %v, sent %v", require, sent)
		}
		if require {
			alice.WantLine("must be encrypted")
			if len(alice.Host.Returned) != 1 || len(bob.Wire) > 0 {
				t.Errorf("returned %q, sent %q", alice.Host.Returned, bob.Wire)
			}
		} else {
			alice.WantLine("are not encrypted, because your keys are locked")
			if len(bob.Wire) != 1 || bob.Wire[0] != "hello" {
				t.Errorf("sent %q: there must be no offer in it", bob.Wire)
			}
		}
		// Nothing else may make a session.
		if _, _, passes := alice.app.Leaving(alice.Chat, "I am away", true); passes == require || len(alice.app.InUse()) > 0 {
			t.Errorf("an automatic reply passes: %v; sessions %v", passes, alice.app.InUse())
		}
		alice.Receive("hi")
		if got := alice.Heard[0]; (got == "hi") == require || !strings.Contains(got, "hi") {
			t.Errorf("required %v, shown %q", require, got)
		}
	}
}

// TestLockedLater locks the keys during a private conversation, which continues, and after
// it, when no offer may be made.
func TestLockedLater(t *testing.T) {
	alice, bob := newPair(t)
	alice.Keyring.SetReady(true)
	if _, err := alice.Store.Protect(t.Context(), keystore.ByKeyring, nil); err != nil {
		t.Fatal(err)
	}
	alice.Start()
	alice.Store.Lock()
	if !alice.Say("in private") || strings.Contains(bob.Wire[0], "in private") {
		t.Fatalf("sent %q", bob.Wire)
	}
	alice.Deliver()
	if len(bob.Heard) != 1 || bob.Heard[0] != "in private" {
		t.Errorf("heard %q", bob.Heard)
	}
	alice.app.Do(alice.Chat, ui.End, 0)
	alice.Deliver()
	bob.app.Do(bob.Chat, ui.End, 0)
	alice.Deliver()
	if !alice.Say("hello") || len(bob.Wire) != 1 || bob.Wire[0] != "hello" {
		t.Errorf("sent %q", bob.Wire)
	}
}

// TestWaitingIsBounded floods the queue of waiting messages, and lets them expire.
func TestWaitingIsBounded(t *testing.T) {
	_, bob := newPair(t)
	bob.KeyringGone()
	for i := range 3 * maxWaiting {
		c := bob.Chat
		c.Peer = strings.Repeat("x", i/(2*maxWaitingChat))
		bob.app.Receiving(c, "", "?OTRv3?")
	}
	bob.app.Receiving(bob.Chat, "", "?OTR:AAMC"+strings.Repeat("A", maxKeptSize))
	per := map[ui.Chat]int{}
	for _, m := range bob.keys.lock.waiting {
		per[m.chat]++
	}
	if n := len(bob.keys.lock.waiting); n != maxWaiting || per[bob.Chat] > 0 {
		t.Errorf("%d messages wait, %d of them too long", n, per[bob.Chat])
	}
	for c, n := range per {
		if n > maxWaitingChat {
			t.Errorf("%d messages of %v", n, c)
		}
	}
	bob.Clock = bob.Clock.Add(waitTime)
	bob.app.Receiving(bob.Chat, "", "?OTRv3?")
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
	alice.Sealed()
	alice.Host.TakeForm().Done(false, nil)
	alice.keys.generate = func(io.Reader) (*otr.PrivateKey, error) {
		t.Error("a key is made")
		return uitest.TestKey(t, 3), nil
	}
	alice.keys.makeByUser(alice.Host.Own[0], false)
	alice.Host.TakeForm().Done(false, nil)
	alice.keys.makeByUser(alice.Host.Own[1], true)
	alice.Host.TakeForm().Done(false, nil)
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Host.TakeForm().Done(false, nil)
	alice.Quiet()
	if err := alice.Store.SetKey(alice.Host.Own[1], uitest.TestKey(t, 3)); err == nil {
		t.Error("a key was stored")
	}
}

// TestUnlockKeyring: the keyring becomes available later.
func TestUnlockKeyring(t *testing.T) {
	alice, bob := newPair(t)
	bob.KeyringGone()
	q := bob.Host.TakeQuestion()
	if !strings.Contains(q.Text, "did not answer") {
		t.Errorf("question %q", q.Text)
	}
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	press(t, q, text.ButtonAgain())
	bob.Quiet()
	bob.Keyring.SetReady(true)
	press(t, bob.Host.TakeQuestion(), text.ButtonAgain())
	bob.Quiet()
	bob.Deliver()
	alice.Want(ui.Unverified)
}

// TestForgotten starts over without the keys, which cannot be unlocked.
func TestForgotten(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, bob := newPair(t)
	alice.keys.generate = goodKey(t)
	alice.KeyringGone()
	press(t, alice.Host.TakeQuestion(), text.ButtonStartOver())
	alice.Host.TakeQuestion().Done(-1)
	if !alice.Store.Locked() {
		t.Fatal("started over without telling the user")
	}
	alice.app.Command(alice.Chat, "unlock")
	alice.Quiet()
	press(t, alice.Host.TakeQuestion(), text.ButtonStartOver())
	press(t, alice.Host.TakeQuestion(), text.ButtonStartOver())
	files, err := filepath.Glob(filepath.Join(alice.Dir, "purple-otr.sealed.*.old"))
	if f := alice.Host.TakeForm(); err != nil || len(files) != 1 || !strings.Contains(f.Text, files[0]) {
		t.Errorf("files %q, form %+v", files, f)
	}
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Quiet()
	alice.Deliver()
	bob.Want(ui.Unverified)

	// The same after a passphrase.
	bob.Sealed()
	bob.Enter("simsalabim")
	bob.Fill(map[int]string{1: "1"})
	bob.Host.TakeQuestion().Done(0)
	if bob.Store.Locked() || len(bob.Store.Accounts()) > 0 {
		t.Error("the old keys are there")
	}
}

// TestReload: another process protects the keys, and then damages a file.
func TestReload(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, _ := newPair(t)
	alice.Host.Prefs[prefProtection] = true
	second, err := keystore.OpenWith(alice.Dir, alice.Keyring, alice.keys.rand)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if _, err := second.Protect(t.Context(), keystore.ByPassphrase, []byte("sesame")); err != nil {
		t.Fatal(err)
	}
	alice.app.Do(ui.Chat{}, ui.KnownFingerprints, 0)
	alice.Enter("sesame")
	alice.Table()

	if err := os.WriteFile(filepath.Join(alice.Dir, "purple-otr.sealed"), []byte("purple-otr sealed 99\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	alice.app.Opened(alice.Chat)
	if len(alice.Host.Alerts) != 1 || !strings.Contains(alice.Host.Alerts[0], "purple-otr.sealed") {
		t.Errorf("alerts %q", alice.Host.Alerts)
	}
	alice.keys.applyStore()
	if len(alice.Host.Alerts) != 1 {
		t.Errorf("alerts %q", alice.Host.Alerts)
	}
}

// TestRenamedWhileLocked: a buddy whose message waits changes their name.
func TestRenamedWhileLocked(t *testing.T) {
	alice, bob := newPair(t)
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	alice.keys.lock.waiting = []waitingMessage{{keptMessage{alice.Chat, "", alice.Wire[0]}, alice.Clock}}
	alice.Wire = nil
	before := alice.Chat
	alice.Chat.Peer = "bobby@example.org"
	alice.Host.Windows = []ui.Chat{alice.Chat}
	alice.app.Moved(before, alice.Chat, true)
	alice.keys.unlocked()
	alice.Deliver()
	alice.Want(ui.Unverified)
}

// TestLockNow: a user locks the keys during a private conversation, by command and from the
// menu, and unlocks them again.
func TestLockNow(t *testing.T) {
	alice, bob := newPair(t)
	if said := bob.app.Command(bob.Chat, "lock"); !strings.Contains(said, "not protected") {
		t.Errorf("said %q", said)
	}
	bob.Keyring.SetReady(true)
	if _, err := bob.Store.Protect(t.Context(), keystore.ByKeyring, nil); err != nil {
		t.Fatal(err)
	}
	locks := func() bool {
		return slices.ContainsFunc(bob.app.View(bob.Chat).Menu, func(m ui.MenuItem) bool { return m.Action == ui.LockKeys })
	}
	for _, lock := range []func(){
		func() { bob.app.Command(bob.Chat, "lock") },
		func() { bob.app.Do(ui.Chat{}, ui.LockKeys, 0) },
	} {
		alice.Start()
		alice.Deliver()
		bob.Want(ui.Unverified)
		if !locks() {
			t.Error("the menu does not offer it")
		}
		lock()
		bob.Deliver()
		if !bob.keys.Locked() || locks() || len(bob.app.InUse()) > 0 || len(bob.Host.Forms) > 0 {
			t.Errorf("locked %v, in use %v, forms %v", bob.keys.Locked(), bob.app.InUse(), bob.Host.Forms)
		}
		bob.WantLine("you locked your keys")
		bob.Want(ui.NotPrivate)
		alice.Want(ui.Finished)
		if said := bob.app.Command(bob.Chat, "lock"); !strings.Contains(said, "are locked") {
			t.Errorf("said %q", said)
		}
		alice.app.Do(alice.Chat, ui.End, 0)
		bob.app.Do(ui.Chat{}, ui.UnlockKeys, 0)
		bob.Quiet()
		if bob.keys.Locked() {
			t.Fatal("still locked")
		}
	}
}

// TestTagWhileLocked checks that text is shown without the invisible whitespace tag in it.
func TestTagWhileLocked(t *testing.T) {
	alice, bob := newPair(t)
	bob.KeyringGone()
	alice.Say("hello")
	if len(bob.Wire) != 1 || bob.Wire[0] == "hello" {
		t.Fatalf("alice sends %q: no offer", bob.Wire)
	}
	alice.Deliver()
	if len(bob.Heard) != 1 || bob.Heard[0] != "hello" {
		t.Errorf("bob sees %q", bob.Heard)
	}
}
