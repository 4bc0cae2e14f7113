// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"testing"

	"purple-otr/otr/internal/wire"
)

// newClones returns Alice, and Bob on two computers with copies of the same profile, so
// with the same key and instance tag. The server delivers Alice's messages to both.
func newClones(t *testing.T, p Policy) *room {
	r := newRoom(t, p, "home")
	home := r.others[0]
	work := newSide(t, "work", p, at(r.clock), tagged(home.tag))
	work.key = home.key
	work.SetKey(work.key)
	r.others = append(r.others, work)
	return r
}

// One of Bob's two clients has the conversation. The other tells its user why it has none,
// and does not disturb the first.
func TestCloneOfOurProfileIsNoticed(t *testing.T) {
	ways := map[string]func(r *room){
		"Alice begins":    func(r *room) { r.others[0].start() },
		"the clones do":   func(r *room) { r.alice.start() },
		"one, for itself": func(r *room) { r.others[0].get([]byte("?OTRv23?")) },
	}
	for name, begin := range ways {
		t.Run(name, func(t *testing.T) {
			r := newClones(t, Manual)
			begin(r)
			r.pump(t)
			var has, not *side
			for _, o := range r.others {
				if o.Status().State == Encrypted {
					has = o
				} else {
					not = o
				}
			}
			if has == nil || not == nil {
				t.Fatal("not one of the two")
			}
			if name != "one, for itself" && saw[Contested](not) == 0 {
				t.Errorf("the other is told nothing: %v, %v", not.events, not.errs)
			}
			if saw[Contested](has) != 0 {
				t.Error("the one is told of a clone that has changed nothing for it")
			}
			r.alice.forget()
			r.alice.say("to Bob")
			has.say("from Bob")
			r.pump(t)
			wantTexts(t, has, "to Bob")
			wantTexts(t, r.alice, "from Bob")
			if saw[Unreadable](not) != 1 || len(not.shown) != 0 {
				t.Errorf("the other is not told of a text for the clone: %v", not.events)
			}
		})
	}
}

// Some servers also deliver what one clone sends to the other clone.
func TestMessagesOfACloneAreNoticed(t *testing.T) {
	r := newClones(t, AllowV3)
	home, work := r.others[0], r.others[1]
	home.get([]byte("?OTRv3?"))
	for range 4 {
		for _, msg := range home.flying {
			work.forget()
			if out, err := work.get(msg); err != nil || out.Message != nil || len(out.Send) != 0 || saw[Reflected](work) != 1 {
				t.Errorf("type %#x: %+v, %v", typeOf(msg), out, err)
			}
			r.alice.get(msg)
		}
		home.flying = nil
		for len(r.alice.flying) > 0 {
			home.get(r.alice.drop())
		}
	}
	if home.Status().State != Encrypted || work.Status() != (Status{}) || len(work.exchanges) != 0 {
		t.Errorf("%v, %v, %d exchanges", home.Status(), work.Status(), len(work.exchanges))
	}
}

// A message that was changed on the way looks like one from a clone. An invalid signature
// does not.
func TestContestedIsAboutTheKeysOnly(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		for step, typ := range map[int]byte{2: wire.TypeRevealSig, 3: wire.TypeSignature} {
			pr, from := exchangeScene(step)(t, p)
			b, err := wire.Dearmor(from.flying[0])
			if err != nil || typeOf(from.flying[0]) != typ {
				t.Fatal("another message")
			}
			b[len(b)-1] ^= 1
			to := pr.other(from)
			if _, err := to.get(wire.Armor(b)); !errors.Is(err, ErrForged) || saw[Contested](to) != 1 {
				t.Errorf("type %#x: %v, %v", typ, err, to.events)
			}
		}
		pr := newPair(t, p, p)
		pr.alice.SetKey(posing(testKey("mallory"), pr.alice.key))
		pr.alice.start()
		pr.pump()
		if len(pr.bob.errs) == 0 || !errors.Is(pr.bob.errs[0], ErrForged) || saw[Contested](pr.bob) != 0 {
			t.Errorf("a forged signature: %v, %v", pr.bob.errs, pr.bob.events)
		}
	})
}
