// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"slices"
	"testing"
	"time"

	"purple-otr/test/pidgin/desk"
)

// TestCost prints what each plugin costs a Pidgin that starts: the time until
// it is on line, and its memory. The rounds alternate, so that a busy moment
// of the machine does not fall on one of them.
func TestCost(t *testing.T) {
	const rounds = 5
	d := newDesk(t)
	candidates := []struct {
		name    string
		plugins []string
	}{
		{"no plugin", nil},
		{"pidgin-otr", []string{desk.PidginOTR}},
		{"purple-otr", []string{purpleOTR(t).file}},
	}
	type figures struct{ start, rss, anon []int }
	measured := make([]figures, len(candidates))
	for range rounds {
		for i, c := range candidates {
			began := time.Now()
			p := d.Pidgin("alice", c.plugins...)
			took := time.Since(began)
			p.Talk("bob")
			d.Until("the conversation is open", func() bool { _, ok := p.Window("bob"); return ok })
			m := &measured[i]
			m.start = append(m.start, int(took.Milliseconds()))
			m.rss = append(m.rss, p.Memory("VmRSS"))
			m.anon = append(m.anon, p.Memory("RssAnon"))
			p.Quit()
		}
	}
	t.Log("medians             start ms   memory kB   of it unshared kB")
	for i, c := range candidates {
		m := measured[i]
		t.Logf("%-16s %11d %11d %11d", c.name, median(m.start), median(m.rss), median(m.anon))
	}
	if theirs, ours := median(measured[1].start), median(measured[2].start); ours > 2*theirs+1000 {
		t.Errorf("Pidgin takes %d ms to start, with pidgin-otr %d ms", ours, theirs)
	}
}

func median(values []int) int {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}
