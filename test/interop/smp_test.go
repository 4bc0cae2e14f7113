// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"purple-otr/otr"
)

// withoutHeartbeats removes from libotr's log the reports of messages without text, of
// which SMP sends many.
func (c *conversation) withoutHeartbeats() []string {
	return slices.DeleteFunc(c.them.takeLog(), func(s string) bool { return s == "event LOG_HEARTBEAT_RCVD" })
}

func (c *conversation) wantSMP(ours, theirs []string) {
	c.t.Helper()
	c.run()
	if got := c.us.takeLog(); !slices.Equal(got, ours) {
		c.t.Errorf("we have seen %q, want %q", got, ours)
	}
	if got := c.withoutHeartbeats(); !slices.Equal(got, theirs) {
		c.t.Errorf("libotr has shown %q, want %q", got, theirs)
	}
}

// askSMP starts a run from one side. secret is what that side types.
func (c *conversation) askSMP(we bool, question, secret string) {
	switch {
	case we:
		c.us.do("smp", question, secret)
	case question == "":
		c.them.do("smp", secret)
	default:
		c.them.do("smpq", question, secret)
	}
}

func TestSMP(t *testing.T) {
	for _, we := range []bool{true, false} {
		for _, question := range []string{"", "  Wo,  genau? \t\"<i>\\n "} {
			for _, same := range []bool{true, false} {
				name := fmt.Sprintf("we begin=%t/question=%t/same=%t", we, question != "", same)
				t.Run(name, func(t *testing.T) {
					eachVersion(t, options{ourMax: 417, theirMax: 417}, func(t *testing.T, c *conversation, v otr.Version) {
						for range 2 {
							c.smp(we, question, same)
							c.wantChat("and on")
						}
					})
				})
			}
		}
	}
}

func (c *conversation) smp(we bool, question string, same bool) {
	c.t.Helper()
	answer := " grüße  "
	if !same {
		answer = "grüße"
	}
	verdict := map[bool]string{true: "smp SUCCESS 100", false: "smp FAILURE 100"}[same]
	c.askSMP(we, question, " grüße  ")
	if we {
		asked := "smp ASK_FOR_SECRET 25"
		if question != "" {
			asked = "smp ASK_FOR_ANSWER 25 " + question
		}
		c.wantSMP([]string{"SMPStep 25"}, []string{asked})
		c.them.do("answer", answer)
		c.wantSMP([]string{"SMPStep 75", fmt.Sprintf("SMPDone %t", same)}, []string{verdict})
		return
	}
	c.wantSMP([]string{fmt.Sprintf("SMPAsked %q", question)}, nil)
	c.us.do("answer", answer)
	c.wantSMP([]string{"SMPStep 50", fmt.Sprintf("SMPDone %t", same)}, []string{"smp IN_PROGRESS 60", verdict})
}

// TestSMPAbort: either side aborts at any time during a run, and a new run works.
func TestSMPAbort(t *testing.T) {
	for _, begins := range []bool{true, false} {
		for _, aborts := range []bool{true, false} {
			t.Run(fmt.Sprintf("we begin=%t/we abort=%t", begins, aborts), func(t *testing.T) {
				eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
					c.askSMP(begins, "", "secret")
					c.run()
					c.us.takeLog()
					c.them.takeLog()
					if aborts {
						c.us.do("abort")
						c.wantSMP(nil, []string{"smp ABORT 0"})
					} else {
						c.them.do("smpabort")
						c.wantSMP([]string{"SMPAborted"}, nil)
					}
					c.smp(begins, "", true)
				})
			})
		}
	}
}

// TestSMPRefused: libotr's user aborts when libotr already knows the result, and the
// message that would have told us is lost.
func TestSMPRefused(t *testing.T) {
	for _, question := range []string{"", "who?"} {
		t.Run(fmt.Sprintf("question=%t", question != ""), func(t *testing.T) {
			eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
				c.askSMP(true, question, "secret")
				c.run()
				c.us.takeLog()
				c.them.takeLog()
				theirs := 0
				c.hook = func(from party, msg []byte) [][]byte {
					if from == party(c.them) {
						if theirs++; theirs > 1 { // message 2 arrives, 4 does not
							return nil
						}
					}
					return [][]byte{msg}
				}
				c.them.do("answer", "another")
				c.wantSMP([]string{"SMPStep 75"}, []string{"smp FAILURE 100"})
				c.hook = nil
				c.them.do("smpabort")
				c.wantSMP([]string{"SMPAborted refused"}, nil)
				c.smp(true, question, true)
			})
		})
	}
}

// TestSMPRestart: a run that starts while another one waits for its answer replaces that
// one.
func TestSMPRestart(t *testing.T) {
	for _, we := range []bool{true, false} {
		t.Run(fmt.Sprintf("we begin=%t", we), func(t *testing.T) {
			eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
				c.askSMP(we, "an old question", "forgotten")
				c.run()
				c.us.takeLog()
				c.them.takeLog()
				if !we { // with libotr, the application must abort the old run
					c.them.do("smpabort")
					c.wantSMP([]string{"SMPAborted"}, nil)
					c.smp(we, "a new question", true)
					return
				}
				c.us.do("smp", "", "grüße")
				c.wantSMP([]string{"SMPStep 25"}, []string{"smp ABORT 0", "smp ASK_FOR_SECRET 25"})
				c.them.do("answer", "grüße")
				c.wantSMP([]string{"SMPStep 75", "SMPDone true"}, []string{"smp SUCCESS 100"})
			})
		})
	}
}

// TestSMPCross: both sides start at once. libotr's user is told that it failed; both
// sides must stop without a result, and a new run must work.
func TestSMPCross(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		c.askSMP(true, "", "grüße")
		c.askSMP(false, "", "grüße")
		c.run()
		all := strings.Join(append(c.us.takeLog(), c.withoutHeartbeats()...), "; ")
		if strings.Contains(all, "SMPDone false") || strings.Contains(all, "FAILURE") || strings.Contains(all, "Cheated") {
			t.Errorf("two runs that crossed had the result %s", all)
		}
		c.smp(true, "", true)
	})
}

// TestExtraKey: both sides derive the same key.
func TestExtraKey(t *testing.T) {
	t.Parallel()
	c := converse(t, options{theirs: only(otr.V3, otr.Opportunistic)})
	c.us.start()
	c.wantSecured(otr.V3)
	for range 3 {
		if err := c.us.do("extrakey", "0x10203", "what for"); err != nil {
			t.Fatal(err)
		}
		key, ok := strings.CutPrefix(c.us.lastOutcome("key"), "key ")
		if !ok || len(key) != 64 {
			t.Fatalf("our key is %q", key)
		}
		c.run()
		c.want(c.us)
		if got, want := c.withoutHeartbeats(), fmt.Sprintf("symkey 66051 %x %s", "what for", key); !slices.Equal(got, []string{want}) {
			t.Errorf("libotr has %q, want %q", got, want)
		}

		r := find(c.them.do("symkey", "7", "a file"), "symkey")
		theirs, err := hex.DecodeString(r[3])
		if err != nil {
			t.Fatal(err)
		}
		c.run()
		c.want(c.us, fmt.Sprintf("ExtraKeyAsked 7 %q %x", "a file", theirs))
		c.them.takeLog()
		c.wantChat("new keys")
	}
}

// TestExtraKeyV2: version 2 has no extra key on either side.
func TestExtraKeyV2(t *testing.T) {
	t.Parallel()
	c := converse(t, options{theirs: only(otr.V2, otr.Opportunistic)})
	c.us.start()
	c.wantSecured(otr.V2)
	c.us.do("extrakey", "7", "a file")
	c.run()
	c.want(c.us, "error "+otr.ErrNoChannel.Error())
	c.want(c.them)
}
