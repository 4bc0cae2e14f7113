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
	"purple-otr/ui/text"
)

// TestSignOff takes the account off line in a private conversation.
func TestSignOff(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	before := alice.host.refreshed
	alice.host.online = false
	alice.app.SignedOff(alice.chat.Protocol, alice.chat.Account)
	if alice.host.refreshed == before {
		t.Error("nothing was drawn again")
	}
	v := alice.app.View(alice.chat)
	if v.Level != ui.Unverified || v.Menu[0].Enabled {
		t.Errorf("view %+v", v)
	}
	if p := alice.app.Command(alice.chat, "refresh"); p != text.NotConnected() {
		t.Errorf("problem %q", p)
	}
	alice.host.online = true
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	carol := alice.chat
	carol.Peer = "carol@example.org"
	alice.app.Do(carol, ui.StartOrRefresh, 0)
	alice.deliver()
	alice.app.SignedOff(alice.chat.Protocol, alice.chat.Account)
	alice.host.lines = nil
	alice.wait(2 * answerTime)
	if got := alice.host.text(); got != "" {
		t.Errorf("off line, but an answer is missed: %q", got)
	}
	alice.app.SignedOn(alice.chat.Protocol, alice.chat.Account)
	alice.wantLine("You are on line again")
	alice.say("still here")
	alice.deliver()
	if !slices.Equal(bob.heard, []string{"still here"}) {
		t.Errorf("heard %q", bob.heard)
	}
	alice.host.online = false
	alice.app.Do(alice.chat, ui.End, 0)
	alice.want(ui.NotPrivate)
	alice.wantLine("Bob could not be told")
}

// TestGoingOffline has the user take the account off line: the buddy is told, and
// nothing that is typed afterwards is sent in the clear.
func TestGoingOffline(t *testing.T) {
	alice, bob := newPair(t)
	alice.app.SigningOff(alice.chat.Protocol, alice.chat.Account) // nothing to end
	alice.start()
	alice.app.SigningOff(alice.chat.Protocol, "somebody else")
	alice.want(ui.Unverified)
	alice.host.lines, bob.host.lines = nil, nil
	alice.app.SigningOff(alice.chat.Protocol, alice.chat.Account)
	alice.host.online = false
	alice.app.SignedOff(alice.chat.Protocol, alice.chat.Account)
	alice.deliver()
	alice.want(ui.Finished)
	bob.want(ui.Finished)
	alice.wantLine("has ended, because you go off line. Nothing you write is sent")
	bob.wantLine("Alice has ended")
	if alice.host.logging[alice.chat] != true {
		t.Error("the log is still off")
	}
	alice.host.online = true
	alice.app.SignedOn(alice.chat.Protocol, alice.chat.Account)
	if alice.say("back again") || !slices.Equal(alice.host.returned, []string{"back again"}) {
		t.Errorf("sent, or lost: %q", alice.host.returned)
	}
	alice.start()
	alice.app.SigningOff(alice.chat.Protocol, alice.chat.Account)
	alice.host.lines = nil
	alice.app.SigningOff(alice.chat.Protocol, alice.chat.Account) // a second time
	if got := alice.host.text(); got != "" {
		t.Errorf("lines %q", got)
	}
}

// TestSleep lets the computer sleep for longer than a conversation may be idle.
// No timer fires meanwhile.
func TestSleep(t *testing.T) {
	alice, bob := newPair(t)
	alice.host.numbers[prefIdleHours] = 1
	alice.start()
	bob.host.lines = nil
	alice.clock = alice.clock.Add(8 * time.Hour)
	alice.app.SignedOff(alice.chat.Protocol, alice.chat.Account)
	alice.app.SignedOn(alice.chat.Protocol, alice.chat.Account)
	alice.want(ui.Finished)
	alice.deliver()
	bob.wantLine("Alice has ended")
	if now := WallClock(); strings.Contains(now.String(), "m=") {
		t.Errorf("%v would stand still during sleep", now)
	}
}

// TestLostFragment loses the connection in the middle of a long message.
func TestLostFragment(t *testing.T) {
	alice, bob := newPair(t)
	for i, s := range []*side{alice, bob} {
		s.chat.Protocol = "prpl-irc"
		if err := s.store.SetKey(ui.AccountOf(s.chat), testKey(t, i)); err != nil {
			t.Fatal(err)
		}
		s.open()
	}
	alice.start()
	long := strings.Repeat("long ", 1000)
	alice.say(long)
	for _, m := range bob.wire {
		if len(m) > 416 {
			t.Fatalf("%d bytes in one message", len(m))
		}
	}
	alice.deliver()
	if !slices.Equal(bob.heard, []string{long}) {
		t.Errorf("heard %d texts", len(bob.heard))
	}
	alice.host.online = false
	if alice.say(long) || !slices.Equal(alice.host.returned, []string{long}) {
		t.Error("the text was not given back")
	}
}

// TestReopen closes and opens the window of a private conversation.
func TestReopen(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	alice.close()
	alice.host.lines = nil
	bob.say("hello")
	bob.deliver() // opens the window
	if !slices.Equal(alice.heard, []string{"hello"}) || alice.host.logging[alice.chat] {
		t.Errorf("heard %q, logging %v", alice.heard, alice.host.logging)
	}
	alice.wantLine("Conversation with Bob: Unverified.")
	alice.app.Do(alice.chat, ui.End, 0)
	if !alice.host.logging[alice.chat] {
		t.Error("logging stays off")
	}
}

// TestLoggingChoices keeps what the user has chosen.
func TestLoggingChoices(t *testing.T) {
	alice, bob := newPair(t)
	alice.host.logging[alice.chat] = false
	bob.host.prefs["/OTR/avoidloggingotr"] = false
	alice.start()
	if !bob.host.logging[bob.chat] {
		t.Error("logging is off though the preference is")
	}
	bob.wantLine("is being saved in your log")
	bob.app.Do(bob.chat, ui.End, 0)
	alice.deliver()
	alice.want(ui.Finished)
	if alice.host.logging[alice.chat] {
		t.Error("logging was switched on though the user had it off")
	}
}

func TestClose(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	alice.app.Do(alice.chat, ui.Verify, 0)
	other := ui.Chat{Protocol: alice.chat.Protocol, Account: alice.chat.Account, Peer: "carol@example.org"}
	alice.host.prefs["/OTR/onlyprivate"] = true
	alice.app.Sending(other, "held")
	carol, dave := other, other
	dave.Peer = "dave@example.org"
	alice.app.Do(dave, ui.StartOrRefresh, 0) // no answer comes, so a timer runs
	alice.host.AskForm(ui.Form{Chat: carol, Done: func(bool, []string) {}})
	alice.app.Close()
	alice.host.prefs["/OTR/onlyprivate"] = false
	if len(alice.host.forms) > 0 || len(alice.host.running()) > 0 {
		t.Error("dialogs or timers are left")
	}
	if !slices.Equal(alice.host.returned, []string{"held"}) || !alice.host.logging[alice.chat] {
		t.Errorf("returned %q, logging %v", alice.host.returned, alice.host.logging)
	}
	alice.deliver()
	bob.want(ui.Finished)
	if alice.say("late") {
		t.Error("sent after Close")
	}
	alice.app.Close()
}

// TestDamagedStore starts with files that cannot be read.
func TestDamagedStore(t *testing.T) {
	alice, bob := newPair(t)
	alice.store.Close()
	alice.store = nil
	for _, name := range []string{"otr.private_key", "otr.fingerprints", "otr.instance_tags"} {
		if err := os.WriteFile(filepath.Join(alice.dir, name), []byte("(((\x00 garbage"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	alice.restart()
	if len(alice.host.alerts) != 1 || !strings.Contains(alice.host.alerts[0], "otr.private_key") ||
		!strings.Contains(alice.host.alerts[0], "Nothing has been overwritten") {
		t.Fatalf("alerts %q", alice.host.alerts)
	}
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	alice.deliver()
	alice.host.post()
	alice.deliver()
	alice.want(ui.NotPrivate)
	bob.want(ui.NotPrivate)
	if len(alice.host.alerts) != 2 || !strings.Contains(alice.host.alerts[1], "There is no key") {
		t.Errorf("alerts %q", alice.host.alerts)
	}
	if b, err := os.ReadFile(filepath.Join(alice.dir, "otr.private_key")); err != nil || !strings.Contains(string(b), "garbage") {
		t.Errorf("the damaged file has been overwritten: %v", err)
	}
}

// TestTalksAreBounded has very many strangers write.
func TestTalksAreBounded(t *testing.T) {
	alice, _ := newPair(t)
	for i := range 3 * maxTalks {
		c := alice.chat
		c.Peer = strings.Repeat("x", i)
		alice.app.Receiving(c, "", "spam")
	}
	if n := len(alice.app.talks); n > maxTalks {
		t.Errorf("%d sessions", n)
	}
}

// TestHeldTextIsLost loses the connection while held text is being sent.
func TestHeldTextIsLost(t *testing.T) {
	alice, bob := newPair(t)
	alice.host.prefs["/OTR/onlyprivate"] = true
	alice.say("hello")
	alice.host.lines = nil
	alice.host.transmit = func(m string) error {
		if bob.app.level(bob.chat) == ui.Unverified || strings.HasPrefix(m, "?OTR:AAMS") || strings.HasPrefix(m, "?OTR:AAMD") {
			return errors.New("gone")
		}
		bob.wire = append(bob.wire, m)
		return nil
	}
	alice.deliver()
	if alice.host.shown != nil || !slices.Equal(alice.host.returned, []string{"hello"}) {
		t.Errorf("shown %q, returned %q", alice.host.shown, alice.host.returned)
	}
	alice.wantLine("not on line")
}

// TestNothingSaved closes the store, so that every change fails.
func TestNothingSaved(t *testing.T) {
	alice, _ := newPair(t)
	alice.say("hello") // makes the session, which has the key
	alice.start()
	alice.store.Close()
	alice.verify()
	alice.want(ui.Unverified)
	if len(alice.host.alerts) != 1 || !strings.Contains(alice.host.alerts[0], "could not be saved") {
		t.Errorf("alerts %q", alice.host.alerts)
	}
	talk := alice.app.talks[alice.chat]
	status := talk.session.Status()
	status.Fingerprint = testKey(t, 3).Fingerprint()
	alice.app.show(talk, otr.Secured{Status: status}, nil)
	alice.wantLine("The fingerprint of Bob could not be saved")
}

// TestMaxMessage prefers the user's file to the limits that are built in.
func TestMaxMessage(t *testing.T) {
	alice, _ := newPair(t)
	if err := os.WriteFile(filepath.Join(alice.dir, "otr.max_message_size"), []byte("prpl-irc\t300\nprpl-x\t1000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	alice.restart()
	for protocol, want := range map[string]int{"prpl-irc": 300, "prpl-x": 1000, "prpl-gg": 1998, "prpl-jabber": 0} {
		if got := alice.app.maxMessage(protocol); got != want {
			t.Errorf("%s: %d, want %d", protocol, got, want)
		}
	}
}
