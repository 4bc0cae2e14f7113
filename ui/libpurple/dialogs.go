// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

/*
#include "host.h"
*/
import "C"

import (
	"unsafe"

	"github.com/mattn/go-pointer"

	"purple-otr/ui"
)

// dialogs are those on the screen. However a dialog ends, its function is called
// once: being in open decides.
type dialogs struct {
	loop *loop
	open map[*dialog]struct{}
	// ended are not on the screen any more, but the program may still be in the
	// middle of closing them, and name them while it does.
	ended []*dialog
}

// A dialog is a form or a question.
type dialog struct {
	all   *dialogs
	chat  ui.Chat
	self  unsafe.Pointer
	shown unsafe.Pointer // what libpurple calls it
	form  *form          // nil for a question
	done  func(answer)
}

// An answer is what the user chose.
type answer struct {
	ok     bool // of a form
	values []string
	button int // of a question
}

var noAnswer = answer{button: -1}

func newDialogs(l *loop) *dialogs { return &dialogs{loop: l, open: map[*dialog]struct{}{}} }

func (s *dialogs) add(c ui.Chat, f *form, done func(answer)) *dialog {
	d := &dialog{all: s, chat: c, form: f, done: done}
	d.self = hold(d)
	s.open[d] = struct{}{}
	return d
}

func (d *dialog) isOpen() bool {
	_, ok := d.all.open[d]
	return ok
}

// finish ends d, which must be open.
func (d *dialog) finish(a answer) {
	s := d.all
	delete(s.open, d)
	s.ended = append(s.ended, d)
	s.loop.post(s.sweep)
	d.done(a)
}

// sweep releases the dialogs that the program is done with.
func (s *dialogs) sweep() {
	for _, d := range s.ended {
		release(d.self)
	}
	s.ended = nil
}

// close takes d from the screen, as if the user had.
func (d *dialog) close() {
	if !d.isOpen() {
		return
	}
	defer func() {
		if d.shown != nil {
			C.potr_dialog_close(d.shown, cbool(d.form != nil))
		}
	}()
	defer Caught("dialog")
	d.finish(noAnswer)
}

func (s *dialogs) closeIf(about func(ui.Chat) bool) {
	var chosen []*dialog
	for d := range s.open {
		if about(d.chat) {
			chosen = append(chosen, d)
		}
	}
	for _, d := range chosen { // the end of one may be the end of others
		d.close()
	}
}

func (s *dialogs) closeAll() { s.closeIf(func(ui.Chat) bool { return true }) }

func (s *dialogs) closeAccount(protocol, account string) {
	s.closeIf(func(c ui.Chat) bool { return c.Protocol == protocol && c.Account == account })
}

// openDialog finds what a callback is about. It is nil if that has ended.
func openDialog(p unsafe.Pointer) *dialog {
	if d, ok := pointer.Restore(p).(*dialog); ok && d.isOpen() {
		return d
	}
	return nil
}

//export potrFormDone
func potrFormDone(p unsafe.Pointer, ok C.int) {
	defer Caught("form")
	if d := openDialog(p); d != nil && ok != 0 {
		d.finish(answer{ok: true, values: d.form.values()})
	} else if d != nil {
		d.finish(noAnswer)
	}
}

//export potrQuestionDone
func potrQuestionDone(p unsafe.Pointer, button C.int) {
	defer Caught("question")
	if d := openDialog(p); d != nil {
		d.finish(answer{button: int(button)})
	}
}

//export potrGone
func potrGone(p unsafe.Pointer) {
	defer Caught("dialog")
	if d := openDialog(p); d != nil {
		d.finish(noAnswer)
	}
}
