// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
	"purple-otr/ui/text"
)

// TestLargeDialogs opens, on a small screen with large letters, the dialogs that
// TestLargeLetters does not: nothing is outside the screen, and no dialog has to be
// scrolled.
func TestLargeDialogs(t *testing.T) {
	for _, language := range []string{"en", "de", "es", "fr"} {
		t.Run(language, func(t *testing.T) {
			text.SetLanguages([]string{language})
			t.Cleanup(func() { text.SetLanguages(nil) })
			d := newDeskWith(t, desk.Options{Screen: "1024x768", Font: "Sans 18", Theme: "light"})
			ours := purpleOTR(t).file
			b := d.Pidgin("bob", ours)
			d.Speak(language)
			g := &large{gallery{t: t, d: d, a: d.Pidgin("alice", ours), b: b}, language}
			meet(g.a, g.b)
			g.a.Talk("bob")
			g.b.Talk("alice")
			g.a.Place("bob", 10, 10)
			g.b.Menu("alice", "Start private conversation")
			g.b.WaitLevel("alice", "Unverified")
			g.settings()
			g.protection()
			g.importing()
			g.restoring()
			g.verifying()
		})
	}
}

// passphrase is one that is not refused as weak.
const passphrase = "violet teapots sing loudly"

// large is a gallery of dialogs in large letters.
type large struct {
	gallery
	language string
}

// opens waits for a window with a heading, takes its picture and examines it.
func (g *large) opens(title, heading, name string) {
	g.t.Helper()
	reads(g.a, title, heading)
	g.d.Picture("large-" + g.language + "-" + name)
	w, ok := g.a.Window(title)
	if !ok {
		g.t.Fatalf("%s has closed", title)
	}
	onScreen(g.t, g.d, title, w)
	for _, n := range w.All("radio button", "push button", "check box", "combo box", "text", "password text") {
		onScreen(g.t, g.d, n.Name(), n)
	}
	for _, n := range w.All("scroll bar") {
		if n.Showing() {
			g.t.Errorf("%s scrolls", title)
		}
	}
	examine(g.t, title, w)
}

func (g *large) press(title, button string) { g.a.Click(title, "push button", button) }

func (g *large) settings() {
	g.a.Menu("Buddy List", text.ToolSettings())
	g.opens(text.SettingsTitle(), text.SettingsHeading(), "settings")
	g.press(text.SettingsTitle(), text.ButtonCancel())
	g.a.Type("bob", "/otr settings")
	g.opens(text.SettingsTitle(), text.SettingsBuddyHeading("bob"), "settings-buddy")
	g.press(text.SettingsTitle(), text.ButtonCancel())
}

// protection is also what a passphrase is chosen in.
func (g *large) protection() {
	g.a.Type("bob", "/otr protect")
	title := text.ProtectTitle()
	g.d.Until("alice chooses a passphrase", func() bool {
		n, ok := g.a.Look(title, "radio button", begins(text.ChoicePassphrase()))
		return ok && n.Click()
	})
	enter(g.a, title, passphrase, passphrase)
	g.opens(title, text.ProtectHeading(), "protection")
	g.press(title, text.ButtonCancel())
}

func (g *large) importing() {
	folder := filepath.Join(g.d.Dir, "laptop")
	write(g.t, folder, "carol@localhost")
	title := text.ImportTitle()
	g.a.Type("bob", "/otr import")
	g.opens(title, text.ImportHeading(), "import")
	g.press(title, text.ButtonFolder())
	choosePath(g.a, title, folder, "OK")
	g.opens(title, text.PreviewHeading(false), "import-preview")
	g.press(title, text.ButtonCancel())
}

func (g *large) restoring() {
	file, title := filepath.Join(g.d.Dir, "alice.backup"), text.BackupTitle()
	g.a.Type("bob", "/otr backup")
	enter(g.a, title, passphrase, passphrase)
	g.opens(title, text.BackupHeading(), "backup")
	g.press(title, text.ButtonContinue())
	choosePath(g.a, title, file, "Save")
	g.opens(title, text.BackupDone(), "backup-done")
	g.press(title, text.ButtonClose())

	title = text.RestoreTitle()
	g.a.Type("bob", "/otr restore")
	choosePath(g.a, title, file, "Open")
	enter(g.a, title, passphrase)
	g.opens(title, text.RestoreHeading(), "restore")
	g.press(title, text.ButtonContinue())
	g.opens(title, text.NothingNew(), "restore-done")
	g.press(title, text.ButtonClose())
}

// verifying shows the pages of the dialog, and a question of bob's.
func (g *large) verifying() {
	title := text.VerifyTitle()
	for _, page := range []struct{ name, way, label string }{
		{"question", text.VerifyByQuestion("bob"), text.VerifyAsk("bob")},
		{"secret", text.VerifyBySecret("bob"), text.VerifySecret("bob")},
	} {
		g.a.Type("bob", "/otr verify")
		g.d.Until("alice chooses "+page.name, func() bool {
			n, ok := g.a.Look(title, "radio button", begins(page.way))
			return ok && n.Click()
		})
		reads(g.a, title, page.label)
		g.opens(title, text.VerifyHeading("bob"), page.name)
		g.press(title, text.ButtonCancel())
	}
	g.b.AskQuestion("alice", strings.Repeat("Which town did we go to? ", 6), "Lisbon")
	g.opens(text.SmpTitle(), text.SmpHeading("bob", true), "answer")
	g.press(text.SmpTitle(), text.ButtonDecline())
}
