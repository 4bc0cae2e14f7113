// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"time"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// update must be called after every operation on a session: it runs Tick, reschedules the
// timer and redraws the conversation.
func (a *App) update(t *conversation) {
	out, next := t.session.Tick()
	t.next = next
	a.perform(t, out)
	a.logs.restoreLogging(t)
	if due := t.due(); !due.IsZero() && (a.due.IsZero() || due.Before(a.due)) {
		a.wake(due)
	}
	a.host.Refresh(t.chat)
}

// due returns the earliest time that t waits for, or zero.
func (t *conversation) due() time.Time {
	return earlier(earlier(t.next, t.theirsAt), earlier(t.noAnswerAt, earlier(t.invalidAt, t.fallback.askAt)))
}

// schedule sets the timer, of which there is one, to the earliest time that any
// conversation waits for. Update, which must not take longer when there are more conversations,
// only makes it earlier: if the time that it was set to no longer matters, tick finds that out.
func (a *App) schedule() {
	var due time.Time
	for _, t := range a.conversations {
		due = earlier(due, t.due())
	}
	if !due.Equal(a.due) || a.stop == nil {
		a.wake(due)
	}
}

// wake sets the timer to due, or stops it if that is zero.
func (a *App) wake(due time.Time) {
	if a.stop != nil {
		a.stop()
		a.stop = nil
	}
	a.due = due
	if !due.IsZero() {
		// At least a second, so that no deadline can make us loop without a pause.
		a.stop = a.host.After(max(due.Sub(a.now()), time.Second), a.tick)
	}
}

// tick is called by the timer. It does what has become due in any conversation.
func (a *App) tick() {
	a.stop, a.due = nil, noTime
	now := a.now()
	passed := func(d time.Time) bool { return !d.IsZero() && !d.After(now) }
	for _, t := range a.all() {
		if passed(t.noAnswerAt) {
			t.noAnswerAt = noTime
			switch {
			case t.session.Status().State == otr.Encrypted:
			case a.guard.tryShorter(t):
				t.noAnswerAt, t.answered = now.Add(answerDelay), false
			default:
				a.notice(t.chat, ui.Info, false, text.NoAnswer(a.name(t.chat)), startAgain...)
			}
		}
		if passed(t.theirsAt) {
			t.theirsAt = noTime
			a.guard.tryShorter(t)
		}
		if passed(t.invalidAt) {
			t.invalidAt = noTime
			line := text.Invalid
			if t.clockWrong {
				line = text.ClockWrong
			}
			a.noticeOnce(t, line(a.name(t.chat)))
		}
		if passed(t.fallback.askAt) {
			a.decider.tick(t)
		}
		if passed(t.next) {
			a.update(t)
		}
		a.cleaner.leaveStranger(t)
	}
	a.schedule()
}

// earlier returns the earlier of two times, where zero means never.
func earlier(x, y time.Time) time.Time {
	if x.IsZero() || !y.IsZero() && y.Before(x) {
		return y
	}
	return x
}
