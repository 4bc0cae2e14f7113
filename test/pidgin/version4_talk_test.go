// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/test/pidgin/desk"
)

// The beginnings of what crosses the server.
const (
	message3, message4 = "?OTR:AAM", "?OTR:AAQ"
	piece4             = "?OTR|" // of a message of version 4 too
	query3, query4     = "?OTRv23?", "?OTRv234?"
)

// TestVersion4 is a complete conversation of two Pidgins with version 4, whose keys are sealed or
// not. Both sides see the same fingerprints, and know each other after a restart.
func TestVersion4(t *testing.T) {
	for _, tt := range []struct {
		name    string
		options desk.Options
		sealed  bool
	}{
		{"plain", desk.Options{}, false},
		{"sealed", desk.Options{Keyring: true, Fresh: true}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, ours := newDeskWith(t, tt.options), purpleOTR(t)
			a, b := d.Pidgin("alice", ours.file), d.Pidgin("bob", ours.file)
			meet(a, b)
			if file := d.File("alice", keystore.IdentitiesFile); file != "" {
				t.Errorf("before version 4 is on: %d bytes", len(file))
			}
			a.SwitchVersion4(true)
			b.SwitchVersion4(true)
			startPrivate(a, b, "Unverified")
			if !d.Relay.Contains(query4) || !d.Relay.Contains(message4) || d.Relay.Contains(message3) {
				t.Error("what crossed the server is not version 4")
			}
			say(t, a, b)
			say(t, b, a)
			verifyBoth(t, a, ours, b, ours)
			say(t, a, b)
			a.Type("bob", "/otr status")
			a.WaitText("bob", "This conversation uses OTR version 4, which is new and experimental.")
			a.Menu("bob", "Refresh private conversation")
			a.WaitText("bob", "has been refreshed")
			say(t, b, a)
			for _, user := range []string{"alice", "bob"} {
				if file := d.File(user, keystore.IdentitiesFile); (file == "") != tt.sealed {
					t.Errorf("%s: %d bytes in the plain file", user, len(file))
				}
			}

			a.Quit()
			b.WaitLevel("alice", "Finished")
			a = d.Pidgin("alice", ours.file)
			meet(a, b)
			startPrivate(a, b, "Private")
			say(t, b, a)
			if d.Relay.Contains(message3) {
				t.Error("after the restart it is version 3")
			}
		})
	}
}

// TestVersion4OnOneSide: where only one side has version 4, both talk in version 3, and the other
// side's program notices nothing.
func TestVersion4OnOneSide(t *testing.T) {
	for _, tt := range []struct {
		name string
		bob  func(*testing.T) plugin
	}{
		{"ours", purpleOTR},
		{"theirs", theirs},
	} {
		for _, alice := range []bool{true, false} {
			t.Run(tt.name, func(t *testing.T) {
				d, ours, bobs := newDesk(t), purpleOTR(t), tt.bob(t)
				a, b := d.Pidgin("alice", ours.file), d.Pidgin("bob", bobs.file)
				meet(a, b)
				a.SwitchVersion4(true)
				from, to := a, b
				if !alice {
					from, to = b, a
				}
				startPrivate(from, to, "Unverified")
				say(t, a, b)
				say(t, b, a)
				verifyBoth(t, a, ours, b, bobs)
				say(t, b, a)
				a.Type("bob", "/otr status")
				a.WaitText("bob", "This conversation uses OTR version 3, an older version.")
				if d.Relay.Contains(message4) || d.Relay.Contains(piece4) || d.Relay.Contains(query4) != alice {
					t.Error("version 4 crossed the server")
				}
				for _, trouble := range []string{"could not be read", "Unreadable", "unrecognized", "error occurred", "reports an error"} {
					if got := b.Transcript("alice"); strings.Contains(got, trouble) {
						t.Errorf("bob reads %q", got)
					}
				}
				if file := d.File("bob", keystore.IdentitiesFile); file != "" {
					t.Errorf("bob has a key of version 4: %d bytes", len(file))
				}
			})
		}
	}
}

// TestVersion4Windows: fingerprints of version 4 are long, but everything in the dialog to verify
// can be reached with the keyboard, and has a name for a screen reader.
func TestVersion4Windows(t *testing.T) {
	d, ours := newDeskWith(t, desk.Options{Screen: "1280x1024"}), purpleOTR(t)
	a, b := d.Pidgin("alice", ours.file), d.Pidgin("bob", ours.file)
	g := gallery{t: t, d: d, a: a, b: b}
	meet(a, b)
	a.Menu("Buddy List", "OTR settings…")
	a.Click(desk.SettingsWindow, "check box", desk.UseVersion4)
	g.window(a, desk.SettingsWindow, "version4-settings")
	a.Click(desk.SettingsWindow, "push button", "Save")
	b.SwitchVersion4(true)
	startPrivate(a, b, "Unverified")
	a.Choose("bob", "Compare fingerprints")
	g.window(a, desk.VerifyWindow, "version4-verify")
	a.Click(desk.VerifyWindow, "radio button", "Yes, both are the same")
	a.Click(desk.VerifyWindow, "push button", "Verify")
	a.WaitLevel("bob", "Private")
	a.Menu("bob", "About privacy levels")
	g.window(a, "About privacy levels", "version4-explanation")
	a.Click("About privacy levels", "push button", "Close")

	b.AskQuestion("alice", "Which town?", "Lisbon")
	a.Answer("Lisbon")
	b.WaitLevel("alice", "Private")
	b.CloseProgress()
	a.CloseProgress()

	a.Menu("bob", "Known fingerprints…")
	a.Find("Known fingerprints", "table cell", "4")
	g.window(a, "Known fingerprints", "version4-known-verified")
}

// TestVersion4InRoom: participants of a chat room talk in version 3, because they do not know each
// other's addresses. To the same person outside it is version 4.
func TestVersion4InRoom(t *testing.T) {
	d := newDeskWith(t, desk.Options{Room: "table"})
	file := purpleOTR(t).file
	a, b := d.Pidgin("alice", file), d.Pidgin("bob", file)
	for _, p := range []*desk.Pidgin{a, b} {
		p.Enters("table")
		p.SwitchVersion4(true)
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
	if !d.Relay.Contains(query3) || d.Relay.Contains(query4) || d.Relay.Contains(message4) {
		t.Error("version 4 crossed the server")
	}
	a.Menu(bob, "End private conversation")

	a.Hand("bob", query4)
	d.Until("bob answers in version 4", func() bool { return d.Relay.Contains(message4) })
}

// TestVersion4InFinch: a Finch and a Pidgin talk in version 4. Finch shows the whole fingerprints.
func TestVersion4InFinch(t *testing.T) {
	d, ours := newDesk(t), purpleOTR(t)
	a, b := d.Finch("alice", ours.file), d.Pidgin("bob", ours.file)
	a.Sees("bob")
	b.Sees("alice")
	b.Talk("alice")
	b.SwitchVersion4(true)
	a.Talk("bob")
	a.Keys("M-2")
	a.WaitScreen("OTR: Not private")
	a.Command("/otr settings")
	a.WaitScreen("Use separate settings for bob")
	a.Keys("Space")
	a.WaitScreen("[X] Use separate settings for bob")
	a.Keys("Tab", "Tab", "Tab", "Tab", "Tab", "Space")
	a.WaitScreen("[X] Use the newer encryption (OTR 4, experimental)")
	a.Save("finch-version4-settings")
	a.Keys("Tab", "Tab", "Tab", "Enter") // past two others to Save
	a.Command("/otr start")
	b.WaitLevel("alice", "Unverified")
	a.WaitScreen("OTR: Unverified")
	if !d.Relay.Contains(message4) || d.Relay.Contains(message3) {
		t.Error("what crossed the server is not version 4")
	}
	talkFinch(t, a, b)
	a.Command("/otr status")
	a.WaitScreen("This conversation uses OTR version 4, which is new and experimental.")
	a.Command("/otr verify")
	a.WaitScreen("How do you want to verify them?")
	a.Keys("Enter", "Down", "Down", "Enter", "Tab", "Enter")
	a.WaitScreen("Have you compared the fingerprints?")
	shown := b.Verify("alice", "version4-verify-bob")
	for _, f := range []string{shown.Mine, shown.Theirs} {
		for line := range strings.Lines(f) {
			a.WaitScreen(strings.TrimSpace(line))
		}
	}
	a.Save("finch-version4-fingerprints")
	a.Keys("Tab", "Enter", "Down", "Enter") // past the field to paste into; opens the list, chooses the second
	a.WaitScreen("Yes, both are the same")
	a.Keys("Tab", "Enter") // to Verify
	a.WaitScreen("You have verified bob")
	a.WaitScreen("OTR: Private")
}

// TestVersion4OverIRC: messages of version 4 are cut into many lines on IRC. libpurple sends a few
// at a time, and the server reads no more than it wants to.
func TestVersion4OverIRC(t *testing.T) {
	d, ours := newDeskWith(t, desk.Options{IRC: true, Throttle: true}), purpleOTR(t)
	a, b := d.Pidgin("alice", ours.file), d.Pidgin("bob", ours.file)
	a.Talk("bob")
	b.Talk("alice")
	for _, p := range []*desk.Pidgin{a, b} {
		p.SwitchVersion4(true)
		p.Slow()
	}
	startPrivate(a, b, "Unverified")
	if !d.Relay.Contains(piece4) || d.Relay.Contains("?OTR,") {
		t.Error("what crossed the server is not version 4")
	}
	say(t, a, b)
}
