// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import "testing"

func TestPlain(t *testing.T) {
	for label, want := range map[string]string{
		"_Verify buddy…":        "Verify buddy…",
		"既知の指紋(_K)…":            "既知の指紋…",
		"Send to device _2 (a)": "Send to device 2 (a)",
		"デバイス _2 に送る (使用中)":     "デバイス 2 に送る (使用中)",
	} {
		if got := (MenuItem{Label: label}).Plain(); got != want {
			t.Errorf("%q is %q without its mnemonic, want %q", label, got, want)
		}
	}
}
