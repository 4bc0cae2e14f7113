// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestUnencryptedBypassesAreAnnounced sends unencrypted things during a private
// conversation: the user is warned, once for each kind. Incoming unencrypted text is
// marked.
func TestUnencryptedBypassesAreAnnounced(t *testing.T) {
	d := newDesk(t)
	a, b := d.Pidgin("alice", purpleOTR(t).file), d.Pidgin("bob", desk.PidginOTR)
	meet(a, b)
	startPrivate(a, b, "Unverified")

	file := filepath.Join(d.Dir, "picture.png")
	if err := os.WriteFile(file, []byte("not a picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	a.SendFile("bob", file)
	a.WaitText("bob", "The file transfer with bob is not encrypted")
	a.SendFile("bob", file)
	for range 2 {
		a.Type("bob", "/buzz")
	}
	a.WaitText("bob", "“Get Attention” is not encrypted")
	text := secret()
	a.Type("bob", "/me "+text)
	b.WaitText("alice", text)
	unseen(t, d, text)
	for _, warning := range []string{"The file transfer", "for attention"} {
		if n := strings.Count(a.Transcript("bob"), warning); n != 1 {
			t.Errorf("%d warnings with %q", n, warning)
		}
	}

	// pidgin-otr is disabled, which it does not announce.
	b.Menu("Buddy List", "Plugins")
	b.SwitchPlugin("Off-the-Record Messaging 4.0.2", false)
	open := secret()
	b.Say("alice", open)
	a.WaitText("bob", open)
	if text := a.Transcript("bob"); !strings.Contains(text, "[Not encrypted: anyone could have read or changed this message from bob]\n"+open) {
		t.Errorf("not marked: %q", text)
	}
	a.WaitLevel("bob", "Unverified")
}

// TestChatCommands: a user who requires encryption uses commands of IRC that write to one
// person. The text comes back into the conversation with that person, with the reason.
func TestChatCommands(t *testing.T) {
	d := newDeskWith(t, desk.Options{IRC: true})
	b := irssi(d)
	b.Command("/join #desk")
	a := d.Pidgin("alice", purpleOTR(t).file)
	const settings = "OTR settings"
	a.Menu("Buddy List", "OTR settings…")
	a.Click(settings, "check box", "Require encryption: never send unencrypted messages")
	a.Click(settings, "push button", "Save")
	d.Until("the settings are closed", func() bool { _, is := a.Window(settings); return !is })
	a.Talk("bob")
	a.Type("bob", "/join #desk")
	d.Until("alice has joined", func() bool { _, ok := a.Look("bob", "page tab", desk.Named("#desk")); return ok })
	a.Menu("bob", "Close") // the current tab
	d.Until("alice is in the chat", func() bool { _, ok := a.Window("#desk"); return ok })
	text := secret()
	for _, command := range []string{
		"/msg bob ", "/msg BOB ", "/msg bob,#desk ", "/notice bob ", "/ctcp bob X ", "/quote PRIVMSG bob :", "/quote notice bob!bob@host :",
		"/quote :alice PRIVMSG bob :", "/quote @+a=b PRIVMSG bob ",
	} {
		a.Type("#desk", command+text)
	}
	a.Type("#desk", "for everybody")
	b.Command("/window 3")
	b.WaitScreen("for everybody")
	unseen(t, d, text)
	a.Type("#desk", "/query bob "+text)
	a.Talk("bob")
	a.WaitText("bob", "a command or another program would have sent it unencrypted")
	d.Until("the texts are in the entry box", func() bool { return strings.Count(a.Entry("bob").Text(), text) > 3 })

	// What is written there is encrypted, and so is an action.
	last := secret()
	a.Type("bob", "/action says "+last)
	b.Command("/window 2")
	b.WaitScreen(last)
	unseen(t, d, text)
	unseen(t, d, last)
}
