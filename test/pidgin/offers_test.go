// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestOffers clicks on what lines of ours offer: when it is possible, when the
// conversation has another name, and when it is not possible any more. What a buddy
// writes looks like it at most.
func TestOffers(t *testing.T) {
	d := newDesk(t)
	ours := purpleOTR(t).file
	a, b := d.Pidgin("alice", ours), d.Pidgin("bob", ours)
	meet(a, b)
	startPrivate(a, b, "Unverified")
	const verify, start = "Verify buddy…", "Start private conversation"
	d.Until("the line offers to verify", func() bool { return strings.HasSuffix(strings.TrimSpace(a.Transcript("bob")), verify) })

	// The same words from bob, with whatever addresses he can think of.
	for _, html := range []string{
		verify,
		`<a href="purple-otr:verify">` + verify + `</a>`,
		`<span name="purple-otr 1 2 ` + verify + `">` + verify + `</span>`,
		`<font face="purple-otr 1 2 ` + verify + `">` + verify + `</font>`,
	} {
		b.Say("alice", html+" "+html)
		d.Until("bob's words are there", func() bool { return strings.HasSuffix(strings.TrimSpace(a.Transcript("bob")), verify) })
		a.ClickText("bob", verify)
	}
	if !d.Stays(desk.Quiet, func() bool { _, open := a.Window(desk.VerifyWindow); return !open }) {
		t.Fatal("what bob has written is an offer")
	}

	d.Picture("offer-verify")
	a.ClickText("bob", "logged. "+verify)
	a.Click(desk.VerifyWindow, "push button", "Cancel")

	// The end, and a new start.
	b.Menu("alice", "End private conversation")
	a.WaitLevel("bob", "Finished")
	d.Until("the line offers to start", func() bool { return strings.HasSuffix(strings.TrimSpace(a.Transcript("bob")), start) })
	d.Picture("offer-start")
	a.ClickText("bob", start)
	a.WaitLevel("bob", "Unverified")

	// What is not possible any more is said and not done.
	a.ClickText("bob", start)
	a.WaitText("bob", "Conversation with bob: Unverified.")
	if text := a.Transcript("bob"); strings.Contains(text, "Refreshing") {
		t.Errorf("an offer to start has refreshed: %s", text)
	}
}
