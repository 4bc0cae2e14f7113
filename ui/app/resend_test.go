// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/ui"
)

// lostKeys has bob's program restart in the middle of a conversation: what alice
// writes then reaches him, and he cannot read it.
func lostKeys(t *testing.T, verified bool) (alice, bob *side) {
	t.Helper()
	alice, bob = newPair(t)
	alice.start()
	if verified {
		alice.verify()
	}
	bob.restart()
	bob.heard, alice.host.lines = nil, nil
	return alice, bob
}

// TestResend sends to the same key what it could not read before, if the user has
// verified it, and gives it back otherwise.
func TestResend(t *testing.T) {
	t.Run("verified", func(t *testing.T) {
		alice, bob := lostKeys(t, true)
		alice.say("where are you?")
		alice.deliver()
		alice.want(ui.Private)
		if want := []string{"[resent] where are you?"}; !slices.Equal(bob.heard, want) {
			t.Errorf("heard %q, want %q", bob.heard, want)
		}
		if len(alice.host.returned) > 0 {
			t.Errorf("given back as well: %q", alice.host.returned)
		}
		alice.wantLine("sent again, because the program of Bob could not read it")
		// And once only.
		bob.heard = nil
		alice.start2()
		if len(bob.heard) > 0 {
			t.Errorf("heard again %q", bob.heard)
		}
	})
	t.Run("unverified", func(t *testing.T) {
		alice, bob := lostKeys(t, false)
		alice.say("where are you?")
		alice.deliver()
		alice.want(ui.Unverified)
		back(t, alice, bob)
	})
	t.Run("another key", func(t *testing.T) {
		alice, bob := lostKeys(t, true)
		if err := bob.store.SetKey(ui.AccountOf(bob.chat), testKey(t, 2)); err != nil {
			t.Fatal(err)
		}
		alice.say("where are you?")
		alice.deliver()
		back(t, alice, bob)
	})
	t.Run("read", func(t *testing.T) {
		alice, bob := newPair(t)
		alice.start()
		alice.verify()
		alice.say("hello")
		alice.deliver()
		bob.heard = nil
		alice.start2() // nobody has complained
		alice.clock = alice.clock.Add(time.Minute)
		alice.receive("?OTR Error: you have sent an unreadable message") // about something older
		alice.start2()
		if len(bob.heard)+len(alice.host.returned) > 0 {
			t.Errorf("heard %q, returned %q", bob.heard, alice.host.returned)
		}
	})
	t.Run("no line", func(t *testing.T) {
		alice, bob := lostKeys(t, true)
		alice.say("where are you?")
		transmit := alice.host.transmit
		alice.host.transmit = func(msg string) error {
			if strings.HasPrefix(msg, "?OTR:AAMD") { // the text once more
				alice.host.online = false
				return errNoLine
			}
			return transmit(msg)
		}
		alice.deliver()
		back(t, alice, bob)
	})
}

// start2 refreshes the conversation.
func (s *side) start2() {
	s.app.Do(s.chat, ui.StartOrRefresh, 0)
	s.deliver()
}

// back fails unless bob has read nothing and alice has her text again.
func back(t *testing.T, alice, bob *side) {
	t.Helper()
	if len(bob.heard) > 0 {
		t.Errorf("heard %q", bob.heard)
	}
	if want := []string{"where are you?"}; !slices.Equal(alice.host.returned, want) {
		t.Errorf("given back %q", alice.host.returned)
	}
	if !strings.Contains(alice.host.text(), "could not read your last message") {
		t.Errorf("lines %q", alice.host.text())
	}
}
