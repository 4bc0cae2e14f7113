// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"purple-otr/ui/locale"
)

// speaking has the rest of a test be in a language.
func speaking(t *testing.T, language string) {
	Speak([]string{language})
	t.Cleanup(func() { Speak(nil) })
}

func TestSpeak(t *testing.T) {
	alice, _ := newPair(t)
	speaking(t, "de")
	alice.start()
	alice.wantLine("Unbestätigte Unterhaltung mit Bob begonnen")
	if v := alice.app.View(alice.chat); v.Word != "Unbestätigt" || v.Menu[0].Label != "_Private Unterhaltung erneuern" {
		t.Errorf("the button says %q and the menu %q", v.Word, v.Menu[0].Label)
	}
	alice.host.alias = "100% Bob %s %d"
	alice.app.endByUser(alice.chat)
	alice.wantLine("Sie haben die private Unterhaltung mit 100% Bob %s %d beendet.")
	Speak([]string{"tlh"}) // nobody has translated that
	if got := levelWord(Private); got != "Private" {
		t.Errorf("%q", got)
	}
}

func TestPlural(t *testing.T) {
	for language, want := range map[string][2]string{
		"en": {"After 0 hours", "After 1 hour"},
		"de": {"Nach 0 Stunden", "Nach 1 Stunde"},
		"fr": {"Après 0 heure", "Après 1 heure"},
	} {
		speaking(t, language)
		if got := [2]string{trn("After %d hour", "After %d hours", 0, 0), settingIdleAfter(1)}; got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
		if got := settingIdleAfter(24); !strings.Contains(got, "24 ") || !strings.HasSuffix(got, "s") && !strings.HasSuffix(got, "n") {
			t.Errorf("%s: %q", language, got)
		}
	}
}

// TestMnemonics: in each language, every item of the menu has a letter of its own.
func TestMnemonics(t *testing.T) {
	for _, language := range append(locale.Languages(), "en") {
		speaking(t, language)
		always := []string{
			menuEnd(), menuBest(), menuRecent(), menuSession(1, levelWord(Private), true), menuSession(2, levelWord(Unverified), false),
			menuBuddySettings(), menuKnownFingerprints(), menuMyKeys(), menuExplain(),
		}
		for _, sometimes := range [][]string{{menuStart(), menuVerify()}, {menuRefresh(), menuVerifyAgain()}} {
			seen := map[string]string{}
			for _, label := range append(sometimes, always...) {
				_, after, found := strings.Cut(label, "_")
				if !found || after == "" || strings.Contains(after, "_") {
					t.Errorf("%s: %q has not one mnemonic", language, label)
					continue
				}
				letter := strings.ToLower(string([]rune(after)[0]))
				if before, there := seen[letter]; there {
					t.Errorf("%s: %q and %q have the same mnemonic", language, before, label)
				}
				seen[letter] = label
			}
		}
	}
}

// sentence is a literal that somebody might be meant to read.
var sentence = regexp.MustCompile(`^[\p{Lu}][\p{L}’']+( [\p{L}’']+)+|[\p{L}]{2,} [\p{L}]{2,}.*[.?!…]$`)

// TestNoStraySentences: what can be read stands in text.go and its like only.
func TestNoStraySentences(t *testing.T) {
	notShown := map[string]bool{
		"Off-the-Record Messaging": true, // a name
	}
	for _, pattern := range []string{"*.go", "libpurple/*.go", "pidgin/*.go", "../plugin.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(filepath.Base(name), "text") && filepath.Dir(name) == "." {
				continue
			}
			set := token.NewFileSet()
			f, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				literal, ok := n.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					return true
				}
				if s, err := strconv.Unquote(literal.Value); err != nil || sentence.MatchString(s) && !notShown[s] {
					t.Errorf("%s: %q", set.Position(literal.Pos()), s)
				}
				return true
			})
		}
	}
}
