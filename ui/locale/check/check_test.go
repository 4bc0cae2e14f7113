// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/leonelquinteros/gotext"

	"purple-otr/ui/locale"
)

func texts(t *testing.T) []Text {
	t.Helper()
	all, err := Texts("../../text")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 200 {
		t.Fatalf("only %d texts were found", len(all))
	}
	return all
}

// TestComplete: every sentence is in these catalogues. Other languages may come with a part
// of them.
func TestComplete(t *testing.T) {
	for _, language := range []string{"de", "es", "fr"} {
		for _, missing := range Untranslated(language, texts(t)) {
			t.Errorf("%s has no words for %+v", language, missing)
		}
	}
}

// TestTemplate: gettext's tool must find exactly the texts that package check finds.
func TestTemplate(t *testing.T) {
	pot, err := os.ReadFile("../purple-otr.pot")
	if err != nil {
		t.Fatal(err)
	}
	catalogue := gotext.NewPo()
	catalogue.Parse(pot)
	var found []string
	add := func(context string, entries map[string]*gotext.Translation) {
		for english, e := range entries {
			if english != "" {
				found = append(found, fmt.Sprintf("%q", Text{context, english, e.PluralID}))
			}
		}
	}
	add("", catalogue.GetDomain().GetTranslations())
	for context, entries := range catalogue.GetDomain().GetCtxTranslations() {
		add(context, entries)
	}
	var want []string
	for _, x := range texts(t) {
		want = append(want, fmt.Sprintf("%q", x))
	}
	for _, x := range want {
		if !slices.Contains(found, x) {
			t.Errorf("run make translations: the template lacks %s", x)
		}
	}
	for _, x := range found {
		if !slices.Contains(want, x) {
			t.Errorf("run make translations: the template still has %s", x)
		}
	}
}

var hint = regexp.MustCompile(`// (Translators: .*)`)

// TestHints: translators read each comment that is meant for them. The tool of gettext
// takes only those that end on the line before the call.
func TestHints(t *testing.T) {
	pot, err := os.ReadFile("../purple-otr.pot")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../text/*.go")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range hint.FindAllSubmatch(source, -1) {
			n++
			if !strings.Contains(string(pot), "\n#. "+string(m[1])+"\n") {
				t.Errorf("run make translations, or put this on the line before the call: %s: %s", name, m[1])
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d comments for translators were found", n)
	}
}

// TestPacked: the packed catalogues say what the sources say.
func TestPacked(t *testing.T) {
	all := texts(t)
	for _, language := range locale.Languages() {
		packed, source := locale.Best([]string{language}), Source(language)
		if source == nil {
			t.Errorf("run make translations: %s has no source", language)
			continue
		}
		compare := func(got, want string) {
			if got != want {
				t.Errorf("run make translations: %s: %q, want %q", language, got, want)
			}
		}
		var none []any
		for _, x := range all {
			switch {
			case x.Many != "" && source.IsTranslatedN(x.English, 0):
				for n := range 1200 {
					compare(packed.GetN(x.English, x.Many, n), source.GetN(x.English, x.Many, n, none...))
				}
			case x.Many != "":
				compare(packed.GetN(x.English, x.Many, 7), x.Many)
			case x.Context != "":
				compare(packed.GetC(x.English, x.Context), source.GetC(x.English, x.Context, none...))
			default:
				compare(packed.Get(x.English), source.Get(x.English, none...))
			}
		}
	}
	sources, err := filepath.Glob("../*.po")
	if err != nil || len(sources) != len(locale.Languages()) {
		t.Errorf("run make translations: there are %d sources, and %d languages are packed", len(sources), len(locale.Languages()))
	}
}

// TestVerbs: a translation must use its arguments like the English text. Otherwise the
// text would be displayed incorrectly.
func TestVerbs(t *testing.T) {
	all := texts(t)
	for _, language := range locale.Languages() {
		po := locale.Best([]string{language})
		check := func(english, translated string) {
			if fmt.Sprint(verbs(english)) != fmt.Sprint(verbs(translated)) {
				t.Errorf("%s: %q has other verbs than %q", language, translated, english)
			}
		}
		for _, x := range all {
			switch {
			case x.Many != "":
				for n := range 30 {
					check(x.Many, po.GetN(x.English, x.Many, n))
				}
			case x.Context != "":
				check(x.English, po.GetC(x.English, x.Context))
			default:
				check(x.English, po.Get(x.English))
			}
		}
	}
	for a, b := range map[string]string{"%s and %d": "%[2]d und %[1]s", "%d %%": "%d %%", "%[1]s %s": "%s %[2]s"} {
		if fmt.Sprint(verbs(a)) != fmt.Sprint(verbs(b)) {
			t.Errorf("%q and %q: %v, %v", a, b, verbs(a), verbs(b))
		}
	}
	if fmt.Sprint(verbs("%s %d")) == fmt.Sprint(verbs("%d %s")) {
		t.Error("the order makes no difference")
	}
}

// TestUnusableTexts: a text that gettext's tool would not find is an error.
func TestUnusableTexts(t *testing.T) {
	for _, call := range []string{`tr("a" + "b")`, "tr(`a`)", `tr(x)`, `trc("context", x)`, `trc("a")`, `trn("one", many(), 2)`} {
		dir := t.TempDir()
		source := "package p\nfunc f() { " + call + " }\n"
		if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := Texts(dir); err == nil || !strings.Contains(err.Error(), "a.go:2") {
			t.Errorf("%s: %v, %v", call, got, err)
		}
	}
}
