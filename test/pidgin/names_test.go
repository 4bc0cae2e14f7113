// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"slices"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestNickChange: an irssi changes its nick during a private conversation, changes it
// back and changes upper and lower case, and somebody else takes the old nick.
func TestNickChange(t *testing.T) {
	d := newDeskWith(t, desk.Options{IRC: true})
	a, b := privateIRC(t, d)
	// The server announces a new nick only to users who share a channel with it.
	a.Type("bob", "/join #table")
	b.Command("/join #table")
	b.WaitScreen("#table")
	b.Command("/query alice")
	a.Raise("bob")
	fingerprints := a.Verify("bob", "bob")
	if fingerprints.Theirs == "" {
		t.Fatal("no fingerprint")
	}
	a.WaitLevel("bob", "Private")

	before := "bob"
	for i, nick := range []string{"bobby", "BOBBY", "bob", "bobster"} {
		b.Command("/nick " + nick)
		d.Until("the window is called "+nick, func() bool { return slices.Contains(a.Windows(), nick) })
		if i == 0 {
			a.WaitText(nick, before+" is now called "+nick)
			a.WaitLevel(nick, "Unverified")
			a.Portrait(nick, "renamed")
			a.Click(desk.VerifyWindow, "push button", "Keep as verified")
			a.WaitLevel(nick, "Private")
		}
		text := secret()
		a.Say(nick, text)
		b.WaitScreen(text)
		unseen(t, d, text)
		text = secret()
		b.Command("/query alice")
		b.Command(text)
		a.WaitText(nick, text)
		unseen(t, d, text)
		before = nick
	}

	m := d.Irssi("mallory")
	m.Command("/nick bob")
	m.WaitScreen("You're now known as bob")
	m.Command("/query alice")
	m.Command("It is me.")
	a.Tab("bobster", 3, "bob")
	a.WaitText("bob", "It is me.")
	if level := a.Level("bob"); level != "Not private" {
		t.Errorf("somebody who has taken the old nick is at level %q", level)
	}
	a.Tab("bob", 1, "bobster")
	if level := a.Level("bobster"); level == "Not private" {
		t.Errorf("the private conversation is at level %q", level)
	}
}

// TestNickChangeFinch does the same in Finch, which shows it as text.
func TestNickChangeFinch(t *testing.T) {
	d := newDeskWith(t, desk.Options{IRC: true})
	b := irssi(d)
	f := d.Finch("alice", purpleOTR(t).file)
	f.Talk("bob")
	f.Keys("M-2")
	f.WaitScreen("bob (alice@127.0.0.1")
	f.Command("/otr start")
	f.WaitScreen("Unverified")
	b.WaitScreen("Session secured")
	f.Command("/join #table")
	f.WaitScreen("#table (")
	f.Keys("M-2")
	b.Command("/join #table")
	b.WaitScreen("#table")
	b.Command("/nick bobby")
	f.WaitScreen("bob is now called bobby")
	f.Save("finch-renamed")
	text := secret()
	f.Command(text)
	b.Command("/query alice")
	b.WaitScreen(text)
	unseen(t, d, text)
}

// TestRoomLeft has a private conversation with somebody known only from a chat room, and
// leaves the room.
func TestRoomLeft(t *testing.T) {
	d := newDeskWith(t, desk.Options{Room: "table"})
	file := purpleOTR(t).file
	a, b := d.Pidgin("alice", file), d.Pidgin("bob", file)
	for _, p := range []*desk.Pidgin{a, b} {
		p.Enters("table")
	}
	bob, alice := d.Room("table")+"/bob", d.Room("table")+"/alice"
	a.TalkTo(bob)
	a.Tab("table", 2, bob)
	b.TalkTo(alice)
	b.Tab("table", 2, alice)
	a.Menu(bob, "Start private conversation")
	a.WaitLevel(bob, "Unverified")
	text := secret()
	a.Type(bob, text)
	b.WaitText(alice, text)
	unseen(t, d, text)

	a.Leave("table")
	a.WaitLevel(bob, "Finished")
	a.Portrait(bob, "room-left")
	text = secret()
	a.Type(bob, text)
	a.WaitText(bob, "was not sent")
	if left := a.Entry(bob).Text(); left != text {
		t.Errorf("the entry box has %q", left)
	}
	unseen(t, d, text)
}
