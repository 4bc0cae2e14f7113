// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import "testing"

// An attacker who can only add messages asks for version 2 in a running version 3
// conversation, in every possible way. The conversation stays in version 3 in both
// directions, and the users are told.
func TestVersion2IsRefusedWhereVersion3IsUp(t *testing.T) {
	for _, msg := range []string{"?OTRv2?", "?OTR?v2?", "hi" + string(tagBase) + string(tagV2)} {
		pr := private(t, Opportunistic)
		before := pr.alice.Status()
		pr.alice.get([]byte(msg))
		pr.bob.get([]byte(msg))
		pr.pump()
		if pr.alice.Status() != before || len(pr.alice.Instances()) != 1 || saw[Secured](pr.alice) != 0 {
			t.Errorf("%q: %+v", msg, pr.alice.Instances())
		}
		if event[Downgraded](pr.alice) != (Downgraded{}) {
			t.Errorf("%q: %v", msg, pr.alice.events)
		}
		pr.wantTalk()
	}
}

// A key that has used version 3 does not get a version 2 channel, whoever starts, and
// however the first channel ended.
func TestVersion2IsRefusedToAKeyThatSpeaksVersion3(t *testing.T) {
	remembered := map[string]func(t *testing.T) *pair{
		"up":    func(t *testing.T) *pair { return private(t, Manual) },
		"ended": func(t *testing.T) *pair { pr := private(t, Manual); pr.alice.end(); pr.bob.end(); pr.pump(); return pr },
		"kept": func(t *testing.T) *pair {
			return newPair(t, Manual, Manual, func(c *Config) {
				other := testKey("bob").Fingerprint()
				if c.DSAKey.Fingerprint() == other {
					other = testKey("alice").Fingerprint()
				}
				c.SpeaksV3 = func(f Fingerprint) bool { return f == other }
			})
		},
	}
	for name, f := range remembered {
		for _, weCommit := range []bool{true, false} {
			pr := f(t)
			before := len(pr.alice.Instances())
			pr.bob.SetPolicy(AllowV2) // as if it knew only version 2
			if weCommit {
				var out Output
				err := pr.alice.handshakes().sendCommit(V2, &out)
				pr.alice.must(out, err)
			} else {
				pr.bob.get([]byte("?OTRv2?"))
			}
			pr.pump()
			if n := len(pr.alice.Instances()); n != before {
				t.Errorf("%s, we commit %v: %+v", name, weCommit, pr.alice.Instances())
			}
			if event[Downgraded](pr.alice).Fingerprint != pr.bob.key.Fingerprint() {
				t.Errorf("%s, we commit %v: %v", name, weCommit, pr.alice.events)
			}
			if !weCommit && pr.bob.Status().State == Encrypted && pr.bob.Status().Version == V2 {
				t.Errorf("%s: Bob believes that version 2 is up", name)
			}
		}
	}
}

// Peers that have only version 2 can still talk, even if a stranger has opened a version 3
// channel in their name.
func TestPeersOfVersion2(t *testing.T) {
	for _, stranger := range []bool{false, true} {
		pr := newPair(t, Manual, AllowV2)
		if stranger {
			m := newSide(t, "mallory", AllowV3, at(pr.clock))
			m.get([]byte("?OTRv3?"))
			(&pair{t, pr.clock, pr.alice, m}).pump()
			event[Secured](pr.alice)
		}
		pr.alice.start()
		pr.pump()
		if st := pr.bob.Status(); st.State != Encrypted || st.Version != V2 {
			t.Fatalf("stranger %v: %+v", stranger, st)
		}
		if err := pr.alice.Select(0, pr.bob.key.Fingerprint()); err != nil {
			t.Fatal(err)
		}
		pr.wantTalk()
		pr.bob.get([]byte("?OTRv23?")) // its own commit refreshes
		pr.pump()
		pr.wantTalk()
	}
}

// If the user allows only version 2, there is no newer version to prefer.
func TestVersion2Alone(t *testing.T) {
	pr := private(t, Manual)
	pr.alice.end()
	pr.bob.end()
	pr.pump()
	pr.alice.SetPolicy(AllowV2)
	pr.bob.SetPolicy(AllowV2)
	pr.alice.start()
	pr.pump()
	pr.wantTalk()
}

// However many keys strangers use, we do not forget which keys have used version 3.
func TestKnownKeysAreBounded(t *testing.T) {
	s := newSide(t, "alice", Manual)
	first := testKey("bob").Fingerprint()
	s.noteV3(first)
	for i := range 2 * maxSpeakV3 {
		s.noteV3(Fingerprint{string(rune('a' + i))})
	}
	if len(s.v3Keys) > maxSpeakV3 || !s.speaksV3(first) {
		t.Errorf("%d keys, the first %v", len(s.v3Keys), s.speaksV3(first))
	}
}

// Our own messages come back with changed tags, so version 3 cannot recognise them by
// their tags. Nobody reads their own words as the peer's.
func TestChannelWithOurselves(t *testing.T) {
	pr := newPair(t, AllowV3, AllowV3, func(c *Config) { c.DSAKey = testKey("alice") })
	for _, begin := range []*side{pr.alice, pr.bob} {
		begin.start()
		pr.pump()
	}
	for _, s := range []*side{pr.alice, pr.bob} {
		if s.Status() != (Status{}) || len(s.Instances()) != 0 || saw[Secured](s) != 0 {
			t.Errorf("%s: %+v", s.name, s.Instances())
		}
	}
	if e := event[OwnKey](pr.alice); e != (OwnKey{pr.bob.tag, V3}) {
		t.Errorf("%+v", e)
	}
}
