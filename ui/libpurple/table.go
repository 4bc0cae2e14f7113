// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import (
	"slices"
	"strconv"
	"strings"

	"purple-otr/ui"
	"purple-otr/ui/search"
	"purple-otr/ui/text"
)

// rows show a table outside of Pidgin. They ask for a row, then for an action on it, and
// repeat until the user closes them.
type rows struct {
	ui.Table
	all    *requests
	last   []string // the rows that are on the screen, or nil
	search string   // what is searched for
}

// ShowTable shows t and replaces an earlier table with the same title.
func (s *requests) ShowTable(t ui.Table) {
	for _, r := range s.which(func(r *request) bool { return r.table != nil && r.table.Title == t.Title }) {
		r.drop()
	}
	(&rows{Table: t, all: s}).ask()
}

// few is the largest number of rows that a user can look through without searching.
const few = 8

// most is the largest number of rows that are shown at once. With more, Finch does not
// react for a long time.
const most = 100

// RefreshTables redraws the tables whose rows have changed.
func (s *requests) RefreshTables() {
	for _, r := range s.which(func(r *request) bool { return r.table != nil }) {
		if t := r.table; t.last != nil && !slices.Equal(t.last, options(t.found(t.Rows()))) {
			r.drop()
			t.ask()
		}
	}
}

// options returns the rows, one line each, as many as are shown.
func options(found []ui.Row) []string {
	lines := make([]string, 0, min(len(found), most)+1)
	for _, row := range found[:min(len(found), most)] {
		lines = append(lines, text.List(slices.DeleteFunc(slices.Clone(row.Cells),
			func(cell string) bool { return cell == "" })...))
	}
	return lines
}

// found returns the rows that match the search.
func (t *rows) found(all []ui.Row) (found []ui.Row) {
	query := search.Parse(t.search)
	for _, row := range all {
		if query.In(search.New(row.Cells)) {
			found = append(found, row)
		}
	}
	return found
}

// can lists the actions that are possible for a row.
func (t *rows) can(id string) (actions []ui.TableAction) {
	for _, a := range t.Actions {
		if a.Enabled(id) {
			actions = append(actions, a)
		}
	}
	return actions
}

// ask asks the user to choose a row and, if there are many, what to search for.
func (t *rows) ask() {
	all := t.Rows()
	found := t.found(all)
	t.last = options(found)
	lines, shown := slices.Clone(t.last), len(t.last)
	if len(t.can("")) > 0 {
		lines = append(lines, text.NoRow())
	}
	searched := t.searchable(len(all))
	f := ui.Form{Title: t.Title, Heading: t.Heading, Text: t.said(len(all), len(found)), OK: text.ButtonContinue(), Cancel: t.Close}
	if searched {
		f.Fields = append(f.Fields, ui.Field{Kind: ui.Input, Label: t.Search, Value: t.search})
	}
	if len(lines) > 0 {
		f.Fields = append(f.Fields, ui.Field{Kind: ui.Choice, Label: text.ChooseRow(), Options: lines})
	}
	if len(f.Fields) == 0 {
		f.OK = ""
	}
	f.Done = func(ok bool, v []string) {
		switch {
		case !ok:
		case searched && v[0] != t.search:
			t.search = v[0]
			t.ask()
		case len(lines) == 0:
			t.ask() // nothing could be chosen
		default:
			id := ""
			if n, _ := strconv.Atoi(v[len(v)-1]); n < shown {
				id = found[n].ID
			}
			t.askAction(id)
		}
	}
	t.show(f)
}

// searchable reports whether there is a field to search, with so many rows in all.
func (t *rows) searchable(all int) bool { return all > few || t.search != "" }

// said returns what the user must know about a list in which this many rows were found.
func (t *rows) said(all, found int) string {
	var lines []string
	switch {
	case all == 0:
		lines = append(lines, t.Empty)
	case found == 0:
		lines = append(lines, text.NothingFound())
	case found > most:
		lines = append(lines, text.RowsShown(most, found))
	}
	if t.searchable(all) {
		lines = append(lines, text.HowToSearch())
	}
	return strings.Join(lines, "\n")
}

// askAction asks what to do with a row, or without one.
func (t *rows) askAction(id string) {
	t.last = nil
	f := ui.Form{Title: t.Title, Heading: t.Heading, OK: text.ButtonContinue(), Cancel: t.Close}
	if id != "" {
		all := t.Rows()
		n := slices.IndexFunc(all, func(row ui.Row) bool { return row.ID == id })
		if n < 0 { // the row has been removed meanwhile
			t.ask()
			return
		}
		for i, cell := range all[n].Cells[:min(len(all[n].Cells), len(t.Columns))] {
			if cell != "" {
				f.Text += text.Labelled(t.Columns[i], cell) + "\n"
			}
		}
	}
	actions := t.can(id)
	labels := make([]string, 0, len(actions)+1)
	for _, a := range actions {
		labels = append(labels, a.Label)
	}
	labels = append(labels, text.BackToTable())
	f.Fields = []ui.Field{{Kind: ui.Choice, Label: text.ChooseAction(), Options: labels}}
	f.Done = func(ok bool, v []string) {
		if !ok {
			return
		}
		t.ask()
		// Do comes last, so that a dialog that it shows is in front.
		if n, _ := strconv.Atoi(v[0]); n < len(actions) && actions[n].Enabled(id) {
			actions[n].Do(id)
		}
	}
	t.show(f)
}

func (t *rows) show(f ui.Form) {
	t.all.askPart(&part{form: f, values: f.Values()}, "", func(r *request) { r.table = t })
}
