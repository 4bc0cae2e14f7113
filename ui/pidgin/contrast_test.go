// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"testing"

	"purple-otr/ui"
)

var levels = []ui.Level{ui.NotPrivate, ui.Unverified, ui.Private, ui.Finished}

// TestLevelColourIsReadable tests backgrounds from all over the colour space.
func TestLevelColourIsReadable(t *testing.T) {
	for background := colour(0); background <= 0xffffff; background += 0x0b0d11 {
		for _, l := range levels {
			if got := contrast(levelColour(l, background), background); got < minContrast {
				t.Errorf("level %d on %06x has contrast %.2f", l, background, got)
			}
		}
	}
	for grey := range colour(256) {
		background := grey<<16 | grey<<8 | grey
		for _, l := range levels {
			if got := contrast(levelColour(l, background), background); got < minContrast {
				t.Errorf("level %d on %06x has contrast %.2f", l, background, got)
			}
		}
	}
}

// TestLevelColoursDiffer checks that the levels have different colours on the usual
// backgrounds.
func TestLevelColoursDiffer(t *testing.T) {
	for _, background := range []colour{white, black, 0xdcdad5, 0x2e3436} {
		seen := map[colour]ui.Level{}
		for _, l := range levels {
			c := levelColour(l, background)
			if c == black || c == white {
				t.Errorf("level %d on %06x has no colour", l, background)
			}
			if other, ok := seen[c]; ok {
				t.Errorf("levels %d and %d look the same on %06x", l, other, background)
			}
			seen[c] = l
		}
	}
}

func TestContrast(t *testing.T) {
	if c := contrast(black, white); c < 20.99 || c > 21.01 {
		t.Errorf("black on white has %.3f, want 21", c)
	}
	if c := contrast(0x777777, white); c < 4.47 || c > 4.49 {
		t.Errorf("#777777 on white has %.3f, want 4.48", c)
	}
}
