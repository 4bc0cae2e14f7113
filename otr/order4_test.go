// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"
)

var (
	orders   = flag.Int("orders", 8, "how many random orders of version 4 messages to try")
	messages = flag.Int("messages", 20000, "how many messages to send over one version 4 channel")
)

// An unordered is a network that delivers messages in any order, some of them twice and some never.
type unordered struct {
	*pair
	r       *rand.Rand
	texts   map[string]string   // by message
	arrived map[*side][]string  // each once
	known   map[string]struct{} // those texts
}

// deliver delivers any message of s's.
func (n *unordered) deliver(s *side) {
	i, to := n.r.IntN(len(s.flying)), n.other(s)
	msg := s.flying[i]
	twice := n.r.IntN(10) == 0
	if !twice {
		s.flying = slices.Delete(s.flying, i, i+1)
	}
	if n.r.IntN(30) == 0 && !twice {
		return // lost
	}
	if text := n.texts[string(msg)]; text != "" {
		if _, again := n.known[text]; !again {
			n.arrived[to], n.known[text] = append(n.arrived[to], text), struct{}{}
		}
	}
	to.get(msg)
	to.flying = slices.DeleteFunc(to.flying, func(m []byte) bool { return typeOf(m) == 0 }) // error messages
}

// Both write 200 texts, by turns of some length, and the network delivers what they send in any order:
// all that arrives is read, once. The full test has -orders 10000.
func TestAnyOrderVersion4(t *testing.T) {
	first := private4(t, AllowV4)
	for order := range *orders {
		pr := &pair{t, first.clock, nil, nil}
		pr.alice = &side{Session: deepCopy(first.alice.Session), t: t, name: "alice"}
		pr.bob = &side{Session: deepCopy(first.bob.Session), t: t, name: "bob"}
		for _, s := range []*side{pr.alice, pr.bob} {
			s.rand = seeded(fmt.Sprint("order", order, s.name))
		}
		n := &unordered{pr, rand.New(seeded(fmt.Sprint("order of", order))), map[string]string{}, map[*side][]string{}, map[string]struct{}{}}
		said := map[*side]int{}
		turn, eager := 1+n.r.IntN(16), 1+n.r.IntN(4)
		for said[pr.alice]+said[pr.bob] < 400 {
			s := []*side{pr.alice, pr.bob}[n.r.IntN(2)]
			for range min(1+n.r.IntN(turn), 200-said[s]) {
				said[s]++
				text := fmt.Sprint("text ", said[s], " of ", s.name)
				n.texts[string(only(t, s.say(text)))] = text
			}
			for range n.r.IntN(eager * turn) {
				if o := []*side{pr.alice, pr.bob}[n.r.IntN(2)]; len(o.flying) > 0 {
					n.deliver(o)
				}
			}
		}
		for len(pr.alice.flying)+len(pr.bob.flying) > 0 {
			for _, s := range []*side{pr.alice, pr.bob} {
				if len(s.flying) > 0 {
					n.deliver(s)
				}
			}
		}
		for _, s := range []*side{pr.alice, pr.bob} {
			if got, want := s.texts(), n.arrived[s]; !slices.Equal(got, want) || len(got) < 150 {
				t.Fatalf("order %d: %s reads %d texts, and %d have arrived", order, s.name, len(got), len(want))
			}
		}
	}
}

// settled is heap after all has been freed that is free: pools keep what they have for a while.
func settled() int {
	heap()
	heap()
	return heap()
}

// However many messages are sent, a channel takes no more memory: one way, by turns, with some lost
// and with some late. The full test has -messages 1000000.
func TestConstantMemoryVersion4(t *testing.T) {
	const mostForEnd = 10 << 10
	pr := private4(t, AllowV4)
	run := func(from, count int) {
		for i := from; i < from+count; i++ {
			s := pr.alice
			if i%100 == 0 {
				s = pr.bob
			}
			text := fmt.Sprint("text ", i)
			s.say(text)
			if i%1000 == 1 {
				s.drop() // it is lost
			}
			pr.pump()
			if got := pr.other(s).texts(); i%1000 != 1 && !slices.Equal(got, []string{text}) {
				t.Fatalf("%q is read, %v", got, pr.other(s).errs)
			}
			pr.clock.pass(4 * time.Second)
			for _, s := range []*side{pr.alice, pr.bob} {
				s.tick()
				s.forget()
				s.sent = nil
			}
		}
	}
	run(0, *messages/2)
	before := settled()
	run(*messages/2, *messages/2)
	after := settled()
	if after-before > mostForEnd {
		t.Errorf("%d bytes after %d messages, %d after %d", before, *messages/2, after, *messages)
	}
	var kept []any // what sessions share
	for _, s := range []*side{pr.alice, pr.bob} {
		kept = append(kept, s.Session.key, s.four.identity)
		s.Session = nil
	}
	each := (after - settled()) / 2
	t.Logf("after %d messages, each end takes %d bytes", *messages, each)
	if each > mostForEnd {
		t.Errorf("each end takes %d bytes", each)
	}
	runtime.KeepAlive(kept)
	runtime.KeepAlive(pr)
}
