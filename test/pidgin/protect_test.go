// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"purple-otr/test/pidgin/desk"
)

// The windows and labels of the dialogs about protection.
const (
	protectWindow = "Key protection"
	unlockWindow  = "Unlock your OTR keys"
	byPassphrase  = "Behind a passphrase"
	plainFiles    = "In unencrypted files"
)

// enter types into a window's entries, in their order.
func enter(p *desk.Pidgin, window string, texts ...string) {
	p.Desk.T.Helper()
	p.Desk.Until(p.User+" types into "+window, func() bool {
		w, ok := p.Window(window)
		if !ok || len(w.Entries()) != len(texts) {
			return false
		}
		for i, e := range w.Entries() {
			if !e.Set(texts[i]) {
				return false
			}
		}
		return true
	})
}

// begins matches a widget whose name begins with this text.
func begins(text string) func(desk.Node) bool {
	return func(n desk.Node) bool { return strings.HasPrefix(strings.TrimSpace(n.Name()), text) }
}

// reads waits until a window has a label with text.
func reads(p *desk.Pidgin, window, text string) {
	p.Desk.T.Helper()
	p.Desk.Until(p.User+" reads "+text, func() bool {
		_, ok := p.Look(window, "label", func(n desk.Node) bool { return strings.Contains(n.Name(), text) })
		return ok
	})
}

// protect opens the dialog and chooses a protection.
func protect(p *desk.Pidgin, how string, passphrase ...string) {
	p.Desk.T.Helper()
	p.Type("bob", "/otr protect")
	p.Desk.Until(p.User+" chooses: "+how, func() bool {
		n, ok := p.Look(protectWindow, "radio button", begins(how))
		return ok && n.Click()
	})
	if len(passphrase) > 0 {
		enter(p, protectWindow, passphrase...)
	}
	p.Portrait(protectWindow, "protect-"+strings.Fields(how)[0])
	p.Click(protectWindow, "push button", "Apply")
}

// verified returns alice with our plugin and bob with pidgin-otr, who have verified each
// other.
func verified(t *testing.T) (d *desk.Desk, ours plugin, a, b *desk.Pidgin) {
	t.Helper()
	d, ours = newDesk(t), purpleOTR(t)
	a, b = d.Pidgin("alice", ours.file), d.Pidgin("bob", desk.PidginOTR)
	meet(a, b)
	startPrivate(a, b, "Unverified")
	verifyBoth(t, a, ours, b, pidginOTR)
	return d, ours, a, b
}

// isSealed fails unless alice's keys are sealed, or plain.
func isSealed(t *testing.T, d *desk.Desk, want bool) {
	t.Helper()
	sealed, plain := d.File("alice", "purple-otr.sealed"), d.File("alice", "otr.private_key")+d.File("alice", "otr.fingerprints")
	if (sealed != "") != want || (plain == "") != want {
		t.Fatalf("%d bytes are sealed, %d plain", len(sealed), len(plain))
	}
}

// allowDumps allows the programs that are started afterwards to write core dumps.
func allowDumps(t *testing.T) {
	t.Helper()
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &before); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{Cur: before.Max, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &before) })
}

// TestPassphrase protects keys with a passphrase and restarts Pidgin. While the keys are
// locked, bob asks for a private conversation; it starts when they are unlocked, with the
// key that he has verified.
func TestPassphrase(t *testing.T) {
	allowDumps(t)
	d, ours, a, b := verified(t)
	protect(a, byPassphrase, "violet teapots sing loudly", "violet teapots sing loudly")
	reads(a, protectWindow, "Your keys are protected by your passphrase.")
	a.Portrait(protectWindow, "protect-done")
	a.Click(protectWindow, "push button", "Close")
	isSealed(t, d, true)
	if n := a.Dumps(); n > 1 {
		t.Errorf("a core dump may have %d bytes", n)
	}
	say(t, a, b) // the conversation continues
	a.Menu("bob", "End private conversation")
	b.WaitLevel("alice", "Finished")
	b.Menu("alice", "End private conversation")
	a.Quit()

	a = d.Pidgin("alice", ours.file)
	meet(a, b)
	a.Talk("bob")
	reads(a, unlockWindow, "Your keys are locked.")
	b.Menu("alice", "Start private conversation")
	a.WaitText("bob", "To answer, unlock your keys")
	a.WaitLevel("bob", "Not private")
	a.Find("bob", "menu item", "Unlock keys…")
	d.Picture("unlock-asked")
	enter(a, unlockWindow, "simsalabim")
	a.Click(unlockWindow, "push button", "Unlock")
	reads(a, unlockWindow, "Wrong passphrase.")
	a.Portrait(unlockWindow, "unlock-wrong")
	enter(a, unlockWindow, "violet teapots sing loudly")
	a.Click(unlockWindow, "push button", "Unlock")
	a.WaitLevel("bob", "Private")
	b.WaitLevel("alice", "Private")
	say(t, a, b)
	say(t, b, a)
	if _, there := a.Look("bob", "menu item", desk.Named("Unlock keys…")); there {
		t.Error("the menu still offers to unlock")
	}
	isSealed(t, d, true)
	a.Menu("bob", "End private conversation")
	b.WaitLevel("alice", "Finished")
	b.Menu("alice", "End private conversation")
	a.Quit()

	f := d.Finch("alice", ours.file)
	f.WaitScreen("Your keys are locked.")
	f.Save("finch-unlock")
	f.Type("violet teapots sing loudly")
	f.Keys("Tab", "Enter")
	f.Sees("bob")
	f.Talk("bob")
	f.Keys("M-2")
	f.WaitScreen("bob (alice@localhost")
	f.Command("/otr start")
	b.WaitLevel("alice", "Private")
	talkFinch(t, f, b)
	f.Command("/otr protect")
	f.WaitScreen("Protect your keys")
	f.Save("finch-protect")
}

// TestPassphraseIsErased: once the keys are unlocked, nothing of the passphrase is in Pidgin's
// memory, neither in the window nor in the plugin.
func TestPassphraseIsErased(t *testing.T) {
	d, ours, a, _ := verified(t)
	protect(a, byPassphrase, passphrase, passphrase)
	reads(a, protectWindow, "Your keys are protected by your passphrase.")
	a.Quit()

	a = d.Pidgin("alice", ours.file)
	a.Talk("bob")
	enter(a, unlockWindow, passphrase)
	const part = "teapots sing loud" // the first letters may be anywhere
	if a.Remembers(part) == 0 {
		t.Error("the window has forgotten what was typed")
	}
	a.Click(unlockWindow, "push button", "Unlock")
	// Go's garbage collector runs every two minutes, or earlier.
	if !d.Within(3*time.Minute, func() bool { return a.Remembers(part) == 0 }) {
		t.Errorf("%d copies of the passphrase are in memory", a.Remembers(part))
	}
}

// TestMissing removes the file with alice's protected keys, and writes one that says that
// another key of bob's is verified. alice is asked, and takes the daily copy.
func TestMissing(t *testing.T) {
	d, ours, a, b := verified(t)
	const passphrase = "violet teapots sing loudly"
	protect(a, byPassphrase, passphrase, passphrase)
	reads(a, protectWindow, "Your keys are protected by your passphrase.")
	folder := filepath.Join(d.Dir, "alice", "purple")
	d.Until("there is a copy", func() bool {
		copies, _ := filepath.Glob(filepath.Join(folder, "purple-otr.sealed.*.bak"))
		return len(copies) == 1
	})
	a.Quit()
	b.WaitLevel("alice", "Finished")
	b.Menu("alice", "End private conversation")
	if err := os.Remove(filepath.Join(folder, "purple-otr.sealed")); err != nil {
		t.Fatal(err)
	}
	forged := "bob@localhost\talice@localhost/desk\tprpl-jabber\t" + strings.Repeat("0", 40) + "\tverified\n"
	if err := os.WriteFile(filepath.Join(folder, "otr.fingerprints"), []byte(forged), 0o600); err != nil {
		t.Fatal(err)
	}

	a = d.Pidgin("alice", ours.file)
	reads(a, unlockWindow, "The file with your protected keys is missing.")
	a.Portrait(unlockWindow, "missing")
	a.Click(unlockWindow, "push button", "Use the copy")
	enter(a, unlockWindow, passphrase)
	a.Click(unlockWindow, "push button", "Unlock")
	meet(a, b)
	startPrivate(a, b, "Private")
}

// TestKeyring: at the first start, pidgin-otr's files are adopted, and protected by the
// keyring when the user has agreed; later they are converted back for pidgin-otr.
func TestKeyring(t *testing.T) {
	d := newDeskWith(t, desk.Options{Keyring: true, Fresh: true})
	ours := purpleOTR(t)
	b := aliceVerified(t, d)
	b.Menu("alice", "End private conversation")
	isSealed(t, d, false)

	a := d.Pidgin("alice", ours.file)
	reads(a, protectWindow, "But pidgin-otr will not find your keys.")
	reads(a, protectWindow, "1 private key, 1 fingerprint of a buddy, 1 of them verified.")
	a.Portrait(protectWindow, "keyring-first")
	isSealed(t, d, false)
	a.Click(protectWindow, "push button", "Protect")
	reads(a, protectWindow, "Your keys are protected by the desktop keyring.")
	isSealed(t, d, true)
	a.Click(protectWindow, "push button", "Close")
	meet(a, b)
	startPrivate(a, b, "Private")
	a.Menu("bob", "End private conversation")
	b.WaitLevel("alice", "Finished")
	b.Menu("alice", "End private conversation")
	a.Quit()

	// From now on the user is asked nothing.
	a = d.Pidgin("alice", ours.file)
	meet(a, b)
	startPrivate(a, b, "Private")
	for _, title := range a.Windows() {
		if title == protectWindow || title == unlockWindow {
			t.Errorf("there is a window %q", title)
		}
	}
	a.Menu("bob", "End private conversation")
	b.WaitLevel("alice", "Finished")
	b.Menu("alice", "End private conversation")
	protect(a, plainFiles)
	reads(a, protectWindow, "Your keys are now in unencrypted files.")
	isSealed(t, d, false)
	a.Quit()

	a = d.Pidgin("alice", desk.PidginOTR)
	meet(a, b)
	startPrivate(a, b, "Private")
	say(t, a, b)
}

// TestBackup makes a backup in one Pidgin and restores it in another, whose user has lost
// everything.
func TestBackup(t *testing.T) {
	d, ours, a, b := verified(t)
	a.Menu("bob", "End private conversation")
	b.WaitLevel("alice", "Finished")
	b.Menu("alice", "End private conversation")

	a.Type("bob", "/otr backup")
	enter(a, "Back up keys", "violet teapots sing loudly", "violet teapots sing loudly")
	a.Portrait("Back up keys", "backup")
	a.Click("Back up keys", "push button", "Continue")
	d.Until("the window to save proposes a name", func() bool {
		w, ok := a.Window("Back up keys")
		return ok && w.Active() && len(w.Entries()) == 1 && strings.HasSuffix(w.Entries()[0].Text(), ".tar.age")
	})
	a.Click("Back up keys", "push button", "Save") // as it was proposed
	reads(a, "Back up keys", "The backup has been created.")
	files, _ := filepath.Glob(filepath.Join(d.Dir, "alice", "purple-otr-*.tar.age"))
	if len(files) != 1 {
		t.Fatalf("in the home folder: %v", files)
	}
	file := files[0]
	reads(a, "Back up keys", file)
	d.Picture("backup-done")
	a.Quit()
	d.Lose("alice", "otr.private_key")
	d.Lose("alice", "otr.fingerprints")

	a = d.Pidgin("alice", ours.file)
	meet(a, b)
	a.Talk("bob")
	a.Type("bob", "/otr restore")
	choosePath(a, "Restore keys", file, "Open")
	reads(a, "Restore keys", "Enter the passphrase of the backup")
	enter(a, "Restore keys", "violet teapots sing loudly")
	a.Click("Restore keys", "push button", "Continue")
	reads(a, "Restore keys", "1 private key: 1 new")
	a.Portrait("Restore keys", "restore-preview")
	a.Click("Restore keys", "push button", "Restore")
	reads(a, "Restore keys", "have been restored")
	startPrivate(a, b, "Private")
	a.Quit()

	f := d.Finch("alice", ours.file)
	f.Talk("bob")
	f.Keys("M-2")
	f.WaitScreen("bob (alice@localhost")
	f.Command("/otr restore")
	f.WaitScreen("Path of the file:")
	f.Keys("C-e", "C-u") // clears the line
	f.Type(file)
	f.Keys("Tab", "Enter")
	// Dialogs that appear later are behind the conversation.
	shows := func(text string) {
		t.Helper()
		d.Until("Finch shows "+text, func() bool {
			f.Keys("M-3")
			return d.Within(time.Second, func() bool { return strings.Contains(f.Screen(), text) })
		})
	}
	shows("Enter the passphrase of the backup")
	f.Type("violet teapots sing loudly")
	f.Keys("Tab", "Enter")
	shows("It contains nothing new.")
	f.Save("finch-restore")
}

// choosePath types a path into the file chooser until it has closed: the file chooser
// clears its entry once it has read a folder.
func choosePath(p *desk.Pidgin, window, path, button string) {
	p.Desk.T.Helper()
	p.Desk.Until(p.User+" can choose a file", func() bool { w, ok := p.Window(window); return ok && w.Active() })
	if home, ok := p.Look(window, "table cell", desk.Named("File System")); ok {
		home.Focus() // the view of recent files has no entry
		p.Shortcut("Return")
	}
	entry := func() (desk.Node, bool) {
		if w, ok := p.Window(window); ok {
			if entries := w.Entries(); len(entries) == 1 {
				return entries[0], true
			}
		}
		return desk.Node{}, false
	}
	p.Desk.Until(p.User+" can type a path", func() bool {
		if p.Desk.Within(2*time.Second, func() bool { _, ok := entry(); return ok }) {
			return true
		}
		p.Shortcut("ctrl+l") // shows the entry, or hides it
		return false
	})
	p.Desk.Until(p.User+" chooses "+path, func() bool {
		done, open := p.Look(window, "push button", desk.Named(button))
		if !open {
			return true
		}
		if e, ok := entry(); ok && e.Set(path) {
			// The file chooser may change the entry once it has read the
			// folder.
			if p.Desk.Stays(desk.Quiet, func() bool { e, ok := entry(); return ok && e.Text() == path }) {
				done.Click()
			}
		}
		return false
	})
}
