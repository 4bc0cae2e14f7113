// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"slices"
	"strings"
	"testing"
)

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

	// Before Profanity has said anything, it gets what would also be read in a program for
	// HTML; and texts without such characters are the same for both.
	for text, shown := range map[string]string{"if (a<b && b>c)": "if (a&lt;b &amp;&amp; b>c)", `"1" > '2'`: `"1" > '2'`} {
		a.Say("bob", encoded(text))
		d.Until("bob reads "+shown, func() bool { return b.Received("alice", shown) })
	}
	exchange(a, "bob", peer{
		say:        b.Command,
		reads:      func(text string) bool { return b.Received("alice", text) },
		cannotType: append([]string{tabs, codes}, lines...),
		says:       map[string]string{blanks: strings.TrimRight(blanks, " ")},
	}, slices.Concat(nasty, lines))

	compareSecrets(a, "bob",
		func(secret string) { b.Command(`/otr secret "` + secret + `"`) },
		func(secret string) { b.Command(`/otr secret "` + secret + `"`) },
		func() { b.WaitScreen("wants to authenticate your identity") })

	// Formatting is lost, and no character.
	a.Say("bob", `<b>1</b> &lt; <font color="#ff0000">2</font>`)
	d.Until("bob reads text without formatting", func() bool { return b.Received("alice", "1 < 2") })
}
