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
		{"LANG=de_AT.UTF-8@euro", "de_AT@euro de@euro de_AT de"},
		{"LANG=fr", "fr"},
		{"LANG=de_DE.UTF-8 LC_ALL=C", ""},
		{"LANG=de_DE LC_MESSAGES=fr_CA.UTF-8", "fr_CA fr"},
		{"LANG=de_DE LC_MESSAGES=fr_CA LC_ALL=pt_BR", "pt_BR pt"},
		{"LANGUAGE=fr LC_ALL=C LANG=de_DE", ""}, // as in gettext, "C" disables translation
		{"LANGUAGE=fr LC_ALL=POSIX LANG=de_DE", ""},
		{"LANGUAGE=fr LANG=C.UTF-8", "fr"}, // but this locale does not
		{"LANG=C.UTF-8", "C"},
		{"LANGUAGE=fr", ""},
		{"LANGUAGE=sv:fr_BE:de LANG=en_GB.UTF-8", "sv fr_BE fr de"},
		{"LANGUAGE=:: LANG=de_DE.UTF-8", ""},
		{"LANGUAGE=de: LANG=fr_FR.UTF-8", "de"},
		{"LANG=zh_TW.UTF-8", "zh_TW"},
		{"LANG=zh_HK.UTF-8", "zh_HK zh_TW"},
		{"LANG=zh_CN.UTF-8", "zh_CN"},
		{"LANG=zh_SG.UTF-8", "zh_SG zh_CN"},
		{"LANGUAGE=zh_TW:zh_CN:zh LANG=zh_TW.UTF-8", "zh_TW zh_CN zh"},
		{"LANG=pt_BR.UTF-8", "pt_BR pt"},
		{"LANG=pt_PT.UTF-8", "pt_PT pt pt_BR"},
		{"LANG=sr_RS.UTF-8@latin", "sr_RS@latin sr@latin sr_RS sr"},
		{"LANG=sr_RS@latin", "sr_RS@latin sr@latin sr_RS sr"},
		{"LANG=sr_RS.UTF-8", "sr_RS sr"},
		{"LANG=nb_NO.UTF-8", "nb_NO nb"},
		{"LANG=no_NO.UTF-8", "no_NO no nb"},
		{"LANG=nn_NO.UTF-8", "nn_NO nn"},
		{"LANG=my_MM", "my_MM my"},
		{"LANG=iw_IL", "iw_IL iw he"},
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
		"C de":           "Nothing found.",
	} {
		got := "Nothing found."
		if po := Best(strings.Fields(languages)); po != nil {
			got = po.Get(got)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", languages, got, want)
		}
	}
}

// TestPack: what is packed comes back, in every plural form of any language.
func TestPack(t *testing.T) {
	all := []Translation{
		{"", "Yes", []string{"Tak"}},
		{"answer", "Yes", []string{"Owszem"}},
		{"", "%d file", []string{"%d plik", "%d pliki", "%d plików"}},
		{"", "Nothing", []string{""}},
	}
	polish := func(n int) int {
		switch {
		case n == 1:
			return 0
		case n%10 >= 2 && n%10 <= 4 && (n%100 < 10 || n%100 >= 20):
			return 1
		}
		return 2
	}
	data, err := Pack(all, polish)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Unpack(data)
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		c.Get("Yes"): "Tak", c.GetC("Yes", "answer"): "Owszem", c.GetC("Yes", "unknown"): "Yes", c.Get("No"): "No",
		c.GetN("%d day", "%d days", 1): "%d day", c.GetN("%d day", "%d days", 22): "%d days",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for n := range 3000 {
		if got, want := c.GetN("%d file", "%d files", n), all[2].Forms[polish(n)]; got != want {
			t.Fatalf("%d: %q, want %q", n, got, want)
		}
	}
	for _, bad := range [][]Translation{
		{{"", "Yes", []string{"Tak"}}, {"", "Yes", []string{"Nie"}}},
		{{"", "Yes", []string{"Tak\x00"}}},
		{{"", "Yes", []string{"Tak\x01"}}},
	} {
		if _, err := Pack(bad, polish); err == nil {
			t.Errorf("%q was packed", bad)
		}
	}
	if _, err := Pack(all, func(n int) int { return n % 7 }); err == nil {
		t.Error("plural forms that do not repeat themselves were packed")
	}
	for n := range data {
		if c, err := Unpack(data[:n]); err == nil || c != nil {
			t.Errorf("the first %d bytes were unpacked", n)
		}
	}
}
