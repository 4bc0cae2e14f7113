// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestQuit quits Pidgin during a private conversation: the buddy is notified.
func TestQuit(t *testing.T) {
	d := newDesk(t)
	a, b := d.Pidgin("alice", purpleOTR(t).file), d.Pidgin("bob", desk.PidginOTR)
	meet(a, b)
	startPrivate(a, b, "Unverified")
	a.Menu("Buddy List", "Quit")
	b.WaitLevel("alice", "Finished")
}

// TestQuitIRC does the same with a protocol that sends only a few lines at a time and
// loses its queue when it quits, and with buddies who are on nobody's list.
func TestQuitIRC(t *testing.T) {
	d := newDeskWith(t, desk.Options{IRC: true})
	a, b := privateIRC(t, d)
	a.Slow()
	for range 8 {
		a.Say("bob", secret()+secret()+secret()+secret())
	}
	a.Menu("Buddy List", "Quit")
	b.WaitScreen("alice has finished the OTR session")
}

// TestOffline takes the account offline, first on purpose and then by a network failure.
// Only the first ends the private conversation on both sides.
func TestOffline(t *testing.T) {
	d := newDesk(t)
	a, b := d.Pidgin("alice", purpleOTR(t).file), d.Pidgin("bob", desk.PidginOTR)
	meet(a, b)
	startPrivate(a, b, "Unverified")
	a.Disconnect()
	b.WaitLevel("alice", "Finished")
	a.Connect()
	meet(a, b)
	a.WaitLevel("bob", "Finished")
	a.WaitText("bob", "because you went offline")
	late := secret()
	a.Raise("bob")
	a.Type("bob", late)
	a.WaitText("bob", "was not sent")
	d.Until("the text is back", func() bool { return a.Entry("bob").Text() == late })
	unseen(t, d, late)

	a.Menu("bob", "Start private conversation")
	a.WaitLevel("bob", "Unverified")
	b.WaitLevel("alice", "Unverified")
	d.Relay.Cut()
	a.Reconnect()
	b.Reconnect()
	a.WaitText("bob", "You are online again")
	a.WaitLevel("bob", "Unverified")
	meet(a, b)
	say(t, a, b)
	say(t, b, a)
}

// TestCrash kills Pidgin during a private conversation. Our user cannot read the buddy's
// next message; the buddy is notified, and a new private conversation starts. Our plugin
// sends the unreadable text again.
func TestCrash(t *testing.T) {
	for name, bob := range map[string]func(*testing.T) plugin{"ours": purpleOTR, "theirs": theirs} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			a, b := d.Pidgin("alice", purpleOTR(t).file), d.Pidgin("bob", bob(t).file)
			meet(a, b)
			startPrivate(a, b, "Unverified")
			verifyBoth(t, a, purpleOTR(t), b, bob(t))
			a.Kill()
			a = d.Pidgin("alice", purpleOTR(t).file)
			meet(a, b)
			a.Talk("bob")
			text := secret()
			b.Say("alice", text)
			a.WaitLevel("bob", "Private")
			b.WaitLevel("alice", "Private")
			if name == "ours" {
				a.WaitText("bob", text)
				b.WaitText("alice", "sent again")
			}
			unseen(t, d, text)
			say(t, a, b)
			say(t, b, a)
		})
	}
}
