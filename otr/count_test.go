// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"testing"

	"purple-otr/otr/internal/modular"
)

// A tally is how many exponentiations two sessions have made together: of the
// generator, which has a large table, and of other numbers, by the exponent's
// length in bits.
type tally struct {
	g320, g1536            int
	y320, y1536, y256, dsa int
}

// count counts what f does.
func count(f func()) (n tally) {
	modular.Observe = func(modulus, exponent, blocks int) {
		switch {
		case modulus != 192:
			n.dsa++
		case exponent == 40 && blocks > 1:
			n.g320++
		case exponent == 40:
			n.y320++
		case exponent == 32:
			n.y256++
		case blocks == 8:
			n.g1536++
		default:
			n.y1536++
		}
	}
	defer func() { modular.Observe = nil }()
	f()
	return n
}

// Nothing is computed twice, nor before it is needed. In a key exchange each side
// makes its key and the secret of the two keys, and signs, which takes two
// exponentiations, the other being the inverse of the nonce. The first message
// uses that secret again and announces a key. After a turn each message needs one
// key and the secret of a new pair, at both ends; others need nothing. SMP has
// what its formulas have, but for g2 and g3: nobody computes these.
func TestExponentiationsAreTheFewestPossible(t *testing.T) {
	var pr *pair
	say := func(s func() *side) func() {
		return func() {
			s().say("hello")
			pr.pump()
		}
	}
	alice, bob := say(func() *side { return pr.alice }), say(func() *side { return pr.bob })
	for _, c := range []struct {
		name string
		f    func()
		want tally
	}{
		{"sessions", func() { pr = newPair(t, AllowV3, AllowV3) }, tally{dsa: 4}}, // each key is checked
		{"key exchange", func() { pr.alice.start(); pr.pump() }, tally{g320: 2, y320: 2, dsa: 4}},
		{"first message", alice, tally{g320: 1}},
		{"second message", alice, tally{}},
		{"first answer", bob, tally{g320: 1, y320: 2}},
		{"turn", alice, tally{g320: 1, y320: 2}},
		{"turn again", bob, tally{g320: 1, y320: 2}},
		{"stream", func() {
			for range 10 {
				bob()
			}
		}, tally{}},
		{"refused", func() {
			msg := only(t, pr.bob.say("late"))
			pr.bob.forget()
			msg[len(msg)/2] ^= 1
			pr.alice.get(msg)
			pr.alice.forget()
		}, tally{}},
		{"SMP", func() {
			pr.alice.must(pr.alice.StartSMP("", []byte("secret")))
			pr.pump()
			pr.bob.must(pr.bob.AnswerSMP([]byte("secret")))
			pr.pump()
			if !event[SMPDone](pr.alice).Same || !event[SMPDone](pr.bob).Same {
				t.Error("the secrets differ")
			}
		}, tally{g320: 4, y320: 8, g1536: 22, y1536: 20, y256: 12}},
	} {
		got := count(c.f)
		t.Logf("%s: %+v", c.name, got)
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
