// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestChangedKey: a verified buddy comes back with another key. Until alice has decided,
// her text stays in the entry box.
func TestChangedKey(t *testing.T) {
	const dialog = "Key changed"
	d := newDesk(t)
	a, b := d.Pidgin("alice", purpleOTR(t).file), d.Pidgin("bob", desk.PidginOTR)
	meet(a, b)
	startPrivate(a, b, "Unverified")
	verifyBoth(t, a, purpleOTR(t), b, pidginOTR)
	a.Menu("bob", "End private conversation")
	b.Quit()
	d.Lose("bob", "otr.private_key")

	b = d.Pidgin("bob", desk.PidginOTR)
	meet(a, b)
	a.Talk("bob")
	b.Talk("alice")
	a.Menu("bob", "Start private conversation")
	a.WaitLevel("bob", "Unverified")
	d.Until("the warning is there", func() bool { _, ok := a.Window(dialog); return ok })
	a.Portrait(dialog, "changed-key")
	d.Picture("changed-key-desk")

	text := secret()
	a.Type("bob", text)
	a.WaitText("bob", "Your message was not sent")
	d.Until("the text is back in the entry box", func() bool {
		return strings.Contains(a.Entry("bob").Text(), text)
	})
	unseen(t, d, text)

	a.Click(dialog, "push button", "Continue anyway")
	a.WaitLevel("bob", "Unverified")
	say(t, a, b)
	say(t, b, a)
}
