// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"slices"
	"testing"
)

// A party is one end of a wire.
type party interface {
	receive(msg []byte)
	takeOutbox() [][]byte // what it wants transmitted, in order
	takeLog() []string    // what its user has seen since the last call
}

// A wire carries messages between two parties. It is the attacker as well: hook
// may drop, change, repeat or add to what passes.
type wire struct {
	t    *testing.T
	a, b party
	// hook, if not nil, returns what is delivered in place of msg.
	hook func(from party, msg []byte) [][]byte

	toA, toB [][]byte // transmitted, and not delivered yet
	seen     [][]byte // every message that either party has transmitted
}

// silence is how many messages may follow one another before we say that the
// parties will never stop.
const silence = 100_000

// run delivers messages, in turns, until nobody has more to say.
func (w *wire) run() {
	w.t.Helper()
	for range silence {
		toA, toB := w.deliver(w.a), w.deliver(w.b)
		if !toA && !toB {
			return
		}
	}
	w.t.Fatal("the parties do not stop talking")
}

// deliver gives the oldest undelivered message, if there is one, to a party.
func (w *wire) deliver(to party) bool {
	w.collect()
	queue := &w.toA
	if to == w.b {
		queue = &w.toB
	}
	if len(*queue) == 0 {
		return false
	}
	msg := (*queue)[0]
	*queue = (*queue)[1:]
	to.receive(msg)
	return true
}

// collect takes what the parties want transmitted.
func (w *wire) collect() {
	pass := func(from party, queue *[][]byte) {
		for _, m := range from.takeOutbox() {
			w.seen = append(w.seen, m)
			if w.hook == nil {
				*queue = append(*queue, m)
			} else {
				*queue = append(*queue, w.hook(from, m)...)
			}
		}
	}
	pass(w.a, &w.toB)
	pass(w.b, &w.toA)
}

// want compares what the user of p has seen since the last time with lines.
func (w *wire) want(p party, lines ...string) {
	w.t.Helper()
	if got := p.takeLog(); !slices.Equal(got, lines) {
		who := "first"
		if p == w.b {
			who = "second"
		}
		w.t.Errorf("the %s party's user has seen\n  %q, want\n  %q", who, got, lines)
	}
}
