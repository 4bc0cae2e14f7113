// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"fmt"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// waitingFor returns n buddies of s, each of whom has sent a D-H Commit Message in two pieces
// while the keys were locked. The second pieces came after all of the first ones.
func waitingFor(t *testing.T, s *side, n int) (chats []ui.Chat) {
	var second []waitingMessage
	for i := range n {
		c := s.Chat
		c.Peer = fmt.Sprintf("buddy%d@example.org", i)
		buddy, err := otr.NewSession(otr.Config{
			DSAKey: uitest.TestKey(t, 1), Tag: otr.InstanceTag(0x1000 + i), Policy: otr.AllowV3, MaxMessage: 300,
		})
		if err != nil {
			t.Fatal(err)
		}
		out, err := buddy.Receive([]byte("?OTRv3?"))
		if err != nil || len(out.Send) != 2 {
			t.Fatalf("%d pieces, %v", len(out.Send), err)
		}
		chats = append(chats, c)
		s.keys.lock.waiting = append(s.keys.lock.waiting, waitingMessage{keptMessage{c, "", string(out.Send[0])}, s.Clock})
		second = append(second, waitingMessage{keptMessage{c, "", string(out.Send[1])}, s.Clock})
	}
	s.keys.lock.waiting = append(s.keys.lock.waiting, second...)
	return chats
}

// answers counts what s sends.
func answers(s *side) map[ui.Chat]int {
	sent := map[ui.Chat]int{}
	s.Host.OnTransmit, s.Host.Network = nil, func(c ui.Chat, _ string) { sent[c]++ }
	return sent
}

// TestBacklog: many buddies have asked. The main loop runs between the steps, and all of them
// get their answer.
func TestBacklog(t *testing.T) {
	alice, _ := newPair(t)
	sent := answers(alice)
	chats := waitingFor(t, alice, 3*perStep)
	done := false
	alice.keys.lock.then = func() { done = true }
	alice.keys.unlocked()
	for before := 2 * len(chats); len(sent) < len(chats); alice.Host.RunPosted() {
		left := len(alice.keys.backlog.waiting)
		if before-left > perStep || done {
			t.Fatalf("a step has processed %d messages; what the user wants is done: %v", before-left, done)
		}
		if want := max(0, len(chats)-left); len(sent) != want {
			t.Fatalf("%d answers while %d messages wait, want %d", len(sent), left, want)
		}
		before = left
	}
	alice.Quiet()
	if alice.keys.backlog != nil || !done {
		t.Error("there is a backlog still, or what the user wanted has not been done")
	}
	for c, n := range sent {
		if n == 0 || n != sent[chats[0]] {
			t.Errorf("%d messages to %s", n, c.Peer)
		}
	}
}

// TestBacklogInOrder: something happens in a conversation whose messages have not come to
// their turn yet.
func TestBacklogInOrder(t *testing.T) {
	for name, act := range map[string]func(*side, ui.Chat){
		"message": func(s *side, c ui.Chat) { s.app.Receiving(c, "", "hello") },
		"typed":   func(s *side, c ui.Chat) { s.app.Sending(c, "hello") },
		"start":   func(s *side, c ui.Chat) { s.app.Do(c, ui.StartOrRefresh, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			alice, _ := newPair(t)
			sent := answers(alice)
			chats := waitingFor(t, alice, 2*perStep)
			alice.keys.unlocked()
			last := chats[len(chats)-1]
			alice.Host.Network = func(c ui.Chat, _ string) {
				sent[c]++
				for _, m := range alice.keys.backlog.waiting {
					if m.chat == c {
						t.Error("a message still waits that came before")
					}
				}
			}
			act(alice, last)
			if sent[last] == 0 || len(sent) != 1 {
				t.Errorf("sent %v", sent)
			}
			alice.Quiet()
			if len(sent) != len(chats) {
				t.Errorf("%d answers in the end", len(sent))
			}
		})
	}
}

// TestBacklogDropped: the user locks the keys again, or closes the program, before all have
// been answered.
func TestBacklogDropped(t *testing.T) {
	for name, act := range map[string]func(*side){
		"lock":  func(s *side) { s.keys.lockNow() },
		"close": func(s *side) { s.app.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			alice, _ := newPair(t)
			alice.Keyring.SetReady(true)
			if _, err := alice.Store.Protect(t.Context(), keystore.ByKeyring, nil); err != nil {
				t.Fatal(err)
			}
			sent := answers(alice)
			waitingFor(t, alice, 2*perStep)
			alice.keys.lock.then = func() { t.Error("what the user wanted is done") }
			alice.keys.unlocked()
			act(alice)
			alice.Quiet()
			if len(sent) > 0 {
				t.Errorf("sent %v", sent)
			}
		})
	}
}

// TestBacklogRenamed: a buddy's name changes before their messages come to their turn.
func TestBacklogRenamed(t *testing.T) {
	alice, _ := newPair(t)
	sent := answers(alice)
	chats := waitingFor(t, alice, 2*perStep)
	alice.keys.unlocked()
	before, now := chats[len(chats)-1], chats[0]
	now.Peer = "bobby@example.org"
	alice.app.Moved(before, now, true)
	alice.Quiet()
	if sent[now] == 0 || sent[before] > 0 {
		t.Errorf("sent %d messages under the new name, %d under the old one", sent[now], sent[before])
	}
}
