// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

// Texts of 0 to 200 kB are sent over transports whose messages are too small to huge. Each
// text arrives unchanged, in messages that fit, or is refused and can be sent when there
// is room.
func TestTextsAndMessageSizes(t *testing.T) {
	sizes := []int{0, 1, 15, 16, 17, 1000, 65535, 65536, 200_000}
	limits := []int{0, 1, 19, 36, 37, 38, 40, 100, 417, 1000, 2343, 100_000, 1 << 20}
	everyVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		for _, size := range sizes {
			text := strings.Repeat("0123456789abcdef", size/16+1)[:size]
			for _, limit := range limits {
				pr.alice.maxMessage = limit
				pr.bob.forget()
				out, err := pr.alice.Send([]byte(text))
				if err != nil {
					if !errors.Is(err, ErrTooLong) || len(out.Send) != 0 || limit == 0 || limit > 100 {
						t.Fatalf("%d bytes, limit %d: error %v", size, limit, err)
					}
					continue
				}
				pr.alice.take(out)
				for _, msg := range out.Send {
					if limit > 0 && len(msg) > limit {
						t.Fatalf("%d bytes, limit %d: a message of %d", size, limit, len(msg))
					}
				}
				if len(out.Send) > 1 && len(out.Send[0]) != limit {
					t.Errorf("%d bytes, limit %d: a first fragment of only %d", size, limit, len(out.Send[0]))
				}
				pr.pump()
				if size == 0 {
					if len(pr.bob.shown) != 0 || saw[Heartbeat](pr.bob) != 1 {
						t.Fatalf("limit %d: an empty text is shown", limit)
					}
				} else if got := pr.bob.texts(); len(got) != 1 || got[0] != text {
					t.Fatalf("%d bytes, limit %d: %d texts read", size, limit, len(got))
				}
			}
		}
	})
}

// A whole conversation in fragments, including the key exchange.
func TestConversationInFragments(t *testing.T) {
	for _, n := range []int{38, 60, 150, 417} {
		eachVersion(t, func(t *testing.T, p Policy) {
			pr := private(t, p, limit(n))
			pr.wantTalk()
			pr.alice.end()
			pr.pump()
			pr.wantState(Plaintext, Finished)
		})
	}
}

// If not even a fragment fits, nothing changes and the error says so.
func TestKeyExchangeThatDoesNotFit(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := newPair(t, p, p)
		pr.alice.maxMessage = 10
		if out, err := pr.alice.get([]byte("?OTRv23?")); !errors.Is(err, ErrTooLong) || len(out.Send) != 0 {
			t.Errorf("a commit: %v", err)
		}
		commit := only(t, pr.bob.must(pr.bob.Receive([]byte("?OTRv23?"))))
		if _, err := pr.alice.get(commit); !errors.Is(err, ErrTooLong) {
			t.Errorf("a D-H Key Message: %v", err)
		}
		pr.alice.maxMessage = 0
		pr.pump()
		pr.wantTalk()

		pr.alice.maxMessage = 10
		if out, err := pr.alice.End(); !errors.Is(err, ErrTooLong) || len(out.Send) != 0 {
			t.Errorf("the end: %v", err)
		}
		if pr.alice.Status().State != Plaintext {
			t.Error("the keys are still there")
		}
	})
}

// fragment returns a fragment of version 3 from this tag to Alice.
func (p *pair) fragment(sender InstanceTag, k, n int, piece string) []byte {
	return fmt.Appendf(nil, "?OTR|%x|%x,%d,%d,%s,", sender, p.alice.tag, k, n, piece)
}

// "If n == N and k == K+1 ... Otherwise: Forget any stored fragment you may
// have".
func TestFragmentOrder(t *testing.T) {
	pieces := []string{"?OTR Er", "ror: on", "e two"}
	cases := []struct {
		name  string
		order [][2]int // k and n
		whole bool
	}{
		{"in order", [][2]int{{1, 3}, {2, 3}, {3, 3}}, true},
		{"begun again", [][2]int{{1, 3}, {2, 3}, {1, 3}, {2, 3}, {3, 3}}, true},
		{"one missing", [][2]int{{1, 3}, {3, 3}}, false},
		{"first missing", [][2]int{{2, 3}, {3, 3}}, false},
		{"one twice", [][2]int{{1, 3}, {2, 3}, {2, 3}, {3, 3}}, true},
		{"each twice", [][2]int{{1, 3}, {1, 3}, {2, 3}, {2, 3}, {3, 3}, {3, 3}}, true},
		{"copies that come late", [][2]int{{1, 3}, {2, 3}, {1, 3}, {3, 3}, {2, 3}, {3, 3}}, true},
		{"exchanged", [][2]int{{2, 3}, {1, 3}, {3, 3}}, false},
		{"another count", [][2]int{{1, 3}, {2, 4}, {3, 3}}, false},
		{"another count at the end", [][2]int{{1, 3}, {2, 3}, {3, 4}}, false},
		{"last twice", [][2]int{{1, 3}, {2, 3}, {3, 3}, {3, 3}}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			pr := newPair(t, Manual, Manual)
			for _, o := range c.order {
				out, err := pr.alice.get(pr.fragment(pr.bob.tag, o[0], o[1], pieces[o[0]-1]))
				if err != nil || out.Message != nil || len(out.Send) != 0 {
					t.Fatalf("fragment %v: %+v, %v", o, out, err)
				}
			}
			if got := saw[PeerError](pr.alice); got != map[bool]int{true: 1}[c.whole] {
				t.Fatalf("%d messages reassembled", got)
			}
		})
	}
}

// "If k == 0 or n == 0 or k > n, discard this (illegal) fragment." A discarded fragment
// does not change anything stored.
func TestIllegalFragments(t *testing.T) {
	for _, bad := range []string{
		"?OTR,0,3,x,", "?OTR,1,0,x,", "?OTR,0,0,x,", "?OTR,4,3,x,", "?OTR,2,65536,x,", "?OTR,65536,65536,x,",
		"?OTR,2,4294967296,x,", "?OTR,2,-3,x,", "?OTR,2,+3,x,", "?OTR,2,3,,", "?OTR,2,3,x", "?OTR,2,3",
		"?OTR,2,0x3,x,", "?OTR,00000000002,3,x,",
		"?OTR|1000|1000", "?OTR|1000|1000,2", "?OTR|1000|1000,2,3,x", "?OTR|123456789|0,2,3,x,",
		"?OTR|0|0,2,3,x,", "?OTR|ff|0,2,3,x,", "?OTR|1000|ff,2,3,x,", "?OTR|1000|g,2,3,x,", "?OTR|1000|-1,2,3,x,", "?OTR|1||,2,3,x,",
	} {
		s := newSide(t, "alice", Manual)
		s.get([]byte("?OTR,1,3,?OTR Er,"))
		out, err := s.get([]byte(bad))
		if !errors.Is(err, ErrMalformed) || out.Message != nil || len(out.Send)+len(out.Events) != 0 {
			t.Errorf("%q: error %v, output %+v", bad, err, out)
		}
		s.get([]byte("?OTR,2,3,ror: on,"))
		s.get([]byte("?OTR,3,3,e two,"))
		if saw[PeerError](s) != 1 {
			t.Errorf("%q has disturbed a stored fragment", bad)
		}
	}
}

// Text without a number where a fragment has its first number is not a fragment.
func TestProseLikeAFragment(t *testing.T) {
	for _, text := range []string{"?OTR,", "?OTR, what is it?", "?OTR| or a pipe", "?OTR,5 of us use it, or 6", "?OTR|a way to talk, 1,2,", "?OTR,2", "?OTR,2 ,3,x,", "?OTR|a,b,x,", "?OTR|1000",
		"?OTR,,,,", "?OTR|x|", "?OTR,-1,3,x,"} {
		s := newSide(t, "alice", Manual)
		if _, err := s.get([]byte(text)); err != nil || fmt.Sprint(s.texts()) != "["+text+"]" {
			t.Errorf("%q: reads %q, error %v", text, s.texts(), err)
		}
	}
}

// "If the recipient's own instance tag does not match the listed receiver
// instance tag, and the listed receiver instance tag is not zero, the recipient
// should discard the message and optionally pass along a warning".
func TestFragmentsForOthers(t *testing.T) {
	s := newSide(t, "alice", Manual)
	s.get([]byte("?OTR|1000|2000,1,1,hello,"))
	if event[OtherInstance](s).From != 0x1000 || len(s.partials) != 0 {
		t.Error("not discarded")
	}
	s.get(fmt.Appendf(nil, "?OTR|%x|%x,1,1,hello,", s.tag, s.tag))
	event[Reflected](s)
	s.get([]byte("?OTR|1000|0,1,1,hello,"))
	if got := s.texts(); len(got) != 1 {
		t.Errorf("reads %q", got)
	}
}

// Two of the peer's clients send in turn.
func TestInterleavedSenders(t *testing.T) {
	pr := newPair(t, Manual, Manual)
	for k := 1; k <= 3; k++ {
		for sender := InstanceTag(0x1000); sender < 0x1003; sender++ {
			piece := fmt.Sprintf("%x/%d ", sender, k)
			if k == 1 {
				piece = "?OTR Error:" + piece
			}
			pr.alice.get(pr.fragment(sender, k, 3, piece))
		}
	}
	want := "[{1000/1 1000/2 1000/3} {1001/1 1001/2 1001/3} {1002/1 1002/2 1002/3}]"
	if got := fmt.Sprint(pr.alice.events); got != want {
		t.Errorf("reads %s, want %s", got, want)
	}
}

// Fragments from many senders that announce gigabytes cost a bounded amount of memory.
func TestFragmentFlood(t *testing.T) {
	pr := private(t, AllowV3)
	piece := strings.Repeat("A", 100_000)
	for k := 1; k <= 50; k++ {
		for sender := InstanceTag(0x1000); sender < 0x1000+20; sender++ {
			pr.alice.get(pr.fragment(sender, k, 65535, piece))
		}
	}
	stored := 0
	for _, p := range pr.alice.partials {
		stored += cap(p.text)
	}
	if len(pr.alice.partials) > maxPartial || stored > 2*maxPartial*maxReassembled {
		t.Errorf("%d senders, %d bytes", len(pr.alice.partials), stored)
	}
	for k := 1; k <= 60; k++ { // one alone
		pr.alice.get(pr.fragment(0x1000, k, 65535, piece))
		if p := pr.alice.partials[0x1000]; p != nil && len(p.text) > maxReassembled {
			t.Fatalf("%d bytes stored", len(p.text))
		}
	}
	pr.wantTalk()
}

// The sender that has been silent longest is forgotten first, never the newest one.
func TestPartialsMakeRoomForTheNewest(t *testing.T) {
	pr := newPair(t, Manual, Manual)
	for i := range maxPartial + 1 {
		pr.alice.get(pr.fragment(InstanceTag(0x1000+i), 1, 2, "?OTR Err"))
		pr.clock.pass(time.Second)
	}
	for i := range maxPartial + 1 {
		pr.alice.get(fmt.Appendf(nil, "?OTR|%x|0,2,2,or: %d,", 0x1000+i, i))
	}
	if got := saw[PeerError](pr.alice); got != maxPartial || pr.alice.events[0] != (PeerError{"1"}) {
		t.Errorf("%d messages, want %d: %v", got, maxPartial, pr.alice.events)
	}
}

// "Note that fragments are not themselves messages that can be fragmented".
func TestFragmentOfAFragment(t *testing.T) {
	s := newSide(t, "alice", Manual)
	if out, err := s.get([]byte("?OTR|1000|0,1,1,?OTR,1,1,hello,,")); !errors.Is(err, ErrMalformed) || out.Message != nil {
		t.Errorf("a nested fragment: %+v, %v", out, err)
	}
	s.get([]byte("?OTR|1000|0,1,2,?OT,"))
	if out, err := s.get([]byte("?OTR|1000|0,2,2,R|1000|0,")); !errors.Is(err, ErrMalformed) || out.Message != nil {
		t.Errorf("a nested fragment: %+v, %v", out, err)
	}
	if len(s.partials) != 0 {
		t.Error("it is kept")
	}
}

// "If you receive a non-OTR message, or an unfragmented message, forget any stored
// fragment you may have". This does not apply to a message that cannot be read or that
// claims to be from another sender.
func TestUnfragmentedMessageForgetsFragments(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		for name, forgets := range map[string]bool{
			"hello": true, "?OTRv23?": true, "?OTR Error: x": true, "text": true, "commit": true,
			"text of another": false, "text, changed": false, "?OTR:AAMC.": false, "?OTR:AAUD.": false,
		} {
			pr := private(t, p)
			msg := []byte(name)
			switch name {
			case "commit":
				pr.bob.get(only(t, pr.alice.start()))
				msg = pr.bob.drop()
			case "text":
				msg = only(t, pr.bob.say("text"))
			case "text, changed":
				msg = only(t, pr.bob.say("text"))
				msg[len(msg)/2] ^= 1
			case "text of another":
				if p == AllowV2 {
					continue // nobody can tell
				}
				msg = strayData(t, p, pr.alice, wire.IgnoreUnreadable)
			}
			pr.alice.forget()
			pieces := [][]byte{[]byte("?OTR,1,2,?OTR Error: o,"), []byte("?OTR,2,2,ne,")}
			if p == AllowV3 {
				pieces = [][]byte{pr.fragment(pr.bob.tag, 1, 2, "?OTR Error: o"), pr.fragment(pr.bob.tag, 2, 2, "ne")}
			}
			pr.alice.get(pieces[0])
			pr.alice.get(msg)
			pr.alice.events = nil
			pr.alice.get(pieces[1])
			if got := saw[PeerError](pr.alice) == 0; got != forgets {
				t.Errorf("%s: forgets %v", name, got)
			}
		}
	})
}

// A message that cannot be processed yet is kept with its fragments: receiving the last
// fragment again is enough.
func TestLastFragmentAgainOnceThereIsAKey(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := newPair(t, p, p, limit(100))
		key := pr.alice.key
		pr.alice.SetKey(nil)
		pr.bob.start()
		pr.deliver(pr.bob)
		for len(pr.alice.flying) > 0 {
			pr.deliver(pr.alice)
		}
		var last []byte
		for len(pr.bob.flying) > 0 {
			last = pr.bob.flying[0]
			pr.deliver(pr.bob)
		}
		if len(pr.alice.errs) != 1 || !errors.Is(pr.alice.errs[0], ErrNoKey) {
			t.Fatalf("errors %v", pr.alice.errs)
		}
		pr.alice.SetKey(key)
		pr.alice.get(last)
		pr.pump()
		pr.wantSameChannel()
		pr.wantTalk()
	})
}

// Without a key, in either role, an unfragmented message can be received again later.
func TestMessageAgainOnceThereIsAKey(t *testing.T) {
	for _, aliceAsks := range []bool{true, false} {
		eachVersion(t, func(t *testing.T, p Policy) {
			pr := newPair(t, p, p)
			key := pr.alice.key
			pr.alice.SetKey(nil)
			if aliceAsks {
				pr.alice.start()
			} else {
				pr.bob.start()
			}
			var last []byte
			for len(pr.alice.errs) == 0 {
				if len(pr.bob.flying) > 0 {
					last = pr.bob.flying[0]
					pr.deliver(pr.bob)
				} else {
					pr.deliver(pr.alice)
				}
			}
			if !errors.Is(pr.alice.errs[0], ErrNoKey) || pr.alice.Status() != (Status{}) {
				t.Fatalf("errors %v", pr.alice.errs)
			}
			pr.alice.SetKey(key)
			pr.alice.get(last)
			pr.pump()
			pr.wantTalk()
		})
	}
}

// Text that a network adds around a message does not matter.
func TestMarkupAroundMessages(t *testing.T) {
	pr := newPair(t, AllowV3, AllowV3, limit(200))
	pr.alice.start()
	for len(pr.alice.flying)+len(pr.bob.flying) > 0 {
		for _, s := range []*side{pr.alice, pr.bob} {
			if len(s.flying) > 0 {
				pr.other(s).get([]byte("\n<HTML><body class=\"x\"> " + string(s.drop()) + "</body></HTML>\r\n-- \nsignature"))
			}
		}
	}
	pr.wantState(Encrypted, Encrypted)
	msg := only(t, func() Output { pr.alice.maxMessage = 0; return pr.alice.say("hello") }())
	pr.bob.get([]byte("<p>" + string(msg) + "</p>"))
	wantTexts(t, pr.bob, "hello")
	if typeOf(msg) != wire.TypeData {
		t.Error("not a Data Message")
	}
}

// The memory for a message is proportional to what has arrived of it, whatever its first
// fragment announces. This also holds on 32-bit computers.
func TestFirstFragmentReservesLittle(t *testing.T) {
	for _, size := range []int{1, 100, 10_000, 1 << 20} {
		s := newSide(t, "alice", AllowV3)
		s.get([]byte("?OTR|101|0,1,65535," + strings.Repeat("x", size) + ","))
		p := s.partials[0x101]
		if p == nil || len(p.text) != size {
			t.Fatalf("%d bytes: not kept", size)
		}
		if most := size + size/4 + 8; cap(p.text) > most {
			t.Errorf("%d bytes: %d set aside", size, cap(p.text))
		}
		s.get([]byte("?OTR|101|0,2,65535," + strings.Repeat("y", size) + ","))
		if most := max(9*size+8, maxShared); cap(p.text) > most || size < 500 && cap(p.text) > 9*size+8 {
			t.Errorf("two of %d bytes: %d set aside", size, cap(p.text))
		}
	}
}
