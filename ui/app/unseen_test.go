// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// TestUnseen: messages that cannot be read arrive while no window shows the conversation, as
// they do at the login if the server has kept them. One line waits for the window.
func TestUnseen(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	bob.Say("one")
	bob.Say("two")
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	bob.Say("three")
	old := alice.Wire
	alice.Wire = nil
	alice.Restart()
	alice.Host.Windows, alice.Host.Lines = nil, nil
	for range 2 {
		for _, m := range old {
			alice.app.Receiving(alice.Chat, "", m)
		}
	}
	if got := alice.Host.Text(); got != "" {
		t.Errorf("without a window: %q", got)
	}
	line, _ := whyUnreadable("Bob", otr.ErrNoChannel)
	for range 2 {
		alice.Host.Windows = []ui.Chat{alice.Chat}
		alice.app.Opened(alice.Chat)
		if got := alice.Host.Text(); strings.Count(got, line) != 1 || strings.Count(got, "\n") > 1 {
			t.Errorf("in the window: %q", got)
		}
	}

	// What is written by and by is bounded.
	alice.Host.Windows = nil
	c := alice.app.conversations[alice.Chat]
	for i := range 100 {
		c.noticed = nil
		alice.app.noticeOnce(c, text.PeerError("Bob", strings.Repeat("x", i)))
	}
	if len(c.unseen) != maxNoticed {
		t.Errorf("%d lines wait", len(c.unseen))
	}
}
