// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

// TestIRCRoom sends as much as there is room for, and looks at the line that the buddy
// gets: it must not be longer than a server lets through.
func TestIRCRoom(t *testing.T) {
	long := strings.Repeat("n", 30)
	for name, c := range map[string]struct {
		nick, user, host, buddy string
		arrived                 []string // what alice's account has received
	}{
		"nothing known":    {"alice", "~" + strings.Repeat("u", 20), strings.Repeat("h", 64), "bob", nil},
		"long nicks":       {long, "~" + strings.Repeat("u", 20), strings.Repeat("h", 64), long, []string{":server 001 " + long + " :Welcome"}},
		"a longer cloak":   {"alice", "~u", strings.Repeat("h", 100), "bob", []string{":s 001 alice :Hi", ":alice!~u@" + strings.Repeat("h", 100) + " JOIN #x\r\n"}},
		"a cloak of later": {"alice", "~u", strings.Repeat("h", 90), "bob", []string{":s 001 alice :Hi", ":alice!~u@short JOIN #x", ":s 396 alice " + strings.Repeat("h", 90) + " :is now your host"}},
		"host changed":     {"alice", "v", strings.Repeat("h", 90), "bob", []string{":s 001 alice :Hi", "@t=1 :alice!~u@short CHGHOST v " + strings.Repeat("h", 90)}},
		"nick changed":     {long, "~u", "h", "bob", []string{":s 001 alice :Hi", ":Alice!~u@h NICK :" + long}},
		"little in front":  {"alice", "~u", "h", "bob", []string{":s 001 alice :Hi", ":alice!~u@h MODE alice +i"}},
	} {
		t.Run(name, func(t *testing.T) {
			alice, _, _ := ircPair(t)
			chat := ui.Chat{Protocol: ircProtocol, Account: "alice@irc.example.org", Peer: c.buddy}
			for _, line := range append(c.arrived, ":bob!x@y PRIVMSG alice :001", ":", "", "@", ":alice!", ":s 396", ":alice NICK") {
				alice.app.LineArrived(ircProtocol, chat.Account, line)
			}
			room := alice.app.prefs.room(chat, false)
			line := fmt.Sprintf(":%s!%s@%s PRIVMSG %s :%s\r\n", c.nick, c.user, c.host, c.buddy, strings.Repeat("x", room))
			if len(line) > 512 {
				t.Errorf("a line of %d bytes", len(line))
			}
			if room < 250 || room > 512-64-len(c.buddy) {
				t.Errorf("room for %d bytes", room)
			}
			if half := alice.app.prefs.room(chat, true); half != room/2 {
				t.Errorf("shorter: %d of %d", half, room)
			}
		})
	}
	alice, _, _ := ircPair(t)
	alice.app.LineArrived(ircProtocol, alice.Chat.Account, ":s 001 alice :Hi")
	alice.app.LineArrived(ircProtocol, alice.Chat.Account, ":alice!u@"+strings.Repeat("h", 5000)+" JOIN #x")
	if room := alice.app.prefs.room(alice.Chat, false); room < 50 {
		t.Errorf("room for %d bytes", room)
	}
	if err := os.WriteFile(filepath.Join(alice.Dir, "otr.max_message_size"), []byte("prpl-irc\t300\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	alice.Restart()
	if room := alice.app.prefs.room(alice.Chat, false); room != 300 {
		t.Errorf("room for %d bytes, want the user's 300", room)
	}
}

// TestCutLines: a server cuts alice's lines that are longer than it allows. The exchange
// is tried again with shorter pieces, and succeeds, whoever began it and whichever of her
// messages is the first that is cut.
func TestCutLines(t *testing.T) {
	for limit, enough := range map[int]bool{350: true, 300: true, 220: true, 60: false} {
		for _, begins := range []string{"alice", "bob"} {
			t.Run(fmt.Sprintf("%s begins, %d bytes", begins, limit), func(t *testing.T) {
				alice, bob, _ := ircPair(t)
				alice.Host.OnTransmit = func(msg string) error {
					bob.Wire = append(bob.Wire, msg[:min(len(msg), limit)])
					return nil
				}
				first := map[string]*side{"alice": alice, "bob": bob}[begins]
				first.app.Do(first.Chat, ui.StartOrRefresh, 0)
				alice.Deliver()
				bob.Want(ui.NotPrivate)
				for range 100 {
					for _, s := range []*side{alice, bob} {
						s.Wait(time.Second)
						s.Deliver()
					}
				}
				if enough {
					alice.Want(ui.Unverified)
					bob.Want(ui.Unverified)
				} else {
					alice.Want(ui.NotPrivate)
					bob.Want(ui.NotPrivate)
				}
				for _, s := range []*side{alice, bob} {
					want := 0
					if s == first && !enough {
						want = 1
					}
					if n := strings.Count(s.Host.Text(), text.NoAnswer(s.Host.Alias(s.Chat))); n != want {
						t.Errorf("%s is told %d times that there is no answer", s.Chat.Account, n)
					}
				}
			})
		}
	}
}

// TestCutLast: alice's last message of an exchange is cut, so that only her program believes
// that it has completed. It learns that from what bob's program then does.
func TestCutLast(t *testing.T) {
	for name, signs := range map[string]func(bob *side){
		"an error": func(bob *side) { bob.peer.Receive("?OTR Error: You sent an encrypted message, but I am not private") },
		"a text":   func(bob *side) { bob.Say("are you there?") },
		"a query":  func(bob *side) { bob.app.Do(bob.Chat, ui.StartOrRefresh, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			alice, bob, _ := ircPair(t)
			alice.Host.OnTransmit = func(msg string) error {
				bob.Wire = append(bob.Wire, msg[:min(len(msg), 350)])
				return nil
			}
			alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			alice.Deliver()
			alice.Want(ui.Unverified)
			bob.Want(ui.NotPrivate)
			alice.Receive("on its way before")
			alice.Deliver()
			bob.Want(ui.NotPrivate)
			alice.Wait(invalidDelay)
			signs(bob)
			alice.Deliver()
			alice.Want(ui.Unverified)
			bob.Want(ui.Unverified)

			// Once something has come in the channel, nothing is a sign.
			bob.Say("encrypted")
			alice.Deliver()
			alice.app.conversations[alice.Chat].shorter = false
			alice.Receive("in the clear")
			alice.Receive("?OTR Error: You sent an encrypted message, but I am not private")
			if alice.app.conversations[alice.Chat].shorter {
				t.Error("shorter")
			}
		})
	}
}

// TestTypedQuery has the user type what asks for a private conversation into one.
func TestTypedQuery(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	for _, query := range []string{"?OTR?", "?OTRv23?", "?OTR?v2?", " <b>?OTRv3?</b> "} {
		alice.Host.Lines, bob.Heard = nil, nil
		if alice.Say(query) {
			t.Errorf("%q is shown as sent", query)
		}
		alice.Deliver()
		alice.Want(ui.Unverified)
		if !strings.Contains(alice.Host.Text(), text.Started("Bob", false, true)) || len(bob.Heard) != 0 {
			t.Errorf("%q: bob reads %q, alice:\n%s", query, bob.Heard, alice.Host.Text())
		}
	}
	for _, typed := range []string{"what is ?OTR?", "?OTRv23? I mean", "?OTR"} {
		bob.Heard = nil
		alice.Say(typed)
		alice.Deliver()
		if len(bob.Heard) != 1 || bob.Heard[0] != typed {
			t.Errorf("%q arrives as %q", typed, bob.Heard)
		}
	}
}

// TestLimits: every protocol's messages have room for a fragment.
func TestLimits(t *testing.T) {
	for protocol, limit := range maxMessage {
		if limit < 300 || limit > 1<<15 {
			t.Errorf("%s: %d", protocol, limit)
		}
	}
	if maxMessage["prpl-eionrobb-discord"] != 2000 || maxMessage["telegram-tdlib"] != 4096 || maxMessage["prpl-slack"] != 4000 {
		t.Error("a limit is wrong")
	}
}
