// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import (
	"slices"

	"purple-otr/ui"
)

// A queue shows the windows that the user has not asked for, one at a time, because a
// second one would hide the first. The next one opens when the one before is closed.
//
// An urgent one warns that a buddy's key has changed. It does not wait for what another
// buddy may have brought about: it takes the place of the window on the screen, which
// comes back later. Only a form stays, because the user may be typing a passphrase, and
// the rest of it must not end up in a conversation.
type queue struct {
	post    func(func()) // as loop.post
	open    []*loud      // on the screen
	waiting []*loud      // urgent ones first
}

// A loud is a window that the user has not asked for.
type loud struct {
	chat   ui.Chat
	urgent bool
	// show puts it on the screen. Its result takes it away again, and is nil if that is
	// not possible.
	show func() (hide func())
	hide func() // what show has returned
	// end is called when it is closed before it has been shown. It is nil if it has to
	// be shown anyway.
	end func()
}

// add shows l when it is its turn.
func (q *queue) add(l *loud) {
	if !slices.Contains(q.open, l) && !slices.Contains(q.waiting, l) {
		q.insert(l, len(q.waiting))
	}
	q.next()
}

// insert puts l at place at, behind urgent ones or, if it is one, before all others.
func (q *queue) insert(l *loud, at int) {
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
	if len(q.open) > 0 && (!first.urgent || slices.ContainsFunc(q.open, func(l *loud) bool { return l.urgent })) {
		return
	}
	for _, l := range slices.Clone(q.open) {
		if l.hide != nil {
			q.remove(l)
			l.hide()
			q.insert(l, 0)
		}
	}
	q.now(first)
}

// now shows l, whether or not it is its turn.
func (q *queue) now(l *loud) {
	q.remove(l)
	q.open = append(q.open, l)
	hide := l.show()
	l.hide = hide
}

func (q *queue) remove(l *loud) {
	same := func(other *loud) bool { return other == l }
	q.open = slices.DeleteFunc(q.open, same)
	q.waiting = slices.DeleteFunc(q.waiting, same)
}

// done is told that l is no longer on the screen.
func (q *queue) done(l *loud) {
	q.remove(l)
	q.post(q.next) // later, because closing several must not show what is closed next
}

// closeIf ends those that wait and are about some chats.
func (q *queue) closeIf(about func(ui.Chat) bool) {
	var ended []*loud
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
	if !f.Unasked {
		h.dialogs.AskForm(f)
		return
	}
	l, done := &loud{chat: f.Chat, urgent: f.Icon == ui.WarningIcon}, f.Done
	f.Done = func(ok bool, values []string) {
		h.queue.done(l)
		done(ok, values)
	}
	l.show = func() func() {
		h.dialogs.AskForm(f)
		return nil
	}
	l.end = func() { f.Done(false, nil) }
	h.queue.add(l)
}

// AskQuestion implements [ui.Host].
func (h *Host) AskQuestion(q ui.Question) {
	if !q.Unasked {
		h.dialogs.AskQuestion(q)
		return
	}
	l, done := &loud{chat: q.Chat, urgent: q.Icon == ui.WarningIcon}, q.Done
	q.Done = func(button int) {
		h.queue.done(l)
		done(button)
	}
	l.show = func() func() { return h.dialogs.AskQuestion(q) }
	l.end = func() { q.Done(-1) }
	h.queue.add(l)
}

// ShowWaiting implements [ui.Host].
func (h *Host) ShowWaiting(c ui.Chat) { h.queue.about(c) }
