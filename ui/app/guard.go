// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A passage is the one message that is allowed through Leaving, once: what App
// is handing to the host, or what Sending has returned last.
type passage struct {
	chat ui.Chat
	text string
	to   string // the address it is for; empty: the conversation's own

	// typed is the user's text, if Sending has returned this; changed says that another
	// text has come in its place.
	typed   string
	changed bool
}

// A guard lets nothing leave that App has not let through.
type guard struct{ *App }

// transmit hands msg to the host, for the client of the buddy that it is for, and
// lets it leave.
func (gd guard) transmit(t *talk, msg string) error {
	return gd.transmitTo(t.chat, gd.router.address(t, msg), msg)
}

// transmitTo is transmit for an address; empty means the conversation's own.
func (gd guard) transmitTo(c ui.Chat, to, msg string) error {
	before := gd.passage
	gd.passage = passage{chat: c, text: msg, to: to}
	defer func() { gd.passage = before }()
	return gd.host.Transmit(c, to, msg)
}

// expect lets out leave, which Sending returns for what the user has typed. libpurple
// sends it before it does anything else.
func (gd guard) expect(t *talk, out, typed string) {
	gd.passage = passage{chat: t.chat, text: out, to: gd.router.address(t, out), typed: typed}
	if gd.expecting {
		return // it will be looked at
	}
	gd.expecting = true
	gd.host.Post(func() {
		gd.expecting = false
		gd.takeBack()
	})
}

// takeBack gives a text back to the user that should have left by now. Another plugin
// has stopped it after it was encrypted, or has changed it, so that the buddy could not
// have read it.
func (gd guard) takeBack() {
	p := gd.passage
	if gd.closed || p.typed == "" {
		return
	}
	gd.passage = passage{}
	if t := gd.talks[p.chat]; t != nil {
		t.session.Unsent()
	}
	why := text.StoppedByPlugin(gd.name(p.chat))
	if p.changed {
		why = text.ChangedByPlugin(gd.name(p.chat))
	}
	gd.refuse(p.chat, p.typed, why)
}

// Guards reports whether nothing may go to c past Sending: the conversation is
// private, or was until the buddy ended it, or must be.
func (a *App) Guards(c ui.Chat) bool {
	return a.level(c) != ui.NotPrivate || a.prefs.policy(c)&otr.RequireEncryption != 0
}

// Leaving is asked about every message at the last moment before the protocol
// gets it, whoever has made it: libpurple's automatic replies, other plugins and
// scripts do not go through Sending. What leaves instead is out, for the address to
// unless that is empty; if ok is false, nothing may leave.
func (a *App) Leaving(c ui.Chat, text string, automatic bool) (out, to string, ok bool) {
	typed := ""
	if p := a.passage; p.chat == c && p.text == text && !p.changed {
		typed = p.typed
	}
	if out, to, ok = a.guard.leaving(c, text, automatic); ok {
		a.guard.release(c, out)
		a.echoes.left(c, out, typed)
	}
	return out, to, ok
}

func (gd guard) leaving(c ui.Chat, text string, automatic bool) (out, to string, ok bool) {
	if p := gd.passage; text != "" && p.chat == c && p.text == text {
		gd.passage = passage{}
		if p.changed {
			gd.stopped(c, false) // it was somebody else's, not this one changed
		}
		return text, p.to, true
	}
	if !gd.Guards(c) {
		return text, "", true
	}
	if gd.passage.typed != "" && gd.passage.chat == c && !automatic {
		gd.passage.changed = true
		return "", "", false
	}
	t := gd.talks[c]
	if automatic && !gd.closed && t != nil && t.session.Status().State == otr.Encrypted && !gd.decider.undecided(t) {
		out, err := t.session.Send([]byte(gd.toWire(c, text)))
		if n := len(out.Send); err == nil && n > 0 {
			last := string(out.Send[n-1])
			out.Send = out.Send[:n-1]
			err = gd.carry(t, out)
			gd.settle(t)
			if err == nil {
				return last, gd.router.address(t, last), true
			}
		}
	}
	gd.stopped(c, automatic)
	return "", "", false
}

// stopped says that something was not sent. Anybody can cause an automatic
// reply, so that it is said once.
func (gd guard) stopped(c ui.Chat, automatic bool) {
	line := text.OtherNotSent(gd.name(c))
	if automatic {
		line = text.ReplyNotSent(gd.name(c))
	}
	t := gd.talks[c]
	if t == nil {
		var err error
		if t, err = gd.enter(c); err != nil {
			gd.host.Debug("a message was stopped")
			return
		}
	}
	gd.hint(t, line)
}

// hideMessages keeps what is private from other programs, once there is
// something to hide. It stays hidden: the windows still show it.
func (gd guard) hideMessages() {
	gd.secretive = true
	gd.host.HideMessages(gd.host.Pref(prefHideDBus, true))
}

// markFirst says once, below the first message that leaves unencrypted where private
// conversations start automatically, that it was not encrypted: they cannot start before
// something has been sent.
func (g guard) markFirst(t *talk) {
	if t.marked || t.policy&otr.SendWhitespaceTag == 0 {
		return
	}
	t.marked = true
	g.host.Post(func() { // when libpurple has written the message
		if !g.closed {
			g.notice(t.chat, ui.Info, false, text.FirstNotEncrypted())
		}
	})
}
