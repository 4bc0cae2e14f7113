// SPDX-License-Identifier: GPL-2.0-or-later

package locale

import (
	"slices"
	"strings"
	"testing"
)

func TestPreferred(t *testing.T) {
	for _, c := range []struct{ environment, want string }{
		{"", ""},
		{"LANG=de_DE.UTF-8", "de_DE de"},
		{"LANG=de_AT.UTF-8@euro", "de_AT de"},
		{"LANG=fr", "fr"},
		{"LANG=de_DE.UTF-8 LC_ALL=C", ""},
		{"LANG=de_DE LC_MESSAGES=fr_CA.UTF-8", "fr_CA fr"},
		{"LANG=de_DE LC_MESSAGES=fr_CA LC_ALL=pt_BR", "pt_BR pt"},
		{"LANGUAGE=fr LANG=C.UTF-8", ""}, // as in gettext, "C" disables translation
		{"LANGUAGE=fr LC_ALL=POSIX LANG=de_DE", ""},
		{"LANGUAGE=fr", ""},
		{"LANGUAGE=sv:fr_BE:de LANG=en_GB.UTF-8", "sv fr_BE fr de en_GB en"},
		{"LANGUAGE=:: LANG=de_DE.UTF-8", "de_DE de"},
	} {
		set := map[string]string{}
		for _, pair := range strings.Fields(c.environment) {
			name, value, _ := strings.Cut(pair, "=")
			set[name] = value
		}
		if got := Preferred(func(name string) string { return set[name] }); strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.environment, got, c.want)
		}
	}
}

func TestBest(t *testing.T) {
	if got := Languages(); !slices.Contains(got, "de") || !slices.Contains(got, "fr") {
		t.Fatalf("languages %q", got)
	}
	for languages, want := range map[string]string{
		"":               "Nothing found.",
		"de":             "Nichts gefunden.",
		"de_AT de":       "Nichts gefunden.",
		"tlh fr de":      "Rien trouvé.",
		"en_GB en fr":    "Nothing found.",
		"tlh":            "Nothing found.",
		"../locale/de x": "Nothing found.",
		"tlh en_US de":   "Nothing found.",
	} {
		got := "Nothing found."
		if po := Best(strings.Fields(languages)); po != nil {
			got = po.Get(got, []any{}...)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", languages, got, want)
		}
	}
}
