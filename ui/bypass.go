// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"slices"
	"strings"

	"purple-otr/ui/text"
)

// A SendingCommand is one with which a protocol sends text that does not go
// through Sending.
type SendingCommand struct {
	Protocol string
	Name     string
	Help     string // HTML
}

// SendingCommands are those of the protocols that come with libpurple. /me is
// none of them: see [App.Guards].
func SendingCommands() (all []SendingCommand) {
	for protocol, names := range map[string][]string{
		"prpl-irc":    {"action", "ctcp", "memoserv", "msg", "notice", "query", "quote"},
		"prpl-jabber": {"msg"},
		"prpl-silc":   {"msg", "query"},
		"prpl-zephyr": {"msg", "zc", "zci", "zcir", "zi", "zir"},
	} {
		for _, name := range names {
			all = append(all, SendingCommand{protocol, name, text.CommandHelpGuarded(name)})
		}
	}
	return append(all, SendingCommand{"prpl-jabber", buzz, text.CommandHelpBuzz()})
}

// buzz asks for attention, past the signal for that.
const buzz = "buzz"

// CommandPasses is asked about a [SendingCommand] that is typed in c, where in a
// chat Peer is the chat's name. The problem is HTML, ready to be shown; if there is
// one, the protocol must not have it.
func (a *App) CommandPasses(c Chat, inChat bool, name, args string) (problem string) {
	if name == buzz {
		if !inChat {
			a.Bypassed(c, Attention)
		}
		return ""
	}
	if !inChat && a.Guards(c) {
		a.host.Return(c, text.Escape("/"+name+" "+args))
		return text.Escape(text.CommandStoppedHere(name, a.name(c)))
	}
	to, ok := a.addressee(c, inChat, name, args)
	if !ok || !a.Guards(to) {
		return ""
	}
	if !inChat {
		a.host.Return(c, text.Escape("/"+name+" "+args))
	}
	return text.Escape(text.CommandStopped(name, a.name(to)))
}

// addressee is to whom a [SendingCommand] would send.
func (a *App) addressee(c Chat, inChat bool, name, args string) (to Chat, ok bool) {
	words := strings.Fields(args)
	if name == "quote" { // a line of the protocol's own: PRIVMSG bob :hello
		if len(words) == 0 || !slices.Contains([]string{"PRIVMSG", "NOTICE"}, strings.ToUpper(words[0])) {
			return Chat{}, false
		}
		words = words[1:]
	}
	if name == "memoserv" { // SEND bob hello
		if len(words) == 0 || !strings.EqualFold(words[0], "SEND") {
			return Chat{}, false
		}
		words = words[1:]
	}
	if len(words) == 0 || name == "action" {
		return Chat{}, false
	}
	who := words[0]
	if inChat && c.Protocol == "prpl-jabber" {
		who = c.Peer + "/" + who // one who is known only in this chat
	}
	to = c
	to.Peer = a.host.Normalize(c, who)
	return to, true
}

// A Bypass is something that OTR does not encrypt.
type Bypass int

const (
	File Bypass = iota
	Attention
)

// Bypassed says, once in a private conversation, that something is not part of it.
func (a *App) Bypassed(c Chat, what Bypass) {
	t := a.talks[c]
	if t == nil || a.level(c) == NotPrivate || t.bypassed[what] {
		return
	}
	t.bypassed[what] = true
	line := text.FileNotEncrypted(a.name(c))
	if what == Attention {
		line = text.AttentionNotEncrypted(a.name(c))
	}
	a.notice(c, Warning, false, line)
}
