// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/leonelquinteros/gotext"
)

// A rule is one of a language's typography. README.md beside the catalogues explains
// them to translators.
type rule struct {
	language string // empty: all, with English
	broken   *regexp.Regexp
	says     string
}

// NBSP in a pattern is a no-break space, of either width.
var spaces = strings.NewReplacer("NBSP", "\u00a0\u202f")

var rules = []rule{
	{"", regexp.MustCompile(`["']`), "quotation marks and apostrophes are not straight"},
	{"", regexp.MustCompile(`\.\.\.`), "three dots are one character: …"},
	{"", regexp.MustCompile(`\S  |[ \n]$`), "no two spaces, and none at the end"},
	{"fr", regexp.MustCompile(spaces.Replace(`[^NBSP;:!?][;:!?]`)), "a no-break space is before ; : ! ?"},
	{"fr", regexp.MustCompile(spaces.Replace(`«[^NBSP]|[^NBSP]»`)), "a no-break space is inside « »"},
	{"fr", regexp.MustCompile(`[“”„]`), "quotation marks are « »"},
	{"de", regexp.MustCompile(`[”«»]|(^|[\s(])“|„[^“]*$|„[^“]*„`), "quotation marks are „ “"},
	{"de", regexp.MustCompile(`[\pL\pN]…| …`), "a no-break space is before …"},
}

// entity is a character in HTML, whose semicolon is no punctuation.
var entity = regexp.MustCompile(`&\pL+;`)

// Faults are the rules of its language that a text breaks. "en" is English.
func Faults(language, text string) (says []string) {
	base, _, _ := strings.Cut(language, "_")
	text = entity.ReplaceAllString(text, "&")
	for _, r := range rules {
		if (r.language == "" || r.language == base) && r.broken.MatchString(text) {
			says = append(says, r.says)
		}
	}
	return says
}

// Misprints says which of a language's translations break which rule, in order.
func Misprints(language string) (complaints []string) {
	po := Source(language)
	if po == nil {
		return nil
	}
	add := func(entries map[string]*gotext.Translation) {
		for english, t := range entries {
			if english == "" { // the header
				continue
			}
			for _, s := range t.Trs {
				for _, says := range Faults(language, s) {
					complaints = append(complaints, fmt.Sprintf("%s: %s: %q", language, says, s))
				}
			}
		}
	}
	add(po.GetDomain().GetTranslations())
	for _, entries := range po.GetDomain().GetCtxTranslations() {
		add(entries)
	}
	slices.Sort(complaints)
	return complaints
}
