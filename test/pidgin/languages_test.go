// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"purple-otr/test/dialogs"
	"purple-otr/test/pidgin/desk"
	"purple-otr/ui/locale"
)

// sample are the languages that TestLanguages tries when LANGUAGES is not set: those with the
// widest windows, one with narrow ones, and those that are written from right to left. "make
// test-languages" tries all.
const sample = "de el fa he ar hu ru"

// TestLanguages shows everything that the tests of packages app and keys show in a real
// Pidgin, in each language. No window is wider than 1024 pixels, no text is cut off, the fonts
// have all letters, and a window is mirrored if the language is written from right to left.
func TestLanguages(t *testing.T) {
	languages := os.Getenv("LANGUAGES")
	switch languages {
	case "":
		languages = sample
	case "all":
		languages = strings.Join(append(locale.Languages(), "en"), " ")
	}
	// Long lists of buttons and wide tables adapt to the screen. Nothing needs scrolling here;
	// TestLargeDialogs is about that.
	d := newDeskWith(t, desk.Options{Screen: "1024x1600"})
	file, err := showing()
	if err != nil {
		t.Fatalf("%v\n%s", err, file)
	}
	recorded := recordDialogs(t, "en "+languages)
	complete(t, filepath.Join(recorded, "en"))
	for _, language := range strings.Fields(languages) {
		t.Run(language, func(t *testing.T) {
			d.SpeakAll(language)
			a := d.Pidgin("alice", file)
			defer a.Quit()
			a.Talk("bob")
			report := filepath.Join(d.Dir, language)
			a.Type("bob", "/otr show recorded "+filepath.Join(recorded, language)+" "+report)
			var lines []string
			d.Until("everything has been shown", func() bool {
				text, err := os.ReadFile(report)
				lines = strings.Split(strings.TrimSpace(string(text)), "\n")
				return err == nil
			})
			last := lines[len(lines)-1]
			t.Log(last)
			if want := fmt.Sprintf("right to left: %v", locale.RightToLeft(language)); !strings.HasSuffix(last, want) {
				t.Errorf("%s, want %s", last, want)
			}
			lines = lines[:len(lines)-1]
			slices.Sort(lines)
			for _, line := range slices.Compact(lines) {
				t.Error(line)
			}
		})
	}
}

// recordDialogs runs the tests of what decides about dialogs, and returns the folder into
// which they record them.
func recordDialogs(t *testing.T, languages string) string {
	t.Helper()
	folder := t.TempDir()
	c := exec.Command("go", "test", "-C", root, "-count=1", "-parallel=1", "./ui/app", "./ui/keys")
	c.Env = append(os.Environ(), dialogs.Folder+"="+folder, dialogs.Languages+"="+languages)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return folder
}

// title is a function of package text for the title of a window.
var title = regexp.MustCompile(`(?m)^func \w+Title\(\) string\s*{ return tr\("(.*?)"\) }`)

// complete fails if no window has been recorded for one of the titles in package text.
func complete(t *testing.T, folder string) {
	t.Helper()
	all, err := dialogs.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, s := range all {
		seen[s.Title()] = true
	}
	files, err := filepath.Glob(filepath.Join(root, "ui/text/*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("package text has no files: %v", err)
	}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range title.FindAllStringSubmatch(string(source), -1) {
			if !seen[found[1]] {
				t.Errorf("no test of packages app and keys shows the window %q", found[1])
			}
		}
	}
}
