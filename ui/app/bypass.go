// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

// CommandPasses is asked about a [SendingCommand] that is typed in c, where in a
// chat Peer is the chat's name. The problem is HTML, ready to be shown; if there is
// one, the protocol must not have it.
func (a *App) CommandPasses(c ui.Chat, inChat bool, name, args string) (problem string) {
	if name == ui.Buzz {
		if !inChat {
			a.Bypassed(c, ui.Attention)
		}
		return ""
	}
	if !inChat && a.Guards(c) {
		a.host.Return(c, text.Escape("/"+name+" "+args))
		return text.Escape(text.CommandNotRunHere(name, a.name(c)))
	}
	to, ok := a.guard.addressee(c, inChat, name, args)
	if !ok || !a.Guards(to) {
		return ""
	}
	if !inChat {
		a.host.Return(c, text.Escape("/"+name+" "+args))
	}
	return text.Escape(text.CommandNotRun(name, a.name(to)))
}

// addressee is to whom a [SendingCommand] would send.
func (gd guard) addressee(c ui.Chat, inChat bool, name, args string) (to ui.Chat, ok bool) {
	words := strings.Fields(args)
	if name == "quote" { // a line of the protocol's own: PRIVMSG bob :hello
		if len(words) == 0 || !slices.Contains([]string{"PRIVMSG", "NOTICE"}, strings.ToUpper(words[0])) {
			return ui.Chat{}, false
		}
		words = words[1:]
	}
	if name == "memoserv" { // SEND bob hello
		if len(words) == 0 || !strings.EqualFold(words[0], "SEND") {
			return ui.Chat{}, false
		}
		words = words[1:]
	}
	if len(words) == 0 || name == "action" {
		return ui.Chat{}, false
	}
	who := words[0]
	if inChat && c.Protocol == "prpl-jabber" {
		who = c.Peer + "/" + who // one who is known only in this chat
	}
	to = c
	to.Peer = gd.host.Normalize(c, who)
	return to, true
}

// Bypassed says, once in a private conversation, that something is not part of it.
func (a *App) Bypassed(c ui.Chat, what ui.Bypass) {
	t := a.conversations[c]
	if t == nil || a.level(c) == ui.NotPrivate || t.bypassed[what] {
		return
	}
	t.bypassed[what] = true
	line := text.FileNotEncrypted(a.name(c))
	if what == ui.Attention {
		line = text.AttentionNotEncrypted(a.name(c))
	}
	a.notice(c, ui.Warning, false, line)
}
