// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"slices"
	"testing"
)

// A party is one end of a wire.
type party interface {
	receive(msg []byte)
	takeOutbox() [][]byte // messages to transmit, in order
	takeLog() []string    // what its user has seen since the last call
}

// A wire carries messages between two parties. It can also act as an attacker: hook may
// drop, change, repeat or add messages.
type wire struct {
	t    *testing.T
	a, b party
	// hook, if not nil, returns the messages to deliver instead of msg.
	hook func(from party, msg []byte) [][]byte

	toA, toB [][]byte // transmitted, but not delivered yet
	seen     [][]byte // every message that either party has transmitted
}

// silence is the number of messages in a row after which we assume that the parties will
// never stop.
const silence = 100_000

// run delivers messages, in turns, until there are no more.
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

// deliver delivers the oldest undelivered message, if any, to a party.
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

// collect takes the messages that the parties want to transmit.
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

// want compares lines with what the user of p has seen since the last call.
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
