// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"time"

	"purple-otr/otr"
)

// A lastText is what the user has written last in a private conversation. It is
// kept for as long as the buddy's program may say that it could not read it: that
// has been restarted, say, and has lost its keys.
type lastText struct {
	text   string // as the session got it
	to     otr.Fingerprint
	at     time.Time
	unread bool // the buddy's program has reported an error since
}

// unreadTime is how long that may take.
const unreadTime = time.Minute

// resentMark goes to the buddy, in the language in which libotr's programs write it
// by default.
const resentMark = "[resent] "

// missed notes that the buddy's program has reported an error. Anybody can have
// sent that, so nothing is done before there are new keys.
func (t *talk) missed(now time.Time) {
	if !t.last.to.IsZero() && now.Sub(t.last.at) <= unreadTime {
		t.last.unread = true
	}
}

// resend deals with a text that the buddy could not read, once there are new keys.
// Only to the key it was meant for, and only if that is verified, is it sent
// without a question: anybody else may have brought all of this about.
func (a *App) resend(t *talk, e otr.Secured) {
	last := t.last
	t.last = lastText{}
	if !last.unread {
		return
	}
	c, name := t.chat, a.name(t.chat)
	if e.Fingerprint == last.to && a.trusted(c, e.Fingerprint) {
		out, err := a.at(t, e.Tag, func() (otr.Output, error) { return t.session.Send([]byte(resentMark + last.text)) })
		if sent := a.carry(t, out); err == nil && sent == nil {
			a.notice(c, Info, false, sentAgain(name))
			return
		}
	}
	a.refuse(c, a.toWindow(c, last.text), notRead(name))
}
