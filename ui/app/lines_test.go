// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
	"purple-otr/ui/text"
)

// ircPair is newPair on IRC. Write gives alice's account a line to write.
func ircPair(t *testing.T) (alice, bob *side, write func(string) bool) {
	alice, bob = newPair(t)
	for i, s := range []*side{alice, bob} {
		s.Close()
		s.Chat = ui.Chat{Protocol: ircProtocol, Account: "alice@irc.example.org", Peer: "bob[1]"}
		if s == bob {
			s.Chat.Account, s.Chat.Peer = "bob[1]@irc.example.org", "alice"
		}
		if err := s.Store.SetKey(ui.AccountOf(s.Chat), uitest.TestKey(t, i)); err != nil {
			t.Fatal(err)
		}
		s.Open()
	}
	write = func(line string) bool { return alice.app.LineLeaves(ircProtocol, alice.Chat.Account, line) }
	// What is transmitted is queued, and written.
	alice.Host.OnTransmit = func(msg string) error {
		if !alice.mayLeave(msg, false) {
			t.Errorf("stopped %.20q, which the engine made", msg)
		}
		return nil
	}
	return alice, bob, write
}

// wrote has the lines written that wait for it in bob's Wire.
func (s *side) wrote(t *testing.T, write func(string) bool) {
	t.Helper()
	for _, msg := range s.peer.Wire {
		if !write("PRIVMSG bob[1] :" + msg + "\r\n") {
			t.Errorf("stopped as it was written: %.30q", msg)
		}
	}
}

var aroundIRC = []string{
	"PRIVMSG bob[1] :hello\r\n", "privmsg BOB{1] hello\r\n", "NOTICE bob[1] :hello\n", "PRIVMSG carol,bob[1] :hello\r\n",
	"PRIVMSG bob[1]!b@host :hello\r\n", "@+x=y PRIVMSG bob[1] :hello\r\n", ":alice NOTICE bob[1] :hello\r\n", "CPRIVMSG bob[1] #room :hello\r\n",
	"PRIVMSG bob[1] :\x01ACTION waves\x01\r\n", "PRIVMSG bob[1] :\x01X hello\x01\r\n", "PRIVMSG bob[1] :\x01PING hello\x01\r\n",
	"NOTICE bob[1] :\x01VERSION hello\x01\r\n", "MEMOSERV :SEND bob[1] hello\r\n", "PRIVMSG memoserv :send bob[1] hello\r\n",
	"PING :x\r\nPRIVMSG bob[1] :hello\r\n", "PRIVMSG bob[1] :?OTR:AAMDhello.\r\n",
}

var besidesIRC = []string{
	"PRIVMSG carol :hello\r\n", "PRIVMSG #bob[1] :hello\r\n", "JOIN #room\r\n", "WHOIS bob[1]\r\n", "PRIVMSG bob[1] :\x01PING 123 45\x01\r\n",
	"PRIVMSG bob[1] :\x01VERSION\x01\r\n", "NOTICE bob[1] :\x01VERSION Purple IRC\x01\r\n", "PRIVMSG bob[1] :\x01DCC SEND f 1 2 3\x01\r\n",
	"MEMOSERV :LIST bob[1]\r\n", "PONG :bob[1]\r\n", "\r\n", "",
}

func TestLineLeaves(t *testing.T) {
	alice, bob, write := ircPair(t)
	all := func(lines []string, want bool) {
		t.Helper()
		for _, line := range lines {
			if write(line) != want {
				t.Errorf("%q: %v", line, !want)
			}
		}
	}
	all(aroundIRC, true)
	all(besidesIRC, true)
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	for len(alice.Wire)+len(bob.Wire) > 0 {
		alice.wrote(t, write)
		for _, msg := range slices.Clone(bob.Wire) {
			bob.Wire = bob.Wire[1:]
			bob.Receive(msg)
		}
		for _, msg := range slices.Clone(alice.Wire) {
			alice.Wire = alice.Wire[1:]
			alice.Receive(msg)
		}
	}
	alice.Want(ui.Unverified)
	all(aroundIRC, false)
	all(besidesIRC, true)

	// What is encrypted passes, once, whatever the window shows by then.
	if !alice.Say("encrypted") {
		t.Fatal("not sent")
	}
	line := "PRIVMSG bob[1] :" + bob.Wire[len(bob.Wire)-1] + "\r\n"
	for i, want := range []bool{true, false} {
		if write(line) != want {
			t.Errorf("time %d: %v", i+1, !want)
		}
	}
	if alice.Say("encrypted"); write("@+x=clear PRIVMSG bob[1] :" + bob.Wire[len(bob.Wire)-1] + "\r\n") {
		t.Error("something clear left beside it")
	}
	// A line may come in parts.
	if !write("PRIVM") || write("SG bob[1] :hello\r\n") || !write("PING :x\r\n") {
		t.Error("a line in two parts")
	}
	bob.Wire = nil
	bob.app.Do(bob.Chat, ui.End, 0)
	bob.Deliver()
	alice.Want(ui.Finished)
	all(aroundIRC, false)
	alice.app.commands.endByUser(alice.Chat)
	all(aroundIRC, true)
	alice.Host.Prefs["/OTR/onlyprivate"] = true
	all(aroundIRC, false)
	all(besidesIRC[1:8], true)
	if write(besidesIRC[0]) {
		t.Error("under “require”, it left to somebody else")
	}
}

// TestLineGivenBack has the user use a command: the text comes back, with the reason.
func TestLineGivenBack(t *testing.T) {
	alice, _, write := ircPair(t)
	alice.Host.Prefs["/OTR/onlyprivate"] = true
	for range 3 {
		write("PRIVMSG bob[1] :again\r\n")
	}
	if n := strings.Count(alice.Host.Text(), text.LineNotSent("Bob")); n != 1 {
		t.Errorf("told %d times", n)
	}
	for line, want := range map[string][]string{
		"PRIVMSG bob[1] :a <b>\r\n":                {"a &lt;b&gt;"},
		"PRIVMSG bob[1] :\x01ACTION waves\x01\r\n": {"/me waves"},
		"PRIVMSG bob[1],#room :x\r\n":              nil,
		"PRIVMSG bob[1] :\x01X y\x01\r\n":          nil,
	} {
		alice.Host.Returned, alice.Host.Lines = nil, nil
		delete(alice.app.conversations, alice.Chat)
		if write(line) {
			t.Errorf("%q left", line)
		}
		if !slices.Equal(alice.Host.Returned, want) {
			t.Errorf("%q: given back %q", line, alice.Host.Returned)
		}
		if n := strings.Count(alice.Host.Text(), text.LineNotSent("Bob")); n != 1 {
			t.Errorf("%q: told %d times", line, n)
		}
	}
}

// TestLineQueued writes in the clear what was sent so, though it is private by then:
// the window shows it as that. What a command has queued does not leave.
func TestLineQueued(t *testing.T) {
	alice, _, write := ircPair(t)
	alice.Host.Plain = true
	if !alice.Say("one &lt;<br>two") {
		t.Fatal("not sent")
	}
	alice.Host.Prefs["/OTR/onlyprivate"] = true
	if !write("PRIVMSG bob[1] :one <\r\n") || write("PRIVMSG bob[1] :three\r\n") {
		t.Error("not what was sent, and nothing else")
	}
	alice.app.SignedOff(ircProtocol, alice.Chat.Account)
	if write("PRIVMSG bob[1] :two\r\n") {
		t.Error("a permission is left from the last connection")
	}
}

func TestStanzaLeaves(t *testing.T) {
	alice, _ := newPair(t)
	for body, want := range map[string]ui.StanzaKind{
		"hello": ui.Ordinary, "": ui.Ordinary, "hello \t  \t\t\t\t \t \t \t    \t\t  \t": ui.Ordinary, "see ?OTR:": ui.Ordinary,
		"?OTRv23? I would": ui.Unencrypted, "?OTR?": ui.Unencrypted, "?OTR Error: no": ui.Unencrypted,
		"?OTR:AAMD.": ui.Encrypted, "?OTR|1|2,1,2,AAA,": ui.Encrypted, "?OTR,1,2,AAA,": ui.Encrypted,
	} {
		for _, checked := range []bool{false, true} {
			if kind, ok := alice.app.StanzaLeaves(alice.Chat, body, checked); kind != want || !ok {
				t.Errorf("%q: %v, %v", body, kind, ok)
			}
		}
	}
	alice.Start()
	broken := alice.Chat
	broken.Peer = ""
	carol := alice.Chat
	carol.Peer = "carol@example.org"
	for c, want := range map[ui.Chat]bool{alice.Chat: false, broken: false, carol: true} {
		if _, ok := alice.app.StanzaLeaves(c, "a < b", false); ok != want {
			t.Errorf("to %q: %v", c.Peer, ok)
		}
	}
	if _, ok := alice.app.StanzaLeaves(alice.Chat, "?OTR:AAMD.", true); !ok {
		t.Error("what Leaving has let through was stopped")
	}
	if !slices.Equal(alice.Host.Returned, []string{"a &lt; b"}) {
		t.Errorf("given back: %q", alice.Host.Returned)
	}
	alice.WantLine(text.LineNotSent("Bob"))

	// The receiver of a malformed stanza is unknown, even if there is no conversation.
	alice, _ = newPair(t)
	if _, ok := alice.app.StanzaLeaves(broken, "a < b", false); !ok {
		t.Error("nothing is private, but a broken stanza was stopped")
	}
	alice.Host.Prefs["/"+prefRequire] = true
	if _, ok := alice.app.StanzaLeaves(broken, "a < b", false); ok {
		t.Error("encryption is required, but a broken stanza leaves")
	}
	alice.Host.Prefs["/"+prefRequire] = false
	if _, err := alice.Store.Add(ui.BuddyOf(alice.Chat), uitest.TestKey(t, 2).Fingerprint()); err != nil {
		t.Fatal(err)
	}
	alice.Host.BuddyPrefs[prefOverride], alice.Host.BuddyPrefs[prefRequire] = true, true
	if _, ok := alice.app.StanzaLeaves(broken, "a < b", false); ok {
		t.Error("encryption is required for one buddy, but a broken stanza leaves")
	}
}
