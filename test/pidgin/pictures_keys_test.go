// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/test/pidgin/desk"
)

// The windows for managing keys.
const (
	importWindow  = "Import keys"
	backupWindow  = "Back up keys"
	restoreWindow = "Restore keys"
)

// TestPicturesOfKeys is TestPictures for the dialogs that protect, import, back up and
// restore keys. In the end alice has her original key, and bob has noticed nothing.
func TestPicturesOfKeys(t *testing.T) {
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			o := desk.Options{Theme: theme, Fresh: true}
			if theme == "dark" {
				o.Pictures = "dark"
			}
			ours := purpleOTR(t).file
			d := newDeskWith(t, o)
			g := &gallery{t: t, d: d, b: d.Pidgin("bob", desk.PidginOTR)}
			g.b.Place("Buddy List", 1000, 460)
			g.sitDown(ours)
			g.offer()
			first := g.ourKey()
			g.passphrase()
			g.a.Quit()
			g.sitDown(ours)
			g.locked()
			file := g.backup()
			g.importing()
			if g.ourKey() == first {
				t.Error("the key is not the other program's")
			}
			g.restore(file)
			if g.ourKey() != first {
				t.Error("the key is not the one in the backup")
			}
			g.found(ours)

			o.Keyring = true
			d = newDeskWith(t, o)
			g = &gallery{t: t, d: d}
			g.keyring(ours)
		})
	}
}

// sitDown starts Pidgin for alice, and places her windows.
func (g *gallery) sitDown(ours string) {
	g.a = g.d.Pidgin("alice", ours)
	meet(g.a, g.b)
	g.a.Talk("bob")
	g.a.Place("bob", 20, 10)
	g.a.Place("Buddy List", 700, 460)
}

// ourKey returns the fingerprint of alice's key, as her list of keys shows it.
func (g *gallery) ourKey() string {
	const title = "My keys"
	g.a.Menu("bob", "My keys…")
	var key string
	g.d.Until("alice sees her key", func() bool {
		n, ok := g.a.Look(title, "table cell", func(n desk.Node) bool { return fingerprints.MatchString(n.Name()) })
		if ok {
			key = n.Name()
		}
		return ok
	})
	g.a.Click(title, "push button", "Close")
	return key
}

// offer shows the offer to protect keys, without a keyring, after alice's first key has
// been generated.
func (g *gallery) offer() {
	g.b.Talk("alice")
	g.b.Place("alice", 700, 10)
	g.a.Menu("bob", "Start private conversation")
	g.window(g.a, protectWindow, "offer")
	g.a.Click(protectWindow, "push button", "Leave them unprotected")
	g.a.WaitLevel("bob", "Unverified")
	g.a.Choose("bob", "Compare fingerprints")
	g.a.Click(desk.VerifyWindow, "radio button", "Yes, both are the same")
	g.a.Click(desk.VerifyWindow, "push button", "Verify")
	g.a.WaitLevel("bob", "Private")
}

func (g *gallery) passphrase() {
	g.a.Menu("Buddy List", "Key protection…")
	g.window(g.a, protectWindow, "protection")
	g.d.Until("alice chooses a passphrase", func() bool {
		n, ok := g.a.Look(protectWindow, "radio button", begins(byPassphrase))
		return ok && n.Click()
	})
	enter(g.a, protectWindow, "violet teapots sing loudly", "violet teapots sing loudly")
	g.window(g.a, protectWindow, "protection-passphrase")
	g.a.Click(protectWindow, "push button", "Apply")
	reads(g.a, protectWindow, "Your keys are protected by your passphrase.")
	g.window(g.a, protectWindow, "protected")
	g.a.Click(protectWindow, "push button", "Close")
	g.a.Menu("bob", "End private conversation")
	g.b.WaitLevel("alice", "Finished")
	g.b.Menu("alice", "End private conversation")
}

// locked shows a start with keys that are protected by a passphrase.
func (g *gallery) locked() {
	g.window(g.a, unlockWindow, "unlock")
	w, _ := g.a.Window("bob")
	g.a.Place(unlockWindow, 700, 10)
	g.menu("menu-locked", w, 1, func() { g.a.Shortcut("alt+t") })
	enter(g.a, unlockWindow, "simsalabim")
	g.a.Click(unlockWindow, "push button", "Unlock")
	reads(g.a, unlockWindow, "Wrong passphrase.")
	g.window(g.a, unlockWindow, "unlock-wrong")
	g.unlock()
}

func (g *gallery) unlock() {
	enter(g.a, unlockWindow, "violet teapots sing loudly")
	g.a.Click(unlockWindow, "push button", "Unlock")
	g.d.Until("the keys are unlocked", func() bool { _, open := g.a.Window(unlockWindow); return !open })
}

func (g *gallery) backup() (file string) {
	file = filepath.Join(g.d.Dir, "alice.backup")
	g.a.Menu("Buddy List", "Back up keys…")
	enter(g.a, backupWindow, "open the violet teapots now", "open the violet teapots now")
	g.window(g.a, backupWindow, "backup")
	g.a.Click(backupWindow, "push button", "Continue")
	choosePath(g.a, backupWindow, file, "Save")
	reads(g.a, backupWindow, file)
	g.window(g.a, backupWindow, "backup-done")
	g.a.Click(backupWindow, "push button", "Close")
	return file
}

// importing opens another program's key without importing it; then it imports all of that
// program's files.
func (g *gallery) importing() {
	folder := filepath.Join(g.d.Dir, "laptop")
	write(g.t, folder, "carol@localhost")
	begin := func(button string) {
		g.a.Menu("Buddy List", "Import keys and fingerprints…")
		g.a.Find(importWindow, "push button", button)
		if button == "In a file…" {
			g.window(g.a, importWindow, "import")
		}
		g.a.Click(importWindow, "push button", button)
	}
	key := g.ourKey()
	begin("In a file…")
	choosePath(g.a, importWindow, filepath.Join(folder, "otr.private_key"), "Open")
	reads(g.a, importWindow, "1 private key: 1 different")
	reads(g.a, importWindow, key)
	g.a.Click(importWindow, "push button", "Cancel")
	if now := g.ourKey(); now != key {
		g.t.Errorf("the key was %s, and is %s without having been taken over", key, now)
	}
	begin("In a folder…")
	choosePath(g.a, importWindow, folder, "OK")
	reads(g.a, importWindow, "1 fingerprint of a buddy: 1 new; 1 of them verified")
	g.window(g.a, importWindow, "import-preview")
	g.takeAll(importWindow, "Import", "imported")
	g.window(g.a, importWindow, "import-done")
	g.a.Click(importWindow, "push button", "Close")
}

// takeAll also takes the entries that differ here. done says what button has done.
func (g *gallery) takeAll(window, button, done string) {
	g.d.Until("alice wants the other key", func() bool {
		n, ok := g.a.Look(window, "check box", begins("Replace my entr"))
		return ok && n.Click()
	})
	g.a.Click(window, "push button", button)
	reads(g.a, window, "have been "+done)
}

func (g *gallery) restore(file string) {
	g.a.Menu("Buddy List", "Restore keys from a backup…")
	choosePath(g.a, restoreWindow, file, "Open")
	reads(g.a, restoreWindow, "Enter the passphrase of the backup")
	enter(g.a, restoreWindow, "open the violet teapots now")
	g.window(g.a, restoreWindow, "restore")
	g.a.Click(restoreWindow, "push button", "Continue")
	reads(g.a, restoreWindow, "1 private key: 1 different")
	g.window(g.a, restoreWindow, "restore-preview")
	g.takeAll(restoreWindow, "Restore", "restored")
	g.a.Click(restoreWindow, "push button", "Close")
}

// found shows a start after pidgin-otr was used while keys were protected.
func (g *gallery) found(ours string) {
	key := g.ourKey()
	g.a.Quit()
	folder := filepath.Join(g.d.Dir, "meanwhile")
	write(g.t, folder, "bob@localhost")
	for _, name := range []string{"otr.private_key", "otr.fingerprints"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(g.d.Dir, "alice", "purple", name), text, 0o600)
		}
		if err != nil {
			g.t.Fatal(err)
		}
	}
	g.sitDown(ours)
	g.unlock()
	g.window(g.a, protectWindow, "found")
	g.a.Click(protectWindow, "push button", "Remove")
	g.d.Until("the plain files are removed", func() bool {
		return g.d.File("alice", "otr.private_key")+g.d.File("alice", "otr.fingerprints") == ""
	})
	if now := g.ourKey(); now != key {
		g.t.Errorf("the key was %s, and is %s", key, now)
	}
}

// keyring shows the first start on a desktop with a keyring, after pidgin-otr was used.
func (g *gallery) keyring(ours string) {
	write(g.t, filepath.Join(g.d.Dir, "alice", "purple"), "bob@localhost")
	g.a = g.d.Pidgin("alice", ours)
	g.window(g.a, protectWindow, "protected-first")
	isSealed(g.t, g.d, false)
	g.a.Click(protectWindow, "push button", "Protect")
	reads(g.a, protectWindow, "Your keys are protected by the desktop keyring.")
	isSealed(g.t, g.d, true)
	g.a.Click(protectWindow, "push button", "Close")
	g.a.Menu("Buddy List", "Key protection…")
	g.d.Until("alice chooses plain files", func() bool {
		n, ok := g.a.Look(protectWindow, "radio button", begins(plainFiles))
		return ok && n.Click()
	})
	g.a.Click(protectWindow, "push button", "Apply")
	reads(g.a, protectWindow, "Your keys are now in unencrypted files.")
	g.window(g.a, protectWindow, "plain-again")
	isSealed(g.t, g.d, false)
}

// write writes a key of alice and a verified fingerprint into a folder, as pidgin-otr
// does.
func write(t *testing.T, folder, buddy string) {
	t.Helper()
	account := keystore.Account{Protocol: "prpl-jabber", Name: "alice@localhost/desk"}
	keep(t, folder, account, newKey(t), buddy, newKey(t).Fingerprint())
}

func newKey(t *testing.T) *otr.PrivateKey {
	t.Helper()
	k, err := otr.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
