// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"purple-otr/otr/measure"
)

// A suspect is an operation whose time must not depend on a secret. The method is dudect
// (Reparaz, Balasch, Verbauwhede: "Dude, is my code constant time?", 2017): inputs of two
// classes, always the same in class 0 and random in class 1, are measured in random
// order, and Welch's t-test decides whether the two distributions of times differ.
type suspect struct {
	measure.Suspect
	planted bool // leaks on purpose: shows that the test would notice
}

// A timing is the time of one run, in ns, with an input of a class.
type timing struct {
	class int
	took  float64
}

// Thresholds for
//
// t
//
// . dudect calls more than 10 "probably not constant time"; 4.5 is the threshold of a
// test that is done only once.
const (
	doubtful = 4.5
	leaking  = 10
)

// timings measures s with inputs of both classes in random order.
func (s suspect) timings(samples int) []timing {
	const batch = 64 // inputs prepared together, so that preparing has little effect
	all := make([]timing, 0, samples)
	for len(all) < samples {
		var classes [batch]int
		var runs [batch]func()
		for i := range batch {
			classes[i] = rand.IntN(2)
			runs[i] = s.Prepare(classes[i])
		}
		for i, run := range runs {
			start := time.Now()
			run()
			all = append(all, timing{classes[i], float64(time.Since(start))})
		}
	}
	return all[batch:] // without the first runs, which fill the caches
}

// largestT returns the largest
//
// t
//
// of the test on all timings, and on the timings below several percentiles: other load on
// the machine makes a few runs much longer, and would hide a difference between the
// others.
func largestT(all []timing) (t float64) {
	times := make([]float64, len(all))
	for i, m := range all {
		times[i] = m.took
	}
	slices.Sort(times)
	t = math.Abs(welch(all, math.Inf(1)))
	const crops = 20
	for i := range crops {
		percentile := 1 - math.Pow(0.5, 10*float64(i+1)/crops)
		t = max(t, math.Abs(welch(all, times[int(percentile*float64(len(times)-1))])))
	}
	return t
}

// leastVisible returns by how many ns one class would have had to take longer for the
// test to report a leak, to a tenth, or to the resolution of the clock.
func leastVisible(all []timing) float64 {
	found := func(more float64) bool {
		longer := slices.Clone(all)
		for i := range longer {
			longer[i].took += more * float64(longer[i].class)
		}
		return largestT(longer) > leaking
	}
	low, high := 0.0, 1.0
	for ; !found(high) && high < 1e9; high *= 2 {
		low = high
	}
	for high-low > max(1, 0.1*high) {
		if middle := math.Round((low + high) / 2); found(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// welch returns the t statistic of the timings of at most limit.
func welch(all []timing, limit float64) float64 {
	var n, mean, m2 [2]float64 // by Welford's algorithm
	for _, m := range all {
		if m.took > limit {
			continue
		}
		c := m.class
		n[c]++
		delta := m.took - mean[c]
		mean[c] += delta / n[c]
		m2[c] += delta * (m.took - mean[c])
	}
	if n[0] < 100 || n[1] < 100 {
		return 0 // not significant
	}
	variance := m2[0]/(n[0]-1)/n[0] + m2[1]/(n[1]-1)/n[1]
	switch {
	case mean[0] == mean[1]:
		return 0
	case variance == 0:
		return math.Inf(1)
	}
	return (mean[0] - mean[1]) / math.Sqrt(variance)
}

func verdict(t float64) string {
	switch {
	case t > leaking:
		return "**differs**"
	case t > doubtful:
		return "doubtful"
	}
	return "no difference found"
}
