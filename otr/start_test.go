// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

// everyOrder runs f until choose has returned every possible sequence of answers.
// choose(n) returns one of 0 to n-1.
func everyOrder(t *testing.T, most int, f func(choose func(n int) int)) {
	t.Helper()
	type choice struct{ took, of int }
	var path []choice
	for runs := 1; ; runs++ {
		at := 0
		f(func(n int) int {
			if at == len(path) {
				path = append(path, choice{0, n})
			}
			at++
			return path[at-1].took
		})
		if runs > most {
			t.Fatalf("more than %d orders", most)
		}
		for len(path) > 0 && path[len(path)-1].took == path[len(path)-1].of-1 {
			path = path[:len(path)-1]
		}
		if len(path) == 0 {
			return
		}
		path[len(path)-1].took++
	}
}

// deliverInAnyOrder delivers until nothing is in flight. Each direction keeps its order,
// as the network model says; choose decides which direction is next.
func (p *pair) deliverInAnyOrder(choose func(n int) int) {
	p.t.Helper()
	for range 100 {
		var ready []*side
		for _, s := range []*side{p.alice, p.bob} {
			if len(s.flying) > 0 {
				ready = append(ready, s)
			}
		}
		switch len(ready) {
		case 0:
			return
		case 1:
			p.deliver(ready[0])
		case 2:
			p.deliver(ready[choose(2)])
		}
	}
	p.t.Fatalf("the two talk for ever")
}

func (p *pair) wantSameChannel() {
	p.t.Helper()
	p.wantState(Encrypted, Encrypted)
	a, b := p.alice.Status(), p.bob.Status()
	if a.SSID.ID != b.SSID.ID || a.SSID.Half == b.SSID.Half || a.Version != b.Version {
		p.t.Fatalf("different channels: %+v and %+v", a, b)
	}
}

// Both sides start at once. "This is the trickiest transition in the whole protocol": in
// every order of delivery, no matter who has the higher hash, the conversation becomes
// private without help.
func TestBothStartAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	ways := map[string]func(pr *pair){
		"both commit": func(pr *pair) {
			pr.alice.get([]byte("?OTRv234?"))
			pr.bob.get([]byte("?OTRv234?"))
		},
		"both ask": func(pr *pair) {
			pr.alice.start()
			pr.bob.start()
		},
		"both have text under require": func(pr *pair) {
			pr.alice.SetPolicy(pr.alice.policy | RequireEncryption)
			pr.bob.SetPolicy(pr.bob.policy | RequireEncryption)
			pr.alice.say("from alice")
			pr.bob.say("from bob")
		},
		"one asks, one commits": func(pr *pair) {
			pr.alice.start()
			pr.bob.get([]byte("hello" + string(tagBase) + string(tagV2) + string(tagV3)))
		},
	}
	for name, begin := range ways {
		t.Run(name, func(t *testing.T) {
			everyVersion(t, func(t *testing.T, p Policy) {
				winners := map[int]bool{}
				for _, seed := range []string{"0", "1"} {
					everyOrder(t, 3000, func(choose func(int) int) {
						pr := newPair(t, p|WhitespaceStartAKE, p|WhitespaceStartAKE, reseeded(seed))
						begin(pr)
						pr.deliverInAnyOrder(choose)
						pr.wantSameChannel()
						if len(pr.alice.errs)+len(pr.bob.errs) != 0 {
							t.Fatalf("errors %v, %v", pr.alice.errs, pr.bob.errs)
						}
						if name == "both have text under require" {
							wantTexts(t, pr.alice, "from bob")
							wantTexts(t, pr.bob, "from alice")
						}
						winners[pr.alice.Status().SSID.Half] = true
					})
				}
				if name == "both commit" && len(winners) != 2 {
					t.Error("the same side had the higher hash each time")
				}
			})
		})
	}
}

// wantTexts checks which encrypted texts of the peer the user of s has read.
func wantTexts(t tb, s *side, want ...string) {
	t.Helper()
	var got []string
	for _, m := range s.shown {
		if !m.Fingerprint.IsZero() {
			got = append(got, string(m.Text))
		}
	}
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Fatalf("%s reads %q, want %q", s.name, got, want)
	}
}

// Several queries in a row cost no more than one, and the exchange continues.
func TestManyQueries(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := newPair(t, p, p)
		var first []byte
		for range 50 {
			out := pr.bob.must(pr.bob.Receive([]byte("?OTRv23?")))
			if first == nil {
				first = only(t, out)
			} else if string(only(t, out)) != string(first) {
				t.Fatal("another commit")
			}
		}
		pr.pump()
		pr.wantTalk()
	})
}

// A commit that has been opened is not sent again: an attacker who has seen g^x could
// choose g^y to match it ("commit to a choice of D-H encryption key").
func TestOpenedCommitIsNotSentAgain(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := newPair(t, p, p)
		first := only(t, pr.bob.must(pr.bob.Receive([]byte("?OTRv23?"))))
		pr.pump()
		pr.wantSameChannel()
		pr.clock.pass(copyFor)
		second := only(t, pr.bob.must(pr.bob.Receive([]byte("?OTRv23?"))))
		if string(first) == string(second) {
			t.Fatal("the same g^x in a second exchange")
		}
	})
}

// The secrets of an exchange that nobody answers are kept for a minute, however often we
// are asked.
func TestQueriesDoNotKeepSecretsAlive(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		s := newSide(t, "alice", p)
		c := newClock()
		s.now = c.now
		first := only(t, s.must(s.Receive([]byte("?OTRv23?"))))
		for range 10 {
			c.pass(halfOpenFor / 2)
			s.tick()
			out := s.must(s.Receive([]byte("?OTRv23?")))
			if c.t.Sub(newClock().t) > 2*halfOpenFor && string(only(t, out)) == string(first) {
				t.Fatal("the first commit is still sent after two minutes")
			}
		}
	})
}

// Commits that the peer repeats do not keep secrets alive either: two minutes later, a
// different D-H Key Message answers them.
func TestCommitsDoNotKeepSecretsAlive(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := newPair(t, p, p)
		commit := only(t, pr.bob.must(pr.bob.Receive([]byte("?OTRv23?"))))
		first := only(t, pr.alice.must(pr.alice.Receive(commit)))
		for range 4 {
			pr.clock.pass(halfOpenFor / 2)
			pr.alice.tick()
			pr.alice.get(commit)
		}
		if last := pr.alice.flying[len(pr.alice.flying)-1]; string(last) == string(first) {
			t.Error("the same g^y after two minutes")
		}
	})
}

// The peer begins a second exchange and then completes the first. The Signature Message
// that follows the D-H Commit Message still counts, because the peer's next text is under
// its keys. A stranger who sends messages in the peer's name in between changes nothing.
func TestLateSignatureCounts(t *testing.T) {
	for seed := range 4 { // the stranger's hash is higher, or lower
		for _, stranger := range []bool{false, true} {
			eachVersion(t, func(t *testing.T, p Policy) {
				pr := private(t, p, reseeded(fmt.Sprint(seed)))
				pr.alice.get([]byte("?OTRv23?"))
				pr.deliver(pr.alice) // the commit
				pr.deliver(pr.bob)   // the key
				if stranger {
					pr.deliver(pr.alice) // the Reveal Signature Message
					pr.alice.get([]byte("?OTRv23?"))
					m := pr.mallory(t, p)
					m.bob.get([]byte("?OTRv23?"))
					commit := m.bob.drop()
					m.deliver(pr.alice) // is answered with a key
					m.alice.get(commit)
					m.alice.get(m.bob.drop())
				} else {
					pr.bob.get([]byte("?OTRv23?"))
					pr.deliver(pr.alice)
					pr.deliver(pr.bob) // the second commit
				}
				pr.bob.say("under the new keys")
				for _, msg := range pr.bob.flying { // the Signature Message, the text
					pr.alice.get(msg)
				}
				pr.wantSameChannel()
				wantTexts(t, pr.alice, "under the new keys")
			})
		}
	}
}

// A query for one version does not make an exchange of the other version begin again.
func TestQueryLeavesTheOtherVersionAlone(t *testing.T) {
	for first, other := range map[string]string{"?OTRv2?": "?OTRv3?", "?OTRv3?": "?OTRv2?"} {
		pr := newPair(t, Manual, Manual)
		pr.alice.get([]byte(first))
		pr.pump()
		pr.alice.get([]byte(other))
		if key := pr.bob.sent[0]; typeOf(key) != wire.TypeDHKey {
			t.Fatal("not the D-H Key Message")
		} else if out, err := pr.alice.get(key); err != nil || len(out.Send) != 0 {
			t.Errorf("%s, then %s: the key is answered once more: %v", first, other, err)
		}
	}
}

// A query for one version leaves a commit of the other version waiting for its answer.
func TestQueryLeavesTheOthersCommit(t *testing.T) {
	for first, other := range map[string]string{"?OTRv2?": "?OTRv3?", "?OTRv3?": "?OTRv2?"} {
		pr := private(t, map[string]Policy{"?OTRv2?": AllowV2, "?OTRv3?": AllowV3}[first])
		pr.alice.SetPolicy(Manual)
		pr.alice.get([]byte(first))
		commit := pr.alice.drop()
		pr.alice.get([]byte(other))
		pr.bob.get(commit)
		if out, err := pr.alice.get(pr.bob.drop()); err != nil || typeOf(only(t, out)) != wire.TypeRevealSig {
			t.Errorf("%s, then %s: error %v, %d sent", first, other, err, len(out.Send))
		}
	}
}

// A user who gets no answer asks three times, and the answers cross. A repeated D-H Key
// Message is taken for the answer to a newer commit, and both sides would wait for ever.
// This must end without the users' help.
func TestThreeQueriesInOneRoundTrip(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		pr := newPair(t, p, p)
		for range 2 {
			pr.alice.start()
			pr.deliver(pr.alice) // Bob sends the same commit twice
		}
		pr.deliver(pr.bob)
		pr.deliver(pr.alice) // the D-H Key Message: Bob reveals
		pr.alice.start()
		pr.deliver(pr.alice) // Bob sends another commit
		pr.deliver(pr.bob)   // the first commit again
		pr.pump()
		pr.untilSame(15*time.Second, func(int) int { return 0 })
		pr.wantTalk()
	})
}

// untilSame waits, second by second, until both have the same channel.
func (p *pair) untilSame(most time.Duration, choose func(int) int) {
	p.t.Helper()
	same := func() bool {
		a, b := p.alice.Status(), p.bob.Status()
		return a.State == Encrypted && b.State == Encrypted && a.SSID.ID == b.SSID.ID
	}
	for begin := p.clock.t; !same(); {
		if p.clock.t.Sub(begin) >= most {
			p.t.Fatalf("not private after %v: %v and %v", most, p.alice.Status().State, p.bob.Status().State)
		}
		p.clock.pass(time.Second)
		p.alice.tick()
		p.bob.tick()
		p.deliverInAnyOrder(choose)
	}
	p.wantSameChannel()
}

// Both sides start, once or several times, at any moments, while messages of the other are
// on their way: the conversation soon becomes private without help.
func TestBothStartAtAnyTime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const tagging = SendWhitespaceTag | WhitespaceStartAKE | ErrorStartAKE
	ways := map[string]struct {
		policy Policy
		start  func(s *side, r *rand.Rand)
	}{
		"tags":    {tagging, func(s *side, _ *rand.Rand) { s.say("hello") }},
		"queries": {0, func(s *side, _ *rand.Rand) { s.start() }},
		"both": {tagging, func(s *side, r *rand.Rand) {
			if r.IntN(2) == 0 {
				s.say("hello")
			} else {
				s.start()
			}
		}},
		"require": {RequireEncryption | ErrorStartAKE, func(s *side, _ *rand.Rand) { s.say("hello") }},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			everyVersion(t, func(t *testing.T, p Policy) {
				for seed := range 200 {
					r := rand.New(rand.NewPCG(uint64(seed), 7))
					pr := newPair(t, p|way.policy, p|way.policy, reseeded(fmt.Sprint(seed)))
					starts := []*side{pr.alice, pr.bob}
					for _, s := range []*side{pr.alice, pr.bob} {
						for range r.IntN(3) {
							starts = append(starts, s)
						}
					}
					r.Shuffle(len(starts), func(i, j int) { starts[i], starts[j] = starts[j], starts[i] })
					for len(starts) > 0 {
						if s := []*side{pr.alice, pr.bob}[r.IntN(2)]; r.IntN(2) == 0 && len(s.flying) > 0 {
							pr.deliver(s)
							continue
						}
						way.start(starts[0], r)
						starts = starts[1:]
					}
					pr.deliverInAnyOrder(r.IntN)
					pr.untilSame(15*time.Second, r.IntN)
					pr.wantTalk()
				}
			})
		})
	}
}

// One side has lost the channel, and the other does not know it. Both start again while a commit
// from before the channel still waits: a forged one, or an old one of the peer's that the
// network has delivered late.
func TestStartAgainWhileAnOldCommitWaits(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		for way := range 4 {
			late, aliceBegins := way&1 != 0, way&2 != 0
			pr := newPair(t, p, p)
			j := &injector{pair: pr, version: map[Policy]uint16{AllowV2: wire.V2, AllowV3: wire.V3}[p]}
			if !late {
				pr.alice.get(j.commit(pr.alice, 0xff))
				pr.alice.forget()
			}
			pr.alice.start()
			pr.deliver(pr.alice)
			pr.deliver(pr.bob)
			if late {
				pr.alice.get(j.commit(pr.alice, 0xff))
			}
			pr.pump()
			pr.wantState(Encrypted, Encrypted)
			pr.clock.pass(copyFor)
			pr.bob.end()
			pr.bob.forget()
			if aliceBegins {
				pr.alice.start()
			} else {
				pr.bob.start()
			}
			pr.pump()
			pr.wantSameChannel()
		}
	})
}
