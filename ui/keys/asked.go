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

// noteAsked notes that c has asked while the keys are locked, and tells both sides.
func (ks *Keys) noteAsked(c ui.Chat) {
	l := &ks.lock
	ks.tellAsked(c)
	since, before := l.asked.since[c]
	switch {
	case !before && !ui.MayAnswer(ks.host, c, l.asked.since):
	case !before:
		if l.asked.since == nil {
			l.asked.since = map[ui.Chat]time.Time{}
		}
		l.asked.since[c] = ks.now()
		if !l.declined {
			ks.host.After(graceTime, func() {
				if _, still := ks.lock.asked.since[c]; still && !ks.closed && ks.Locked() {
					ks.app.Refuse(c, "")
				}
			})
			return
		}
		ks.app.Refuse(c, "")
	case l.declined || ks.now().Sub(since) >= graceTime:
		ks.app.Refuse(c, "")
	}
}

// tellAsked tells the user, in the conversation's window or in a notice.
func (ks *Keys) tellAsked(c ui.Chat) {
	l := &ks.lock.asked
	now := ks.now()
	switch at, before := l.noticed[c]; {
	case ui.Open(ks.host, c):
		if l.said[c] {
			return
		}
		if l.said == nil {
			l.said = map[ui.Chat]bool{}
		}
		l.said[c] = true
		ui.Say(ks.host, c, ui.Info, false, text.AskedWhileLocked(ui.Name(ks.host, c), ks.lock.declined), ui.UnlockKeys)
	case !ks.host.OnList(c):
		if !l.stranger {
			l.stranger = true
			ks.showAsked(func(n *lockNotice) { n.stranger = true })
		}
	case !before || now.Sub(at) >= noticeInterval:
		if l.noticed == nil {
			l.noticed = map[ui.Chat]time.Time{}
		}
		l.noticed[c] = now
		ks.showAsked(func(n *lockNotice) { n.names = append(n.names, ui.Name(ks.host, c)) })
	}
}

// showAsked replaces the notice on the screen by one to which add has added a name.
func (ks *Keys) showAsked(add func(*lockNotice)) {
	n := &lockNotice{}
	if old := ks.lock.asked.notice; old != nil {
		n.names, n.stranger = slices.Clone(old.names), old.stranger
	}
	add(n)
	ks.closeAsked()
	ks.lock.asked.notice = n
	// While a dialog or the keyring asks, a second window would only hide it.
	if !ks.lock.asking {
		ks.askAboutAsked()
	}
}

// askAboutAsked puts the notice on the screen that waits, if there is one.
func (ks *Keys) askAboutAsked() {
	n := ks.lock.asked.notice
	if n == nil {
		return
	}
	ks.host.AskQuestion(ui.Question{
		Chat: aboutLock, Title: text.UnlockTitle(),
		Heading: text.LockNoticeHeading(n.names, n.stranger),
		Text:    text.LockNoticeText(n.names[:min(len(n.names), maxNamed)], n.stranger, ks.lock.declined),
		Buttons: []string{text.ButtonUnlockNow(), text.ButtonNotNow()}, Unasked: true,
		Done: func(button int) {
			if ks.lock.asked.notice != n {
				return // another one has taken its place
			}
			ks.lock.asked.notice = nil
			if !ks.closed && button == 0 {
				ks.unlock(false, nil)
			}
		},
	})
}

// closeAsked closes the notice.
func (ks *Keys) closeAsked() {
	if ks.lock.asked.notice != nil {
		ks.lock.asked.notice = nil
		ks.host.CloseDialogs(aboutLock)
	}
}

// askAgain asks those buddies for a private conversation whom we could not answer.
func (ks *Keys) askAgain(since map[ui.Chat]time.Time) {
	for c, at := range since {
		if ks.now().Sub(at) < waitTime && ks.host.OnList(c) {
			ks.app.AskAgain(c)
		}
	}
}

// forgetAsked deletes those who have stopped waiting by now.
func (ks *Keys) forgetAsked() {
	now := ks.now()
	maps.DeleteFunc(ks.lock.asked.since, func(_ ui.Chat, at time.Time) bool { return now.Sub(at) >= waitTime })
}
