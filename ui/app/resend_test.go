// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// lostKeys restarts Bob's client in the middle of a conversation, so that Bob receives
// what Alice writes then but cannot read it.
func lostKeys(t *testing.T, verified bool) (alice, bob *side) {
	t.Helper()
	alice, bob = newPair(t)
	alice.Start()
	if verified {
		alice.Verify()
	}
	bob.Restart()
	bob.Heard, alice.Host.Lines = nil, nil
	return alice, bob
}

// TestResend: what the buddy could not read is sent again to the same key if the user has
// verified it, and otherwise returned to the user.
func TestResend(t *testing.T) {
	t.Run("verified", func(t *testing.T) {
		alice, bob := lostKeys(t, true)
		alice.Say("where are you?")
		alice.Deliver()
		alice.Want(ui.Private)
		if want := []string{"[resent] where are you?"}; !slices.Equal(bob.Heard, want) {
			t.Errorf("heard %q, want %q", bob.Heard, want)
		}
		if len(alice.Host.Returned) > 0 {
			t.Errorf("given back as well: %q", alice.Host.Returned)
		}
		alice.WantLine("could not read was sent again")
		// And once only.
		bob.Heard = nil
		alice.start2()
		if len(bob.Heard) > 0 {
			t.Errorf("heard again %q", bob.Heard)
		}
	})
	t.Run("unverified", func(t *testing.T) {
		alice, bob := lostKeys(t, false)
		alice.Say("where are you?")
		alice.Deliver()
		alice.Want(ui.Unverified)
		back(t, alice, bob)
	})
	t.Run("another key", func(t *testing.T) {
		alice, bob := lostKeys(t, true)
		if err := bob.Store.SetKey(ui.AccountOf(bob.Chat), uitest.TestKey(t, 2)); err != nil {
			t.Fatal(err)
		}
		alice.Say("where are you?")
		alice.Deliver()
		back(t, alice, bob)
	})
	t.Run("read", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.Start()
		alice.Verify()
		alice.Say("hello")
		alice.Deliver()
		bob.Heard = nil
		alice.start2() // nobody has complained
		alice.Clock = alice.Clock.Add(time.Minute)
		alice.Receive("?OTR Error: you have sent an unreadable message") // about something older
		alice.start2()
		if len(bob.Heard)+len(alice.Host.Returned) > 0 {
			t.Errorf("heard %q, returned %q", bob.Heard, alice.Host.Returned)
		}
	})
	t.Run("no line", func(t *testing.T) {
		alice, bob := lostKeys(t, true)
		alice.Say("where are you?")
		transmit := alice.Host.OnTransmit
		alice.Host.OnTransmit = func(msg string) error {
			if strings.HasPrefix(msg, "?OTR:AAMD") { // the text once more
				alice.Host.Online = false
				return uitest.ErrNoLine
			}
			return transmit(msg)
		}
		alice.Deliver()
		back(t, alice, bob)
	})
}

// start2 refreshes the conversation.
func (s *side) start2() {
	s.app.Do(s.Chat, ui.StartOrRefresh, 0)
	s.Deliver()
}

// back fails unless bob has read nothing and alice has her text again.
func back(t *testing.T, alice, bob *side) {
	t.Helper()
	if len(bob.Heard) > 0 {
		t.Errorf("heard %q", bob.Heard)
	}
	if want := []string{"where are you?"}; !slices.Equal(alice.Host.Returned, want) {
		t.Errorf("given back %q", alice.Host.Returned)
	}
	if !strings.Contains(alice.Host.Text(), "could not read 1 message") {
		t.Errorf("lines %q", alice.Host.Text())
	}
}
