// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/markup"
	"purple-otr/ui/text"
)

// Commands, scripts and other plugins can make a protocol send something without its
// function for sending, where Leaving is asked. What leaves is looked at once more as
// it is written to the network: on IRC each line, on XMPP each stanza.

// A traffic is asked about what libpurple writes, and about what comes back. Its methods
// are App's.
type traffic struct{ *App }

// ircProtocol is libpurple's IRC, which queues lines: when one is written, the call of
// Leaving that it came from is long over.
const ircProtocol = "prpl-irc"

// A released is a line of text that Leaving has let out and that has not been written.
type released struct {
	chat ui.Chat
	text string
}

// lines are what an account on IRC writes.
type lines struct {
	waiting []released // in their order
	begun   string     // a line whose end has not been written
	self    ircSelf
}

// linesOf is what is known of an account's lines.
func (gd guard) linesOf(acc keystore.Account) *lines {
	w := gd.written[acc]
	if w == nil {
		w = &lines{}
		gd.written[acc] = w
	}
	return w
}

// maxReleased bounds what is remembered: more than the longest message that fits in.
const maxReleased = 1 << 16

// release notes that out, which Leaving has let through, will be written.
func (gd guard) release(c ui.Chat, out string) {
	if c.Protocol != ircProtocol {
		return
	}
	w := gd.linesOf(ui.AccountOf(c))
	for line := range strings.SplitSeq(markup.Plain(out), "\n") {
		if line != "" && len(w.waiting) < maxReleased {
			w.waiting = append(w.waiting, released{c, line})
		}
	}
}

// LineLeaves is asked about everything that an account on IRC is about to write. If
// ok is false, no byte of it may be written.
func (tc traffic) LineLeaves(protocol, account, written string) (ok bool) {
	if tc.closed {
		return true
	}
	acc := ui.Account{Protocol: protocol, Name: account}
	w := tc.guard.linesOf(acc)
	ok = true
	all := strings.FieldsFunc(w.begun+written, func(r rune) bool { return r == '\r' || r == '\n' })
	for _, line := range all {
		if !tc.guard.lineLeaves(acc, w, line) {
			ok = false
		}
	}
	w.begun = ""
	if n := len(all); ok && n > 0 && !strings.HasSuffix(written, "\n") {
		last := all[n-1]
		w.begun = last[:min(len(last), maxIRCLine)]
	}
	return ok
}

// lineLeaves is LineLeaves for one line.
func (gd guard) lineLeaves(acc ui.Account, w *lines, line string) bool {
	m, ok := parseIRC(line)
	if !ok {
		return true
	}
	i := slices.IndexFunc(w.waiting, func(r released) bool { return r.text == m.text && gd.isFor(acc, r.chat, m.to[0]) })
	if i >= 0 {
		w.waiting = slices.Delete(w.waiting, 0, i+1) // they are written in their order
		if m.plain {
			return true
		}
	}
	if m.ctcpHarmless() {
		return true
	}
	stopped := false
	for _, nick := range m.to {
		c, guarded := gd.guarded(acc, nick)
		if !guarded {
			continue
		}
		stopped = true
		line := m.text
		if action, is := strings.CutPrefix(line, "\x01ACTION "); is {
			line = "/me " + strings.TrimSuffix(action, "\x01")
		}
		if !m.plain || strings.HasPrefix(line, "\x01") {
			line = "" // it was not only for the buddy, or not to be read
		}
		gd.giveBackLine(c, text.Escape(line))
	}
	return !stopped
}

// isFor reports whether nick is the buddy of c.
func (gd guard) isFor(acc ui.Account, c ui.Chat, nick string) bool {
	return ui.AccountOf(c) == acc && (ircFold(c.Peer) == ircFold(nick) || gd.host.Normalize(c, nick) == c.Peer)
}

// guarded is the conversation with nick to which nothing may go past Sending.
func (gd guard) guarded(acc ui.Account, nick string) (c ui.Chat, ok bool) {
	for _, t := range gd.of(acc) {
		if gd.isFor(acc, t.chat, nick) && gd.Guards(t.chat) {
			return t.chat, true
		}
	}
	c = ui.Chat{Protocol: acc.Protocol, Account: acc.Name}
	c.Peer = gd.host.Normalize(c, nick)
	return c, gd.Guards(c)
}

// giveBackLine gives the user a text back, HTML, that would have left without
// encryption, and says why. Only something that runs here can bring this about.
func (gd guard) giveBackLine(c ui.Chat, html string) {
	if html != "" {
		gd.host.Return(c, html)
	}
	line := text.LineNotSent(gd.name(c))
	if t, err := gd.enter(c); err != nil || t.first(line) {
		gd.notice(c, ui.Warning, true, line)
	}
}

// forget drops what is known of an account's lines: nothing of it will be written.
func (gd guard) forget(acc keystore.Account) { delete(gd.written, acc) }

// StanzaLeaves is asked about every message of XMPP with text that is about to be
// written. checked says that Leaving has let it through. If ok is false, nothing of it
// may be written.
//
// kind says what has to be added for the servers and for the other clients of both.
func (tc traffic) StanzaLeaves(c ui.Chat, body string, checked bool) (kind ui.StanzaKind, ok bool) {
	kind = stanzaKind(body)
	if checked || tc.closed {
		return kind, true
	}
	guarded := tc.Guards(c)
	if c.Peer == "" { // it cannot be parsed, so nobody knows whom it is for
		guarded = tc.guardsAnyone(ui.AccountOf(c))
	}
	if !guarded {
		return kind, true
	}
	if c.Peer == "" {
		tc.host.Debug("a broken stanza was stopped")
		return kind, false
	}
	tc.guard.giveBackLine(c, text.Escape(body))
	return kind, false
}

// guardsAnyone reports whether something unencrypted must not leave acc for somebody: for
// everybody, for the other side of a conversation, or for a buddy with a known fingerprint.
func (tc traffic) guardsAnyone(acc keystore.Account) bool {
	return tc.prefs.global().policy()&otr.RequireEncryption != 0 ||
		slices.ContainsFunc(tc.of(acc), func(t *conversation) bool { return tc.Guards(t.chat) }) ||
		slices.ContainsFunc(tc.store.Buddies(), func(b keystore.Buddy) bool {
			return b.Account.Bare() == acc.Bare() && tc.Guards(ui.Chat{Protocol: acc.Protocol, Account: acc.Name, Peer: b.Peer})
		})
}

// stanzaKind says which of OTR's messages body is. XEP-0364 recommends the hints for
// all of them, requests included. But a request can be read, so that it is not
// announced as encrypted (XEP-0380); and a text with a tag is an ordinary one.
func stanzaKind(body string) ui.StanzaKind {
	if !otr.IsProtocol([]byte(body)) {
		return ui.Ordinary
	}
	if isEncoded(body) {
		return ui.Encrypted
	}
	return ui.Unencrypted
}

// isRequest reports whether body asks for a private conversation and is nothing else.
func isRequest(body string) bool {
	return otr.IsProtocol([]byte(body)) && !isEncoded(body) && !asksNothing(body)
}

// isEncoded reports whether body is one of OTR's encoded messages, or a piece of one: not a
// request, an error or a text.
func isEncoded(body string) bool {
	start := strings.TrimSpace(body)
	return slices.ContainsFunc([]string{"?OTR:", "?OTR,", "?OTR|"}, func(prefix string) bool { return strings.HasPrefix(start, prefix) })
}
