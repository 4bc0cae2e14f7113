// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// A block of at least longBlock letters is not much shorter or longer than its translation,
// for what the language usually needs. Otherwise one of them probably has a sentence that
// the other one lacks. The most unequal blocks without such a fault, Japanese ones, are at
// 0.68 and 1.33.
const (
	longBlock = 80
	shortest  = 0.62
	longest   = 1.5
)

// linked is a link with its words, which may be the same in all languages.
var linked = regexp.MustCompile(`\[[^]]*\]\([^)]*\)`)

// letters returns the length of a block, without what is the same in all languages.
func letters(b block) int {
	if b.kind == "code" || b.kind == "picture" {
		return 0
	}
	return utf8.RuneCountInString(codeSpan.ReplaceAllString(linked.ReplaceAllString(b.text, ""), ""))
}

// lengthFaults says which blocks of a guide are too short or too long for the English ones.
func lengthFaults(english, translated string) (says []string) {
	there, here := blocks(english), blocks(translated)
	all, allHere := 0, 0
	for i := range min(len(there), len(here)) {
		if n := letters(there[i]); n >= longBlock {
			all, allHere = all+n, allHere+letters(here[i])
		}
	}
	for i := range min(len(there), len(here)) {
		n := letters(there[i])
		if n < longBlock {
			continue
		}
		ratio := float64(letters(here[i])) / float64(n) * float64(all) / float64(max(allHere, 1))
		if ratio < shortest || ratio > longest {
			says = append(says, fmt.Sprintf("for %q, this has %.2f of the usual length: %q", there[i].text, ratio, here[i].text))
		}
	}
	return says
}

// TestGuideLengths: no block of a translated guide lacks a sentence, or has one too many.
func TestGuideLengths(t *testing.T) {
	files, err := filepath.Glob("../../../doc/guide.*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no translated guides: %v", err)
	}
	english := read(t, "guide.md")
	for _, file := range files {
		for _, fault := range lengthFaults(english, read(t, filepath.Base(file))) {
			t.Errorf("%s: %s", filepath.Base(file), fault)
		}
	}
}

// TestLengthFaults: a sentence that is missing on either side is a fault.
func TestLengthFaults(t *testing.T) {
	english := strings.Repeat("Your messages are not sent until you decide what to do. Ask your buddy first, in another way, for example by phone.\n\n", 20)
	translated := strings.Repeat("Ihre Nachrichten werden nicht gesendet, bis Sie entscheiden. Fragen Sie vorher auf anderem Weg, zum Beispiel am Telefon.\n\n", 20)
	if faults := lengthFaults(english, translated); len(faults) > 0 {
		t.Errorf("a guide without faults has %q", faults)
	}
	if faults := lengthFaults(english, strings.Replace(translated, " Fragen Sie vorher auf anderem Weg, zum Beispiel am Telefon.", "", 1)); len(faults) != 1 {
		t.Errorf("where a sentence is missing, the faults are %q", faults)
	}
	more := " You can also meet them, and compare what both of you see on the screens of your computers."
	if faults := lengthFaults(strings.Replace(english, "phone.", "phone."+more, 1), translated); len(faults) != 1 {
		t.Errorf("where English has a new sentence, the faults are %q", faults)
	}
}
