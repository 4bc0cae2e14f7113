// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestGerman: a user of the German version talks to a user of the English one.
func TestGerman(t *testing.T) {
	d := newDesk(t)
	b := d.Pidgin("bob", purpleOTR(t).file)
	d.Speak("de")
	a := d.Pidgin("alice", purpleOTR(t).file)
	meet(a, b)
	a.Talk("bob")
	b.Talk("alice")
	says := func(word string) {
		t.Helper()
		d.Until("the button says "+word, func() bool {
			_, ok := a.Look("bob", "push button", func(n desk.Node) bool { return strings.HasPrefix(strings.TrimSpace(n.Name()), word) })
			return ok
		})
	}
	says("Nicht privat")
	a.Menu("bob", "Private Unterhaltung beginnen")
	says("Nicht verifiziert")
	a.WaitText("bob", "Nicht verifizierte Unterhaltung mit bob begonnen")
	b.WaitText("alice", "Unverified conversation with alice started")
	a.Menu("bob", "Kontakt verifizieren …")
	const window = "Kontakt verifizieren"
	a.Find(window, "push button", "Abbrechen")
	a.Portrait(window, "german-verify")
	a.Click(window, "push button", "Abbrechen")
	a.Menu("Buddy List", "Meine Schlüssel …")
	a.Portrait("bob", "german-conversation")
}
