// SPDX-License-Identifier: GPL-2.0-or-later

// Package locale contains the translations, one GNU gettext catalogue LANGUAGE.po for
// each language. doc/translating.md tells how to add one. To update all catalogues from
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
		if base(l) == "en" || untranslated(l) {
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
		c.language = l
		return c
	}
	return nil
}

// RightToLeft reports whether a language is written from right to left.
func RightToLeft(language string) bool {
	return slices.Contains([]string{"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}, base(language))
}

// Marks are the punctuation that the program writes between texts, with the spaces around it.
type Marks struct{ Comma, Semicolon, Stop string }

// marks are those of English, and of the languages that write others.
var marks = map[string]Marks{
	"ar": {"، ", "؛ ", "."},
	"el": {", ", "· ", "."},
	"en": {", ", "; ", "."},
	"fa": {"، ", "؛ ", "."},
	"fr": {", ", "\u00a0; ", "."},
	"ja": {"、", "、", "。"},
	"ko": {", ", ", ", "."},
	"my": {"၊ ", "၊ ", "။"},
	"zh": {"，", "；", "。"},
}

// base removes country and variant from the name of a locale.
func base(language string) string {
	language, _, _ = strings.Cut(language, "@")
	language, _, _ = strings.Cut(language, "_")
	return language
}

func untranslated(name string) bool { return name == "C" || name == "POSIX" }

// Preferred returns the user's preferred languages, best first, from the environment
// variables that gettext uses, as gettext does in Pidgin: LANGUAGE alone counts if it is
// there, except in the locale C. "sr_RS.UTF-8@latin" means sr_RS@latin, sr@latin, sr_RS
// and then sr.
func Preferred(getenv func(string) string) (languages []string) {
	set := ""
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if set = getenv(name); set != "" {
			break
		}
	}
	if set == "" || untranslated(set) {
		return nil
	}
	list := []string{set}
	if l := getenv("LANGUAGE"); l != "" {
		list = strings.Split(l, ":")
	}
	for _, l := range list {
		for _, one := range names(l) {
			if one != "" && !slices.Contains(languages, one) {
				languages = append(languages, one)
			}
		}
	}
	return languages
}

// names returns the catalogues that a locale can use, best first.
func names(locale string) (all []string) {
	locale, variant, _ := strings.Cut(locale, "@")
	locale, _, _ = strings.Cut(locale, ".")
	if variant != "" {
		all = append(all, locale+"@"+variant, base(locale)+"@"+variant)
	}
	all = append(all, locale)
	if near, ok := related[locale]; ok {
		return append(all, near)
	}
	all = append(all, base(locale))
	if near, ok := related[base(locale)]; ok {
		all = append(all, near)
	}
	return all
}

// related are the languages that people read who use a locale without a catalogue, and
// today's names of languages. Chinese is not the same in each script, so zh_TW is not zh.
var related = map[string]string{
	"in":    "id",
	"iw":    "he",
	"no":    "nb",
	"pt":    "pt_BR",
	"zh":    "zh_CN",
	"zh_CN": "zh_CN",
	"zh_HK": "zh_TW",
	"zh_MO": "zh_TW",
	"zh_SG": "zh_CN",
	"zh_TW": "zh_TW",
}
