// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"slices"
	"strings"

	"purple-otr/test/pidgin/desk"
)

// nasty are texts that programs damage if they take plain text for HTML, or HTML for plain
// text, or look for commands and colours in them.
var nasty = []string{
	"if (a<b && b>c)", "#include <stdio.h>", "vector<int> v; a->b <<= 1", "<b>bold</b> <br>", "&lt; &amp;lt; &copy; &#60; &nbsp;x",
	"http://example.org/?a=1&b=2&lt=3&copy=4", "<http://example.org/?a=1&b=2>", "<alice@example.org>", "AT&T, R&D; &&; x",
	`"quoted" 'it' is «so» „good“`, "a  b   c    d", "100% %s %n $1 `x` \\n \\", "e\u0301 ñ ß € 日本語", "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 ❤️",
	"שלום <b> עולם & مرحبا", "<img src=x>", "<script>alert(1)</script>", "<font color=red", "</b></i>", "{[(~^|)]}",
	":-) ;-) :P 8-) :/ >:o O:-) <3 (y) :-)", "a /me //x", blanks, tabs, codes,
}

const (
	blanks = " blanks   at both ends  "
	tabs   = "a \ttab\t"
	codes  = "\x02bold\x02 \x0304,07colour\x03 \x1fline\x0f \x16back" // as mIRC writes them
)

// lines are texts that many programs do not let people type.
var lines = []string{"two\nlines", "four\n\n  lines\n\tx", "last\n"}

// encoded is what Pidgin makes of a text that is typed into it.
func encoded(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "<br>").Replace(text)
}

// directions removes the marks that Pidgin writes around words from right to left.
var directions = strings.NewReplacer("\u200e", "", "\u200f", "", "\u202a", "", "\u202b", "", "\u202c", "")

// readsExactly reports whether a line of p's window is exactly text from the buddy, now or soon.
func readsExactly(p *desk.Pidgin, buddy, text string) bool {
	return p.Desk.Within(desk.Timeout, func() bool {
		return strings.Contains(directions.Replace(p.Transcript(buddy))+"\n", ") "+buddy+": "+text+"\n")
	})
}

// A peer is the buddy's program in a test of texts. says and shows are what that program
// itself alters: by what is typed, what is read.
type peer struct {
	say         func(text string)      // its user types it
	reads       func(text string) bool // whether it has shown exactly this
	cannotType  []string
	says, shows map[string]string
}

// exchange sends each text in both directions between a and the buddy, and checks that it
// is read as it was typed, or as the peer alters it.
func exchange(a *desk.Pidgin, buddy string, p peer, texts []string) {
	t := a.Desk.T
	t.Helper()
	for _, text := range texts {
		if !slices.Contains(p.cannotType, text) {
			p.say(text)
			if want := altered(text, p.says); !readsExactly(a, buddy, want) {
				t.Fatalf("%s does not read %q but:\n%q", a.User, want, a.Transcript(buddy))
			}
		}
		a.Say(buddy, encoded(text))
		if want := altered(text, p.shows); !a.Desk.Within(desk.Timeout, func() bool { return p.reads(want) }) {
			t.Fatalf("%s does not read %q", buddy, want)
		}
	}
}

func altered(text string, how map[string]string) string {
	if other, is := how[text]; is {
		return other
	}
	return text
}
