// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestPictures shows every window, menu and level of the plugin, in a light and in a dark
// theme, in the order in which a user meets them. It takes a picture of each, and checks
// what a picture does not show: see examine and reach.
//
// "make pictures" stores the pictures in doc/screenshots. Somebody must look at them.
func TestPictures(t *testing.T) {
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			o := desk.Options{Theme: theme}
			if theme == "dark" {
				o.Pictures = "dark"
			}
			d := newDeskWith(t, o)
			ours := purpleOTR(t).file
			a, b := d.Pidgin("alice", ours), d.Pidgin("bob", ours)
			g := &gallery{t: t, d: d, a: a, b: b}
			meet(a, b)
			a.Talk("bob")
			b.Talk("alice")
			a.Place("bob", 20, 10)
			b.Place("alice", 700, 10)
			a.Place("Buddy List", 1000, 460)
			b.Place("Buddy List", 700, 460)
			g.beginning()
			g.settings()
			g.waiting()
			g.question()
			g.secretAndFingerprint()
			g.private()
			g.severalPrograms(ours)
			g.changedKey()
			g.known()
			g.keys()
			g.buddyList()
			d.Stack("levels", g.strips...)
			g.bothPlugins(ours)
		})
	}
}

// A gallery is where the pictures are taken.
type gallery struct {
	t      *testing.T
	d      *desk.Desk
	a, b   *desk.Pidgin
	strips []string
}

// window waits for a window, takes its picture and examines it.
func (g *gallery) window(p *desk.Pidgin, title, name string) {
	g.t.Helper()
	g.d.Until(p.User+" sees "+title, func() bool { w, ok := p.Window(title); return ok && w.Showing() })
	p.Portrait(title, name)
	w, ok := p.Window(title)
	if !ok {
		g.t.Fatalf("%s has closed", title)
	}
	examine(g.t, title, w)
	p.Raise(title)
	reach(g.t, p, title, w)
}

// level takes pictures of the button with its menu, and of the button alone.
func (g *gallery) level(word, name string) {
	g.t.Helper()
	g.a.WaitLevel("bob", word)
	w, _ := g.a.Window("bob")
	button := g.a.Find("bob", "push button", word)
	strip, box := "strip-"+name, button.Box()
	g.d.Detail(strip, 0, desk.Box{X: w.Box().X, Y: box.Y - 2, W: w.Box().W, H: box.H + 4})
	g.strips = append(g.strips, strip)
	g.menu(name, w, 1, func() {
		button.Focus()
		g.d.Until("the button has the keyboard", button.Focused)
		g.a.Shortcut("space")
	})
}

// menu takes a picture of a window with this many nested menus open.
func (g *gallery) menu(name string, w desk.Node, menus int, open func()) {
	g.t.Helper()
	g.a.Raise(w.Name())
	open()
	g.d.Until("the menu is open", func() bool { return len(g.a.OpenMenus()) == menus })
	g.d.Detail(name, 4, append(g.a.OpenMenus(), w.Box())...)
	g.d.Until("the menu is closed", func() bool {
		g.a.Press(desk.KeyEscape) // once for each nested menu
		return len(g.a.OpenMenus()) == 0
	})
}

func (g *gallery) beginning() {
	g.level("Not private", "level-not-private")
	g.a.Menu("bob", "About privacy levels")
	g.window(g.a, "About privacy levels", "explanation")
	g.a.Click("About privacy levels", "push button", "Close")
}

func (g *gallery) settings() {
	const title = "OTR settings"
	g.a.Menu("Buddy List", "OTR settings…")
	g.window(g.a, title, "settings")
	g.a.Click(title, "push button", "Cancel")
	g.a.Menu("bob", "OTR settings for this buddy…")
	g.a.Click(title, "check box", "Use separate settings for bob")
	g.a.Click(title, "check box", "Require encryption: never send unencrypted messages")
	g.window(g.a, title, "settings-buddy")
	g.a.Click(title, "push button", "Save")
}

// waiting shows what happens to a message that must not be sent unencrypted.
func (g *gallery) waiting() {
	g.b.Disconnect()
	g.a.Type("bob", "Nobody else should read this.")
	g.a.WaitText("bob", "This message will be sent when the conversation")
	g.a.Portrait("bob", "waiting")
	g.b.Connect()
	meet(g.a, g.b)
	g.b.WaitText("alice", "Nobody else should read this.")
	g.level("Unverified", "level-unverified")
	w, _ := g.a.Window("bob")
	g.menu("menu", w, 1, func() { g.a.Shortcut("alt+t") })
}

func (g *gallery) question() {
	ask := func(answer string) {
		g.a.Choose("bob", "Ask a question")
		g.a.Fill(desk.VerifyWindow, 0, "Which town did we go to in our first holidays?")
		g.a.Fill(desk.VerifyWindow, 1, answer)
	}
	ask("Lisbon")
	g.window(g.a, desk.VerifyWindow, "verify-question")
	g.a.Click(desk.VerifyWindow, "push button", "Verify")
	g.window(g.a, desk.VerifyWindow, "verify-progress")
	g.b.Fill(desk.QuestionWindow, 0, "Porto")
	g.window(g.b, desk.QuestionWindow, "question")
	g.b.Click(desk.QuestionWindow, "push button", "Answer")
	g.a.Find(desk.VerifyWindow, "push button", "Close")
	g.window(g.a, desk.VerifyWindow, "verify-failure")
	g.a.CloseProgress()
	g.b.CloseProgress()

	ask("Lisbon")
	g.a.Click(desk.VerifyWindow, "push button", "Verify")
	g.b.Answer("Lisbon")
	g.a.WaitLevel("bob", "Private")
	g.window(g.a, desk.VerifyWindow, "verify-success")
	g.b.Find(desk.VerifyWindow, "push button", "Close")
	g.window(g.b, desk.VerifyWindow, "question-success")
	g.a.CloseProgress()
	g.b.CloseProgress()
}

func (g *gallery) secretAndFingerprint() {
	g.b.Choose("alice", "Compare a secret")
	g.b.Fill(desk.VerifyWindow, 0, "bread and butter")
	g.window(g.b, desk.VerifyWindow, "verify-secret")
	g.b.Choose("alice", "Compare fingerprints")
	g.b.Click(desk.VerifyWindow, "radio button", "Yes, both are the same")
	g.window(g.b, desk.VerifyWindow, "verify-fingerprint")
	g.b.Click(desk.VerifyWindow, "push button", "Verify")
	g.b.WaitLevel("alice", "Private")
}

func (g *gallery) private() {
	g.level("Private", "level-private")
	g.a.Say("bob", "It lies under the third stone.")
	g.b.WaitText("alice", "under the third stone")
	g.b.Say("alice", "Good. I am there at nine.")
	g.a.WaitText("bob", "there at nine")
	g.a.Portrait("bob", "private")
	g.b.Place("alice", 486, 10)
	g.b.Raise("alice")
	alice, _ := g.b.Window("alice")
	bob, _ := g.a.Window("bob")
	g.d.Detail("conversation", 4, alice.Box(), bob.Box())
	g.b.Place("alice", 700, 10)
}

// severalPrograms: bob logs in with a second client, first with the plugin and then
// without.
func (g *gallery) severalPrograms(ours string) {
	phone := g.d.Pidgin("bob/phone", ours)
	phone.Talk("alice")
	phone.Place("alice", 720, 40)
	phone.Place("Buddy List", 1000, 460)
	phone.Menu("alice", "Start private conversation")
	phone.WaitLevel("alice", "Unverified")
	g.a.WaitText("bob", "is signed in on several devices")
	w, _ := g.a.Window("bob")
	g.menu("menu-programs", w, 1, func() { g.a.Find("bob", "push button", "Private").Click() })
	phone.Quit()
	g.a.WaitText("bob", "ended the private conversation on device")
	g.a.WaitLevel("bob", "Private")

	phone = g.d.Pidgin("bob/phone")
	phone.Say("alice", "I have lost my key. What was it again?")
	g.a.WaitText("bob", "Not encrypted")
	g.a.Portrait("bob", "unencrypted")
	phone.Quit()
}

// changedKey: bob ends the conversation, and comes back with another key.
func (g *gallery) changedKey() {
	const title = "My keys"
	g.b.Say("alice", "See you.") // the phone has sent the last message
	g.a.WaitText("bob", "See you.")
	g.b.Menu("alice", "End private conversation")
	g.a.WaitLevel("bob", "Finished")
	g.level("Finished", "level-finished")
	g.a.Type("bob", "One more thing:")
	g.a.WaitText("bob", "was not sent")
	g.a.Portrait("bob", "not-sent")

	g.b.Menu("Buddy List", "My keys…")
	g.choose(g.b, title, "bob@localhost")
	g.b.Click(title, "push button", "Replace…")
	g.window(g.b, "Replace a key", "replace")
	g.b.Click("Replace a key", "push button", "Replace")
	g.b.Find("My key", "push button", "Close")
	g.window(g.b, "My key", "key-made")
	g.b.Click("My key", "push button", "Close")
	g.b.Click(title, "push button", "Close")

	g.a.Menu("bob", "Start private conversation")
	g.window(g.a, "Key changed", "changed")
	g.a.Click("Key changed", "push button", "Continue anyway")
	g.a.WaitText("bob", "You chose to continue without verifying")
}

// choose selects the row of a table that has a cell with this name.
func (g *gallery) choose(p *desk.Pidgin, window, cell string) {
	g.t.Helper()
	g.d.Until(p.User+" chooses "+cell, func() bool {
		n, ok := p.Look(window, "table cell", desk.Named(cell))
		if ok {
			n.Focus()
		}
		return ok && n.Showing()
	})
}

func (g *gallery) known() {
	const title = "Known fingerprints"
	g.a.Menu("bob", "Known fingerprints…")
	g.choose(g.a, title, "By question or secret")
	g.window(g.a, title, "known")
	for _, asked := range []struct{ button, title, name string }{
		{"Remove verification…", "Remove verification", "withdraw"},
		{"Forget…", "Forget a fingerprint", "forget"},
	} {
		g.a.Click(title, "push button", asked.button)
		g.window(g.a, asked.title, asked.name)
		g.a.Click(asked.title, "push button", "Cancel")
	}
	g.a.Click(title, "push button", "Show…")
	g.window(g.a, "Fingerprint", "fingerprint")
	g.a.Click("Fingerprint", "push button", "Close")
	g.a.Click(title, "push button", "Close")
}

func (g *gallery) keys() {
	const title = "My keys"
	g.a.Menu("bob", "My keys…")
	g.choose(g.a, title, "alice@localhost")
	g.window(g.a, title, "keys")
	g.a.Click(title, "push button", "Show…")
	g.window(g.a, "My key", "key")
	g.a.Click("My key", "push button", "Close")
	g.a.Click(title, "push button", "Delete…")
	g.window(g.a, "Delete a key", "delete")
	g.a.Click("Delete a key", "push button", "Cancel")
	g.a.Click(title, "push button", "Close")
}

// buddyList shows our items in Pidgin's own menus.
func (g *gallery) buddyList() {
	g.a.CloseWindow("bob")
	g.a.Place("Buddy List", 20, 20)
	g.b.Place("alice", 900, 10)
	g.b.Place("Buddy List", 900, 520)
	w, _ := g.a.Window("Buddy List")
	g.a.Raise("Buddy List")
	tools := g.a.Find("Buddy List", "menu", "Tools")
	g.menu("tools", w, 2, func() {
		tools.Click()
		g.a.Find("Buddy List", "menu", "Off-the-Record Messaging (purple-otr)").Click()
	})
	g.choose(g.a, "Buddy List", "bob")
	g.menu("buddy", w, 1, func() { g.a.Shortcut("shift+F10") })
}

func (g *gallery) bothPlugins(ours string) {
	g.a.Quit()
	a := g.d.Pidgin("alice", desk.PidginOTR, ours)
	var title string
	g.d.Until("alice is told that there are two plugins", func() bool {
		for _, title = range a.Windows() {
			if strings.Contains(title, "Off-the-Record") {
				return true
			}
		}
		return false
	})
	a.Portrait(title, "both-plugins")
}

// controls are the roles of the widgets that the user can operate.
var controls = []string{"push button", "toggle button", "check box", "radio button", "text", "password text", "table", "tree table"}

// examine fails if something in a window has no accessible name, is cut off, or must be
// scrolled to.
func examine(t *testing.T, title string, w desk.Node) {
	t.Helper()
	window := w.Box()
	for _, n := range w.All(append([]string{"label", "icon", "progress bar"}, controls...)...) {
		name := strings.TrimSpace(n.Name())
		if name == "" {
			t.Errorf("%s has a nameless %s", title, n.Role())
		}
		if b := n.Box(); b.X < window.X || b.Y < window.Y || b.X+b.W > window.X+window.W || b.Y+b.H > window.Y+window.H {
			t.Errorf("%s: the %s %q reaches from %+v out of %+v", title, n.Role(), name, b, window)
		}
	}
	if bars := w.All("scroll bar"); len(bars) > 0 {
		t.Errorf("%s has %d scroll bars", title, len(bars))
	}
}

// reach fails if a widget in a window that has the keyboard focus cannot be reached with
// the Tab key alone. Of radio buttons, Tab reaches only the selected one; the arrow keys
// reach the others.
func reach(t *testing.T, p *desk.Pidgin, title string, w desk.Node) {
	t.Helper()
	left := map[desk.Node]bool{}
	for _, n := range w.All(controls...) {
		if n.Usable() && (n.Role() != "radio button" || n.Checked()) {
			left[n] = true
		}
	}
	for range 3*len(left) + 10 { // selectable texts get the focus too
		for n := range left {
			if n.Focused() {
				delete(left, n)
			}
		}
		if len(left) == 0 {
			return
		}
		p.Shortcut("Tab")
	}
	for n := range left {
		t.Errorf("%s: the keyboard does not get to the %s %q", title, n.Role(), n.Name())
	}
}
