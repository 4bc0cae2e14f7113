// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A delivery is a message on its way.
type delivery struct {
	to  *side
	msg []byte
	at  time.Time
}

// busy plays a conversation in which both sides type without a pause. The network delays a
// fifth of the messages by 0.2 s on average, and drops or damages one in twenty-five each.
// busy returns how many texts were sent, how many of them the network lost, and how many
// others nobody has read.
func busy(t *testing.T, p Policy, seed int) (sent, dropped, lost int) {
	pr := private(t, p)
	r := rand.New(seeded(fmt.Sprint("busy", seed)))
	var flying []delivery
	typed := map[*side]map[string]bool{pr.alice: {}, pr.bob: {}}
	launch := func(from *side, text string) {
		for _, msg := range from.flying {
			d := 20 * time.Millisecond
			if r.IntN(5) == 0 {
				d += time.Duration(r.ExpFloat64() * float64(200*time.Millisecond))
			}
			switch n := r.IntN(100); {
			case n < 4:
				dropped++
				delete(typed[from], text)
				continue
			case n < 8:
				dropped++
				delete(typed[from], text)
				msg = slices.Clone(msg)
				msg[len(msg)/2] ^= 1
			}
			flying = append(flying, delivery{pr.other(from), msg, pr.clock.now().Add(d)})
		}
		from.flying = nil
	}
	for i := range 2000 {
		pr.clock.pass(25 * time.Millisecond)
		due := slices.DeleteFunc(slices.Clone(flying), func(d delivery) bool { return d.at.After(pr.clock.now()) })
		flying = slices.DeleteFunc(flying, func(d delivery) bool { return !d.at.After(pr.clock.now()) })
		slices.SortStableFunc(due, func(a, b delivery) int { return a.at.Compare(b.at) })
		for _, d := range due {
			d.to.get(d.msg)
			d.to.flying = slices.DeleteFunc(d.to.flying, func(m []byte) bool { return typeOf(m) == 0 }) // reports of errors
			launch(d.to, "")
		}
		s := pr.alice
		if r.IntN(2) == 0 {
			s = pr.bob
		}
		text := fmt.Sprint("text ", i)
		typed[s][text] = true
		sent++
		s.say(text)
		launch(s, text)
	}
	for _, d := range flying {
		d.to.get(d.msg)
	}
	for s, texts := range typed {
		read := map[string]int{}
		for _, text := range pr.other(s).texts() {
			read[text]++
			if read[text] > 1 {
				t.Fatalf("%q is read twice", text)
			}
		}
		for text := range texts {
			if read[text] == 0 {
				lost++
			}
		}
	}
	return sent, dropped, lost
}

// Both sides talk over a network that reorders messages. All texts that it delivers can be
// read, in whatever order they arrive and whichever keys they were encrypted with.
func TestOvertakenTextsAreRead(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		for seed := range 5 {
			sent, dropped, lost := busy(t, p, seed)
			t.Logf("%d texts, %d messages dropped or damaged, %d lost otherwise", sent, dropped, lost)
			if lost*100 > sent {
				t.Errorf("seed %d: %d of %d texts are lost", seed, lost, sent)
			}
		}
	})
}
