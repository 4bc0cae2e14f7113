// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
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
	for _, document := range []string{"README.md", "doc/guide.md", "doc/windows.md"} {
		document = filepath.Join(root, document)
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range reference.FindAllStringSubmatch(string(text), -1) {
			to := match[1] + match[2]
			if strings.Contains(to, ":") {
				continue // not in this repository
			}
			file := filepath.Join(filepath.Dir(document), to)
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s refers to %s, which is not there", document, to)
			}
			delete(unused, file)
		}
	}
	for file := range unused {
		t.Errorf("%s is in no document", file)
	}
}
