// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
	"purple-otr/ui/text"
)

// pluginName is the name in the Plugins dialog.
const pluginName = "Off-the-Record"

// TestReload disables and enables the plugin repeatedly in the Plugins dialog of a Pidgin
// with an open conversation.
func TestReload(t *testing.T) {
	d := newDesk(t)
	ours := purpleOTR(t)
	a, b := d.Pidgin("alice", ours.file), d.Pidgin("bob", ours.file)
	meet(a, b)
	a.Talk("bob")
	a.WaitLevel("bob", "Not private")
	a.Menu("Buddy List", "Plugins")
	for range 20 {
		a.SwitchPlugin(pluginName, false)
		d.Until("the button has gone", func() bool { return a.Level("bob") == "" })
		a.SwitchPlugin(pluginName, true)
		a.WaitLevel("bob", "Not private")
	}
	a.Click("Plugins", "push button", "Close")
	startPrivate(a, b, "Unverified")
	say(t, a, b)
	say(t, b, a)
	if !a.Running() {
		t.Error("Pidgin has ended")
	}
}

// TestWindows closes and reopens the conversation's window; the conversation
// stays private.
func TestWindows(t *testing.T) {
	d := newDesk(t)
	a, b := d.Pidgin("alice", purpleOTR(t).file), d.Pidgin("bob", desk.PidginOTR)
	meet(a, b)
	startPrivate(a, b, "Unverified")
	a.CloseWindow("bob")
	say(t, b, a) // opens it
	a.WaitLevel("bob", "Unverified")
	a.CloseWindow("bob")
	a.Talk("bob")
	a.WaitLevel("bob", "Unverified")
	say(t, a, b)
}

// TestBothPlugins enables our plugin while pidgin-otr is enabled: each would encrypt text
// that the other has encrypted.
func TestBothPlugins(t *testing.T) {
	d := newDesk(t)
	a := d.Pidgin("alice", desk.PidginOTR, purpleOTR(t).file)
	d.Until("Pidgin says which plugin to disable", func() bool {
		for _, title := range a.Windows() {
			if _, ok := a.Look(title, "label", func(n desk.Node) bool { return strings.Contains(n.Text(), text.OtherPluginText()) }); ok {
				a.Portrait(title, "both-plugins")
				return true
			}
		}
		return false
	})

	// The user follows the advice and disables pidgin-otr; our plugin starts to work.
	b := d.Pidgin("bob", desk.PidginOTR)
	meet(a, b)
	a.Menu("Buddy List", "Plugins")
	a.SwitchPlugin("Off-the-Record Messaging 4.0.2", false)
	a.Click("Plugins", "push button", "Close")
	startPrivate(a, b, "Unverified")
	say(t, a, b)
	say(t, b, a)
}
