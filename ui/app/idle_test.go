// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// TestIdleConversationsLetTheComputerSleep counts how often a hundred private
// conversations in which nobody writes wake the program in an hour.
func TestIdleConversationsLetTheComputerSleep(t *testing.T) {
	const conversations = 100
	alice := newSide(t, "alice@example.org/Home", "bob@example.org")
	if err := alice.Store.SetKey(ui.AccountOf(alice.Chat), uitest.TestKey(t, 0)); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return alice.Clock }
	peers := map[ui.Chat]*otr.Session{}
	for i := range conversations {
		c := alice.Chat
		c.Peer = fmt.Sprintf("buddy%d@example.org", i)
		s, err := otr.NewSession(otr.Config{
			DSAKey: uitest.TestKey(t, 2), Tag: otr.InstanceTag(0x1000 + i), Policy: otr.Manual, Rand: rand.Reader, Now: now,
		})
		if err != nil {
			t.Fatal(err)
		}
		peers[c] = s
	}
	type letter struct {
		to  ui.Chat
		msg string
	}
	var sent []letter
	alice.Host.OnTransmit = nil
	alice.Host.Network = func(c ui.Chat, msg string) { sent = append(sent, letter{c, msg}) }
	deliver := func() {
		for len(sent) > 0 {
			l := sent[0]
			sent = sent[1:]
			out, err := peers[l.to].Receive([]byte(l.msg))
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range out.Send {
				alice.app.Receiving(l.to, "", string(m))
			}
		}
	}
	for c := range peers {
		alice.app.Do(c, ui.StartOrRefresh, 0)
		deliver()
		out, send := alice.app.Sending(c, "hello")
		if _, _, leaves := alice.app.Leaving(c, out, false); !send || !leaves || alice.app.View(c).Level != ui.Unverified {
			t.Fatalf("the conversation with %s is not private", c.Peer)
		}
		alice.Clock = alice.Clock.Add(17 * time.Millisecond)
	}
	alice.Wait(10 * time.Minute) // until what has happened is settled
	deliver()
	before := alice.Host.Fired
	alice.Wait(time.Hour)
	deliver()
	if n := alice.Host.Fired - before; n > 60 {
		t.Errorf("woken %d times in an hour", n)
	}
	for c := range peers {
		if alice.app.View(c).Level != ui.Unverified {
			t.Fatalf("the conversation with %s is over", c.Peer)
		}
	}
}
