// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

// A repeater is a network that delivers messages more than once. It delivers copies at any
// place after the original.
type repeater struct {
	*pair
	// copies receives each message and returns after how many more messages in its
	// direction copies of it arrive.
	copies  func(msg []byte) []int
	pending map[*side][]pendingCopy
}

type pendingCopy struct {
	msg  []byte
	wait int
}

// run delivers messages, in turn, until nothing is in flight, copies included.
func (c *repeater) run() {
	c.t.Helper()
	for range 1 << 16 {
		idle := true
		for _, s := range []*side{c.alice, c.bob} {
			if len(s.flying) > 0 {
				idle = false
				msg := s.drop()
				c.clock.pass(time.Millisecond)
				c.other(s).get(msg)
				for _, n := range c.copies(msg) {
					c.pending[s] = append(c.pending[s], pendingCopy{msg, n})
				}
				c.late(s, false)
			}
		}
		if idle {
			break
		}
	}
	for _, s := range []*side{c.alice, c.bob} {
		c.late(s, true)
	}
	if len(c.alice.flying)+len(c.bob.flying) > 0 {
		c.run()
	}
}

// late delivers the copies of messages from s that are due, or all copies.
func (c *repeater) late(s *side, all bool) {
	list := c.pending[s]
	c.pending[s] = nil
	for _, p := range list {
		if p.wait > 0 && !all {
			c.pending[s] = append(c.pending[s], pendingCopy{p.msg, p.wait - 1})
			continue
		}
		c.clock.pass(time.Millisecond)
		c.other(s).get(p.msg)
	}
}

// wantQuiet checks that neither the user of s nor the peer has been told anything because
// of copies.
func (c *repeater) wantQuiet(s *side) {
	c.t.Helper()
	for _, e := range s.events {
		switch e.(type) {
		case Secured, Heartbeat, SMPAsked, SMPStep, SMPDone, Ended, Held, Resent:
		case Unencrypted: // nobody can tell a copy from a text that is typed again
		case Unreadable: // once: on some networks all messages come again
			if e := event[Unreadable](s); saw[Unreadable](s) == 1 && errors.Is(e.Reason, ErrReplayed) {
				continue
			}
			c.t.Fatalf("%s is told of %d that cannot be read", s.name, saw[Unreadable](s))
		default:
			c.t.Fatalf("%s is told of %T %v", s.name, e, e)
		}
	}
	for _, err := range s.errs {
		if !errors.Is(err, ErrReplayed) {
			c.t.Fatalf("%s: %v", s.name, err)
		}
	}
	for _, msg := range s.sent {
		if classifyKind(msg) == errorText {
			c.t.Fatalf("%s has sent an error message", s.name)
		}
	}
}

// Networks deliver each message twice or three times, at once or after others: a key
// exchange, a hundred texts in each direction, SMP, a refresh, and the end. Nothing is
// shown or reported twice, no error is sent, and no exchange begins because of a copy.
func TestCopiesInAnyPlace(t *testing.T) {
	ways := map[string]func() func([]byte) []int{
		"twice":           func() func([]byte) []int { return func([]byte) []int { return []int{0} } },
		"three times":     func() func([]byte) []int { return func([]byte) []int { return []int{0, 0} } },
		"one later":       func() func([]byte) []int { return func([]byte) []int { return []int{1} } },
		"five later":      func() func([]byte) []int { return func([]byte) []int { return []int{5} } },
		"now and later":   func() func([]byte) []int { return func([]byte) []int { return []int{0, 3} } },
		"much later":      func() func([]byte) []int { return func([]byte) []int { return []int{100} } },
		"when it is over": func() func([]byte) []int { return func([]byte) []int { return []int{1 << 20} } },
		"now and then": func() func([]byte) []int {
			n := 0
			return func([]byte) []int { n++; return []int{n % 7, n % 13}[:n%3] }
		},
	}
	for name, way := range ways {
		for _, tags := range []bool{false, true} {
			for _, maxMessage := range []int{0, 400} {
				label := fmt.Sprintf("%s, tags %v, limit %d", name, tags, maxMessage)
				t.Run(label, func(t *testing.T) {
					everyVersion(t, func(t *testing.T, p Policy) {
						if tags {
							p |= Opportunistic &^ Manual
						}
						c := &repeater{newPair(t, p, p, limit(maxMessage)), way(), map[*side][]pendingCopy{}}
						c.whole(label, tags)
					})
				})
			}
		}
	}
}

// whole plays a whole conversation.
func (c *repeater) whole(label string, tags bool) {
	t := c.t
	t.Helper()
	if tags {
		c.alice.must(c.alice.Send(nil)) // only the tag
	} else {
		c.alice.start()
	}
	c.run()
	c.wantState(Encrypted, Encrypted)
	c.clock.pass(time.Minute)
	want := map[*side][]string{}
	for i := range 100 {
		for _, s := range []*side{c.alice, c.bob} {
			text := fmt.Sprint(label, s.name, i)
			s.say(text)
			want[c.other(s)] = append(want[c.other(s)], text)
			if i%3 == 0 {
				c.run()
			}
		}
		c.run()
	}
	c.alice.must(c.alice.StartSMP("a question?", []byte("secret")))
	c.run()
	c.bob.must(c.bob.AnswerSMP([]byte("secret")))
	c.run()
	for _, s := range []*side{c.alice, c.bob} {
		if saw[SMPDone](s) != 1 || !event[SMPDone](s).Same {
			t.Fatalf("%s: %s: %v", label, s.name, s.events)
		}
	}
	c.bob.start()
	c.run()
	if a, b := c.alice.Status(), c.bob.Status(); a.SSID.ID != b.SSID.ID {
		t.Fatalf("%s: different channels", label)
	}
	for _, s := range []*side{c.alice, c.bob} {
		s.say("and on")
		c.run()
		want[c.other(s)] = append(want[c.other(s)], "and on")
	}
	c.alice.end()
	c.run()
	c.wantState(Plaintext, Finished)
	for _, s := range []*side{c.alice, c.bob} {
		got := slices.DeleteFunc(s.texts(), func(s string) bool { return s == "" })
		if !slices.Equal(got, want[s]) {
			t.Fatalf("%s: %s reads %q, want %q", label, s.name, got, want[s])
		}
		if saw[Secured](s) != 2 || saw[Ended](s) > 1 {
			t.Fatalf("%s: %s: %d exchanges, %d ends", label, s.name, saw[Secured](s), saw[Ended](s))
		}
		c.wantQuiet(s)
	}
}

// An old commit begins no exchange, and an old D-H Key Message does not answer a new
// commit, however much time has passed.
func TestReplayedExchange(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		old := map[*side][][]byte{pr.alice: pr.alice.sent, pr.bob: pr.bob.sent}
		replay := func() {
			for s, msgs := range old {
				for _, msg := range msgs {
					if typeOf(msg) == 0 {
						continue // a query: nobody can tell
					}
					if out, err := pr.other(s).get(msg); err != nil || len(out.Send)+len(out.Events) != 0 {
						t.Fatalf("%d sent, %v, %v", len(out.Send), out.Events, err)
					}
				}
			}
		}
		for _, later := range []time.Duration{0, time.Second, halfOpenFor, time.Hour} {
			pr.clock.pass(later)
			pr.alice.tick()
			pr.bob.tick()
			replay()
		}
		pr.alice.start()
		for len(pr.alice.flying)+len(pr.bob.flying) > 0 {
			for _, s := range []*side{pr.alice, pr.bob} {
				if len(s.flying) > 0 {
					pr.deliver(s)
					replay()
				}
			}
		}
		pr.wantSameChannel()
		pr.wantTalk()
	})
}

// A message under keys that were deleted a moment ago is not answered with an error,
// because the peer would then start again. The user is told once. A peer that continues
// gets an error.
func TestDataAfterTheEnd(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		for _, weEnd := range []bool{true, false} {
			pr := private(t, p)
			read := only(t, pr.bob.say("read"))
			pr.pump()
			late := only(t, pr.bob.say("late"))
			pr.bob.flying = nil
			if weEnd {
				pr.alice.end()
				pr.alice.flying = nil
			} else {
				pr.bob.end()
				pr.pump()
			}
			pr.alice.forget()
			pr.clock.pass(100 * time.Millisecond)
			for range 2 {
				if out, err := pr.alice.get(read); !errors.Is(err, ErrReplayed) || len(out.Send) != 0 {
					t.Errorf("we end %v: %d sent, %v", weEnd, len(out.Send), err)
				}
			}
			pr.alice.forget()
			for range 3 {
				pr.alice.get(late)
				pr.clock.pass(100 * time.Millisecond)
			}
			if saw[Unreadable](pr.alice) != 1 || !errors.Is(event[Unreadable](pr.alice).Reason, ErrLate) || len(pr.alice.flying) != 0 {
				t.Errorf("we end %v: %v, %d sent", weEnd, pr.alice.events, len(pr.alice.flying))
			}
			pr.clock.pass(endedFor)
			pr.alice.get(late)
			if len(pr.alice.flying) != 1 {
				t.Error("a peer that goes on is not told")
			}
		}
	})
}

// Fragments of an older message do not disturb the message that is arriving, at whatever
// place they come. Neither does a fragment that both messages have in common.
func TestCopiedFragments(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		for _, size := range []int{50, 100, 300, 400} {
			pr := private(t, p, limit(size))
			old := pr.bob.say("the first text").Send
			pr.pump()
			for i := range old {
				for at := range old {
					text := fmt.Sprint("text ", i, " ", at)
					for k, msg := range pr.bob.say(text).Send {
						if k == at {
							pr.alice.get(old[i])
						}
						pr.alice.get(msg)
					}
					pr.bob.flying = nil
					if size >= 300 && pr.alice.texts()[len(pr.alice.shown)-1] != text {
						t.Fatalf("size %d: piece %d of an old message before piece %d: %q is not read", size, i+1, at+1, text)
					}
				}
			}
			text := "whole"
			for _, msg := range pr.bob.say(text).Send {
				pr.alice.get(msg)
			}
			if pr.alice.texts()[len(pr.alice.shown)-1] != text {
				t.Errorf("size %d: %q is not read", size, text)
			}
		}
	})
}

// A message that begins as an older one is no copy of that, even if a third one has not come
// whole: messages under the same keys begin alike.
func TestTextThatBeginsAsAnOlderOne(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		for _, size := range []int{50, 100, 150, 200, 250, 300, 400} {
			for _, length := range []int{1, 100, 1000} {
				pr := private(t, p, limit(size))
				lost := pr.bob.say(strings.Repeat("x", length)).Send
				pr.bob.flying = nil
				pr.alice.start()
				pr.pump()
				for i := range len(lost) {
					pr.bob.say("a text that is read")
					pr.pump()
					for _, msg := range lost[:i] {
						pr.alice.get(msg)
					}
					text := fmt.Sprint("text ", i)
					pr.bob.say(text)
					pr.pump()
					if got := pr.alice.texts(); got[len(got)-1] != text {
						t.Fatalf("size %d: after %d of %d pieces of a lost message, %q is not read: %v", size, i, len(lost), text, pr.alice.events)
					}
				}
			}
		}
	})
}

// What a client sends again, unchanged, because it has got no answer is no copy, even if
// another message has not come whole: a D-H Commit Message or a D-H Key Message.
func TestExchangeAgainAfterPartOfAMessage(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		for _, size := range []int{50, 200, 300, 400} {
			for i, begins := range []func(*pair) *side{
				func(pr *pair) *side { return pr.bob },   // his commit comes again
				func(pr *pair) *side { return pr.alice }, // his D-H Key Message does
			} {
				pr := private(t, p, limit(size))
				s := begins(pr)
				s.beginsAnyway()
				for len(s.flying) > 0 {
					pr.deliver(s)
				}
				for len(pr.bob.flying) > 0 {
					pr.deliver(pr.bob)
				}
				pr.alice.flying = nil // Alice's answer is lost
				pr.clock.pass(copyFor)
				pr.alice.get(pr.bob.saysAtOnce("lost").Send[0])
				pr.bob.flying = nil
				pr.alice.events = nil
				s.beginsAnyway()
				pr.pump()
				if saw[Secured](pr.alice) != 1 {
					t.Errorf("size %d, case %d: there are no fresh keys", size, i)
					continue
				}
				pr.wantSameChannel()
				pr.wantTalk()
			}
		}
	})
}

// A copy of a whole message does not make us forget a message whose fragments are
// arriving.
func TestCopyBetweenFragments(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		for name, copied := range map[string]func(pr *pair) []byte{
			"D-H Key": func(pr *pair) []byte { return pr.bob.sent[len(pr.bob.sent)-1] },
			"query":   func(*pair) []byte { return []byte("?OTRv23?") },
		} {
			pr := private(t, p)
			pr.alice.get([]byte("?OTRv23?"))
			pr.deliver(pr.alice)
			msg := copied(pr)
			pr.deliver(pr.bob)
			pr.deliver(pr.alice)
			signature := pr.bob.drop()
			h := wire.Header{Version: wire.V2}
			if p == AllowV3 {
				h = wire.Header{Version: wire.V3, Sender: uint32(pr.bob.tag), Receiver: uint32(pr.alice.tag)}
			}
			for i, piece := range wire.Split(signature, h, 400) {
				if i > 0 {
					pr.clock.pass(time.Millisecond)
					pr.alice.get(msg)
				}
				pr.alice.get(piece)
			}
			if saw[Secured](pr.alice) != 1 {
				t.Errorf("a copied %s between the pieces of the Signature Message: %v, %v", name, pr.alice.events, pr.alice.errs)
			}
		}
	})
}

// A copy of a Reveal Signature or Signature Message that arrives during another exchange
// is not reported as another client's.
func TestCopiedSignatureIsNotContested(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		old := map[*side][][]byte{pr.alice: pr.alice.sent, pr.bob: pr.bob.sent}
		pr.clock.pass(time.Minute)
		pr.alice.start()
		for len(pr.alice.flying)+len(pr.bob.flying) > 0 {
			for _, s := range []*side{pr.alice, pr.bob} {
				if len(s.flying) == 0 {
					continue
				}
				pr.deliver(s)
				for from, msgs := range old {
					for _, msg := range msgs {
						if typ := typeOf(msg); typ == wire.TypeRevealSig || typ == wire.TypeSignature {
							pr.other(from).get(msg)
						}
					}
				}
			}
		}
		pr.wantSameChannel()
		for _, s := range []*side{pr.alice, pr.bob} {
			if saw[Contested](s) != 0 || len(s.errs) != 0 {
				t.Errorf("%s: %v, %v", s.name, s.events, s.errs)
			}
		}
	})
}
