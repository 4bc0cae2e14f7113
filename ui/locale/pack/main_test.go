// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"testing"

	"purple-otr/ui/locale"
)

// TestPlurals: a text is translated only if it has all plural forms of its language.
func TestPlurals(t *testing.T) {
	const header = "msgid \"\"\nmsgstr \"\"\n\"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);\\n\"\n\nmsgid \"%d day\"\nmsgid_plural \"%d days\"\n"
	for forms, want := range map[string][3]string{
		"msgstr[0] \"%d den\"\nmsgstr[1] \"%d dny\"\nmsgstr[2] \"%d dní\"\n": {"%d den", "%d dny", "%d dní"},
		"msgstr[0] \"%d den\"\nmsgstr[1] \"%d dny\"\n":                       {"%d day", "%d days", "%d days"},
		"msgstr[0] \"%d den\"\nmsgstr[1] \"\"\nmsgstr[2] \"%d dní\"\n":       {"%d day", "%d days", "%d days"},
	} {
		data, err := pack([]byte(header + forms))
		if err != nil {
			t.Fatal(err)
		}
		c, err := locale.Unpack(data)
		if err != nil {
			t.Fatal(err)
		}
		got := [3]string{c.GetN("%d day", "%d days", 1), c.GetN("%d day", "%d days", 3), c.GetN("%d day", "%d days", 7)}
		if got != want {
			t.Errorf("%s: %q, want %q", forms, got, want)
		}
	}
	if _, err := pack([]byte("msgid \"a\"\nmsgstr \"b\"\n")); err == nil {
		t.Error("a catalogue without a rule for plurals was packed")
	}
}
