// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"purple-otr/otr/internal/wire"
)

// The user actions of the section "State transitions".

// "Send an OTR Query Message to the correspondent."
func TestUserRequestsToStart(t *testing.T) {
	queries := map[Policy]string{AllowV2: "?OTRv2?", AllowV3: "?OTRv3?", Manual: "?OTRv23?", Always: "?OTRv23?"}
	for p, want := range queries {
		each(t, []Policy{p}, func(t *testing.T, state State, p Policy) {
			pr := reach(t, state, p)
			if got := only(t, pr.alice.start()); string(got) != want {
				t.Errorf("query %q, want %q", got, want)
			}
			if pr.alice.Status().State != state {
				t.Error("the state has changed")
			}
			pr.pump()
			pr.wantTalk()
		})
	}
}

func TestGreetingFollowsTheQuery(t *testing.T) {
	greet := func(c *Config) { c.Greeting = "Let us talk in private." }
	s := newSide(t, "alice", Manual, greet)
	if got := only(t, s.start()); string(got) != "?OTRv23? Let us talk in private." {
		t.Errorf("query %q", got)
	}
	for n := range 40 {
		s := newSide(t, "alice", Manual, greet, limit(n+1))
		if got := only(t, s.start()); len(got) > n+1 && string(got) != "?OTRv23?" {
			t.Errorf("limit %d: query %q", n+1, got)
		}
	}
}

// "If msgstate is MSGSTATE_PLAINTEXT: Do nothing. If msgstate is
// MSGSTATE_ENCRYPTED: Send a Data Message, encoding a message with an empty
// human-readable part, and TLV type 1. Transition msgstate to
// MSGSTATE_PLAINTEXT. If msgstate is MSGSTATE_FINISHED: Transition msgstate to
// MSGSTATE_PLAINTEXT."
func TestUserRequestsToEnd(t *testing.T) {
	each(t, []Policy{Manual, Opportunistic, Always}, func(t *testing.T, state State, p Policy) {
		pr := reach(t, state, p)
		out := pr.alice.end()
		if pr.alice.Status() != (Status{}) || len(pr.alice.Instances()) != 0 {
			t.Errorf("status %+v", pr.alice.Status())
		}
		if state != Encrypted {
			if len(out.Send) != 0 {
				t.Errorf("%d messages sent", len(out.Send))
			}
			return
		}
		if _, m, _ := parsed(only(t, out)); m.(wire.Data).Flags != wire.IgnoreUnreadable {
			t.Error("the peer shall not complain if it cannot read this")
		}
		pr.pump()
		if pr.bob.Status().State != Finished || event[Ended](pr.bob).Fingerprint != pr.alice.key.Fingerprint() {
			t.Error("the peer has not learned of it")
		}
		if len(pr.bob.shown) != 0 || saw[Heartbeat](pr.bob) != 0 {
			t.Error("the peer saw more than the end")
		}
	})
}

// "If REQUIRE_ENCRYPTION is set: Store the plaintext message for possible
// retransmission, and send a Query Message. Otherwise: If SEND_WHITESPACE_TAG is
// set, and you have not received a plaintext message from this correspondent
// since last entering MSGSTATE_PLAINTEXT, attach the whitespace tag to the
// message. Send the (possibly modified) message as plaintext. If msgstate is
// MSGSTATE_ENCRYPTED: Encrypt the message, and send it as a Data Message. If
// msgstate is MSGSTATE_FINISHED: Inform the user that the message cannot be sent
// at this time."
func TestUserTypesAMessage(t *testing.T) {
	tagged := func(p Policy) string {
		s := "hello" + string(tagBase)
		if p&AllowV2 != 0 {
			s += string(tagV2)
		}
		if p&AllowV3 != 0 {
			s += string(tagV3)
		}
		return s
	}
	policies := []Policy{
		Manual, AllowV2 | SendWhitespaceTag, AllowV3 | SendWhitespaceTag, Opportunistic,
		Always, Always | SendWhitespaceTag,
	}
	each(t, policies, func(t *testing.T, state State, p Policy) {
		pr := reach(t, state, p)
		out, err := pr.alice.Send([]byte("hello"))
		switch {
		case state == Finished:
			if !errors.Is(err, ErrFinished) || len(out.Send)+len(out.Events) != 0 {
				t.Errorf("error %v, output %v", err, out)
			}
		case err != nil:
			t.Error(err)
		case state == Encrypted:
			if typeOf(only(t, out)) != wire.TypeData {
				t.Errorf("sent %q", out.Send)
			}
		case p&RequireEncryption != 0:
			if string(only(t, out)) != "?OTRv23?" || fmt.Sprint(out.Events) != fmt.Sprint([]Event{Held{}}) {
				t.Errorf("sent %q, events %v", out.Send, out.Events)
			}
		case p&SendWhitespaceTag != 0:
			if string(only(t, out)) != tagged(p) {
				t.Errorf("sent %q", out.Send)
			}
		default:
			if string(only(t, out)) != "hello" {
				t.Errorf("sent %q", out.Send)
			}
		}
	})
}

// "if Alice receives a plaintext message from Bob (rather than an initiation of the AKE),
// she should stop sending him the whitespace tag", until she enters MSGSTATE_PLAINTEXT
// again.
func TestTagIsSentUntilTheAnswerIsPlain(t *testing.T) {
	pr := newPair(t, Opportunistic, Off)
	has := func(out Output) bool { return bytes.Contains(only(t, out), tagBase) }
	if !has(pr.alice.say("one")) || !has(pr.alice.say("two")) {
		t.Error("no tag at first")
	}
	pr.alice.get([]byte("hello"))
	if has(pr.alice.say("three")) {
		t.Error("a tag after a plain answer")
	}
	pr.alice.end()
	if !has(pr.alice.say("four")) {
		t.Error("no tag after entering plaintext once more")
	}
	short := newSide(t, "alice", Opportunistic, limit(20))
	if has(short.say("one")) {
		t.Error("the tag has made the message too long")
	}
}

// Some people type the query themselves. It starts an exchange.
func TestTypedQuery(t *testing.T) {
	for _, text := range []string{"?OTR?", "?OTRv2?", "?OTRv23?", " ?OTRv3?\n", "?OTRv?"} {
		for _, p := range []Policy{Manual, Always} {
			pr := reach(t, Plaintext, p)
			if got := only(t, pr.alice.say(text)); string(got) != "?OTRv23?" {
				t.Errorf("%q: sent %q", text, got)
			}
		}
	}
	for _, text := range []string{"?OTRv23? is what you type", "type ?OTR?", "?OTRv23?!"} {
		pr := reach(t, Plaintext, Manual)
		if got := only(t, pr.alice.say(text)); string(got) != text {
			t.Errorf("%q: sent %q", text, got)
		}
	}
	pr := private(t, Manual)
	pr.alice.say("?OTRv23?")
	pr.pump()
	if got := pr.bob.texts(); len(got) != 1 || got[0] != "?OTRv23?" {
		t.Errorf("in a private conversation it is text: %q", got)
	}
}

// If OTR is off, everything that is received and sent is plain text.
func TestOff(t *testing.T) {
	for _, text := range []string{"hello", "?OTRv23?", "?OTR Error: x", "?OTR:AAMC.", "?OTR,1,1,x,", "a\x00b", "hi" + string(tagBase) + string(tagV3)} {
		s := newSide(t, "alice", Off)
		out, err := s.get([]byte(text))
		if err != nil || out.Message == nil || string(out.Message.Text) != text || len(out.Send)+len(out.Events) != 0 {
			t.Errorf("%q received: %+v, %v", text, out, err)
		}
		if got := only(t, s.say(text)); string(got) != text {
			t.Errorf("%q sent: %q", text, got)
		}
	}
	s := newSide(t, "alice", Off)
	if _, err := s.Start(); !errors.Is(err, ErrPolicy) {
		t.Errorf("Start: %v", err)
	}
}
