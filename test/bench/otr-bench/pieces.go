// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bufio"
	"fmt"
	"slices"
	"time"

	"purple-otr/otr/measure"
)

// pieces prints what each piece of the engine's own arithmetic brings. Both ways are measured
// in turns.
func pieces(out *bufio.Writer, brief bool) {
	rounds, budget := 9, 40*time.Millisecond
	if brief {
		rounds, budget = 1, time.Millisecond
	}
	fmt.Fprintf(out, "Processor time, medians of %d rounds.\n\n", rounds)
	fmt.Fprint(out, "| Operation: what is our own | Without | With it | Ratio |\n|---|--:|--:|--:|\n")
	for _, p := range measure.Pieces() {
		var with, without, ratio []float64
		for range rounds {
			x, y := operation{run: p.Without}.time(budget), operation{run: p.With}.time(budget)
			without, with, ratio = append(without, x), append(with, y), append(ratio, x/y)
		}
		for _, list := range [][]float64{with, without, ratio} {
			slices.Sort(list)
		}
		middle := rounds / 2
		fmt.Fprintf(out, "| %s | %.0f µs | %.0f µs | %.2f |\n", p.Name, without[middle]/1e3, with[middle]/1e3, ratio[middle])
	}
}
