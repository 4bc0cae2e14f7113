// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"purple-otr/otr/internal/wire"
)

// A query is injected into a running session, and then any one message of the exchange is
// dropped: "A channel stays in force until another key exchange has completed."
func TestInjectedQueryThenAMessageDropped(t *testing.T) {
	for step, name := range []string{"D-H Commit", "D-H Key", "Reveal Signature", "Signature"} {
		t.Run(name, func(t *testing.T) {
			eachVersion(t, func(t *testing.T, p Policy) {
				pr := private(t, Opportunistic&^Manual|p)
				before := pr.alice.Status()
				if _, err := pr.alice.get([]byte("?OTRv23?")); err != nil {
					t.Fatal(err)
				}
				from := pr.alice
				for range step {
					pr.deliver(from)
					from = pr.other(from)
					pr.wantEncrypted("typed meanwhile")
				}
				from.drop()
				if pr.alice.Status() != before {
					t.Fatalf("status %+v", pr.alice.Status())
				}
				pr.wantEncrypted("typed afterwards")
				pr.bob.forget()
				pr.alice.saysInTheEnd("is read")
				pr.pump()
				if got := pr.bob.texts(); len(got) == 0 || got[len(got)-1] != "is read" {
					t.Fatalf("Bob reads %q", got)
				}
				pr.clock.pass(halfOpenFor)
				pr.alice.tick()
				pr.bob.tick()
				pr.wantEncrypted("typed much later")
				pr.alice.start()
				pr.pump()
				pr.wantTalk()
			})
		})
	}
}

// wantEncrypted lets both sides type text, and checks that it is not readable on the way.
// The messages are dropped.
func (p *pair) wantEncrypted(text string) {
	p.t.Helper()
	for _, s := range []*side{p.alice, p.bob} {
		out, err := s.Send([]byte(text))
		if err == nil && slices.Contains(out.Events, Event(Held{})) {
			out = Output{Send: s.waitedFor()}
		}
		if err != nil || len(out.Send) != 1 || typeOf(out.Send[0]) != wire.TypeData {
			p.t.Fatalf("%s sends %q, error %v", s.name, out.Send, err)
		}
	}
}

// A version 3 query arrives in a version 2 session; also when the last message of the
// exchange is lost. There is no way back to version 2: see downgrade_test.go.
func TestQueryOfTheNewerVersion(t *testing.T) {
	for _, lost := range []bool{false, true} {
		pr := private(t, AllowV2)
		pr.alice.SetPolicy(Manual)
		pr.bob.SetPolicy(Manual)
		before := pr.alice.Status()
		pr.alice.get([]byte("?OTRv3?"))
		if lost {
			pr.deliver(pr.alice)
			pr.deliver(pr.bob)
			pr.deliver(pr.alice)
			pr.bob.drop()
			if pr.alice.Status() != before {
				t.Fatalf("status %+v", pr.alice.Status())
			}
			pr.wantEncrypted("typed")
			continue
		}
		pr.pump()
		if got := pr.alice.Status().Version; got != V3 {
			t.Fatalf("version %d", got)
		}
		pr.wantTalk()
	}
}

// After any hostile message, in every state except plaintext, and in plaintext too if
// encryption is required, nothing that the user types is sent unencrypted.
func TestNothingLeavesInTheClear(t *testing.T) {
	hostile := []string{
		"hello", "?OTRv2?", "?OTRv3?", "?OTRv23?", "?OTR?", "?OTRv?", "?OTR Error: x", "?OTR:AAMD.", "?OTR:AAMC", "?OTR,1,1,x,",
		"?OTR|100|0,1,1,?OTRv23?,", "?OTR,1,1,hello,", "?OTR:AAIC.", "hi" + string(tagBase) + string(tagV2), "hi" + string(tagBase),
		"?OTR:" + strings.Repeat("A", 1000) + ".",
	}
	const secret = "meet me at nine"
	for _, p := range []Policy{Manual, Opportunistic, Always, Always &^ AllowV3} {
		for _, state := range allStates {
			if state == Plaintext && p&RequireEncryption == 0 {
				continue
			}
			for _, first := range hostile {
				pr := reach(t, state, p)
				for _, msg := range []string{first, "?OTRv23?", first} {
					pr.alice.get([]byte(msg))
					out, _ := pr.alice.Send([]byte(secret))
					pr.alice.take(out)
					pr.alice.tick()
				}
				for _, msg := range pr.alice.sent {
					if strings.Contains(string(msg), secret) {
						t.Fatalf("%v, policy %b, after %q: sent in the clear", state, p, first)
					}
				}
			}
		}
	}
}

// A zero byte in a text can smuggle in no records, neither from the peer nor from our
// user.
func TestZeroByteInText(t *testing.T) {
	for _, state := range []State{Plaintext, Encrypted} {
		pr := reach(t, state, Manual)
		out, err := pr.alice.Send([]byte("bye\x00\x00\x01\x00\x00"))
		if !errors.Is(err, ErrMalformed) || len(out.Send) != 0 {
			t.Errorf("%v: error %v, sent %q", state, err, out.Send)
		}
	}
}
