// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/otr"
	"purple-otr/ui"
)

// isAuthI and isData4 recognise messages of version 4 by their type.
func isAuthI(msg string) bool { return strings.HasPrefix(msg, "?OTR:AAQ3") }
func isData4(msg string) bool { return strings.HasPrefix(msg, "?OTR:AAQD") }

// overtaken makes a pair in which Bob's Auth-I Message has not arrived, and the first texts that he
// has written have. It returns the message.
func overtaken(t *testing.T, texts ...string) (alice, bob *side, last string) {
	alice, bob = newPair(t)
	alice.switchOn()
	bob.switchOn()
	alice.Host.Lines, bob.Host.Lines = nil, nil
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	through(alice, bob, func(msg string) string {
		if isAuthI(msg) && last == "" {
			last = msg
			return ""
		}
		return msg
	})
	to, from := alice, bob
	if from.status().State != otr.Encrypted {
		to, from = bob, alice
	}
	if last == "" || from.status().State != otr.Encrypted || to.status().State == otr.Encrypted {
		t.Fatalf("%v, %v", to.status(), from.status())
	}
	for _, text := range texts {
		if !from.Say(text) {
			t.Fatal("not sent")
		}
	}
	for _, msg := range to.Wire {
		if !isData4(msg) {
			t.Fatalf("on the wire: %q", msg)
		}
	}
	for len(to.Wire) > 0 {
		msg := to.Wire[0]
		to.Wire = to.Wire[1:]
		to.Receive(msg)
	}
	return to, from, last
}

// Texts that arrive before the last message of the exchange wait for it, and are shown in order when
// it is there. Until then and afterwards the user reads of no error.
func TestTextsBeforeTheEndOfTheExchange(t *testing.T) {
	to, from, last := overtaken(t, "one", "two")
	if len(to.Heard) > 0 || strings.Contains(to.Host.Text(), "could not be read") {
		t.Fatalf("too early: heard %q, lines:\n%s", to.Heard, to.Host.Text())
	}
	to.Receive(last)
	if want := []string{"one<br>two"}; !slices.Equal(to.Heard, want) {
		t.Errorf("heard %q, want %q", to.Heard, want)
	}
	to.wantVersion(ui.Unverified, otr.V4)
	to.noQuestion()
	from.noQuestion()
	to.Receive(last) // a copy changes nothing
	if len(to.Heard) != 1 {
		t.Errorf("heard %q", to.Heard)
	}
	talk(t, from, to)
}

// If the last message is lost, the exchange is repeated. What was written meanwhile cannot be read:
// both users are told, once, and the writer gets it back or it is sent again.
func TestExchangeThatHasToBeRepeated(t *testing.T) {
	for _, verified := range []bool{false, true} {
		to, from, _ := overtaken(t)
		if verified {
			if err := from.Store.SetTrust(ui.BuddyOf(from.Chat), to.key4(), "verified"); err != nil {
				t.Fatal(err)
			}
		}
		from.Say("lost at first")
		for range 40 {
			from.Deliver()
			to.Wait(time.Second)
			from.Wait(time.Second)
		}
		for _, s := range []*side{to, from} {
			if s.status().State != otr.Encrypted || s.status().Version != otr.V4 {
				t.Fatalf("%s: %+v; lines:\n%s", s.Chat.Account, s.status(), s.Host.Text())
			}
		}
		heard := slices.ContainsFunc(to.Heard, func(s string) bool { return strings.Contains(s, "lost at first") })
		if back := slices.Contains(from.Host.Returned, "lost at first"); heard == back || heard != verified {
			t.Errorf("verified %v: heard %q, given back %q; lines:\n%s", verified, to.Heard, from.Host.Returned, from.Host.Text())
		}
		for s, line := range map[*side]string{to: "does not belong to a private conversation that is open here", from: "could not"} {
			if n := strings.Count(s.Host.Text(), line); n == 0 || s == to && n > 1 {
				t.Errorf("%s: %d lines with %q in:\n%s", s.Chat.Account, n, line, s.Host.Text())
			}
		}
		talk(t, from, to)
	}
}
