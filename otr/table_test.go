// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"purple-otr/otr/internal/wire"
)

// The rows of the section "State transitions" about the message state. The rows about the
// authentication state are tested in internal/ake. The tests look at Alice.

var allStates = []State{Plaintext, Encrypted, Finished}

// reach returns a pair in which Alice is in this state and has this policy.
func reach(t *testing.T, state State, p Policy, options ...func(*Config)) *pair {
	t.Helper()
	var pr *pair
	switch state {
	case Plaintext:
		pr = newPair(t, Manual, Manual, options...)
	case Encrypted:
		pr = private(t, spoken(p), options...)
	case Finished:
		pr = private(t, spoken(p), options...)
		pr.bob.end()
		pr.pump()
	}
	if got := pr.alice.Status().State; got != state {
		t.Fatalf("state %v instead of %v", got, state)
	}
	pr.alice.forget()
	pr.bob.forget()
	pr.alice.SetPolicy(p)
	return pr
}

// spoken returns the versions that p allows, or both if it allows none.
func spoken(p Policy) Policy {
	if p&Manual == 0 {
		return Manual
	}
	return p & Manual
}

// each runs f for every state and every policy, as one subtest each.
func each(t *testing.T, policies []Policy, f func(t *testing.T, state State, p Policy)) {
	for _, state := range allStates {
		for _, p := range policies {
			t.Run(fmt.Sprintf("%v/%08b", state, p), func(t *testing.T) { f(t, state, p) })
		}
	}
}

// "If msgstate is MSGSTATE_PLAINTEXT: Simply display the message to the user. If
// REQUIRE_ENCRYPTION is set, warn him that the message was received unencrypted.
// If msgstate is MSGSTATE_ENCRYPTED or MSGSTATE_FINISHED: Display the message to
// the user, but warn him".
func TestReceivingPlaintextWithoutTheWhitespaceTag(t *testing.T) {
	each(t, []Policy{Manual, Opportunistic, Always}, func(t *testing.T, state State, p Policy) {
		pr := reach(t, state, p)
		text := []byte("hello <b>there</b>, ?OTR is nice")
		out, err := pr.alice.get(text)
		if err != nil || len(out.Send) > 0 {
			t.Fatalf("error %v, %d messages sent", err, len(out.Send))
		}
		if out.Message == nil || !bytes.Equal(out.Message.Text, text) || !out.Message.Fingerprint.IsZero() {
			t.Fatalf("message %+v", out.Message)
		}
		warn := state != Plaintext || p&RequireEncryption != 0
		if got := saw[Unencrypted](pr.alice) == 1; got != warn || len(out.Events) > 1 {
			t.Fatalf("warned: %v, want %v", got, warn)
		}
		if pr.alice.Status().State != state {
			t.Fatal("the state has changed")
		}
	})
}

var tagCases = []struct {
	name string
	tag  string
	v2   bool
	v3   bool
}{
	{"nothing", string(tagBase), false, false},
	{"version 1", string(tagBase) + " \t \t  \t ", false, false},
	{"version 2", string(tagBase) + string(tagV2), true, false},
	{"version 3", string(tagBase) + string(tagV3), false, true},
	{"versions 2 and 3", string(tagBase) + string(tagV2) + string(tagV3), true, true},
	{"versions 3, unknown and 2", string(tagBase) + string(tagV3) + "\t\t\t\t\t\t\t\t" + string(tagV2), true, true},
}

// "Remove the whitespace tag and display the message to the user ... In any
// event, if WHITESPACE_START_AKE is set: If the tag offers OTR version 3 and
// ALLOW_V3 is set: Send a version 3 D-H Commit Message ... Otherwise, if the tag
// offers OTR version 2 and ALLOW_V2 is set".
func TestReceivingPlaintextWithTheWhitespaceTag(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	policies := []Policy{
		Manual, AllowV2 | WhitespaceStartAKE, AllowV3 | WhitespaceStartAKE,
		Opportunistic, Always, Manual | RequireEncryption,
	}
	each(t, policies, func(t *testing.T, state State, p Policy) {
		for _, c := range tagCases {
			for _, text := range []string{c.tag + "hello", "hel" + c.tag + "lo", "hello" + c.tag} {
				pr := reach(t, state, p)
				out, err := pr.alice.get([]byte(text))
				if err != nil || out.Message == nil || string(out.Message.Text) != "hello" {
					t.Fatalf("%s: message %v, error %v", c.name, out.Message, err)
				}
				warn := state != Plaintext || p&RequireEncryption != 0
				if got := saw[Unencrypted](pr.alice) == 1; got != warn {
					t.Errorf("%s: warned: %v, want %v", c.name, got, warn)
				}
				want := Version(0)
				if p&WhitespaceStartAKE != 0 {
					want = bestOf(c.v2, c.v3, p)
				}
				if downgrades(want, state, p) {
					want = 0
				}
				wantCommit(t, c.name, out, want)
				if pr.alice.Status().State != state {
					t.Errorf("%s: the state has changed", c.name)
				}
			}
		}
	})
}

// bestOf returns, in the specification's words, which version is used.
func bestOf(offers2, offers3 bool, p Policy) Version {
	if offers3 && p&AllowV3 != 0 {
		return V3
	}
	if offers2 && p&AllowV2 != 0 {
		return V2
	}
	return 0
}

// downgrades reports whether v is refused because a version 3 channel is open.
func downgrades(v Version, state State, p Policy) bool {
	return v == V2 && state == Encrypted && p&AllowV3 != 0
}

func wantCommit(t *testing.T, name string, out Output, v Version) {
	t.Helper()
	if v == 0 {
		if len(out.Send) != 0 {
			t.Errorf("%s: %d messages sent", name, len(out.Send))
		}
		return
	}
	if len(out.Send) != 1 {
		t.Fatalf("%s: %d messages sent, want a commit", name, len(out.Send))
	}
	h, m, err := parsed(out.Send[0])
	if err != nil || m.Type() != wire.TypeDHCommit || Version(h.Version) != v {
		t.Errorf("%s: not a version %d D-H Commit Message: %v %v", name, v, h, err)
	}
	if v == V3 && h.Receiver != 0 {
		t.Errorf("%s: the commit names receiver %x", name, h.Receiver)
	}
}

var queryCases = []struct {
	text string
	v2   bool
	v3   bool
}{
	{"?OTR?", false, false},
	{"?OTR? ", false, false},
	{"?OTR?v?", false, false},
	{"?OTRv?", false, false},
	{"?OTRv2?", true, false},
	{"?OTRv3?", false, true},
	{"?OTRv23?", true, true},
	{"?OTRv32?", true, true},
	{"?OTR?v2?", true, false},
	{"?OTRv24x?", true, false},
	{"?OTR?v24x?", true, false},
	{"?OTRv4?", false, false},
	{"?OTRv22222?", true, false},
	{"?OTRv" + strings.Repeat("4", 10000) + "3?", false, true},
	{"?OTRv23? Alice has requested an Off-the-Record private conversation.", true, true},
	{"?OTRv23?\n<b>Alice</b> has requested", true, true},
	{"  \n?OTRv3?", false, true},
	{"<html><body>?OTRv3?</body></html>", false, true},
	{`<span title="?OTRv2?">Let us talk in private</span>`, true, false},
}

// "If the query message offers OTR version 3 and ALLOW_V3 is set: Send a version
// 3 D-H Commit Message, and transition authstate to AUTHSTATE_AWAITING_DHKEY.
// Otherwise, if the message offers OTR version 2 and ALLOW_V2 is set: Send a
// version 2 D-H Commit Message".
func TestReceivingAQueryMessage(t *testing.T) {
	each(t, []Policy{AllowV2, AllowV3, Manual, Always}, func(t *testing.T, state State, p Policy) {
		for _, c := range queryCases {
			pr := reach(t, state, p)
			out, err := pr.alice.get([]byte(c.text))
			if err != nil || out.Message != nil {
				t.Fatalf("%.40q: message %v, error %v", c.text, out.Message, err)
			}
			want := bestOf(c.v2, c.v3, p)
			unknown, refused := want == 0, downgrades(want, state, p)
			if refused {
				want = 0
			}
			wantCommit(t, fmt.Sprintf("%.40q", c.text), out, want)
			if got := saw[Downgraded](pr.alice) == 1; got != refused {
				t.Errorf("%.40q: told of a downgrade: %v", c.text, got)
			}
			if got := saw[UnknownVersion](pr.alice) == 1; got != unknown {
				t.Errorf("%.40q: unknown version: %v", c.text, got)
			}
			if pr.alice.Status().State != state {
				t.Errorf("%.40q: the state has changed", c.text)
			}
		}
	})
}

// A message from a friend who writes about OTR is text, and starts nothing.
func TestProseAboutOTRIsProse(t *testing.T) {
	for _, text := range []string{
		"?OTR", "?OTRv", "?OTRv2", "?OTR is nice", "?OTR? is what you type", "have you tried ?OTRv23? yet",
		"?OTRv 2?", "?OTRvé?", "OTR", "?", "<b>say ?OTRv23? to me</b>", "<b", "<b ?OTRv2?", "<a title=\"?OTR is nice\">x</a>", "<i>?OTR</i>", "?OTR:hello.", "?otrv23?",
		"?OTR Errors are rare", "what does ?OTR Error: mean", "", "<>", "\x00", "\xff\xfe",
	} {
		s := newSide(t, "alice", Always)
		out, err := s.get([]byte(text))
		if err != nil || len(out.Send) != 0 || out.Message == nil || string(out.Message.Text) != text {
			t.Errorf("%q: message %v, %d sent, error %v", text, out.Message, len(out.Send), err)
		}
	}
}

// "Display the message to the user. If ERROR_START_AKE is set, reply with a Query
// Message."
func TestReceivingAnErrorMessage(t *testing.T) {
	each(t, []Policy{Manual, Manual | ErrorStartAKE, Opportunistic, Always}, func(t *testing.T, state State, p Policy) {
		pr := reach(t, state, p)
		out, err := pr.alice.get([]byte("?OTR Error: it did not work"))
		if err != nil || out.Message != nil {
			t.Fatalf("message %v, error %v", out.Message, err)
		}
		if got := event[PeerError](pr.alice).Text; got != "it did not work" {
			t.Errorf("text %q", got)
		}
		if p&ErrorStartAKE == 0 {
			if len(out.Send) != 0 {
				t.Error("a reply that was not asked for")
			}
		} else if string(only(t, out)) != "?OTRv23?" {
			t.Errorf("reply %q", out.Send)
		}
		if pr.alice.Status().State != state {
			t.Error("the state has changed")
		}
	})
}

// The text of an error is bounded and valid, whatever the peer sends.
func TestErrorTextIsBounded(t *testing.T) {
	s := newSide(t, "alice", Manual)
	s.get([]byte("?OTR Error:" + strings.Repeat("é", 100000)))
	s.get([]byte("?OTR Error: \xff\xfe x \r\n "))
	s.get([]byte("<p>?OTR Error:"))
	var got []string
	for _, e := range s.events {
		got = append(got, e.(PeerError).Text)
	}
	if len(got) != 3 || len(got[0]) > maxErrorText || strings.Trim(got[0], "é") != "" || got[1] != " x" && got[1] != "x" || got[2] != "" {
		t.Fatalf("%.80q", got)
	}
}

// "If the message is version 2 and ALLOW_V2 is not set, ignore this message.
// Similarly if the message is version 3 and ALLOW_V3 is not set, ignore the
// message."
func TestKeyExchangeOfAVersionThatIsNotAllowed(t *testing.T) {
	for _, v := range []struct{ spoken, allowed Policy }{{AllowV2, AllowV3}, {AllowV3, AllowV2}} {
		for step := range 4 { // commit, key, reveal, signature
			t.Run(fmt.Sprintf("%v/%d", v.spoken, step), func(t *testing.T) {
				pr := newPair(t, v.spoken, v.spoken)
				from, to := pr.alice, pr.bob
				from.start()
				for range step + 1 {
					pr.deliver(from)
					from, to = to, from
				}
				to.SetPolicy(v.allowed)
				msg := from.flying[0]
				out, err := pr.deliver(from)
				if err != nil || len(out.Send) != 0 || out.Message != nil {
					t.Fatalf("not ignored: %d sent, error %v", len(out.Send), err)
				}
				event[UnknownVersion](to)
				to.SetPolicy(v.spoken)
				to.get(msg)
				pr.pump()
				pr.wantTalk()
			})
		}
	}
}

// An unknown version is no reason to answer or to show anything.
func TestUnknownVersionIsAnEvent(t *testing.T) {
	for _, v := range []uint16{0, 1, 4, 15} {
		pr := private(t, Manual)
		body := append([]byte{0, byte(v), wire.TypeData}, make([]byte, 100)...)
		out, err := pr.alice.get(wire.Armor(body))
		if err != nil || len(out.Send) != 0 || out.Message != nil || event[UnknownVersion](pr.alice).Version != v {
			t.Errorf("version %d: %+v, error %v", v, out, err)
		}
		pr.wantTalk()
	}
}

// "Otherwise, inform the user that an unreadable encrypted message was received,
// and reply with an Error Message. If msgstate is MSGSTATE_PLAINTEXT or
// MSGSTATE_FINISHED: Inform the user that an unreadable encrypted message was
// received, and reply with an Error Message."
func TestReceivingADataMessage(t *testing.T) {
	for _, version := range []Policy{AllowV2, AllowV3} {
		each(t, []Policy{version, Opportunistic, Always}, func(t *testing.T, state State, p Policy) {
			pr := reach(t, state, p)
			msg := strayData(t, version, pr.alice, 0)
			out, err := pr.alice.get(msg)
			if err == nil || out.Message != nil {
				t.Fatalf("message %v, error %v", out.Message, err)
			}
			if e := event[Unreadable](pr.alice); !errors.Is(e.Reason, err) {
				t.Errorf("reason %v, error %v", e.Reason, err)
			}
			if !bytes.HasPrefix(only(t, out), []byte(errorPrefix)) {
				t.Errorf("reply %q", out.Send)
			}
			if pr.alice.Status().State != state {
				t.Error("the state has changed")
			}
		})
	}
}

// "If you receive a Data Message with this flag set, and you are unable to
// decrypt the message or verify the MAC ... just ignore the message instead of
// producing some kind of error or notification to the user."
func TestIgnoreUnreadable(t *testing.T) {
	each(t, []Policy{Manual, Always}, func(t *testing.T, state State, p Policy) {
		pr := reach(t, state, p)
		msg := strayData(t, AllowV3, pr.alice, wire.IgnoreUnreadable)
		for _, m := range [][]byte{msg, truncated(t, msg)} {
			out, err := pr.alice.get(m)
			if err == nil || out.Message != nil || len(out.Send)+len(out.Events) != 0 {
				t.Fatalf("error %v, output %+v", err, out)
			}
		}
	})
}

// truncated returns msg without its last byte.
func truncated(t *testing.T, msg []byte) []byte {
	t.Helper()
	b, err := wire.Dearmor(msg)
	if err != nil {
		t.Fatal(err)
	}
	return wire.Armor(b[:len(b)-1])
}

// strayData returns a Data Message to s of a conversation that s does not know, from the
// client that has, or would have, a conversation with s.
func strayData(t *testing.T, version Policy, s *side, flags byte) []byte {
	t.Helper()
	other := private(t, version, reseeded("stray"))
	_, m, err := parsed(only(t, other.bob.say("stray")))
	if err != nil {
		t.Fatal(err)
	}
	d := m.(wire.Data)
	d.Flags = flags
	h := wire.Header{Version: wire.V2}
	if version == AllowV3 {
		h = wire.Header{Version: wire.V3, Sender: uint32(other.bob.tag), Receiver: uint32(s.tag)}
	}
	return wire.Armor(wire.Append(nil, h, d))
}
