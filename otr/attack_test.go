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

var (
	bothVersions = []Policy{AllowV2, AllowV3}
	allVersions  = append([]Policy{AllowV4}, bothVersions...)
)

// eachVersion runs f for versions 2 and 3, and everyVersion also for version 4.
func eachVersion(t *testing.T, f func(t *testing.T, p Policy)) { inVersions(t, bothVersions, f) }

func everyVersion(t *testing.T, f func(t *testing.T, p Policy)) { inVersions(t, allVersions, f) }

func inVersions(t *testing.T, list []Policy, f func(t *testing.T, p Policy)) {
	for _, p := range list {
		t.Run(map[Policy]string{AllowV2: "v2", AllowV3: "v3", AllowV4: "v4"}[p], func(t *testing.T) { f(t, p) })
	}
}

// posing returns a key that claims to be the victim's, but signs with the owner's private
// number.
func posing(owner, victim *PrivateKey) *PrivateKey {
	k := *owner.k
	k.Public = victim.k.Public
	return &PrivateKey{&k}
}

// In a session with Mallory, a second exchange names Bob's key with a bad signature:
// nobody becomes Bob, and the session with Mallory is unchanged.
func TestMallorySecondExchangeNamesBob(t *testing.T) {
	bob := testKey("bob")
	for _, aliceStarts := range []bool{true, false} {
		t.Run(fmt.Sprintf("alice asks: %v", aliceStarts), func(t *testing.T) {
			eachVersion(t, func(t *testing.T, p Policy) {
				pr := private(t, p, func(c *Config) {
					if c.DSAKey.Fingerprint() == bob.Fingerprint() {
						c.DSAKey = testKey("mallory")
					}
				})
				mallory := pr.bob
				before := pr.alice.Status()
				if before.Fingerprint != testKey("mallory").Fingerprint() {
					t.Fatal("the session is not with Mallory")
				}
				mallory.SetKey(posing(testKey("mallory"), bob))
				if aliceStarts {
					pr.alice.start()
				} else {
					mallory.start()
				}
				pr.pump()
				if pr.alice.Status() != before || saw[Secured](pr.alice) != 0 {
					t.Fatalf("status %+v", pr.alice.Status())
				}
				if len(pr.alice.errs) == 0 || !errors.Is(pr.alice.errs[0], ErrForged) {
					t.Fatalf("errors %v, want a forged signature", pr.alice.errs)
				}
				out := pr.alice.saysInTheEnd("for Mallory, not for Bob")
				if typeOf(only(t, out)) != wire.TypeData || mallory.texts() != nil {
					t.Fatal("not sent over the old channel")
				}
				pr.pump()
				if got := mallory.texts(); len(got) != 1 {
					t.Fatalf("Mallory reads %q", got)
				}
			})
		})
	}
}

// mallory returns a stranger with another key, who can send in Bob's name and receives
// what is sent to Bob.
func (p *pair) mallory(t *testing.T, policy Policy) *pair {
	t.Helper()
	m := newSide(t, "mallory", policy, at(p.clock), tagged(p.bob.tag))
	return &pair{t, p.clock, p.alice, m}
}

// A stranger starts an exchange after an error message: nothing that was said to Bob is
// sent again to the stranger.
func TestErrorThenAStrangersExchangeResendsNothing(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p|ErrorStartAKE)
		pr.alice.say("for Bob alone")
		pr.alice.drop()
		attack := pr.mallory(t, p)
		pr.alice.get([]byte("?OTR Error: You transmitted an unreadable encrypted message."))
		attack.pump()
		if event[Secured](pr.alice).Fingerprint != attack.bob.fingerprint(spokenVersion(p)) {
			t.Fatal("the exchange did not complete")
		}
		if got := attack.bob.texts(); len(got) != 0 || saw[Resent](pr.alice)+saw[Repeated](pr.alice) != 0 {
			t.Fatalf("the stranger reads %q", got)
		}
		if got := event[Unread](pr.alice).Text; string(got) != "for Bob alone" {
			t.Fatalf("given back %q", got)
		}
		// Bob returns within a minute, and Alice can send the text.
		pr.bob.start()
		pr.pump()
		wantTexts(t, pr.bob)
	})
}

// Text that the user typed for Bob is returned if someone else answers.
func TestHeldForBobIsNotReleasedToAStranger(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.bob.end()
		pr.pump()
		pr.alice.start()
		pr.alice.say("for Bob alone")
		attack := pr.mallory(t, p)
		attack.pump()
		if got := event[Returned](pr.alice); string(got.Text) != "for Bob alone" {
			t.Fatalf("returned %q", got.Text)
		}
		if len(attack.bob.texts()) != 0 || saw[Resent](pr.alice) != 0 {
			t.Fatalf("the stranger reads %q", attack.bob.texts())
		}
	})
}

// Errors do not make two clients answer each other for ever, and one client cannot flood
// the other with them.
func TestErrorsAreAnsweredRarely(t *testing.T) {
	pr := private(t, Opportunistic)
	queries, replies := 0, 0
	stray := strayData(t, AllowV2, pr.alice, 0)
	for i := range 60 {
		out, _ := pr.alice.get(fmt.Appendf(nil, "?OTR Error: again, the %dth time", i))
		queries += len(out.Send)
		out, _ = pr.alice.get(stray)
		replies += len(out.Send)
		pr.clock.pass(time.Second)
	}
	if queries != 2 || replies != 12 {
		t.Errorf("%d queries and %d error messages in a minute, want 2 and 12", queries, replies)
	}
	if got := saw[PeerError](pr.alice); got != 60 {
		t.Errorf("%d errors shown", got)
	}
}

func TestTwoThatAnswerErrorsCalmDown(t *testing.T) {
	pr := private(t, Opportunistic)
	pr.alice.get(strayData(t, AllowV2, pr.alice, 0)) // an error message goes to Bob
	pr.bob.get(strayData(t, AllowV2, pr.bob, 0))
	pr.pump()
	if n := len(pr.alice.sent) + len(pr.bob.sent); n > 40 {
		t.Errorf("%d messages", n)
	}
	pr.wantTalk()
}

// Our own messages come back: versions 3 and 4 recognise them by the tag, version 2 by the
// numbers in them. None of them changes anything.
func TestReflectedMessages(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		pr := newPair(t, p, p)
		pr.bob.get([]byte("?OTRv234?"))
		from := pr.bob
		for len(from.flying) > 0 {
			msg := from.flying[0]
			before := from.Status()
			out, err := from.get(msg)
			if err == nil && (out.Message != nil || len(out.Send) != 0) || from.Status() != before {
				t.Fatalf("type %#x: output %+v", typeOf(msg), out)
			}
			if p != AllowV2 && saw[Reflected](from) == 0 {
				t.Fatalf("type %#x: not told that it is reflected", typeOf(msg))
			}
			from.events = nil
			pr.deliver(from)
			from = pr.other(from)
		}
		pr.wantState(Encrypted, Encrypted)
		pr.alice.forget()
		msg := only(t, pr.alice.say("to Bob"))
		if out, _ := pr.alice.get(msg); out.Message != nil {
			t.Fatalf("Alice reads %q of her own", out.Message.Text)
		}
		pr.pump()
		pr.wantTalk()
	})
}

func TestReflectedCommitV2(t *testing.T) {
	pr := newPair(t, AllowV2, AllowV2)
	commit := only(t, pr.alice.must(pr.alice.Receive([]byte("?OTRv2?"))))
	pr.alice.get(commit)
	event[Reflected](pr.alice)
	pr.pump()
	pr.wantTalk()
}

// "If a client receives a message with the sender instance tag set to less than
// 0x00000100, it should discard the message. Similarly, if a client receives a
// message with the recipient instance tag set to greater than 0 but less than
// 0x00000100", and "someone receiving a message with a recipient instance tag
// specified that does not equal their own should discard the message".
func TestInstanceTags(t *testing.T) {
	// each message of an exchange and a Data Message, to Bob or to Alice
	pr := newPair(t, AllowV3, AllowV3)
	pr.alice.start()
	pr.deliver(pr.alice)
	from := pr.bob
	check := func(to *side, msg []byte) {
		t.Helper()
		h, m, err := parsed(msg)
		if err != nil {
			t.Fatal(err)
		}
		_, isCommit := m.(wire.DHCommit)
		for _, c := range []struct {
			name     string
			sender   uint32
			receiver uint32
			err      error
			event    Event
		}{
			{"sender 0", 0, uint32(to.tag), ErrMalformed, nil},
			{"sender 0xff", 0xff, uint32(to.tag), ErrMalformed, nil},
			{"receiver 1", h.Sender, 1, ErrMalformed, nil},
			{"receiver 0xff", h.Sender, 0xff, ErrMalformed, nil},
			{"another receiver", h.Sender, 0x100, nil, OtherInstance{From: InstanceTag(h.Sender)}},
			{"no receiver", h.Sender, 0, nil, OtherInstance{From: InstanceTag(h.Sender)}},
			{"from ourselves", uint32(to.tag), uint32(to.tag), nil, Reflected{}},
		} {
			if isCommit && c.name == "no receiver" {
				continue // "The exception here is the D-H Commit Message"
			}
			bad := wire.Header{Version: wire.V3, Sender: c.sender, Receiver: c.receiver}
			out, err := to.get(wire.Armor(wire.Append(nil, bad, m)))
			if !errors.Is(err, c.err) || len(out.Send) != 0 || out.Message != nil {
				t.Errorf("%T, %s: error %v, output %+v", m, c.name, err, out)
			}
			if c.event != nil && (len(out.Events) != 1 || out.Events[0] != c.event) {
				t.Errorf("%T, %s: events %v", m, c.name, out.Events)
			}
		}
	}
	for len(from.flying) > 0 {
		check(pr.other(from), from.flying[0])
		pr.deliver(from)
		from = pr.other(from)
	}
	pr.wantState(Encrypted, Encrypted)
	check(pr.bob, only(t, pr.alice.say("hello")))
	pr.pump()
	pr.wantTalk()
}

// A replayed message is refused, and so is every message of an exchange that has ended.
func TestReplay(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.wantTalk()
		pr.wantTalk()
		before := pr.alice.Status()
		for _, msg := range pr.bob.sent {
			if k, _ := classify(msg); k != encodedText || typeOf(msg) == wire.TypeDHCommit {
				continue
			}
			pr.alice.forget()
			out, err := pr.alice.get(msg)
			if out.Message != nil || saw[Secured](pr.alice) != 0 {
				t.Fatalf("type %#x is taken twice", typeOf(msg))
			}
			if typeOf(msg) == wire.TypeData && err == nil {
				t.Error("a Data Message is taken twice")
			}
		}
		if pr.alice.Status() != before {
			t.Error("the status has changed")
		}
		pr.bob.forget()
		pr.wantTalk()
	})
}

// An attacker without keys copies Bob's messages under another tag, which the MACs do not
// cover. This must not create a second channel with the same keys and counters to a client
// that does not exist.
func TestCopiedMessagesOpenNoSecondChannel(t *testing.T) {
	const copier = 0x6666
	ways := map[string]func(pr *pair){
		"new": func(pr *pair) { pr.bob.start() },
		"running": func(pr *pair) {
			pr.bob.start()
			pr.pump()
			pr.wantTalk()
			pr.alice.get([]byte("?OTRv3?"))
		},
		"crossing": func(pr *pair) {
			pr.bob.start()
			pr.deliver(pr.bob)
			// A commit under the other tag, with the lowest possible hash.
			h := wire.Header{Version: wire.V3, Sender: copier}
			commit := wire.DHCommit{EncryptedGx: make([]byte, 196)}
			pr.alice.Receive(wire.Armor(wire.Append(nil, h, commit)))
		},
	}
	differ := func(t *testing.T, s *side) {
		ids := map[[8]byte]bool{}
		for _, st := range s.Instances() {
			if st.State == Encrypted && ids[st.SSID.ID] {
				t.Fatal("two channels have the same keys")
			}
			ids[st.SSID.ID] = true
		}
	}
	for name, begin := range ways {
		t.Run(name, func(t *testing.T) {
			pr := newPair(t, AllowV3, AllowV3)
			begin(pr)
			// All of Bob's messages arrive twice, either first or last under the other
			// tag.
			for _, copyFirst := range []bool{false, true} {
				for range 20 {
					if len(pr.bob.flying) > 0 {
						msg := pr.bob.drop()
						_, m, err := parsed(msg)
						if err != nil || m.Type() == wire.TypeData {
							pr.alice.get(msg)
							continue
						}
						both := [][]byte{msg, forged(t, msg, copier)}
						if copyFirst {
							slices.Reverse(both)
						}
						for _, msg := range both {
							pr.alice.get(msg)
						}
					}
					// Messages to the copier reach Bob in Alice's name.
					if len(pr.alice.flying) > 0 {
						msg := pr.alice.drop()
						if h, m, err := parsed(msg); err == nil && h.Receiver == copier {
							h.Receiver = uint32(pr.bob.tag)
							msg = wire.Armor(wire.Append(nil, h, m))
						}
						pr.bob.get(msg)
					}
					differ(t, pr.alice)
				}
				pr.bob.start()
			}
		})
	}
}

// In the simplest attack, only Alice gets the copies. She continues to talk to Bob, and to
// nobody else.
func TestCopiedKeyAndSignature(t *testing.T) {
	pr := newPair(t, AllowV3, AllowV3)
	pr.bob.start()
	pr.deliver(pr.bob)   // the query
	pr.deliver(pr.alice) // the commit
	key := pr.bob.flying[0]
	pr.deliver(pr.bob)
	pr.alice.Receive(forged(t, key, 0x6666))
	pr.deliver(pr.alice) // the Reveal Signature Message
	signature := pr.bob.flying[0]
	pr.deliver(pr.bob)
	pr.alice.Receive(forged(t, signature, 0x6666))
	if n := len(pr.alice.Instances()); n != 1 {
		t.Errorf("%d channels", n)
	}
	pr.wantSameChannel()
	pr.wantTalk()
}

// A Signature Message that arrives late, and then again, does not open a second channel.
func TestLateSignatureCountsOnce(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.alice.get([]byte("?OTRv23?"))
		pr.deliver(pr.alice) // the commit
		pr.deliver(pr.bob)   // the key
		pr.bob.get([]byte("?OTRv23?"))
		commit := pr.bob.drop()
		pr.alice.get(commit) // Alice answers; what she had begun is replaced
		pr.deliver(pr.alice) // the Reveal Signature Message
		signature := pr.bob.flying[len(pr.bob.flying)-1]
		pr.alice.get(signature)
		if got := saw[Secured](pr.alice); got != 1 {
			t.Fatalf("secured %d times", got)
		}
		first := only(t, pr.alice.say("the first text"))
		pr.alice.get(signature)
		if got := saw[Secured](pr.alice); got != 1 {
			t.Errorf("secured %d times", got)
		}
		_, m1, _ := parsed(first)
		_, m2, _ := parsed(only(t, pr.alice.say("and another")))
		if m1.(wire.Data).Counter == m2.(wire.Data).Counter {
			t.Error("a counter is used twice")
		}
	})
}

// Neither does the Signature Message of an exchange that a newer, completed one has
// replaced.
func TestReplacedExchangeIsOver(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.toSignature()
		signature := pr.bob.drop()
		// Bob asks for another exchange before Alice has received that message.
		pr.bob.get([]byte("?OTRv23?"))
		pr.pump()
		pr.wantSameChannel()
		now := pr.alice.Status()
		pr.alice.get(signature)
		if pr.alice.Status() != now {
			t.Error("an older exchange has taken the place of a newer one")
		}
		pr.wantTalk()
	})
}

// A flood of commits, before or during an exchange, does not disturb the exchange.
func TestFloodDuringAnExchange(t *testing.T) {
	m := newSide(t, "mallory", AllowV3)
	commit := only(t, m.must(m.Receive([]byte("?OTRv3?"))))
	for before, most := range map[int]int{0: 1000, 1000: maxHalfOpen/4 - 1} {
		for _, during := range []int{1, most} {
			pr := newPair(t, AllowV3, AllowV3)
			tag := uint32(0x20000)
			flood := func(n int) {
				for range n {
					pr.clock.pass(time.Microsecond)
					tag++
					pr.alice.Receive(forged(t, commit, tag))
				}
			}
			flood(before)
			pr.bob.get([]byte("?OTRv3?"))
			pr.deliver(pr.bob) // Bob's commit
			flood(during)
			pr.deliver(pr.alice) // the key
			flood(during)
			pr.deliver(pr.bob) // the Reveal Signature Message
			pr.pump()
			if pr.alice.Status().State != Encrypted {
				t.Errorf("%d before, %d during: %v", before, during, pr.alice.Status())
			}
		}
	}
}

// A stranger opens many channels with one key. No channel of another key is removed for
// them, even if our user has said nothing in it.
func TestManyChannelsOfOneStranger(t *testing.T) {
	pr := private(t, AllowV3)
	for i := range 3 * maxChannels {
		m := newSide(t, "mallory", AllowV3, at(pr.clock), reseeded(fmt.Sprint(i)), tagged(InstanceTag(0x20000+i)))
		m.get([]byte("?OTRv3?"))
		(&pair{t, pr.clock, pr.alice, m}).exchange(t)
	}
	if err := pr.alice.Select(pr.bob.tag, pr.bob.key.Fingerprint()); err != nil {
		t.Fatal("Bob's channel is gone")
	}
	pr.alice.flying = nil
	pr.wantTalk()
}

// Bob ends the conversation, and the network delays that message until both have started
// again. The new exchange completes.
func TestEndThatIsOlderThanTheExchange(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.bob.end()
		end := pr.bob.drop()
		pr.alice.get([]byte("?OTRv23?")) // so that Bob sends the last message
		pr.pump()
		pr.wantSameChannel()
		pr.alice.get(end)
		pr.wantSameChannel()
		pr.wantTalk()
	})
}

// A side whose policy allows no version never asks for one, not even after an error or
// while a running channel waits to be ended.
func TestErrorWithoutAVersion(t *testing.T) {
	pr := private(t, AllowV3)
	pr.alice.SetPolicy(ErrorStartAKE)
	if out, err := pr.alice.get([]byte("?OTR Error: unreadable")); err != nil || len(out.Send) != 0 {
		t.Errorf("%v, sent %q", err, out.Send)
	}
}
