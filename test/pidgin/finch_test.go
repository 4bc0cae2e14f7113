// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestFinch: a Finch with our plugin talks to a Pidgin with pidgin-otr.
func TestFinch(t *testing.T) {
	d, a, b := privateFinch(t)

	a.Command("/otr verify")
	a.WaitScreen("How do you want to verify them?")
	a.Save("finch-verify")
	a.Keys("Enter", "Down", "Down", "Enter", "Tab", "Enter") // opens the list, chooses the third, then OK
	a.WaitScreen("Have you compared the fingerprints?")
	a.Keys("Tab", "Enter", "Down", "Enter") // past the field to paste into; opens the list, chooses the second
	a.WaitScreen("Yes, both are the same")
	a.Save("finch-fingerprints")
	a.Keys("Tab", "Enter") // to Verify
	a.WaitScreen("You have verified bob")
	a.WaitScreen("OTR: Private")
	a.Command("/otr status")
	a.WaitScreen("Conversation with bob: Private.")
	talkFinch(t, a, b)
	a.Save("finch-private")

	a.Command("/otr end")
	b.WaitLevel("alice", "Finished")
	d.Until("the last level is the one of now", func() bool {
		screen := a.Screen()
		return strings.LastIndex(screen, "OTR: Not private") > strings.LastIndex(screen, "OTR: Private")
	})
	a.Command("/otr status")
	a.WaitScreen("Conversation with bob: Not private")
	a.Save("finch-levels")
}

// talkFinch sends a message each way.
func talkFinch(t *testing.T, a *desk.Finch, b *desk.Pidgin) {
	t.Helper()
	text := secret()
	a.Command(text)
	b.WaitText(a.User, text)
	unseen(t, a.Desk, text)
	text = secret()
	b.Say(a.User, text)
	a.WaitScreen(text)
	unseen(t, a.Desk, text)
}

// privateFinch returns alice with a Finch in a private conversation with bob, who has a
// Pidgin with pidgin-otr.
func privateFinch(t *testing.T) (d *desk.Desk, a *desk.Finch, b *desk.Pidgin) {
	t.Helper()
	d = newDesk(t)
	a, b = d.Finch("alice", purpleOTR(t).file), d.Pidgin("bob", desk.PidginOTR)
	a.Sees("bob")
	b.Sees("alice")
	a.Talk("bob")
	a.Keys("M-2")
	a.WaitScreen("bob (alice@localhost")
	a.WaitScreen("OTR: Not private")

	a.Command("/otr start")
	b.WaitLevel("alice", "Unverified")
	a.WaitScreen("Unverified conversation")
	a.WaitScreen("OTR: Unverified")
	talkFinch(t, a, b)
	return d, a, b
}
