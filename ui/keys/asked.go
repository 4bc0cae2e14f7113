// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"maps"
	"slices"
	"time"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

// asked is about the buddies who have asked for a private conversation while the keys are
// locked.
type asked struct {
	since   map[ui.Chat]time.Time // when each asked first; deleted after waitTime
	said    map[ui.Chat]bool      // who has been mentioned in the conversation's window
	noticed map[ui.Chat]time.Time // who has been mentioned in a notice, and when
	// The notice on the screen, or that waits until the user has answered whether to
	// unlock the keys.
	notice   *lockNotice
	stranger bool // a notice has mentioned someone who is not in the buddy list
}

// A lockNotice is a dialog. Its address identifies it.
type lockNotice struct {
	names    []string // of buddies, fit to be shown
	stranger bool     // someone who is not in the buddy list has asked too
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

// What notices are about, and dialogs that ask how to unlock the keys; no conversation
// has these names.
var (
	aboutLock   = ui.Chat{Peer: "locked keys"}
	aboutUnlock = ui.Chat{Peer: "unlocking"}
)

// An asker answers those buddies, and asks the user to unlock the keys for them.
type asker struct{ *Keys }

// noteAsked notes that c has asked while the keys are locked, and tells both sides.
func (as asker) noteAsked(c ui.Chat) {
	l := &as.lock
	as.tellAsked(c)
	since, before := l.asked.since[c]
	switch {
	case !before && !ui.MayAnswer(as.host, c, l.asked.since):
	case !before:
		if l.asked.since == nil {
			l.asked.since = map[ui.Chat]time.Time{}
		}
		l.asked.since[c] = as.now()
		if !l.declined {
			as.host.After(graceTime, func() {
				if _, still := as.lock.asked.since[c]; still && !as.closed && as.Locked() {
					as.app.Refuse(c, "")
				}
			})
			return
		}
		as.app.Refuse(c, "")
	case l.declined || as.now().Sub(since) >= graceTime:
		as.app.Refuse(c, "")
	}
}

// tellAsked tells the user, in the conversation's window or in a notice.
func (as asker) tellAsked(c ui.Chat) {
	l := &as.lock.asked
	now := as.now()
	switch at, before := l.noticed[c]; {
	case ui.Open(as.host, c):
		if l.said[c] {
			return
		}
		if l.said == nil {
			l.said = map[ui.Chat]bool{}
		}
		l.said[c] = true
		ui.Say(as.host, c, ui.Info, false, text.AskedWhileLocked(ui.Name(as.host, c), as.lock.declined), ui.UnlockKeys)
	case !as.host.OnList(c):
		if !l.stranger {
			l.stranger = true
			as.showAsked(func(n *lockNotice) { n.stranger = true })
		}
	case !before || now.Sub(at) >= noticeInterval:
		if l.noticed == nil {
			l.noticed = map[ui.Chat]time.Time{}
		}
		l.noticed[c] = now
		as.showAsked(func(n *lockNotice) { n.names = append(n.names, ui.Name(as.host, c)) })
	}
}

// showAsked replaces the notice on the screen by one to which add has added a name.
func (as asker) showAsked(add func(*lockNotice)) {
	n := &lockNotice{}
	if old := as.lock.asked.notice; old != nil {
		n.names, n.stranger = slices.Clone(old.names), old.stranger
	}
	add(n)
	as.closeAsked()
	as.lock.asked.notice = n
	// While a dialog or the keyring asks, a second window would only hide it.
	if !as.lock.asking {
		as.askAboutAsked()
	}
}

// askAboutAsked puts the notice on the screen that waits, if there is one.
func (as asker) askAboutAsked() {
	n := as.lock.asked.notice
	if n == nil {
		return
	}
	as.host.AskQuestion(ui.Question{
		Chat: aboutLock, Title: text.UnlockTitle(),
		Heading: text.LockNoticeHeading(n.names, n.stranger),
		Text:    text.LockNoticeText(n.names[:min(len(n.names), maxNamed)], n.stranger, as.lock.declined),
		Buttons: []string{text.ButtonUnlockNow(), text.ButtonNotNow()}, Unasked: true,
		Done: func(button int) {
			if as.lock.asked.notice != n {
				return // another one has taken its place
			}
			as.lock.asked.notice = nil
			if !as.closed && button == 0 {
				as.unlock(false, nil)
			}
		},
	})
}

// closeAsked closes the notice.
func (as asker) closeAsked() {
	if as.lock.asked.notice != nil {
		as.lock.asked.notice = nil
		as.host.CloseDialogs(aboutLock)
	}
}

// askAgain asks those buddies for a private conversation whom we could not answer.
func (as asker) askAgain(since map[ui.Chat]time.Time) {
	for c, at := range since {
		if as.now().Sub(at) < waitTime && as.host.OnList(c) {
			as.app.AskAgain(c)
		}
	}
}

// forgetAsked deletes those who have stopped waiting by now.
func (as asker) forgetAsked() {
	now := as.now()
	maps.DeleteFunc(as.lock.asked.since, func(_ ui.Chat, at time.Time) bool { return now.Sub(at) >= waitTime })
}
