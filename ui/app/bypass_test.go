// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"
	"testing"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

func TestCommandPasses(t *testing.T) {
	alice, _ := newPair(t)
	alice.chat.Protocol = "prpl-irc"
	if err := alice.store.SetKey(ui.AccountOf(alice.chat), testKey(t, 0)); err != nil {
		t.Fatal(err)
	}
	irc := func(peer string) ui.Chat { c := alice.chat; c.Peer = peer; return c }
	type typed struct {
		c      ui.Chat
		inChat bool
		name   string
		args   string
	}
	passes := func(want bool, all ...typed) {
		t.Helper()
		for _, l := range all {
			alice.host.returned = nil
			problem := alice.app.CommandPasses(l.c, l.inChat, l.name, l.args)
			if (problem == "") != want {
				t.Errorf("%+v: problem %q", l, problem)
			}
			if back := !want && !l.inChat; back != (len(alice.host.returned) == 1) ||
				back && alice.host.returned[0] != text.Escape("/"+l.name+" "+l.args) {
				t.Errorf("%+v: %q has been given back", l, alice.host.returned)
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
		{irc(alice.chat.Peer), false, "buzz", ""},
	}
	here := []typed{
		{irc(alice.chat.Peer), false, "action", "waves"},
		{irc(alice.chat.Peer), false, "msg", "dave hello"},
		{irc(alice.chat.Peer), false, "quote", "WHOIS dave"},
	}
	// Bob's name on this protocol.
	for i := range toBob {
		toBob[i].args = strings.NewReplacer("bob", alice.chat.Peer, "Bob", alice.chat.Peer, "BOB", strings.ToUpper(alice.chat.Peer)).Replace(toBob[i].args)
	}
	all := append(append(toBob, toOthers...), here...)
	passes(true, all...)
	alice.start()
	passes(false, toBob...)
	passes(false, here...)
	passes(true, toOthers...)
	alice.app.endByUser(alice.chat)
	passes(true, all...)

	// Under “require”, nobody is written to in the clear.
	alice.host.prefs["/OTR/onlyprivate"] = true
	passes(false, toBob...)
	passes(false, toOthers[0], toOthers[2])
	jabber := alice.chat
	jabber.Protocol, jabber.Peer = "prpl-jabber", "room@conference.example.org"
	passes(false, typed{jabber, true, "msg", "nick hello"})
	if to, _ := alice.app.addressee(jabber, true, "msg", "Nick hello"); to.Peer != "room@conference.example.org/nick" {
		t.Errorf("a direct message would go to %q", to.Peer)
	}
}

func TestBypassed(t *testing.T) {
	alice, _ := newPair(t)
	count := func() (files, calls int) {
		return strings.Count(alice.host.text(), "The file"), strings.Count(alice.host.text(), "attention")
	}
	for _, room := range []bool{false, true} {
		alice.app.CommandPasses(alice.chat, room, ui.Buzz, "")
	}
	alice.app.Bypassed(alice.chat, ui.File)
	if files, _ := count(); files != 0 {
		t.Error("warned in a conversation that is not private")
	}
	for n := 1; n <= 2; n++ { // once in each private conversation
		alice.start()
		for range 3 {
			alice.app.Bypassed(alice.chat, ui.File)
			alice.app.Bypassed(alice.chat, ui.Attention)
			alice.app.CommandPasses(alice.chat, false, ui.Buzz, "")
			alice.say("hello")
			alice.start() // a refresh
		}
		if files, calls := count(); files != n || calls != n {
			t.Errorf("warned %d and %d times, want %d", files, calls, n)
		}
		alice.app.endByUser(alice.chat)
		alice.deliver()
	}
}
