// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/leonelquinteros/gotext"
	"golang.org/x/text/width"
)

// How wide a text may be on a screen of 1024 pixels, with 10 point DejaVu Sans, in which an
// average letter is 7 pixels wide. Sentences in dialogs wrap, but these texts do not.
const (
	screen = 1024
	letter = 7
)

// A room is what one kind of texts has.
type room struct {
	prefix, suffix string // of the function's name
	beside         int    // how many of the kind stand beside each other
	around         int    // pixels that each needs besides its text
}

// letters returns the longest text.
func (r room) letters() int { return (screen*9/10/r.beside - r.around) / letter }

// rooms are all kinds of texts that do not wrap. The first that fits counts.
var rooms = []room{
	{"Button", "", 3, 60}, // below a dialog, with an icon
	{"Action", "", 4, 40}, // below a table
	{"Column", "", 6, 24}, // above a table
	{"Level", "", 5, 40},  // on the button of a conversation
	{"Menu", "", 2, 60},   // beside Pidgin’s menus
	{"Tool", "", 2, 60},   // as Menu
	{"", "Title", 2, 60},  // of a window that is not wide
	{"", "Label", 1, 250}, // before an input
}

// limit returns how long a text may be that a function of package text returns; 0 means that
// it wraps.
func limit(function string) int {
	i := slices.IndexFunc(rooms, func(r room) bool {
		rest, found := strings.CutPrefix(function, r.prefix)
		return found && strings.IndexFunc(rest, unicode.IsUpper) == 0 && strings.HasSuffix(function, r.suffix)
	})
	if i < 0 {
		return 0
	}
	return rooms[i].letters()
}

// cells is the width of a text in average letters.
func cells(text string) (n int) {
	text = behind.ReplaceAllString(text, "(F)")
	for _, r := range strings.ReplaceAll(text, "_", "") {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// Long says which of a language's translations may make a window wider than the screen.
func Long(language string, uses []Use) []string {
	po := Source(language)
	if po == nil {
		return nil
	}
	return long(language, po, uses)
}

func long(language string, po *gotext.Po, uses []Use) (warnings []string) {
	forms := map[Text][]string{}
	for _, e := range entries(po) {
		forms[e.Text] = e.Forms
	}
	for _, u := range uses {
		for _, s := range forms[u.Text] {
			if most := limit(u.Function); most > 0 && cells(s) > most {
				warnings = append(warnings, fmt.Sprintf("%s: %s has room for %d letters, not %d: %q", language, u.Function, most, cells(s), s))
			}
		}
	}
	return warnings
}
