// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/test/interop/transcript"
)

// A crowd is several clients of one person at one end of a wire: the server passes every
// message to all of them.
type crowd struct{ clients []party }

func (c *crowd) receive(msg []byte) {
	for _, p := range c.clients {
		p.receive(msg)
	}
}

func (c *crowd) takeOutbox() (all [][]byte) {
	for _, p := range c.clients {
		all = append(all, p.takeOutbox()...)
	}
	return all
}

func (c *crowd) takeLog() (all []string) {
	for _, p := range c.clients {
		all = append(all, p.takeLog()...)
	}
	return all
}

// TestTheirTwoClients: Bob is logged in twice. Each of his clients has a separate private
// conversation with us, whichever side has started.
func TestTheirTwoClients(t *testing.T) {
	t.Parallel()
	for _, we := range []bool{true, false} {
		t.Run(fmt.Sprintf("we ask=%t", we), func(t *testing.T) {
			t.Parallel()
			c := converse(t, options{theirs: only(otr.V3, otr.Opportunistic)})
			other := startPeer(t, "bob", "alice", t.TempDir(), bobKey)
			other.do("policy", fmt.Sprint(libotrV3))
			c.b = &crowd{[]party{c.them, other}}
			c.ask(we)
			c.run()
			// The second exchange has the same peer key, but is not a
			// refresh.
			c.want(c.us, "Secured v3", "Secured v3")
			for _, p := range []*peer{c.them, other} { // each also receives the other's messages
				log := slices.DeleteFunc(p.takeLog(), func(s string) bool { return s == "event RCVDMSG_FOR_OTHER_INSTANCE" })
				if !slices.Equal(log, []string{"secure v3"}) {
					t.Errorf("one of Bob's clients has seen %q", log)
				}
			}
			list := c.us.Session.Instances()
			if len(list) != 2 || list[0].Tag == list[1].Tag || list[0] != c.us.status() {
				t.Fatalf("instances %+v, status %+v", list, c.us.status())
			}

			clients := map[otr.InstanceTag]*peer{}
			for _, p := range []*peer{c.them, other} {
				c.them = p
				tag := c.theirTag()
				clients[tag] = p
				p.say(fmt.Sprintf("from %x", tag))
				c.run()
				c.want(c.us, fmt.Sprintf(`show "from %x"`, tag))
			}
			for _, in := range list {
				if in.SSID.ID == [8]byte{} || fmt.Sprintf("%x", in.SSID.ID) != clients[in.Tag].secured[4] {
					t.Errorf("session ids %x and %v", in.SSID.ID, clients[in.Tag].secured)
				}
				c.us.do("select", fmt.Sprintf("%#x", uint32(in.Tag)), in.Fingerprint.String())
				c.us.say("for one of you")
				c.run()
				for tag, p := range clients {
					if tag == in.Tag {
						c.want(p, `show "for one of you"`)
					} else {
						c.want(p, "event RCVDMSG_FOR_OTHER_INSTANCE")
					}
				}
			}

			// Both of them are notified of the end.
			c.us.do("unselect")
			c.us.end()
			c.run()
			for tag, p := range clients {
				p.say("too late")
				if !slices.Contains(p.takeLog(), "event CONNECTION_ENDED") {
					t.Errorf("client %x has not been notified", tag)
				}
			}
		})
	}
}

// TestOurTwoClients: we are logged in twice. libotr talks to either client, and the other
// one ignores those messages.
func TestOurTwoClients(t *testing.T) {
	t.Parallel()
	for _, we := range []bool{true, false} {
		t.Run(fmt.Sprintf("we ask=%t", we), func(t *testing.T) {
			t.Parallel()
			c := converse(t, options{theirs: only(otr.V3, otr.Opportunistic)})
			setup := c.us.setup
			setup.Tag, setup.Seed = 0xa11ce2, "the other one"
			other := newSession(t, setup)
			c.a = &crowd{[]party{c.us, other}}
			c.ask(we)
			c.run()
			// Our query reaches only Bob; his commit is for both of us.
			for _, s := range []*session{c.us, other} {
				if log := s.takeLog(); !slices.Contains(log, "Secured v3") {
					t.Errorf("client %x has seen %q", uint32(s.setup.Tag), log)
				}
			}
			c.them.takeLog()

			for _, s := range []*session{c.us, other} {
				s.say("it is me")
				c.run()
				c.want(c.them, `show "it is me"`)
			}
			c.them.say("for one of you")
			c.run()
			all := strings.Join(c.a.takeLog(), "; ")
			if strings.Count(all, `show "for one of you"`) != 1 || strings.Count(all, "OtherInstance") != 1 {
				t.Errorf("our clients have seen %s", all)
			}
		})
	}
}

// TestOurVersions: our policy decides, and a greeting after our query does not hide any
// part of it.
func TestOurVersions(t *testing.T) {
	t.Parallel()
	for _, v := range []otr.Version{otr.V2, otr.V3} {
		for start, begin := range starts {
			t.Run(fmt.Sprintf("v%d/%s", v, start), func(t *testing.T) {
				t.Parallel()
				c := converse(t, options{
					ours:     only(v, otr.Opportunistic),
					greeting: "I'd like to talk in private.",
				})
				begin(c)
				c.wantSecured(v)
				c.wantChat("hello")
			})
		}
	}
}

// TestTheirTwoClientsOfTwoVersions: Bob is logged in with libotr, and with a client that has version 4.
// Each has a channel of its version with us, beside the other's.
func TestTheirTwoClientsOfTwoVersions(t *testing.T) {
	t.Parallel()
	for _, we := range []bool{true, false} {
		t.Run(fmt.Sprintf("we ask=%t", we), func(t *testing.T) {
			t.Parallel()
			c := converse(t, options{ours: otr.Opportunistic | otr.AllowV4, theirs: only(otr.V3, otr.Opportunistic)})
			newer := newSession(t, transcript.Setup{Key: bobKey, Seed: "newer", Tag: 0xb0b2, Policy: otr.Opportunistic | otr.AllowV4})
			c.b = &crowd{[]party{c.them, newer}}
			if we {
				c.us.start()
			} else {
				c.them.start()
				newer.start()
			}
			c.run()
			list := c.us.Session.Instances()
			if len(list) != 2 || list[0].Version == list[1].Version || list[0].State != otr.Encrypted || list[1].State != otr.Encrypted {
				t.Fatalf("%+v", list)
			}
			if got := newer.Session.Status(); got.Version != otr.V4 || got.State != otr.Encrypted {
				t.Errorf("the newer client: %+v", got)
			}
			c.us.takeLog()
			for _, in := range list {
				c.them.takeLog()
				newer.takeLog()
				c.us.do("select", fmt.Sprintf("%#x", uint32(in.Tag)), in.Fingerprint.String())
				c.us.say("for one of you")
				c.run()
				reads := map[otr.Version]string{
					otr.V3: strings.Join(c.them.takeLog(), "; "), otr.V4: strings.Join(newer.takeLog(), "; "),
				}
				for v, log := range reads {
					if got := strings.Count(log, `show "for one of you"`); (got == 1) != (v == in.Version) || got > 1 {
						t.Errorf("for version %d: the client of version %d sees %s", in.Version, v, log)
					}
				}
			}
			c.us.takeLog()
			for _, say := range []func(string){c.them.say, newer.say} {
				say("from one of us")
				c.run()
				if log := c.us.takeLog(); !slices.Equal(log, []string{`show "from one of us"`}) {
					t.Errorf("we see %q", log)
				}
			}
		})
	}
}
