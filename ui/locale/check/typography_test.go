// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"slices"
	"testing"

	"purple-otr/ui/locale"
)

// TestTypography: what is shown keeps the rules of its language.
func TestTypography(t *testing.T) {
	for _, x := range texts(t) {
		for _, s := range []string{x.English, x.Many} {
			if faults := Faults("en", s); len(faults) > 0 {
				t.Errorf("%q: %q", s, faults)
			}
		}
	}
	for _, language := range locale.Languages() {
		for _, complaint := range Misprints(language) {
			t.Error(complaint)
		}
	}
}

// TestRules breaks each rule, and keeps it.
func TestRules(t *testing.T) {
	broken := map[string]bool{}
	for _, c := range []struct {
		language, good string
		bad            []string
	}{
		{"en", "Bob’s “key”", []string{"Bob's key", "the \"key\""}},
		{"de", "sagt’s", []string{"sagt's"}},
		{"en", "Show…", []string{"Show..."}},
		{"pl", "Pokaż…", []string{"Pokaż..."}},
		{"en", "One. Two.", []string{"One.  Two.", "One. ", "One.\n"}},
		{"fr", "Quoi\u00a0? Ceci\u202f; cela\u00a0: oui\u202f!", []string{"Quoi ?", "Quoi?", "Ceci ; cela", "Ceci: cela", "oui!"}},
		{"fr_CA", "Raison\u00a0: %s", []string{"Raison : %s", "Raison: %s"}},
		{"fr", "&lt;action&gt;\u00a0: dit", []string{"&lt;action&gt;: dit"}},
		{"fr", "«\u00a0OTR\u202f»", []string{"« OTR\u00a0»", "«\u00a0OTR »", "«OTR»"}},
		{"fr", "«\u00a0OTR\u00a0»", []string{"“OTR”", "„OTR“"}},
		{"de", "Das „OTR-Menü“, „%s“", []string{"“OTR”", "„OTR”", "»OTR«", "„OTR", "“OTR“", "„OTR und „XMPP“"}},
		{"de", "Zeigen\u00a0…", []string{"Zeigen…", "Zeigen …"}},
		{"de_AT", "%d\u00a0…", []string{"7…"}},
	} {
		if faults := Faults(c.language, c.good); len(faults) > 0 {
			t.Errorf("%s: %q: %q", c.language, c.good, faults)
		}
		for _, bad := range c.bad {
			faults := Faults(c.language, bad)
			if len(faults) == 0 {
				t.Errorf("%s: there is no fault in %q", c.language, bad)
			}
			for _, says := range faults {
				broken[says] = true
			}
		}
	}
	for _, r := range rules { // quotation marks are in TestQuotes
		if !broken[r.says] {
			t.Errorf("nothing breaks the rule %q", r.says)
		}
	}
	if faults := Faults("eo", "Kio? „X“"); !slices.Equal(faults, nil) {
		t.Errorf("a rule of another language: %q", faults)
	}
}

// TestQuotes: each language has its quotation marks, in pairs, and no others.
func TestQuotes(t *testing.T) {
	for language, good := range map[string][]string{
		"ar":    {"«OTR»", "في «OTR» و«XMPP»"},
		"cs":    {"„OTR“"},
		"en_GB": {"“OTR” and “Bob’s key”"},
		"es":    {"«OTR»"},
		"fi":    {"”OTR” ja ”XMPP”"},
		"he":    {"ב„OTR”", "״OTR״"},
		"hu":    {"„OTR”"},
		"ja":    {"「OTR」を「選択」"},
		"nb":    {"«OTR»"},
		"nl":    {"‘OTR’", "pagina’s ‘OTR’", "“OTR”"},
		"pl":    {"„OTR”"},
		"pt_BR": {"“OTR”"},
		"ru":    {"«OTR»"},
		"sv":    {"”OTR”", "inget"},
		"zh_CN": {"选择“帐号”。"},
		"zh_TW": {"選擇「帳號」。"},
	} {
		for _, s := range good {
			if faults := Faults(language, s); len(faults) > 0 {
				t.Errorf("%s: %q: %q", language, s, faults)
			}
		}
	}
	for language, bad := range map[string][]string{
		"ar":    {"»OTR«", "«OTR"},
		"cs":    {"“OTR”", "„OTR”"},
		"es":    {"“OTR”", "«OTR”", "OTR»"},
		"fi":    {"“OTR”", "”OTR"},
		"ja":    {"“OTR”", "「OTR", "」OTR「"},
		"nl":    {"„OTR”", "‘OTR"},
		"pl":    {"„OTR“"},
		"ru":    {"„OTR“", "«OTR» „XMPP“"},
		"sv":    {"“OTR”"},
		"zh_CN": {"选择「帐号」。"},
		"zh_TW": {"選擇“帳號”。"},
	} {
		for _, s := range bad {
			if faults := Faults(language, s); len(faults) == 0 {
				t.Errorf("%s: there is no fault in %q", language, s)
			}
		}
	}
}
