// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"purple-otr/test/pidgin/desk"
)

// TestTwoLogins: alice uses two Pidgins in turns, and the server copies no messages
// between them. Whatever plugins the three clients have, bob's answers must arrive in the
// client in which she has just written.
func TestTwoLogins(t *testing.T) {
	plugins := map[string]string{"ours": purpleOTR(t).file, "pidgin-otr": desk.PidginOTR}
	for bob := range plugins {
		for one := range plugins {
			for two := range plugins {
				t.Run(fmt.Sprintf("bob %s, alice %s and %s", bob, one, two), func(t *testing.T) {
					twoLogins(t, plugins[bob], plugins[one], plugins[two])
				})
			}
		}
	}
}

func twoLogins(t *testing.T, bobs, ones, twos string) {
	d := newDesk(t)
	b, one := d.Pidgin("bob", bobs), d.Pidgin("alice", ones)
	two := d.Pidgin("alice/phone", twos)
	b.Sees("alice")
	one.Sees("bob")
	two.Sees("bob")
	for _, p := range []*desk.Pidgin{one, two} {
		p.Talk("bob")
	}
	b.Talk("alice")
	b.Menu("alice", "Start private conversation")
	for _, p := range []*desk.Pidgin{one, two} {
		p.WaitLevel("bob", "Unverified")
	}
	b.WaitLevel("alice", "Unverified")
	const rounds = 20
	arrived := 0
	var last *desk.Pidgin
	for i := range rounds {
		from, other := one, two
		if i%3 == 1 {
			from, other = two, one
		}
		if bobs == desk.PidginOTR && from != last {
			time.Sleep(time.Second) // libotr compares the times of last messages in whole seconds
		}
		last = from
		text, reply := secret(), secret()
		from.Say("bob", text)
		b.WaitText("alice", text)
		b.Say("alice", reply)
		if d.Within(desk.Timeout/10, func() bool { return strings.Contains(from.Transcript("bob"), reply) }) {
			arrived++
		} else {
			t.Logf("reply %d: at the other one: %v", i+1, strings.Contains(other.Transcript("bob"), reply))
		}
		unseen(t, d, text)
		unseen(t, d, reply)
	}
	if arrived != rounds {
		t.Errorf("%d of %d replies arrived where alice had written", arrived, rounds)
	}
}
