// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"math/big"
	"strings"
	"testing"
)

func readSexp(s string) (sexp, error) {
	return (&sexpReader{data: []byte(s)}).expr(0)
}

func TestSexpAtoms(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`token`, "token"},
		{`a+=*/._-:Z9`, "a+=*/._-:Z9"},
		{` 	token`, "token"},
		{`"a b(c)"`, "a b(c)"},
		{`""`, ""},
		{`"\b\t\v\n\f\r\"\'\\"`, "\b\t\v\n\f\r\"'\\"},
		{`"\101\x42\x0aé"`, "AB\né"},
		{"\"a\\\nb\\\r\nc\\\rd\\\n\re\"", "abcde"},
		{"\"a\nb\"", "a\nb"},
		{`#414243#`, "ABC"},
		{`#4 1 4a 4A#`, "AJJ"},
		{`##`, ""},
		{`|YWI=|`, "ab"},
		{`|Y W I|`, "ab"},
		{`3:a"(`, `a"(`},
		{`0:`, ""},
		{`3"a\x62c"`, "abc"},
		{`3#414243#`, "ABC"},
		{`2|YWI=|`, "ab"},
	} {
		e, err := readSexp(c.in)
		if err != nil || e.list != nil || string(e.atom) != c.want {
			t.Errorf("%q: %q, %v; want %q", c.in, e.atom, err, c.want)
		}
	}
}

func TestSexpLists(t *testing.T) {
	e, err := readSexp("\n(a(b c) (d e)(b2 (f)) () )tail")
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := e.field("b"); !ok || string(v) != "c" {
		t.Errorf("b: %q %v", v, ok)
	}
	if v, ok := e.field("d"); !ok || string(v) != "e" {
		t.Errorf("d: %q %v", v, ok)
	}
	if _, ok := e.field("b2"); ok {
		t.Error("a list was accepted as a value")
	}
	if c, ok := e.child("b2"); !ok || string(c.text) != "(b2 (f))" {
		t.Errorf("text: %q %v", c.text, ok)
	}
	if string(e.text) != "(a(b c) (d e)(b2 (f)) () )" {
		t.Errorf("text: %q", e.text)
	}
	e, err = readSexp("(a (b c) (b d))")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := e.child("b"); ok {
		t.Error("one of two is chosen")
	}
}

func TestSexpRefused(t *testing.T) {
	for _, in := range []string{
		``, `(`, `(a`, `(a (b)`, `)`, `"a`, `"a\`, `"\x4`, `"\x4g"`, `"\40`, `"\777"`, `"\q"`, `#41`, `#4#`, `#4g#`,
		`|YWI`, `|Y!I=|`, `3:ab`, `99999999999999999999:a`, `9223372036854775807:a`, `03:abc`, `3`, `3 `, `3abc`,
		`3"ab"`, `2#414243#`, `[hint]a`, `{YWI=}`, `'a'`, `a;b`[1:], "\x00", "é",
		strings.Repeat("(", 1<<20), strings.Repeat("(", maxDepth+2) + strings.Repeat(")", maxDepth+2),
	} {
		if e, err := readSexp(in); err == nil {
			t.Errorf("%.40q is read as %.40q", in, e.text)
		}
	}
	deepest := strings.Repeat("(", maxDepth+1) + strings.Repeat(")", maxDepth+1)
	if _, err := readSexp(deepest); err != nil {
		t.Error(err)
	}
}

// The expected strings are libgcrypt 1.10's output for these names.
func TestSexpStringsAsLibgcrypt(t *testing.T) {
	for name, want := range map[string]string{
		"alice":             `alice`,
		"a+=*/._":           `a+=*/._`,
		"-dash":             `-dash`,
		"1abc":              `"1abc"`,
		"":                  `""`,
		"alice@host/Home":   `"alice@host/Home"`,
		"a(b)c":             `"a(b)c"`,
		`q"q'\`:             `"q\"q\'\\"`,
		"a%b":               `"a%b"`,
		"#x":                `"#x"`,
		"~t":                `"~t"`,
		"a\bb\vc\fd\re\t\n": `"a\bb\vc\fd\re\t\n"`,
		"é@host":            `#C3A940686F7374#`,
		"aé@host":           `"aé@host"`,
		"a\U0001f600z":      `#61F09F98807A#`,
		"x\x7fy":            `#787F79#`,
		"x\xa0y":            `#78A079#`,
		"x\x01y":            `#780179#`,
	} {
		if got := sexpString([]byte(name)); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
	for n, want := range map[int64]string{0: "#00#", 1: "#01#", 0x7f: "#7F#", 0x80: "#0080#", 0xabcd: "#00ABCD#"} {
		if got := sexpNumber(big.NewInt(n)); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestSexpStringsAreReadBack(t *testing.T) {
	for i := range 0x10000 {
		in := string([]byte{byte(i >> 8), byte(i)})
		e, err := readSexp(sexpString([]byte(in)) + ")")
		if err != nil || string(e.atom) != in {
			t.Fatalf("%q is written as %s and read as %q, %v", in, sexpString([]byte(in)), e.atom, err)
		}
	}
}
