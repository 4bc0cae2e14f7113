// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"purple-otr/otr"
)

// eachVersion runs test with either version, in a private conversation that our query has
// started.
func eachVersion(t *testing.T, o options, test func(t *testing.T, c *conversation, v otr.Version)) {
	t.Parallel()
	for _, v := range []otr.Version{otr.V2, otr.V3} {
		t.Run(fmt.Sprintf("v%d", v), func(t *testing.T) {
			t.Parallel()
			o := o
			if o.theirs == 0 {
				o.theirs = otr.Opportunistic
			}
			o.theirs = only(v, o.theirs)
			c := converse(t, o)
			c.us.start()
			c.wantSecured(v)
			test(t, c, v)
		})
	}
}

func shows(texts []string) []string {
	var lines []string
	for _, text := range texts {
		lines = append(lines, fmt.Sprintf("show %q", text))
	}
	return lines
}

func numbered(what string, n int) []string {
	var texts []string
	for i := range n {
		texts = append(texts, fmt.Sprintf("%s %d", what, i))
	}
	return texts
}

func TestLongTexts(t *testing.T) {
	for _, limits := range [][2]int{{0, 0}, {417, 417}, {0, 200}, {1000, 0}} {
		t.Run(fmt.Sprint(limits), func(t *testing.T) {
			o := options{ourMax: limits[0], theirMax: limits[1]}
			eachVersion(t, o, func(t *testing.T, c *conversation, v otr.Version) {
				c.wantChat(strings.Repeat("x", 1<<10), strings.Repeat("y\n", 1<<13), strings.Repeat("ž", 50_000))
			})
		})
	}
}

// TestPingPong: every message changes keys on both sides.
func TestPingPong(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		c.wantChat(numbered("turn", 150)...)
	})
}

// TestBursts: many messages in one direction, with the same keys.
func TestBursts(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		for range 3 {
			texts := numbered("burst", 60)
			for _, text := range texts {
				c.us.say(text)
			}
			c.run()
			c.want(c.them, shows(texts)...)
			for _, text := range texts {
				c.them.say(text)
			}
			c.run()
			c.want(c.us, shows(texts)...)
		}
	})
}

// TestCrossing: both sides send without waiting, so keys change while messages under
// older keys are in flight.
func TestCrossing(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		const n = 120
		for i := range n {
			c.us.say(fmt.Sprintf("ours %d", i))
			c.them.say(fmt.Sprintf("theirs %d", i))
			switch i % 4 { // some are late
			case 1:
				c.deliver(c.us)
			case 2:
				c.deliver(c.them)
			case 3:
				c.run()
			}
		}
		c.run()
		c.want(c.us, shows(numbered("theirs", n))...)
		c.want(c.them, shows(numbered("ours", n))...)
	})
}

// TestNoText: a message without text is a heartbeat and is not shown.
func TestNoText(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		c.us.say("")
		c.them.say("")
		c.run()
		c.want(c.us, "Heartbeat")
		c.want(c.them, "event LOG_HEARTBEAT_RCVD")
		c.wantChat("and on")
	})
}

// TestHeartbeats: a side that has sent nothing for a minute answers a message with an
// empty one, so that the other side's keys change.
func TestHeartbeats(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		c.us.do("sleep", "61")
		c.them.say("are you there?")
		c.run()
		c.want(c.us, `show "are you there?"`)
		c.want(c.them, "event LOG_HEARTBEAT_RCVD")

		c.them.do("clock", "61")
		c.us.say("yes")
		c.run()
		c.want(c.us, "Heartbeat")
		c.want(c.them, "event LOG_HEARTBEAT_SENT", `show "yes"`)

		c.them.say("fine")
		c.us.say("well")
		c.run()
		c.want(c.us, `show "fine"`)
		c.want(c.them, `show "well"`)
	})
}

// TestEndAndStart: a conversation that has ended can be started again. Either side may
// end it and either may start it; in between, text is not encrypted.
func TestEndAndStart(t *testing.T) {
	for _, weEnd := range []bool{true, false} {
		for start, begin := range starts {
			t.Run(fmt.Sprintf("weEnd=%t/%s", weEnd, start), func(t *testing.T) {
				eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
					for range 2 {
						first := c.us.status().SSID
						c.wantChat("in private")
						c.wantEnded(weEnd)
						begin(c)
						c.wantSecured(v)
						if c.us.status().SSID == first {
							t.Error("the same session id twice")
						}
					}
				})
			})
		}
	}
}

// TestEndWithoutNotice: libotr does not know whether we are online, and ends without notifying
// us. The text that we send then must not get lost silently.
func TestEndWithoutNotice(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		c.them.do("online", "-1")
		c.them.end()
		c.us.say("are you there?")
		c.run()
		c.want(c.us)
		c.want(c.them, "event RCVDMSG_NOT_IN_PRIVATE")
		c.them.do("online", "1")
		c.them.start()
		c.run()
		c.want(c.us, fmt.Sprintf("Secured v%d again", v))
		c.want(c.them, fmt.Sprintf("secure v%d", v))
		c.wantSame(v)
		c.wantChat("yes")
	})
}

// TestRequireHeld: text typed under "require" waits for the private conversation and is
// sent then: all of it, in order, once.
func TestRequireHeld(t *testing.T) {
	t.Parallel()
	for _, v := range []otr.Version{otr.V2, otr.V3} {
		for _, theirs := range []otr.Policy{otr.Opportunistic, otr.Manual, otr.Always} {
			for _, answers := range []bool{true, false} {
				name := fmt.Sprintf("v%d/theirs=%06b/they answer=%t", v, theirs, answers)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					c := converse(t, options{ours: otr.Always, theirs: only(v, theirs)})
					texts := numbered("held", 3)
					for _, text := range texts {
						c.us.say(text)
					}
					c.want(c.us, "Held", "Held", "Held")
					if !answers { // our query is lost, and they start
						c.us.takeOutbox()
						c.them.start()
					}
					c.run()
					c.want(c.us, fmt.Sprintf("Secured v%d", v),
						`Resent "held 0"`, `Resent "held 1"`, `Resent "held 2"`)
					c.want(c.them, append([]string{fmt.Sprintf("secure v%d", v)}, shows(texts)...)...)
					c.wantSame(v)
					c.wantChat("and on")
				})
			}
		}
	}
}

// TestTheirHeldText: libotr keeps only its last text, and sends it unless libotr has sent
// the commit.
func TestTheirHeldText(t *testing.T) {
	t.Parallel()
	for _, v := range []otr.Version{otr.V2, otr.V3} {
		for _, ours := range []otr.Policy{otr.Opportunistic, otr.Manual, otr.Always} {
			t.Run(fmt.Sprintf("v%d/ours=%06b", v, ours), func(t *testing.T) {
				t.Parallel()
				c := converse(t, options{ours: only(v, ours), theirs: otr.Always})
				c.them.say("theirs")
				c.run()
				c.want(c.us, fmt.Sprintf("Secured v%d", v), `show "theirs"`)
				c.want(c.them, "event ENCRYPTION_REQUIRED", fmt.Sprintf("secure v%d", v))
				c.wantSame(v)
				c.wantChat("and on")
			})
		}
	}
}

// TestPlainUnderRequire: text that arrives unencrypted is shown, and marked.
func TestPlainUnderRequire(t *testing.T) {
	t.Parallel()
	c := converse(t, options{ours: otr.Always, theirs: otr.Manual})
	c.them.say("in the clear")
	c.run()
	c.want(c.us, "Unencrypted", `clear "in the clear"`)
	c.want(c.them)
}

// TestPlainInPrivate: so is unencrypted text that an attacker inserts.
func TestPlainInPrivate(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		c.us.receive([]byte("not from Bob"))
		c.them.receive([]byte("not from Alice"))
		c.run()
		c.want(c.us, "Unencrypted", `clear "not from Bob"`)
		c.want(c.them, "event RCVDMSG_UNENCRYPTED not from Alice")
		c.wantChat("and on")
	})
}

// TestNoCommonVersion: nothing happens, and text stays unencrypted.
func TestNoCommonVersion(t *testing.T) {
	t.Parallel()
	for _, v := range []otr.Version{otr.V2, otr.V3} {
		for start, begin := range starts {
			t.Run(fmt.Sprintf("we speak v%d/%s", v, start), func(t *testing.T) {
				t.Parallel()
				c := converse(t, options{
					ours:   only(v, otr.Opportunistic),
					theirs: only(otr.V2+otr.V3-v, otr.Opportunistic),
				})
				begin(c)
				c.run()
				log := c.us.takeLog()
				if want := start == "their query"; slices.Contains(log, "UnknownVersion") != want {
					t.Errorf("we are told %q", log)
				}
				c.want(c.them)
				c.them.say("so be it")
				c.us.say("a pity")
				c.run()
				c.want(c.us, `clear "so be it"`)
				c.want(c.them, `show "a pity"`)
				if st := c.us.status(); st.State != otr.Plaintext {
					t.Errorf("we are %+v", st)
				}
			})
		}
	}
}
