// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// faults says how a translation differs from the English text where it must not.
func (e Entry) faults(language, translated string) (says []string) {
	english := e.English
	if e.Many != "" {
		english = e.Many
	}
	if !maps.Equal(verbs(english), verbs(translated)) {
		says = append(says, "it has other placeholders than the English text")
	}
	if strings.Count(english, "\n") != strings.Count(translated, "\n") {
		says = append(says, "it has another number of lines than the English text")
	}
	if !slices.Equal(typed(english), typed(translated)) {
		says = append(says, "what users type is different")
	}
	if ellipsis(english) != ellipsis(translated) {
		says = append(says, "it ends with … where English does, and only there")
	}
	if strings.ContainsFunc(translated, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }) {
		says = append(says, "the program adds the characters for writing directions itself")
	}
	return append(says, mnemonicFaults(language, english, translated)...)
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?(.?)`)

// verbs returns how a text formats each of its arguments.
func verbs(text string) (all map[string]string) {
	all = map[string]string{}
	next := 1
	for _, m := range verb.FindAllStringSubmatch(text, -1) {
		if m[2] == "%" {
			continue
		}
		number := m[1]
		if number == "" {
			number = fmt.Sprint(next)
		}
		fmt.Sscan(number, &next)
		next++
		all[number] += m[2]
	}
	return all
}

var command = regexp.MustCompile(`/otr (start|refresh|end|verify|status|settings|fingerprints|keys|session best|session last|session|unlock|lock|protect|import|backup|restore|version|help)\b|otr-keys \w+|\botr start\|[a-z|]+|purple-otr\.sealed|&[a-z]+;`)

// typed returns what must be the same in all languages, sorted.
func typed(text string) []string {
	all := command.FindAllString(text, -1)
	slices.Sort(all)
	return all
}

// behind is a mnemonic behind the words, in languages that have no letters of a keyboard.
var behind = regexp.MustCompile(`\(_[A-Za-z0-9]\)`)

// ellipsis reports whether a text ends with one, before a mnemonic that is behind it.
func ellipsis(text string) bool {
	return strings.HasSuffix(behind.ReplaceAllString(text, ""), "…")
}

// mnemonicFaults is about the letter after _, which is pressed to choose a menu item.
func mnemonicFaults(language, english, translated string) (says []string) {
	if strings.Count(english, "_") != 1 {
		if strings.Contains(translated, "_") && !strings.Contains(english, "_") {
			says = append(says, "it has a mnemonic, and the English text has none")
		}
		return says
	}
	before, after, found := strings.Cut(translated, "_")
	number := strings.HasPrefix(after, "%")
	letter := strings.IndexFunc(after, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) == 0
	switch {
	case !found || strings.Contains(after, "_") || !letter && !number:
		says = append(says, "it needs one mnemonic, because the English text has one")
	case slices.Contains([]string{"ja", "ko", "zh"}, base(language)) && !number && (!behind.MatchString(translated) || strings.TrimRight(before, "(") == ""):
		says = append(says, "the mnemonic is behind the words, such as (_F)")
	}
	return says
}

// base is a language without country and variant.
func base(language string) string {
	language, _, _ = strings.Cut(language, "@")
	language, _, _ = strings.Cut(language, "_")
	return language
}
