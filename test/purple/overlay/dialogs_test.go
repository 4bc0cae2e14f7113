// SPDX-License-Identifier: GPL-2.0-or-later

//go:build purpletest

package main

import (
	"fmt"
	"strings"
	"testing"

	"purple-otr/test/purple"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// TestFormParts answers a form with pages, as shown by a client whose windows cannot
// change while they are open.
func TestFormParts(t *testing.T) {
	h := start(t)
	var got []string // only used on libpurple's thread, like similar variables below
	ask := func() (dialog string) {
		h.Mark()
		onMain(func() {
			got = nil
			current.AskForm(ui.Form{Chat: aliceToBob, Title: "T", Text: "which?", OK: "OK", Cancel: "Cancel",
				Fields: []ui.Field{
					{Kind: ui.Choice, Label: "L0", Options: []string{"a", "b", "c"}, Value: "1"},
					{Kind: ui.Input, Label: "L1", Value: "kept", Page: 1, Required: true},
					{Kind: ui.Fingerprint, Label: "L2", Value: "print", Page: 2},
					{Kind: ui.Secret, Label: "L3:", Page: 2, Required: true},
					{Kind: ui.Check, Label: "L4", Page: 2, Value: "1"},
					{Kind: ui.Check, Label: "L5"},
				},
				Done: func(ok bool, v []string) { got = append(got, fmt.Sprintf("%v %q", ok, v)) }})
		})
		return h.Wait("which?", "form")[1]
	}
	next := func(dialog string) purple.Event {
		h.Mark()
		h.Do("press", dialog, "0")
		return h.Wait("", "form")
	}
	want := func(is ...string) {
		t.Helper()
		onMain(func() {
			if fmt.Sprint(got) != fmt.Sprint(is) {
				t.Errorf("Done got %q, want %q", got, is)
			}
		})
	}

	first := ask()
	if f := h.All("field", first); len(f) != 2 || f[1][2] != "check" || f[1][3] != "L5" || f[1].Last() != "" {
		t.Errorf("the first part asks %q", f)
	}
	h.Do("fill", first, "1", "1")
	second := next(first)
	if f := h.All("field", second[1]); len(f) != 2 || f[0][2] != "secret" || f[1][2] != "check" || f[1].Last() != "1" ||
		!strings.Contains(second.Last(), "print") || strings.Contains(second.Last(), "which?") {
		t.Errorf("the second part is %q and asks %q", second, f)
	}
	h.Do("fill", second[1], "1", "")
	again := next(second[1])
	if !strings.Contains(again.Last(), "L3") || strings.Contains(again.Last(), "L4") {
		t.Errorf("the second part is shown again with %q", again.Last())
	}
	want()
	h.Do("fill", again[1], "0", "typed")
	h.Do("press", again[1], "0")
	want(`true ["1" "kept" "print" "typed" "" "1"]`)

	first = ask()
	h.Do("fill", first, "0", "2") // selects a page without fields
	h.Do("press", first, "0")
	want(`true ["2" "kept" "print" "" "1" ""]`)

	second = next(ask())
	h.Do("press", second[1], "-1")
	want("false []")

	next(ask())
	onMain(func() { current.CloseDialogs(aliceToBob) })
	want("false []")

	h.Mark()
	onMain(func() {
		current.AskForm(ui.Form{Chat: aliceToBob, Title: "T", Text: "to read", Cancel: "Close",
			Fields: []ui.Field{{Kind: ui.Show, Label: "L0", Value: "shown"}},
			Done:   func(ok bool, v []string) { got = []string{fmt.Sprint("read ", ok)} }})
	})
	h.Do("press", h.Wait("shown", "question")[1], "0")
	want("read false")
	settled(t)
}

func TestProgress(t *testing.T) {
	h := start(t)
	var done []string
	show := func(text, button string) {
		onMain(func() {
			current.ShowProgress(ui.Progress{Chat: aliceToBob, Title: "T", Heading: "H", Text: text, Button: button,
				Done: func() { done = append(done, text) }})
		})
	}
	want := func(is ...string) {
		t.Helper()
		onMain(func() {
			if fmt.Sprint(done) != fmt.Sprint(is) {
				t.Errorf("Done was called for %q, want %q", done, is)
			}
			done = nil
		})
	}
	h.Mark()
	show("one", "Cancel")
	first := h.Wait("one", "question")[1]
	show("two", "Cancel")
	if n := len(h.All("question")); n != 1 {
		t.Errorf("two steps opened %d dialogs", n)
	}
	show("three", "Close")
	h.Wait(first, "closed")
	second := h.Wait("three", "question")[1]
	want()
	h.Do("press", second, "0")
	want("three")

	h.Mark()
	show("four", "Cancel")
	show("five", "Cancel")
	h.Do("press", h.Wait("", "question")[1], "0")
	want("five")
	show("six", "Cancel")
	onMain(func() { current.CloseDialogs(aliceToBob) })
	want("six")
	settled(t)
}

// TestTable goes through a table: selects rows and actions, and goes back.
func TestTable(t *testing.T) {
	h := start(t)
	rows := []ui.Row{{ID: "1", Cells: []string{"anna", "", "x"}}, {ID: "2", Cells: []string{"bert", "y", ""}}}
	var did []string
	table := ui.Table{Title: "T", Heading: "H", Empty: "nobody", Columns: []string{"Name", "Middle", "Last"}, Close: "Close",
		Rows: func() []ui.Row { return rows },
		Actions: []ui.TableAction{
			{Label: "first only", Enabled: func(id string) bool { return id == "1" }, Do: func(id string) { did = append(did, "first "+id) }},
			{Label: "forget", Enabled: func(id string) bool { return id != "" }, Do: func(id string) {
				did = append(did, "forget "+id)
				rows = rows[:1]
				current.RefreshTables()
			}},
		}}
	options := func(dialog string) (all []string) {
		for _, o := range h.All("option", dialog) {
			all = append(all, o.Last())
		}
		return all
	}
	form := func(act func()) purple.Event {
		h.Mark()
		act()
		return h.Wait("", "form")
	}
	list := form(func() { onMain(func() { current.ShowTable(table) }) })
	if got := options(list[1]); fmt.Sprint(got) != "[anna, x bert, y]" {
		t.Errorf("the rows are %q", got)
	}
	h.Do("fill", list[1], "0", "1")
	row := form(func() { h.Do("press", list[1], "0") })
	if got := options(row[1]); len(got) != 2 || got[0] != "forget" || !strings.Contains(row.Last(), "Name: bert\nMiddle: y\n") {
		t.Errorf("%q, and what can be done is %q", row.Last(), got)
	}
	h.Mark()
	h.Do("press", row[1], "0")
	open := onScreen(h)
	if len(open) != 1 || fmt.Sprint(options(open[0])) != "[anna, x]" {
		t.Fatalf("the open dialogs are %q", open)
	}
	onMain(func() {
		if fmt.Sprint(did) != "[forget 2]" {
			t.Errorf("what was done is %q", did)
		}
	})
	row = form(func() { h.Do("press", open[0], "0") })
	h.Do("fill", row[1], "0", "2") // back
	list = form(func() { h.Do("press", row[1], "0") })
	row = form(func() { h.Do("press", list[1], "0") })
	onMain(func() { rows = nil })
	empty := func() string { return h.Wait("nobody", "question")[1] }
	h.Do("fill", row[1], "0", "2")
	h.Mark()
	h.Do("press", row[1], "0")
	shown := empty()
	h.Mark()
	onMain(func() { current.ShowTable(table) })
	h.Wait(shown, "closed")
	h.Do("press", empty(), "0")
	if open := onScreen(h); len(open) != 0 {
		t.Errorf("the dialogs %q are still open", open)
	}
	onMain(func() { rows = []ui.Row{{ID: "1", Cells: []string{"anna"}}} })
	list = form(func() { onMain(func() { current.ShowTable(table) }) })
	form(func() { h.Do("press", list[1], "0") })
	settled(t)
	if open := onScreen(h); len(open) != 0 {
		t.Errorf("the dialogs %q are open after unload", open)
	}
}

// TestTableSearched searches a long table until few rows are left, and until none is.
func TestTableSearched(t *testing.T) {
	h := start(t)
	var rows []ui.Row
	for i := range 250 {
		rows = append(rows, ui.Row{ID: fmt.Sprint(i), Cells: []string{fmt.Sprintf("Buddy %03d", i), fmt.Sprintf("%08X 9ABCDEF0", i)}})
	}
	var did string
	table := ui.Table{Title: "T", Heading: "H", Empty: "nobody", Search: "Search:", Columns: []string{"Name", "Fingerprint"}, Close: "Close",
		Rows:    func() []ui.Row { return rows },
		Actions: []ui.TableAction{{Label: "show", Enabled: func(id string) bool { return id != "" }, Do: func(id string) { did = id }}},
	}
	h.Mark()
	onMain(func() { current.ShowTable(table) })
	list := h.Wait("", "form")
	search := func(what string, options int, says string) {
		t.Helper()
		h.Do("fill", list[1], "0", what)
		h.Mark()
		h.Do("press", list[1], "0")
		list = h.Wait("", "form")
		if got := h.All("option", list[1]); len(got) != options || !strings.Contains(list.Last(), says) {
			t.Errorf("%q: %d rows, want %d; %q", what, len(got), options, list.Last())
		}
	}
	if got := h.All("option", list[1]); len(got) != 100 || !strings.Contains(list.Last(), text.RowsShown(100, 250)) {
		t.Errorf("%d rows of 250; %q", len(got), list.Last())
	}
	search("buddy 24", 14, text.HowToSearch()) // 024, 124, 224, 240 to 249, and a fingerprint
	search("nobody of that name", 0, text.NothingFound())
	search("000000f99abcdef0", 1, text.HowToSearch())
	onMain(func() { rows = rows[245:] }) // few, but the search can still be taken back
	onMain(func() { current.RefreshTables() })
	search("", 5, "")
	h.Do("fill", list[1], "0", "4") // the only field
	h.Mark()
	h.Do("press", list[1], "0")
	row := h.Wait("", "form")
	if !strings.Contains(row.Last(), "Name: Buddy 249") {
		t.Errorf("what was chosen is %q", row.Last())
	}
	h.Do("press", row[1], "0")
	onMain(func() {
		if did != "249" {
			t.Errorf("done with %q", did)
		}
	})
	settled(t)
}

// onScreen returns the dialogs that were opened since Mark and are still open.
func onScreen(h *purple.Host) (ids []string) {
	closed := map[string]bool{}
	for _, e := range h.All("closed") {
		closed[e.Last()] = true
	}
	for _, kind := range []string{"form", "question"} {
		for _, e := range h.All(kind) {
			if !closed[e[1]] {
				ids = append(ids, e[1])
			}
		}
	}
	return ids
}
