// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"time"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// settle ends every operation on a session: what has become due is done, what
// the user sees is drawn from the session as it is now.
func (a *App) settle(t *talk) {
	out, next := t.session.Tick()
	t.next = next
	a.carry(t, out)
	a.logs.restoreLogging(t)
	a.schedule()
	a.host.Refresh(t.chat)
}

// schedule sets the one timer to the earliest time that any talk waits for.
func (a *App) schedule() {
	var due time.Time
	for _, t := range a.talks {
		due = earlier(due, earlier(t.next, earlier(t.patience, t.doubt)))
	}
	if due.Equal(a.due) && (a.stop != nil || due.IsZero()) {
		return
	}
	if a.stop != nil {
		a.stop()
		a.stop = nil
	}
	a.due = due
	if !due.IsZero() {
		// At least a second, so that no deadline can make us spin.
		a.stop = a.host.After(max(due.Sub(a.now()), time.Second), a.tick)
	}
}

// tick is called by the timer.
func (a *App) tick() {
	a.stop, a.due = nil, noTime
	now := a.now()
	passed := func(d time.Time) bool { return !d.IsZero() && !d.After(now) }
	for _, t := range a.all() {
		if passed(t.patience) {
			t.patience = noTime
			if t.session.Status().State != otr.Encrypted && !a.guard.tryShorter(t) {
				a.notice(t.chat, ui.Info, false, text.NoAnswer(a.name(t.chat)), startAgain...)
			}
		}
		if passed(t.doubt) {
			t.doubt = noTime
			a.hint(t, text.Invalid(a.name(t.chat)))
		}
		if passed(t.next) {
			a.settle(t)
		}
	}
	a.schedule()
}

// mayShorten reports whether tryShorter would do something.
func (gd guard) mayShorten(t *talk) bool {
	return t.answered && !t.shorter && gd.prefs.room(t.chat, false) > 0 && gd.host.Connected(t.chat) &&
		t.session.Status().State != otr.Encrypted
}

// tryShorter begins an exchange once more that the buddy's program has answered and that
// has not completed: a server may have cut lines that are longer than it lets through.
// From now on, t's messages go in shorter pieces. It reports whether there is hope.
func (gd guard) tryShorter(t *talk) bool {
	if !gd.mayShorten(t) {
		return false
	}
	t.shorter = true
	gd.obey(t)
	out, err := t.session.Start()
	if err == nil {
		t.patience, t.answered = gd.now().Add(answerTime), false
		err = gd.carry(t, out)
	}
	gd.settle(t)
	return err == nil
}

// earlier returns the earlier of two times, where zero means never.
func earlier(x, y time.Time) time.Time {
	if x.IsZero() || !y.IsZero() && y.Before(x) {
		return y
	}
	return x
}
