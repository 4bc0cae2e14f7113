// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"fmt"
	"testing"
)

// introducing is a pair of which Alice's user trusts Bob's key of version 3, and no other.
func introducing(t *testing.T, p Policy, peer Policy, first *bool) *pair {
	return newPair(t, p, peer, func(c *Config) {
		if c.DSAKey.Fingerprint() == testKey("alice").Fingerprint() {
			c.IntroduceFirst = func() bool { return *first }
		}
	})
}

// Where the key of version 3 is to vouch for the other one, its channel comes first, whoever
// begins, and in whatever way. In the end both are in version 4.
func TestIntroduceFirst(t *testing.T) {
	for _, p := range []Policy{Manual, Opportunistic, Always} {
		for name, begin := range map[string]func(pr *pair){
			"alice asks":     func(pr *pair) { pr.alice.start() },
			"bob asks":       func(pr *pair) { pr.bob.start() },
			"alice's words":  func(pr *pair) { pr.alice.say("hello") },
			"bob's words":    func(pr *pair) { pr.bob.say("hello") },
			"both ask":       func(pr *pair) { pr.alice.start(); pr.bob.start() },
			"asked for both": func(pr *pair) { pr.alice.get([]byte("?OTRv34?")) },
		} {
			if p == Manual && (name == "alice's words" || name == "bob's words") {
				continue // they ask for nothing
			}
			t.Run(fmt.Sprint(p, " ", name), func(t *testing.T) {
				first := true
				pr := introducing(t, p|AllowV4, p|AllowV4, &first)
				begin(pr)
				for _, msg := range pr.alice.flying {
					if bytes.Contains(msg, []byte("4?")) || bytes.Contains(msg, tagV4) {
						t.Errorf("version 4 is offered: %q", msg)
					}
				}
				pr.pump()
				for _, s := range []*side{pr.alice, pr.bob} {
					if saw[Introduced](s) == 0 || event[Introduced](s).By != pr.other(s).fingerprint(V3) {
						t.Errorf("%s: %v", s.name, s.events)
					}
				}
				pr.alice.forget()
				pr.bob.forget()
				pr.wantFour()
			})
		}
	}
}

// It changes nothing where version 3 is not offered, where a version 4 channel is open, and
// after the caller has said so.
func TestIntroduceFirstElsewhere(t *testing.T) {
	first := true
	pr := introducing(t, Manual|AllowV4, AllowV4, &first)
	pr.bob.start()
	pr.pump()
	pr.wantFour()
	if saw[Introduced](pr.alice) != 0 || saw[UnknownVersion](pr.alice) != 0 {
		t.Errorf("%v", pr.alice.events)
	}
	pr.alice.get([]byte("?OTRv34?")) // begins no version 3
	pr.pump()
	pr.wantFour()
	first = false
	pr = introducing(t, Manual|AllowV4, Manual|AllowV4, &first)
	pr.alice.start()
	pr.pump()
	pr.wantFour()
	if saw[Introduced](pr.alice) != 0 {
		t.Errorf("%v", pr.alice.events)
	}
	first = true
	pr = introducing(t, Manual, Manual|AllowV4, &first) // version 4 is off
	pr.alice.start()
	pr.pump()
	if st := pr.alice.Status(); st.State != Encrypted || st.Version != V3 {
		t.Errorf("%+v", st)
	}
	pr.wantTalk()
}

// The side that switches version 4 on last in an open conversation learns the other's key too, who has
// introduced it before.
func TestIntroductionAfterTheOthers(t *testing.T) {
	for _, names := range [][2]string{{"alice", "bob"}, {"bob", "alice"}} { // either may have the higher fingerprint
		for _, last := range []string{"alice", "bob"} {
			pr := newPair(t, Manual, Manual)
			pr.alice.SetIdentity(testIdentity(names[0]))
			pr.bob.SetIdentity(testIdentity(names[1]))
			pr.alice.start()
			pr.pump()
			pr.wantTalk()
			one, other := pr.alice, pr.bob
			if last == "alice" {
				one, other = other, one
			}
			for _, s := range []*side{one, other} {
				s.SetPolicy(Manual | AllowV4)
				s.tick()
				pr.pump()
			}
			for _, s := range []*side{pr.alice, pr.bob} {
				if saw[Introduced](s) == 0 {
					t.Errorf("%s last: %s: %v", last, s.name, s.events)
				}
			}
			pr.alice.forget()
			pr.bob.forget()
			pr.wantFour()
		}
	}
}
