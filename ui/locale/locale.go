// SPDX-License-Identifier: GPL-2.0-or-later

// Package locale has the catalogues of translations, one LANGUAGE.po for each
// language, in the form of GNU gettext. To add a language, copy purple-otr.pot;
// to bring all of them up to date with the program, run make translations.
package locale

import (
	"embed"
	"slices"
	"strings"

	"github.com/leonelquinteros/gotext"
)

//go:embed *.po
var files embed.FS

// Languages are those that there is a catalogue for.
func Languages() (names []string) {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // it is in the program
	}
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".po"))
	}
	return names
}

// Text is a language's catalogue as it is written.
func Text(language string) ([]byte, error) { return files.ReadFile(language + ".po") }

// Best is the catalogue of the first of the languages that there is one for. It
// is nil if English, in which the program is written, comes before.
func Best(languages []string) *gotext.Po {
	for _, l := range languages {
		if base(l) == "en" {
			return nil
		}
		text, err := Text(l)
		if err != nil {
			continue
		}
		po := gotext.NewPo()
		po.Parse(text)
		return po
	}
	return nil
}

func base(language string) string {
	l, _, _ := strings.Cut(language, "_")
	return l
}

// Preferred are the languages that the user reads, best first, by the variables
// of the environment and their meaning for gettext. "de_AT.UTF-8@euro" is de_AT
// and then de.
func Preferred(getenv func(string) string) (languages []string) {
	set := ""
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if set = getenv(name); set != "" {
			break
		}
	}
	set = plain(set)
	if set == "" || set == "C" || set == "POSIX" {
		return nil
	}
	for _, l := range append(strings.Split(getenv("LANGUAGE"), ":"), set) {
		l = plain(l)
		for _, one := range []string{l, base(l)} {
			if one != "" && !slices.Contains(languages, one) {
				languages = append(languages, one)
			}
		}
	}
	return languages
}

// plain is the name of a locale without character set and variant.
func plain(name string) string {
	name, _, _ = strings.Cut(name, "@")
	name, _, _ = strings.Cut(name, ".")
	return name
}
