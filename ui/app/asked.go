// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"maps"
	"slices"
	"time"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// asked is about those who have asked for a private conversation while the keys
// are locked.
type asked struct {
	since   map[ui.Chat]time.Time // when each began; forgotten after waitTime
	said    map[ui.Chat]bool      // in the conversation's window
	noticed map[ui.Chat]time.Time // in a notice
	// The notice on the screen, if there is one.
	notice   *lockNotice
	stranger bool // somebody who is not in the list has been in a notice
}

// A lockNotice is a dialog. What is compared is which one it is.
type lockNotice struct {
	names    []string // of buddies, fit to be shown
	stranger bool     // somebody else asks too
}

const (
	// graceTime is how long the user may take to unlock the keys before the buddy
	// is told that there is no answer for now.
	graceTime = 10 * time.Second
	// noticeInterval is the least time between two notices about the same buddy.
	noticeInterval = time.Hour
	// maxNamed is how many buddies a notice names.
	maxNamed = 5
)

// aboutLock is what notices are about; it is no conversation's.
var aboutLock = ui.Chat{Peer: "locked keys"}

// asks notes that c asks while the keys are locked, and tells both sides.
func (a *App) asks(c ui.Chat) {
	l := &a.lock
	a.tellAsked(c)
	since, before := l.asked.since[c]
	switch {
	case !before && !a.mayAnswer(c, l.asked.since):
	case !before:
		if l.asked.since == nil {
			l.asked.since = map[ui.Chat]time.Time{}
		}
		l.asked.since[c] = a.now()
		if !l.declined {
			a.host.After(graceTime, func() {
				if _, still := a.lock.asked.since[c]; still && !a.closed && a.store.Locked() {
					a.cannotStart(c)
				}
			})
			return
		}
		a.cannotStart(c)
	case l.declined || a.now().Sub(since) >= graceTime:
		a.cannotStart(c)
	}
}

// tellAsked tells the user, in the conversation's window or in a notice.
func (a *App) tellAsked(c ui.Chat) {
	l := &a.lock.asked
	now := a.now()
	switch at, before := l.noticed[c]; {
	case a.open(c):
		if l.said[c] {
			return
		}
		if l.said == nil {
			l.said = map[ui.Chat]bool{}
		}
		l.said[c] = true
		a.notice(c, ui.Info, false, text.AskedWhileLocked(a.name(c), a.lock.declined))
	case !a.host.OnList(c):
		if !l.stranger {
			l.stranger = true
			a.showAsked(func(n *lockNotice) { n.stranger = true })
		}
	case !before || now.Sub(at) >= noticeInterval:
		if l.noticed == nil {
			l.noticed = map[ui.Chat]time.Time{}
		}
		l.noticed[c] = now
		a.showAsked(func(n *lockNotice) { n.names = append(n.names, a.name(c)) })
	}
}

// showAsked puts a notice on the screen in the place of the one that is there, to
// which add adds somebody.
func (a *App) showAsked(add func(*lockNotice)) {
	n := &lockNotice{}
	if old := a.lock.asked.notice; old != nil {
		n.names, n.stranger = slices.Clone(old.names), old.stranger
	}
	add(n)
	a.closeAsked()
	a.lock.asked.notice = n
	// While a dialog or the keyring asks, there is nothing else to press.
	buttons := []string{text.ButtonClose()}
	if !a.lock.asking {
		buttons = []string{text.ButtonUnlockNow(), text.ButtonNotNow()}
	}
	a.host.AskQuestion(ui.Question{
		Chat: aboutLock, Title: text.UnlockTitle(),
		Heading: text.LockNoticeHeading(n.names, n.stranger),
		Text:    text.LockNoticeText(n.names[:min(len(n.names), maxNamed)], n.stranger, a.lock.declined),
		Buttons: buttons, Unasked: true,
		Done: func(button int) {
			if a.lock.asked.notice != n {
				return // another one has taken its place
			}
			a.lock.asked.notice = nil
			if !a.closed && button == 0 && len(buttons) > 1 {
				a.unlock(false, nil)
			}
		},
	})
}

// closeAsked takes the notice from the screen.
func (a *App) closeAsked() {
	if a.lock.asked.notice != nil {
		a.lock.asked.notice = nil
		a.host.CloseDialogs(aboutLock)
	}
}

// beginAsked asks those buddies for a private conversation who asked for one in
// vain, except where there is one or one is under way.
func (a *App) beginAsked(since map[ui.Chat]time.Time) {
	for c, at := range since {
		if a.now().Sub(at) >= waitTime || !a.host.OnList(c) || a.policy(c) == otr.Off || !a.host.Connected(c) {
			continue
		}
		t, err := a.talk(c)
		if err != nil || t.session.Status().State == otr.Encrypted || !t.patience.IsZero() {
			continue
		}
		a.obey(t)
		out, err := t.session.Start()
		if err != nil {
			a.host.Debug("asking anew: " + err.Error())
		}
		a.carry(t, out)
		a.settle(t)
	}
}

// forgetAsked drops those who have given up by now.
func (a *App) forgetAsked() {
	now := a.now()
	maps.DeleteFunc(a.lock.asked.since, func(_ ui.Chat, at time.Time) bool { return now.Sub(at) >= waitTime })
}
