// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// Both write 200 texts, and the network delivers what they send in any order, some of it twice and
// some of it never: all that arrives is read, once.
func TestAnyOrderVersion4(t *testing.T) {
	for seed := range 4 {
		pr := private4(t, AllowV4, reseeded(fmt.Sprint("order", seed)))
		r := rand.New(seeded(fmt.Sprint("order of", seed)))
		arrived := map[*side][]string{}
		texts := map[string]string{} // by message
		deliver := func(s *side) {
			i := r.IntN(len(s.flying))
			msg := s.flying[i]
			twice := r.IntN(10) == 0
			if !twice {
				s.flying = slices.Delete(s.flying, i, i+1)
			}
			if r.IntN(30) == 0 && !twice {
				return // lost
			}
			if text := texts[string(msg)]; text != "" && !slices.Contains(arrived[pr.other(s)], text) {
				arrived[pr.other(s)] = append(arrived[pr.other(s)], text)
			}
			pr.other(s).get(msg)
			pr.other(s).flying = slices.DeleteFunc(pr.other(s).flying, func(m []byte) bool { return typeOf(m) == 0 })
		}
		for i := range 400 {
			s := []*side{pr.alice, pr.bob}[r.IntN(2)]
			text := fmt.Sprint("text ", i)
			texts[string(only(t, s.say(text)))] = text
			for range r.IntN(3) {
				if o := []*side{pr.alice, pr.bob}[r.IntN(2)]; len(o.flying) > 0 {
					deliver(o)
				}
			}
		}
		for len(pr.alice.flying)+len(pr.bob.flying) > 0 {
			for _, s := range []*side{pr.alice, pr.bob} {
				if len(s.flying) > 0 {
					deliver(s)
				}
			}
		}
		for _, s := range []*side{pr.alice, pr.bob} {
			if got, want := s.texts(), arrived[s]; !slices.Equal(got, want) {
				t.Errorf("seed %d: %s reads %d texts, and %d have arrived", seed, s.name, len(got), len(want))
			}
		}
	}
}
