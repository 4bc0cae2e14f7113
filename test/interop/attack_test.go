// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"purple-otr/otr"
)

// eachStart runs test with either version and with the query from either side, before any
// text has been sent.
func eachStart(t *testing.T, test func(t *testing.T, c *conversation, v otr.Version, we bool)) {
	t.Parallel()
	for _, v := range []otr.Version{otr.V2, otr.V3} {
		for _, we := range []bool{true, false} {
			t.Run(fmt.Sprintf("v%d/we ask=%t", v, we), func(t *testing.T) {
				t.Parallel()
				test(t, converse(t, options{theirs: only(v, otr.Opportunistic)}), v, we)
			})
		}
	}
}

func encoded(msg []byte) bool { return bytes.HasPrefix(msg, []byte("?OTR:")) }

// TestDuplicatedExchange: every message of the key exchange arrives twice. The copies
// must be harmless.
func TestDuplicatedExchange(t *testing.T) {
	eachStart(t, func(t *testing.T, c *conversation, v otr.Version, we bool) {
		c.hook = func(_ party, msg []byte) [][]byte {
			if encoded(msg) {
				return [][]byte{msg, msg}
			}
			return [][]byte{msg}
		}
		c.ask(we)
		c.run()
		c.hook = nil
		c.us.takeLog()
		c.them.takeLog()
		c.wantSame(v)
		c.wantChat("all is well")
	})
}

// TestDuplicatedFragments: libotr sends fragments, and each of them arrives several
// times, one after another or as a whole sequence. We show the message once.
func TestDuplicatedFragments(t *testing.T) {
	eachVersion(t, options{theirMax: 250}, func(t *testing.T, c *conversation, v otr.Version) {
		ways := []func(msgs [][]byte) (all [][]byte){
			func(msgs [][]byte) (all [][]byte) {
				for _, m := range msgs {
					all = append(all, m, m, m)
				}
				return all
			},
			func(msgs [][]byte) [][]byte { return append(slices.Clone(msgs), msgs...) },
			func(msgs [][]byte) (all [][]byte) {
				for i, m := range msgs {
					all = append(all, m, msgs[max(0, i-1)], msgs[max(0, i-2)])
				}
				return all
			},
		}
		for i, way := range ways {
			text := fmt.Sprint(strings.Repeat("a long text ", 60), i)
			c.them.say(text)
			c.collect()
			if len(c.toA) < 4 {
				t.Fatalf("%d messages", len(c.toA))
			}
			c.toA = way(c.toA)
			c.run()
			shown := slices.DeleteFunc(c.us.takeLog(), func(s string) bool { return !strings.HasPrefix(s, "show") })
			if !slices.Equal(shown, shows([]string{text})) {
				t.Errorf("way %d: %q is shown", i, shown)
			}
			if log := c.them.takeLog(); len(log) != 0 {
				t.Errorf("way %d: libotr has seen %q", i, log)
			}
		}
		c.wantChat("and on")
	})
}

// TestLostExchange: any one message of the key exchange is lost. Starting again works at
// once.
func TestLostExchange(t *testing.T) {
	for lost := range refreshSteps {
		t.Run(fmt.Sprintf("message %d", lost), func(t *testing.T) {
			eachStart(t, func(t *testing.T, c *conversation, v otr.Version, we bool) {
				n := 0
				c.hook = func(_ party, msg []byte) [][]byte {
					n++
					if n == lost+1 {
						return nil
					}
					return [][]byte{msg}
				}
				c.ask(we)
				c.run()
				c.ask(we)
				c.run()
				c.us.takeLog()
				c.them.takeLog()
				c.wantSame(v)
				c.wantChat("better now")
			})
		})
	}
}

// TestLostRefresh: any one message of a refresh is lost. Whatever we send must still be
// encrypted.
func TestLostRefresh(t *testing.T) {
	for lost := range refreshSteps {
		t.Run(fmt.Sprintf("message %d", lost), func(t *testing.T) {
			eachStart(t, func(t *testing.T, c *conversation, v otr.Version, we bool) {
				c.us.start()
				c.wantSecured(v)
				n := 0
				c.hook = func(_ party, msg []byte) [][]byte {
					n++
					if n == lost+1 {
						return nil
					}
					return [][]byte{msg}
				}
				c.ask(we)
				c.run()
				c.hook = nil
				c.us.say("for nobody else") // say checks that this is encrypted
				if st := c.us.status(); st.State != otr.Encrypted || st.Fingerprint != fingerprint(bobKey) {
					t.Errorf("we are %+v", st)
				}
			})
		})
	}
}

// TestReplayed: every message arrives again. Nothing may happen.
func TestReplayed(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		c.wantChat("one", "two", "three")
		ssid := c.us.status().SSID
		for _, m := range slices.Clone(c.seen) {
			if encoded(m) {
				c.us.receive(m)
			}
		}
		for _, line := range c.us.takeLog() {
			if strings.HasPrefix(line, "show") || strings.HasPrefix(line, "Secured") {
				t.Errorf("a replay has led to %q", line)
			}
		}
		if c.us.status().SSID != ssid {
			t.Error("a replay has changed the keys")
		}
		c.us.takeOutbox()
		c.wantChat("four")
	})
}

// TestLateData: of two messages the second arrives first. Each is shown, once.
func TestLateData(t *testing.T) {
	eachVersion(t, options{theirs: otr.Manual}, func(t *testing.T, c *conversation, v otr.Version) {
		c.them.say("first")
		c.them.say("second")
		c.collect()
		slices.Reverse(c.toA)
		c.run()
		c.want(c.us, `show "second"`, `show "first"`)
		c.wantChat("third")
	})
}

// TestTampered: an attacker changes one byte in each of libotr's messages. We must show
// nothing that libotr has not sent.
func TestTampered(t *testing.T) {
	eachVersion(t, options{theirs: otr.Manual}, func(t *testing.T, c *conversation, v otr.Version) {
		random := rand.New(rand.NewPCG(1, uint64(v)))
		for i := range 200 {
			text := fmt.Sprintf("genuine %d", i)
			c.them.say(text)
			genuine := c.them.takeOutbox()[0]
			forged := bytes.Clone(genuine)
			// Not in the frame "?OTR:...", nor the last base64 digit before
			// the dot, whose low bits may be unused.
			at := len("?OTR:") + random.IntN(len(genuine)-len("?OTR:")-4)
			if forged[at]++; forged[at] == '[' || forged[at] == '{' || forged[at] == ':' {
				forged[at] = 'A'
			}
			c.us.receive(forged)
			if slices.ContainsFunc(c.us.takeLog(), func(s string) bool { return strings.HasPrefix(s, "show") }) &&
				!revealedOnly(genuine, at) {
				t.Fatalf("digit %d of %s was changed, and the message shown", at, genuine)
			}
			c.us.receive(genuine)
			if log := c.us.takeLog(); !revealedOnly(genuine, at) && !slices.Equal(log, shows([]string{text})) {
				t.Fatalf("the genuine message after a forged one: %q", log)
			}
			if i%3 == 0 { // an answer changes keys, so that there are old MAC keys to reveal
				c.us.say("go on")
				c.run()
			}
			c.them.takeLog()
			c.us.takeOutbox()
		}
	})
}

// revealedOnly reports whether base64 digit at of a data message lies in the list of
// revealed MAC keys, which no MAC covers, by design.
func revealedOnly(msg []byte, at int) bool {
	d := parseData(msg)
	return at >= len("?OTR:")+d.macEnd*4/3
}

// TestErrors: either side answers an error message with a query, which leads to new keys.
// The error message is shown as such, and ends nothing.
func TestErrors(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		ssid := c.us.status().SSID
		c.us.receive([]byte("?OTR Error: said somebody"))
		c.run()
		if c.us.log[0] != `PeerError "said somebody"` {
			t.Errorf("we have seen %q", c.us.log)
		}
		c.wantRefreshed(v, ssid)

		ssid = c.us.status().SSID
		c.them.receive([]byte("?OTR Error: said somebody"))
		c.run()
		c.wantRefreshed(v, ssid)
	})
}

// TestRepeated: our text is lost, and after libotr's error message we send it again, to
// the same peer key, under new session keys.
func TestRepeated(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		ssid := c.us.status().SSID
		c.us.say("lost")
		c.us.takeOutbox()
		c.us.receive([]byte("?OTR Error: said somebody"))
		c.run()
		for party, want := range map[interface{ takeLog() []string }]string{c.us: `Repeated "lost"`, c.them: `show "[resent] lost"`} {
			if log := party.takeLog(); !slices.Contains(log, want) {
				t.Errorf("seen %q, not %s", log, want)
			}
		}
		if c.us.status().SSID == ssid {
			t.Error("the keys are the same")
		}
		c.wantChat("and on")
	})
}

// TestInjectedQueries: an attacker injects queries of every kind into a conversation.
// They may lead to new keys with Bob and to nothing else.
func TestInjectedQueries(t *testing.T) {
	for _, query := range []string{"?OTRv2?", "?OTRv3?", "?OTRv23?", "?OTR?", "?OTR?v2?", "?OTRv4?", "?OTRv?"} {
		t.Run(query, func(t *testing.T) {
			eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
				c.us.receive([]byte(query))
				c.us.say("still private")
				c.run()
				if st := c.us.status(); st.State != otr.Encrypted || st.Version != v || st.Fingerprint != fingerprint(bobKey) {
					t.Errorf("we are %+v", st)
				}
				c.us.takeLog()
				c.them.takeLog()
				c.wantChat("and on")
			})
		})
	}
}
