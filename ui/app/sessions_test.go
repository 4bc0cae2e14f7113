// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A second is another program of Bob's, which shares his account and has a key
// and a tag of its own.
func second(t *testing.T, alice *side) *side {
	other := newSide(t, "bob@example.org/Laptop", "alice@example.org")
	other.peer = alice
	other.other = alice.Side
	other.host.alias = "Alice"
	if err := other.store.SetKey(ui.AccountOf(other.chat), testKey(t, 3)); err != nil {
		t.Fatal(err)
	}
	other.open()
	return other
}

// exchange delivers what one program of Bob's and Alice send to each other. What
// she sends goes to both, as a server would do it.
func exchange(t *testing.T, alice *side, bobs ...*side) {
	t.Helper()
	for n := 0; ; n++ {
		if n == 1000 {
			t.Fatal("they never stop talking")
		}
		// Alice's messages arrive in the queue of the first.
		first := bobs[0]
		switch {
		case len(first.wire) > 0:
			msg := first.wire[0]
			first.wire = first.wire[1:]
			for _, b := range bobs {
				b.receive(msg)
			}
		case len(alice.wire) > 0:
			msg := alice.wire[0]
			alice.wire = alice.wire[1:]
			alice.receive(msg)
		default:
			return
		}
	}
}

// newSessions gives Alice conversations with two programs of Bob's, the second
// one secured last.
func newSessions(t *testing.T) (alice, one, two *side) {
	alice, one = newPair(t)
	two = second(t, alice)
	alice.start()
	two.app.Do(two.chat, ui.StartOrRefresh, 0)
	exchange(t, alice, one, two)
	if n := len(alice.app.talks[alice.chat].session.Instances()); n != 2 {
		t.Fatalf("%d sessions", n)
	}
	return alice, one, two
}

// reads reports which of Bob's programs shows what Alice types.
func reads(t *testing.T, alice, one, two *side) string {
	t.Helper()
	one.heard, two.heard = nil, nil
	if !alice.say("to whom?") {
		t.Fatal("not sent")
	}
	exchange(t, alice, one, two)
	return strings.Repeat("one", len(one.heard)) + strings.Repeat("two", len(two.heard))
}

func radio(t *testing.T, s *side) (items []ui.MenuItem) {
	t.Helper()
	for _, item := range s.app.View(s.chat).Menu {
		if item.Radio {
			items = append(items, item)
		}
	}
	return items
}

func TestSessions(t *testing.T) {
	alice, one, two := newSessions(t)
	alice.wantLine("signed in with several programs")
	if got := reads(t, alice, one, two); got != "one" {
		t.Errorf("of two equally secure ones %q reads, though two has only come", got)
	}
	two.say("it is me")
	exchange(t, alice, one, two)
	alice.wantLine("Bob now writes from session 2 (Unverified)")
	if got := reads(t, alice, one, two); got != "two" {
		t.Errorf("of two equally secure ones %q reads, want the one that wrote last", got)
	}
	items := radio(t, alice)
	if len(items) != 4 || !items[0].On || !strings.Contains(items[2].Label, "session _1 (Unverified)") ||
		!strings.Contains(items[3].Label, "session _2 (Unverified, in use)") {
		t.Fatalf("menu %+v", items)
	}

	alice.app.Do(alice.chat, ui.SendToSession, items[2].Arg)
	alice.wantLine("goes to session 1")
	if got := reads(t, alice, one, two); got != "one" {
		t.Errorf("%q reads, chosen was one", got)
	}
	if items := radio(t, alice); items[0].On || !items[2].On {
		t.Errorf("menu %+v", items)
	}
	two.say("I am here now")
	exchange(t, alice, one, two)
	alice.wantLine("from session 2, but what you write goes to session 1")
	two.say("hello?")
	exchange(t, alice, one, two)
	if strings.Contains(alice.host.text(), "from session 2") {
		t.Error("said again")
	}

	alice.app.Do(alice.chat, ui.SendToRecent, 0)
	if got := reads(t, alice, one, two); got != "two" {
		t.Errorf("%q reads, want the one that wrote last", got)
	}
	one.say("now me")
	exchange(t, alice, one, two)
	if got := reads(t, alice, one, two); got != "one" {
		t.Errorf("%q reads, want the one that wrote last", got)
	}
}

// TestSessionsBest prefers a verified program to a newer one.
func TestSessionsBest(t *testing.T) {
	alice, one, two := newSessions(t)
	alice.app.Do(alice.chat, ui.SendToSession, radio(t, alice)[2].Arg)
	alice.verify()
	alice.app.Do(alice.chat, ui.SendToBest, 0)
	alice.want(ui.Private)
	if got := reads(t, alice, one, two); got != "one" {
		t.Errorf("%q reads, verified is one", got)
	}
	// A refresh of the other one does not change that.
	two.app.Do(two.chat, ui.StartOrRefresh, 0)
	exchange(t, alice, one, two)
	alice.want(ui.Private)
	if got := reads(t, alice, one, two); got != "one" {
		t.Errorf("%q reads, verified is one", got)
	}
	// When it has gone, the other one is one with another key, and does not take its
	// place.
	alice.host.lines = nil
	one.app.Do(one.chat, ui.End, 0)
	exchange(t, alice, one, two)
	alice.want(ui.Finished)
	alice.wantLine("Bob has ended the private conversation")
	if alice.say("secret") || !slices.Contains(alice.host.returned, "secret") {
		t.Error("what was meant for a verified program went to another one")
	}
}

// TestSessionsJoin has an unverified program join a verified conversation: no line
// says that this has become unverified.
func TestSessionsJoin(t *testing.T) {
	alice, one := newPair(t)
	alice.start()
	alice.verify()
	alice.want(ui.Private)
	two := second(t, alice)
	alice.host.lines = nil
	two.app.Do(two.chat, ui.StartOrRefresh, 0)
	exchange(t, alice, one, two)
	alice.want(ui.Private)
	if strings.Contains(alice.host.text(), "Unverified conversation") {
		t.Errorf("alice reads %q", alice.host.text())
	}
	alice.wantLine("Another program under the name of Bob has started session 2 (Unverified). What you write goes to session 1 as before.")
	if got := reads(t, alice, one, two); got != "one" {
		t.Errorf("%q reads, verified is one", got)
	}
}

// TestSessionsEnd ends all of them at once.
func TestSessionsEnd(t *testing.T) {
	alice, one, two := newSessions(t)
	alice.app.Do(alice.chat, ui.SendToSession, radio(t, alice)[2].Arg)
	alice.app.Do(alice.chat, ui.End, 0)
	exchange(t, alice, one, two)
	alice.want(ui.NotPrivate)
	one.want(ui.Finished)
	two.want(ui.Finished)
	if len(radio(t, alice)) > 0 {
		t.Error("there are still sessions to choose")
	}
}

// TestSessionsSMP has a program ask that is not the one in use.
func TestSessionsSMP(t *testing.T) {
	alice, one, two := newSessions(t)
	one.ask("Where?", "Lisbon")
	exchange(t, alice, one, two)
	alice.fill(map[int]string{-1: "Lisbon"})
	exchange(t, alice, one, two)
	one.want(ui.Private)
	two.want(ui.Unverified)
	if got := reads(t, alice, one, two); got != "one" { // it was heard from last
		t.Errorf("afterwards %q reads", got)
	}
}

// TestSessionsGone chooses a session from a menu that is out of date.
func TestSessionsGone(t *testing.T) {
	alice, _, _ := newSessions(t)
	alice.app.Do(alice.chat, ui.SendToSession, uint32(otr.InstanceTag(0x12345678)))
	alice.wantLine("has left that session")
	alice.app.Do(ui.Chat{Protocol: "prpl-jabber", Account: "alice@example.org/Home", Peer: "carol@example.org"}, ui.SendToBest, 0)
	alice.wantLine("There is no private conversation")
}

// TestSessionCommand chooses by typing, as one must where there is no menu.
func TestSessionCommand(t *testing.T) {
	lonely, _ := newPair(t)
	if p := lonely.app.Command(lonely.chat, "session 1"); p != text.OneSession("Bob") {
		t.Errorf("problem %q", p)
	}
	alice, _, _ := newSessions(t)
	chosen := func(command string) (label string) {
		t.Helper()
		if p := alice.app.Command(alice.chat, command); p != "" {
			t.Errorf("%s: problem %q", command, p)
		}
		for _, item := range radio(t, alice) {
			if item.On {
				label = item.Label
			}
		}
		return label
	}
	for command, want := range map[string]string{
		"session 1": "Send to session _1", "session 2": "Send to session _2",
		"session last": "Send to the session that wrote", "SESSION  best": "Send to the most",
	} {
		if got := chosen(command); !strings.HasPrefix(got, want) {
			t.Errorf("%s: chosen is %q", command, got)
		}
	}
	before := chosen("session 2")
	alice.host.lines = nil
	if after := chosen("session 7"); after != before {
		t.Errorf("chosen is %q", after)
	}
	alice.wantLine("Send to session 1 (Unverified)<br>")
}
