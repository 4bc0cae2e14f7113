// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"strings"
	"testing"
)

// line formats one row of the table.
func line(t *testing.T, op string, samples map[string][]sample) string {
	t.Helper()
	text := ""
	for _, r := range rows {
		if r.op == op {
			text = r.text
		}
	}
	for line := range strings.Lines(render(plan{rows: rows, rounds: 3}, samples)) {
		if strings.HasPrefix(line, "| "+text+" |") {
			return strings.TrimSpace(line)
		}
	}
	t.Fatalf("no row %q", op)
	return ""
}

func TestTable(t *testing.T) {
	samples := map[string][]sample{
		// The ratios are 3, 2 and 10: their median differs from the ratio of the
		// medians.
		"dh-shared": {{1000, 3000, 5}, {4000, 8000, 5}, {2000, 20000, 5}},
		"dh-key":    {{1000, 6000, 1}},
		"dsa-sign":  {{1000, 2000, 1}},
		// Here the mean is used.
		"dsa-generate":   {{1e6, 3e6, 9}, {3e6, 3e6, 9}},
		"fragments-64k":  {{1000, 4000, 0}},
		"fragments-256k": {{5100, 4000, 0}},
		"message-100":    {{1000, 900, 4}},
		"memory":         {{8192, 40960, 0}},
	}
	for op, want := range map[string]string{
		"dh-shared":      "| DH shared secret | 2.0 µs | 8.0 µs | 3.00 | 5 | met: 2x, and 2.5x |",
		"dh-key":         "| DH key | 1.0 µs | 6.0 µs | 6.00 | 1 | met: 5x; 8x wanted |",
		"dsa-sign":       "| DSA signature | 1.0 µs | 2.0 µs | 2.00 | 1 | **not met**: 3x |",
		"dsa-generate":   "| DSA key and its parameters (means) | 2.0 ms | 3.0 ms | 1.50 ± 0.75 |  | met: 1.5x |",
		"fragments-256k": "| 256 kB received in fragments of 200 B | 5.1 µs | 4.0 µs | 0.78 | 0 | **not met**: 5.1 times 64 kB, at most 5 |",
		"message-100":    "| 100 B with keys used before | 1.0 µs | 900 ns | 0.90 | 4 | a part of those above |",
		"memory":         "| Heap that one end of a conversation holds | 8.0 kB | 40.0 kB | 5.00 |  | met: at most 8 kB |",
	} {
		if got := line(t, op, samples); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestChoose(t *testing.T) {
	all, err := choose("", false)
	if err != nil || len(all) != len(rows) {
		t.Errorf("%d rows, %v", len(all), err)
	}
	some, err := choose("smp,dh-key", false)
	if err != nil || len(some) != 2 || some[0].op != "smp" || some[1].op != "dh-key" || some[1].required != 5 {
		t.Errorf("%v, %v", some, err)
	}
	some, err = choose("dh-key", true)
	if err != nil || len(some) != 1 || some[0].required != 1 || some[0].wanted != 0 {
		t.Errorf("%v, %v", some, err)
	}
	if _, err := choose("smp,nothing", false); err == nil {
		t.Error("an unknown operation was accepted")
	}
}
