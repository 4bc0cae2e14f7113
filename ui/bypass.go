// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import "purple-otr/ui/text"

// A Bypass is something that OTR does not encrypt.
type Bypass int

const (
	File Bypass = iota
	Attention
)

// A SendingCommand is one with which a protocol sends text that goes neither through
// Sending nor through LineLeaves or StanzaLeaves of package app.
type SendingCommand struct {
	Protocol string
	Name     string
	Help     string // HTML
}

// SendingCommands are those of the protocols of libpurple that emit no signal for what
// they write to the network.
func SendingCommands() (all []SendingCommand) {
	for protocol, names := range map[string][]string{
		"prpl-silc":   {"msg", "query"},
		"prpl-zephyr": {"msg", "zc", "zci", "zcir", "zi", "zir"},
	} {
		for _, name := range names {
			all = append(all, SendingCommand{protocol, name, text.CommandHelpGuarded(name)})
		}
	}
	return all
}

// A StanzaKind says what an XMPP message contains.
type StanzaKind int

const (
	Ordinary    StanzaKind = iota // text for the buddy that anybody may read, or no text
	Unencrypted                   // a message of OTR that can be read, such as a request
	Encrypted                     // a message of OTR, or a fragment, that nobody else can use
)
