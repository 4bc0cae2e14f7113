// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestBus listens on the session bus, where libpurple sends every message to all of the
// user's programs.
func TestBus(t *testing.T) {
	d := newDesk(t)
	a, b := d.Pidgin("alice", purpleOTR(t).file), d.Pidgin("bob", desk.PidginOTR)
	meet(a, b)
	startPrivate(a, b, "Unverified")
	ear := a.Listen()
	out, in := secret(), secret()
	a.Type("bob", out)
	b.WaitText("alice", out)
	b.Say("alice", in)
	a.WaitText("bob", in)
	messages := strings.Join(a.Messages("bob"), "\n")
	for _, text := range []string{out, in} {
		if ear.Heard(text) {
			t.Errorf("%q was said on the bus", text)
		}
		if strings.Contains(messages, text) {
			t.Errorf("a program that asks is told %q", text)
		}
	}

	// The user can switch this off; then libpurple sends all texts over the bus.
	settings := "OTR settings"
	a.Menu("Buddy List", "OTR settings…")
	const hide = "Hide private conversations from other programs on D-Bus"
	d.Until("it is on", func() bool { return a.Find(settings, "check box", hide).Checked() })
	a.Click(settings, "check box", hide)
	a.Click(settings, "push button", "Save")
	out = secret()
	d.Until("the settings are closed", func() bool { _, is := a.Window(settings); return !is })
	a.Raise("bob")
	a.Type("bob", out)
	b.WaitText("alice", out)
	d.Until("the bus announces it", func() bool { return ear.Heard(out) })
	unseen(t, d, out)
}
