// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"fmt"
	"testing"

	"purple-otr/otr/internal/wire"
)

// A rival is somebody who can add messages, and is faster than the peer. They have any number of keys.
type rival struct {
	*pair
	tag   InstanceTag // in whose name they write
	count int
}

// another returns one more client of theirs.
func (r *rival) another() *side {
	r.count++
	name := fmt.Sprint("rival ", r.count)
	return newSide(r.t, name, AllowV4, at(r.clock), tagged(r.tag), reseeded(name))
}

// pump is pair's, but the rival gets each message of Bob's before Alice does, and answers it first, as
// react says.
func (r *rival) pump(react func(msg []byte) [][]byte) {
	r.t.Helper()
	for range 200 {
		switch {
		case len(r.bob.flying) > 0:
			for _, msg := range react(r.bob.flying[0]) {
				r.bob.get(msg)
			}
			r.deliver(r.bob)
		case len(r.alice.flying) > 0:
			r.deliver(r.alice)
		default:
			return
		}
	}
	r.t.Fatalf("they talk for ever")
}

// wantPeers checks that the two have a channel with each other, whatever else they have.
func (r *rival) wantPeers() {
	r.t.Helper()
	for _, s := range []*side{r.alice, r.bob} {
		in := s.instance(r.other(s).tag, r.other(s).fingerprint(V4))
		if in == nil || in.state != Encrypted {
			r.t.Fatalf("%s has no channel with the other: %+v", s.name, s.Instances())
		}
		if err := s.Select(in.tag, in.fingerprint); err != nil {
			r.t.Fatalf("%v", err)
		}
		s.flying = nil
	}
	r.wantTalk()
}

// Somebody who answers each Identity Message before the peer does, with another key each time, does
// not keep the peer out: who has answered too late gets a message that only they can answer.
func TestAnswerBeforeThePeers(t *testing.T) {
	for _, sameTag := range []bool{true, false} {
		for _, refresh := range []bool{false, true} {
			t.Run(fmt.Sprintf("same tag %v, refresh %v", sameTag, refresh), func(t *testing.T) {
				r := &rival{pair: newPair(t, AllowV4, AllowV4)}
				if refresh {
					r.pair = private4(t, AllowV4)
				}
				if r.tag = 0x7777; sameTag {
					r.tag = r.alice.tag
				}
				answer := func(msg []byte) [][]byte {
					if typeOf(msg) != wire.TypeIdentity || r.count > 20 {
						return nil
					}
					m := r.another()
					m.get(msg)
					return m.flying
				}
				if refresh {
					r.bob.start()
				} else {
					r.bob.get([]byte("?OTRv4?"))
				}
				before := r.alice.Status().SSID
				r.pump(answer)
				if n := saw[Contested](r.bob); (n > 0) != sameTag {
					t.Errorf("bob sees Contested %d times", n)
				}
				if r.count > 8 {
					t.Errorf("%d messages of the rival's are taken", r.count)
				}
				r.wantPeers()
				if in := r.alice.instance(r.bob.tag, r.bob.fingerprint(V4)); in.ssid == before {
					t.Error("the keys are the old ones")
				}
			})
		}
	}
}

// higherIdentity returns an Identity Message of another key that one of Bob's yields to.
func (r *rival) higherIdentity(to []byte) []byte {
	for {
		m := r.another()
		m.get([]byte("?OTRv4?"))
		again := m.flying[0]
		out, err := (&side{Session: deepCopy(m.Session), t: r.t}).Receive(to)
		if err == nil && len(out.Send) == 1 && typeOf(out.Send[0]) == wire.TypeIdentity {
			return again // it does not yield to Bob's
		}
	}
}

// Somebody who adds an Identity Message with a higher hash whenever Bob has sent one does not keep
// Alice's answer out.
func TestIdentityThatOthersYieldTo(t *testing.T) {
	r := &rival{pair: newPair(t, AllowV4, AllowV4)}
	r.tag = r.alice.tag
	r.bob.get([]byte("?OTRv4?"))
	r.pump(func(msg []byte) [][]byte {
		if typeOf(msg) != wire.TypeIdentity {
			return nil
		}
		return [][]byte{r.higherIdentity(msg)}
	})
	r.wantPeers()
}

// A burst of Identity Messages does not displace the one that the peer has sent, nor does an exchange
// of somebody else's that completes end the peer's.
func TestBurstOfIdentities(t *testing.T) {
	for _, completes := range []bool{false, true} {
		r := &rival{pair: newPair(t, AllowV4, AllowV4)}
		r.tag = r.bob.tag
		r.bob.get([]byte("?OTRv4?"))
		genuine := r.bob.drop()
		r.alice.get(genuine)
		authR := r.alice.drop()
		r.alice.flying = nil
		for range maxAnswers - 1 {
			m := r.another()
			m.get([]byte("?OTRv4?"))
			r.alice.get(m.drop())
			if completes {
				m.get(r.alice.drop())
				r.alice.get(m.drop())
			}
			r.alice.flying = nil
		}
		if out, err := r.alice.get(genuine); err != nil || len(out.Send) > 0 && !bytes.Equal(out.Send[0], authR) {
			t.Errorf("a copy of Bob's message: %v", err)
		}
		r.alice.flying = nil
		r.bob.get(authR)
		r.deliver(r.bob)
		r.wantPeers()
	}
}
