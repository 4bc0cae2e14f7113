// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// These tests run the driver with libotr at both ends: a failure here is not a fault of
// our engine.

func newPeers(t *testing.T, policy int) (*wire, *peer, *peer) {
	a := startPeer(t, "alice", "bob", t.TempDir(), aliceKey)
	b := startPeer(t, "bob", "alice", t.TempDir(), bobKey)
	a.alone, b.alone = true, true
	a.do("policy", strconv.Itoa(policy))
	b.do("policy", strconv.Itoa(policy))
	return &wire{t: t, a: a, b: b}, a, b
}

func TestPeers(t *testing.T) {
	t.Parallel()
	for version, policy := range map[int]int{2: libotrV2, 3: libotrV3} {
		for _, mms := range []int{0, 417, 60} {
			t.Run(fmt.Sprintf("v%d/max=%d", version, mms), func(t *testing.T) {
				w, a, b := newPeers(t, policy)
				a.do("mms", strconv.Itoa(mms))
				b.do("mms", strconv.Itoa(mms))
				secure := fmt.Sprintf("secure v%d", version)

				a.start()
				w.run()
				w.want(a, secure)
				w.want(b, secure)
				if a.secured[4] != b.secured[4] || a.secured[5] == b.secured[5] {
					t.Errorf("session ids %v and %v", a.secured, b.secured)
				}

				text := "tab \t newline \n backslash \\n é " + strings.Repeat("long ", 200)
				a.say(text)
				b.say("hi")
				w.run()
				w.want(a, `show "hi"`)
				w.want(b, fmt.Sprintf("show %q", text))

				a.end()
				w.run()
				b.say("anybody there?")
				w.run()
				w.want(a)
				w.want(b, "event LOG_HEARTBEAT_RCVD", "event CONNECTION_ENDED")
			})
		}
	}
}

// TestPeerClock: libotr uses our clock, so the tests need not wait for heartbeats.
func TestPeerClock(t *testing.T) {
	t.Parallel()
	w, a, b := newPeers(t, libotrV3)
	a.start()
	w.run()
	a.takeLog()
	b.takeLog()
	b.do("clock", "61")
	a.say("hello")
	w.run()
	w.want(b, "event LOG_HEARTBEAT_SENT", `show "hello"`)
	w.want(a, "event LOG_HEARTBEAT_RCVD")
}

// TestPeersCross shows why our engine needs its own solution: when both sides start at
// once, two libotrs wait for ever.
func TestPeersCross(t *testing.T) {
	t.Parallel()
	w, a, b := newPeers(t, libotrV3)
	a.start()
	b.start()
	w.run()
	w.want(a)
	w.want(b)
}
