// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import (
	"slices"

	"purple-otr/ui"
)

// A queue shows the windows that the user has not asked for, one at a time, because a
// second one would hide the first. The next one opens when the one before is closed. They
// also wait until the user has closed what they opened, because they may be working in it.
// What the user opens does not wait.
//
// An urgent one warns that a buddy's key has changed. It does not wait for what another
// buddy may have brought about: it takes the place of the windows that the user has not
// asked for, which come back later. Only a form in which the user is typing stays, because
// the rest of a passphrase must not end up in a conversation. It keeps the keyboard, and
// so does what the user opened; the urgent one is above it.
type queue struct {
	post    func(func()) // as loop.post
	open    []*window    // on the screen
	waiting []*window    // urgent ones first
}

// A window is a form, a question, an alert or a file chooser.
type window struct {
	chat   ui.Chat
	urgent bool
	// show puts it on the screen. Its result is nil if the window stays there until it is
	// closed.
	show func() (hide func() bool)
	// hide is what show has returned: it takes the window from the screen, unless the user
	// is typing in it, and reports whether it did.
	hide func() bool
	// end is called when it is closed while it waits. It is nil if it has to be shown
	// anyway, or if the drawer closes it.
	end func()
}

// add shows l when it is its turn.
func (q *queue) add(l *window) {
	if !slices.Contains(q.open, l) && !slices.Contains(q.waiting, l) {
		q.insert(l, len(q.waiting))
	}
	q.next()
}

// insert puts l at place at, behind urgent ones or, if it is one, before all others.
func (q *queue) insert(l *window, at int) {
	urgent := 0
	for urgent < len(q.waiting) && q.waiting[urgent].urgent {
		urgent++
	}
	if l.urgent {
		at = urgent
	}
	q.waiting = slices.Insert(q.waiting, max(at, urgent), l)
}

// next shows the first one that waits, if it is its turn.
func (q *queue) next() {
	if len(q.waiting) == 0 {
		return
	}
	first := q.waiting[0]
	if len(q.open) > 0 && (!first.urgent || slices.ContainsFunc(q.open, func(l *window) bool { return l.urgent })) {
		return
	}
	for _, l := range slices.Clone(q.open) {
		if l.hide != nil && l.hide() {
			q.remove(l)
			q.insert(l, 0)
		}
	}
	q.now(first)
}

// now shows l, whether or not it is its turn.
func (q *queue) now(l *window) {
	q.remove(l)
	q.open = append(q.open, l)
	hide := l.show()
	l.hide = hide
}

func (q *queue) remove(l *window) {
	same := func(other *window) bool { return other == l }
	q.open = slices.DeleteFunc(q.open, same)
	q.waiting = slices.DeleteFunc(q.waiting, same)
}

// done is told that l is no longer on the screen.
func (q *queue) done(l *window) {
	q.remove(l)
	q.post(q.next) // later, because closing several must not show what is closed next
}

// closeIf ends those that wait and are about some chats.
func (q *queue) closeIf(about func(ui.Chat) bool) {
	var ended []*window
	for _, l := range q.waiting {
		if l.end != nil && about(l.chat) {
			ended = append(ended, l)
		}
	}
	for _, l := range ended {
		if slices.Contains(q.waiting, l) { // the end of one may be the end of others
			q.remove(l)
			l.end()
		}
	}
}

// about shows those that wait and are about c.
func (q *queue) about(c ui.Chat) {
	for _, l := range slices.Clone(q.waiting) {
		if l.chat == c && slices.Contains(q.waiting, l) {
			q.now(l)
		}
	}
}

// AskForm implements [ui.Host].
func (h *Host) AskForm(f ui.Form) {
	w, done := &window{chat: f.Chat, urgent: f.Unasked && f.Icon == ui.WarningIcon}, f.Done
	f.Done = func(ok bool, values []string) {
		h.queue.done(w)
		done(ok, values)
	}
	if !f.Unasked {
		w.show = func() func() bool {
			h.dialogs.AskForm(f)
			return nil
		}
		h.queue.now(w)
		return
	}
	w.show = func() func() bool { return w.hidable(h.dialogs.AskForm(f)) }
	w.end = func() { f.Done(false, nil) }
	h.queue.add(w)
}

// hidable returns the hide of a form, from what [drawer.AskForm] has returned. A hidden
// form keeps what has been typed.
func (w *window) hidable(hide func() (show func())) func() bool {
	if hide == nil {
		return nil
	}
	return func() bool {
		again := hide()
		if again == nil {
			return false
		}
		w.end = nil
		w.show = func() func() bool {
			again()
			return w.hidable(hide)
		}
		return true
	}
}

// AskQuestion implements [ui.Host].
func (h *Host) AskQuestion(q ui.Question) {
	w, done := &window{chat: q.Chat, urgent: q.Unasked && q.Icon == ui.WarningIcon}, q.Done
	q.Done = func(button int) {
		h.queue.done(w)
		done(button)
	}
	if !q.Unasked {
		w.show = func() func() bool {
			h.dialogs.AskQuestion(q)
			return nil
		}
		h.queue.now(w)
		return
	}
	w.show = func() func() bool {
		drop := h.dialogs.AskQuestion(q)
		return func() bool {
			drop()
			return true
		}
	}
	w.end = func() { q.Done(-1) }
	h.queue.add(w)
}

// AskPath implements [ui.Host].
func (h *Host) AskPath(q ui.PathQuestion) {
	w, done := &window{}, q.Done
	q.Done = func(path string) {
		h.queue.done(w)
		done(path)
	}
	w.show = func() func() bool {
		h.dialogs.requests.AskPath(q)
		return nil
	}
	h.queue.now(w)
}

// ShowWaiting implements [ui.Host].
func (h *Host) ShowWaiting(c ui.Chat) { h.queue.about(c) }
