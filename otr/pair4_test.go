// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"fmt"
	"testing"
	"time"
)

// testIdentity makes the key of version 4 that belongs to name.
func testIdentity(name string) *IdentityKey {
	k, err := GenerateIdentityKey(seeded("identity of " + name))
	if err != nil {
		panic(err)
	}
	return k
}

// private4 is private in version 4.
func private4(t tb, p Policy, options ...func(*Config)) *pair {
	t.Helper()
	pr := private(t, p|AllowV4, options...)
	for _, s := range []*side{pr.alice, pr.bob} {
		if v := s.Status().Version; v != V4 {
			t.Fatalf("%s: version %d", s.name, v)
		}
	}
	return pr
}

func TestPairOfSessionsTalksVersion4(t *testing.T) {
	for _, p := range []Policy{AllowV4, AllowV3, Manual, Opportunistic, Always} {
		t.Run(fmt.Sprint(p), func(t *testing.T) {
			pr := private4(t, p)
			for range 4 {
				pr.wantTalk()
			}
			if pr.alice.Status().SSID.ID != pr.bob.Status().SSID.ID || pr.alice.Status().SSID.Half == pr.bob.Status().SSID.Half {
				t.Error("the session ids differ")
			}
			pr.alice.end()
			pr.pump()
			pr.wantState(Plaintext, Finished)
		})
	}
}

// Both sides must know the two by the same names. Those, and the key, may come later than the
// session.
func TestNamesOfBothSides(t *testing.T) {
	pr := newPair(t, AllowV4, AllowV4, func(c *Config) { c.Identity = testIdentity("x") })
	for _, s := range []*side{pr.alice, pr.bob} {
		s.SetIdentity(nil)
		if got := s.policy; got.allows(V4) {
			t.Errorf("without a key: %b", got)
		}
		s.SetIdentity(testIdentity(s.name))
	}
	private := func(want bool, alice, bob [2]string) {
		t.Helper()
		pr.alice.SetNames(alice[0], alice[1])
		pr.bob.SetNames(bob[0], bob[1])
		pr.alice.start()
		pr.pump()
		if got := pr.alice.Status().State == Encrypted && pr.bob.Status().State == Encrypted; got != want {
			t.Errorf("alice %q, bob %q: private %v", alice, bob, got)
		}
		pr.alice.end()
		pr.pump()
		pr.bob.end()
		pr.clock.pass(time.Hour)
		pr.alice.tick()
		pr.bob.tick()
		pr.alice.forget()
		pr.bob.forget()
	}
	private(true, [2]string{"alice", "bob"}, [2]string{"bob", "alice"})
	private(false, [2]string{"alice", "bob"}, [2]string{"bob", "alison"})
	private(false, [2]string{"alice", "bob"}, [2]string{})
	private(true, [2]string{}, [2]string{})
	private(true, [2]string{"alice", "robert"}, [2]string{"robert", "alice"})
}

// A profile serves as long as the key and the names are the same ones.
func TestSameIdentityKeepsTheProfile(t *testing.T) {
	s := newSide(t, "alice", AllowV4)
	s.SetNames("alice", "bob")
	profile := s.handshakes4().ourselves()
	again, err := NewIdentityKey(s.four.identity.Seed(), s.four.identity.Forging())
	if err != nil {
		t.Fatal(err)
	}
	s.SetIdentity(again)
	s.SetNames("alice", "bob")
	if s.handshakes4().ourselves() != profile {
		t.Error("another profile")
	}
	s.SetIdentity(testIdentity("another"))
	if s.handshakes4().ourselves() == profile {
		t.Error("the profile of the former key")
	}
}

// A session without a key and names has nothing for version 4.
func TestNothingForVersion4(t *testing.T) {
	s := newSide(t, "alice", Manual)
	s.SetNames("", "")
	s.SetIdentity(nil)
	if s.four != nil {
		t.Errorf("%+v", s.four)
	}
}

// An exchange that does not complete starts again, but not before its fragments have had the time
// that a slow network needs for them.
func TestRetryAfterAllFragments(t *testing.T) {
	for _, limit := range []int{0, 416} {
		pr := newPair(t, AllowV4, AllowV4, func(c *Config) { c.MaxMessage = limit })
		pr.alice.start()
		for len(pr.bob.sent) == 0 || len(pr.bob.flying) > 0 || len(pr.alice.flying) > 0 {
			if len(pr.alice.flying) > 0 {
				pr.deliver(pr.alice)
				continue
			}
			pr.deliver(pr.bob)
			if len(pr.alice.sent) > 1 { // alice has answered
				break
			}
		}
		answer := len(pr.alice.sent) - 1
		if limit > 0 != (answer > 1) {
			t.Fatalf("limit %d: %d fragments", limit, answer)
		}
		waited := time.Duration(0)
		for n := len(pr.alice.sent); len(pr.alice.sent) == n && waited < time.Minute; waited += 100 * time.Millisecond {
			pr.clock.pass(100 * time.Millisecond)
			pr.alice.tick()
		}
		least := retryAfter * time.Duration(answer)
		if waited < least || waited > 2*least+time.Second {
			t.Errorf("limit %d: started again after %v, want %v to %v", limit, waited, least, 2*least)
		}
	}
}

// spokenVersion is the version of two who both have the policy p.
func spokenVersion(p Policy) Version { return p.best(p.allowed()) }
