// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

// A refresh while both are typing loses nothing, in every order of delivery, and nothing
// is readable on the way.
func TestRefreshWithTextInFlight(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		everyOrder(t, 3000, func(choose func(int) int) {
			pr := private(t, p)
			pr.alice.say("a1")
			pr.bob.say("b1")
			pr.alice.start()
			steps := 0
			said := map[*side]int{pr.alice: 1, pr.bob: 1}
			for len(pr.alice.flying)+len(pr.bob.flying) > 0 {
				s := pr.alice
				if len(s.flying) == 0 || len(pr.bob.flying) > 0 && steps < 6 && choose(2) == 1 {
					s = pr.bob
				}
				steps++
				pr.deliver(s)
				if o := pr.other(s); said[o] < 5 { // the one who has received something answers
					said[o]++
					pr.wantSealed(o, fmt.Sprintf("%c%d", o.name[0], said[o]))
				}
			}
			pr.wantSameChannel()
			wantTexts(t, pr.alice, "b1", "b2", "b3", "b4", "b5")
			wantTexts(t, pr.bob, "a1", "a2", "a3", "a4", "a5")
			if len(pr.alice.errs)+len(pr.bob.errs) != 0 {
				t.Fatalf("errors %v, %v", pr.alice.errs, pr.bob.errs)
			}
		})
	})
}

// wantSealed lets s say text, which must leave encrypted or wait.
func (p *pair) wantSealed(s *side, text string) {
	p.t.Helper()
	out := s.say(text)
	if slices.Contains(out.Events, Event(Held{})) && len(out.Send) == 0 {
		return
	}
	if len(out.Send) != 1 || classifyKind(out.Send[0]) != encodedText {
		p.t.Fatalf("%s sends %q", s.name, out.Send)
	}
}

func classifyKind(msg []byte) kind { k, _ := classify(msg); return k }

// Messages under the old keys are accepted until a minute has passed, or until the first
// message under the new keys and those that it may have overtaken have arrived; not
// longer.
func TestReplacedKeysGo(t *testing.T) {
	for _, byTime := range []bool{true, false} {
		pr := private(t, AllowV3)
		pr.bob.get([]byte("?OTRv3?")) // Bob sends the commit, Alice finishes first
		late := only(t, pr.bob.say("late"))
		pr.bob.flying = pr.bob.flying[:1]
		pr.pump()
		pr.wantSameChannel()
		if byTime {
			pr.clock.pass(oldFor)
			pr.alice.tick()
		} else {
			pr.wantTalk()
			pr.clock.pass(6 * time.Second)
			pr.alice.tick()
			if pr.alice.selected().old != nil {
				t.Error("something is left of them")
			}
		}
		if out, err := pr.alice.get(late); err == nil || out.Message != nil {
			t.Fatalf("by time %v: a message under replaced keys is read", byTime)
		}
	}
}

// Records in a message under the old keys have no effect.
func TestRecordsUnderReplacedKeys(t *testing.T) {
	pr := private(t, AllowV3)
	pr.bob.get([]byte("?OTRv3?"))
	commit := pr.bob.drop()
	var late Output
	err := pr.bob.seal(pr.bob.selected(), &late, 0, []byte("late"),
		wire.TLV{Type: wire.TLVPadding, Value: []byte("x")}, wire.TLV{Type: wire.TLVSMP1}, wire.TLV{Type: wire.TLVExtraKey, Value: []byte("uses")})
	if err != nil {
		t.Fatal(err)
	}
	pr.alice.get(commit)
	pr.pump()
	pr.wantSameChannel()
	pr.alice.forget()
	out, err := pr.alice.get(only(t, late))
	if err != nil || len(out.Events)+len(out.Send) != 0 || fmt.Sprint(pr.alice.texts()) != "[late]" {
		t.Errorf("error %v, reads %q, %v, %d sent", err, pr.alice.texts(), out.Events, len(out.Send))
	}
	pr.wantSameChannel()
}

// The peer ends the conversation before it learns of the new keys. This message is under
// the old keys, and it counts. Otherwise our user would continue to talk to nobody.
func TestEndUnderReplacedKeys(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		everyOrder(t, 3000, func(choose func(int) int) {
			pr := private(t, p)
			pr.alice.must(pr.alice.StartSMP("", []byte("x")))
			pr.pump()
			pr.bob.beginsAnyway()
			pr.deliver(pr.bob)
			pr.deliver(pr.alice)
			pr.bob.saysAtOnce("the last") // Alice receives the Reveal Signature Message, then this
			pr.bob.end()
			pr.deliverInAnyOrder(choose)
			pr.wantState(Finished, Plaintext)
			if saw[Ended](pr.alice) != 1 || saw[Secured](pr.bob) != 0 || len(pr.alice.errs) != 0 {
				t.Fatalf("%v, %v", pr.alice.events, pr.alice.errs)
			}
			wantTexts(t, pr.alice, "the last")
			if in := pr.alice.selected(); in.channel != nil || in.old != nil || in.smp.m.Running() {
				t.Fatal("keys are left")
			}
			pr.alice.start()
			pr.pump()
			pr.wantTalk()
		})
	})
}

// The end counts once, and not after the peer has shown that it has the new keys.
func TestEndUnderReplacedKeysReplayed(t *testing.T) {
	pr := private(t, AllowV3)
	pr.bob.get([]byte("?OTRv3?"))
	pr.deliver(pr.bob)
	pr.deliver(pr.alice)
	reveal := pr.bob.drop()
	copied := deepCopy(pr.bob.Session) // sends what Bob himself does not
	var end Output
	if err := copied.disconnect(copied.selected(), &end); err != nil {
		t.Fatal(err)
	}
	pr.bob.flying = [][]byte{reveal}
	pr.pump()
	pr.wantTalk()
	pr.alice.forget()
	for range 2 {
		if out, _ := pr.alice.get(only(t, end)); len(out.Send) != 0 || saw[Ended](pr.alice) != 0 {
			t.Errorf("%+v", out)
		}
	}
	pr.wantState(Encrypted, Encrypted)
}

// A message that was sent under the old keys can be read once, although it arrives after
// the first message under the new keys.
func TestOvertakenByARefresh(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		for _, talked := range []bool{true, false} {
			pr := private(t, p)
			if talked {
				pr.wantTalk()
			}
			var msgs [][]byte
			for _, text := range []string{"a", "b", "c"} {
				msgs = append(msgs, only(t, pr.alice.say(text)))
			}
			pr.alice.flying = nil
			pr.bob.start()
			pr.pump()
			pr.wantTalk()
			pr.wantTalk()
			pr.bob.forget()
			for i := range msgs {
				pr.bob.get(msgs[len(msgs)-1-i])
			}
			wantTexts(t, pr.bob, "c", "b", "a")
			if len(pr.bob.events)+len(pr.bob.errs)+len(pr.bob.flying) > 0 {
				t.Errorf("%v, %v, %d sent", pr.bob.events, pr.bob.errs, len(pr.bob.flying))
			}
			for _, msg := range msgs {
				if _, err := pr.bob.get(msg); !errors.Is(err, ErrReplayed) {
					t.Errorf("a copy: %v", err)
				}
			}
			in := pr.bob.selected()
			for _, k := range in.old.Unrevealed() {
				t.Errorf("%x is revealed and still in use", k)
			}
			_, next := pr.bob.tick()
			pr.clock.until(next)
			pr.bob.tick()
			if in.old != nil || len(in.channel.Unrevealed()) == 0 {
				t.Errorf("keys are left, %d bytes are to be revealed", len(in.channel.Unrevealed()))
			}
			pr.wantTalk()
		}
	})
}
