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
	alice.Chat.Protocol = "prpl-zephyr"
	if err := alice.Store.SetKey(ui.AccountOf(alice.Chat), uitest.TestKey(t, 0)); err != nil {
		t.Fatal(err)
	}
	with := func(peer string) ui.Chat { c := alice.Chat; c.Peer = peer; return c }
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
	carol, room := with("carol"), with("class")
	toBob := []typed{{carol, false, "msg", "Bob hello <there>"}, {carol, false, "zi", " bob  hello"}, {room, true, "msg", "bob hello"}}
	for i := range toBob { // his name on this protocol
		toBob[i].args = strings.NewReplacer("bob", alice.Chat.Peer, "Bob", strings.ToUpper(alice.Chat.Peer)).Replace(toBob[i].args)
	}
	toOthers := []typed{{carol, false, "msg", "dave hello"}, {room, true, "msg", "dave bob"}, {room, true, "msg", ""}}
	here := []typed{{with(alice.Chat.Peer), false, "msg", "dave hello"}}
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
	passes(false, toOthers[:2]...)
}

func TestBypassed(t *testing.T) {
	alice, _ := newPair(t)
	count := func() (files, calls int) {
		return strings.Count(alice.Host.Text(), "The file"), strings.Count(alice.Host.Text(), "attention")
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
