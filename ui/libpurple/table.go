// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import (
	"slices"
	"strconv"
	"strings"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

// rows show a table outside of Pidgin. They ask for a row, then for an action on it, and
// repeat until the user closes them.
type rows struct {
	ui.Table
	all  *requests
	last []string // the rows on the screen, or nil
}

// ShowTable shows t and replaces an earlier table with the same title.
func (s *requests) ShowTable(t ui.Table) {
	for _, r := range s.which(func(r *request) bool { return r.table != nil && r.table.Title == t.Title }) {
		r.drop()
	}
	(&rows{Table: t, all: s}).ask()
}

// RefreshTables redraws the tables whose rows have changed.
func (s *requests) RefreshTables() {
	for _, r := range s.which(func(r *request) bool { return r.table != nil }) {
		if t := r.table; t.last != nil && !slices.Equal(t.last, t.options(t.Rows())) {
			r.drop()
			t.ask()
		}
	}
}

// options returns the rows, one line each.
func (t *rows) options(all []ui.Row) []string {
	options := make([]string, 0, len(all)+1)
	for _, row := range all {
		options = append(options, strings.Join(slices.DeleteFunc(slices.Clone(row.Cells),
			func(cell string) bool { return cell == "" }), ", "))
	}
	return options
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

// ask asks for a row.
func (t *rows) ask() {
	all := t.Rows()
	t.last = t.options(all)
	options := slices.Clone(t.last)
	if len(t.can("")) > 0 {
		options = append(options, text.NoRow())
	}
	f := ui.Form{Title: t.Title, Heading: t.Heading, OK: text.ButtonContinue(), Cancel: t.Close}
	if len(all) == 0 {
		f.Text = t.Empty
	}
	if len(options) == 0 {
		f.OK = ""
	} else {
		f.Fields = []ui.Field{{Kind: ui.Choice, Label: text.ChooseRow(), Options: options}}
	}
	f.Done = func(ok bool, v []string) {
		if !ok {
			return
		}
		id := ""
		if n, _ := strconv.Atoi(v[0]); n < len(all) {
			id = all[n].ID
		}
		t.askAction(id)
	}
	t.show(f)
}

// askAction asks for an action on a row, or on none.
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
				f.Text += t.Columns[i] + ": " + cell + "\n"
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
