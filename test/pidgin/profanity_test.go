// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import "testing"

// TestProfanity talks to a program that knows plain text only. Every text arrives
// character for character, in both directions.
func TestProfanity(t *testing.T) {
	d := newDesk(t)
	b := d.Profanity("bob")
	a := d.Pidgin("alice", purpleOTR(t).file)
	a.Talk("bob")
	a.Sees("bob")
	a.Menu("bob", "Start private conversation")
	a.WaitLevel("bob", "Unverified")
	b.Command("/msg alice@localhost")
	for _, text := range nasty {
		b.Command(text)
		readsExactly(a, "bob", text)
	}
	for _, text := range append(nasty[:len(nasty):len(nasty)], "two\nlines", "tab\ttab", " spaces ") {
		a.Say("bob", encoded(text))
		d.Until("bob reads "+text, func() bool { return b.Received("alice", text) })
	}

	// Formatting is lost, and no character.
	a.Say("bob", `<b>1</b> &lt; <font color="#ff0000">2</font>`)
	d.Until("bob reads text without formatting", func() bool { return b.Received("alice", "1 < 2") })
}
