// SPDX-License-Identifier: GPL-2.0-or-later

package assembly

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

var start = time.Unix(1800000000, 0)

// cut splits text into fragments.
func cut(t testing.TB, sender, id uint32, text string, size int) (list []wire.Fragment4) {
	t.Helper()
	h := wire.Header{Version: wire.V4, Sender: sender, Receiver: 0x200}
	for _, p := range wire.Split4([]byte(text), h, id, 45+size) {
		f, err := wire.ParseFragment4(p)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, f)
	}
	return list
}

// empty checks that nothing is left.
func (b *Buffers) empty(t *testing.T) {
	t.Helper()
	if len(b.list) != 0 || b.bytes != 0 {
		t.Errorf("%d messages with %d bytes are left", len(b.list), b.bytes)
	}
}

// Several messages at once, in any order, with copies: each is returned once, when its last
// missing piece has arrived.
func TestAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var b Buffers
		var flying []wire.Fragment4
		want := map[string]bool{}
		for i := range uint32(8) {
			text := fmt.Sprintf("message %d%s", i, bytes.Repeat([]byte("x"), r.IntN(50)))
			want[text] = true
			flying = append(flying, cut(t, 0x100+i%3, i/3, text, 1+r.IntN(20))...)
		}
		r.Shuffle(len(flying), func(i, j int) { flying[i], flying[j] = flying[j], flying[i] })
		for _, f := range flying {
			for range 1 + r.IntN(2) {
				text, complete := b.Add(f, start)
				if !complete {
					continue
				}
				if !want[string(text)] {
					t.Fatalf("%q is not expected", text)
				}
				delete(want, string(text))
				break // a copy of the last piece would begin a message that never becomes complete
			}
		}
		if len(want) != 0 {
			t.Fatalf("%d messages are missing", len(want))
		}
		b.empty(t)
	}
}

// A fragment with another number of pieces drops the message: it may belong to another one.
func TestAnotherNumber(t *testing.T) {
	var b Buffers
	f := cut(t, 0x100, 1, "abc", 1)
	b.Add(f[0], start)
	b.Add(cut(t, 0x100, 1, "abcd", 1)[1], start)
	b.empty(t)
	for i, g := range cut(t, 0x100, 1, "xyz", 1) {
		if text, complete := b.Add(g, start); complete != (i == 2) || complete && string(text) != "xyz" {
			t.Errorf("%q, %v", text, complete)
		}
	}
	// Other senders and identifiers are separate.
	b.Add(cut(t, 0x100, 1, "abc", 1)[0], start)
	b.Add(cut(t, 0x101, 1, "abcd", 1)[1], start)
	b.Add(cut(t, 0x100, 2, "abcd", 1)[1], start)
	if len(b.list) != 3 {
		t.Errorf("%d messages", len(b.list))
	}
	b.Clear()
	b.empty(t)
}

// A message in one piece is complete at once, and Add keeps nothing that belongs to the caller.
func TestOwnership(t *testing.T) {
	var b Buffers
	single := cut(t, 0x100, 1, "abc", 10)[0]
	text, complete := b.Add(single, start)
	clear(single.Piece)
	if !complete || string(text) != "abc" {
		t.Errorf("%q, %v", text, complete)
	}
	f := cut(t, 0x100, 1, "abcdef", 3)
	b.Add(f[0], start)
	clear(f[0].Piece)
	if text, _ := b.Add(f[1], start); string(text) != "abcdef" {
		t.Errorf("%q", text)
	}
}

func TestLimits(t *testing.T) {
	var b Buffers
	at := start
	first := func(sender, id uint32) wire.Fragment4 {
		at = at.Add(time.Millisecond)
		return cut(t, sender, id, "abc", 1)[0]
	}
	for id := range uint32(maxOfSender) {
		b.Add(first(0x100, id), at)
	}
	b.Add(cut(t, 0x100, 0, "abc", 1)[1], at.Add(time.Second)) // the oldest one is used again
	b.Add(first(0x100, 99), at)
	if _, ok := b.list[key{0x100, 1}]; ok || len(b.list) != maxOfSender {
		t.Errorf("%d messages of a sender; the oldest is kept: %v", len(b.list), ok)
	}
	for sender := range uint32(100) {
		b.Add(first(0x200+sender, 1), at)
		if len(b.list) > maxBuffers {
			t.Fatalf("%d messages", len(b.list))
		}
	}
	if len(b.list) != maxBuffers || b.list[key{0x200 + 99, 1}] == nil {
		t.Errorf("%d messages", len(b.list))
	}
	b.Clear()
	// Long pieces, and many short ones.
	piece := bytes.Repeat([]byte("x"), 100_000)
	for k := range 200 {
		b.Add(wire.Fragment4{ID: uint32(k), Sender: uint32(0x100 + k), K: 1, N: 2, Piece: piece}, at)
		if b.bytes > maxBytes {
			t.Fatalf("%d bytes", b.bytes)
		}
	}
	b.Clear()
	for k := range 100 {
		b.Add(wire.Fragment4{ID: 1, Sender: 0x100, K: k + 1, N: 1000, Piece: piece}, at)
		if b.bytes > maxBytes {
			t.Fatalf("%d bytes", b.bytes)
		}
	}
}

// The memory is in proportion to what has arrived.
func TestMemory(t *testing.T) {
	heap := func() int64 { // other tests' garbage may still go, so a difference can be negative
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	var b Buffers
	for sender := range uint32(maxBuffers) {
		b.Add(wire.Fragment4{Sender: 0x100 + sender, K: 65535, N: 65535, Piece: []byte("x")}, start)
	}
	if few := heap() - before; few > 100_000 {
		t.Errorf("%d bytes for %d pieces", few, maxBuffers)
	}
	for sender := range uint32(maxBuffers) {
		for k := range 65533 { // one is missing
			b.Add(wire.Fragment4{Sender: 0x100 + sender, K: k + 1, N: 65535, Piece: []byte("x")}, start)
		}
	}
	if many := heap() - before; many > 4*maxBytes {
		t.Errorf("%d bytes for short pieces", many)
	}
	runtime.KeepAlive(b)
}

func TestExpire(t *testing.T) {
	var b Buffers
	if next := b.Expire(start); !next.IsZero() {
		t.Errorf("next at %v", next)
	}
	f := cut(t, 0x100, 1, "abc", 1)
	b.Add(f[0], start)
	b.Add(cut(t, 0x100, 2, "abc", 1)[0], start.Add(time.Second))
	b.Add(f[0], start.Add(time.Minute)) // a copy does not prolong it
	if next := b.Expire(start.Add(waitFor - 1)); !next.Equal(start.Add(waitFor)) || len(b.list) != 2 {
		t.Errorf("next at %v", next)
	}
	b.Add(f[1], start.Add(waitFor-1))
	if next := b.Expire(start.Add(waitFor)); !next.Equal(start.Add(time.Second+waitFor)) || len(b.list) != 2 {
		t.Errorf("next at %v", next)
	}
	if b.Expire(start.Add(2*waitFor - 1)); len(b.list) != 0 {
		t.Errorf("%d messages are left", len(b.list))
	}
	b.empty(t)
}

// Whatever arrives, memory is bounded, and the count of bytes is right.
func FuzzAdd(f *testing.F) {
	f.Add([]byte{1, 1, 1, 2, 1, 1, 2, 2})
	f.Fuzz(func(t *testing.T, ops []byte) {
		var b Buffers
		for ; len(ops) >= 4; ops = ops[4:] {
			n := 1 + int(ops[3]%9)
			g := wire.Fragment4{Sender: uint32(ops[0] % 16), ID: uint32(ops[1]), K: 1 + int(ops[2])%n, N: n, Piece: ops[:1]}
			text, complete := b.Add(g, start.Add(time.Duration(ops[2])))
			if complete && len(text) != n {
				t.Fatalf("%d bytes of %d", len(text), n)
			}
			sum := 0
			for _, m := range b.list {
				sum += m.bytes
				if len(m.pieces) >= m.n || len(m.pieces) == 0 {
					t.Fatalf("%d pieces of %d are kept", len(m.pieces), m.n)
				}
			}
			if sum != b.bytes || len(b.list) > maxBuffers {
				t.Fatalf("%d bytes in %d messages, counted %d", sum, len(b.list), b.bytes)
			}
		}
	})
}
