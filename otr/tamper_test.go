// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"fmt"
	"testing"

	"purple-otr/otr/internal/wire"
)

// A scene is a conversation up to the moment when a message is on its way.
type scene struct {
	name string
	make func(t *testing.T, p Policy) (pr *pair, from *side)
	// provisional: only later messages show whether this message was genuine. So a changed
	// one may be answered, and may spoil the exchange.
	provisional bool
}

func exchangeScene(step int) func(t *testing.T, p Policy) (*pair, *side) {
	return func(t *testing.T, p Policy) (*pair, *side) {
		pr := newPair(t, p, p)
		pr.bob.get([]byte("?OTRv23?"))
		from := pr.bob
		for range step {
			pr.deliver(from)
			from = pr.other(from)
		}
		return pr, from
	}
}

// talking returns a pair in the middle of a conversation: there are old MAC keys to
// reveal, and two keys of each side.
func talking(t *testing.T, p Policy) (*pair, *side) {
	pr := private(t, p)
	for range 2 {
		pr.alice.say("a")
		pr.pump()
		pr.bob.say("b")
		pr.pump()
	}
	pr.alice.forget()
	pr.bob.forget()
	return pr, pr.alice
}

var scenes = []scene{
	{"D-H Commit", exchangeScene(0), true},
	{"D-H Key", exchangeScene(1), true},
	{"Reveal Signature", exchangeScene(2), false},
	{"Signature", exchangeScene(3), false},
	{"Data", func(t *testing.T, p Policy) (*pair, *side) {
		pr, from := talking(t, p)
		from.say("the text")
		return pr, from
	}, false},
	{"the last Data", func(t *testing.T, p Policy) (*pair, *side) {
		pr, from := talking(t, p)
		from.end()
		return pr, from
	}, false},
}

// protected returns the part of msg that is authenticated or checked: everything but the
// revealed MAC keys.
func protected(t *testing.T, msg []byte) (b []byte, n int) {
	t.Helper()
	b, err := wire.Dearmor(msg)
	if err != nil {
		t.Fatal(err)
	}
	_, m, err := wire.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	if d, ok := m.(wire.Data); ok {
		return b, len(b) - len(d.OldMACKeys)
	}
	return b, len(b)
}

// unmoved checks that a message that is not genuine changes nothing: nothing is shown,
// nothing claims success, and the status stays the same.
func unmoved(t *testing.T, to *side, msg []byte, what string) Output {
	t.Helper()
	before := to.Status()
	out, _ := to.Receive(msg)
	if classifyKind(msg) == plainText { // no longer looks like a message of OTR
		if !out.Message.Fingerprint.IsZero() || !bytes.Equal(out.Message.Text, msg) {
			t.Fatalf("%s: %q is shown", what, out.Message.Text)
		}
		return Output{}
	}
	if out.Message != nil {
		t.Fatalf("%s: %q is shown", what, out.Message.Text)
	}
	for _, e := range out.Events {
		switch e.(type) {
		case Unreadable, OtherInstance, UnknownVersion, Reflected, Contested: // hints
		default: // above all not Secured, Ended, Heartbeat or one of SMP's
			t.Fatalf("%s: event %T", what, e)
		}
	}
	if to.Status() != before {
		t.Fatalf("%s: status %+v", what, to.Status())
	}
	return out
}

// Every byte of every message of a conversation is changed, one at a time.
func TestTampering(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			eachVersion(t, func(t *testing.T, p Policy) {
				pr, from := sc.make(t, p)
				msg, n := protected(t, from.flying[0])
				for i := range n {
					if sc.provisional {
						pr, from = sc.make(t, p)
					}
					bad := bytes.Clone(msg)
					bad[i] ^= 1 << (i % 8)
					unmoved(t, pr.other(from), wire.Armor(bad), fmt.Sprintf("byte %d", i))
					if sc.provisional && (i < 16 || i%16 == 0) {
						goesOn(t, pr)
					}
				}
				if !sc.provisional {
					genuineWorks(t, pr, from)
				}
			})
		})
	}
}

// Every message is cut off after each of its bytes, or has an extra byte.
func TestTruncatedMessages(t *testing.T) {
	for _, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			eachVersion(t, func(t *testing.T, p Policy) {
				pr, from := sc.make(t, p)
				msg, _ := protected(t, from.flying[0])
				h, m, _ := parsed(from.flying[0])
				d, isData := m.(wire.Data)
				flags := len(wire.AppendHeader(nil, h, 0)) // where these are
				for i := range msg {
					out := unmoved(t, pr.other(from), wire.Armor(msg[:i]), fmt.Sprintf("cut at %d", i))
					told := isData && (i == flags || i > flags && d.Flags&wire.IgnoreUnreadable == 0)
					if got := len(out.Events) != 0; got != told || !told && len(out.Send) != 0 {
						t.Errorf("cut at %d: answered with %q, %v", i, out.Send, out.Events)
					}
				}
				out := unmoved(t, pr.other(from), wire.Armor(append(bytes.Clone(msg), 0)), "one byte more")
				for _, reply := range out.Send {
					if classifyKind(reply) != errorText {
						t.Errorf("answered with %q", reply)
					}
				}
				genuineWorks(t, pr, from)
			})
		})
	}
}

// The text form of a message is changed. If it still decodes to the same bytes, it is the
// same message.
func TestTamperingWithTheText(t *testing.T) {
	for _, sc := range scenes {
		if sc.provisional {
			continue
		}
		t.Run(sc.name, func(t *testing.T) {
			eachVersion(t, func(t *testing.T, p Policy) {
				pr, from := sc.make(t, p)
				msg := from.flying[0]
				genuine, n := protected(t, msg)
				for i := len(wire.Prefix); i < len(msg); i += 3 {
					bad := bytes.Clone(msg)
					bad[i] ^= 1 << (i % 7)
					b, err := wire.Dearmor(bad)
					if err == nil && len(b) == len(genuine) && bytes.Equal(b[:n], genuine[:n]) {
						continue
					}
					unmoved(t, pr.other(from), bad, fmt.Sprintf("character %d", i))
				}
				genuineWorks(t, pr, from)
			})
		})
	}
}

// By design, the MAC does not cover the revealed MAC keys: changing them makes no
// difference to the receiver.
func TestRevealedMACKeysAreNotAuthenticated(t *testing.T) {
	pr, from := talking(t, AllowV3)
	msg, n := protected(t, only(t, from.say("the text")))
	if n == len(msg) {
		t.Fatal("nothing is revealed")
	}
	msg[n] ^= 1
	pr.other(from).get(wire.Armor(msg))
	wantTexts(t, pr.other(from), "the text")
}

// genuineWorks delivers the genuine message and continues the conversation.
func genuineWorks(t *testing.T, pr *pair, from *side) {
	t.Helper()
	to := pr.other(from)
	msg := from.flying[0]
	if _, err := pr.deliver(from); err != nil {
		t.Fatalf("the genuine message: %v", err)
	}
	_, m, _ := parsed(msg)
	_, isData := m.(wire.Data)
	switch {
	case isData && from.Status().State == Plaintext:
		if to.Status().State != Finished {
			t.Fatalf("the genuine end: %v", to.Status().State)
		}
		to.end()
		to.start()
	case isData:
		wantTexts(t, to, "the text")
	}
	pr.pump()
	pr.wantTalk()
}

// goesOn delivers what is in flight, the genuine message first. If the exchange does not
// complete, another one does.
func goesOn(t *testing.T, pr *pair) {
	t.Helper()
	pr.pump()
	if pr.alice.Status().State != Encrypted || pr.bob.Status().State != Encrypted {
		pr.alice.start()
		pr.pump()
	}
	pr.wantTalk()
}
