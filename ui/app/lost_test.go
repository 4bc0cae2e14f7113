// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"fmt"
	"slices"
	"testing"

	"purple-otr/otr"
	"purple-otr/ui"
)

// lose has a message arrive at alice that cannot be read, and returns how many lines say so.
func lose(alice *side) (lines int) {
	t := alice.app.conversations[alice.Chat]
	alice.Host.Lines = nil
	alice.app.presenter.showAll(t, []otr.Event{otr.Unreadable{Reason: otr.ErrNoChannel}}, nil)
	return len(alice.Host.Lines)
}

// Each time after the user has written, they learn that a message could not be read, even if
// what they wrote was given back.
func TestLostAfterWriting(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T) *side{
		"private": func(t *testing.T) *side {
			alice, _ := newPair(t)
			alice.Start()
			return alice
		},
		"another key": func(t *testing.T) *side {
			alice, _ := newChanged(t)
			alice.Start()
			return alice
		},
		"turned off": func(t *testing.T) *side {
			alice, _ := newPair(t)
			alice.Start()
			alice.Host.Prefs["/"+prefEnabled] = false
			return alice
		},
		"ended": func(t *testing.T) *side {
			alice, bob := newPair(t)
			alice.Start()
			bob.app.Do(bob.Chat, ui.End, 0)
			alice.Deliver()
			return alice
		},
		"another has the name": func(t *testing.T) *side {
			alice, bob := newPair(t)
			alice.Start()
			bob.app.Do(bob.Chat, ui.End, 0)
			alice.Deliver()
			alice.app.left[alice.Chat] = true
			return alice
		},
	} {
		t.Run(name, func(t *testing.T) {
			alice := prepare(t)
			if a, b := lose(alice), lose(alice); a != 1 || b != 0 {
				t.Errorf("at first %d and %d lines", a, b)
			}
			alice.Host.Returned = nil
			sent := alice.Say("hello")
			if sent == slices.Contains(alice.Host.Returned, "hello") || sent != (name == "private") {
				t.Errorf("sent %v, returned %q", sent, alice.Host.Returned)
			}
			if a, b := lose(alice), lose(alice); a != 1 || b != 0 {
				t.Errorf("after writing %d and %d lines", a, b)
			}
		})
	}
}

// Someone else has got the buddy's name: a message that cannot be read may be theirs.
func TestLostAfterNameTaken(t *testing.T) {
	alice, _ := newPair(t)
	alice.Start()
	if n := lose(alice); n != 1 {
		t.Errorf("at first %d lines", n)
	}
	old := alice.Chat
	old.Peer = "robert"
	alice.app.Moved(old, alice.Chat, true) // the window of another person now has Bob's name
	alice.WantLine("now belongs to someone else")
	if n := lose(alice); n != 1 {
		t.Errorf("of the other person %d lines", n)
	}
}

// What others can write any number of leaves room for the line that a message could not be
// read, with a window and without.
func TestLostAfterOtherLines(t *testing.T) {
	for _, open := range []bool{true, false} {
		alice, _ := newPair(t)
		alice.Start()
		c := alice.app.conversations[alice.Chat]
		windows := alice.Host.Windows
		if !open {
			alice.Host.Windows = nil
		}
		events := []otr.Event{
			otr.OtherInstance{}, otr.UnknownVersion{}, otr.Reflected{}, otr.Contested{}, otr.Postponed{}, otr.Downgraded{}, otr.OwnKey{},
			otr.Unreadable{Reason: otr.ErrReplayed}, otr.Unreadable{Reason: otr.ErrLate},
		}
		for i := range 100 {
			events = append(events, otr.PeerError{Text: fmt.Sprint(i)})
		}
		slices.Reverse(events) // the error messages first
		alice.app.presenter.showAll(c, events, nil)
		lines := lose(alice)
		if !open {
			alice.Host.Windows = windows
			alice.app.Opened(alice.Chat)
			lines = 0
			line, _ := whyUnreadable("Bob", otr.ErrNoChannel)
			for _, l := range alice.Host.Lines {
				if l.HTML == line {
					lines++
				}
			}
		}
		if lines != 1 {
			t.Errorf("with a window %v: %d lines", open, lines)
		}
	}
}
