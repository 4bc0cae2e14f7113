// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestConversation is a complete private conversation, for each pair of plugins and with
// each side starting.
func TestConversation(t *testing.T) {
	for _, pair := range []struct {
		name       string
		alice, bob func(*testing.T) plugin
	}{
		{"ours with ours", purpleOTR, purpleOTR},
		{"ours with theirs", purpleOTR, theirs},
		{"theirs with ours", theirs, purpleOTR},
	} {
		t.Run(pair.name, func(t *testing.T) {
			d := newDesk(t)
			alice, bob := pair.alice(t), pair.bob(t)
			conversation(t, d, alice, bob)
		})
	}
}

func theirs(*testing.T) plugin { return pidginOTR }

func conversation(t *testing.T, d *desk.Desk, alice, bob plugin) {
	a, b := d.Pidgin("alice", alice.file), d.Pidgin("bob", bob.file)
	a.Sees("bob")
	b.Sees("alice")
	startPrivate(a, b, "Unverified")
	say(t, a, b)
	say(t, b, a)

	verifyBoth(t, a, alice, b, bob)
	say(t, a, b)
	say(t, b, a)

	a.Portrait("bob", "conversation-alice")
	b.Portrait("alice", "conversation-bob")

	// The one who started ends it. Text that the other types before noticing is not
	// sent.
	a.Menu("bob", "End private conversation")
	a.WaitLevel("bob", "Not private")
	b.WaitLevel("alice", "Finished")
	late := secret()
	b.Say("alice", late)
	if !d.Stays(desk.Quiet, func() bool { return !d.Relay.Contains(late) }) {
		t.Fatalf("the server saw %q", late)
	}
	b.Menu("alice", "End private conversation")
	b.WaitLevel("alice", "Not private")

	// And the other way round, now that the keys are known.
	startPrivate(b, a, "Private")
	say(t, b, a)
	say(t, a, b)
	b.Menu("alice", "End private conversation")
	b.WaitLevel("alice", "Not private")
	a.WaitLevel("bob", "Finished")
	unseen(t, d, late)
}

// TestKeyboard types with the keyboard, and continues typing after the buddy has ended
// the conversation: that text is not sent, and is still in the entry box.
func TestKeyboard(t *testing.T) {
	d := newDesk(t)
	a, b := d.Pidgin("alice", purpleOTR(t).file), d.Pidgin("bob", desk.PidginOTR)
	meet(a, b)
	startPrivate(a, b, "Unverified")
	text := secret()
	a.Type("bob", text)
	b.WaitText("alice", text)
	unseen(t, d, text)
	if left := a.Entry("bob").Text(); left != "" {
		t.Errorf("a text that was sent is still in the entry box: %q", left)
	}

	b.Menu("alice", "End private conversation")
	a.WaitLevel("bob", "Finished")
	late := secret()
	a.Type("bob", late)
	a.WaitText("bob", "was not sent")
	if left := a.Entry("bob").Text(); left != late {
		t.Errorf("the entry box has %q instead of the text that was not sent", left)
	}
	a.Portrait("bob", "finished")
	unseen(t, d, late)

	a.Raise("bob")
	a.Shortcut("ctrl+shift+p")
	a.WaitLevel("bob", "Unverified")
	a.Shortcut("ctrl+shift+y")
	d.Until("the verification opens", func() bool { _, open := a.Window(desk.VerifyWindow); return open })
}
