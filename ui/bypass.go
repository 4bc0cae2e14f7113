// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import "purple-otr/ui/text"

// A Bypass is something that OTR does not encrypt.
type Bypass int

const (
	File Bypass = iota
	Attention
)

// A SendingCommand is one with which a protocol sends text that does not go
// through Sending.
type SendingCommand struct {
	Protocol string
	Name     string
	Help     string // HTML
}

// SendingCommands are those of the protocols that come with libpurple. /me is
// none of them: see what Guards of package app says.
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
	return append(all, SendingCommand{"prpl-jabber", Buzz, text.CommandHelpBuzz()})
}

// Buzz asks for attention, past the signal for that.
const Buzz = "buzz"
