// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/leonelquinteros/gotext"
	"github.com/leonelquinteros/gotext/plurals"
)

// The rules for plurals that the manual of gettext gives, by the languages that have them.
const (
	oneForm   = "nplurals=1; plural=0;"
	germanic  = "nplurals=2; plural=(n != 1);"
	french    = "nplurals=2; plural=(n > 1);"
	romanian  = "nplurals=3; plural=(n==1 ? 0 : (n==0 || (n%100 > 0 && n%100 < 20)) ? 1 : 2);"
	russian   = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
	czech     = "nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);"
	polish    = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
	slovenian = "nplurals=4; plural=(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3);"
	arabic    = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
)

// pluralRules are the headers “Plural-Forms” of the languages that we expect.
var pluralRules = map[string]string{
	"ar": arabic, "cs": czech, "da": germanic, "de": germanic, "el": germanic, "es": germanic, "fa": french,
	"fi": germanic, "fr": french, "he": germanic, "hr": russian, "hu": germanic, "id": oneForm, "it": germanic,
	"ja": oneForm, "ko": oneForm, "my": oneForm, "nb": germanic, "nl": germanic, "nn": germanic, "pl": polish,
	"pt_BR": french, "ro": romanian, "ru": russian, "sk": czech, "sl": slovenian, "sr": russian, "sr@latin": russian,
	"sv": germanic, "tr": germanic, "uk": russian, "vi": oneForm, "zh_CN": oneForm, "zh_TW": oneForm,
}

var pluralHeader = regexp.MustCompile(`^\s*nplurals\s*=\s*(\d+)\s*;\s*plural\s*=([^;]*);?\s*$`)

// A plural is a language's rule for numbers.
type plural struct {
	forms int // how many there are
	form  plurals.Expression
}

// maxForms is more than any language has.
const maxForms = 8

// parsePlural reads a header “Plural-Forms”. Each form must occur, and no other.
func parsePlural(header string) (p plural, err error) {
	m := pluralHeader.FindStringSubmatch(header)
	if m == nil {
		return p, errors.New("the header Plural-Forms is not as gettext needs it")
	}
	if p.forms, err = strconv.Atoi(m[1]); err != nil || p.forms < 1 || p.forms > maxForms {
		return p, errors.New("the header Plural-Forms has an unlikely number of forms")
	}
	p.form, err = plurals.Compile(strings.TrimSpace(m[2]))
	if err == nil && p.form == nil { // the library says this about some nonsense
		err = errors.New("it has no meaning")
	}
	if err != nil {
		return p, fmt.Errorf("the rule in the header Plural-Forms: %w", err)
	}
	seen := map[int]bool{}
	for n := range uint32(1000) {
		form := p.form.Eval(n)
		if form < 0 || form >= p.forms {
			return p, fmt.Errorf("the header Plural-Forms has no form for %d", n)
		}
		seen[form] = true
	}
	if len(seen) != p.forms {
		return p, fmt.Errorf("the header Plural-Forms has %d forms, and only %d are for a number", p.forms, len(seen))
	}
	return p, nil
}

// catalogueRule returns the rule of a catalogue. It is an error if it is not its language's.
func catalogueRule(language string, po *gotext.Po) (plural, error) {
	p, err := parsePlural(po.GetDomain().Headers.Get("Plural-Forms"))
	if err != nil {
		return p, err
	}
	if header := pluralRules[language]; header != "" {
		want, err := parsePlural(header)
		if err != nil {
			return p, err
		}
		for n := range uint32(1000) {
			if p.forms != want.forms || p.form.Eval(n) != want.form.Eval(n) {
				return p, fmt.Errorf("the header must say Plural-Forms: %s", header)
			}
		}
	}
	return p, nil
}
