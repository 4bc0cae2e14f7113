// SPDX-License-Identifier: GPL-2.0-or-later

package text

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// shown returns a line as GTK shows it, from left to right: the direction of the line is
// that of its first letter.
func shown(t *testing.T, line string) string {
	t.Helper()
	var paragraph bidi.Paragraph
	direction := bidi.LeftToRight
	for _, r := range line {
		if class := classOf(r); class == bidi.L || class == bidi.R || class == bidi.AL {
			if class != bidi.L {
				direction = bidi.RightToLeft
			}
			break
		}
	}
	if _, err := paragraph.SetString(line, bidi.DefaultDirection(direction)); err != nil {
		t.Fatal(err)
	}
	order, err := paragraph.Order()
	if err != nil {
		t.Fatal(err)
	}
	var runs []string
	for i := range order.NumRuns() {
		run := order.Run(i)
		if run.Direction() == bidi.RightToLeft {
			runs = append(runs, bidi.ReverseString(run.String()))
		} else {
			runs = append(runs, run.String())
		}
	}
	if direction == bidi.RightToLeft {
		slices.Reverse(runs)
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.Join(runs, ""))
}

func classOf(r rune) bidi.Class {
	p, _ := bidi.LookupRune(r)
	return p.Class()
}

// backwards is a text whose letters are all written from right to left, as it is shown.
func backwards(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

// TestDirections: names, fingerprints and commands keep their place and the punctuation
// around them, in both writing directions.
func TestDirections(t *testing.T) {
	const dana = "דנה"
	for _, c := range []struct {
		rightToLeft bool
		format      string
		args        []any
		want        string
	}{
		{false, "%s has not answered.", []any{Clean("Dana", MaxName)}, "Dana has not answered."},
		{false, "%s has not answered.", []any{Clean(dana, MaxName)}, backwards(dana) + " has not answered."},
		{false, "Is it really %s?", []any{Clean(dana, MaxName)}, "Is it really " + backwards(dana) + "?"},
		{false, "%s (%s) wrote.", []any{Clean(dana, MaxName), "XMPP"}, backwards(dana) + " (XMPP) wrote."},
		{false, "%s: device %d", []any{Clean(dana, MaxName), 2}, backwards(dana) + ": device 2"},
		{true, "%s לא ענה.", []any{Clean("Dana", MaxName)}, "." + backwards("לא ענה") + " Dana"},
		{true, "%s לא ענה.", []any{Clean(dana, MaxName)}, backwards(dana + " לא ענה.")},
		{true, "האם זה %s?", []any{Clean("Dana!", MaxName)}, "?Dana! " + backwards("האם זה")},
		{true, "טביעה של %s (%s):", []any{Clean("dana@example.org", MaxName), "XMPP"}, ":(XMPP) dana@example.org " + backwards("טביעה של")},
		{true, "טביעה: %s.", []any{"1234ABCD 5678EF01"}, ".1234ABCD 5678EF01 " + backwards("טביעה:")},
		{true, "%s: %s", []any{"Alice", "Bob (2)"}, "Bob (2) :Alice"},
		{true, "הקלד /otr session last.", nil, "./otr session last " + backwards("הקלד")},
		{true, "/otr start: התחל", nil, backwards("התחל") + " :/otr start"},
		{true, "/%s לא הורץ עם %s.", []any{"me", "Bob"}, ".Bob " + backwards("לא הורץ עם") + " /me"},
		{true, "%[2]s אל %[1]s", []any{"Alice", "Bob"}, "Alice " + backwards("אל") + " Bob"},
	} {
		if got := shown(t, filled(c.format, c.args, c.rightToLeft)); got != c.want {
			t.Errorf("%q %q: %q, want %q", c.format, c.args, got, c.want)
		}
	}
}

// TestManyLines: each line has its direction, and what does not mix directions is unchanged.
func TestManyLines(t *testing.T) {
	got := filled("/otr start: התחל\nשלום\n\n%s כתב\n12", []any{"Bob"}, true)
	want := "\u200f\u2066/otr start\u2069: התחל\nשלום\n\n\u200f\u2068Bob\u2069 כתב\n12"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, s := range []string{"", "One.\n/otr help: two", "Größe: 12", "会話"} {
		if got := filled("%s", []any{s}, false); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
	for in, want := range map[string]string{
		"":                     "",
		"a\nb":                 "a\nb",
		"\u2068a\u2069":        "\u2068a\u2069",
		"\u2068a\u2069 (a)":    "\u2068\u2068a\u2069 (a)\u2069",
		"\u2068a\u2069\u2068b": "\u2068\u2068a\u2069\u2068b\u2069",
	} {
		if got := isolated(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"/otr":                 "\u2066/otr\u2069",
		"x /otr help, /otr /o": "x \u2066/otr help\u2069, \u2066/otr\u2069 /o",
		"otr start|end: x":     "otr start|end: x",
		"/otr session או last": "\u2066/otr session\u2069 או last",
	} {
		if got := isolatedCommands(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestBesideAName: a warning behind a name stays in one piece, with its brackets around it,
// although the line has the direction of the name.
func TestBesideAName(t *testing.T) {
	const dana = "דנה"
	between := func(s string) string {
		return strings.TrimSuffix(strings.TrimPrefix(s, "<b>"), "</b><br>!")
	}
	warning := between(Unencrypted(dana, "!"))
	if !strings.HasPrefix(warning, eitherDirection+"[") || !strings.HasSuffix(warning, "]"+popDirection) {
		t.Errorf("%q is in no isolate", warning)
	}
	if s := Unencrypted("Dana", "!"); strings.Contains(s, eitherDirection) {
		t.Errorf("%q needs no isolate", s)
	}
	speaking(t, "he")
	warning = between(Unencrypted(dana, "!"))
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, warning)
	if got, want := shown(t, "Dana: "+warning), "Dana: "+bidi.ReverseString(plain); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
