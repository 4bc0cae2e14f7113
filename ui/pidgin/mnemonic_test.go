// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import "testing"

func TestMnemonics(t *testing.T) {
	l := letters{}
	for _, c := range []struct{ label, want string }{
		{"Cancel", "_Cancel"},
		{"Copy", "C_opy"},
		{"Compare again", "Compare _again"},
		{"“Übrig”", "“_Übrig”"},
		{"übrig", "ü_brig"},
		{"Do_it", "_Do__it"},
		{"_Do_", "__Do__"},
		{"100 %", "100 %"},
		{"", ""},
		{"コピー", "コピー(_E)"},
		{"検証…", "検証(_F)…"},
		{"검색:", "검색(_G):"},
		{"OTR 设置", "OTR 设置(_H)"},
	} {
		if got := l.mark(c.label); got != c.want {
			t.Errorf("%q is marked %q, want %q", c.label, got, c.want)
		}
	}
}
