// SPDX-License-Identifier: GPL-2.0-or-later

package ed448

import (
	"fmt"
	"testing"
)

// chiSquare is how far counts are from being equally probable.
func chiSquare(counts []int) (x float64) {
	n := 0
	for _, c := range counts {
		n += c
	}
	want := float64(n) / float64(len(counts))
	for _, c := range counts {
		x += (float64(c) - want) * (float64(c) - want) / want
	}
	return x
}

// limit is a chi-square that 4 counts exceed only once in 10 million times.
const limit = 35

// A signature must not reveal its signer. So the scalars that the signer draws must have the same
// distribution as those that the signer computes. Hashed and pruned scalars would always be 2 or 3
// modulo 4.
func TestUniform(t *testing.T) {
	count := 4000
	if testing.Short() {
		count = 400
	}
	keys := [3]KeyPair{generate(t, "0"), generate(t, "1"), generate(t, "2")}
	ring := Ring{keys[0].Public, keys[1].Public, keys[2].Public}
	for signer := range keys {
		var counts [6][4]int
		var high [6][4]int // of the two highest bits of 446
		rand := seeded(fmt.Sprint("uniform", signer))
		for range count / 3 {
			sig, err := ring.Sign(&keys[signer], []byte("message"), rand)
			if err != nil {
				t.Fatal(err)
			}
			for i := range counts {
				s := sig[i*ScalarSize:][:ScalarSize]
				counts[i][s[0]%4]++
				high[i][s[55]>>4]++
			}
		}
		for i := range counts {
			name := fmt.Sprintf("signer %d: %c%d", signer+1, "cr"[i%2], i/2+1)
			if x := chiSquare(counts[i][:]); x > limit {
				t.Errorf("%s modulo 4 is distributed as %d: chi-square %.0f", name, counts[i], x)
			}
			if x := chiSquare(high[i][:]); x > limit {
				t.Errorf("the highest bits of %s are distributed as %d: chi-square %.0f", name, high[i], x)
			}
		}
	}
}
