// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestManyKnown prints how long Pidgin's windows are blocked while the user opens,
// searches and scrolls a list of ten thousand fingerprints. It looks for cells only when
// there are few rows, because reading the whole list over the accessibility bus is slow.
func TestManyKnown(t *testing.T) {
	const title, last = "Known fingerprints", "buddy9999@example.org"
	watch, err := loopwatch()
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t)
	var lines strings.Builder
	for i := range 10000 {
		fmt.Fprintf(&lines, "buddy%04d@example.org\talice@localhost/Other\tprpl-jabber\t%040x\tverified\n", i, i+1)
	}
	profile := filepath.Join(d.Dir, "alice", "purple")
	if err := os.MkdirAll(profile, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(profile, "otr.fingerprints"), []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	a := d.Pidgin("alice", watch, purpleOTR(t).file)
	s := scene{t: t, a: a}
	a.Talk("bob")
	a.Entry("bob")
	table := [][]string{{"Longest pause with 10 000 fingerprints, processor time / by the clock", ""}}
	step := func(name string, f func()) {
		table = append(table, []string{name, watched(s, f).String()})
	}
	step("Opened", func() {
		a.Menu("bob", "Known fingerprints…")
		a.Find(title, "text", "Search:")
	})
	search := a.Find(title, "text", "Search:")
	search.Focus()
	d.Until("one can type what to search", search.Focused)
	step("Letter typed that leaves fewer rows", func() { a.Press('9') })
	step("Letter deleted: all rows again", func() { a.Press(0xff08) })
	if got := search.Text(); got != "" {
		t.Errorf("the search field has %q", got)
	}
	step("Arrow key", func() {
		a.Press(desk.KeyReturn)
		a.Press(0xff54) // Down
	})
	a.Portrait(title, "known-many")
	search.Set("0000000000000000000000000000000000002710")
	d.Until("the pasted fingerprint is found", func() bool {
		cell, ok := a.Look(title, "table cell", desk.Named(last))
		return ok && cell.Showing()
	})
	report(t, "known", table)
}

// watched is during for one Pidgin.
func watched(s scene, f func()) pause { s.b = s.a; return s.during(f) }
