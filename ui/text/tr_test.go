// SPDX-License-Identifier: GPL-2.0-or-later

package text

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"purple-otr/ui/locale"
)

// speaking has the rest of a test be in a language.
func speaking(t *testing.T, language string) {
	SetLanguages([]string{language})
	t.Cleanup(func() { SetLanguages(nil) })
}

func TestPlural(t *testing.T) {
	for language, want := range map[string][2]string{
		"en": {"After 0 hours", "After 1 hour"},
		"de": {"Nach 0 Stunden", "Nach 1 Stunde"},
		"fr": {"Après 0 heure", "Après 1 heure"},
	} {
		speaking(t, language)
		if got := [2]string{trn("After %d hour", "After %d hours", 0, 0), SettingIdleAfter(1)}; got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
		if got := SettingIdleAfter(24); !strings.Contains(got, "24 ") || !strings.HasSuffix(got, "s") && !strings.HasSuffix(got, "n") {
			t.Errorf("%s: %q", language, got)
		}
	}
}

// TestMnemonics: in each language, the items of the menu have different letters.
func TestMnemonics(t *testing.T) {
	for _, language := range append(locale.Languages(), "en") {
		speaking(t, language)
		always := []string{
			MenuEnd(), MenuBest(), MenuRecent(), MenuSession(1, LevelPrivate(), true), MenuSession(2, LevelUnverified(), false),
			MenuBuddySettings(), MenuKnownFingerprints(), MenuMyKeys(), MenuLock(), MenuExplain(),
		}
		for _, sometimes := range [][]string{{MenuStart(), MenuVerify()}, {MenuRefresh(), MenuVerifyAgain()}} {
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

// TestNoStraySentences: what can be read stands in this package only.
func TestNoStraySentences(t *testing.T) {
	var files []string
	for _, pattern := range []string{"../*.go", "../*/*.go", "../../*.go"} {
		some, err := filepath.Glob(pattern)
		if err != nil || len(some) == 0 {
			t.Fatal(pattern, err)
		}
		files = append(files, some...)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || filepath.Dir(name) == "../text" {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, stray := range strays(t, name, source) {
			t.Error(stray)
		}
	}
}

// TestStrays: the error says where the sentence belongs.
func TestStrays(t *testing.T) {
	for source, want := range map[string]bool{
		`"Your keys are locked."`:    true,
		`"Verify buddy"`:             true,
		`"the keys have been moved"`: false, // for the debug log
		`"Off-the-Record Messaging"`: false,
	} {
		got := strays(t, "a.go", []byte("package p\n\nvar x = "+source+"\n"))
		if (len(got) > 0) != want {
			t.Errorf("%s: %q", source, got)
		}
		if want && (len(got) != 1 || !strings.HasPrefix(got[0], "a.go:3:9: ") || !strings.Contains(got[0], "move it to ui/text")) {
			t.Errorf("%s: %q", source, got)
		}
	}
}

// strays are complaints about the sentences in a source.
func strays(t *testing.T, name string, source []byte) (complaints []string) {
	t.Helper()
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, name, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		if s, err := strconv.Unquote(literal.Value); err != nil || sentence.MatchString(s) && s != AppName {
			complaints = append(complaints, fmt.Sprintf("%s: %q can be read by users, so it has to be translated: move it to ui/text", set.Position(literal.Pos()), s))
		}
		return true
	})
	return complaints
}
