// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

/*
#include "host.h"
*/
import "C"

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unsafe"

	"github.com/mattn/go-pointer"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

// requests are dialogs shown with libpurple's requests. Each ends exactly once: a dialog
// that is not in open has ended.
type requests struct {
	loop *loop
	open map[*request]struct{}
	// ended holds closed requests that libpurple may still pass to callbacks while
	// closing them.
	ended []*request
}

var _ drawer = (*requests)(nil)

// A request is a form, a question or a file chooser.
type request struct {
	all   *requests
	chat  ui.Chat
	self  unsafe.Pointer
	shown unsafe.Pointer // libpurple's handle of the request
	kind  C.int          // POTR_ASK_QUESTION and so on
	part  *part          // set for a form
	done  func(answer)
	// progress or table is set if the request shows one.
	progress *ui.Progress
	table    *rows
}

// An answer is what the user chose.
type answer struct {
	ok     bool // set for a form: OK was chosen
	values []string
	button int // set for a question
	path   string
}

var noAnswer = answer{button: -1}

func newRequests(l *loop) *requests { return &requests{loop: l, open: map[*request]struct{}{}} }

func (s *requests) add(kind C.int, c ui.Chat, p *part, done func(answer)) *request {
	r := &request{all: s, kind: kind, chat: c, part: p, done: done}
	r.self = hold(r)
	s.open[r] = struct{}{}
	return r
}

func (r *request) isOpen() bool {
	_, ok := r.all.open[r]
	return ok
}

// finish ends r, which must be open.
func (r *request) finish(a answer) {
	s := r.all
	delete(s.open, r)
	s.ended = append(s.ended, r)
	s.loop.post(s.sweep)
	r.done(a)
}

// sweep frees ended requests once libpurple no longer refers to them.
func (s *requests) sweep() {
	for _, r := range s.ended {
		release(r.self)
	}
	s.ended = nil
}

// close closes r, as if the user had closed it.
func (r *request) close() {
	if !r.isOpen() {
		return
	}
	defer func() {
		if r.shown != nil {
			C.potr_request_close(r.shown, r.kind)
		}
	}()
	defer Caught("dialog")
	r.finish(noAnswer)
}

// drop closes r without calling Done.
func (r *request) drop() {
	r.done = func(answer) {}
	r.close()
}

// CloseIf closes the dialogs about some chats, as if the user had closed them.
func (s *requests) CloseIf(about func(ui.Chat) bool) {
	for _, r := range s.which(func(r *request) bool { return about(r.chat) }) {
		r.close() // does nothing if closing another has closed r
	}
}

func (s *requests) which(is func(*request) bool) (found []*request) {
	for r := range s.open {
		if is(r) {
			found = append(found, r)
		}
	}
	return found
}

// AskQuestion shows q.
func (s *requests) AskQuestion(q ui.Question) (drop func()) { return s.ask(q).drop }

func (s *requests) ask(q ui.Question) *request {
	var cs cStrings
	defer cs.free()
	if len(q.Buttons) == 0 || len(q.Buttons) > C.POTR_BUTTONS {
		panic("a question with too few or too many buttons")
	}
	r := s.add(C.POTR_ASK_QUESTION, q.Chat, nil, func(got answer) { q.Done(got.button) })
	r.shown = C.potr_question_show(cs.str(q.Title), cs.strOrNil(wrapped(sign(q.Icon)+q.Heading)), cs.strOrNil(wrapped(q.Text)),
		C.int(len(q.Buttons)), cs.strs(q.Buttons), cs.chat(q.Chat), r.self)
	if r.shown == nil {
		r.close()
	}
	return r
}

// AskPath shows q.
func (s *requests) AskPath(q ui.PathQuestion) {
	if C.GoString(C.potr_ui()) == "gnt-purple" {
		s.askTypedPath(q, "")
		return
	}
	var cs cStrings
	defer cs.free()
	kind := C.int(C.POTR_ASK_FILE)
	if q.Kind == ui.OpenFolder {
		kind = C.POTR_ASK_FOLDER
	}
	r := s.add(kind, ui.Chat{}, nil, func(got answer) { q.Done(got.path) })
	home, _ := os.UserHomeDir() // empty: then Pidgin proposes no folder
	r.shown = C.potr_path_show(cs.str(q.Title), kind, cs.str(q.Name), cs.str(home), r.self)
	if r.shown == nil {
		r.close()
	}
}

// askTypedPath asks the user to type a path, because Finch's file chooser returns only
// the last part of the chosen path. note says why it asks again.
func (s *requests) askTypedPath(q ui.PathQuestion, note string) {
	home, _ := os.UserHomeDir() // if empty, the user must type the whole path
	s.AskForm(ui.Form{
		Title: q.Title, Text: note,
		Fields: []ui.Field{{Kind: ui.Input, Label: text.PathLabel(q.Kind == ui.OpenFolder), Value: filepath.Join(home, q.Name), Required: true}},
		OK:     text.ButtonContinue(), Cancel: text.ButtonCancel(),
		Done: func(ok bool, v []string) {
			if !ok {
				q.Done("")
				return
			}
			path := strings.TrimPrefix(v[0], "~/")
			if !filepath.IsAbs(path) {
				path = filepath.Join(home, path)
			}
			if _, err := os.Lstat(path); err == nil && q.Kind == ui.SaveFile {
				s.askTypedPath(q, text.PathExists())
				return
			}
			q.Done(path)
		},
	})
}

// ShowProgress shows p as a question. It does not replace the dialog at each step,
// because that would take the keyboard focus each time.
func (s *requests) ShowProgress(p ui.Progress) {
	for _, r := range s.which(func(r *request) bool { return r.progress != nil && r.chat == p.Chat }) {
		before := *r.progress
		*r.progress = p
		if before.Heading == p.Heading && before.Button == p.Button && before.Again == p.Again {
			return
		}
		r.drop()
	}
	now, buttons := &p, []string{p.Button}
	if p.Again != "" {
		buttons = []string{p.Again, p.Button}
	}
	r := s.ask(ui.Question{Chat: p.Chat, Title: p.Title, Icon: p.Icon, Heading: p.Heading, Text: p.Text,
		Buttons: buttons, Done: func(button int) { now.End(len(buttons) == 2 && button == 0) }})
	r.progress = now
}

// openRequest returns the request of a callback, or nil if the request has ended.
func openRequest(p unsafe.Pointer) *request {
	if r, ok := pointer.Restore(p).(*request); ok && r.isOpen() {
		return r
	}
	return nil
}

//export potrFormDone
func potrFormDone(p unsafe.Pointer, ok C.int) {
	defer Caught("form")
	if r := openRequest(p); r != nil && ok != 0 {
		r.finish(answer{ok: true, values: slices.Clone(r.part.read())})
	} else if r != nil {
		r.finish(noAnswer)
	}
}

//export potrQuestionDone
func potrQuestionDone(p unsafe.Pointer, button C.int) {
	defer Caught("question")
	if r := openRequest(p); r != nil {
		r.finish(answer{button: int(button)})
	}
}

//export potrPathDone
func potrPathDone(p unsafe.Pointer, path *C.char) {
	defer Caught("path")
	if r := openRequest(p); r != nil {
		r.finish(answer{button: -1, path: C.GoString(path)})
	}
}

//export potrGone
func potrGone(p unsafe.Pointer) {
	defer Caught("dialog")
	if r := openRequest(p); r != nil {
		r.finish(noAnswer)
	}
}
