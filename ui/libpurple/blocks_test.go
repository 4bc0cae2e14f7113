// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import (
	"strings"
	"testing"
	"unicode/utf8"

	"rsc.io/qr"

	"purple-otr/ui"
)

// TestBlocks converts the characters back to modules.
func TestBlocks(t *testing.T) {
	field := ui.Field{Label: "For a camera:", Value: "xmpp:alice@example.org?otr-fingerprint=0123456789abcdef0123456789abcdef01234567"}
	code, err := qr.Encode(field.Value, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(blocks(field, 24), "\n")
	if lines[0] != field.Label {
		t.Errorf("the label is %q", lines[0])
	}
	const quiet = 2
	for y, line := range lines[1:] {
		if n := utf8.RuneCountInString(line); n != code.Size+2*quiet || n > 80 {
			t.Fatalf("line %d has %d characters", y, n)
		}
		for x, r := range []rune(line) {
			above, below := code.Black(x-quiet, 2*y-quiet), code.Black(x-quiet, 2*y+1-quiet)
			want := map[[2]bool]rune{{true, true}: '█', {true, false}: '▀', {false, true}: '▄', {false, false}: '\u00a0'}
			if r != want[[2]bool{above, below}] {
				t.Fatalf("at %d, %d there is %q", x, y, r)
			}
		}
	}
	if n := len(lines) - 1; n < (code.Size+1)/2 || n > 24 {
		t.Errorf("%d lines for %d modules", n, code.Size)
	}
	if got := blocks(field, len(lines)-2); got != "" {
		t.Error("a code is shown although there is no room for it")
	}
	if got := blocks(ui.Field{Value: strings.Repeat("x", 5000)}, 24); got != "" {
		t.Error("a code is shown for a text that is too long")
	}
}
