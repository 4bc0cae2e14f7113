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
	"unicode"
	"unicode/utf8"
)

// guideLanguages are the languages of the user guide, doc/guide.LANGUAGE.md, besides English.
var guideLanguages = []string{"ar", "de", "es", "fr", "id", "ja", "pt_BR", "ru", "vi", "zh_CN"}

// A block is a heading, a paragraph, an item of a list, a row of a table, a picture or a
// line of code in Markdown.
type block struct {
	kind string
	text string // on one line
}

var (
	heading = regexp.MustCompile(`^(#+) `)
	picture = regexp.MustCompile(`^!\[([^]]*)\]\(([^)]*)\)$`)
)

// blocks returns the blocks of a document in order, without the tags for its direction.
func blocks(document string) (all []block) {
	open := false // the last block goes on in the next line
	for line := range strings.Lines(directionTag.ReplaceAllString(document, "")) {
		line = strings.TrimRight(line, "\r\n")
		words := strings.Trim(strings.TrimPrefix(line, "- "), " ") // not the no-break ones
		switch m := heading.FindStringSubmatch(line); {
		case words == "":
			open = false
		case m != nil:
			all, open = append(all, block{"heading " + m[1], words}), false
		case picture.MatchString(line):
			all, open = append(all, block{"picture", line}), false
		case strings.HasPrefix(line, "|"):
			all, open = append(all, block{fmt.Sprintf("row of %d cells", strings.Count(line, "|")-1), words}), false
		case strings.HasPrefix(line, "    "):
			all, open = append(all, block{"code", line}), false
		case strings.HasPrefix(line, "- "):
			all, open = append(all, block{"item", words}), true
		case open:
			all[len(all)-1].text += " " + words
		default:
			all, open = append(all, block{"paragraph", words}), true
		}
	}
	return all
}

var (
	codeSpan = regexp.MustCompile("`[^`]+`")
	link     = regexp.MustCompile(`\]\(([^)\s]*)\)`)
	bold     = regexp.MustCompile(`\*\*(.+?)\*\*`)
)

// found returns what a pattern finds, sorted.
func found(pattern *regexp.Regexp, text string) (all []string) {
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		all = append(all, m[len(m)-1])
	}
	slices.Sort(all)
	return all
}

// quotations returns what a text quotes from the program: what is bold, or in the quotation
// marks of its language. A full stop belongs to the text.
func quotations(language, text string) (all []string) {
	styles := quotes[base(language)]
	if one, ok := oneStyle[language]; ok {
		styles = []string{one}
	}
	patterns := []*regexp.Regexp{bold}
	for _, style := range styles {
		pair := []rune(style)
		patterns = append(patterns, regexp.MustCompile(string(pair[0])+"(.+?)"+string(pair[1])))
	}
	for _, p := range patterns {
		for _, s := range found(p, text) {
			all = append(all, strings.TrimRight(strings.Join(strings.Fields(s), " "), ".。"))
		}
	}
	return all
}

// A program is what a guide is about.
type program struct {
	language  string
	sentences []Text
	catalogue []Entry
	exists    func(file string) bool // in the folder of the guides
}

// shown reports whether the program may show an English quotation as the translated one. A
// whole sentence is quoted as a whole, except … and : at its end. The beginning of one may
// be another part in a language with another order. It also returns all of these sentences.
func (p program) shown(english, translated string) (ok bool, sentences []string) {
	whole := slices.ContainsFunc(p.sentences, func(t Text) bool { return plain(t.English) == plain(english) })
	for _, t := range p.sentences {
		if s := plain(t.English); s != plain(english) && (whole || !strings.HasPrefix(s, english)) {
			continue
		}
		forms := []string{t.English} // the program shows it if it is not translated
		i := slices.IndexFunc(p.catalogue, func(e Entry) bool { return e.Text == t })
		if i >= 0 && strings.Join(p.catalogue[i].Forms, "") != "" {
			forms = p.catalogue[i].Forms
		}
		for _, s := range forms {
			sentences = append(sentences, plain(s))
			ok = ok || plain(s) == plain(translated) || !whole && translated != "" && strings.Contains(plain(s), translated)
		}
	}
	return ok, sentences
}

// plain is a sentence without its mnemonic, no-break spaces, and … or : at its end.
func plain(s string) string {
	s = strings.ReplaceAll(behind.ReplaceAllString(s, ""), "_", "")
	return strings.TrimRight(strings.Join(strings.Fields(s), " "), " …:：")
}

// quotationFaults compares the quotations in a block with those in its English block.
func (p program) quotationFaults(english, translated string) (says []string) {
	there, here := quotations("en", english), quotations(p.language, translated)
	if len(there) != len(here) {
		says = append(says, fmt.Sprintf("it quotes %d sentences of the program, and the English guide %d", len(here), len(there)))
	}
	used := map[string]bool{}
	for _, q := range there {
		var sentences []string
		missing := true
		for _, h := range append(here, "") {
			var ok bool
			if ok, sentences = p.shown(q, h); ok {
				used[h], missing = true, false
			}
		}
		if missing {
			says = append(says, fmt.Sprintf("it does not quote %q as the program shows it, such as %q", q, sentences[:min(3, len(sentences))]))
		}
	}
	for _, h := range here {
		if !used[h] {
			says = append(says, fmt.Sprintf("the program does not show %q there", h))
		}
	}
	return says
}

// pictureFaults: the picture has the same name in the folder of the language. It may be
// the English one as long as there is no other.
func (p program) pictureFaults(english, translated string) []string {
	is, name := picture.FindStringSubmatch(translated)[2], filepath.Base(picture.FindStringSubmatch(english)[2])
	want := "screenshots/" + p.language + "/" + name
	if !p.exists(want) {
		want = "screenshots/" + name
	}
	if is != want || !p.exists(want) {
		return []string{fmt.Sprintf("the picture is %s, and not %s", is, want)}
	}
	return nil
}

// guideFaults says where a translated guide differs from the English one in what must be
// the same, and which rules it breaks. Its last block asks the reader to mend it, and is
// only there.
func (p program) guideFaults(english, translated string) (says []string) {
	there, here := blocks(english), blocks(translated)
	for i := range max(len(there)+1, len(here)) {
		switch {
		case i == len(there) && i == len(here)-1 && here[i].kind == "paragraph":
			return append(says, blockFaults(p.language, here[i])...)
		case i >= len(here) || i >= len(there) || there[i].kind != here[i].kind:
			var is, want block
			if i < len(here) {
				is = here[i]
			}
			if i < len(there) {
				want = there[i]
			}
			return append(says, fmt.Sprintf("block %d is the %s %q, and in English the %s %q", i+1, is.kind, is.text, want.kind, want.text))
		}
		for _, s := range append(p.sameFaults(there[i], here[i]), blockFaults(p.language, here[i])...) {
			says = append(says, s+": "+here[i].text)
		}
	}
	return says
}

// sameFaults compares a block with its English block, of the same kind.
func (p program) sameFaults(english, translated block) (says []string) {
	switch english.kind {
	case "code":
		if english.text != translated.text {
			says = append(says, "users type something else")
		}
		return says
	case "picture":
		return p.pictureFaults(english.text, translated.text)
	}
	if is, want := found(codeSpan, translated.text), found(codeSpan, english.text); !slices.Equal(is, want) {
		says = append(says, fmt.Sprintf("users type %q, and not %q", is, want))
	}
	want := found(link, english.text)
	if slices.Equal(want, otherGuides("en")) {
		want = otherGuides(p.language)
	}
	if is := found(link, translated.text); !slices.Equal(withoutAnchors(is), withoutAnchors(want)) {
		says = append(says, fmt.Sprintf("its links lead to %q, and not to %q", is, want))
	}
	return append(says, p.quotationFaults(english.text, translated.text)...)
}

// withoutAnchors returns the files that links lead to. An anchor is a translated heading.
func withoutAnchors(links []string) (files []string) {
	for _, l := range links {
		file, _, _ := strings.Cut(l, "#")
		files = append(files, file)
	}
	return files
}

// otherGuides returns the guides in the languages except one, sorted.
func otherGuides(language string) (files []string) {
	if language != "en" {
		files = []string{"guide.md"}
	}
	for _, l := range guideLanguages {
		if l != language {
			files = append(files, "guide."+l+".md")
		}
	}
	slices.Sort(files)
	return files
}

// blockFaults are the rules that a block breaks.
func blockFaults(language string, b block) (says []string) {
	if b.kind == "code" {
		return nil
	}
	text := codeSpan.ReplaceAllString(b.text, "x")
	if starsStay(text) {
		says = append(says, "readers would see its stars, because of the characters beside them")
	}
	text = strings.TrimPrefix(link.ReplaceAllString(text, "]"), "!")
	return append(says, Faults(language, strings.ReplaceAll(text, "**", ""))...)
}

// starsStay reports whether stars are no bold type in CommonMark: these are between a letter
// outside and a punctuation mark inside. Languages without spaces have such places.
func starsStay(text string) bool {
	mark := func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }
	letter := func(r rune) bool { return !mark(r) && !unicode.IsSpace(r) }
	for _, m := range bold.FindAllStringSubmatchIndex(text, -1) {
		before, beforeSize := utf8.DecodeLastRuneInString(text[:m[0]])
		first, _ := utf8.DecodeRuneInString(text[m[2]:])
		last, _ := utf8.DecodeLastRuneInString(text[:m[3]])
		after, afterSize := utf8.DecodeRuneInString(text[m[1]:])
		if beforeSize > 0 && letter(before) && mark(first) || afterSize > 0 && letter(after) && mark(last) {
			return true
		}
	}
	return false
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../../doc", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func inDoc(file string) bool {
	_, err := os.Stat(filepath.Join("../../../doc", file))
	return err == nil
}

// TestGuides: each translated guide has the blocks of the English one, with pictures of
// the same name, the same commands, and quotations that are in the catalogue.
func TestGuides(t *testing.T) {
	english := read(t, "guide.md")
	if !slices.ContainsFunc(blocks(english), func(b block) bool { return slices.Equal(found(link, b.text), otherGuides("en")) }) {
		t.Errorf("no line of guide.md links exactly %q", otherGuides("en"))
	}
	files, err := filepath.Glob("../../../doc/guide.*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		language := strings.TrimSuffix(strings.TrimPrefix(name, "guide."), ".md")
		if !slices.Contains(guideLanguages, language) {
			t.Errorf("the other guides do not know %s", name)
			continue
		}
		p := program{language, texts(t), entries(Source(language)), inDoc}
		guide := read(t, name)
		for _, fault := range append(p.guideFaults(english, guide), directionFaults(language, guide)...) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

// TestFirstScreen: the README links each guide before its first heading below the title.
func TestFirstScreen(t *testing.T) {
	first, _, _ := strings.Cut(read(t, "../README.md"), "\n## ")
	links := found(link, first)
	for _, file := range otherGuides("en") {
		if !slices.Contains(links, "doc/"+file) {
			t.Errorf("the first screen does not link doc/%s", file)
		}
	}
}

// TestGuideFaults: a fault of each kind is found.
func TestGuideFaults(t *testing.T) {
	const english = "# Guide\n\nChoose **Verify buddy**, or type `/otr verify`\n(see [README](../README.md)).\n\n" +
		"![It](screenshots/a.png)\n\n| a | b |\n|---|---|\n\n- “Key changed” is shown.\n\n    otr-keys export\n"
	const german = "# Handbuch\n\nWählen Sie **Kontakt verifizieren …**, oder geben Sie `/otr verify` ein\n(siehe [README](../README.md)).\n\n" +
		"![Es](screenshots/de/a.png)\n\n| a | b |\n|---|---|\n\n- „Schlüssel geändert“ steht da.\n\n    otr-keys export\n\nBitte verbessern Sie das.\n"
	p := program{
		"de",
		[]Text{{English: "Verify buddy…"}, {English: "Key changed"}},
		[]Entry{{Text{English: "Verify buddy…"}, []string{"Kontakt _verifizieren …"}}, {Text{English: "Key changed"}, []string{"Schlüssel geändert"}}},
		func(file string) bool { return file == "screenshots/a.png" || file == "screenshots/de/a.png" },
	}
	if faults := p.guideFaults(english, german); len(faults) > 0 {
		t.Fatalf("a guide without faults has %q", faults)
	}
	for _, change := range [][2]string{
		{"# Handbuch", "## Handbuch"},
		{"(siehe", "\n\n(siehe"},
		{"Kontakt verifizieren …", "Kontakt prüfen …"},
		{"**Kontakt verifizieren …**", "Kontakt verifizieren …"},
		{"Kontakt verifizieren …**,", "Kontakt verifizieren …**a"},
		{"„Schlüssel geändert“", "“Schlüssel geändert”"},
		{"„Schlüssel geändert“", "„Schlüssel“"},
		{"„Schlüssel geändert“", "„Kontakt verifizieren …“"},
		{"/otr verify", "/otr verifizieren"},
		{"../README.md", "README.md"},
		{"de/a.png", "de/b.png"},
		{"de/a.png", "a.png"},
		{"| a | b |", "| a |"},
		{"- „", "„"},
		{"otr-keys export", "otr-keys exportieren"},
		{"\n\nBitte verbessern Sie das.", ""},
		{"Bitte", "- Bitte"},
		{"das.", "das...."},
		{"das.", "das.\n\nUnd das."},
	} {
		if changed := strings.Replace(german, change[0], change[1], 1); changed == german || len(p.guideFaults(english, changed)) == 0 {
			t.Errorf("%q in place of %q is no fault", change[1], change[0])
		}
	}
	for _, lagging := range []string{"\n## New\n", "\n![New](screenshots/a.png)\n", "\nNew.\n"} {
		if len(p.guideFaults(english+lagging, german)) == 0 {
			t.Errorf("a guide without %q is up to date", lagging)
		}
	}
	p.exists = func(file string) bool { return file == "screenshots/a.png" }
	if faults := p.guideFaults(english, strings.Replace(german, "de/a.png", "a.png", 1)); len(faults) > 0 {
		t.Errorf("as long as there is no German picture, the English one is a fault: %q", faults)
	}
	if len(p.guideFaults(english, german)) == 0 {
		t.Error("a picture that is missing is no fault")
	}
	p.catalogue = nil
	untranslated := strings.NewReplacer("Kontakt verifizieren …", "Verify buddy", "Schlüssel geändert", "Key changed", "de/a", "a")
	if faults := p.guideFaults(english, untranslated.Replace(german)); len(faults) > 0 {
		t.Errorf("as long as the program shows English, the English quotation is a fault: %q", faults)
	}
}
