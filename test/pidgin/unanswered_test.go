// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// elsewhere is the buddy to whom alice writes while bob, with whom she has no window,
// asks for a private conversation.
const elsewhere = "carol@localhost"

// writesElsewhere: alice begins to write to somebody else.
func writesElsewhere(a *desk.Pidgin) {
	a.Desk.T.Helper()
	a.Talk("carol")
	entry := a.Entry(elsewhere)
	a.Desk.Until("alice can type", func() bool {
		w, ok := a.Window(elsewhere)
		entry.Focus()
		return ok && w.Active() && entry.Focused()
	})
	if !entry.Set("In the middle of a") {
		a.Desk.T.Fatalf("alice cannot type")
	}
}

// staysElsewhere fails if another window has taken the keyboard focus, or a window with
// bob has opened.
func staysElsewhere(a *desk.Pidgin) {
	a.Desk.T.Helper()
	if !a.Desk.Stays(desk.Quiet, func() bool {
		w, _ := a.Window(elsewhere)
		return w.Active() && a.Entry(elsewhere).Focused()
	}) {
		a.Desk.T.Fatalf("something has taken the keyboard")
	}
	if !a.Desk.Stays(desk.Quiet, func() bool {
		_, open := a.Window("bob")
		_, tab := a.Look(elsewhere, "page tab", desk.Named("bob"))
		return !open && !tab
	}) {
		a.Desk.T.Fatalf("a window with bob has been opened")
	}
}

// apart ends the private conversation on both sides, and quits alice's client.
func apart(a, b *desk.Pidgin) {
	a.Desk.T.Helper()
	a.Menu("bob", "End private conversation")
	b.WaitLevel("alice", "Finished")
	b.Menu("alice", "End private conversation")
	a.Quit()
}

// TestOrphanWithoutWindow: bob starts a conversation while alice has a key only from an
// account that no longer exists, and no window. A new key is generated, and then she
// adopts the old one.
func TestOrphanWithoutWindow(t *testing.T) {
	const dialog = "My keys"
	d, ours, a, b := verified(t)
	apart(a, b)
	for _, name := range []string{"otr.private_key", "otr.fingerprints"} {
		d.Change("alice", name, strings.ReplaceAll(d.File("alice", name), "alice@localhost/desk", "alicia@localhost/desk"))
	}

	a = d.Pidgin("alice", ours.file)
	meet(a, b)
	writesElsewhere(a)
	b.Menu("alice", "Start private conversation")
	b.WaitLevel("alice", "Unverified")
	reads(a, dialog, "A new key has been created for alice@localhost.")
	staysElsewhere(a)
	d.Picture("orphan-without-window")
	a.Portrait(dialog, "orphan-new-key")

	a.Click(dialog, "push button", "Use the key of alicia@localhost")
	b.WaitLevel("alice", "Finished")
	b.Menu("alice", "End private conversation")
	b.Menu("alice", "Start private conversation")
	b.WaitLevel("alice", "Private")
	a.CloseWindow(elsewhere)
	a.Talk("bob")
	a.WaitLevel("bob", "Private")
	say(t, a, b)
	say(t, b, a)
}

// TestLockedWithoutWindow: bob starts a conversation while alice's keys are locked, and
// she has no window. Both are notified, and when she unlocks the keys the conversation
// starts.
func TestLockedWithoutWindow(t *testing.T) {
	d, ours, a, b := verified(t)
	protect(a, byPassphrase, "violet teapots sing loudly", "violet teapots sing loudly")
	reads(a, protectWindow, "Your keys are protected by your passphrase.")
	apart(a, b)

	a = d.Pidgin("alice", ours.file)
	meet(a, b)
	reads(a, unlockWindow, "Your keys are locked.")
	a.Click(unlockWindow, "push button", "Not now")
	writesElsewhere(a)
	b.Menu("alice", "Start private conversation")
	b.WaitText("alice", "A private conversation is not possible at the moment.")
	reads(a, unlockWindow, "bob wants to start a private conversation.")
	staysElsewhere(a)
	d.Picture("locked-without-window")
	a.Portrait(unlockWindow, "locked-notice")

	a.Click(unlockWindow, "push button", "Unlock…")
	enter(a, unlockWindow, "violet teapots sing loudly")
	a.Click(unlockWindow, "push button", "Unlock")
	b.WaitLevel("alice", "Private")
	a.CloseWindow(elsewhere)
	a.Talk("bob")
	a.WaitLevel("bob", "Private")
	say(t, a, b)
	say(t, b, a)
}
