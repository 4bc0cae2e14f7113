// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"strings"
	"testing"
)

// TestEnglishFits: the English texts keep the limits that translations must keep.
func TestEnglishFits(t *testing.T) {
	uses, err := Uses("../../text")
	if err != nil {
		t.Fatal(err)
	}
	limited := 0
	for _, u := range uses {
		most := limit(u.Function)
		if most == 0 {
			continue
		}
		limited++
		if n := cells(u.English); n > most {
			t.Errorf("%s has room for %d letters, not %d: %q", u.Function, most, n, u.English)
		}
	}
	if limited < 80 {
		t.Errorf("only %d texts have a limit", limited)
	}
}

func TestCells(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "Save": 4, "_Save…": 5, "保存(_S)": 7, "저장": 4, "שָׁלוֹם": 4, "e\u0301": 1, "می\u200cخواهم": 7,
	} {
		if got := cells(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestLimit(t *testing.T) {
	for function, wraps := range map[string]bool{"ButtonSave": false, "SettingsTitle": false, "ColumnBuddy": false, "UnlockText": true, "Tooltip": true, "SettingNoLog": true} {
		if got := limit(function); (got == 0) != wraps {
			t.Errorf("%s: %d", function, got)
		}
	}
}

// TestLong: what is too long for a button is not too long for a sentence.
func TestLong(t *testing.T) {
	po := parse([]byte("msgid \"Save\"\nmsgstr \"" + strings.Repeat("語", 60) + "\"\n"))
	for function, want := range map[string]int{"ButtonSave": 1, "SaveText": 0} {
		if got := long("ja", po, []Use{{Text{English: "Save"}, function}}); len(got) != want {
			t.Errorf("%s: %q", function, got)
		}
	}
}
