// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/otr"
)

// entryText returns an account's entry; number formats its numbers.
func entryText(a Account, k *otr.PrivateKey, number func(name string, n *big.Int) string) string {
	s := fmt.Sprintf("(account (name %s) (protocol %s) (private-key (dsa", sexpString([]byte(a.Name)), a.Protocol)
	for _, f := range keyNumbers(k.DSA()) {
		s += fmt.Sprintf(" (%s %s)", f.name, number(f.name, *f.number))
	}
	return s + ")))"
}

func plain(_ string, n *big.Int) string { return sexpNumber(n) }

func keysFile(entries ...string) string { return "(privkeys " + strings.Join(entries, " ") + ")" }

func TestSampleKeysAreWrittenAsLibotrDoes(t *testing.T) {
	sample := read(t, "testdata/libotr/"+keysName)
	p, err := parseKeys([]byte(sample))
	must(t, err)
	if got := string(joinKeys(p)); got != sample {
		t.Errorf("a file is not reproduced:\n%s", got)
	}
	for _, e := range p.entries {
		text, err := keyText(e.key, e.value)
		if err != nil || string(text) != string(e.text) {
			t.Errorf("%v: %v\n%s\nwant\n%s", e.key, err, text, e.text)
		}
	}
	if len(p.entries) != 4 {
		t.Errorf("%d entries", len(p.entries))
	}
}

func TestKeysInEveryNotation(t *testing.T) {
	forms := map[string]func(b []byte) string{
		"lower case": func(b []byte) string { return fmt.Sprintf("#%x#", b) },
		"base64":     func(b []byte) string { return "|" + base64.StdEncoding.EncodeToString(b) + "|" },
		"canonical":  func(b []byte) string { return fmt.Sprintf("%d:%s", len(b), b) },
		"hex escape": func(b []byte) string { return `"` + escaped(`\x%02x`, b) + `"` },
		"octal":      func(b []byte) string { return `"` + escaped(`\%03o`, b) + `"` },
	}
	for name, form := range forms {
		text := keysFile(entryText(alice, aKey(1), func(n string, i *big.Int) string {
			return form(append([]byte{0}, i.Bytes()...))
		}))
		s := openGood(t, with(t, keysName, text))
		if k := s.Key(alice); k == nil || k.Fingerprint() != aKey(1).Fingerprint() {
			t.Errorf("%s: not read", name)
		}
	}
}

func escaped(format string, b []byte) string {
	var s strings.Builder
	for _, c := range b {
		fmt.Fprintf(&s, format, c)
	}
	return s.String()
}

func TestUnusableKeyDoesNotHideOthers(t *testing.T) {
	good := entryText(alice, aKey(1), plain)
	change := func(name, with string) string {
		return entryText(odd, aKey(2), func(n string, i *big.Int) string {
			if n == name {
				return with
			}
			return sexpNumber(i)
		})
	}
	one := new(big.Int).Add(aKey(2).DSA().X, big.NewInt(1))
	cases := map[string]string{
		"x of another key": change("x", sexpNumber(one)),
		"p is even":        change("p", sexpNumber(new(big.Int).Lsh(one, 900))),
		"g is 1":           change("g", "#01#"),
		"q is 0":           change("q", "#00#"),
		"y is a list":      change("y", "(a)"),
		"huge":             change("y", "#"+strings.Repeat("41", 100_000)+"#"),
		"no x":             strings.Replace(entryText(odd, aKey(2), plain), "(x ", "(z ", 1),
		"two x":            strings.Replace(entryText(odd, aKey(2), plain), "(x ", "(x #01#) (x ", 1),
		"one more number":  strings.Replace(entryText(odd, aKey(2), plain), "(x ", "(z #01#) (x ", 1),
		"one more atom":    strings.Replace(entryText(odd, aKey(2), plain), "(x ", "* (x ", 1),
		"two keys":         strings.Replace(entryText(odd, aKey(2), plain), "(dsa", "(dsa) (dsa", 1),
		"key and more":     strings.Replace(entryText(odd, aKey(2), plain), "(dsa", "x (dsa", 1),
		"not dsa":          strings.Replace(entryText(odd, aKey(2), plain), "(dsa", "(rsa", 1),
		"no key":           "(account (name a) (protocol b))",
		"no name":          strings.Replace(entryText(odd, aKey(2), plain), "(name", "(nome", 1),
		"no protocol":      strings.Replace(entryText(odd, aKey(2), plain), "(protocol", "(p", 1),
		"not account":      strings.Replace(entryText(odd, aKey(2), plain), "(account", "(x", 1),
		"an atom":          "account",
		"empty":            "()",
	}
	for name, bad := range cases {
		for _, text := range []string{keysFile(good, bad), keysFile(bad, good)} {
			dir := with(t, keysName, text)
			s := open(t, dir)
			if p := s.Problems(); len(p) != 1 || !errors.Is(p[0].Err, ErrDamaged) || p[0].File != filepath.Join(dir, keysName) {
				t.Errorf("%s: problems %v", name, p)
			}
			if k := s.Key(alice); k == nil || k.Fingerprint() != aKey(1).Fingerprint() {
				t.Errorf("%s: the good key is not there", name)
			}
			if len(s.Accounts()) != 1 {
				t.Errorf("%s: accounts %v", name, s.Accounts())
			}
			if err := s.SetKey(aliceIRC, aKey(3)); !errors.Is(err, ErrDamaged) {
				t.Errorf("%s: SetKey: %v", name, err)
			}
			if s.Key(aliceIRC) != nil || s.Key(alice) == nil {
				t.Errorf("%s: a failed write has changed something", name)
			}
			if read(t, filepath.Join(dir, keysName)) != text {
				t.Errorf("%s: overwritten", name)
			}
		}
	}
}

func TestNotAFileOfKeys(t *testing.T) {
	entry := entryText(alice, aKey(1), plain)
	for text, usable := range map[string]int{
		keysFile(entry) + ")":                  1,
		keysFile(entry) + " x":                 1,
		keysFile(entry) + "\x00":               1,
		keysFile(entry) + keysFile():           1,
		"(privkeys " + entry + " (account":     1,
		"(keys " + entry + ")":                 0,
		"((privkeys) " + entry + ")":           0,
		entry:                                  0,
		"privkeys":                             0,
		" ":                                    0,
		"\xef\xbb\xbf(privkeys " + entry + ")": 0,
		"bob\tme\tprpl-irc\t" + hexA + "\tverified\n": 0,
	} {
		dir := with(t, keysName, text)
		s := open(t, dir)
		if p := s.Problems(); len(p) != 1 || len(s.Accounts()) != usable {
			t.Errorf("%.20q...: %v, %d usable", text, p, len(s.Accounts()))
		}
		if err := s.SetKey(odd, aKey(2)); !errors.Is(err, ErrDamaged) || read(t, filepath.Join(dir, keysName)) != text {
			t.Errorf("%.20q...: %v", text, err)
		}
	}
}

func TestKeyProblemsTellNoSecrets(t *testing.T) {
	x := new(big.Int).Add(aKey(2).DSA().X, big.NewInt(1))
	text := keysFile(entryText(odd, aKey(2), func(n string, i *big.Int) string {
		if n == "x" {
			i = x
		}
		return sexpNumber(i)
	}))
	s := open(t, with(t, keysName, text))
	for _, p := range s.Problems() {
		if strings.Contains(strings.ToUpper(p.Err.Error()), fmt.Sprintf("%X", x)) || strings.Contains(p.Err.Error(), "lia") {
			t.Error(p.Err)
		}
	}
}

func TestLastOfTwoKeysWins(t *testing.T) {
	first, last := entryText(alice, aKey(1), plain), entryText(alice, aKey(2), plain)
	dir := with(t, keysName, keysFile(first, entryText(odd, aKey(3), plain), last))
	s := openGood(t, dir)
	if s.Key(alice).Fingerprint() != aKey(2).Fingerprint() {
		t.Error("not the last one")
	}
	must(t, s.SetKey(aliceIRC, aKey(1)))
	s = openGood(t, dir)
	if s.Key(alice).Fingerprint() != aKey(2).Fingerprint() || len(s.Accounts()) != 3 {
		t.Error("not the last one after writing")
	}
	bad := strings.Replace(last, "(x ", "(z ", 1)
	if k := open(t, with(t, keysName, keysFile(first, bad))).Key(alice); k != nil {
		t.Error("an old key is used instead of one that cannot be read")
	}
}

func TestUnknownPartsOfAnEntryAreKept(t *testing.T) {
	text := strings.Replace(entryText(alice, aKey(1), plain), "(name", "(made-by (us \"x y\")) (name", 1)
	dir := with(t, keysName, keysFile(text))
	s := openGood(t, dir)
	must(t, s.SetKey(odd, aKey(2)))
	if !strings.Contains(read(t, filepath.Join(dir, keysName)), "\n "+text+"\n") {
		t.Error("lost")
	}
	must(t, s.SetKey(alice, aKey(3)))
	if s = openGood(t, dir); s.Key(alice).Fingerprint() != aKey(3).Fingerprint() || len(s.Accounts()) != 2 {
		t.Error("not replaced")
	}
}

func TestKeyOfAnotherResource(t *testing.T) {
	res := func(r string) Account { return Account{"prpl-jabber", "alice@example.org" + r} }
	s := openGood(t, t.TempDir())
	must(t, s.SetKey(res("/Home"), aKey(1)))
	for _, r := range []string{"", "/", "/Work", "/a/b", "/Home"} {
		if k := s.Key(res(r)); k == nil || k.Fingerprint() != aKey(1).Fingerprint() {
			t.Errorf("%q: not found", r)
		}
	}
	for _, a := range []Account{{"prpl-jabber", "alice@example.or"}, {"prpl-irc", "alice@example.org/Work"}, {"prpl-jabber", ""}} {
		if s.Key(a) != nil {
			t.Errorf("%v: found", a)
		}
	}
	must(t, s.SetKey(Account{"prpl-irc", "alice/a"}, aKey(1)))
	if s.Key(Account{"prpl-irc", "alice/b"}) != nil {
		t.Error("IRC has no resources")
	}
	must(t, s.SetKey(res("/Copy"), aKey(1)))
	if s.Key(res("/Work")) == nil {
		t.Error("two resources with the same key are no contradiction")
	}
	must(t, s.SetKey(res("/Work"), aKey(2)))
	if s.Key(res("/Work")).Fingerprint() != aKey(2).Fingerprint() || s.Key(res("/Home")).Fingerprint() != aKey(1).Fingerprint() {
		t.Error("the exact name must come first")
	}
	if s.Key(res("")) != nil {
		t.Error("chosen from two different keys")
	}
}

func TestKeySavedByTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	a, b := openGood(t, dir), openGood(t, dir)
	must(t, a.SetKey(alice, aKey(1)))
	if err := b.SetKey(alice, aKey(2)); !errors.Is(err, ErrKeyChanged) {
		t.Fatal(err)
	}
	if k := b.Key(alice); k == nil || k.Fingerprint() != aKey(1).Fingerprint() {
		t.Error("the key that was saved is not used")
	}
	if k := openGood(t, dir).Key(alice); k.Fingerprint() != aKey(1).Fingerprint() {
		t.Error("the key that was saved is lost")
	}
	must(t, b.SetKey(alice, aKey(2))) // this process has now seen the key that it replaces
	if err := a.SetKey(alice, aKey(3)); !errors.Is(err, ErrKeyChanged) {
		t.Error(err)
	}
	must(t, a.SetKey(alice, aKey(2)))
}

func TestKeyNamesThatCannotBeSaved(t *testing.T) {
	dir := t.TempDir()
	s := openGood(t, dir)
	for _, name := range badNames {
		for _, a := range []Account{{"prpl-irc", name}, {name, "alice"}} {
			if err := s.SetKey(a, aKey(1)); !errors.Is(err, ErrName) {
				t.Errorf("%.20q: %v", a, err)
			}
		}
	}
	if len(s.Accounts()) != 0 {
		t.Error("something was saved")
	}
}

var badNames = []string{"", "a\tb", "a\nb", "a\r", "a\x00b", strings.Repeat("x", 1000)}
