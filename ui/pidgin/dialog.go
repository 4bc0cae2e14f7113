// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

/*
#include "dialog.h"
*/
import "C"

import (
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// Dialogs are those on the screen.
type Dialogs struct {
	open     map[C.guint]*dialog
	recovers func(where string)
}

// C names dialogs by number. No two have the same, so that nothing which comes
// late can be taken to be about another one.
var (
	dialogs *Dialogs
	last    C.guint
)

// NewDialogs makes them; only those made last are served. recovers is deferred
// around whatever the user sets off, and ends a panic.
func NewDialogs(recovers func(where string)) *Dialogs {
	dialogs = &Dialogs{open: map[C.guint]*dialog{}, recovers: recovers}
	return dialogs
}

// A dialog ends once, however it ends: being in open decides.
type dialog struct {
	all    *Dialogs
	id     C.guint
	chat   ui.Chat
	window *C.GtkWidget
	marks  letters
	ended  func(button int) // -1: closed
	// What it is; the others are nil.
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

// end takes d from the screen and says so, unless that has been done.
func (d *dialog) end(button int) {
	if d.all.open[d.id] != d {
		return
	}
	delete(d.all.open, d.id)
	defer d.all.recovers("dialog")
	C.potr_dialog_close(d.window)
	d.ended(button)
}

// CloseIf closes the dialogs about some chats, as if the user had.
func (s *Dialogs) CloseIf(about func(ui.Chat) bool) {
	var chosen []*dialog
	for _, d := range s.open {
		if about(d.chat) {
			chosen = append(chosen, d)
		}
	}
	for _, d := range chosen { // the end of one may be the end of others
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
	C.potr_dialog_show(d.window, cbool(q.Unasked), cbool(q.Unasked))
	return func() {
		d.ended = func(int) {}
		d.end(-1)
	}
}

// ShowProgress shows p. It never takes the keyboard: the user is in the middle
// of the conversation.
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
	C.potr_dialog_show(d.window, 1, 0)
}

func (d *dialog) drawProgress() {
	p, marks := d.progress, letters{}
	button := marks.mark(p.Button)
	d.setIcon(p.Icon)
	with(func(t []*C.char) {
		C.potr_progress_set(d.window, t[0], t[1], C.int(min(max(p.Percent, 0), 100)), t[2], t[3])
	}, p.Heading, p.Text, marks.mark(p.Again), button)
}

// serve calls f with the dialog that C means, if it is still there.
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
	serve(id, func(d *dialog) { d.form.change(int(field), C.GoString(value)) })
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
