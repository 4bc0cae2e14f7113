// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"strings"
	"testing"

	"github.com/leonelquinteros/gotext"
	unicodeplural "golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"purple-otr/ui/locale"
)

// published are the forms of the numbers that the manual of gettext and Unicode's CLDR
// name as examples, written by hand.
var published = map[string]map[int]string{ // by form: numbers and ranges
	"ja":    {0: "0-200"},
	"de":    {0: "1", 1: "0 2-200"},
	"fr":    {0: "0 1", 1: "2-200"},
	"cs":    {0: "1", 1: "2-4", 2: "0 5-200"},
	"pl":    {0: "1", 1: "2-4 22-24 32-34 102-104 122-124", 2: "0 5-21 25-31 100 101 105-121 200"},
	"ru":    {0: "1 21 31 101 121 191", 1: "2-4 22-24 102-104 122-124", 2: "0 5-20 25-30 100 105-120 200"},
	"ro":    {0: "1", 1: "0 2-19 101-119", 2: "20-100 120-200"},
	"sl":    {0: "1 101", 1: "2 102", 2: "3 4 103 104", 3: "0 5-100 105-200"},
	"ar":    {0: "0", 1: "1", 2: "2", 3: "3-10 103-110", 4: "11-99 111-199", 5: "100-102 200"},
	"zh_TW": {0: "0-200"},
}

// numbers reads "2 4-6".
func numbers(t *testing.T, list string) (all []int) {
	t.Helper()
	for _, one := range strings.Fields(list) {
		var from, to int
		first, last, isRange := strings.Cut(one, "-")
		if !isRange {
			last = first
		}
		from, to = number(t, first), number(t, last)
		for n := from; n <= to; n++ {
			all = append(all, n)
		}
	}
	return all
}

func number(t *testing.T, digits string) (n int) {
	t.Helper()
	for _, r := range digits {
		if r < '0' || r > '9' {
			t.Fatal(digits)
		}
		n = 10*n + int(r-'0')
	}
	return n
}

// packedForms packs a catalogue with a language's rule, and returns what the program then
// shows for a number.
func packedForms(t *testing.T, p plural) func(n int) int {
	t.Helper()
	forms := make([]string, p.forms)
	for i := range forms {
		forms[i] = strings.Repeat("x", i)
	}
	data, err := locale.Pack([]locale.Translation{{English: "one", Forms: forms}}, func(n int) int { return p.form.Eval(uint32(n)) })
	if err != nil {
		t.Fatal(err)
	}
	c, err := locale.Unpack(data)
	if err != nil {
		t.Fatal(err)
	}
	return func(n int) int { return len(c.GetN("one", "many", n)) }
}

// TestPublishedForms: the program chooses the forms that the published rules say.
func TestPublishedForms(t *testing.T) {
	for name, forms := range published {
		p, err := parsePlural(pluralRules[name])
		if err != nil {
			t.Fatal(name, err)
		}
		if p.forms != len(forms) {
			t.Errorf("%s has %d forms, want %d", name, p.forms, len(forms))
		}
		got := packedForms(t, p)
		for form, list := range forms {
			for _, n := range numbers(t, list) {
				if got(n) != form {
					t.Errorf("%s: %d has form %d, want %d", name, n, got(n), form)
				}
			}
		}
	}
}

// TestFormsOfUnicode compares all rules with those of Unicode's CLDR, in all numbers up to
// 200: two numbers have the same form in both, or in neither.
func TestFormsOfUnicode(t *testing.T) {
	for name, header := range pluralRules {
		p, err := parsePlural(header)
		if err != nil {
			t.Fatal(name, err)
		}
		got := packedForms(t, p)
		tag := language.Make(strings.ReplaceAll(strings.ReplaceAll(name, "_", "-"), "@latin", "-Latn"))
		form := map[unicodeplural.Form]int{}
		category := map[int]unicodeplural.Form{}
		for n := range 201 {
			theirs := unicodeplural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)
			if name == "he" && theirs != unicodeplural.One {
				theirs = unicodeplural.Other // Pidgin and GNOME have no dual
			}
			if _, known := form[theirs]; !known {
				form[theirs] = got(n)
			}
			if _, known := category[got(n)]; !known {
				category[got(n)] = theirs
			}
			if form[theirs] != got(n) || category[got(n)] != theirs {
				t.Errorf("%s: %d has form %d, and CLDR has category %v", name, n, got(n), theirs)
				break
			}
		}
	}
}

// TestPluralHeaders: a header that gettext or the program would misunderstand is an error.
func TestPluralHeaders(t *testing.T) {
	for _, bad := range []string{
		"", "nplurals=2;", "plural=0;", "nplurals=0; plural=0;", "nplurals=99; plural=0;", "nplurals=2; plural=0;",
		"nplurals=1; plural=(n != 1);", "nplurals=2; plural=nonsense;", "nplurals=2; plural=(n==1 ? 0 : nonsense);", "nplurals=INTEGER; plural=EXPRESSION;",
	} {
		if _, err := parsePlural(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	for header, right := range map[string]bool{arabic: true, "nplurals=2; plural=(n > 1);": false, oneForm: false} {
		po := gotext.NewPo()
		po.Parse([]byte("msgid \"\"\nmsgstr \"\"\n\"Plural-Forms: " + header + "\\n\"\n"))
		if _, err := catalogueRule("ar", po); (err == nil) != right {
			t.Errorf("%s in Arabic: %v", header, err)
		}
	}
}
