// SPDX-License-Identifier: GPL-2.0-or-later

// Package locale contains the translations, one GNU gettext catalogue LANGUAGE.po for
// each language. To add a language, copy purple-otr.pot. To update all catalogues from
// the source code, run make translations. This also packs them: a packed catalogue is a
// tenth as large, and needs no parser in the plugin.
package locale

import (
	"embed"
	"slices"
	"strings"
)

// The linker leaves the sources out of programs that do not call Text.
//
//go:embed *.po
var sources embed.FS

//go:embed packed
var packed embed.FS

// Languages returns the languages that have a catalogue.
func Languages() (names []string) {
	entries, err := packed.ReadDir("packed")
	if err != nil {
		panic(err) // it is embedded
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Text returns the catalogue of a language, in its source form.
func Text(language string) ([]byte, error) { return sources.ReadFile(language + ".po") }

// Best returns the catalogue of the first language that has one. It returns nil if
// English, the language of the source code, comes first.
func Best(languages []string) *Catalogue {
	for _, l := range languages {
		if base(l) == "en" {
			return nil
		}
		data, err := packed.ReadFile("packed/" + l)
		if err != nil {
			continue
		}
		c, err := Unpack(data)
		if err != nil {
			panic(err) // it is embedded, and a test unpacks it
		}
		return c
	}
	return nil
}

func base(language string) string {
	l, _, _ := strings.Cut(language, "_")
	return l
}

// Preferred returns the user's preferred languages, best first, from the environment
// variables that gettext uses. "de_AT.UTF-8@euro" means de_AT and then de.
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

// plain removes character set and variant from the name of a locale.
func plain(name string) string {
	name, _, _ = strings.Cut(name, "@")
	name, _, _ = strings.Cut(name, ".")
	return name
}
