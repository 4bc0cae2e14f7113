// SPDX-License-Identifier: GPL-2.0-or-later

package text

import (
	"strings"
	"unicode"
)

// Sentences that mix writing directions: a name in Hebrew letters in an English sentence,
// or a fingerprint in an Arabic one. Without help, the algorithm that orders the letters
// (Unicode Standard Annex #9) moves brackets, full stops and neighbouring words to where
// they do not belong.
//
// The program adds the invisible characters, so that translators do not have to type them.
const (
	leftToRightMark  = "\u200e"
	rightToLeftMark  = "\u200f"
	leftToRight      = "\u2066" // begins an isolate
	eitherDirection  = "\u2068" // begins one that has the direction of its first letter
	popDirection     = "\u2069" // ends an isolate
	commandCharacter = "abcdefghijklmnopqrstuvwxyz|"
)

// writtenRightToLeft reports whether r is a letter of a script that is written from right
// to left.
func writtenRightToLeft(r rune) bool {
	return unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko,
		unicode.Samaritan, unicode.Mandaic, unicode.Adlam) && !unicode.IsDigit(r)
}

// isolate stops a name that is written from right to left from changing the order of
// the sentence around it.
func isolate(s string) string {
	if strings.ContainsFunc(s, writtenRightToLeft) {
		return isolated(s)
	}
	return s
}

// isolated puts s into an isolate, unless it already is one. An isolate ends with its line,
// so several lines stay as they are.
func isolated(s string) string {
	one := strings.HasPrefix(s, eitherDirection) && strings.Index(s, popDirection) == len(s)-len(popDirection)
	if s == "" || one || strings.Contains(s, "\n") {
		return s
	}
	return eitherDirection + s + popDirection
}

// isolatedValues isolates the values that a sentence contains.
func isolatedValues(args []any) []any {
	values := make([]any, len(args))
	for i, a := range args {
		if s, ok := a.(string); ok {
			a = isolated(s)
		}
		values[i] = a
	}
	return values
}

// anyCommand isolates a command whose name is a value.
var anyCommand = strings.NewReplacer(
	"/%s", leftToRight+"/%s"+popDirection,
	"/%[1]s", leftToRight+"/%[1]s"+popDirection,
	"/%[2]s", leftToRight+"/%[2]s"+popDirection,
	"/%[3]s", leftToRight+"/%[3]s"+popDirection,
)

// isolatedCommands isolates what is typed as it is, such as “/otr session last”. Its slash
// would otherwise move to its other end.
func isolatedCommands(sentence string) string {
	sentence = anyCommand.Replace(sentence)
	var b strings.Builder
	for {
		before, after, found := strings.Cut(sentence, "/otr")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		rest := after
		for strings.HasPrefix(rest, " ") {
			next := strings.TrimLeft(rest[1:], commandCharacter)
			if len(next) == len(rest)-1 {
				break
			}
			rest = next
		}
		b.WriteString(leftToRight + "/otr" + strings.TrimSuffix(after, rest) + popDirection)
		sentence = rest
	}
}

// directed marks each line whose first letter is not of the sentence's language, because
// GTK gives a line the direction of its first letter, even if that is in an isolate.
func directed(s string, rightToLeft bool) string {
	mark := leftToRightMark
	if rightToLeft {
		mark = rightToLeftMark
	} else if !strings.ContainsFunc(s, writtenRightToLeft) {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		first := strings.IndexFunc(line, unicode.IsLetter)
		if first >= 0 && (strings.IndexFunc(line, writtenRightToLeft) == first) != rightToLeft {
			lines[i] = mark + line
		}
	}
	return strings.Join(lines, "\n")
}
