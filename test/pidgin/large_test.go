// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestLargeLetters: a buddy with another key than the verified one starts a conversation
// while alice types. She has a small screen and large letters.
func TestLargeLetters(t *testing.T) {
	for _, words := range []struct{ language, alarm, compare, verify, ok, notYet, nothing, useless, again, verified string }{
		{"en", "Key changed", "Compare fingerprints…", "Verify buddy", "Verify", "Not yet", "Nothing was verified", "This is not a complete fingerprint.", "Try again…", "You have verified bob"},
		{"de", "Schlüssel geändert", "Fingerabdrücke vergleichen\u00a0…", "Kontakt verifizieren", "Verifizieren", "Noch nicht", "Es wurde nichts verifiziert", "Das ist kein vollständiger Fingerabdruck.", "Noch einmal versuchen\u00a0…", "Sie haben bob verifiziert"},
		{"fr", "Clé modifiée", "Comparer les empreintes…", "Vérifier le contact", "Vérifier", "Pas encore", "Rien n’a été vérifié", "Ce n’est pas une empreinte complète.", "Réessayer…", "Vous avez vérifié bob"},
	} {
		t.Run(words.language, func(t *testing.T) {
			d := newDeskWith(t, desk.Options{Screen: "1024x768", Font: "Sans 18", Theme: "light"})
			d.Change("alice", "otr.fingerprints", "bob@localhost\talice@localhost/desk\tprpl-jabber\t"+strings.Repeat("0123456789", 4)+"\tverified\n")
			ours := purpleOTR(t).file
			b := d.Pidgin("bob", ours)
			d.Speak(words.language)
			a := d.Pidgin("alice", ours)
			meet(a, b)
			a.Talk("bob")
			b.Talk("alice")
			a.Place("bob", 10, 10)
			picture := func(name string) { d.Picture("large-" + words.language + "-" + name) }

			// She types until the warning appears, and continues.
			entry := a.Entry("bob")
			a.Raise("bob")
			entry.Focus()
			var typed strings.Builder
			letters := func(n int) {
				for range n {
					key := string(rune('a' + typed.Len()%26))
					a.Shortcut(key)
					typed.WriteString(key)
				}
			}
			letters(10)
			b.Menu("alice", "Start private conversation")
			a.Raise("bob")
			entry.Focus()
			d.Until("the warning is there", func() bool {
				letters(1)
				w, ok := a.Window(words.alarm)
				return ok && w.Showing()
			})
			letters(40)
			d.Until("every key has arrived", func() bool { return entry.Text() == typed.String() })
			w, _ := a.Window(words.alarm)
			if w.Active() {
				t.Error("the alarm has taken the keyboard")
			}
			picture("changed")
			onScreen(t, d, words.alarm, w)
			examine(t, words.alarm, w)
			if n := len(w.All("icon")); n != 1 {
				t.Errorf("%d icons", n)
			}
			a.Raise(words.alarm)
			reach(t, a, words.alarm, w)

			// Compares fingerprints, first without a result and then with a
			// different one.
			a.Click(words.alarm, "push button", words.compare)
			compare := func() desk.Node {
				a.Find(words.verify, "push button", words.ok)
				w, _ := a.Window(words.verify)
				onScreen(t, d, words.verify, w)
				for _, n := range w.All("radio button", "push button") {
					onScreen(t, d, n.Name(), n)
				}
				return w
			}
			w = compare()
			if n := len(w.All("radio button")); n != 2 {
				t.Errorf("%d choices: not just fingerprints", n)
			}
			picture("compare")
			a.Fill(words.verify, 0, "AB CD")
			a.Click(words.verify, "push button", words.ok)
			a.Find(words.verify, "label", words.useless)
			compare()
			picture("useless")
			a.Fill(words.verify, 0, "")
			a.Click(words.verify, "push button", words.ok)
			a.WaitText("bob", words.nothing)

			a.Raise("bob")
			entry.Focus()
			a.Shortcut("Return") // the typed text is not sent, and the warning appears again
			a.Click(words.alarm, "push button", words.compare)
			theirs := fingerprints.FindString(strings.Join(texts(compare()), "\n"))
			a.Fill(words.verify, 0, strings.ToLower(strings.ReplaceAll(theirs, " ", "-")))
			a.Click(words.verify, "push button", words.ok)
			a.WaitText("bob", words.verified)
			if d.Relay.Contains(typed.String()) {
				t.Error("what was typed has been sent")
			}

			// A wrong answer, and then the same question again.
			a.Raise("bob")
			entry.Set("")
			a.Type("bob", "/otr verify")
			a.Fill(words.verify, 0, "Where did we meet?")
			a.Fill(words.verify, 1, "Lisbon")
			a.Click(words.verify, "push button", words.ok)
			b.Answer("Porto")
			a.Find(words.verify, "push button", words.again)
			w, _ = a.Window(words.verify)
			picture("failure")
			onScreen(t, d, words.verify, w)
			examine(t, words.verify, w)
			a.Click(words.verify, "push button", words.again)
			d.Until("the question is still there", func() bool {
				w, ok := a.Window(words.verify)
				return ok && len(w.Entries()) == 2 && w.Entries()[0].Text() == "Where did we meet?" && w.Entries()[1].Text() == ""
			})
			picture("again")
			b.CloseProgress()
			a.Fill(words.verify, 1, "Lisbon")
			a.Click(words.verify, "push button", words.ok)
			b.Answer("Lisbon")
			b.Find(desk.VerifyWindow, "push button", "Close")
			picture("success")

			// All dialogs at once.
			buttons := a.Showing(words.verify, "push button")
			if len(buttons) != 1 {
				t.Fatalf("%d buttons with a success", len(buttons))
			}
			buttons[0].Click()
			d.Until("the result is closed", func() bool { _, open := a.Window(words.verify); return !open })
			a.Raise("bob")
			a.Type("bob", "/otr verify")
			d.Until("fingerprints can be compared", func() bool {
				radios := a.Showing(words.verify, "radio button")
				if len(radios) == 3 {
					radios[2].Click()
				}
				return len(radios) == 5 // including the choice
			})
			compare()
			picture("verify-fingerprint")
		})
	}
}

// texts returns the texts of the labels in w.
func texts(w desk.Node) (all []string) {
	for _, n := range w.All("label", "text") {
		all = append(all, n.Text())
	}
	return all
}

// onScreen fails if a part of n is outside the screen.
func onScreen(t *testing.T, d *desk.Desk, name string, n desk.Node) {
	t.Helper()
	if b := n.Box(); b.X < 0 || b.Y < 0 || b.X+b.W > 1024 || b.Y+b.H > 768 || b.W == 0 {
		t.Errorf("%s is at %+v", name, b)
	}
}
