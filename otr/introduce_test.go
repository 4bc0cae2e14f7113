// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

// stripped takes the 4 out of what s asks.
func (s *side) stripped() {
	for i, msg := range s.flying {
		s.flying[i] = bytes.Replace(msg, []byte("?OTRv234?"), []byte("?OTRv23?"), 1)
	}
}

// wantFour checks that both are private in version 4, and in nothing else.
func (p *pair) wantFour() {
	p.t.Helper()
	for _, s := range []*side{p.alice, p.bob} {
		if got := s.Instances(); len(got) != 1 || got[0].Version != V4 || got[0].State != Encrypted {
			p.t.Fatalf("%s: %+v", s.name, got)
		}
	}
	p.wantSameChannel()
	p.wantTalk()
}

// A query without its 4 makes a version 3 channel of two who have version 4, and at once one of
// version 4 of that.
func TestQueryStrippedOfItsFour(t *testing.T) {
	for _, p := range []Policy{Manual, Always} {
		for _, names := range [][2]string{{"alice", "bob"}, {"bob", "alice"}} { // either may have the higher fingerprint
			pr := newPair(t, p|AllowV4, p|AllowV4)
			pr.alice.SetIdentity(testIdentity(names[0]))
			pr.bob.SetIdentity(testIdentity(names[1]))
			if p == Always {
				pr.alice.say("held")
			} else {
				pr.alice.start()
			}
			pr.alice.stripped()
			pr.pump()
			for _, s := range []*side{pr.alice, pr.bob} {
				first := s.events[slices.IndexFunc(s.events, func(e Event) bool { _, ok := e.(Secured); return ok })].(Secured)
				in := event[Introduced](s)
				if first.Version != V3 || in.By != first.Fingerprint || in.Fingerprint != pr.other(s).fingerprint(V4) {
					t.Errorf("%+v, then %+v", first, in)
				}
			}
			if p == Always && (len(pr.bob.shown) != 1 || string(pr.bob.shown[0].Text) != "held") {
				t.Errorf("bob reads %q", pr.bob.texts())
			}
			pr.bob.forget()
			pr.wantFour()
		}
	}
}

// The one who is to begin has not learned that the other has version 4, because that message is lost:
// it comes again.
func TestIntroductionIsLost(t *testing.T) {
	for _, names := range [][2]string{{"alice", "bob"}, {"bob", "alice"}} {
		pr := newPair(t, Manual|AllowV4, Manual|AllowV4)
		pr.alice.SetIdentity(testIdentity(names[0]))
		pr.bob.SetIdentity(testIdentity(names[1]))
		waits := pr.alice
		if pr.bob.fingerprint(V4).b < pr.alice.fingerprint(V4).b {
			waits = pr.bob
		}
		pr.alice.start()
		pr.alice.stripped()
		for len(pr.alice.flying)+len(pr.bob.flying) > 0 {
			for _, s := range []*side{pr.alice, pr.bob} {
				switch {
				case len(s.flying) == 0:
				case s == waits && typeOf(s.flying[0]) == wire.TypeData:
					s.drop()
				default:
					pr.deliver(s)
				}
			}
		}
		if saw[Introduced](waits) != 1 || waits.Status().Version != V3 {
			t.Fatalf("%+v", waits.Status())
		}
		_, next := waits.tick()
		if wait := next.Sub(pr.clock.now()); wait < retryAfter || wait > 2*retryAfter {
			t.Errorf("again after %v", wait)
		}
		pr.clock.until(next)
		waits.tick()
		pr.pump()
		pr.wantFour()
		n := len(waits.sent)
		pr.clock.pass(time.Minute)
		if waits.tick(); len(waits.sent) != n {
			t.Error("and again")
		}
	}
}

// A whitespace tag without its 4 does the same.
func TestTagStrippedOfItsFour(t *testing.T) {
	pr := newPair(t, Opportunistic|AllowV4, Opportunistic|AllowV4)
	pr.alice.say("hello")
	pr.alice.flying[0] = bytes.Replace(pr.alice.flying[0], tagV4, nil, 1)
	pr.pump()
	pr.bob.forget()
	pr.wantFour()
}

// What is on its way in version 3 while version 4 takes its place is read, under the key of version 3.
func TestTextsDuringTheChangeToVersion4(t *testing.T) {
	for _, reversed := range []bool{false, true} {
		t.Run(fmt.Sprint(reversed), func(t *testing.T) {
			pr := newPair(t, Manual|AllowV4, Manual|AllowV4)
			pr.alice.start()
			pr.alice.stripped()
			typed := map[*side][]string{}
			for range 40 {
				for _, s := range []*side{pr.alice, pr.bob} {
					if len(s.flying) > 0 {
						pr.deliver(s)
					}
					if s.Status().State == Encrypted && len(typed[s]) < 8 {
						text := fmt.Sprint(s.name, len(typed[s]))
						typed[s] = append(typed[s], text)
						s.say(text)
					}
					if n := len(s.flying); reversed && n > 1 && saw[Secured](s) > 1 {
						s.flying[0], s.flying[n-1] = s.flying[n-1], s.flying[0]
					}
				}
			}
			pr.pump()
			for _, s := range []*side{pr.alice, pr.bob} {
				got := s.texts()
				slices.Sort(got)
				want := slices.Sorted(slices.Values(typed[pr.other(s)]))
				if !slices.Equal(got, want) {
					t.Errorf("%s reads %q, want %q", s.name, got, want)
				}
				for _, m := range s.shown {
					if !pr.other(s).has(m.Fingerprint) {
						t.Errorf("%q under %v", m.Text, m.Fingerprint)
					}
				}
			}
			pr.alice.forget()
			pr.bob.forget()
			pr.wantFour()
		})
	}
}

// Version 4 is switched on in a version 3 channel, on one side later than on the other. The first
// one's introduction came to somebody who ignored it.
func TestVersion4SwitchedOnLater(t *testing.T) {
	for _, names := range [][2]string{{"alice", "bob"}, {"bob", "alice"}} { // either may have the higher fingerprint
		pr := newPair(t, Manual, Manual)
		pr.alice.SetIdentity(testIdentity(names[0]))
		pr.bob.SetIdentity(testIdentity(names[1]))
		pr.alice.start()
		pr.pump()
		for _, s := range []*side{pr.alice, pr.bob} {
			s.SetPolicy(Manual | AllowV4)
			s.tick()
			pr.pump()
			pr.clock.pass(time.Hour)
		}
		for _, s := range []*side{pr.alice, pr.bob} {
			if saw[Introduced](s) != 1 {
				t.Errorf("%s: introduced %d times", s.name, saw[Introduced](s))
			}
		}
		pr.alice.forget()
		pr.bob.forget()
		pr.wantFour()
	}
}

// Other programs have no version 4: they see a heartbeat, and nothing comes of it.
func TestIntroductionToSomebodyWithoutVersion4(t *testing.T) {
	pr := newPair(t, Manual|AllowV4, Manual)
	pr.alice.start()
	pr.pump()
	if pr.alice.Status().Version != V3 || saw[Introduced](pr.bob) != 0 || len(pr.bob.errs) != 0 {
		t.Fatalf("%+v, %v", pr.alice.Status(), pr.bob.events)
	}
	pr.wantTalk()
	pr.wantSameChannel()
	n := len(pr.alice.sent)
	for range 3 {
		pr.alice.tick()
	}
	if len(pr.alice.sent) != n {
		t.Error("introduced more than once")
	}
}

// An introduction counts for the key that it names: a stranger's version 4 channel does not take
// the place of the one in which Bob has introduced his. Nor does a stranger who introduces Bob's
// key get a place in Bob's channel.
func TestIntroductionByAStranger(t *testing.T) {
	pr := newPair(t, Manual|AllowV4, Manual)
	pr.alice.start()
	pr.pump()
	pr.alice.forget()
	mallory := newSide(t, "mallory", AllowV4, at(pr.clock), tagged(pr.bob.tag))
	attack := &pair{t, pr.clock, pr.alice, mallory}
	mallory.get([]byte("?OTRv4?"))
	attack.pump()
	if got := pr.alice.Instances(); len(got) != 2 || pr.alice.Status().Fingerprint != pr.bob.fingerprint(V3) {
		t.Fatalf("%+v", got)
	}
	// In his own channel of version 3 he says that he has Bob's key of version 4.
	pr = private(t, Manual|AllowV4)
	m3 := newSide(t, "mallory", Manual, at(pr.clock), tagged(pr.bob.tag))
	attack = &pair{t, pr.clock, pr.alice, m3}
	m3.handshakes().sendCommit(V3, new(Output))
	var out Output
	m3.must(out, m3.handshakes().sendCommit(V3, &out))
	m3.take(out)
	attack.pump()
	value := append([]byte{introductionFormat}, pr.bob.fingerprint(V4).b...)
	value = append(value, byte(pr.bob.tag>>24), byte(pr.bob.tag>>16), byte(pr.bob.tag>>8), byte(pr.bob.tag))
	out = Output{}
	m3.must(out, m3.seal(m3.selected(), &out, 0, []byte("x"), wire.TLV{Type: wire.TLVIntroduction, Value: value}))
	m3.take(out)
	attack.pump()
	m3.saysAtOnce("I am Bob")
	attack.pump()
	for _, m := range pr.alice.shown {
		if m.Fingerprint != m3.fingerprint(V3) {
			t.Errorf("%q under %v", m.Text, m.Fingerprint)
		}
	}
	if len(pr.alice.shown) != 2 {
		t.Errorf("alice reads %q", pr.alice.texts())
	}
	m3.end()
	attack.pump()
	pr.alice.flying = nil
	pr.alice.forget()
	if err := pr.alice.Select(m3.tag, m3.fingerprint(V3)); err != nil {
		t.Fatal(err) // his channel is his own, and its end is not the end of Bob's
	}
	pr.alice.end()
	pr.wantFour()
}

// Illegal introductions are ignored.
func TestIllegalIntroductions(t *testing.T) {
	legal := func(pr *pair) []byte {
		v := append([]byte{introductionFormat}, testIdentity("x").Fingerprint().b...)
		return append(v, byte(pr.bob.tag>>24), byte(pr.bob.tag>>16), byte(pr.bob.tag>>8), byte(pr.bob.tag))
	}
	for name, change := range map[string]func(v []byte) []byte{
		"none":           func(v []byte) []byte { return v },
		"nothing":        func([]byte) []byte { return nil },
		"another format": func(v []byte) []byte { v[0]++; return v },
		"too short":      func(v []byte) []byte { return v[:len(v)-1] },
		"too long":       func(v []byte) []byte { return append(v, 0) },
		"another tag":    func(v []byte) []byte { v[len(v)-1]++; return v },
	} {
		pr := newPair(t, Manual|AllowV4, Manual)
		pr.alice.start()
		pr.pump()
		pr.alice.forget()
		var out Output
		err := pr.bob.seal(pr.bob.selected(), &out, 0, nil, wire.TLV{Type: wire.TLVIntroduction, Value: change(legal(pr))})
		pr.bob.must(out, err)
		pr.deliver(pr.bob)
		if got := saw[Introduced](pr.alice); (got == 1) != (name == "none") {
			t.Errorf("%s: %d", name, got)
		}
	}
}
