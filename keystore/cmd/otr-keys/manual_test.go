// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"flag"
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// TestManualPage: the page names exactly the commands and options that exist, and groff
// reports no error.
func TestManualPage(t *testing.T) {
	page, err := os.ReadFile("otr-keys.1")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"h": true, "d": true, "unlock-file": true, "-version": true}
	for _, c := range commands {
		if !regexp.MustCompile(`(?m)^\.It Cm ` + c.name + `$`).Match(page) {
			t.Errorf("the page lacks %q", c.name)
		}
		f := flag.NewFlagSet("", flag.ContinueOnError)
		c.prepare(f)
		f.VisitAll(func(f *flag.Flag) { want[f.Name] = true })
	}
	got := make(map[string]bool)
	for _, m := range regexp.MustCompile(`Fl ([a-z-]+)`).FindAllSubmatch(page, -1) {
		got[string(m[1])] = true
		if !want[string(m[1])] {
			t.Errorf("the page has an option -%s that does not exist", m[1])
		}
	}
	for name := range want {
		if !got[name] {
			t.Errorf("the page lacks -%s", name)
		}
	}
	if _, err := exec.LookPath("groff"); err != nil {
		if os.Getenv("REQUIRE_ALL") != "" {
			t.Fatal("groff is missing")
		}
		t.Skip("groff is missing")
	}
	out, err := exec.Command("groff", "-mandoc", "-ww", "-z", "-Tutf8", "otr-keys.1").CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("groff: %v\n%s", err, out)
	}
}

func TestAccountMap(t *testing.T) {
	for s, ok := range map[string]bool{
		"prpl-irc:a=prpl-irc:b": true, "unknown:a=prpl-jabber:b@c/d": true, "prpl-jabber:a=b@c=prpl-jabber:d=e": true, "prpl-irc:a=": true,
		"": false, "=": false, "prpl-irc:a": false, "prpl-irc:a=b": false, "prpl-irc=prpl-irc:b": false, "a=prpl-irc:": false, ":a=": false, "prpl-irc:=": false,
	} {
		m := make(accountMap)
		if err := m.Set(s); (err == nil) != ok || len(m) > 0 != ok {
			t.Errorf("%q: %v, %v", s, m, err)
		}
	}
	m := make(accountMap)
	if err := m.Set("prpl-jabber:a=b@c=prpl-jabber:d=e"); err != nil {
		t.Fatal(err)
	}
	for from, to := range m {
		if from.Name != "a=b@c" || to.Name != "d=e" {
			t.Errorf("%v is %v", from, to)
		}
	}
}

func TestShown(t *testing.T) {
	for s, want := range map[string]string{
		"bob@example.org": "bob@example.org", "Dörte 日本": "Dörte 日本", "a'b": "a'b",
		"a\x1b[2J": `"a\x1b[2J"`, "\u202ebob": `"\u202ebob"`, "a\nb": `"a\nb"`, `"a"`: `"\"a\""`, "\xff": `"\xff"`, `\x1b`: `"\\x1b"`, "a\u200bb": `"a\u200bb"`,
	} {
		if got := shown(s); got != want {
			t.Errorf("%q is shown as %s, want %s", s, got, want)
		}
	}
}
