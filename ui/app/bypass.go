// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

// CommandPasses is asked about a [SendingCommand] that is typed in c, where in a
// chat Peer is the chat's name. The problem is HTML, ready to be shown; if there is
// one, the protocol must not have it.
func (a *App) CommandPasses(c ui.Chat, inChat bool, name, args string) (problem string) {
	if !inChat && a.Guards(c) {
		a.host.Return(c, text.Escape("/"+name+" "+args))
		return text.Escape(text.CommandNotRunHere(name, a.name(c)))
	}
	words := strings.Fields(args)
	if len(words) == 0 {
		return ""
	}
	to := c
	to.Peer = a.host.Normalize(c, words[0])
	if !a.Guards(to) {
		return ""
	}
	if !inChat {
		a.host.Return(c, text.Escape("/"+name+" "+args))
	}
	return text.Escape(text.CommandNotRun(name, a.name(to)))
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
