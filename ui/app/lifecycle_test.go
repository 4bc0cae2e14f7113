// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
	"purple-otr/ui/text"
)

// TestSignOff takes the account off line in a private conversation.
func TestSignOff(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	before := alice.Host.Refreshed
	alice.Host.Online = false
	alice.app.SignedOff(alice.Chat.Protocol, alice.Chat.Account)
	if alice.Host.Refreshed == before {
		t.Error("nothing was drawn again")
	}
	v := alice.app.View(alice.Chat)
	if v.Level != ui.Unverified || v.Menu[0].Enabled {
		t.Errorf("view %+v", v)
	}
	if p := alice.app.Command(alice.Chat, "refresh"); p != text.NotConnected() {
		t.Errorf("problem %q", p)
	}
	alice.Host.Online = true
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	carol := alice.Chat
	carol.Peer = "carol@example.org"
	alice.app.Do(carol, ui.StartOrRefresh, 0)
	alice.Deliver()
	alice.app.SignedOff(alice.Chat.Protocol, alice.Chat.Account)
	alice.Host.Lines = nil
	alice.Wait(2 * answerDelay)
	if got := alice.Host.Text(); got != "" {
		t.Errorf("off line, but an answer is missed: %q", got)
	}
	alice.app.SignedOn(alice.Chat.Protocol, alice.Chat.Account)
	alice.WantLine("You are online again")
	alice.Say("still here")
	alice.Deliver()
	if !slices.Equal(bob.Heard, []string{"still here"}) {
		t.Errorf("heard %q", bob.Heard)
	}
	alice.Host.Online = false
	alice.app.Do(alice.Chat, ui.End, 0)
	alice.Want(ui.NotPrivate)
	alice.WantLine("Bob could not be notified")
}

// TestGoingOffline: the user takes the account offline. The buddy is told, and nothing that
// the user types afterwards is sent unencrypted.
func TestGoingOffline(t *testing.T) {
	alice, bob := newPair(t)
	alice.app.SigningOff(alice.Chat.Protocol, alice.Chat.Account) // nothing to end
	alice.Start()
	alice.app.SigningOff(alice.Chat.Protocol, "somebody else")
	alice.Want(ui.Unverified)
	alice.Host.Lines, bob.Host.Lines = nil, nil
	alice.app.SigningOff(alice.Chat.Protocol, alice.Chat.Account)
	alice.Host.Online = false
	alice.app.SignedOff(alice.Chat.Protocol, alice.Chat.Account)
	alice.Deliver()
	alice.Want(ui.Finished)
	bob.Want(ui.Finished)
	alice.WantLine("has ended because you went offline. Your messages will not be sent")
	bob.WantLine("Alice ended")
	if alice.Host.Logs[alice.Chat] != true {
		t.Error("the log is still off")
	}
	alice.Host.Online = true
	alice.app.SignedOn(alice.Chat.Protocol, alice.Chat.Account)
	if alice.Say("back again") || !slices.Equal(alice.Host.Returned, []string{"back again"}) {
		t.Errorf("sent, or lost: %q", alice.Host.Returned)
	}
	alice.Start()
	alice.app.SigningOff(alice.Chat.Protocol, alice.Chat.Account)
	alice.Host.Lines = nil
	alice.app.SigningOff(alice.Chat.Protocol, alice.Chat.Account) // a second time
	if got := alice.Host.Text(); got != "" {
		t.Errorf("lines %q", got)
	}
}

// TestSleep: the computer sleeps for longer than a conversation may be idle. No timer fires
// meanwhile.
func TestSleep(t *testing.T) {
	alice, bob := newPair(t)
	alice.Host.Numbers[prefIdleHours] = 1
	alice.Start()
	bob.Host.Lines = nil
	alice.Clock = alice.Clock.Add(8 * time.Hour)
	alice.app.SignedOff(alice.Chat.Protocol, alice.Chat.Account)
	alice.app.SignedOn(alice.Chat.Protocol, alice.Chat.Account)
	alice.Want(ui.Finished)
	alice.Deliver()
	bob.WantLine("Alice ended")
	if now := WallClock(); strings.Contains(now.String(), "m=") {
		t.Errorf("%v would stand still during sleep", now)
	}
}

// TestLostFragment: the connection breaks in the middle of a long message.
func TestLostFragment(t *testing.T) {
	alice, bob := newPair(t)
	for i, s := range []*side{alice, bob} {
		s.Chat.Protocol = "prpl-irc"
		if err := s.Store.SetKey(ui.AccountOf(s.Chat), uitest.TestKey(t, i)); err != nil {
			t.Fatal(err)
		}
		s.Open()
	}
	alice.Start()
	long := strings.Repeat("long ", 1000)
	alice.Say(long)
	for _, m := range bob.Wire {
		if len(m) > 416 {
			t.Fatalf("%d bytes in one message", len(m))
		}
	}
	alice.Deliver()
	if !slices.Equal(bob.Heard, []string{long}) {
		t.Errorf("heard %d texts", len(bob.Heard))
	}
	alice.Host.Online = false
	if alice.Say(long) || !slices.Equal(alice.Host.Returned, []string{long}) {
		t.Error("the text was not given back")
	}
}

// TestReopen closes and opens the window of a private conversation.
func TestReopen(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.Close()
	alice.Host.Lines = nil
	bob.Say("hello")
	bob.Deliver() // opens the window
	if !slices.Equal(alice.Heard, []string{"hello"}) || alice.Host.Logs[alice.Chat] {
		t.Errorf("heard %q, logging %v", alice.Heard, alice.Host.Logs)
	}
	alice.WantLine("Conversation with Bob: Unverified.")
	alice.app.Do(alice.Chat, ui.End, 0)
	if !alice.Host.Logs[alice.Chat] {
		t.Error("logging stays off")
	}
}

// TestLoggingChoices keeps what the user has chosen.
func TestLoggingChoices(t *testing.T) {
	alice, bob := newPair(t)
	alice.Host.Logs[alice.Chat] = false
	bob.Host.Prefs["/OTR/avoidloggingotr"] = false
	alice.Start()
	if !bob.Host.Logs[bob.Chat] {
		t.Error("logging is off though the preference is")
	}
	bob.WantLine("is being logged")
	bob.app.Do(bob.Chat, ui.End, 0)
	alice.Deliver()
	alice.Want(ui.Finished)
	if alice.Host.Logs[alice.Chat] {
		t.Error("logging was switched on though the user had it off")
	}
}

func TestClose(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.app.Do(alice.Chat, ui.Verify, 0)
	other := ui.Chat{Protocol: alice.Chat.Protocol, Account: alice.Chat.Account, Peer: "carol@example.org"}
	alice.Host.Prefs["/OTR/onlyprivate"] = true
	alice.app.Sending(other, "held")
	carol, dave := other, other
	dave.Peer = "dave@example.org"
	alice.app.Do(dave, ui.StartOrRefresh, 0) // no answer comes, so a timer runs
	alice.Host.AskForm(ui.Form{Chat: carol, Done: func(bool, []string) {}})
	alice.app.Close()
	alice.Host.Prefs["/OTR/onlyprivate"] = false
	if len(alice.Host.Forms) > 0 || len(alice.Host.Running()) > 0 {
		t.Error("dialogs or timers are left")
	}
	if !slices.Equal(alice.Host.Returned, []string{"held"}) || !alice.Host.Logs[alice.Chat] {
		t.Errorf("returned %q, logging %v", alice.Host.Returned, alice.Host.Logs)
	}
	alice.Deliver()
	bob.Want(ui.Finished)
	if alice.Say("late") {
		t.Error("sent after Close")
	}
	alice.app.Close()
}

// TestDamagedStore starts with files that cannot be read.
func TestDamagedStore(t *testing.T) {
	alice, bob := newPair(t)
	alice.Store.Close()
	alice.Store = nil
	for _, name := range []string{"otr.private_key", "otr.fingerprints", "otr.instance_tags"} {
		if err := os.WriteFile(filepath.Join(alice.Dir, name), []byte("(((\x00 garbage"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	alice.Restart()
	if len(alice.Host.Alerts) != 1 || !strings.Contains(alice.Host.Alerts[0], "otr.private_key") ||
		!strings.Contains(alice.Host.Alerts[0], "Nothing has been overwritten") {
		t.Fatalf("alerts %q", alice.Host.Alerts)
	}
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	alice.Host.RunPosted()
	alice.Deliver()
	alice.Want(ui.NotPrivate)
	bob.Want(ui.NotPrivate)
	if len(alice.Host.Alerts) != 2 || !strings.Contains(alice.Host.Alerts[1], "has no key") {
		t.Errorf("alerts %q", alice.Host.Alerts)
	}
	if b, err := os.ReadFile(filepath.Join(alice.Dir, "otr.private_key")); err != nil || !strings.Contains(string(b), "garbage") {
		t.Errorf("the damaged file has been overwritten: %v", err)
	}
}

// TestConversationsAreBounded: a large number of strangers write.
func TestConversationsAreBounded(t *testing.T) {
	alice, _ := newPair(t)
	for i := range 3 * maxConversations {
		c := alice.Chat
		c.Peer = strings.Repeat("x", i)
		alice.app.Receiving(c, "", "spam")
	}
	if n := len(alice.app.conversations); n > maxConversations {
		t.Errorf("%d sessions", n)
	}
}

// TestHeldTextIsLost: the connection breaks while held text is being sent.
func TestHeldTextIsLost(t *testing.T) {
	alice, bob := newPair(t)
	alice.Host.Prefs["/OTR/onlyprivate"] = true
	alice.Say("hello")
	alice.Host.Lines = nil
	alice.Host.OnTransmit = func(m string) error {
		if bob.app.level(bob.Chat) == ui.Unverified || strings.HasPrefix(m, "?OTR:AAMS") || strings.HasPrefix(m, "?OTR:AAMD") {
			return errors.New("gone")
		}
		bob.Wire = append(bob.Wire, m)
		return nil
	}
	alice.Deliver()
	if alice.Host.Shown != nil || !slices.Equal(alice.Host.Returned, []string{"hello"}) {
		t.Errorf("shown %q, returned %q", alice.Host.Shown, alice.Host.Returned)
	}
	alice.WantLine("is offline")
}

// TestNothingSaved closes the store, so that every change fails.
func TestNothingSaved(t *testing.T) {
	alice, _ := newPair(t)
	alice.Say("hello") // makes the session, which has the key
	alice.Start()
	alice.Store.Close()
	alice.Verify()
	alice.Want(ui.Unverified)
	if len(alice.Host.Alerts) != 1 || !strings.Contains(alice.Host.Alerts[0], "could not be saved") {
		t.Errorf("alerts %q", alice.Host.Alerts)
	}
	conv := alice.app.conversations[alice.Chat]
	status := conv.session.Status()
	status.Fingerprint = uitest.TestKey(t, 3).Fingerprint()
	alice.app.presenter.showAll(conv, []otr.Event{otr.Secured{Status: status}}, nil)
	alice.WantLine("The fingerprint of Bob could not be saved")
}

// TestMaxMessage checks that the user's file overrides the built-in limits.
func TestMaxMessage(t *testing.T) {
	alice, _ := newPair(t)
	if err := os.WriteFile(filepath.Join(alice.Dir, "otr.max_message_size"), []byte("prpl-irc\t300\nprpl-x\t1000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	alice.Restart()
	for protocol, want := range map[string]int{"prpl-irc": 300, "prpl-x": 1000, "prpl-gg": 1998, "prpl-jabber": 0} {
		if got := alice.app.prefs.maxMessage(protocol); got != want {
			t.Errorf("%s: %d, want %d", protocol, got, want)
		}
	}
}
