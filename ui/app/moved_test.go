// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// moved has libpurple call s's conversation to.
func (s *side) moved(to ui.Chat, named bool) {
	from := s.chat
	for i, c := range s.host.windows {
		if c == from {
			s.host.windows[i] = to
			break
		}
	}
	s.host.logging[to] = s.host.logging[from]
	delete(s.host.logging, from)
	s.chat = to
	s.app.Moved(from, to, named)
}

// renamed has the network say that s's buddy has another name.
func (s *side) renamed(peer string) {
	to := s.chat
	to.Peer = peer
	s.moved(to, true)
}

// newIRCPair is a pair whose names can change.
func newIRCPair(t *testing.T) (alice, bob *side) {
	alice, bob = newPair(t)
	for _, s := range []*side{alice, bob} {
		s.app.Do(s.chat, ui.End, 0)
		s.close()
		s.chat = ui.Chat{Protocol: "prpl-irc", Account: strings.TrimSuffix(s.chat.Account, "@example.org/Home") + "@irc.example.org", Peer: strings.TrimSuffix(s.chat.Peer, "@example.org")}
		s.open()
		if err := s.store.SetKey(ui.AccountOf(s.chat), testKey(t, map[bool]int{true: 0, false: 1}[s == alice])); err != nil {
			t.Fatal(err)
		}
	}
	return alice, bob
}

// TestRenamed has the buddy change their name: the channel goes on, trust is that of
// the new name, and is offered to be taken over once.
func TestRenamed(t *testing.T) {
	alice, bob := newIRCPair(t)
	alice.start()
	alice.verify()
	alice.want(ui.Private)
	old := alice.chat
	alice.host.lines = nil
	alice.renamed("bobby")
	alice.want(ui.Unverified)
	alice.wantLine("bob is now called bobby. The private conversation goes on with the same key.")
	if v := alice.app.View(old); v.Level != ui.NotPrivate {
		t.Errorf("whoever takes the old name is at level %v", v.Level)
	}
	if alice.host.logging[alice.chat] {
		t.Error("the private conversation is logged under the new name")
	}

	q := alice.host.question()
	if q.Buttons[len(q.Buttons)-1] != text.ButtonNotNow() || q.Chat != alice.chat {
		t.Errorf("the question is about %v, and its default is %q", q.Chat, q.Buttons)
	}
	q.Done(0)
	alice.want(ui.Private)
	if trust, _ := alice.store.Trust(ui.BuddyOf(alice.chat), testKey(t, 1).Fingerprint()); trust != keystore.Verified {
		t.Errorf("recorded as %v", trust)
	}

	alice.renamed("bob")
	alice.want(ui.Private)
	alice.renamed("Bobster")
	alice.host.question().Done(1)
	alice.want(ui.Unverified)
	alice.renamed("bob")
	alice.renamed("Bobster")
	if len(alice.host.questions) > 0 {
		t.Error("what the user has declined is offered once more")
	}

	if !alice.say("to bob") {
		t.Fatal("not sent")
	}
	alice.deliver()
	bob.say("to alice")
	bob.deliver()
	if !slices.Equal(bob.heard, []string{"to bob"}) || !slices.Equal(alice.heard, []string{"to alice"}) {
		t.Errorf("heard %q and %q", bob.heard, alice.heard)
	}
}

// TestRenamedToKnown has the network give the buddy a name under which another key
// has been verified: that is the alarm about a changed key, and no offer.
func TestRenamedToKnown(t *testing.T) {
	alice, _ := newIRCPair(t)
	carol := alice.chat
	carol.Peer = "carol"
	if err := alice.store.SetTrust(ui.BuddyOf(carol), testKey(t, 2).Fingerprint(), keystore.Verified); err != nil {
		t.Fatal(err)
	}
	alice.start()
	alice.verify()
	alice.renamed("carol")
	if q := alice.host.question(); q.Title != text.ChangedTitle() {
		t.Errorf("asked %q", q.Heading)
	}
	if alice.say("for carol only") || len(alice.wire)+len(alice.peer.wire) > 0 {
		t.Error("sent to the key that is not carol's")
	}
}

// TestRenamedOntoPrivate gives the buddy the name of somebody with whom there is a
// private conversation too, with and without a window of its own.
func TestRenamedOntoPrivate(t *testing.T) {
	for _, window := range []bool{false, true} {
		alice, _ := newIRCPair(t)
		alice.start()
		bob := alice.chat
		alice.chat.Peer = "carol"
		alice.open()
		carol := newSide(t, "carol@irc.example.org", "alice")
		carol.chat.Protocol = "prpl-irc"
		if err := carol.store.SetKey(ui.AccountOf(carol.chat), testKey(t, 3)); err != nil {
			t.Fatal(err)
		}
		carol.peer, alice.peer = alice, carol
		join(carol.Side, alice.Side)
		alice.start()
		if !window {
			alice.close()
		}
		alice.chat = bob
		alice.host.lines, alice.peer.wire = nil, nil
		alice.renamed("carol")
		if len(alice.peer.wire) > 0 {
			t.Errorf("window %v: sent %q", window, alice.peer.wire)
		}
		if window {
			alice.want(ui.Finished)
			alice.wantLine("now belongs to someone else")
			if alice.say("for whom?") {
				t.Error("sent to whoever has the name now")
			}
			continue
		}
		alice.want(ui.Unverified)
		if f := alice.app.talks[alice.chat].session.Status().Fingerprint; f != testKey(t, 1).Fingerprint() {
			t.Errorf("the window speaks of %v, which is not bob's key", f)
		}
	}
}

// TestRenamedOntoClosed gives a conversation that was never private the name of one
// that is, but has no window.
func TestRenamedOntoClosed(t *testing.T) {
	alice, _ := newIRCPair(t)
	alice.start()
	alice.close()
	bob := alice.chat
	alice.chat.Peer = "carol"
	alice.open()
	alice.peer.wire = nil
	alice.renamed(bob.Peer)
	alice.want(ui.Finished)
	if alice.say("hello") || len(alice.peer.wire) > 0 {
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
				alice.close()
				alice.chat.Peer = "room@example.org/bob"
				alice.open()
			}
			alice.start()
			alice.app.Do(alice.chat, ui.Verify, 0)
			alice.host.forms = nil
			alice.host.lines, bob.wire = nil, nil
			addressed := len(alice.host.addressed)
			chat, named := to(alice.chat)
			alice.moved(chat, named)
			alice.want(ui.Finished)
			if alice.host.logging[alice.chat] {
				t.Error("logging is on")
			}
			alice.wantLine("may now lead to someone else")
			if alice.say("typed before the line was read") {
				t.Error("sent")
			}
			if !slices.Equal(alice.host.returned, []string{"typed before the line was read"}) {
				t.Errorf("returned %q", alice.host.returned)
			}
			if _, _, ok := alice.app.Leaving(alice.chat, "from a script", false); ok {
				t.Error("a script can send")
			}
			alice.wait(5 * answerTime)
			if len(bob.wire) > 0 || len(alice.host.addressed) > addressed {
				t.Errorf("sent %q", bob.wire)
			}
			alice.app.Do(alice.chat, ui.End, 0)
			alice.want(ui.NotPrivate)
			if !alice.host.logging[alice.chat] {
				t.Error("logging stays off")
			}
			if !alice.say("the user has decided") {
				t.Error("not sent")
			}
		})
	}
}

// TestStrandedHalfway changes the account while a private conversation is being asked
// for and text waits for it.
func TestStrandedHalfway(t *testing.T) {
	alice, bob := newPair(t)
	alice.host.prefs["/OTR/onlyprivate"] = true
	alice.say("held")
	bob.receive(bob.wire[0]) // the query
	alice.receive(alice.wire[0])
	alice.wire, bob.wire = nil, nil
	chat := alice.chat
	chat.Account = "other@example.org"
	alice.moved(chat, false)
	if !slices.Equal(alice.host.returned, []string{"held"}) {
		t.Errorf("returned %q", alice.host.returned)
	}
	alice.wait(5 * answerTime)
	if len(bob.wire) > 0 {
		t.Errorf("sent %q", bob.wire)
	}
}

// TestRenamedHalfway renames the buddy in the middle of a key exchange, while text is
// held, and while keys are locked.
func TestRenamedHalfway(t *testing.T) {
	alice, bob := newIRCPair(t)
	alice.host.prefs["/OTR/onlyprivate"] = true
	alice.say("held")
	for len(bob.wire) > 0 {
		msg := bob.wire[0]
		bob.wire = bob.wire[1:]
		bob.receive(msg)
	}
	alice.renamed("bobby")
	alice.deliver()
	alice.want(ui.Unverified)
	if !slices.Equal(bob.heard, []string{"held"}) {
		t.Errorf("heard %q", bob.heard)
	}

	alice, bob = newIRCPair(t)
	bob.app.Do(bob.chat, ui.StartOrRefresh, 0)
	alice.keys.lock.waiting = []waitingMessage{{keptMessage{alice.chat, "", alice.wire[0]}, alice.clock}}
	alice.wire = nil
	alice.renamed("bobby")
	alice.keys.unlocked()
	alice.deliver()
	alice.want(ui.Unverified)
}

// TestRenamedSMP renames the buddy while both answer each other's question.
func TestRenamedSMP(t *testing.T) {
	for _, asked := range []bool{true, false} {
		alice, bob := newIRCPair(t)
		alice.start()
		asks, answers := alice, bob
		if asked {
			asks, answers = bob, alice
		}
		asks.app.beginSMP(asks.chat, asks.app.talks[asks.chat].session.Status().Fingerprint, "", "secret", false)
		asks.deliver()
		alice.renamed("bobby")
		f := answers.host.form()
		f.Done(true, answers.secret(f, "secret"))
		alice.deliver()
		if asks.app.trusted(asks.chat, testKey(t, 1-map[bool]int{true: 1, false: 0}[asked]).Fingerprint()) != true {
			t.Errorf("asked %v: not verified:\n%s", asked, asks.host.text())
		}
	}
}

// secret fills in the last field.
func (s *side) secret(f ui.Form, text string) []string {
	return answers(f, map[int]string{-1: text})
}

// TestChatLeft leaves the room that a buddy's name belongs to, and another one.
func TestChatLeft(t *testing.T) {
	alice, bob := newPair(t)
	alice.close()
	alice.chat.Peer = "room@example.org/bob"
	alice.open()
	alice.start()
	room := alice.chat
	room.Peer = "room@example"
	alice.app.ChatLeft(room)
	alice.want(ui.Unverified)
	room.Peer = "room@example.org"
	bob.wire = nil
	alice.app.ChatLeft(room)
	alice.want(ui.Finished)
	if alice.say("hello") || len(bob.wire) > 0 {
		t.Error("something was sent")
	}
}
