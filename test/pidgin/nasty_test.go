// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"

	"purple-otr/test/pidgin/desk"
)

// nasty are texts that programs damage if they take plain text for HTML, or HTML for plain
// text. Nobody can type a line break or a tab in every program.
var nasty = []string{
	"if (a<b && b>c)", "#include <stdio.h>", "vector<int> v; a->b <<= 1", "<b>bold</b> <br>", "&lt; &amp;lt; &copy; &#60; &nbsp;x",
	"http://example.org/?a=1&b=2&lt=3&copy=4", "<http://example.org/?a=1&b=2>", "<alice@example.org>", "AT&T, R&D; &&; x",
	`"quoted" 'it' is «so» „good“`, "a  b   c    d", "100% %s %n $1 `x` \\n \\", "e\u0301 ñ ß € 日本語", "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 ❤️",
	"שלום <b> עולם & مرحبا", "<img src=x>", "<script>alert(1)</script>", "<font color=red", "</b></i>", "{[(~^|)]}",
}

// encoded is what Pidgin makes of a text that is typed into it.
func encoded(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "<br>").Replace(text)
}

// directions removes the marks that Pidgin writes around words from right to left.
var directions = strings.NewReplacer("\u200e", "", "\u200f", "", "\u202a", "", "\u202b", "", "\u202c", "")

// readsExactly waits until a line of p's window is exactly text from the buddy.
func readsExactly(p *desk.Pidgin, buddy, text string) {
	p.Desk.T.Helper()
	var last string
	if !p.Desk.Within(desk.Timeout, func() bool {
		last = directions.Replace(p.Transcript(buddy))
		return strings.Contains(last+"\n", ") "+buddy+": "+text+"\n")
	}) {
		p.Desk.T.Fatalf("%s does not read %q but:\n%s", p.User, text, last)
	}
}
