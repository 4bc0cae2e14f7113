// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"purple-otr/otr"
)

// ask makes one side ask for a private conversation.
func (c *conversation) ask(we bool) {
	if we {
		c.us.start()
	} else {
		c.them.start()
	}
}

// wantRefreshed checks that a refresh has given both sides the same new keys. It ignores
// what libotr tells its user about that, and how often.
func (c *conversation) wantRefreshed(v otr.Version, before otr.SSID) {
	c.t.Helper()
	if log := c.us.takeLog(); !slices.Contains(log, fmt.Sprintf("Secured v%d again", v)) {
		c.t.Fatalf("we have seen %q, no refresh", log)
	}
	c.them.takeLog()
	if c.us.status().SSID == before {
		c.t.Error("the same session id after a refresh")
	}
	c.wantSame(v)
	c.wantChat("and on")
}

func TestRefresh(t *testing.T) {
	for _, we := range []bool{true, false} {
		t.Run(fmt.Sprintf("we ask=%t", we), func(t *testing.T) {
			eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
				for range 4 {
					c.wantChat("one", "two")
					before := c.us.status().SSID
					c.ask(we)
					c.run()
					c.wantRefreshed(v, before)
				}
			})
		})
	}
}

// refreshSteps is the number of messages in a refresh: query, commit, key, reveal
// signature, signature.
const refreshSteps = 5

// TestRefreshWhileWeTalk: libotr can read what we type during a refresh, in order. libotr
// reads nothing under the old keys once it has the new ones; and if it has answered our
// query with version 3, it reads nothing between our D-H Key Message and our Signature
// Message.
func TestRefreshWhileWeTalk(t *testing.T) {
	for _, we := range []bool{true, false} {
		for n := range refreshSteps + 1 {
			t.Run(fmt.Sprintf("we ask=%t/after %d messages", we, n), func(t *testing.T) {
				eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
					before := c.us.status().SSID
					c.refreshUpTo(we, n)
					c.us.say("in the middle")
					c.us.say("of it")
					c.run()
					c.wantShown("in the middle", "of it")
					c.wantRefreshed(v, before)
				})
			})
		}
	}
}

// wantShown checks what libotr has shown, and that it could read everything.
func (c *conversation) wantShown(texts ...string) {
	c.t.Helper()
	log := c.them.takeLog()
	if i := slices.IndexFunc(log, func(s string) bool {
		return strings.Contains(s, "RCVDMSG_UNREADABLE") || strings.Contains(s, "RCVDMSG_NOT_IN_PRIVATE")
	}); i >= 0 {
		c.t.Errorf("libotr says %s", log[i])
	}
	log = slices.DeleteFunc(log, func(s string) bool { return s[:4] != "show" })
	if want := shows(texts); !slices.Equal(log, want) {
		c.t.Errorf("libotr has shown %q, want %q", log, want)
	}
}

// TestLostSignatureWhileWeTalk: libotr's Signature Message is lost, so that only libotr
// has the new keys. Text that we type waits until we have started again.
func TestLostSignatureWhileWeTalk(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		before := c.us.status().SSID
		c.ask(false)
		lost := false
		c.hook = func(_ party, msg []byte) [][]byte {
			if b, err := otrType(msg); err == nil && b == signatureType && !lost {
				lost = true
				return nil
			}
			return [][]byte{msg}
		}
		for n := range 10 {
			c.us.say(fmt.Sprint("text ", n))
			c.run()
			c.us.do("wait", "400")
			c.us.do("tick")
		}
		c.run()
		if !lost {
			t.Fatal("no Signature Message was seen")
		}
		c.wantShown(numbered("text", 10)...)
		c.wantRefreshed(v, before)
	})
}

// signatureType is the type of the Signature Message.
const signatureType = 0x12

// otrType is the type of an encoded message.
func otrType(msg []byte) (byte, error) {
	start := bytes.TrimPrefix(msg, []byte("?OTR:"))
	b, err := base64.StdEncoding.DecodeString(string(start[:min(4, len(start))]))
	if err != nil || len(b) < 3 {
		return 0, fmt.Errorf("%q is not encoded", msg)
	}
	return b[2], nil
}

// TestQueryDuringSMP: an attacker can add queries and whitespace tags to libotr's
// messages. In no state may this end a run of SMP. The refresh follows later.
func TestQueryDuringSMP(t *testing.T) {
	for _, we := range []bool{true, false} {
		for n := range 4 {
			t.Run(fmt.Sprintf("we ask=%t/after %d messages", we, n), func(t *testing.T) {
				eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
					before := c.us.status().SSID
					c.askSMP(we, "where?", "lake")
					asked := we || n > 0 // otherwise our side does not know about the run yet
					inject := func() {
						if asked {
							c.us.receive(fmt.Appendf(nil, "?OTRv%d?", v))
						}
					}
					for range n {
						if !c.deliver(c.them) {
							c.deliver(c.us)
						}
					}
					inject()
					c.run()
					if we {
						c.them.do("answer", "lake")
					} else {
						c.us.do("answer", "lake")
					}
					c.run()
					log := c.us.takeLog()
					if !slices.Contains(log, "SMPDone true") || slices.Contains(log, "SMPAborted") {
						t.Errorf("we have seen %q", log)
					}
					if refreshed := slices.Contains(log, fmt.Sprintf("Secured v%d again", v)); refreshed != asked {
						t.Errorf("fresh keys: %v", refreshed)
					}
					if (c.us.status().SSID != before) != asked {
						t.Error("the session ids should differ exactly after a refresh")
					}
					c.them.takeLog()
					c.wantChat("and on")
				})
			})
		}
	}
}

// TestRefreshWhileTheyTalk: we can read what libotr sends under the old keys before we
// send our Reveal Signature Message.
func TestRefreshWhileTheyTalk(t *testing.T) {
	for _, we := range []bool{true, false} {
		for n := range 3 {
			t.Run(fmt.Sprintf("we ask=%t/after %d messages", we, n), func(t *testing.T) {
				eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
					before := c.us.status().SSID
					c.refreshUpTo(we, n)
					c.them.say("in the middle")
					c.run()
					want := `show "in the middle"`
					if !slices.Contains(c.us.log, want) || slices.Contains(c.us.log, "Unencrypted") {
						t.Errorf("we have seen %q, want %s", c.us.log, want)
					}
					c.wantRefreshed(v, before)
				})
			})
		}
	}
}

// refreshUpTo starts a refresh and delivers its first n messages.
func (c *conversation) refreshUpTo(weAsk bool, n int) {
	c.ask(weAsk)
	for range n {
		if !c.deliver(c.them) && !c.deliver(c.us) {
			c.t.Fatal("the refresh had too few messages")
		}
	}
}

// TestCross: both sides start at the same time. Two libotrs would wait for ever
// (TestPeersCross); we resolve this within 15 seconds.
func TestCross(t *testing.T) {
	t.Parallel()
	for _, v := range []otr.Version{otr.V2, otr.V3} {
		for _, how := range []string{"query", "tag"} {
			for seed := range 8 { // whose hash is higher decides who yields
				t.Run(fmt.Sprintf("v%d/%s/%d", v, how, seed), func(t *testing.T) {
					t.Parallel()
					c := converse(t, options{theirs: only(v, otr.Opportunistic)})
					if how == "query" {
						c.us.start()
						c.them.start()
					} else {
						c.us.say("hi")
						c.them.say("hi")
					}
					for range 5 {
						c.run()
						if c.us.status().State == otr.Encrypted {
							break
						}
						c.us.do("sleep", "3")
						c.us.do("tick")
						c.them.do("clock", "3")
						c.them.do("poll")
					}
					c.run()
					if how == "tag" {
						c.us.log, c.them.log = c.us.log[1:], c.them.log[1:] // "hi"
					}
					c.want(c.us, fmt.Sprintf("Secured v%d", v))
					c.want(c.them, fmt.Sprintf("secure v%d", v))
					c.wantSame(v)
					c.wantChat("at last")
				})
			}
		}
	}
}

// TestTheyRestart: libotr has lost the conversation, but not its key and tag. It cannot
// read our next message; then the side that asks causes new keys.
func TestTheyRestart(t *testing.T) {
	t.Parallel()
	for _, v := range []otr.Version{otr.V2, otr.V3} {
		for _, we := range []bool{true, false} {
			t.Run(fmt.Sprintf("v%d/we ask=%t", v, we), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				c := converse(t, options{theirs: only(v, otr.Opportunistic), theirDir: dir})
				c.us.start()
				c.wantSecured(v)
				tag := c.theirTag()
				c.wantChat("before")

				c.them.stop()
				c.them = startPeer(t, "bob", "alice", dir, bobKey)
				c.b = c.them
				c.them.do("policy", fmt.Sprint(libotrPolicy(only(v, otr.Opportunistic))))
				c.us.say("nobody can read this")
				c.us.say("nor this")
				c.run()
				c.want(c.us)
				// libotr does not show the first message from an instance
				// that it does not know.
				unread := []string{"event RCVDMSG_NOT_IN_PRIVATE"}
				if v == otr.V2 {
					unread = append(unread, unread...)
				}
				c.want(c.them, unread...)

				c.ask(we)
				c.run()
				c.want(c.us, fmt.Sprintf("Secured v%d again", v))
				c.want(c.them, fmt.Sprintf("secure v%d", v))
				c.wantSame(v)
				if v == otr.V3 && c.us.status().Tag != tag {
					t.Errorf("their tag was %x and is %x", tag, c.us.status().Tag)
				}
				c.wantChat("after")
			})
		}
	}
}

// TestWeRestart: we have lost the conversation. We cannot read libotr's message, and our
// error message makes libotr start again.
func TestWeRestart(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		setup := c.us.setup
		setup.Seed = "again"
		c.us = newSession(t, setup)
		c.a = c.us
		c.them.say("nobody can read this")
		c.run()
		if !slices.Contains(c.us.log, "Unreadable") || !slices.Contains(c.us.log, fmt.Sprintf("Secured v%d", v)) {
			t.Errorf("we have seen %q", c.us.log)
		}
		c.us.takeLog()
		c.them.takeLog()
		c.wantChat("and on")
	})
}

// TestCrossAtAnyTime: both sides start once or several times, at random moments, while
// the other's messages are in flight. The result is a private conversation within the
// time limit of TestCross.
func TestCrossAtAnyTime(t *testing.T) {
	t.Parallel()
	for _, v := range []otr.Version{otr.V2, otr.V3} {
		for _, how := range []string{"tags", "queries", "both"} {
			for seed := range 20 {
				t.Run(fmt.Sprintf("v%d/%s/%d", v, how, seed), func(t *testing.T) {
					t.Parallel()
					r := rand.New(rand.NewPCG(uint64(seed), 7))
					c := converse(t, options{theirs: only(v, otr.Opportunistic)})
					begin := func(we bool) {
						switch query := how == "queries" || how == "both" && r.IntN(2) == 0; {
						case query:
							c.ask(we)
						case we:
							c.us.say("hi")
						default:
							c.them.say("hi")
						}
					}
					deliver := func(ours bool) bool {
						if ours {
							return c.deliver(c.us)
						}
						return c.deliver(c.them)
					}
					starts := []bool{true, false}
					for range r.IntN(4) {
						starts = append(starts, r.IntN(2) == 0)
					}
					r.Shuffle(len(starts), func(i, j int) { starts[i], starts[j] = starts[j], starts[i] })
					for len(starts) > 0 {
						if r.IntN(2) == 0 && deliver(r.IntN(2) == 0) {
							continue
						}
						begin(starts[0])
						starts = starts[1:]
					}
					// libotr may go back to plaintext without
					// notifying its user.
					same := func() bool {
						private := slices.ContainsFunc(c.them.do("state"), func(r report) bool { return r[0] == "context" && r[3] == "1" })
						st := c.us.status()
						return private && st.State == otr.Encrypted && slices.Contains(c.them.secured, fmt.Sprintf("%x", st.SSID.ID))
					}
					for waited := 0; ; waited += 3 {
						for first := r.IntN(2) == 0; deliver(first) || deliver(!first); first = r.IntN(2) == 0 {
						}
						if same() {
							break
						}
						if waited == 15 {
							t.Fatalf("not private after %d seconds: we have %+v, libotr %q", waited, c.us.status(), c.them.secured)
						}
						c.us.do("sleep", "3")
						c.us.do("tick")
						c.them.do("clock", "3")
						c.them.do("poll")
					}
					c.us.takeLog()
					c.them.takeLog()
					c.wantSame(v)
					c.wantChat("at last")
				})
			}
		}
	}
}
