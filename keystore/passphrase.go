// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"purple-otr/internal/erase"
)

// normalPassphrase returns the normal form of a passphrase, which is the same whatever
// keyboard or computer the user types it on: NFC, and with ordinary spaces only, as RFC
// 8265, section 4.2.2, says. The caller clears it.
func normalPassphrase(p []byte) []byte {
	if !utf8.Valid(p) {
		return bytes.Clone(p) // no text; it is what it is
	}
	spaced := bytes.Map(func(r rune) rune {
		if unicode.Is(unicode.Zs, r) {
			return ' '
		}
		return r
	}, p)
	normal := norm.NFC.Bytes(spaced)
	if len(spaced) > 0 && (len(normal) == 0 || &normal[0] != &spaced[0]) {
		clear(spaced)
	}
	return normal
}

// openEitherForm opens something with the normal form of a passphrase and, if that fails,
// with what the user typed, because older versions did not normalize.
func openEitherForm[T any](passphrase []byte, open func([]byte) (T, error), wrong error) (T, error) {
	normal := normalPassphrase(passphrase)
	defer clear(normal)
	v, err := open(normal)
	if errors.Is(err, wrong) && !bytes.Equal(normal, passphrase) {
		return open(passphrase)
	}
	return v, err
}

// A Strength is a measure of how hard it is to guess a passphrase.
type Strength int

const (
	TooShort  Strength = iota // it has too few characters
	TooCommon                 // it consists of what attackers try first
	Weak                      // it can be used, but should have more words
	Strong
)

// Acceptable reports whether a passphrase of this strength may protect keys.
func (s Strength) Acceptable() bool { return s >= Weak }

// How many bits of entropy a passphrase must have, and should have. Trying one passphrase
// takes half a second, so 2^30 of them take one computer 17 years.
const (
	minPassphrase  = 8 // characters
	weakBits       = 30
	strongBits     = 45
	commonBits     = 5   // one of the words that everybody uses, or a row of keys
	letterBits     = 2.2 // of words; four letters of random ones count as two of these
	digitBits      = 3.3
	symbolBits     = 4
	ideographBits  = 8
	repeatedFactor = 0.2 // how much a repeated part counts
)

// JudgePassphrase estimates the strength of a new passphrase: the sum over its words,
// numbers and symbols. It has no dictionary, except for the most common passphrases.
func JudgePassphrase(p []byte) (s Strength) {
	erase.Do(func() { s = judge(p) })
	return s
}

func judge(p []byte) Strength {
	normal := normalPassphrase(p)
	defer clear(normal)
	if len([]rune(string(normal))) < minPassphrase {
		return TooShort
	}
	var bits float64
	var before []string
	for _, part := range passphraseParts(strings.ToLower(string(normal))) {
		b := partBits(part)
		if slices.Contains(before, part) {
			b *= repeatedFactor
		}
		before = append(before, part)
		bits += b
	}
	switch {
	case bits >= strongBits:
		return Strong
	case bits >= weakBits:
		return Weak
	case bits < 2*commonBits+letterBits:
		return TooCommon
	}
	return TooShort
}

// passphraseParts splits p into runs of letters, of digits, and of other characters
// without spaces.
func passphraseParts(p string) (parts []string) {
	kind := func(r rune) int {
		switch {
		case unicode.IsSpace(r):
			return 0
		case unicode.IsLetter(r) || unicode.IsMark(r):
			return 1
		case unicode.IsDigit(r):
			return 2
		}
		return 3
	}
	last := 0
	for _, r := range p {
		switch now := kind(r); {
		case now == 0:
		case now == last:
			parts[len(parts)-1] += string(r)
		default:
			parts = append(parts, string(r))
		}
		last = kind(r)
	}
	return parts
}

// partBits estimates the entropy of a part.
func partBits(part string) float64 {
	var bits float64
	distinct := map[rune]bool{}
	for _, r := range part {
		distinct[r] = true
		switch {
		case r >= 0x2E80 && unicode.IsLetter(r):
			bits += ideographBits
		case unicode.IsLetter(r):
			bits += letterBits
		case unicode.IsDigit(r):
			bits += digitBits
		default:
			bits += symbolBits
		}
	}
	if len(distinct) < 3 && len([]rune(part)) > 3 || isRow(part) || slices.Contains(commonWords, part) {
		return min(bits, commonBits)
	}
	return bits
}

// isRow reports whether the part is a row of the keyboard, of the alphabet or of digits,
// in either direction, or begins in one and continues in the next.
func isRow(part string) bool {
	const rows = "qwertyuiopasdfghjklzxcvbnm qwertzuiopasdfghjklyxcvbnm azertyuiopqsdfghjklmwxcvbn abcdefghijklmnopqrstuvwxyz 01234567890123456789 !\"$%&/()= !@#$%^&*()"
	if len(part) < 3 {
		return false
	}
	back := []rune(part)
	slices.Reverse(back)
	return strings.Contains(rows, part) || strings.Contains(rows, string(back))
}

// commonWords are parts of the most common passphrases in English, German, French and
// Spanish, and the words that come to mind because of this program.
var commonWords = strings.Fields(`
	password passwort passwd pass passphrase kennwort geheim secret secreto motdepasse mot de passe contraseña
	admin administrator root user login welcome willkommen bienvenue hello hallo bonjour hola test
	letmein iloveyou love liebe ichliebedich jetaime teamo princess prinzessin princesse dragon monkey
	football fussball fußball soccer baseball basketball hockey master superman batman starwars pokemon
	sunshine shadow michael jennifer jessica daniel thomas andrea charlie ashley nicole hunter trustno
	whatever freedom summer sommer winter spring autumn herbst flower computer internet google facebook
	pidgin finch libpurple purple otr jabber xmpp irc keys key schlüssel chat private privat messaging
	january february march april may june july august september october november december
	januar februar märz mai juni juli oktober dezember monday tuesday friday sunday montag freitag sonntag
	sesame opensesame abracadabra simsalabim correct horse battery staple changeme default qwerty azerty
	the and und der die das les des para con`)
