// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
	"purple-otr/ui/text"
)

// moved has libpurple call s's conversation to.
func (s *side) moved(to ui.Chat, named bool) {
	from := s.Chat
	for i, c := range s.Host.Windows {
		if c == from {
			s.Host.Windows[i] = to
			break
		}
	}
	s.Host.Logs[to] = s.Host.Logs[from]
	delete(s.Host.Logs, from)
	s.Chat = to
	s.app.Moved(from, to, named)
}

// renamed has the network say that s's buddy has another name.
func (s *side) renamed(peer string) {
	to := s.Chat
	to.Peer = peer
	s.moved(to, true)
}

// newIRCPair is a pair whose names can change.
func newIRCPair(t *testing.T) (alice, bob *side) {
	alice, bob = newPair(t)
	for _, s := range []*side{alice, bob} {
		s.app.Do(s.Chat, ui.End, 0)
		s.Close()
		s.Chat = ui.Chat{Protocol: "prpl-irc", Account: strings.TrimSuffix(s.Chat.Account, "@example.org/Home") + "@irc.example.org", Peer: strings.TrimSuffix(s.Chat.Peer, "@example.org")}
		s.Open()
		if err := s.Store.SetKey(ui.AccountOf(s.Chat), uitest.TestKey(t, map[bool]int{true: 0, false: 1}[s == alice])); err != nil {
			t.Fatal(err)
		}
	}
	return alice, bob
}

// TestRenamed: the buddy changes their name. The private conversation continues, the trust
// recorded for the new name applies, and the user is offered once to record the trust for
// the new name.
func TestRenamed(t *testing.T) {
	alice, bob := newIRCPair(t)
	alice.Start()
	alice.Verify()
	alice.Want(ui.Private)
	old := alice.Chat
	alice.Host.Lines = nil
	alice.renamed("bobby")
	alice.Want(ui.Unverified)
	alice.WantLine("bob is now called bobby. The private conversation continues with the same key.")
	if v := alice.app.View(old); v.Level != ui.NotPrivate {
		t.Errorf("the new owner of the old name is at level %v", v.Level)
	}
	if alice.Host.Logs[alice.Chat] {
		t.Error("the private conversation is logged under the new name")
	}

	q := alice.Host.TakeQuestion()
	if q.Buttons[len(q.Buttons)-1] != text.ButtonNotNow() || q.Chat != alice.Chat {
		t.Errorf("the question is about %v, and its default is %q", q.Chat, q.Buttons)
	}
	q.Done(0)
	alice.Want(ui.Private)
	if trust, _ := alice.Store.Trust(ui.BuddyOf(alice.Chat), uitest.TestKey(t, 1).Fingerprint()); trust != keystore.Verified {
		t.Errorf("recorded as %v", trust)
	}

	alice.renamed("bob")
	alice.Want(ui.Private)
	alice.renamed("Bobster")
	alice.Host.TakeQuestion().Done(1)
	alice.Want(ui.Unverified)
	alice.renamed("bob")
	alice.renamed("Bobster")
	if len(alice.Host.Questions) > 0 {
		t.Error("what the user has declined is offered once more")
	}

	if !alice.Say("to bob") {
		t.Fatal("not sent")
	}
	alice.Deliver()
	bob.Say("to alice")
	bob.Deliver()
	if !slices.Equal(bob.Heard, []string{"to bob"}) || !slices.Equal(alice.Heard, []string{"to alice"}) {
		t.Errorf("heard %q and %q", bob.Heard, alice.Heard)
	}
}

// TestRenamedToKnown: the network gives the buddy a name for which another key has been
// verified. The user gets the warning about a changed key, and no offer.
func TestRenamedToKnown(t *testing.T) {
	alice, _ := newIRCPair(t)
	carol := alice.Chat
	carol.Peer = "carol"
	if err := alice.Store.SetTrust(ui.BuddyOf(carol), uitest.TestKey(t, 2).Fingerprint(), keystore.Verified); err != nil {
		t.Fatal(err)
	}
	alice.Start()
	alice.Verify()
	alice.renamed("carol")
	if q := alice.Host.TakeQuestion(); q.Title != text.ChangedTitle() {
		t.Errorf("asked %q", q.Heading)
	}
	if alice.Say("for carol only") || len(alice.Wire)+len(alice.peer.Wire) > 0 {
		t.Error("sent to the key that is not carol's")
	}
}

// TestRenamedOntoPrivate gives the buddy the name of someone with whom there is also a
// private conversation, with and without a window.
func TestRenamedOntoPrivate(t *testing.T) {
	for _, window := range []bool{false, true} {
		alice, _ := newIRCPair(t)
		alice.Start()
		bob := alice.Chat
		alice.Chat.Peer = "carol"
		alice.Open()
		carol := newSide(t, "carol@irc.example.org", "alice")
		carol.Chat.Protocol = "prpl-irc"
		if err := carol.Store.SetKey(ui.AccountOf(carol.Chat), uitest.TestKey(t, 3)); err != nil {
			t.Fatal(err)
		}
		carol.peer, alice.peer = alice, carol
		uitest.Join(carol.Side, alice.Side)
		alice.Start()
		if !window {
			alice.Close()
		}
		alice.Chat = bob
		alice.Host.Lines, alice.peer.Wire = nil, nil
		alice.renamed("carol")
		if len(alice.peer.Wire) > 0 {
			t.Errorf("window %v: sent %q", window, alice.peer.Wire)
		}
		if window {
			alice.Want(ui.Finished)
			alice.WantLine("now belongs to someone else")
			if alice.Say("for whom?") {
				t.Error("sent to the new owner of the name")
			}
			continue
		}
		alice.Want(ui.Unverified)
		if f := alice.app.conversations[alice.Chat].session.Status().Fingerprint; f != uitest.TestKey(t, 1).Fingerprint() {
			t.Errorf("the window speaks of %v, which is not bob's key", f)
		}
	}
}

// TestRenamedOntoClosed gives a conversation that was never private the name of a private
// one that has no window.
func TestRenamedOntoClosed(t *testing.T) {
	alice, _ := newIRCPair(t)
	alice.Start()
	alice.Close()
	bob := alice.Chat
	alice.Chat.Peer = "carol"
	alice.Open()
	alice.peer.Wire = nil
	alice.renamed(bob.Peer)
	alice.Want(ui.Finished)
	if alice.Say("hello") || len(alice.peer.Wire) > 0 {
		t.Error("something was sent")
	}
}

// TestStranded changes what names mean in ways that nobody vouches for.
func TestStranded(t *testing.T) {
	for name, to := range map[string]func(ui.Chat) (ui.Chat, bool){
		"another account":                  func(c ui.Chat) (ui.Chat, bool) { c.Account = "other@example.org"; return c, false },
		"another account and name":         func(c ui.Chat) (ui.Chat, bool) { c.Account, c.Peer = "x", "y"; return c, true },
		"another resource of our account":  func(c ui.Chat) (ui.Chat, bool) { c.Account = "alice@example.org/Work"; return c, false },
		"another protocol":                 func(c ui.Chat) (ui.Chat, bool) { c.Protocol = "prpl-irc"; return c, true },
		"the name means something else":    func(c ui.Chat) (ui.Chat, bool) { c.Peer = "bob"; return c, false },
		"no resource any more":             func(c ui.Chat) (ui.Chat, bool) { c.Peer = "room@example.org"; return c, true },
		"a visitor of the room by address": func(c ui.Chat) (ui.Chat, bool) { c.Peer = "room@example.org/carol"; return c, true },
	} {
		t.Run(name, func(t *testing.T) {
			alice, bob := newPair(t)
			if strings.Contains(name, "resource any more") || strings.Contains(name, "visitor") {
				alice.Close()
				alice.Chat.Peer = "room@example.org/bob"
				alice.Open()
			}
			alice.Start()
			alice.app.Do(alice.Chat, ui.Verify, 0)
			alice.Host.Forms = nil
			alice.Host.Lines, bob.Wire = nil, nil
			addressed := len(alice.Host.Addressed)
			chat, named := to(alice.Chat)
			alice.moved(chat, named)
			alice.Want(ui.Finished)
			if alice.Host.Logs[alice.Chat] {
				t.Error("logging is on")
			}
			alice.WantLine("may now lead to someone else")
			if alice.Say("typed before the line was read") {
				t.Error("sent")
			}
			if !slices.Equal(alice.Host.Returned, []string{"typed before the line was read"}) {
				t.Errorf("returned %q", alice.Host.Returned)
			}
			if _, _, ok := alice.app.Leaving(alice.Chat, "from a script", false); ok {
				t.Error("a script can send")
			}
			alice.Wait(5 * answerDelay)
			if len(bob.Wire) > 0 || len(alice.Host.Addressed) > addressed {
				t.Errorf("sent %q", bob.Wire)
			}
			alice.app.Do(alice.Chat, ui.End, 0)
			alice.Want(ui.NotPrivate)
			if !alice.Host.Logs[alice.Chat] {
				t.Error("logging stays off")
			}
			if !alice.Say("the user has decided") {
				t.Error("not sent")
			}
		})
	}
}

// TestStrandedHalfway changes the account while a private conversation is being asked
// for and text waits for it.
func TestStrandedHalfway(t *testing.T) {
	alice, bob := newPair(t)
	alice.Host.Prefs["/OTR/onlyprivate"] = true
	alice.Say("held")
	bob.Receive(bob.Wire[0]) // the query
	alice.Receive(alice.Wire[0])
	alice.Wire, bob.Wire = nil, nil
	chat := alice.Chat
	chat.Account = "other@example.org"
	alice.moved(chat, false)
	if !slices.Equal(alice.Host.Returned, []string{"held"}) {
		t.Errorf("returned %q", alice.Host.Returned)
	}
	alice.Wait(5 * answerDelay)
	if len(bob.Wire) > 0 {
		t.Errorf("sent %q", bob.Wire)
	}
}

// TestRenamedHalfway renames the buddy in the middle of a key exchange, while text is
// held, and while keys are locked.
func TestRenamedHalfway(t *testing.T) {
	alice, bob := newIRCPair(t)
	alice.Host.Prefs["/OTR/onlyprivate"] = true
	alice.Say("held")
	for len(bob.Wire) > 0 {
		msg := bob.Wire[0]
		bob.Wire = bob.Wire[1:]
		bob.Receive(msg)
	}
	alice.renamed("bobby")
	alice.Deliver()
	alice.Want(ui.Unverified)
	if !slices.Equal(bob.Heard, []string{"held"}) {
		t.Errorf("heard %q", bob.Heard)
	}
}

// TestRenamedSMP renames the buddy while both answer each other's question.
func TestRenamedSMP(t *testing.T) {
	for _, asked := range []bool{true, false} {
		alice, bob := newIRCPair(t)
		alice.Start()
		asks, answers := alice, bob
		if asked {
			asks, answers = bob, alice
		}
		asks.app.verifier.beginSMP(asks.Chat, asks.app.conversations[asks.Chat].session.Status().Fingerprint, "", "secret", false)
		asks.Deliver()
		alice.renamed("bobby")
		f := answers.Host.TakeForm()
		f.Done(true, answers.secret(f, "secret"))
		alice.Deliver()
		if asks.app.verifier.trusted(asks.Chat, uitest.TestKey(t, 1-map[bool]int{true: 1, false: 0}[asked]).Fingerprint()) != true {
			t.Errorf("asked %v: not verified:\n%s", asked, asks.Host.Text())
		}
	}
}

// secret fills in the last field.
func (s *side) secret(f ui.Form, text string) []string {
	return uitest.Answers(f, map[int]string{-1: text})
}

// TestChatLeft leaves the room that a buddy's name belongs to, and another one.
func TestChatLeft(t *testing.T) {
	alice, bob := newPair(t)
	alice.Close()
	alice.Chat.Peer = "room@example.org/bob"
	alice.Open()
	alice.Start()
	room := alice.Chat
	room.Peer = "room@example"
	alice.app.ChatLeft(room)
	alice.Want(ui.Unverified)
	room.Peer = "room@example.org"
	bob.Wire = nil
	alice.app.ChatLeft(room)
	alice.Want(ui.Finished)
	if alice.Say("hello") || len(bob.Wire) > 0 {
		t.Error("something was sent")
	}
}

// A window says that a private conversation has ended, and has no session: its name has gone to
// another window, or to someone else. What arrives there unencrypted is marked, also while the keys are
// locked.
func TestUnencryptedInWindowLeft(t *testing.T) {
	alice, _ := newPair(t)
	alice.app.left[alice.Chat] = true
	for name, receive := range map[string]func(c ui.Chat, from, arrived string) (string, bool){
		"unlocked": alice.app.Receiving, "locked": alice.app.receivingLocked,
	} {
		show, ok := receive(alice.Chat, "", "hello")
		if want := text.Unencrypted(alice.app.name(alice.Chat), "hello"); !ok || show != want {
			t.Errorf("%s: shown %q, want %q", name, show, want)
		}
	}
}
