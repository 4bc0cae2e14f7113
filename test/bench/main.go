// SPDX-License-Identifier: GPL-2.0-or-later

// Command bench compares this project's speed with libotr's. It runs two programs,
// otr-bench and libotr.c, and makes them do each operation in turns, so that other load
// on the machine affects both. See doc/performance.md.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	rounds := flag.Int("rounds", 9, "how often each operation is measured")
	budget := flag.Int("budget", 150, "milliseconds of processor time for each measurement")
	keys := flag.Int("keys", 400, "how many DSA keys are made")
	conversations := flag.Int("conversations", 1000, "how many there are when the memory of one is measured")
	only := flag.String("only", "", "the operations to measure, separated by commas, if not all")
	ahead := flag.Bool("ahead", false, "only ask of each operation not to be slower than libotr's")
	out := flag.String("o", "", "file that also receives the table")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: bench [flags] OTR-BENCH LIBOTR")
		os.Exit(2)
	}
	selected, err := choose(*only, *ahead)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	table, err := compare(plan{selected, *rounds, *budget, *keys, *conversations}, flag.Arg(0), flag.Arg(1))
	if err == nil {
		fmt.Print(table)
		if *out != "" {
			err = os.WriteFile(*out, []byte(table), 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A plan says how much is measured.
type plan struct {
	rows   []row
	rounds int
	budget int // ms for each measurement
	keys   int // number of DSA keys to generate; their time varies much
	// Number of conversations when the memory of one is measured.
	conversations int
}

// A sample is one round of one row.
type sample struct{ ours, libotrs, allocations float64 }

// A pair is the two programs to compare.
type pair struct{ ours, libotr *child }

// measure makes both programs do the same, one after the other.
func (b pair) measure(op string, number int) (s sample, err error) {
	theirs, err := b.libotr.measure(op, number)
	if err != nil {
		return s, err
	}
	mine, err := b.ours.measure(op, number)
	return sample{mine[0], theirs[0], mine[1]}, err
}

func (b pair) stop() {
	b.ours.stop()
	b.libotr.stop()
}

func compare(p plan, ours, libotr string) (table string, err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	if err := writeFingerprints(dir); err != nil {
		return "", err
	}
	begin := func() (both pair, err error) {
		if both.ours, err = start(ours, "serve", dir); err != nil {
			return both, err
		}
		if both.libotr, err = start(libotr, dir); err != nil {
			both.ours.stop()
		}
		return both, err
	}
	shared, err := begin()
	if err != nil {
		return "", err
	}
	defer shared.stop()
	samples := map[string][]sample{}
	measure := func(r row, round int) error {
		both := shared
		if r.kind == fresh || r.kind == bytes { // new processes: many conversations leave a large heap
			if both, err = begin(); err != nil {
				return err
			}
			defer both.stop()
		}
		for range r.times(p, round) {
			s, err := both.measure(r.op, r.number(p))
			if err != nil {
				return err
			}
			samples[r.op] = append(samples[r.op], s)
		}
		return nil
	}
	for round := range p.rounds {
		for _, r := range p.rows {
			if err := measure(r, round); err != nil {
				return "", err
			}
		}
		fmt.Fprintf(os.Stderr, "\rround %d of %d", round+1, p.rounds)
	}
	fmt.Fprintln(os.Stderr)
	return render(p, samples), nil
}

// writeFingerprints writes 10 000 fingerprints in the order in which libotr writes them,
// and shuffled.
func writeFingerprints(dir string) error {
	const n = 10000
	lines := make([]string, n)
	for i := range lines {
		lines[i] = fmt.Sprintf("buddy%05d@example.org\talice@example.org/Home\tprpl-jabber\t%040x\tverified\n", i, i)
	}
	write := func(name string) error {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, name, "otr.fingerprints"), []byte(strings.Join(lines, "")), 0o600)
	}
	if err := write("sorted"); err != nil {
		return err
	}
	// The same order in every run, because libotr's time depends on the order.
	for i := range lines {
		j := i * 7919 % n
		lines[i], lines[j] = lines[j], lines[i]
	}
	return write("random")
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	if len(values) == 0 {
		return 0
	}
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

// column returns one field of each element.
func column[T any, N cmp.Ordered](all []T, of func(T) N) []N {
	values := make([]N, len(all))
	for i, v := range all {
		values[i] = of(v)
	}
	return values
}
