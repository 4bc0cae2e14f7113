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
		if got := FillIn(labels); !strings.Contains(got, withoutColon(before)+"; ") || labels[0] != before {
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
