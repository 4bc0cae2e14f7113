// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"purple-otr/ui/locale"
)

// A guide that is written from right to left is in this element, because many pages show
// Markdown from left to right.
const rightToLeft, rightToLeftEnd = "<div dir=\"rtl\">\n\n", "\n\n</div>\n"

var (
	directionTag = regexp.MustCompile(`</?(div|span)( dir="(rtl|ltr)")?>`)
	commandTag   = regexp.MustCompile("(<span dir=\"ltr\">)?`([^`]+)`(</span>)?")
)

// directionFaults says what a reader would see in the wrong direction: a guide outside its
// element, and a command whose first mark would be shown behind it, as the slash of
// “/otr” is. Invisible characters would be copied with the text around them.
func directionFaults(language, guide string) (says []string) {
	if strings.ContainsFunc(guide, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }) {
		says = append(says, "it has invisible characters")
	}
	if !locale.RightToLeft(language) {
		if directionTag.MatchString(guide) {
			says = append(says, "it is written from left to right, and needs no tags")
		}
		return says
	}
	body, begins := strings.CutPrefix(guide, rightToLeft)
	body, ends := strings.CutSuffix(body, rightToLeftEnd)
	if !begins || !ends {
		says = append(says, fmt.Sprintf("it does not begin with %q and end with %q", rightToLeft, rightToLeftEnd))
	}
	for _, m := range commandTag.FindAllStringSubmatch(body, -1) {
		first, _ := utf8.DecodeRuneInString(m[2])
		if !unicode.IsLetter(first) && (m[1] == "" || m[3] == "") {
			says = append(says, "readers would see the first mark of "+m[2]+" behind it")
		}
	}
	return says
}

// TestDirectionFaults: a fault of each kind is found.
func TestDirectionFaults(t *testing.T) {
	const good = "<div dir=\"rtl\">\n\n# דליל\n\nא <span dir=\"ltr\">`/otr start`</span> ב `otr-keys export`\n\n</div>\n"
	for _, language := range []string{"ar", "fa", "he"} {
		if faults := directionFaults(language, good); len(faults) > 0 {
			t.Errorf("%s: a guide without faults has %q", language, faults)
		}
	}
	if len(directionFaults("de", good)) == 0 {
		t.Error("German from right to left is no fault")
	}
	if faults := directionFaults("de", "# Handbuch\n\n`/otr start`\n"); len(faults) > 0 {
		t.Errorf("a German guide without faults has %q", faults)
	}
	for _, change := range [][2]string{
		{"<div dir=\"rtl\">\n\n", ""},
		{"<div dir=\"rtl\">\n\n", "<div dir=\"rtl\">\n"},
		{"rtl", "ltr"},
		{"\n\n</div>\n", "\n"},
		{"<span dir=\"ltr\">", ""},
		{"</span>", ""},
		{"`otr-keys export`", "`-n`"},
		{"`otr-keys export`", "`~/.irssi`"},
		{"א", "א\u200f"},
		{"א", "\u2067א\u2069"},
	} {
		if changed := strings.Replace(good, change[0], change[1], 1); changed == good || len(directionFaults("ar", changed)) == 0 {
			t.Errorf("%q in place of %q is no fault", change[1], change[0])
		}
	}
	with, without := blocks(good), blocks("# דליל\n\nא `/otr start` ב `otr-keys export`\n")
	if len(with) != len(without) || with[0] != without[0] || with[1] != without[1] {
		t.Errorf("with tags, the blocks are %q, and not %q", with, without)
	}
}
