// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"slices"
	"testing"
)

// TestFragments: fragments are reassembled if they arrive in order and without gaps; a
// first fragment starts again.
func TestFragments(t *testing.T) {
	for _, c := range []struct {
		input string
		want  []string
	}{
		{"?OTR,1,1,?OTRv2?,", []string{"?OTRv2?"}},
		{"?OTR,1,2,?OTR,?OTR,2,2,v2?,", []string{"?OTRv2?"}},
		{"?OTR,1,2,?OTR,?OTR,2,3,v2?,", nil},
		{"?OTR,1,2,?OTR,?OTR,2,3,v3?,?OTR,2,2,v2?,", nil},
		{"?OTR,2,2,?OTRv2?,", nil},
		{"?OTR,1,3,?OTR,?OTR,3,3,v2,?OTR,3,3,?,", nil},
		{"?OTR,1,2,?OTRv3,?OTR,1,2,?OTR,?OTR,2,2,v2?,", []string{"?OTRv2?"}},
		{"?OTR,1,2,?OTR,?OTR,2,2,v2?,?OTR,2,2,v2?,", []string{"?OTRv2?"}},
		{"?OTR,1,2,?OTRv,?OTR|1|2,1,2,?OTR,?OTR|1|2,2,2,v3?,?OTR,2,2,2?,", []string{"?OTRv3?", "?OTRv2?"}},
		{"?OTR|1|2,1,2,?OTRv,?OTR|2|1,2,2,2?,", nil},
		{"?OTR|1|2,1,2,?OTRv,?OTR|1|0,2,2,2?,", nil},
	} {
		var got []string
		for m := range scan([]byte(c.input)) {
			if q, ok := m.(query); ok {
				got = append(got, string(q.text))
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s makes up %q, want %q", c.input, got, c.want)
		}
	}
}

// TestScanStops: the caller can stop the iteration.
func TestScanStops(t *testing.T) {
	for range scan([]byte("?OTR? ?OTR?")) {
		break
	}
	for m := range scan([]byte("?OTR,1,1,?OTR? ?OTR?,")) {
		if _, ok := m.(query); ok {
			break
		}
	}
}
