// SPDX-License-Identifier: GPL-2.0-or-later

package text

import "testing"

func TestClean(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		max            int
	}{
		{"plain", "Bob", "Bob", 10},
		{"line breaks", " a\r\n\tb\u2028c ", "a b c", 10},
		{"controls", "a\x00\x1b[31mb\u0085c", "a [31mb c", 20},
		{"direction override", "a\u202egpj.exe\u202c", "agpj.exe", 20},
		{"isolates", "\u2066a\u2069\u200e\u061c", "a", 20},
		{"invisible", "a\u200b\u2060\ufeff\U000e0041b", "ab", 20},
		{"joiners", "\u0645\u200c\u0646", "\u2068\u0645\u200c\u0646\u2069", 20},
		{"right to left", "שלום", "\u2068שלום\u2069", 20},
		{"broken UTF-8", "a\xffb", "a\ufffdb", 20},
		{"cut", "abcdef", "abc…", 3},
		{"exact", "abc", "abc", 3},
		{"cut at a space", "ab cdef", "ab …", 3},
		{"nothing visible", "\u202e\n", "", 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.in, tt.max); got != tt.want {
				t.Errorf("clean(%q, %d) = %q, want %q", tt.in, tt.max, got, tt.want)
			}
		})
	}
}

func TestCleanTyped(t *testing.T) {
	for in, want := range map[string]string{
		"  a   b ": "  a   b ", "a\n\tb\x00": "a  b ", "a\u202eb\u200b": "ab", "123456789": "12345678…", "12345678 ": "12345678…",
	} {
		if got := CleanTyped(in, 8); got != want {
			t.Errorf("CleanTyped(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEscape(t *testing.T) {
	const in, want = "<b a=\"x\">&'\n%s", "&lt;b a=&quot;x&quot;&gt;&amp;&#39;<br>%s"
	if got := Escape(in); got != want {
		t.Errorf("escape(%q) = %q, want %q", in, got, want)
	}
}
