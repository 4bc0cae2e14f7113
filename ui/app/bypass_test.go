// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"
	"testing"

	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
	"purple-otr/ui/text"
)

func TestCommandPasses(t *testing.T) {
	alice, _ := newPair(t)
	alice.Chat.Protocol = "prpl-irc"
	if err := alice.Store.SetKey(ui.AccountOf(alice.Chat), uitest.TestKey(t, 0)); err != nil {
		t.Fatal(err)
	}
	irc := func(peer string) ui.Chat { c := alice.Chat; c.Peer = peer; return c }
	type typed struct {
		c      ui.Chat
		inChat bool
		name   string
		args   string
	}
	passes := func(want bool, all ...typed) {
		t.Helper()
		for _, l := range all {
			alice.Host.Returned = nil
			problem := alice.app.CommandPasses(l.c, l.inChat, l.name, l.args)
			if (problem == "") != want {
				t.Errorf("%+v: problem %q", l, problem)
			}
			if back := !want && !l.inChat; back != (len(alice.Host.Returned) == 1) ||
				back && alice.Host.Returned[0] != text.Escape("/"+l.name+" "+l.args) {
				t.Errorf("%+v: %q has been given back", l, alice.Host.Returned)
			}
		}
	}
	carol, room := irc("carol"), irc("#room")
	toBob := []typed{
		{carol, false, "msg", "Bob hello <there>"},
		{carol, false, "notice", " bob  hello"},
		{room, true, "msg", "bob hello"},
		{room, true, "query", "bob hello"},
		{room, true, "ctcp", "bob PING"},
		{room, true, "quote", "privmsg bob :hello"},
		{room, true, "quote", "NOTICE BOB :hello"},
		{room, true, "memoserv", "send Bob hello"},
	}
	toOthers := []typed{
		{carol, false, "msg", "dave hello"},
		{carol, false, "action", "bob waves"},
		{room, true, "msg", "dave bob"},
		{room, true, "msg", ""},
		{room, true, "quote", "WHOIS bob"},
		{room, true, "quote", ""},
		{room, true, "memoserv", "list bob"},
		{room, true, "memoserv", ""},
		{irc(alice.Chat.Peer), false, "buzz", ""},
	}
	here := []typed{
		{irc(alice.Chat.Peer), false, "action", "waves"},
		{irc(alice.Chat.Peer), false, "msg", "dave hello"},
		{irc(alice.Chat.Peer), false, "quote", "WHOIS dave"},
	}
	// Bob's name on this protocol.
	for i := range toBob {
		toBob[i].args = strings.NewReplacer("bob", alice.Chat.Peer, "Bob", alice.Chat.Peer, "BOB", strings.ToUpper(alice.Chat.Peer)).Replace(toBob[i].args)
	}
	all := append(append(toBob, toOthers...), here...)
	passes(true, all...)
	alice.Start()
	passes(false, toBob...)
	passes(false, here...)
	passes(true, toOthers...)
	alice.app.commands.endByUser(alice.Chat)
	passes(true, all...)

	// If encryption is required, nothing is sent unencrypted to anyone.
	alice.Host.Prefs["/OTR/onlyprivate"] = true
	passes(false, toBob...)
	passes(false, toOthers[0], toOthers[2])
	jabber := alice.Chat
	jabber.Protocol, jabber.Peer = "prpl-jabber", "room@conference.example.org"
	passes(false, typed{jabber, true, "msg", "nick hello"})
	if to, _ := alice.app.guard.addressee(jabber, true, "msg", "Nick hello"); to.Peer != "room@conference.example.org/nick" {
		t.Errorf("a direct message would go to %q", to.Peer)
	}
}

func TestBypassed(t *testing.T) {
	alice, _ := newPair(t)
	count := func() (files, calls int) {
		return strings.Count(alice.Host.Text(), "The file"), strings.Count(alice.Host.Text(), "attention")
	}
	for _, room := range []bool{false, true} {
		alice.app.CommandPasses(alice.Chat, room, ui.Buzz, "")
	}
	alice.app.Bypassed(alice.Chat, ui.File)
	if files, _ := count(); files != 0 {
		t.Error("warned in a conversation that is not private")
	}
	for n := 1; n <= 2; n++ { // once in each private conversation
		alice.Start()
		for range 3 {
			alice.app.Bypassed(alice.Chat, ui.File)
			alice.app.Bypassed(alice.Chat, ui.Attention)
			alice.app.CommandPasses(alice.Chat, false, ui.Buzz, "")
			alice.Say("hello")
			alice.Start() // a refresh
		}
		if files, calls := count(); files != n || calls != n {
			t.Errorf("warned %d and %d times, want %d", files, calls, n)
		}
		alice.app.commands.endByUser(alice.Chat)
		alice.Deliver()
	}
}
