// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"

	"purple-otr/ui"
)

// An ircText is a text that a line of IRC takes to people.
type ircText struct {
	to     []string // their nicks
	text   string   // what they get, as it stands in the line
	notice bool     // no program answers it
	plain  bool     // the whole line is “PRIVMSG nick :text”, or NOTICE
}

// maxIRCLine is how much of a line is read. A server reads 512 bytes, and 8191 more
// in front of them if there are tags.
const maxIRCLine = 16 << 10

// parseIRC reads a line that leaves, as a server does (RFC 2812, 2.3.1; IRCv3 message
// tags). ok is false if the line takes no text to a person.
func parseIRC(line string) (m ircText, ok bool) {
	line = strings.TrimLeft(line[:min(len(line), maxIRCLine)], " ")
	tags := ""
	if strings.HasPrefix(line, "@") {
		tags, line = ircWord(line)
	}
	prefixed := strings.HasPrefix(line, ":")
	if prefixed {
		_, line = ircWord(line)
	}
	command, rest := ircWord(line)
	command = strings.ToUpper(command)
	args := ircArgs(rest)
	arg := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	from := 1 // the first argument that is text
	switch command {
	case "PRIVMSG", "NOTICE":
		m.plain = tags == "" && !prefixed && len(args) == 2 && !strings.Contains(arg(0), ",")
	case "SQUERY":
	case "CPRIVMSG", "CNOTICE":
		from = 2
	case "WHISPER": // IRCX: WHISPER #room nick :text
		args = args[min(1, len(args)):]
	case "TAGMSG": // the text is in the tags
		args = []string{arg(0), tags}
	case "MEMOSERV", "MS":
		args = append([]string{"memoserv"}, args...)
	default:
		return m, false
	}
	m.notice = strings.HasSuffix(command, "NOTICE")
	m.text = strings.Join(args[min(from, len(args)):], " ")
	for target := range strings.SplitSeq(arg(0), ",") {
		if nick, is := ircNick(target); is {
			m.to = append(m.to, nick)
		}
	}
	// A service passes the text on: SEND nick text.
	if words := strings.Fields(m.text); len(words) > 1 && strings.EqualFold(words[0], "SEND") &&
		slices.ContainsFunc(m.to, func(s string) bool { return strings.EqualFold(s, "memoserv") }) {
		m.to, m.plain = append(m.to, words[1]), false
	}
	return m, len(m.to) > 0
}

// ircWord cuts the first word off.
func ircWord(s string) (word, rest string) {
	word, rest, _ = strings.Cut(s, " ")
	return word, strings.TrimLeft(rest, " ")
}

// ircArgs splits a command's arguments. The last one may contain blanks, and then has
// a colon in front.
func ircArgs(s string) (args []string) {
	for s != "" {
		if last, is := strings.CutPrefix(s, ":"); is {
			return append(args, last)
		}
		var word string
		word, s = ircWord(s)
		args = append(args, word)
	}
	return args
}

// ircNick is the person that a target of a message names: a nick, nick!user@host,
// nick@server or nick%host. ok is false for a channel, also with “@” in front for its
// operators, and for a mask.
func ircNick(target string) (nick string, ok bool) {
	channel := strings.TrimLeft(target, "~@%")
	if channel == "" || strings.ContainsRune("#&+!$", rune(channel[0])) {
		return "", false
	}
	if i := strings.IndexAny(channel, "!@%"); i > 0 {
		channel = channel[:i]
	}
	return channel, true
}

// ircFold makes nicks comparable that are the same on a server (RFC 2812, 2.2: {, }, |
// and ^ are the lower case of [, ], \ and ~).
func ircFold(nick string) string {
	return strings.NewReplacer("[", "{", "]", "}", `\`, "|", "~", "^").Replace(strings.ToLower(nick))
}

// An ircSelf is what a server puts in front of what an account says, as far as it is
// known.
type ircSelf struct{ nick, user, host string }

// learn reads a line that has arrived.
func (s *ircSelf) learn(line string) {
	line = strings.TrimRight(line[:min(len(line), maxIRCLine)], "\r\n")
	if strings.HasPrefix(line, "@") {
		_, line = ircWord(line)
	}
	prefix, is := strings.CutPrefix(line, ":")
	if !is {
		return
	}
	prefix, line = ircWord(prefix)
	command, rest := ircWord(line)
	args := ircArgs(rest)
	switch {
	case command == "001" && len(args) > 0:
		*s = ircSelf{nick: args[0]} // of RPL_WELCOME: the nick that the server has accepted
		return
	case command == "396" && len(args) > 1: // RPL_HOSTHIDDEN
		s.host = args[1]
		return
	}
	nick, where, _ := strings.Cut(prefix, "!")
	if s.nick == "" || ircFold(nick) != ircFold(s.nick) {
		return
	}
	if user, host, ok := strings.Cut(where, "@"); ok {
		s.user, s.host = user, host
	}
	switch {
	case strings.EqualFold(command, "NICK") && len(args) > 0:
		s.nick = args[0]
	case strings.EqualFold(command, "CHGHOST") && len(args) > 1: // IRCv3
		s.user, s.host = args[0], args[1]
	}
}

// The longest names that servers give to somebody whose own are not known, with the
// “~” of a user who is not known by ident.
const (
	maxIRCUser = 21
	maxIRCHost = 64
)

// ircRoom is how many bytes of text a line to c's buddy has room for. The buddy gets
// “:nick!user@host PRIVMSG buddy :text”, of at most 512 bytes with the two at its end
// (RFC 2812, 2.3), and libpurple cuts a text that it finds too long.
func (ps preferences) ircRoom(c ui.Chat) int {
	const least = 100
	account, _, _ := strings.Cut(c.Account, "@")
	nick, user, host := len(account), maxIRCUser, maxIRCHost
	if w := ps.written[ui.AccountOf(c)]; w != nil {
		nick = max(nick, len(w.self.nick))
		if w.self.user != "" {
			user = len(w.self.user)
		}
		if w.self.host != "" {
			host = len(w.self.host)
		}
	}
	buddy := len(c.Peer)
	line := 512 - 2 - len(":!@ PRIVMSG  :") - nick - user - host - buddy
	return max(least, min(line, 512-64-buddy))
}

// LineArrived is told of every line that an account on IRC has received.
func (tc traffic) LineArrived(protocol, account, line string) {
	if !tc.closed {
		tc.guard.linesOf(ui.Account{Protocol: protocol, Name: account}).self.learn(line)
	}
}

// ctcpHarmless reports whether m is a client-to-client request or answer in which
// there is nothing that a user wrote: it sets up a file transfer, which is announced
// elsewhere, or a program asks for or tells its version or the delay.
func (m ircText) ctcpHarmless() bool {
	body, is := strings.CutPrefix(m.text, "\x01")
	if !is {
		return false
	}
	command, args, _ := strings.Cut(strings.TrimSuffix(body, "\x01"), " ")
	switch strings.ToUpper(command) {
	case "DCC":
		return true
	case "PING":
		return strings.Trim(args, "0123456789 .") == ""
	case "VERSION":
		return args == "" || m.notice && strings.EqualFold(args, "purple irc")
	}
	return args == "" && !m.notice
}
