// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import "testing"

func TestWrap(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"one two", "one two"},
		{"one two three", "one two\nthree"},
		{"a\n\nb c", "a\n\nb c"},
		{"äöüäöü ß", "äöüäöü ß"},
		{"overlongword x", "overlongword\nx"},
		{"x overlongword", "x\noverlongword"},
		{"  in", "  in"},
	} {
		if got := wrap(c.in, 8); got != c.want {
			t.Errorf("wrap(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}
