// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"strings"
	"testing"
)

// TestFaults breaks each rule about the English text, and keeps it.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		language, english, good string
		bad                     []string
	}{
		{"de", "%s and %d", "%[2]d und %[1]s", []string{"%s", "%s und %s", "%d und %s", "%[1]s und %[1]s und %[2]d", "%s und %d %s"}},
		{"ru", "%s (%s)", "%[2]s (%[1]s)", []string{"%s ()", "%[1]s (%[1]s)"}},
		{"de", "One.\nTwo.", "Eins.\nZwei.", []string{"Eins. Zwei."}},
		{"de", "type /otr session best or /otr help", "/otr help oder /otr session best tippen", []string{"/otr hilfe oder /otr session best", "/otr help"}},
		{"de", "use “otr-keys plain” for &lt;", "&lt; mit „otr-keys plain“", []string{"&lt; mit „otr-keys klar“", "< mit „otr-keys plain“"}},
		{"de", "Show…", "Zeigen\u00a0…", []string{"Zeigen"}},
		{"de", "Show", "Zeigen", []string{"Zeigen\u00a0…", "_Zeigen", "Zeigen\u200e", "\u2068Zeigen\u2069"}},
		{"ru", "_Show…", "_Показать…", []string{"Показать…", "_Пока_зать…", "Показать_…", "Показать… _"}},
		{"ar", "_Show…", "إ_ظهار…", []string{"إظهار…"}},
		{"zh_CN", "_Show…", "显示(_S)…", []string{"_显示…", "显示…", "(_S)…", "显示(_S)"}},
		{"ja", "_Show", "表示(_S)", []string{"表_示", "表示(S)"}},
		{"ko", "Send to device _%d (%s)", "기기 _%d (%s)로 보내기", []string{"기기 %d (%s)로 보내기"}},
	} {
		e := Entry{Text: Text{English: c.english}}
		if faults := e.faults(c.language, c.good); len(faults) > 0 {
			t.Errorf("%s: %q: %q", c.language, c.good, faults)
		}
		for _, bad := range c.bad {
			if faults := e.faults(c.language, bad); len(faults) == 0 {
				t.Errorf("%s: there is no fault in %q", c.language, bad)
			}
		}
	}
}

// TestVerbsInOrder: the order of arguments makes no difference, and their kinds do.
func TestVerbsInOrder(t *testing.T) {
	const english = "%d %% of %s"
	e := Entry{Text: Text{English: english}}
	if faults := e.faults("de", "%[2]s: %[1]d %%"); len(faults) > 0 {
		t.Error(faults)
	}
	if faults := e.faults("de", "%s: %d %%"); len(faults) == 0 {
		t.Error("the kinds make no difference")
	}
}

// catalogueOf is a catalogue with one text of each kind. forms are those of the plural.
func catalogueOf(header string, forms ...string) string {
	var b strings.Builder
	b.WriteString("msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"X-Read-By-Speaker: no\\n\"\n\"Plural-Forms: " + header + "\\n\"\n\n")
	b.WriteString("msgid \"Yes\"\nmsgstr \"x\"\n\nmsgctxt \"button\"\nmsgid \"No\"\nmsgstr \"x\"\n\n")
	b.WriteString("msgid \"%d hour\"\nmsgid_plural \"%d hours\"\n")
	for i, f := range forms {
		b.WriteString("msgstr[" + string(rune('0'+i)) + "] \"" + f + "\"\n")
	}
	return b.String()
}

// TestManyForms: a catalogue is complete with each number of plural forms, and incomplete if
// one is missing or empty.
func TestManyForms(t *testing.T) {
	all := []Text{{"", "Yes", ""}, {"button", "No", ""}, {"", "%d hour", "%d hours"}}
	for language, header := range pluralRules {
		p, err := parsePlural(header)
		if err != nil {
			t.Fatal(err)
		}
		forms := make([]string, p.forms)
		for i := range forms {
			forms[i] = "%d x"
		}
		po := parse([]byte(catalogueOf(header, forms...)))
		if missing := untranslated(po, all); len(missing) > 0 {
			t.Errorf("%s has no words for %q", language, missing)
		}
		if complaints := misprints(language, po); len(complaints) > 0 {
			t.Errorf("%s: %q", language, complaints)
		}
		for i := range forms {
			was := forms[i]
			forms[i] = ""
			if missing := untranslated(parse([]byte(catalogueOf(header, forms...))), all); len(missing) != 1 {
				t.Errorf("%s: the form %d is empty: %q", language, i, missing)
			}
			forms[i] = "x"
			if complaints := misprints(language, parse([]byte(catalogueOf(header, forms...)))); len(complaints) == 0 {
				t.Errorf("%s: the form %d has no placeholder, and there is no complaint", language, i)
			}
			forms[i] = was
		}
		for _, wrong := range [][]string{append(forms, "%d x"), forms[1:]} {
			po := parse([]byte(catalogueOf(header, wrong...)))
			if len(untranslated(po, all)) == 0 || len(wrong) > 0 && len(misprints(language, po)) == 0 {
				t.Errorf("%s: %d forms instead of %d", language, len(wrong), len(forms))
			}
		}
	}
}

// TestNotBegun: a catalogue without words is not complete, and breaks no rule.
func TestNotBegun(t *testing.T) {
	po := parse([]byte(strings.ReplaceAll(catalogueOf(arabic, "", ""), "\"x\"", "\"\"")))
	if complaints := misprints("ar", po); len(complaints) > 0 {
		t.Errorf("%q", complaints)
	}
	if missing := untranslated(po, []Text{{"", "Yes", ""}, {"", "%d hour", "%d hours"}}); len(missing) != 2 {
		t.Errorf("%q", missing)
	}
}

// TestReader: a catalogue says whether somebody who speaks the language has read it.
func TestReader(t *testing.T) {
	source := catalogueOf(germanic, "%d x", "%d x")
	for answer, right := range map[string]bool{"no": true, "yes": true, "": false, "maybe": false} {
		po := parse([]byte(strings.ReplaceAll(source, "Speaker: no", "Speaker: "+answer)))
		if complaints := misprints("sv", po); (len(complaints) == 0) != right {
			t.Errorf("%q: %q", answer, complaints)
		}
	}
}
