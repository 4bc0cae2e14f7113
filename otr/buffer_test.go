// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"strings"
	"testing"

	"purple-otr/otr/internal/wire"
)

// scribble overwrites all buffers that can be reused.
func scribble() {
	var all []*buffer
	for range 16 {
		b := newBuffer()
		for i := range b.b[:cap(b.b)] {
			b.b[:cap(b.b)][i] = '#'
		}
		all = append(all, b)
	}
	for _, b := range all {
		b.free()
	}
}

// Neither results nor stored data are in a reusable buffer.
func TestBuffersAreNotRetained(t *testing.T) {
	pr := private(t, AllowV3, limit(100))
	long := strings.Repeat("a long text ", 100)
	for range 3 { // with keys that are new, and with ones that are not
		out := pr.alice.say(long)
		pieces := bytes.Join(out.Send, nil)
		scribble()
		if !bytes.Equal(pieces, bytes.Join(out.Send, nil)) {
			t.Fatal("what is sent has changed")
		}
		pr.pump()
		scribble()
		if got := pr.bob.texts(); got[len(got)-1] != long {
			t.Fatalf("Bob reads %.50q", got[len(got)-1])
		}
		pr.bob.say("and back")
		pr.pump()
	}
	pr.alice.must(pr.alice.StartSMP("a question?", []byte("secret")))
	pr.pump()
	scribble()
	if q := event[SMPAsked](pr.bob).Question; q != "a question?" {
		t.Errorf("the question is %q", q)
	}
	_, out, err := pr.alice.ExtraKey(1, []byte("data"))
	pr.alice.must(out, err)
	pr.pump()
	scribble()
	if d := event[ExtraKeyAsked](pr.bob).Data; string(d) != "data" {
		t.Errorf("the data is %q", d)
	}
	h := wire.Header{Version: wire.V3, Sender: uint32(pr.alice.tag), Receiver: uint32(pr.bob.tag)}
	for _, piece := range wire.Split([]byte(long), h, 100) {
		pr.bob.get(piece)
	}
	scribble()
	if got := pr.bob.texts(); got[len(got)-1] != long {
		t.Errorf("of plain text in pieces Bob reads %.50q", got[len(got)-1])
	}
}

// A commit stays intact until it is revealed, although its buffer has been reused.
func TestKeyExchangeKeepsNoBuffer(t *testing.T) {
	for _, p := range []Policy{AllowV2, AllowV3} {
		pr := newPair(t, p, p, limit(100))
		pr.alice.start()
		for range 1000 {
			if len(pr.alice.flying)+len(pr.bob.flying) == 0 {
				break
			}
			for _, s := range []*side{pr.alice, pr.bob} {
				if len(s.flying) > 0 {
					pr.deliver(s)
					scribble()
				}
			}
		}
		pr.wantState(Encrypted, Encrypted)
		pr.wantTalk()
	}
}

// Sending and receiving a text allocates only what the callers get: the message and the
// list with it, the text and its Message.
func TestAllocationsPerText(t *testing.T) {
	pr := private(t, AllowV3)
	text := []byte(strings.Repeat("x", 100))
	least := 1000.0
	for range 50 { // the garbage collector sometimes frees shared buffers
		least = min(least, testing.AllocsPerRun(1, func() {
			out, err := pr.alice.Send(text)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := pr.bob.Receive(out.Send[0]); err != nil {
				t.Fatal(err)
			}
		}))
	}
	if least > 4 {
		t.Errorf("%v allocations", least)
	}
}

// A growing message uses a shared buffer only if that is not much larger than the message.
func TestGrowingMessageTakesNoLargeBuffer(t *testing.T) {
	for _, n := range []int{100, 10_000, 1 << 20} {
		recycle(make([]byte, 0, 4<<20))
		text := withRoom(make([]byte, n), 3*n)
		if most := max(9*n, maxShared); len(text) != n || cap(text) > most {
			t.Errorf("%d bytes: %d, with room for %d", n, len(text), cap(text))
		}
	}
}
