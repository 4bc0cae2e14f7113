// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

// An injector can add messages in the names of both sides, before each of theirs if it
// wants, and sees what they send. It can neither drop nor delay messages.
type injector struct {
	*pair
	version uint16
	seed    int
}

// to returns the header of a message to s that claims to be from the other side.
func (j *injector) to(s *side) wire.Header {
	h := wire.Header{Version: j.version}
	if j.version == wire.V3 {
		h.Sender, h.Receiver = uint32(j.other(s).tag), uint32(s.tag)
	}
	return h
}

// fresh returns a session that has not been used before.
func (j *injector) fresh(s *side) *side {
	j.seed++
	p := AllowV2
	if j.version == wire.V3 {
		p = AllowV3
	}
	return newSide(j.t, "mallory", p, at(j.clock), reseeded(fmt.Sprint("injector ", j.seed)), tagged(j.other(s).tag))
}

// commit returns a commit to s whose hash begins with this byte, or one that can be
// opened.
func (j *injector) commit(s *side, hash int) []byte {
	if hash < 0 {
		m := j.fresh(s)
		return only(j.t, m.must(m.Receive([]byte("?OTRv23?"))))
	}
	m := wire.DHCommit{EncryptedGx: make([]byte, 196), HashedGx: [32]byte(bytes.Repeat([]byte{byte(hash)}, 32))}
	j.seed++
	m.EncryptedGx[0], m.EncryptedGx[1], m.HashedGx[31] = byte(j.seed), byte(j.seed>>8), byte(j.seed)
	return wire.Armor(wire.Append(nil, j.to(s), m))
}

// key returns a D-H Key Message to s.
func (j *injector) key(s *side) []byte {
	m := j.fresh(s)
	_, commit, err := parsed(j.commit(s, -1))
	if err != nil {
		j.t.Fatalf("%v", err)
	}
	h := j.to(s)
	h.Sender = 0x7777 // the one who answers is m
	if j.version == wire.V3 {
		h.Receiver = 0
	}
	m.get(wire.Armor(wire.Append(nil, h, commit)))
	_, key, err := parsed(m.drop())
	if err != nil {
		j.t.Fatalf("%v", err)
	}
	return wire.Armor(wire.Append(nil, j.to(s), key))
}

func (j *injector) reveal(s *side) []byte {
	m := wire.RevealSig{Signature: wire.Signature{Encrypted: make([]byte, 460)}}
	return wire.Armor(wire.Append(nil, j.to(s), m))
}

func (j *injector) signature(s *side) []byte {
	return wire.Armor(wire.Append(nil, j.to(s), wire.Signature{Encrypted: make([]byte, 460)}))
}

// injections return what to add to the messages on their way to s.
var injections = map[string]func(j *injector, s *side, msg []byte) [][]byte{
	"commits with a high hash": func(j *injector, s *side, _ []byte) [][]byte { return [][]byte{j.commit(s, 0xff)} },
	"commits with a low hash":  func(j *injector, s *side, _ []byte) [][]byte { return [][]byte{j.commit(s, 0)} },
	"keys":                     func(j *injector, s *side, _ []byte) [][]byte { return [][]byte{j.key(s)} },
	"two keys":                 func(j *injector, s *side, _ []byte) [][]byte { return [][]byte{j.key(s), j.key(s)} },
	"reveals":                  func(j *injector, s *side, _ []byte) [][]byte { return [][]byte{j.reveal(s)} },
	"signatures":               func(j *injector, s *side, _ []byte) [][]byte { return [][]byte{j.signature(s)} },
	"queries":                  func(_ *injector, _ *side, _ []byte) [][]byte { return [][]byte{[]byte("?OTRv23?")} },
	"errors":                   func(_ *injector, _ *side, _ []byte) [][]byte { return [][]byte{[]byte("?OTR Error: x")} },
	"copies":                   func(_ *injector, _ *side, msg []byte) [][]byte { return [][]byte{msg, msg} },
	"the hash of the next commit, and another g^x": func(j *injector, s *side, msg []byte) [][]byte {
		h, m, err := parsed(msg)
		c, ok := m.(wire.DHCommit)
		if err != nil || !ok {
			return nil
		}
		c.EncryptedGx = make([]byte, 196)
		return [][]byte{wire.Armor(wire.Append(nil, h, c))}
	},
	"the next r, and another signature": func(j *injector, s *side, msg []byte) [][]byte {
		h, m, err := parsed(msg)
		r, ok := m.(wire.RevealSig)
		if err != nil || !ok {
			return nil
		}
		r.Encrypted = make([]byte, len(r.Encrypted))
		return [][]byte{wire.Armor(wire.Append(nil, h, r))}
	},
	"all of them": func(j *injector, s *side, _ []byte) [][]byte {
		return [][]byte{j.commit(s, 0xff), j.key(s), j.reveal(s), j.signature(s), j.commit(s, 0)}
	},
}

// An attacker who can only add messages causes delays of seconds: before every message or
// once for each kind, to one side or both, in both versions, when one or both sides begin,
// and on a network where a message takes a tenth of a second.
func TestInjectorOnlyDelays(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for name, inject := range injections {
		t.Run(name, func(t *testing.T) {
			eachVersion(t, func(t *testing.T, p Policy) {
				for way := range 24 {
					once, both, bothBegin, running := way&1 != 0, way&2 != 0, way/4%3, way/12 == 1
					pr := newPair(t, p, p, reseeded(fmt.Sprint(way)))
					if running {
						pr = private(t, p, reseeded(fmt.Sprint(way)))
						pr.clock.pass(copyFor)
					}
					before := pr.alice.Status().SSID
					j := &injector{pair: pr, version: map[Policy]uint16{AllowV2: wire.V2, AllowV3: wire.V3}[p]}
					if bothBegin != 1 {
						pr.alice.start()
					}
					if bothBegin != 0 {
						pr.bob.start()
					}
					took := j.untilPrivate(before, once, func(s *side, msg []byte) [][]byte {
						if !both && s == pr.bob {
							return nil
						}
						return inject(j, s, msg)
					})
					if took > 10*time.Second {
						t.Errorf("once %v, both directions %v, who begins %d, running %v: private after %v", once, both, bothBegin, running, took)
					}
				}
			})
		})
	}
}

// untilPrivate delivers what both have sent, preceded by injected messages, until both
// have the same new channel. It returns how long that took.
func (j *injector) untilPrivate(before SSID, once bool, inject func(to *side, msg []byte) [][]byte) time.Duration {
	j.t.Helper()
	const step = 100 * time.Millisecond
	seen := map[string]bool{}
	begin := j.clock.t
	for j.clock.t.Sub(begin) < time.Minute {
		arriving := map[*side][][]byte{j.alice: j.bob.flying, j.bob: j.alice.flying}
		j.alice.flying, j.bob.flying = nil, nil
		j.clock.pass(step)
		for _, s := range []*side{j.alice, j.bob} {
			for i, msg := range arriving[s] {
				// Answers to injected messages would cause more injections.
				if kind := fmt.Sprint(s.name, typeOf(msg)); i < 5 && (!once || !seen[kind]) {
					seen[kind] = true
					for _, m := range inject(s, msg) {
						s.get(m)
					}
				}
				s.get(msg)
			}
			s.tick()
		}
		a, b := j.alice.Status(), j.bob.Status()
		if a.State == Encrypted && b.State == Encrypted && a.SSID.ID == b.SSID.ID && a.SSID != before {
			return j.clock.t.Sub(begin)
		}
	}
	return time.Minute
}

// The attacker has a key, and always answers before Bob or begins before Bob. Seconds
// later, Bob has a channel too, beside the attacker's.
func TestInjectorWithAKeyOfHisOwn(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		for _, aliceCommits := range []bool{true, false} {
			pr := newPair(t, p, p)
			attack := pr.mallory(t, p)
			if aliceCommits {
				pr.alice.get([]byte("?OTRv234?"))
			} else {
				pr.bob.get([]byte("?OTRv234?"))
				attack.bob.get([]byte("?OTRv234?"))
			}
			begin := pr.clock.t
			for pr.bob.Status().State != Encrypted && pr.clock.t.Sub(begin) < time.Minute {
				for range 8 { // he is faster
					for _, msg := range take(&attack.bob.flying) {
						pr.alice.get(msg)
					}
					for _, msg := range take(&pr.alice.flying) {
						attack.bob.get(msg)
						pr.bob.get(msg)
					}
				}
				for _, msg := range take(&pr.bob.flying) {
					pr.alice.get(msg)
				}
				pr.clock.pass(100 * time.Millisecond)
				pr.alice.tick()
				pr.bob.tick()
			}
			if took := pr.clock.t.Sub(begin); took > 10*time.Second {
				t.Fatalf("Alice commits %v: private after %v: %+v", aliceCommits, took, pr.alice.Instances())
			}
			pr.alice.flying, pr.bob.flying = nil, nil
			if err := pr.alice.Select(pr.bob.Status().Tag, pr.bob.fingerprint(spokenVersion(p))); err != nil {
				if err := pr.alice.Select(0, pr.bob.fingerprint(spokenVersion(p))); err != nil {
					t.Fatal(err)
				}
			}
			pr.wantTalk()
		}
	})
}

// take empties list and returns what was in it.
func take(list *[][]byte) (all [][]byte) {
	all, *list = *list, nil
	return all
}

// Contested is reported only to users whose exchange is disturbed.
func TestInjectionsAreTold(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		j := &injector{pair: newPair(t, p, p), version: map[Policy]uint16{AllowV2: wire.V2, AllowV3: wire.V3}[p]}
		// A commit after Bob's.
		j.bob.get([]byte("?OTRv23?"))
		j.deliver(j.bob)
		j.alice.get(j.commit(j.alice, 0xff))
		j.pump()
		j.wantState(Encrypted, Encrypted)
		if saw[Contested](j.alice) != 1 || saw[Contested](j.bob) != 0 {
			t.Errorf("a commit: %v, %v", j.alice.events, j.bob.events)
		}
		// A D-H Key Message before Bob's.
		j.alice.forget()
		j.alice.get([]byte("?OTRv23?"))
		j.deliver(j.alice)
		j.alice.get(j.key(j.alice))
		j.pump()
		if saw[Secured](j.alice) != 0 {
			t.Fatal("Bob's key was not too late")
		}
		j.clock.pass(keyPatience)
		j.alice.tick()
		j.pump()
		if saw[Secured](j.alice) != 1 || saw[Contested](j.alice) != 1 {
			t.Errorf("a key: %v", j.alice.events)
		}
		j.wantSameChannel()
		j.wantTalk()
	})
}

// The memory for one exchange is bounded, whatever arrives. A flood displaces neither what
// was stored before nor what arrives after it.
func TestCompetingMessagesAreBounded(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		for _, before := range []int{0, 100} {
			j := &injector{pair: newPair(t, p, p), version: map[Policy]uint16{AllowV2: wire.V2, AllowV3: wire.V3}[p]}
			flood := func() {
				for range before {
					j.alice.get(j.commit(j.alice, 0xff))
				}
			}
			flood()
			j.bob.get([]byte("?OTRv23?"))
			j.deliver(j.bob)
			for range 3 {
				j.alice.get(j.commit(j.alice, 0xff))
			}
			for _, ex := range j.alice.exchanges {
				for _, y := range ex.ys {
					if len(y.answers) > maxCompeting {
						t.Fatalf("%d answers", len(y.answers))
					}
				}
			}
			j.alice.flying = j.alice.flying[len(j.alice.flying)-1:]
			j.pump()
			if j.alice.Status().State != Encrypted {
				t.Errorf("%d before: %v", before, j.alice.Status())
			}
		}
		j := &injector{pair: newPair(t, p, p), version: map[Policy]uint16{AllowV2: wire.V2, AllowV3: wire.V3}[p]}
		j.alice.get([]byte("?OTRv23?"))
		sent := len(j.alice.sent)
		for range 100 {
			j.alice.get(j.key(j.alice))
			j.clock.pass(10 * time.Millisecond)
		}
		for range 20 {
			j.clock.pass(time.Second)
			j.alice.tick()
		}
		for _, ex := range j.alice.exchanges {
			if len(ex.revealed) > maxCompeting || len(ex.waiting) > maxCompeting {
				t.Errorf("%d revealed, %d waiting", len(ex.revealed), len(ex.waiting))
			}
		}
		if n := len(j.alice.sent) - sent; n > 2*maxForks+maxRetries+1 {
			t.Errorf("%d messages sent", n)
		}
	})
}

// The same y never meets a g^x twice: the commit and the Reveal Signature Message of a
// completed exchange are replayed while another commit keeps y in use, and open no
// channel.
func TestCompletedCommitIsNotMetTwice(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		j := &injector{pair: newPair(t, p, p), version: map[Policy]uint16{AllowV2: wire.V2, AllowV3: wire.V3}[p]}
		j.alice.get(j.commit(j.alice, 0xff))
		j.bob.get([]byte("?OTRv23?"))
		j.pump()
		j.wantSameChannel()
		before := j.alice.Status()
		j.wantTalk()
		for _, msg := range j.bob.sent {
			if typ := typeOf(msg); typ == wire.TypeDHCommit || typ == wire.TypeRevealSig {
				j.alice.get(msg)
			}
		}
		if saw[Secured](j.alice) != 1 || j.alice.Status() != before {
			t.Fatalf("%v", j.alice.events)
		}
		j.alice.flying = nil
		j.wantTalk()
	})
}

// "Key exchanges in progress are abandoned" by End, at whatever step, whoever began them.
func TestEndAbandonsExchanges(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		for _, aliceCommits := range []bool{true, false} {
			for steps := range 4 {
				pr := newPair(t, p, p)
				from := pr.bob
				if aliceCommits {
					from = pr.alice
				}
				from.get([]byte("?OTRv23?"))
				if !aliceCommits && steps == 0 {
					continue // what arrives after the end begins a new exchange
				}
				for range steps {
					pr.deliver(from)
					from = pr.other(from)
				}
				if pr.alice.Status().State == Encrypted {
					continue
				}
				pr.alice.end()
				pr.pump()
				for range 10 {
					pr.clock.pass(time.Second)
					pr.alice.tick()
					pr.pump()
				}
				if pr.alice.Status().State != Plaintext || pr.alice.handshakes().exchanging() && aliceCommits {
					t.Errorf("Alice commits %v, %d steps: %v", aliceCommits, steps, pr.alice.Status().State)
				}
			}
		}
	})
}
