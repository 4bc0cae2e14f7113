// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A permit allows one message through Leaving, once: the message that App is giving to the
// host, or the one that Sending returned last.
type permit struct {
	chat ui.Chat
	text string
	to   string // the address it is for; empty: the conversation's own

	// typed is the user's text, if Sending returned this message. changed says that
	// another text came in its place.
	typed   string
	changed bool
}

// A guard stops every message that App has not permitted.
type guard struct{ *App }

// transmit permits msg and gives it to the host, for the buddy's client that it is for.
func (gd guard) transmit(t *conversation, msg string) error {
	return gd.transmitTo(t.chat, gd.router.address(t, msg), msg)
}

// transmitTo is transmit to an address; empty means the conversation's own.
func (gd guard) transmitTo(c ui.Chat, to, msg string) error {
	before := gd.permit
	gd.permit = permit{chat: c, text: msg, to: to}
	defer func() { gd.permit = before }()
	return gd.host.Transmit(c, to, msg)
}

// expect permits out, which Sending returns for what the user typed. libpurple sends it
// before the main loop runs again.
func (gd guard) expect(t *conversation, out, typed string) {
	gd.permit = permit{chat: t.chat, text: out, to: gd.router.address(t, out), typed: typed}
	if gd.expecting {
		return // the function that we posted before will check it
	}
	gd.expecting = true
	gd.host.Post(func() {
		gd.expecting = false
		gd.returnUnsent()
	})
}

// returnUnsent returns a text to the user that should have been sent by now. Another plugin
// has stopped it after it was encrypted, or has changed it, so that the buddy could not
// have read it.
func (gd guard) returnUnsent() {
	p := gd.permit
	if gd.closed || p.typed == "" {
		return
	}
	gd.permit = permit{}
	if t := gd.conversations[p.chat]; t != nil {
		t.session.Unsent()
	}
	why := text.StoppedByPlugin(gd.name(p.chat))
	if p.changed {
		why = text.ChangedByPlugin(gd.name(p.chat))
	}
	gd.refuse(p.chat, p.typed, why)
}

// Guards reports whether nothing may be sent to c without Sending: the conversation is
// private, or was until the buddy ended it, or must be.
func (a *App) Guards(c ui.Chat) bool {
	return a.level(c) != ui.NotPrivate || a.prefs.policy(c)&otr.RequireEncryption != 0
}

// Leaving is called for every message, at the last moment before the protocol gets it, no
// matter what made it: libpurple's automatic replies, other plugins and scripts do not call
// Sending. out is sent instead, to the address to unless that is empty. If ok is false,
// nothing may be sent.
func (a *App) Leaving(c ui.Chat, text string, automatic bool) (out, to string, ok bool) {
	typed := ""
	if p := a.permit; p.chat == c && p.text == text && !p.changed {
		typed = p.typed
	}
	if out, to, ok = a.guard.leaving(c, text, automatic); ok {
		a.guard.release(c, out)
		a.echoes.left(c, out, typed)
	}
	return out, to, ok
}

func (gd guard) leaving(c ui.Chat, text string, automatic bool) (out, to string, ok bool) {
	if p := gd.permit; text != "" && p.chat == c && p.text == text {
		gd.permit = permit{}
		if p.changed {
			gd.stopped(c, false) // the text we stopped before was another one, not this one changed
		}
		return text, p.to, true
	}
	if !gd.Guards(c) {
		return text, "", true
	}
	if gd.permit.typed != "" && gd.permit.chat == c && !automatic {
		gd.permit.changed = true
		return "", "", false
	}
	t := gd.conversations[c]
	if automatic && !gd.closed && t != nil && t.session.Status().State == otr.Encrypted && !gd.decider.undecided(t) {
		out, err := t.session.Send([]byte(gd.encoder.toWire(t, text)))
		if n := len(out.Send); err == nil && n > 0 {
			last := string(out.Send[n-1])
			out.Send = out.Send[:n-1]
			err = gd.perform(t, out)
			gd.update(t)
			if err == nil {
				return last, gd.router.address(t, last), true
			}
		}
	}
	gd.stopped(c, automatic)
	return "", "", false
}

// stopped says that something was not sent. It says so once, because an attacker can cause
// any number of automatic replies.
func (gd guard) stopped(c ui.Chat, automatic bool) {
	line := text.OtherNotSent(gd.name(c))
	if automatic {
		line = text.ReplyNotSent(gd.name(c))
	}
	t := gd.conversations[c]
	if t == nil {
		var err error
		if t, err = gd.enter(c); err != nil {
			gd.host.Debug("a message was stopped")
			return
		}
	}
	gd.noticeOnce(t, line)
}

// hideFromDBus hides the text of messages from other programs, once there is something
// private. It stays hidden from then on, because the windows still show it.
func (gd guard) hideFromDBus() {
	gd.hidingFromDBus = true
	gd.host.HideFromDBus(gd.host.Pref(prefHideDBus, true))
}

// markFirst says once, below the first message that is sent unencrypted where private
// conversations start automatically, that it was not encrypted: they can start only after
// the first message.
func (g guard) markFirst(t *conversation) {
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
