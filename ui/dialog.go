// SPDX-License-Identifier: GPL-2.0-or-later

package ui

// All texts of a dialog are plain: the host escapes them for what it draws with.
// An underscore in them is an underscore.

// An Icon is a picture beside a heading. It says nothing that the words do not say.
type Icon int

const (
	NoIcon      Icon = iota
	WarningIcon      // take care
	SuccessIcon      // what was wanted has come out well
)

// A Form is a dialog with fields and two buttons.
type Form struct {
	Chat    Chat // the zero Chat: about none in particular
	Title   string
	Icon    Icon
	Heading string
	Text    string
	Fields  []Field
	OK      string // empty: there is only Cancel
	Cancel  string
	// Unasked: the user has done nothing to make it appear, so it must not take
	// the keyboard from what is being typed, and waits until others like it have
	// been closed. With a WarningIcon it comes before all others.
	Unasked bool
	// Done is called exactly once: with ok and each field's value in order, or
	// with ok false when the user cancelled or closed it, or it was closed by
	// CloseDialogs. Fields that were not shown have their values all the same.
	Done func(ok bool, values []string)
}

// A Field is one part of a Form.
type Field struct {
	Kind    FieldKind
	Label   string
	Value   string   // initial text, or what to show; of a Check "1" or ""; of a Choice the option's index in decimal
	Options []string // of a Choice; each a sentence
	// Page is zero, or the field is there only while the form's first Choice is
	// at the option with that number, counting from 1.
	Page int
	// Needs is zero, or the field can be changed only while the field with that
	// number, counting from 1, is a Check that is on and can be changed itself.
	Needs int
	// Required: while the field is there and empty, there is no OK.
	Required bool
	// Pinned fields, which come last, stay on the screen where the others have to
	// be scrolled.
	Pinned bool
	// Max is zero, or how many characters of an Input there is room for.
	Max int
}

// FieldKind is what a Field is for.
type FieldKind int

const (
	Show        FieldKind = iota // text to read and copy; its value comes back unchanged
	Fingerprint                  // as Show, large, with a button that copies it
	QR                           // Value as a square that a telephone can scan; Label says what for
	Input                        // a line to type
	Secret                       // a line to type, shown only if the user wants
	Choice                       // one of Options
	Check                        // on or off
)

// A Question is a dialog with a row of buttons.
type Question struct {
	Chat    Chat
	Title   string
	Icon    Icon
	Heading string
	Text    string
	Buttons []string         // the last is the safe default
	Unasked bool             // as in a Form
	Done    func(button int) // exactly once; -1 when closed without a choice
}

// A PathQuestion has the user choose where something is, or is to be.
type PathQuestion struct {
	Title string
	Kind  PathKind
	Name  string            // of a SaveFile, as a proposal
	Done  func(path string) // exactly once; empty if nothing was chosen
}

// PathKind is what a PathQuestion asks for. If a SaveFile is there already, the
// user has been asked whether it may be replaced.
type PathKind int

const (
	OpenFile PathKind = iota
	OpenFolder
	SaveFile
)

// A Progress is a dialog that says how far something has come.
type Progress struct {
	Chat    Chat
	Title   string
	Icon    Icon
	Heading string
	Text    string
	Percent int    // 0 to 100
	Button  string // "Cancel", or at the end "Close"
	// Again is empty, or what a button before that one says. Retry is called after
	// Done when it has been pressed.
	Again string
	Retry func()
	// Done is called exactly once for each dialog on the screen, not for each
	// ShowProgress: when the user has pressed the button or closed the dialog,
	// or it was closed by CloseDialogs. It is the last Progress's that is called.
	Done func()
}

// End calls what is to be called when the dialog has ended; again: by the button
// for that.
func (p Progress) End(again bool) {
	p.Done()
	if again && p.Retry != nil {
		p.Retry()
	}
}

// A Table is a window with rows, one of which can be chosen, and buttons that do
// something with it. The user can search it and sort it by each column.
type Table struct {
	Title   string
	Heading string
	Empty   string // what is said when there are no rows
	Search  string // the label of the field to search
	Columns []string
	Rows    func() []Row // in the order in which they are shown at first
	// Each is Rows one at a time, for a table that may have many: next reports
	// false after the last. nil: computing all of Rows takes no time.
	Each    func() (next func() (r Row, ok bool))
	Actions []TableAction
	Close   string
}

// Next begins to read the rows one at a time.
func (t Table) Next() (next func() (r Row, ok bool)) {
	if t.Each != nil {
		return t.Each()
	}
	rows := t.Rows()
	return func() (r Row, ok bool) {
		if len(rows) == 0 {
			return Row{}, false
		}
		r, rows = rows[0], rows[1:]
		return r, true
	}
}

// A Row has one cell per column.
type Row struct {
	ID    string
	Cells []string
}

// A TableAction is a button of a Table.
type TableAction struct {
	Label   string
	Enabled func(id string) bool // id is empty if no row is chosen
	Do      func(id string)
}
