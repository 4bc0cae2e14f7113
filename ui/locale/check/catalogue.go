// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/leonelquinteros/gotext"

	"purple-otr/ui/locale"
)

// Source returns a catalogue as the translators wrote it, or nil if there is none.
func Source(language string) *gotext.Po {
	source, err := locale.Text(language)
	if err != nil {
		return nil
	}
	return parse(source)
}

func parse(source []byte) *gotext.Po {
	po := gotext.NewPo()
	po.Parse(source)
	return po
}

// An Entry is a text with its translation.
type Entry struct {
	Text
	Forms []string // one if there is no plural; an empty one is not translated
}

// entries returns the texts of a catalogue, except its header, in order.
func entries(po *gotext.Po) (all []Entry) {
	add := func(context string, some map[string]*gotext.Translation) {
		for english, t := range some {
			if english == "" {
				continue
			}
			e := Entry{Text: Text{context, english, t.PluralID}}
			for i := range maxForms {
				if s, ok := t.Trs[i]; ok {
					e.Forms = append(e.Forms, make([]string, i-len(e.Forms))...)
					e.Forms = append(e.Forms, s)
				}
			}
			all = append(all, e)
		}
	}
	add("", po.GetDomain().GetTranslations())
	for context, some := range po.GetDomain().GetCtxTranslations() {
		add(context, some)
	}
	slices.SortFunc(all, func(a, b Entry) int {
		return strings.Compare(a.English+"\x04"+a.Context, b.English+"\x04"+b.Context)
	})
	return all
}

// complete reports whether an entry has the forms that its language needs.
func (e Entry) complete(forms int) bool {
	if e.Many == "" {
		forms = 1
	}
	return len(e.Forms) == forms && !slices.Contains(e.Forms, "")
}

// Untranslated returns the texts that a language has no translation for.
func Untranslated(language string, texts []Text) []Text {
	po := Source(language)
	if po == nil {
		fmt.Fprintf(os.Stderr, "there is no catalogue %s\n", language)
		return texts
	}
	return untranslated(po, texts)
}

func untranslated(po *gotext.Po, texts []Text) (missing []Text) {
	p, err := parsePlural(po.GetDomain().Headers.Get("Plural-Forms"))
	if err != nil {
		p.forms = 0 // no text with a plural is usable
	}
	there := map[Text]bool{}
	for _, e := range entries(po) {
		there[e.Text] = e.complete(p.forms)
	}
	for _, t := range texts {
		if !there[t] {
			missing = append(missing, t)
		}
	}
	return missing
}

// Misprints says which of a language's translations break which rule, in order.
func Misprints(language string) []string {
	po := Source(language)
	if po == nil {
		return nil
	}
	return misprints(language, po)
}

func misprints(language string, po *gotext.Po) (complaints []string) {
	p, err := catalogueRule(language, po)
	if err != nil {
		complaints = append(complaints, fmt.Sprintf("%s: %v", language, err))
	}
	if !slices.Contains([]string{"yes", "no"}, po.GetDomain().Headers.Get(readHeader)) {
		complaints = append(complaints, fmt.Sprintf("%s: the header %s must say yes or no", language, readHeader))
	}
	for _, e := range entries(po) {
		begun := slices.ContainsFunc(e.Forms, func(s string) bool { return s != "" })
		if begun && e.Many != "" && p.forms > 0 && len(e.Forms) != p.forms {
			complaints = append(complaints, fmt.Sprintf("%s: there are %d forms, and %d are needed: %q", language, len(e.Forms), p.forms, e.English))
		}
		for _, s := range e.Forms {
			if s == "" {
				continue
			}
			for _, says := range slices.Concat(Faults(language, s), e.faults(language, s)) {
				complaints = append(complaints, fmt.Sprintf("%s: %s: %q", language, says, s))
			}
		}
	}
	return complaints
}

// readHeader says whether somebody who speaks the language has read the translation.
const readHeader = "X-Read-By-Speaker"
