// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"purple-otr/ui/locale"
	"purple-otr/ui/text"
)

// reference matches a link to another file or address in Markdown.
var reference = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"`)

// TestDocuments follows the links in the documents. It fails if a link is broken, or if
// no document uses a picture.
func TestDocuments(t *testing.T) {
	unused := map[string]bool{}
	pictures := filepath.Join(root, "doc", "screenshots")
	if err := filepath.WalkDir(pictures, func(file string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			unused[file] = true
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(unused) == 0 {
		t.Fatalf("there are no pictures in %s", pictures)
	}
	guides, err := filepath.Glob(filepath.Join(root, "doc", "guide*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range append(guides, filepath.Join(root, "README.md"), filepath.Join(root, "doc", "windows.md")) {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range reference.FindAllStringSubmatch(string(text), -1) {
			to := match[1] + match[2]
			if strings.Contains(to, ":") {
				continue // not in this repository
			}
			to, anchor, _ := strings.Cut(to, "#")
			file := document
			if to != "" {
				file = filepath.Join(filepath.Dir(document), to)
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s refers to %s, which is not there", document, to)
			} else if anchor != "" && !slices.Contains(anchors(t, file), anchor) {
				t.Errorf("%s refers to %s#%s, and there is no such heading", document, to, anchor)
			}
			delete(unused, file)
		}
	}
	for file := range unused {
		t.Errorf("%s is in no document", file)
	}
}

var heading = regexp.MustCompile(`(?m)^#+ (.*)$`)

// anchors returns the anchors of the headings in a document, as forges make them: the
// letters and digits in lower case, with hyphens for spaces.
func anchors(t *testing.T, document string) (all []string) {
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range heading.FindAllStringSubmatch(string(text), -1) {
		all = append(all, strings.Map(func(r rune) rune {
			switch {
			case r == ' ' || r == '-':
				return '-'
			case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
				return unicode.ToLower(r)
			}
			return -1
		}, m[1]))
	}
	return all
}

var (
	quoted  = regexp.MustCompile(`(?s)\*\*(.+?)\*\*|“(.+?)”`)
	command = regexp.MustCompile("`(/otr [a-z]+)`")
	message = regexp.MustCompile(`(?m)^msgid "(.*)"$`)
)

// TestGuideQuotes: what the guide says is on a button, in a menu or in a dialog is the
// beginning of a sentence of the program, and the commands are those that /otr help names.
// TestGuides in ui/locale/check compares its translations with it.
func TestGuideQuotes(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join(root, "doc", "guide.md"))
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := locale.Text("de")
	if err != nil {
		t.Fatal(err)
	}
	var sentences []string
	for _, m := range message.FindAllStringSubmatch(string(catalogue), -1) {
		sentences = append(sentences, strings.ReplaceAll(m[1], "_", ""))
	}
	quotes := quoted.FindAllStringSubmatch(string(guide), -1)
	if len(sentences) < 100 || len(quotes) < 10 {
		t.Fatalf("%d sentences, %d quotes", len(sentences), len(quotes))
	}
	for _, m := range quotes {
		quote := strings.TrimSuffix(strings.Join(strings.Fields(m[1]+m[2]), " "), ".")
		begins := func(s string) bool { return strings.HasPrefix(s, quote) }
		if !slices.ContainsFunc(sentences, begins) {
			t.Errorf("no sentence of the program begins with %q", quote)
		}
	}
	help := html.UnescapeString(text.CommandHelp())
	for _, m := range command.FindAllStringSubmatch(string(guide), -1) {
		if !strings.Contains(help, m[1]) {
			t.Errorf("/otr help does not name %s", m[1])
		}
	}
}
