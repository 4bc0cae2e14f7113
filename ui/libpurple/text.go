// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

/*
#include "host.h"
*/
import "C"

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/sys/unix"
	"rsc.io/qr"

	"purple-otr/ui"
)

// A dialog in Finch must fit into a terminal of 80 columns and 24 lines. width and lines
// exclude the frame, the title and the buttons.
const width = 72

// lines returns the number of lines that the terminal has for a dialog's text.
func lines() int {
	const usual, around = 24, 6
	size, err := unix.IoctlGetWinsize(0, unix.TIOCGWINSZ)
	if err != nil {
		return usual - around
	}
	return max(usual, int(size.Row)) - around
}

// sign returns the character for an icon in a text-only user interface.
func sign(i ui.Icon) string {
	switch i {
	case ui.WarningIcon:
		return "\u26a0 "
	case ui.SuccessIcon:
		return "\u2713 "
	}
	return ""
}

func inFinch() bool { return C.GoString(C.potr_ui()) == "gnt-purple" }

// wrapped breaks the lines of text for Finch, which would break them at the edge of the
// screen, in the middle of a word.
func wrapped(text string) string {
	if !inFinch() {
		return text
	}
	return wrap(text, width)
}

// wrap breaks lines at spaces so that none is longer than width characters, unless a
// single word is longer.
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

// blocks draws a QR code below its label; each character shows two modules, one above the
// other. It returns nothing if the code needs more lines than there are.
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
				b.WriteRune('\u00a0') // not a space, where the line could be broken
			}
		}
	}
	return b.String()
}
