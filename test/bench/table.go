// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
)

// A row is one line of the table.
type row struct {
	text     string
	op       string  // the name of the operation in the programs
	required float64 // minimum ratio required; 0 for a part of another row
	wanted   float64 // ratio wanted in addition; 0 for none
	kind     kind
}

type kind int

const (
	ordinary kind = iota
	// random: the time varies much between runs, so many runs are averaged.
	random
	// fresh: measured in new processes, because the contexts that earlier rows leave
	// in libotr's linked list would slow it down.
	fresh
	// bytes: a size and not a time; measured once.
	bytes
)

var rows = []row{
	{"DH shared secret", "dh-shared", 2, 2.5, ordinary},
	{"DH key", "dh-key", 5, 8, ordinary},
	{"DSA signature", "dsa-sign", 3, 0, ordinary},
	{"DSA verification", "dsa-verify", 2, 0, ordinary},
	{"DSA key and its parameters (means)", "dsa-generate", 1.5, 0, random},
	{"Key exchange, both ends", "key-exchange", 4, 5, ordinary},
	{"Message and answer of 100 B, both ends", "ping-pong", 4, 5, ordinary},
	{"SMP, both ends", "smp", 3, 4.5, ordinary},
	{"1 000 messages of 100 B one way, each", "stream-100", 1.5, 0, ordinary},
	{"1 000 messages of 1 kB one way, each", "stream-1000", 1.4, 0, ordinary},
	{"1 000 messages of 60 kB one way, each", "stream-60000", 1.1, 0, ordinary},
	{"The same with 100 B, padded by us to 256 B", "padded-100", 1, 0, ordinary},
	{"The same with 1 kB, padded by us to 1 024 B", "padded-1000", 1, 0, ordinary},
	{"100 B with keys used before", "message-100", 0, 0, ordinary},
	{"64 kB received in fragments of 200 B", "fragments-64k", 3, 0, ordinary},
	{"256 kB received in fragments of 200 B", "fragments-256k", 0, 0, ordinary},
	{"64 kB sent in fragments of 200 B", "split-64k", 1, 0, ordinary},
	{"10 000 fingerprints read, in libotr's order", "load-sorted", 10, 0, fresh},
	{"10 000 fingerprints read, in random order", "load-random", 10, 0, fresh},
	{"A fingerprint looked up among these", "lookup", 1, 0, fresh},
	{"Heap that one end of a conversation holds", "memory", 0, 0, bytes},
}

const (
	// 256 kB may take at most this many times as long as 64 kB.
	mostGrowth = 5
	// One end of a conversation may use at most this much heap.
	mostMemory = 8 << 10
)

// choose returns the rows of the operations in list, separated by commas, or all rows;
// with their own minimum ratios, or with a minimum of 1 for each.
func choose(list string, ahead bool) ([]row, error) {
	chosen := rows
	if list != "" {
		chosen = nil
		for op := range strings.SplitSeq(list, ",") {
			i := slices.IndexFunc(rows, func(r row) bool { return r.op == op })
			if i < 0 {
				return nil, fmt.Errorf("no operation %q", op)
			}
			chosen = append(chosen, rows[i])
		}
	}
	if ahead {
		chosen = slices.Clone(chosen)
		for i := range chosen {
			chosen[i].required, chosen[i].wanted = 1, 0
		}
	}
	return chosen, nil
}

// times returns how often a row is measured per round.
func (r row) times(p plan, round int) int {
	switch {
	case r.kind == random:
		return (p.keys + p.rounds - 1) / p.rounds
	case r.kind == bytes && round > 0:
		return 0
	}
	return 1
}

// number returns the argument for one measurement.
func (r row) number(p plan) int {
	switch r.kind {
	case random:
		return 0 // a single run
	case bytes:
		return p.conversations
	}
	return p.budget
}

// result is the summary of all rounds.
type result struct {
	ours, libotrs, ratio, allocations float64
	uncertain                         float64 // the ratio's standard error, of means
}

func (r row) result(all []sample) result {
	ours, libotrs := column(all, func(s sample) float64 { return s.ours }), column(all, func(s sample) float64 { return s.libotrs })
	if r.kind == random {
		ratio := mean(libotrs) / mean(ours)
		return result{
			ours: mean(ours), libotrs: mean(libotrs), ratio: ratio,
			uncertain: ratio * math.Hypot(relativeError(ours), relativeError(libotrs)),
		}
	}
	return result{
		ours: median(ours), libotrs: median(libotrs),
		ratio:       median(column(all, func(s sample) float64 { return s.libotrs / s.ours })),
		allocations: median(column(all, func(s sample) float64 { return s.allocations })),
	}
}

// relativeError returns the standard error of the mean, divided by the mean.
func relativeError(values []float64) float64 {
	m, squares := mean(values), 0.0
	for _, v := range values {
		squares += (v - m) * (v - m)
	}
	n := float64(len(values))
	return math.Sqrt(squares/max(n-1, 1)/n) / m
}

func mean(values []float64) (m float64) {
	for _, v := range values {
		m += v / float64(len(values))
	}
	return m
}

// verdict says whether the project's requirements are met.
func (r row) verdict(got result, growth float64) string {
	switch {
	case r.op == "fragments-256k":
		return met(growth <= mostGrowth && got.ratio >= 1, fmt.Sprintf("%.1f times 64 kB, at most %d", growth, mostGrowth))
	case r.op == "memory":
		return met(got.ours <= mostMemory, fmt.Sprintf("at most %d kB", mostMemory>>10))
	case r.required == 0:
		return "a part of those above"
	case r.wanted == 0:
		return met(got.ratio >= r.required, fmt.Sprintf("%gx", r.required))
	case got.ratio >= r.wanted:
		return met(true, fmt.Sprintf("%gx, and %gx", r.required, r.wanted))
	}
	return met(got.ratio >= r.required, fmt.Sprintf("%gx", r.required)) + fmt.Sprintf("; %gx wanted", r.wanted)
}

func met(yes bool, what string) string {
	if yes {
		return "met: " + what
	}
	return "**not met**: " + what
}

func render(p plan, samples map[string][]sample) string {
	results := map[string]result{}
	for _, r := range p.rows {
		results[r.op] = r.result(samples[r.op])
	}
	growth := results["fragments-256k"].ours / results["fragments-64k"].ours
	var s strings.Builder
	fmt.Fprintf(&s, "%s. Processor time, medians of %d rounds", machine(), p.rounds)
	for _, r := range p.rows {
		switch r.kind {
		case random:
			fmt.Fprintf(&s, "; %d DSA keys", p.keys)
		case bytes:
			fmt.Fprintf(&s, "; heap with %d conversations", p.conversations)
		}
	}
	s.WriteString(".\n\n")
	s.WriteString("| Operation | purple-otr | libotr | Ratio | Allocations | Gate |\n|---|--:|--:|--:|--:|---|\n")
	for _, r := range p.rows {
		got := results[r.op]
		unit, ratio, allocations := duration, fmt.Sprintf("%.2f", got.ratio), fmt.Sprint(got.allocations)
		if r.kind == bytes {
			unit = func(n float64) string { return fmt.Sprintf("%.1f kB", n/1024) }
		}
		if r.kind == random {
			ratio += fmt.Sprintf(" ± %.2f", got.uncertain)
		}
		if r.kind == random || r.kind == bytes {
			allocations = ""
		}
		fmt.Fprintf(&s, "| %s | %s | %s | %s | %s | %s |\n",
			r.text, unit(got.ours), unit(got.libotrs), ratio, allocations, r.verdict(got, growth))
	}
	return s.String()
}

func duration(ns float64) string {
	switch {
	case ns < 1e3:
		return fmt.Sprintf("%.0f ns", ns)
	case ns < 1e5:
		return fmt.Sprintf("%.1f µs", ns/1e3)
	case ns < 1e6:
		return fmt.Sprintf("%.0f µs", ns/1e3)
	}
	return fmt.Sprintf("%.1f ms", ns/1e6)
}

// machine describes the machine that did the measurements.
func machine() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	processor := runtime.GOARCH
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			processor = strings.TrimSpace(value)
			break
		}
	}
	version := func(library string) string {
		out, err := exec.Command("pkg-config", "--modversion", library).Output()
		if err != nil {
			return "?"
		}
		return strings.TrimSpace(string(out))
	}
	gcrypt, _ := exec.Command("libgcrypt-config", "--version").Output()
	return fmt.Sprintf("%s, %d processors; %s, libotr %s, libgcrypt %s",
		processor, runtime.NumCPU(), runtime.Version(), version("libotr"), strings.TrimSpace(string(gcrypt)))
}
