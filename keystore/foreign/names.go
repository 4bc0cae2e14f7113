// SPDX-License-Identifier: GPL-2.0-or-later

package foreign

import (
	"strings"

	"purple-otr/keystore"
)

// account returns libpurple's name of the other program's account, and whether it is
// certain.
func (r *reader) account(a keystore.Account) (_ keystore.Account, sure bool) {
	if adium, ok := r.adium[a.Name]; ok {
		a = keystore.Account{Protocol: adium.Type, Name: adium.UID}
	}
	if address, ok := r.psi[a.Name]; ok {
		a.Name = address
	}
	protocol, known := protocols[strings.ToLower(a.Protocol)]
	switch {
	case known:
		a.Protocol = protocol
	case isPsi(a):
	case strings.HasPrefix(a.Protocol, "prpl-"):
		return a, true
	case a.Protocol == "oscar":
		a.Protocol = oscar(a.Name)
	}
	switch _, server, _ := strings.Cut(a.Name, "@"); a.Protocol {
	case jabber:
		return a, server != ""
	case irc:
		// libpurple's account name contains the address of the server. irssi and
		// WeeChat have a name there that the user has given to the network.
		return a, strings.Contains(server, ".")
	}
	return a, false
}

const (
	jabber = "prpl-jabber"
	irc    = "prpl-irc"
)

// isPsi reports whether a comes from Psi, which calls its protocol as libpurple does: its
// identifiers are UUIDs in braces.
func isPsi(a keystore.Account) bool {
	return a.Protocol == jabber && strings.HasPrefix(a.Name, "{") && strings.HasSuffix(a.Name, "}")
}

// oscar returns libpurple's protocol for a name in BitlBee's: those of ICQ are numbers.
func oscar(name string) string {
	if strings.Trim(name, "0123456789") == "" {
		return "prpl-icq"
	}
	return "prpl-aim"
}

// protocols maps the names that other programs give to protocols, in lower case, to
// libpurple's.
var protocols = map[string]string{
	"irc":                          irc,    // irssi, WeeChat
	"libpurple-irc":                irc,    // Adium, as those below
	"xmpp":                         jabber, // Gajim, CoyIM, Profanity, ChatSecure
	"jabber":                       jabber, // mcabber, BitlBee, Jitsi
	"google talk":                  jabber, // Jitsi, as those below
	"facebook":                     jabber,
	"aim":                          "prpl-aim",
	"icq":                          "prpl-icq",
	"yahoo! messenger":             "prpl-yahoo",
	"yahoo":                        "prpl-yahoo", // BitlBee
	"msn":                          "prpl-msn",   // BitlBee, Jitsi
	"libpurple-jabber":             jabber,
	"libpurple-jabber-gtalk":       jabber,
	"libpurple-jabber-livejournal": jabber,
	"libpurple-oscar-aim":          "prpl-aim",
	"libpurple-oscar-mac":          "prpl-aim",
	"libpurple-oscar-icq":          "prpl-icq",
	"libpurple-gadu-gadu":          "prpl-gg",
	"libpurple-msn":                "prpl-msn",
	"libpurple-yahoo!":             "prpl-yahoo",
}

// peer converts the other program's name of a buddy to the name that libpurple's
// normalization gives.
func peer(protocol, name string) string {
	switch protocol {
	case jabber: // without resource
		return strings.ToLower(keystore.Account{Protocol: protocol, Name: name}.Bare().Name)
	case irc: // without WeeChat's @network; no nick has an @
		name, _, _ = strings.Cut(name, "@")
		return strings.ToLower(name)
	}
	return name
}
