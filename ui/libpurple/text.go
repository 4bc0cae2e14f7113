// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

/*
#include "host.h"
*/
import "C"

import (
	"html"
	"strings"
	"unicode/utf8"

	"golang.org/x/sys/unix"
	"rsc.io/qr"

	"purple-otr/ui"
)

// maxAlert is how many bytes Pidgin can show in its simple message, markup
// included. Beyond that it shows nothing at all.
const maxAlert = 1900

// Alert implements [ui.Host].
func (h *Host) Alert(title, heading, text string) {
	var cs cStrings
	defer cs.free()
	escaped := html.EscapeString(text)
	if len(html.EscapeString(heading))+len(escaped) <= maxAlert {
		C.potr_alert(cs.str(title), cs.str(wrapped(heading)), cs.str(wrapped(text)))
		return
	}
	C.potr_alert_html(cs.str(title), cs.str(heading), cs.str(strings.ReplaceAll(escaped, "\n", "<br>")))
}

// A dialog of Finch's must fit a terminal of 80 columns and 24 lines. What frame,
// title and buttons need is taken off.
const width = 72

// lines is how many lines of a dialog the terminal has room for.
func lines() int {
	const usual, around = 24, 6
	size, err := unix.IoctlGetWinsize(0, unix.TIOCGWINSZ)
	if err != nil {
		return usual - around
	}
	return max(usual, int(size.Row)) - around
}

// sign is what an icon becomes where there are only letters.
func sign(i ui.Icon) string {
	switch i {
	case ui.WarningIcon:
		return "\u26a0 "
	case ui.SuccessIcon:
		return "\u2713 "
	}
	return ""
}

// wrapped breaks the lines of text for Finch, which breaks them wherever the
// screen ends, in the middle of a word.
func wrapped(text string) string {
	if C.GoString(C.potr_ui()) != "gnt-purple" {
		return text
	}
	return wrap(text, width)
}

// wrap breaks lines at spaces so that none is longer than width characters,
// except for a word that is.
func wrap(text string, width int) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		used := 0
		for j, word := range strings.Split(line, " ") {
			n := utf8.RuneCountInString(word)
			switch {
			case j == 0:
			case used+1+n > width:
				b.WriteByte('\n')
				used = 0
			default:
				b.WriteByte(' ')
				used++
			}
			b.WriteString(word)
			used += n
		}
	}
	return b.String()
}

// blocks is a QR code below its label, each character being two modules, one
// above the other. It is empty if that does not fit in so many lines.
func blocks(field ui.Field, lines int) string {
	c, err := qr.Encode(field.Value, qr.L)
	const quiet = 2
	if err != nil || c.Size+2*quiet > width || (c.Size+2*quiet+1)/2 > lines {
		return ""
	}
	var b strings.Builder
	b.WriteString(field.Label)
	for y := -quiet; y < c.Size+quiet; y += 2 {
		b.WriteByte('\n')
		for x := -quiet; x < c.Size+quiet; x++ {
			switch above, below := c.Black(x, y), c.Black(x, y+1); {
			case above && below:
				b.WriteRune('█')
			case above:
				b.WriteRune('▀')
			case below:
				b.WriteRune('▄')
			default:
				b.WriteRune('\u00a0') // a space would be a place to break the line
			}
		}
	}
	return b.String()
}
