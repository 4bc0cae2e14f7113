// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestWelch(t *testing.T) {
	// Class 0 has mean 10 and variance 2, class 1 mean 11 and variance 2, 200 values
	// each; times above the limit must be ignored.
	var all []timing
	for range 40 {
		for _, v := range []float64{8, 9, 10, 11, 12} {
			all = append(all, timing{0, v}, timing{1, v + 1}, timing{0, 1000})
		}
	}
	variance := 2 * 200.0 / 199
	want := -1 / math.Sqrt(2*variance/200)
	if got := welch(all, 100); math.Abs(got-want) > 1e-9 {
		t.Errorf("t is %v, want %v", got, want)
	}
	if got := welch(all[:150], 100); got != 0 {
		t.Errorf("t of 50 timings each is %v, want 0", got)
	}
}

// timings draws values with a mean for each class. Some are very long, as if other
// programs were running.
func timings(mean [2]float64) []timing {
	source := rand.New(rand.NewPCG(1, 2))
	all := make([]timing, 20000)
	for i := range all {
		class := source.IntN(2)
		took := mean[class] + 10*source.NormFloat64()
		if source.IntN(50) == 0 {
			took += 1e6 * source.Float64()
		}
		all[i] = timing{class, took}
	}
	return all
}

func TestLargestT(t *testing.T) {
	same := timings([2]float64{1000, 1000})
	if got := largestT(same); got > doubtful {
		t.Errorf("t is %.1f although nothing differs", got)
	}
	// About 10 standard errors of 10*sqrt(2/10000).
	if got := leastVisible(same); got < 1 || got > 2 {
		t.Errorf("a difference of %.1f ns would be seen", got)
	}
	if got := largestT(timings([2]float64{1000, 1002})); got < leaking {
		t.Errorf("t is %.1f although the classes differ", got)
	}
}
