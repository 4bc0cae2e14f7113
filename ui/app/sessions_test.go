// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
	"purple-otr/ui/text"
)

// A second is another program of Bob's, which shares his account and has a key
// and a different tag.
func second(t *testing.T, alice *side) *side {
	other := newSide(t, "bob@example.org/Laptop", "alice@example.org")
	other.peer = alice
	other.Other = alice.Side
	other.Host.Nick = "Alice"
	if err := other.Store.SetKey(ui.AccountOf(other.Chat), uitest.TestKey(t, 3)); err != nil {
		t.Fatal(err)
	}
	other.Open()
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
		case len(first.Wire) > 0:
			msg := first.Wire[0]
			first.Wire = first.Wire[1:]
			for _, b := range bobs {
				b.Receive(msg)
			}
		case len(alice.Wire) > 0:
			msg := alice.Wire[0]
			alice.Wire = alice.Wire[1:]
			alice.Receive(msg)
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
	alice.Start()
	two.app.Do(two.Chat, ui.StartOrRefresh, 0)
	exchange(t, alice, one, two)
	if n := len(alice.app.conversations[alice.Chat].session.Instances()); n != 2 {
		t.Fatalf("%d sessions", n)
	}
	return alice, one, two
}

// reads reports which of Bob's programs shows what Alice types.
func reads(t *testing.T, alice, one, two *side) string {
	t.Helper()
	one.Heard, two.Heard = nil, nil
	if !alice.Say("to whom?") {
		t.Fatal("not sent")
	}
	exchange(t, alice, one, two)
	return strings.Repeat("one", len(one.Heard)) + strings.Repeat("two", len(two.Heard))
}

func radio(t *testing.T, s *side) (items []ui.MenuItem) {
	t.Helper()
	for _, item := range s.app.View(s.Chat).Menu {
		if item.Radio {
			items = append(items, item)
		}
	}
	return items
}

func TestSessions(t *testing.T) {
	alice, one, two := newSessions(t)
	alice.WantLine("signed in on several devices")
	if got := reads(t, alice, one, two); got != "one" {
		t.Errorf("of two equally secure ones %q reads, though two has only come", got)
	}
	two.Say("it is me")
	exchange(t, alice, one, two)
	alice.WantLine("Bob now writes from device 2 (Unverified)")
	if got := reads(t, alice, one, two); got != "two" {
		t.Errorf("of two equally secure ones %q reads, want the one that wrote last", got)
	}
	items := radio(t, alice)
	if len(items) != 4 || !items[0].On || !strings.Contains(items[2].Label, "device _1 (Unverified)") ||
		!strings.Contains(items[3].Label, "device _2 (Unverified, in use)") {
		t.Fatalf("menu %+v", items)
	}

	alice.app.Do(alice.Chat, ui.SendToSession, items[2].Arg)
	alice.WantLine("go to device 1")
	if got := reads(t, alice, one, two); got != "one" {
		t.Errorf("%q reads, chosen was one", got)
	}
	if items := radio(t, alice); items[0].On || !items[2].On {
		t.Errorf("menu %+v", items)
	}
	two.Say("I am here now")
	exchange(t, alice, one, two)
	alice.WantLine("from device 2, but your messages go to device 1")
	two.Say("hello?")
	exchange(t, alice, one, two)
	if strings.Contains(alice.Host.Text(), "from device 2") {
		t.Error("said again")
	}

	alice.app.Do(alice.Chat, ui.SendToRecent, 0)
	if got := reads(t, alice, one, two); got != "two" {
		t.Errorf("%q reads, want the one that wrote last", got)
	}
	one.Say("now me")
	exchange(t, alice, one, two)
	if got := reads(t, alice, one, two); got != "one" {
		t.Errorf("%q reads, want the one that wrote last", got)
	}
}

// TestSessionsBest prefers a verified program to a newer one.
func TestSessionsBest(t *testing.T) {
	alice, one, two := newSessions(t)
	alice.app.Do(alice.Chat, ui.SendToSession, radio(t, alice)[2].Arg)
	alice.Verify()
	alice.app.Do(alice.Chat, ui.SendToBest, 0)
	alice.Want(ui.Private)
	if got := reads(t, alice, one, two); got != "one" {
		t.Errorf("%q reads, verified is one", got)
	}
	// A refresh of the other one does not change that.
	two.app.Do(two.Chat, ui.StartOrRefresh, 0)
	exchange(t, alice, one, two)
	alice.Want(ui.Private)
	if got := reads(t, alice, one, two); got != "one" {
		t.Errorf("%q reads, verified is one", got)
	}
	// When it has gone, the other one is one with another key, and does not take its
	// place.
	alice.Host.Lines = nil
	one.app.Do(one.Chat, ui.End, 0)
	exchange(t, alice, one, two)
	alice.Want(ui.Finished)
	alice.WantLine("Bob ended the private conversation")
	if alice.Say("secret") || !slices.Contains(alice.Host.Returned, "secret") {
		t.Error("what was meant for a verified program went to another one")
	}
}

// TestSessionsJoin: an unverified client joins a verified conversation, and no line says
// that the conversation has become unverified.
func TestSessionsJoin(t *testing.T) {
	alice, one := newPair(t)
	alice.Start()
	alice.Verify()
	alice.Want(ui.Private)
	two := second(t, alice)
	alice.Host.Lines = nil
	two.app.Do(two.Chat, ui.StartOrRefresh, 0)
	exchange(t, alice, one, two)
	alice.Want(ui.Private)
	if strings.Contains(alice.Host.Text(), "Unverified conversation") {
		t.Errorf("alice reads %q", alice.Host.Text())
	}
	alice.WantLine("Bob started a private conversation from another device, device 2 (Unverified). Your messages still go to device 1.")
	if got := reads(t, alice, one, two); got != "one" {
		t.Errorf("%q reads, verified is one", got)
	}
}

// TestSessionsEnd ends all of them at once.
func TestSessionsEnd(t *testing.T) {
	alice, one, two := newSessions(t)
	alice.app.Do(alice.Chat, ui.SendToSession, radio(t, alice)[2].Arg)
	alice.app.Do(alice.Chat, ui.End, 0)
	exchange(t, alice, one, two)
	alice.Want(ui.NotPrivate)
	one.Want(ui.Finished)
	two.Want(ui.Finished)
	if len(radio(t, alice)) > 0 {
		t.Error("there are still sessions to choose")
	}
}

// TestSessionsSMP: the question comes from a client that is not the one in use.
func TestSessionsSMP(t *testing.T) {
	alice, one, two := newSessions(t)
	one.Ask("Where?", "Lisbon")
	exchange(t, alice, one, two)
	alice.Fill(map[int]string{-1: "Lisbon"})
	exchange(t, alice, one, two)
	one.Want(ui.Private)
	two.Want(ui.Unverified)
	if got := reads(t, alice, one, two); got != "one" { // it was heard from last
		t.Errorf("afterwards %q reads", got)
	}
}

// TestSessionsGone chooses a session from a menu that is out of date.
func TestSessionsGone(t *testing.T) {
	alice, _, _ := newSessions(t)
	alice.app.Do(alice.Chat, ui.SendToSession, uint32(otr.InstanceTag(0x12345678)))
	alice.WantLine("no longer uses that device")
	alice.app.Do(ui.Chat{Protocol: "prpl-jabber", Account: "alice@example.org/Home", Peer: "carol@example.org"}, ui.SendToBest, 0)
	alice.WantLine("There is no private conversation")
}

// TestSessionCommand chooses by typing, as one must where there is no menu.
func TestSessionCommand(t *testing.T) {
	lonely, _ := newPair(t)
	if p := lonely.app.Command(lonely.Chat, "session 1"); p != text.OneSession("Bob") {
		t.Errorf("problem %q", p)
	}
	alice, _, _ := newSessions(t)
	chosen := func(command string) (label string) {
		t.Helper()
		if p := alice.app.Command(alice.Chat, command); p != "" {
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
		"session 1": "Send to device _1", "session 2": "Send to device _2",
		"session last": "Send to the device that wrote", "SESSION  best": "Send to the most",
	} {
		if got := chosen(command); !strings.HasPrefix(got, want) {
			t.Errorf("%s: chosen is %q", command, got)
		}
	}
	before := chosen("session 2")
	alice.Host.Lines = nil
	if after := chosen("session 7"); after != before {
		t.Errorf("chosen is %q", after)
	}
	alice.WantLine("Send to device 1 (Unverified)<br>")
}
