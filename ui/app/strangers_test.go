// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"purple-otr/ui"
)

// heap is the memory in use, in bytes.
func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// Ten thousand strangers who send the beginnings of eight messages each, or the first
// message of a key exchange, cost at most 16 MB, and nothing two minutes later.
func TestCrowdOfStrangers(t *testing.T) {
	alice, _ := newPair(t)
	alice.Host.Stranger = true
	before := heap()
	for i := range 10_000 {
		c := alice.Chat
		c.Peer = fmt.Sprintf("stranger%d@example.net", i)
		for tag := range 8 {
			alice.app.Receiving(c, c.Peer, fmt.Sprintf("?OTR|%x|0,1,65535,%s,", 0x1000+tag, strings.Repeat("x", 300)))
		}
		alice.app.Receiving(c, c.Peer, "?OTRv3?")
	}
	if more := heap() - before; more > 16<<20 {
		t.Errorf("%d kB more", more>>10)
	}
	if n := len(alice.app.conversations); n > maxConversations {
		t.Errorf("%d conversations", n)
	}
	alice.Clock = alice.Clock.Add(2 * time.Minute)
	alice.Host.Debugged, alice.Host.Addressed, alice.Host.Timers, alice.Other.Wire = nil, nil, nil, nil
	alice.app.tick()
	if n := len(alice.app.conversations); n > 1 {
		t.Errorf("two minutes later: %d conversations", n)
	}
	if more := heap() - before; more > 1<<20 {
		t.Errorf("two minutes later: %d kB more", more>>10)
	}
}

// A crowd of strangers takes the place of no conversation in which the user has written,
// or whose buddy is on the list.
func TestCrowdLeavesConversations(t *testing.T) {
	alice, _ := newPair(t)
	alice.Start()
	alice.Host.Stranger = true
	asked := alice.Chat
	asked.Peer = "carol@example.net"
	alice.app.Do(asked, ui.StartOrRefresh, 0)
	kept := len(alice.app.conversations)
	for i := range 3 * maxConversations {
		c := alice.Chat
		c.Peer = fmt.Sprintf("stranger%d@example.net", i)
		alice.app.Receiving(c, c.Peer, "?OTR|1000|0,1,65535,x,")
	}
	for _, c := range []ui.Chat{alice.Chat, asked} {
		if alice.app.conversations[c] == nil {
			t.Errorf("the conversation with %s is gone (%d kept)", c.Peer, kept)
		}
	}
	if n := len(alice.app.conversations); n > maxConversations {
		t.Errorf("%d conversations", n)
	}
}
