// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"purple-otr/test/pidgin/desk"
)

// TestManyKnown prints how long Pidgin's windows are blocked while the user opens,
// searches, sorts and walks through a list of ten thousand fingerprints with mouse and
// keyboard. It looks for cells only when there are few rows, because reading the whole
// list over the accessibility bus is slow.
func TestManyKnown(t *testing.T) {
	const title, last = "Known fingerprints", "buddy9999@example.org"
	watch, err := loopwatch()
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t)
	var lines strings.Builder
	for i := range 10000 {
		n := i * 7919 % 10000 // in no order
		fmt.Fprintf(&lines, "buddy%04d@example.org\talice@localhost/Other\tprpl-jabber\t%040x\tverified\n", n, n+1)
	}
	profile := filepath.Join(d.Dir, "alice", "purple")
	if err := os.MkdirAll(profile, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(profile, "otr.fingerprints"), []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	a := d.Pidgin("alice", watch, purpleOTR(t).file)
	a.Talk("bob")
	a.Entry("bob")
	table := [][]string{{"Longest pause with 10 000 fingerprints, processor time / by the clock", ""}}
	step := func(name string, f func()) {
		time.Sleep(300 * time.Millisecond) // what was before has been drawn
		from := time.Now()
		f()
		time.Sleep(300 * time.Millisecond)
		cell := "less than 1 ms"
		if p := longest(from, time.Now(), a); p.wall > 0 {
			cell = p.String()
		}
		table = append(table, []string{name, cell})
	}
	step("Opened", func() {
		a.Menu("bob", "Known fingerprints…")
		a.Find(title, "text", "Search:")
	})
	// Where things are is asked while there are few rows, and then used for all.
	search := a.Find(title, "text", "Search:")
	search.Set("buddy9999")
	d.Until("one row is left", func() bool { return len(a.Showing(title, "table cell")) == 7 })
	w, _ := a.Window(title)
	examine(t, title, w) // the columns are not wider than the screen
	name, status := a.Find(title, "table column header", "Buddy").Box(), a.Find(title, "table column header", "Conversation").Box()
	row, forget := a.Find(title, "table cell", last).Box(), a.Find(title, "push button", "Forget…").Box()
	click := func(b desk.Box, down int32) func() { return func() { a.ClickAt(b.X+b.W/2, b.Y+b.H/2+down*b.H) } }
	search.Set("")
	a.Portrait(title, "known-many")
	search.Focus()
	d.Until("one can type what to search", search.Focused)
	step("Letter typed that leaves fewer rows", func() { a.Press('9') })
	step("Letter deleted: all rows again", func() { a.Press(keyBackspace) })
	if got := search.Text(); got != "" {
		t.Errorf("the search field has %q", got)
	}
	step("Row clicked", click(row, 0))
	step("Another row clicked", click(row, 3))
	step("Arrow key", func() { a.Press(desk.KeyDown) })
	step("Title clicked: Buddy", click(name, 0))
	step("Title clicked again: the other way round", click(name, 0))
	step("Title clicked: Conversation", click(status, 0))
	step("Title clicked: Buddy, as at first", click(name, 0))
	step("Row clicked in the sorted list", click(row, 3))
	step("Arrow key in the sorted list", func() { a.Press(desk.KeyDown) })
	a.Shortcut("ctrl+c")
	step("Row copied is pasted into the search field", func() { search.Paste() })
	if got := search.Text(); !strings.HasPrefix(got, "buddy0004@example.org") {
		t.Errorf("what was clicked and then moved to is %q", got)
	}
	search.Set("0000000000000000000000000000000000002710")
	d.Until("the pasted fingerprint is found", func() bool {
		cell, ok := a.Look(title, "table cell", desk.Named(last))
		return ok && cell.Showing()
	})
	search.Set("")
	step("End key", func() { a.Press(keyEnd) })
	step("Forget… clicked", click(forget, 0))
	step("Fingerprint forgotten", func() { a.Click("Forget a fingerprint", "push button", "Forget") })
	search.Set("buddy9999")
	d.Until("the fingerprint has gone", func() bool {
		label, ok := a.Look(title, "label", desk.Named("Nothing found."))
		return ok && label.Showing()
	})
	report(t, "known", table)
}

const (
	keyBackspace = 0xff08
	keyEnd       = 0xff57
)
