// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

// mayLeave is what libpurple does below everything: it asks before the protocol gets
// a message. What is transmitted passes through it too.
func (s *side) mayLeave(text string, automatic bool) bool {
	out, _, ok := s.app.Leaving(s.Chat, text, automatic)
	if ok {
		s.peer.Wire = append(s.peer.Wire, out)
	}
	return ok
}

// checked passes everything that s transmits through mayLeave.
func checked(t *testing.T, s *side) {
	s.Host.OnTransmit = func(msg string) error {
		if !s.mayLeave(msg, false) {
			t.Errorf("stopped %.20q, which the engine made", msg)
		}
		return nil
	}
}

func TestLeaving(t *testing.T) {
	alice, bob := newPair(t)
	checked(t, alice)
	if !alice.mayLeave("not private", false) || !alice.mayLeave("not private", true) {
		t.Error("stopped in a conversation that is not private")
	}
	// A text that was typed before, unencrypted, and never sent leaves no permit.
	alice.app.Sending(alice.Chat, "said before")
	alice.Wire, bob.Wire = nil, nil
	alice.Start()
	bob.Heard = nil
	if alice.mayLeave("said before", false) {
		t.Error("an old permission was used")
	}
	alice.Host.Lines = nil

	// Typed, so Sending has encrypted it.
	out, send := alice.app.Sending(alice.Chat, "typed")
	if !send || !alice.mayLeave(out, false) {
		t.Error("what was typed is stopped")
	}
	alice.Deliver()
	// An automatic reply is encrypted here, whatever its text.
	for _, reply := range []string{"away", "?OTR:AAMD"} {
		if !alice.mayLeave(reply, true) || slices.Contains(bob.Wire, reply) {
			t.Errorf("on the wire: %q", bob.Wire)
		}
		alice.Deliver()
	}
	if want := []string{"typed", "away", "?OTR:AAMD"}; !slices.Equal(bob.Heard, want) {
		t.Errorf("heard %q, want %q", bob.Heard, want)
	}
	// Anything else is stopped, and so is a message whose permit has been used.
	for _, text := range []string{"script", "?OTR:AAMD.", out} {
		if alice.mayLeave(text, false) {
			t.Errorf("%.20q left", text)
		}
	}
	alice.WantLine("from another plugin")

	bob.app.Do(bob.Chat, ui.End, 0)
	bob.Deliver()
	if alice.mayLeave("away", true) {
		t.Error("an automatic reply left after the end")
	}
	alice.WantLine("automatic reply to Bob was not sent")
	if alice.mayLeave("away", true); strings.Contains(alice.Host.Text(), "automatic") {
		t.Error("said again")
	}
	alice.app.Do(alice.Chat, ui.End, 0)
	if !alice.mayLeave("away", true) {
		t.Error("stopped in a conversation that is not private")
	}

	alice.Host.Prefs["/OTR/onlyprivate"] = true
	if alice.mayLeave("away", true) || alice.mayLeave("script", false) {
		t.Error("left though privacy is required")
	}
}

// TestLeavingUndecided checks that no automatic reply is sent to a changed key before the
// user has decided.
func TestLeavingUndecided(t *testing.T) {
	alice, _ := newChanged(t)
	checked(t, alice)
	alice.Start()
	if alice.mayLeave("away", true) {
		t.Error("it left")
	}
}

func TestHideMessages(t *testing.T) {
	alice, bob := newPair(t)
	if alice.Host.Hides {
		t.Error("hidden though there is nothing to hide")
	}
	alice.Start()
	if !alice.Host.Hides {
		t.Error("not hidden")
	}
	alice.app.Do(alice.Chat, ui.End, 0)
	if !alice.Host.Hides {
		t.Error("the window still shows it")
	}
	set := func(v string, want bool) {
		t.Helper()
		alice.app.Do(ui.Chat{}, ui.Settings, 0)
		alice.Fill(map[int]string{setFields + verifiedFields + 1: v})
		if alice.Host.Hides != want {
			t.Errorf("after %q: %v", v, !want)
		}
	}
	set("", false)
	set("1", true)
	alice.app.Close()
	if alice.Host.Hides {
		t.Error("hidden for ever")
	}
	bob.Host.Prefs["/OTR/onlyprivate"] = true
	carol := bob.Chat
	carol.Peer = "carol@example.org"
	bob.Host.Hides = false
	bob.app.Sending(carol, "held")
	if !bob.Host.Hides {
		t.Error("a text that waits is not hidden")
	}
}

// TestOtherPlugin: another plugin stops or changes a text after it was encrypted. The text
// is returned to the user with the reason, and is not sent again when the buddy reports an
// error.
func TestOtherPlugin(t *testing.T) {
	for name, changed := range map[string]string{"stopped": "", "changed": "?OTR:AAMD!", "to plain text": "hello"} {
		t.Run(name, func(t *testing.T) {
			alice, bob := newPair(t)
			checked(t, alice)
			alice.Start()
			alice.Deliver()
			for _, text := range []string{"one", "two"} {
				if _, send := alice.app.Sending(alice.Chat, text); !send {
					t.Fatal("not sent")
				}
				if changed != "" && alice.mayLeave(changed, false) {
					t.Error("it left as another plugin changed it")
				}
			}
			alice.Host.RunPosted()
			if got := alice.Host.Returned; !slices.Equal(got, []string{"one", "two"}) {
				t.Errorf("given back: %q", got)
			}
			why := text.StoppedByPlugin("Bob")
			if changed != "" {
				why = text.ChangedByPlugin("Bob")
			}
			if !strings.Contains(alice.Host.Text(), why) {
				t.Errorf("alice reads %q", alice.Host.Text())
			}
			alice.app.Receiving(alice.Chat, "", "?OTR Error: not readable")
			alice.Start()
			alice.Deliver()
			if len(bob.Heard) > 0 {
				t.Errorf("bob reads %q", bob.Heard)
			}
			out, send := alice.app.Sending(alice.Chat, "three")
			if !send || !alice.mayLeave(out, false) {
				t.Error("nothing can be sent afterwards")
			}
			alice.Deliver()
			if !slices.Equal(bob.Heard, []string{"three"}) {
				t.Errorf("bob reads %q", bob.Heard)
			}
		})
	}
}
