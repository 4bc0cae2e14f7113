// SPDX-License-Identifier: GPL-2.0-or-later

package ratchet

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"purple-otr/otr/internal/wire"
)

var (
	orders   = flag.Int("orders", 20, "how many random orders of messages to try")
	messages = flag.Int("messages", 20000, "how many messages to send over one channel")
)

// A flight is a message on its way.
type flight struct {
	to   *end
	msg  wire.Data4
	text string
}

// A network delivers messages in any order, loses some and doubles others.
type network struct {
	t      *testing.T
	rand   *rand.Rand
	flying []flight
	seen   map[string]bool // texts that have been read
}

func (n *network) send(from, to *end, text string) {
	n.flying = append(n.flying, flight{to, parse(n.t, from.seal(n.t, text)), text})
}

// deliver delivers any message on its way. One that arrives for the first time is read, and a
// copy is not.
func (n *network) deliver() {
	i := n.rand.IntN(len(n.flying))
	if n.rand.IntN(2) == 0 {
		i = 0 // as a rule networks keep the order
	}
	f := n.flying[i]
	if n.rand.IntN(10) > 0 {
		n.flying = append(n.flying[:i], n.flying[i+1:]...) // else it comes once more
	}
	o, err := f.to.Open(f.msg)
	switch {
	case n.seen[f.text] && err == nil:
		n.t.Fatalf("%s is read twice", f.text)
	case !n.seen[f.text] && (err != nil || string(o.Plaintext) != f.text):
		n.t.Fatalf("%s is not read: %q, %v", f.text, o.Plaintext, err)
	}
	n.seen[f.text] = true
}

// In whatever order messages arrive, each that arrives is read, and none twice.
func TestAnyOrder(t *testing.T) {
	count := *orders
	if testing.Short() {
		count = min(count, 5)
	}
	for order := range count {
		seed := fmt.Sprint("order", order)
		a, b := newPair(t, seed)
		n := &network{t: t, rand: rand.New(seeded(seed)), seen: map[string]bool{}}
		sent := map[*end]int{}
		eager := 1 + n.rand.IntN(4) // how much is on its way
		for sent[a] < 200 || sent[b] < 200 || len(n.flying) > 0 {
			from, to := a, b
			if n.rand.IntN(2) == 0 {
				from, to = b, a
			}
			switch {
			case sent[from] < 200 && n.rand.IntN(eager+1) > 0:
				n.send(from, to, fmt.Sprint(from == a, sent[from]))
				if sent[from]++; n.rand.IntN(20) == 0 { // lost
					n.flying = n.flying[:len(n.flying)-1]
				}
			case len(n.flying) > 0:
				n.deliver()
			}
		}
		if t.Failed() || len(n.seen) < 300 {
			t.Fatalf("order %d: %d texts were read", order, len(n.seen))
		}
	}
}

// heap is how many bytes are in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// However many messages are sent, a channel takes no more memory: one way, by turns, and with
// some lost.
func TestConstantMemory(t *testing.T) {
	a, b := newPair(t, "")
	run := func(from, count int) {
		for i := from; i < from+count; i++ {
			switch {
			case i%100 == 0:
				say(t, b, a, "b")
			case i%1000 == 1:
				a.seal(t, "lost")
			default:
				say(t, a, b, "a")
			}
		}
	}
	first := *messages / 2
	run(0, first)
	before := heap()
	run(first, *messages-first)
	after := heap()
	// What is lost is kept, up to 1000 keys of about 220 bytes, twice that as slices grow.
	if limit := before + 600<<10; after > limit {
		t.Errorf("%d bytes, then %d", before, after)
	}
	runtime.KeepAlive(a)
	runtime.KeepAlive(b)
}

// "Heap for an end at most 10 kB".
func TestMemoryOfAnEnd(t *testing.T) {
	const pairs = 50
	var ends []*end
	a, b := newPair(t, "warm up")
	say(t, a, b, "a")
	before := heap()
	for i := range pairs {
		a, b := newPair(t, fmt.Sprint(i))
		for range 3 {
			say(t, a, b, "a")
			say(t, b, a, "b")
		}
		a.rand, b.rand = nil, nil
		ends = append(ends, a, b)
	}
	after := heap()
	each := (int64(after) - int64(before)) / int64(len(ends))
	t.Logf("%d bytes for an end", each)
	if each > 10000 {
		t.Errorf("%d bytes for an end", each)
	}
	runtime.KeepAlive(ends)
}
