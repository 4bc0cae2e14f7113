// SPDX-License-Identifier: GPL-2.0-or-later

package ui

// All texts of a dialog are plain text. The host escapes them for its toolkit. An
// underscore is no mnemonic.

// An Icon is shown beside a heading. It adds nothing that the words do not say.
type Icon int

const (
	NoIcon      Icon = iota
	WarningIcon      // take care
	SuccessIcon      // something the user wanted has succeeded
)

// A Form is a dialog with fields and two buttons.
type Form struct {
	Chat    Chat // the zero Chat: about no conversation
	Title   string
	Icon    Icon
	Heading string
	Text    string
	Fields  []Field
	OK      string // empty: there is only Cancel
	Cancel  string
	// Unasked: the user has done nothing to make it appear, so it must not take
	// the keyboard from what is being typed, and waits until others like it, and
	// the forms and questions that the user opened, have been closed. With a
	// WarningIcon it does not wait: it comes before others like it, and stays
	// above what the user opened.
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
	// Page is zero, or the field is present only while the form's first Choice has its
	// option with this number, counting from 1.
	Page int
	// Needs is zero, or the field can be changed only while the field with this number,
	// counting from 1, is a Check that is on and can be changed.
	Needs int
	// Required: OK is disabled while the field is present and empty.
	Required bool
	// Pinned fields come last. They stay visible when the other fields need scrolling.
	Pinned bool
	// Max is zero, or the largest number of characters of an Input.
	Max int
}

// FieldKind is what a Field is for.
type FieldKind int

const (
	Show        FieldKind = iota // text to read and copy; its value comes back unchanged
	Fingerprint                  // as Show, large, with a button that copies it
	QR                           // Value as a QR code that a phone can scan; Label says what it is for
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

// A PathQuestion lets the user choose a file or folder.
type PathQuestion struct {
	Title string
	Kind  PathKind
	Name  string            // of a SaveFile, the proposed name
	Done  func(path string) // exactly once; empty if nothing was chosen
}

// PathKind is what a PathQuestion asks for. If the file of a SaveFile exists, the host has
// asked the user whether to replace it.
type PathKind int

const (
	OpenFile PathKind = iota
	OpenFolder
	SaveFile
)

// A Progress is a dialog that shows the progress of something.
type Progress struct {
	Chat    Chat
	Title   string
	Icon    Icon
	Heading string
	Text    string
	Percent int    // 0 to 100
	Button  string // "Cancel", or at the end "Close"
	// Again is empty, or the label of a second button before the first. When it is pressed,
	// Retry is called after Done.
	Again string
	Retry func()
	// Done is called exactly once for each dialog on the screen, not for each
	// ShowProgress: when the user has pressed the button or closed the dialog,
	// or it was closed by CloseDialogs. It is the last Progress's that is called.
	Done func()
}

// End calls Done when the dialog has ended, and Retry if the button for that was pressed
// (again).
func (p Progress) End(again bool) {
	p.Done()
	if again && p.Retry != nil {
		p.Retry()
	}
}

// A Table is a window with rows, one of which can be selected, and buttons that act on it.
// The user can search it and sort it by each column.
type Table struct {
	Title   string
	Heading string
	Empty   string // shown instead of rows if there are none
	Search  string // the label of the field to search
	Columns []string
	Rows    func() []Row // in their initial order
	// Each iterates over Rows, for a table that may have many: next returns false after
	// the last. It may be nil if computing all of Rows is fast.
	Each    func() (next func() (r Row, ok bool))
	Actions []TableAction
	Close   string
}

// Next returns an iterator over the rows.
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
	Enabled func(id string) bool // id is empty if no row is selected
	Do      func(id string)
}
