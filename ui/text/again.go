// SPDX-License-Identifier: GPL-2.0-or-later

package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"purple-otr/ui/locale"
)

// Record makes [Again] and [Origin] work for the texts that are made from now on. Only tests
// call it, from one goroutine, like every function of this package.
func Record() {
	if recorded == nil {
		recorded = map[string]message{}
	}
}

// spoken holds the catalogues that Again has read.
var spoken = map[string]func() *locale.Catalogue{}

// Again returns a text in a language. Record must have been called before the text was made,
// possibly of several others.
func Again(s, language string) string {
	before, record := catalogue, recorded
	defer func() { catalogue, recorded = before, record }()
	if spoken[language] == nil {
		SetLanguages([]string{language})
		spoken[language] = catalogue
	}
	catalogue, recorded = spoken[language], nil // what is made now need not be made again
	return again(s, record, message.text)
}

// Origin returns the text in English and without values, so that it is the same for everybody.
func Origin(s string) string {
	return again(s, recorded, func(m message) string { return m.english })
}

// again replaces each recorded text in s, the longest first, by what made returns for it.
func again(s string, record map[string]message, made func(message) string) string {
	one := func(text string) string {
		m := record[text]
		args := make([]any, len(m.args))
		for i, a := range m.args {
			if value, ok := a.(string); ok && len(value) < len(text) {
				a = again(value, record, made)
			}
			args[i] = a
		}
		m.args = args
		return made(m)
	}
	if _, ok := record[s]; ok {
		return one(s)
	}
	var b strings.Builder
	letter := false // before the rest of s
	for s != "" {
		longest := ""
		for text := range record {
			if !letter && len(text) > len(longest) && strings.HasPrefix(s, text) && endsWord(s[len(text):]) {
				longest = text
			}
		}
		if longest != "" {
			b.WriteString(one(longest))
			s = s[len(longest):]
			letter = false
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		letter = unicode.IsLetter(r) || unicode.IsDigit(r)
		b.WriteString(s[:size])
		s = s[size:]
	}
	return b.String()
}

// endsWord reports whether a word can end before rest.
func endsWord(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}
