// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// compiled is a catalogue as msgfmt compiles it: a header, two tables of lengths and places,
// and the texts.
func compiled(texts [][2]string) []byte {
	n := uint32(len(texts))
	tables := make([]byte, 28, 28+16*n)
	place := 28 + 16*n
	var strs []byte
	for column := range 2 {
		for _, t := range texts {
			tables = binary.LittleEndian.AppendUint32(tables, uint32(len(t[column])))
			tables = binary.LittleEndian.AppendUint32(tables, place+uint32(len(strs)))
			strs = append(strs, t[column]+"\x00"...)
		}
	}
	for i, v := range []uint32{0x950412de, 0, n, 28, 28 + 8*n, 0, place} {
		binary.LittleEndian.PutUint32(tables[4*i:], v)
	}
	return append(tables, strs...)
}

func TestGlossary(t *testing.T) {
	dir := t.TempDir()
	write := func(language, catalogue string, texts [][2]string) {
		t.Helper()
		folder := filepath.Join(dir, language, "LC_MESSAGES")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, catalogue+".mo"), compiled(texts), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	header := [2]string{"", "Content-Type: text/plain; charset=UTF-8\n"}
	write("my_MM", "pidgin", [][2]string{header, {"Account", "အကောင့်"}, {"Server", "two\nlines"}, {"Unknown", "x"}})
	write("my", "gtk20", [][2]string{header, {"Stock label\x04_Save", "သိမ်း(_S)"}, {"_Copy", "another context"}})
	const want = "account\tpidgin\tAccount\tအကောင့်\nbuttons\tgtk20\t_Save\tသိမ်း(_S)\n"
	if got := string(glossary(dir, "my")); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := glossary(dir, "tlh"); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

// TestFiles: there is a glossary for each language, with the words that sentences about
// private conversations need most.
func TestFiles(t *testing.T) {
	known := map[string]bool{}
	for _, term := range terms {
		known[term.english] = true
	}
	for _, language := range languages {
		data, err := os.ReadFile(language + ".tsv")
		if err != nil {
			t.Error("run go run ./ui/locale/glossary: ", err)
			continue
		}
		seen := map[string]bool{}
		for line := range strings.Lines(string(data)) {
			fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			if len(fields) != 4 || !known[fields[0]] || fields[3] == "" {
				t.Errorf("%s: %q", language, line)
				continue
			}
			seen[fields[0]] = true
		}
		for _, term := range []string{"account", "buddy", "conversation", "message", "plugin", "settings", "window", "buttons"} {
			if !seen[term] {
				t.Errorf("%s has no word for %s", language, term)
			}
		}
	}
	files, err := filepath.Glob("*.tsv")
	if err != nil || len(files) != len(languages) {
		t.Errorf("%d files for %d languages: %v", len(files), len(languages), err)
	}
}
