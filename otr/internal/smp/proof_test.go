// SPDX-License-Identifier: GPL-2.0-or-later

package smp

import (
	"testing"

	"purple-otr/otr/internal/dh"
)

// TestGenerator: g2 is "g2b^a2", although nobody computes it.
func TestGenerator(t *testing.T) {
	rng := random()
	draw := func() dh.Scalar {
		s, err := dh.RandomScalar(rng)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	theirs, ours := dh.G().Exp(draw()), draw()
	g := newGenerator(theirs, ours)
	for name, s := range map[string]dh.Scalar{"random": draw(), "secret": dh.HashScalar(secret("x")), "0": dh.HashScalar([32]byte{})} {
		if g.exp(s) != theirs.Exp(ours).Exp(s) {
			t.Errorf("wrong power: %s", name)
		}
	}
}
