// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
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
	{"", regexp.MustCompile(`\.\.\.|。。|｡｡`), "three dots are one character: …"},
	{"", regexp.MustCompile(`\S  |[ \n]$`), "no two spaces, and none at the end"},
	{"fr", regexp.MustCompile(spaces.Replace(`[^NBSP;:!?][;:!?]`)), "a no-break space is before ; : ! ?"},
	{"fr", regexp.MustCompile(spaces.Replace(`«[^NBSP]|[^NBSP]»`)), "a no-break space is inside « »"},
	{"de", regexp.MustCompile(`[\pL\pN]…| …`), "a no-break space is before …"},
}

// quotes are the quotation marks of each language, as they are used in pairs. Languages
// with two styles have both. The first is the better one.
var quotes = map[string][]string{
	"ar": {"«»", "“”"},
	"cs": {"„“"},
	"da": {"“”", "»«", "„“"},
	"de": {"„“"},
	"el": {"«»"},
	"en": {"“”"},
	"es": {"«»"},
	"fa": {"«»"},
	"fi": {"””"},
	"fr": {"«»"},
	"he": {"„”", "“”", "״״"},
	"hr": {"„“", "„”"},
	"hu": {"„”"},
	"id": {"“”"},
	"it": {"«»", "“”"},
	"ja": {"「」"},
	"ko": {"“”", "‘’"},
	"my": {"“”"},
	"nb": {"«»"},
	"nl": {"‘’", "“”"},
	"nn": {"«»"},
	"pl": {"„”"},
	"pt": {"“”"},
	"ro": {"„”"},
	"ru": {"«»"},
	"sk": {"„“"},
	"sl": {"»«", "„“"},
	"sr": {"„“", "„”"},
	"sv": {"””"},
	"tr": {"“”"},
	"uk": {"«»"},
	"vi": {"“”"},
	"zh": {"“”", "「」"}, // in China and in Taiwan
}

// oneStyle are the styles of a variant of a language.
var oneStyle = map[string]string{"zh_CN": "“”", "zh_TW": "「」", "zh_HK": "「」"}

// marks are all quotation marks, except ’, which is also an apostrophe.
const marks = "“”„«»「」『』‘״"

// quotesFault reports whether the quotation marks of a text are those of no style of its
// language, or are not in pairs.
func quotesFault(language, text string) (style string, bad bool) {
	styles := quotes[base(language)]
	if one, ok := oneStyle[language]; ok {
		styles = []string{one}
	}
	if len(styles) == 0 || !strings.ContainsAny(text, marks) {
		return "", false
	}
	if slices.ContainsFunc(styles, func(style string) bool { return inPairs(style, text) }) {
		return "", false
	}
	r := []rune(styles[0])
	return string(r[0]) + " " + string(r[1]), true
}

// inPairs reports whether a text has only quotation marks of a style, and these in turns,
// without a space before a closing one.
func inPairs(style, text string) bool {
	pair, open := []rune(style), false
	before := ' '
	for _, r := range text {
		switch {
		case !open && r == pair[0]:
			open = true
		case open && r == pair[1] && before != ' ':
			open = false
		case r == '’' && unicode.IsLetter(before): // an apostrophe
		case strings.ContainsRune(marks, r) || strings.ContainsRune(style, r):
			return false
		}
		before = r
	}
	return !open
}

// entity is a character in HTML, whose semicolon is no punctuation.
var entity = regexp.MustCompile(`&\pL+;`)

// Faults are the rules of its language that a text breaks. "en" is English.
func Faults(language, text string) (says []string) {
	text = entity.ReplaceAllString(text, "&")
	for _, r := range rules {
		if (r.language == "" || r.language == base(language)) && r.broken.MatchString(text) {
			says = append(says, r.says)
		}
	}
	if style, bad := quotesFault(language, text); bad {
		says = append(says, "quotation marks are "+style)
	}
	return says
}
