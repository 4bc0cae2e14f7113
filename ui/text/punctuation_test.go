// SPDX-License-Identifier: GPL-2.0-or-later

package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"purple-otr/ui/locale"
)

// TestWithoutColon: in each language, the name of a field ends with a letter, a bracket or an abbreviation.
func TestWithoutColon(t *testing.T) {
	for _, language := range append(locale.Languages(), "en") {
		speaking(t, language)
		labels := []string{
			ShowLabel(), ProtectLabel(), UnlockLabel(), PassphraseLabel(), PathLabel(true), PathLabel(false), VerifyMine("juliet", "XMPP"),
			VerifyAsk("Romeo"), VerifyAnswer(), VerifySecret("Romeo"), VerifyPaste("Romeo"),
		}
		for _, label := range labels {
			name := withoutColon(label)
			last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(name, popDirection))
			if name == label || unicode.IsSpace(last) || unicode.IsPunct(last) && !strings.ContainsRune(")）.", last) {
				t.Errorf("%s: %q is the name of %q", language, name, label)
			}
			if what := CopyWhat(label); !strings.HasSuffix(strings.TrimRight(what, popDirection), string(last)) {
				t.Errorf("%s: %q", language, what)
			}
		}
		before := labels[0]
		if got := FillIn(labels); !strings.Contains(got, withoutColon(before)+catalogue().Marks().Semicolon) || labels[0] != before {
			t.Errorf("%s: %q", language, got)
		}
	}
	for label, want := range map[string]string{
		"Empreinte\u00a0:": "Empreinte", "Empreinte\u202f: ": "Empreinte", "指纹：": "指纹", "Մատնահետք՝": "Մատնահետք",
		"Copy": "Copy", "The answer (a: b):": "The answer (a: b)", "：": "", "": "",
	} {
		if got := withoutColon(label); got != want {
			t.Errorf("%q: %q, want %q", label, got, want)
		}
	}
}

// TestMarks: between texts, the program writes the punctuation that translators write in them.
func TestMarks(t *testing.T) {
	for _, language := range append(locale.Languages(), "en") {
		speaking(t, language)
		m := catalogue().Marks()
		if got := tr("%s: %s; %s", "a", "b", "c"); !strings.Contains(strings.ReplaceAll(got, popDirection, ""), "b"+strings.TrimRight(m.Semicolon, " ")) {
			t.Errorf("%s: semicolon %q in %q", language, m.Semicolon, got)
		}
		if got := ProtectionUnchanged(); !strings.HasSuffix(got, m.Stop) {
			t.Errorf("%s: full stop %q in %q", language, m.Stop, got)
		}
	}
}

// TestAdopted: the first sentence that users of pidgin-otr read, in the marks of their language.
func TestAdopted(t *testing.T) {
	for language, want := range map[string]string{
		"en":    "Your existing keys and fingerprints have been kept: 2 private keys, 3 fingerprints of buddies, 1 of them verified.",
		"zh_CN": "您原有的密钥和指纹已保留： 2 个私钥，3 个好友的指纹，其中 1 个已验证。",
	} {
		speaking(t, language)
		if got := AdoptedText(2, 3, 1); got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
	}
	speaking(t, "ja")
	if got := ImportedText(2, 3); !strings.Contains(got, "、") || strings.Contains(got, ",") {
		t.Errorf("%q", got)
	}
	speaking(t, "fr")
	if got := Labelled("Compte", "juliet"); got != "Compte\u00a0: juliet" {
		t.Errorf("%q", got)
	}
}
