// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"slices"
	"testing"
)

// restarted is what a side is after its program has ended without a word: the same keys and tag, and
// no channel.
func (p *pair) restarted(s *side) *side {
	return newSide(p.t, s.name, s.wanted, at(p.clock), tagged(s.tag), reseeded("again"))
}

// A client that had a version 4 channel is restarted, and begins again with a request that has lost
// its 4. Its version 3 channel is newer than the version 4 channel that the other side still has,
// which is dead: in the end both have a new one, and nothing else.
func TestRestartWithAStrippedQuery(t *testing.T) {
	for _, who := range []string{"alice", "bob"} { // either may have the higher fingerprint
		for _, asks := range []string{"alice", "bob"} {
			pr := private4(t, Manual)
			pr.wantTalk()
			side := func(name string) *side {
				if name == "alice" {
					return pr.alice
				}
				return pr.bob
			}
			if who == "alice" {
				pr.alice = pr.restarted(pr.alice)
			} else {
				pr.bob = pr.restarted(pr.bob)
			}
			if asks != who {
				// The one who was not restarted has the channel, and asks for fresh keys.
				side(asks).end()
				side(asks).flying = nil
			}
			side(asks).start()
			side(asks).stripped()
			pr.pump()
			pr.alice.forget()
			pr.bob.forget()
			pr.wantFour()
		}
	}
}

// The same, where the dead channel belongs to the side that gets the version 3 channel by a D-H Commit
// Message, which needs no request.
func TestRestartInVersion3(t *testing.T) {
	for _, who := range []string{"alice", "bob"} {
		pr := private4(t, Manual)
		pr.wantTalk()
		back := pr.alice
		if who == "bob" {
			back = pr.bob
		}
		again := pr.restarted(back)
		if who == "alice" {
			pr.alice = again
		} else {
			pr.bob = again
		}
		var out Output
		again.must(out, again.handshakes().sendCommit(V3, &out))
		again.take(out)
		pr.pump()
		for _, s := range []*side{pr.alice, pr.bob} {
			if !slices.ContainsFunc(s.events, func(e Event) bool { _, ok := e.(Introduced); return ok }) {
				t.Errorf("%s back: %s: %v", who, s.name, s.events)
			}
		}
		pr.alice.forget()
		pr.bob.forget()
		pr.wantFour()
	}
}
