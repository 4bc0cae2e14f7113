// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"html"
	"os"
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
	"purple-otr/ui/text"
)

// TestPicturesInLanguages takes the pictures of the guide in each of the LANGUAGES, with
// alice's Pidgin and its windows in that language. Bob's, which is not in the pictures, is in
// English. "make pictures LANGUAGE=de" stores them in doc/screenshots/de. Somebody must look at
// them.
func TestPicturesInLanguages(t *testing.T) {
	for _, language := range strings.Fields(os.Getenv("LANGUAGES")) {
		t.Run(language, func(t *testing.T) {
			text.SetLanguages([]string{language})
			t.Cleanup(func() { text.SetLanguages(nil) })
			d := newDeskWith(t, desk.Options{Theme: "light", Pictures: language})
			ours := purpleOTR(t).file
			b := d.Pidgin("bob", ours)
			d.SpeakAll(language)
			g := &abroad{gallery{t: t, d: d, a: d.Pidgin("alice", ours), b: b}}
			meet(g.a, g.b)
			g.a.Talk("bob")
			g.b.Talk("alice")
			g.a.Place("bob", 20, 10)
			g.b.Place("alice", 700, 10)
			g.strip(text.LevelNotPrivate(), "not-private")
			g.settings()
			g.waiting()
			g.verifying()
			g.unencrypted()
			g.changed()
			g.tables()
			d.Stack("levels", g.strips...)
			g.protection()
			g.unlocking(ours)
		})
	}
}

// abroad is a gallery in another language.
type abroad struct{ gallery }

// tool chooses an item of ours in the menu of the buddy list, whose title Pidgin translates.
func (g *abroad) tool(label string) {
	g.t.Helper()
	g.d.Until("alice chooses "+label, func() bool {
		for _, title := range g.a.Windows() {
			if n, ok := g.a.Look(title, "menu item", desk.Named(label)); ok {
				return n.Click()
			}
		}
		return false
	})
}

// strip takes the part of a picture of the levels.
func (g *abroad) strip(word, name string) {
	g.t.Helper()
	button := g.a.Find("bob", "push button", word)
	g.a.Raise("bob")
	w, _ := g.a.Window("bob")
	box := button.Box()
	g.d.Detail("strip-"+name, 0, desk.Box{X: w.Box().X, Y: box.Y - 2, W: w.Box().W, H: box.H + 4})
	g.strips = append(g.strips, "strip-"+name)
}

func (g *abroad) press(title, button string) { g.a.Click(title, "push button", button) }

// verify opens the dialog with one of its ways.
func (g *abroad) verify(way string) {
	g.t.Helper()
	g.a.Type("bob", "/otr verify")
	g.d.Until("alice chooses "+way, func() bool {
		n, ok := g.a.Look(text.VerifyTitle(), "radio button", begins(way))
		return ok && (n.Checked() || n.Click())
	})
}

func (g *abroad) settings() {
	title := text.SettingsTitle()
	g.tool(text.ToolSettings())
	g.window(g.a, title, "settings")
	g.press(title, text.ButtonCancel())
	g.a.Type("bob", "/otr settings")
	g.a.Click(title, "check box", text.SettingOwn("bob"))
	g.a.Click(title, "check box", text.SettingRequire())
	g.window(g.a, title, "settings-buddy")
	g.press(title, text.ButtonSave())
}

// waiting shows what happens to a message that must not be sent unencrypted.
func (g *abroad) waiting() {
	g.b.Disconnect()
	g.a.Type("bob", "…")
	g.a.WaitText("bob", html.UnescapeString(strings.TrimSpace(text.Held("bob", ""))))
	g.a.Portrait("bob", "waiting")
	g.b.Connect()
	meet(g.a, g.b)
	g.strip(text.LevelUnverified(), "unverified")
	w, _ := g.a.Window("bob")
	button := g.a.Find("bob", "push button", text.LevelUnverified())
	g.menu("menu", w, 1, func() {
		button.Focus()
		g.d.Until("the button has the keyboard", button.Focused)
		g.a.Shortcut("space")
	})
}

func (g *abroad) verifying() {
	title := text.VerifyTitle()
	ask := func() {
		g.verify(text.VerifyByQuestion("bob"))
		enter(g.a, title, "1 + 1 = ?", "2")
	}
	ask()
	g.window(g.a, title, "verify-question")
	g.press(title, text.ButtonVerify())
	g.b.Answer("3")
	g.a.Find(title, "push button", text.ButtonTryAgain())
	g.window(g.a, title, "verify-failure")
	g.press(title, text.ButtonClose())
	g.b.CloseProgress()

	g.b.AskQuestion("alice", "1 + 1 = ?", "2")
	enter(g.a, text.SmpTitle(), "2")
	g.window(g.a, text.SmpTitle(), "question")
	g.press(text.SmpTitle(), text.ButtonDecline())
	g.b.CloseProgress()

	ask()
	g.press(title, text.ButtonVerify())
	g.b.Answer("2")
	g.a.Find("bob", "push button", text.LevelPrivate())
	g.a.Find(title, "push button", text.ButtonClose())
	g.window(g.a, title, "verify-success")
	g.press(title, text.ButtonClose())
	g.b.CloseProgress()
	g.strip(text.LevelPrivate(), "private")

	g.verify(text.VerifyByFingerprint())
	g.window(g.a, title, "verify-fingerprint")
	g.press(title, text.ButtonCancel())
}

// unencrypted shows a message that another program of bob's has sent.
func (g *abroad) unencrypted() {
	phone := g.d.Pidgin("bob/phone")
	phone.Say("alice", ":-)")
	g.a.WaitText("bob", ":-)")
	g.a.Portrait("bob", "unencrypted")
	phone.Quit()
}

// changed: bob ends the conversation, and comes back with another key.
func (g *abroad) changed() {
	g.b.Say("alice", "OK") // the other program has sent the last message
	g.a.WaitText("bob", "OK")
	g.b.Menu("alice", "End private conversation")
	g.strip(text.LevelFinished(), "finished")
	g.a.Type("bob", "…")
	g.d.Until("alice sees her message again", func() bool { return g.a.Entry("bob").Text() != "" })
	g.a.Portrait("bob", "not-sent")
	g.b.Menu("Buddy List", "My keys…")
	g.choose(g.b, "My keys", "bob@localhost")
	g.b.Click("My keys", "push button", "Replace…")
	g.b.Click("Replace a key", "push button", "Replace")
	g.b.Click("My key", "push button", "Close")
	g.b.Click("My keys", "push button", "Close")
	g.a.Entry("bob").Set("")
	g.a.Type("bob", "/otr start")
	g.window(g.a, text.ChangedTitle(), "changed")
	g.press(text.ChangedTitle(), text.ChangedContinue())
}

func (g *abroad) tables() {
	for _, table := range []struct{ label, title, name string }{
		{text.ToolKnown(), text.KnownTitle(), "known"},
		{text.ToolKeys(), text.KeysTitle(), "keys"},
	} {
		g.tool(table.label)
		g.window(g.a, table.title, table.name)
		g.press(table.title, text.ButtonClose())
	}
}

// protection ends with keys that a passphrase protects.
func (g *abroad) protection() {
	title := text.ProtectTitle()
	g.tool(text.ToolProtect())
	g.d.Until("alice chooses a passphrase", func() bool {
		n, ok := g.a.Look(title, "radio button", begins(text.ChoicePassphrase()))
		return ok && n.Click()
	})
	enter(g.a, title, passphrase, passphrase)
	g.window(g.a, title, "protection-passphrase")
	g.press(title, text.ButtonApply())
	g.press(title, text.ButtonClose())

	title = text.BackupTitle()
	g.tool(text.ToolBackup())
	enter(g.a, title, passphrase, passphrase)
	g.window(g.a, title, "backup")
	g.press(title, text.ButtonCancel())
}

func (g *abroad) unlocking(ours string) {
	g.a.Quit()
	g.a = g.d.Pidgin("alice", ours)
	g.window(g.a, text.UnlockTitle(), "unlock")
}
