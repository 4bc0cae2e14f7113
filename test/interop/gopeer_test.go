// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	xotr "golang.org/x/crypto/otr"

	"purple-otr/otr"
	"purple-otr/test/interop/transcript"
)

// A goPeer is golang.org/x/crypto/otr, which supports version 2 only. Its authors are not
// libotr's, so it does not share libotr's mistakes.
type goPeer struct {
	t *testing.T
	xotr.Conversation
	outbox [][]byte
	log    []string
}

func (p *goPeer) send(msgs [][]byte, err error) {
	if err != nil {
		p.log = append(p.log, "error "+err.Error())
	}
	for _, m := range msgs {
		p.outbox = append(p.outbox, slices.Clone(m))
	}
}

func (p *goPeer) receive(msg []byte) {
	text, encrypted, change, reply, err := p.Receive(msg)
	p.send(reply, err)
	switch change {
	case xotr.NewKeys:
		p.log = append(p.log, "secure")
	case xotr.ConversationEnded:
		p.log = append(p.log, "ended")
	case xotr.SMPSecretNeeded:
		p.log = append(p.log, fmt.Sprintf("asked %q", p.SMPQuestion()))
	case xotr.SMPComplete:
		p.log = append(p.log, "smp true")
	case xotr.SMPFailed:
		p.log = append(p.log, "smp false")
	}
	if len(text) > 0 {
		p.log = append(p.log, fmt.Sprintf("show %q %t", text, encrypted))
	}
}

func (p *goPeer) takeOutbox() (msgs [][]byte) {
	msgs, p.outbox = p.outbox, nil
	return msgs
}

func (p *goPeer) takeLog() (lines []string) {
	lines, p.log = p.log, nil
	return lines
}

func newGoPeer(t *testing.T, ourMax, theirMax int) (*wire, *session, *goPeer) {
	us := newSession(t, transcript.Setup{
		Key: aliceKey, Seed: t.Name(), Tag: 0xa11ce, Policy: otr.Opportunistic, MaxMessage: ourMax,
	})
	them := &goPeer{t: t}
	them.PrivateKey = &xotr.PrivateKey{PrivateKey: *bobKey}
	them.PrivateKey.PublicKey = xotr.PublicKey{PublicKey: bobKey.PublicKey}
	them.FragmentSize = theirMax
	them.Rand = rand.NewChaCha8([32]byte{1})
	return &wire{t: t, a: us, b: them}, us, them
}

func TestGoPeer(t *testing.T) {
	t.Parallel()
	for _, we := range []bool{true, false} {
		for _, ourMax := range []int{0, 100} {
			for _, theirMax := range []int{0, 100} {
				for _, weEnd := range []bool{true, false} {
					name := fmt.Sprintf("we ask=%t/max=%d,%d/we end=%t", we, ourMax, theirMax, weEnd)
					t.Run(name, func(t *testing.T) {
						t.Parallel()
						w, us, them := newGoPeer(t, ourMax, theirMax)
						if we {
							us.start()
						} else {
							them.send([][]byte{[]byte(xotr.QueryMessage)}, nil)
						}
						w.run()
						w.want(us, "Secured v2")
						w.want(them, "secure")
						st := us.status()
						if st.SSID.ID != them.SSID || st.Fingerprint != fingerprint(bobKey) ||
							string(fingerprint(aliceKey).Bytes()) != string(them.TheirPublicKey.Fingerprint()) {
							t.Errorf("we have %+v, they %x", st, them.SSID)
						}
						w.goChat(us, them)
						w.goSMP(us, them, "", true)
						w.goSMP(us, them, "who?", true)
						w.goSMP(us, them, "", false)

						if weEnd {
							us.end()
							w.run()
							w.want(us)
							w.want(them, "ended")
						} else {
							them.send(them.End(), nil)
							w.run()
							w.want(us, "Ended")
							w.want(them)
						}
					})
				}
			}
		}
	}
}

func (w *wire) goChat(us *session, them *goPeer) {
	w.t.Helper()
	for i := range 40 {
		text := strconv.Itoa(i) + strings.Repeat("ü", i*i)
		us.say(text)
		if i%3 == 0 {
			us.say("and")
		}
		w.run()
		want := []string{fmt.Sprintf("show %q true", text)}
		if i%3 == 0 {
			want = append(want, `show "and" true`)
		}
		w.want(them, want...)
		them.send(them.Send([]byte(text)))
		w.run()
		w.want(us, fmt.Sprintf("show %q", text))
	}
}

// goSMP runs SMP twice, once started by each side.
func (w *wire) goSMP(us *session, them *goPeer, question string, same bool) {
	w.t.Helper()
	answer := "secret"
	if !same {
		answer = "wrong"
	}
	us.do("smp", question, "secret")
	w.run()
	w.want(us, "SMPStep 25")
	w.want(them, fmt.Sprintf("asked %q", question))
	them.send(them.Authenticate("", []byte(answer)))
	w.run()
	w.want(us, "SMPStep 75", fmt.Sprintf("SMPDone %t", same))
	w.want(them, fmt.Sprintf("smp %t", same))

	them.send(them.Authenticate(question, []byte("secret")))
	w.run()
	w.want(us, fmt.Sprintf("SMPAsked %q", question))
	us.do("answer", answer)
	w.run()
	w.want(us, "SMPStep 50", fmt.Sprintf("SMPDone %t", same))
	w.want(them, fmt.Sprintf("smp %t", same))
}
