// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

/*
#include "dialog.h"
*/
import "C"

import (
	"purple-otr/internal/erase"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// Dialogs are the dialogs on the screen.
type Dialogs struct {
	open     map[C.guint]*dialog
	recovers func(where string)
}

// C identifies dialogs by number. Numbers are never reused, so that a late call from C
// cannot reach another dialog.
var (
	dialogs *Dialogs
	last    C.guint
)

// NewDialogs returns a Dialogs. Only the most recent one gets calls from C. recovers is
// deferred around everything that the user causes, and recovers from a panic.
func NewDialogs(recovers func(where string)) *Dialogs {
	dialogs = &Dialogs{open: map[C.guint]*dialog{}, recovers: recovers}
	return dialogs
}

// A dialog ends exactly once, however it ends: when it is removed from open.
type dialog struct {
	all    *Dialogs
	id     C.guint
	chat   ui.Chat
	window *C.GtkWidget
	marks  letters
	ended  func(button int) // -1: closed
	// The kind of dialog; the others are nil.
	form     *form
	table    *table
	progress *ui.Progress
}

func (s *Dialogs) new(c ui.Chat, role, title, heading, text string, ended func(button int)) *dialog {
	last++
	d := &dialog{all: s, id: last, chat: c, marks: letters{}, ended: ended}
	names(c, func(n C.PotrChat) {
		with(func(t []*C.char) {
			d.window = C.potr_dialog_new(d.id, n, t[0], t[1], t[2], t[3])
		}, "purple-otr-"+role, title, heading, text)
	})
	s.open[d.id] = d
	return d
}

func (d *dialog) addButton(marked string) {
	with(func(t []*C.char) { C.potr_dialog_add_button(d.window, t[0]) }, marked)
}

func (d *dialog) setIcon(i ui.Icon) {
	kind := map[ui.Icon]C.int{ui.WarningIcon: C.POTR_WARNING, ui.SuccessIcon: C.POTR_SUCCESS}[i]
	with(func(t []*C.char) { C.potr_dialog_set_icon(d.window, kind, t[0]) }, text.IconMeaning(i == ui.SuccessIcon))
}

// appearance returns how a form or a question appears.
func appearance(unasked bool, i ui.Icon) C.int {
	switch {
	case !unasked:
		return C.POTR_ASKED
	case i == ui.WarningIcon:
		return C.POTR_ALARM
	}
	return C.POTR_NOTICE
}

// end closes d and calls ended, unless d has ended already.
func (d *dialog) end(button int) {
	if d.all.open[d.id] != d {
		return
	}
	delete(d.all.open, d.id)
	defer d.all.recovers("dialog")
	C.potr_dialog_close(d.window)
	d.ended(button)
}

// CloseIf closes the dialogs about certain chats, as if the user had closed them.
func (s *Dialogs) CloseIf(about func(ui.Chat) bool) {
	var chosen []*dialog
	for _, d := range s.open {
		if about(d.chat) {
			chosen = append(chosen, d)
		}
	}
	for _, d := range chosen { // ending one may end others
		d.end(-1)
	}
}

// AskQuestion shows q. drop closes it without calling q.Done.
func (s *Dialogs) AskQuestion(q ui.Question) (drop func()) {
	d := s.new(q.Chat, "question", q.Title, q.Heading, q.Text, q.Done)
	d.setIcon(q.Icon)
	for _, b := range q.Buttons {
		d.addButton(d.marks.mark(b))
	}
	C.potr_dialog_show(d.window, appearance(q.Unasked, q.Icon))
	return func() {
		d.ended = func(int) {}
		d.end(-1)
	}
}

// ShowProgress shows p. It never takes the keyboard focus, because the user may be typing
// in the conversation.
func (s *Dialogs) ShowProgress(p ui.Progress) {
	for _, d := range s.open {
		if d.progress != nil && d.chat == p.Chat {
			*d.progress = p
			d.drawProgress()
			return
		}
	}
	d := s.new(p.Chat, "progress", p.Title, "", "", nil)
	d.progress = &p
	d.ended = func(button int) { d.progress.End(button == 0) }
	d.drawProgress()
	C.potr_dialog_show(d.window, C.POTR_QUIET)
}

func (d *dialog) drawProgress() {
	p, marks := d.progress, letters{}
	button := marks.mark(p.Button)
	d.setIcon(p.Icon)
	with(func(t []*C.char) {
		C.potr_progress_set(d.window, t[0], t[1], C.int(min(max(p.Percent, 0), 100)), t[2], t[3])
	}, p.Heading, p.Text, marks.mark(p.Again), button)
}

// serve calls f with the dialog with this number, if it is still open.
func serve(id C.guint, f func(d *dialog)) {
	if dialogs == nil || dialogs.open[id] == nil {
		return
	}
	defer dialogs.recovers("dialog")
	f(dialogs.open[id])
}

//export potrDialogAnswered
func potrDialogAnswered(id C.guint, button C.int) {
	serve(id, func(d *dialog) { d.end(int(button)) })
}

//export potrDialogGone
func potrDialogGone(id C.guint) {
	serve(id, func(d *dialog) {
		delete(d.all.open, id)
		d.ended(-1)
	})
}

//export potrFieldChanged
func potrFieldChanged(id C.guint, field C.int, value *C.char) {
	var now string
	erase.Do(func() { now = C.GoString(value) }) // it may be a passphrase
	serve(id, func(d *dialog) { d.form.change(int(field), now) })
}

//export potrTableSearched
func potrTableSearched(id C.guint, text *C.char) {
	serve(id, func(d *dialog) { d.table.find(C.GoString(text)) })
}

//export potrTableSorted
func potrTableSorted(id C.guint, column C.int) {
	serve(id, func(d *dialog) { d.table.sort(int(column)) })
}

//export potrTableChosen
func potrTableChosen(id C.guint, row C.int) {
	serve(id, func(d *dialog) { d.table.choose(int(row)) })
}

//export potrTablePressed
func potrTablePressed(id C.guint, action C.int) {
	serve(id, func(d *dialog) { d.table.press(int(action)) })
}

//export potrTableActivated
func potrTableActivated(id C.guint) {
	serve(id, func(d *dialog) { d.table.activate() })
}

//export potrTableCopied
func potrTableCopied(id C.guint) {
	serve(id, func(d *dialog) { d.table.copy() })
}

//export potrTableStep
func potrTableStep(id C.guint) {
	serve(id, func(d *dialog) { d.table.step() })
}

//export potrTableCell
func potrTableCell(id C.guint, row, column C.int) (text *C.char) {
	serve(id, func(d *dialog) { text = cText(d.table.cell(int(row), int(column))) })
	return text
}
