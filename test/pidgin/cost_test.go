// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/test/pidgin/desk"
)

// A candidate is a Pidgin with one of the plugins, or with none.
type candidate struct {
	name     string
	plugins  []string
	disabled string // a plugin that Pidgin finds and does not enable
}

func candidates(t *testing.T) []candidate {
	t.Helper()
	return []candidate{
		{name: "no plugin"},
		{name: "pidgin-otr", plugins: []string{desk.PidginOTR}},
		{name: "purple-otr", plugins: []string{purpleOTR(t).file}},
	}
}

// header returns the first row of a table with a column for each candidate.
func header(what string, all []candidate) []string {
	row := []string{what}
	for _, c := range all {
		row = append(row, c.name)
	}
	return row
}

// TestCost prints how much each plugin adds to the start of Pidgin: the time until it is
// online, and its memory. The rounds alternate, so that other load on the machine affects
// all of them.
func TestCost(t *testing.T) {
	const rounds = 5
	d := newDesk(t)
	all := append(candidates(t), candidate{name: "purple-otr, not enabled", disabled: purpleOTR(t).file})
	type figures struct {
		start, processor []time.Duration
		rss, anon        []int
	}
	measured := make([]figures, len(all))
	for range rounds {
		for i, c := range all {
			user, buddy := "alice", "bob"
			if c.disabled != "" {
				user, buddy = buddy, user
				d.Install(user, c.disabled)
			}
			began := time.Now()
			p := d.Pidgin(user, c.plugins...)
			m := &measured[i]
			m.start = append(m.start, time.Since(began))
			m.processor = append(m.processor, p.ProcessorTime())
			p.Talk(buddy)
			d.Until("the conversation is open", func() bool { _, ok := p.Window(buddy); return ok })
			m.rss = append(m.rss, p.Memory("VmRSS"))
			m.anon = append(m.anon, p.Memory("RssAnon"))
			p.Quit()
		}
	}
	table := [][]string{
		header("Pidgin's start", all), {"Time until it is online"}, {"Processor time until then"},
		{"Memory with a conversation open"}, {"Of it not shared with files"}, {"Size of the plugin's file"},
	}
	for i, c := range all {
		m, size := measured[i], ""
		if len(c.plugins) > 0 {
			size = megabytes(fileSize(t, c.plugins[0]))
		}
		for j, cell := range []string{
			milliseconds(median(m.start)), milliseconds(median(m.processor)),
			megabytes(median(m.rss)), megabytes(median(m.anon)), size,
		} {
			table[j+1] = append(table[j+1], cell)
		}
	}
	report(t, "start", table)
}

// TestEnter prints how long it takes from the Enter key until the server has the message,
// in a private conversation if there is a plugin.
func TestEnter(t *testing.T) {
	const rounds, messages = 2, 15
	all := candidates(t)
	took := make([][]time.Duration, len(all))
	for range rounds {
		for i, c := range all {
			d := newDesk(t)
			a, b := d.Pidgin("alice", c.plugins...), d.Pidgin("bob", c.plugins...)
			meet(a, b)
			a.Talk("bob")
			if c.plugins != nil {
				startPrivate(a, b, "Unverified")
			}
			for range messages {
				took[i] = append(took[i], enterTime(a, b))
			}
			a.Quit()
			b.Quit()
		}
	}
	table := [][]string{header("Until the server has the message", all), {"Median"}, {"Fastest"}}
	for i := range all {
		table[1] = append(table[1], milliseconds(median(took[i])))
		table[2] = append(table[2], milliseconds(slices.Min(took[i])))
	}
	report(t, "enter", table)
}

// enter types and sends a text, and returns when the server had it.
func enterTime(from, to *desk.Pidgin) time.Duration {
	relay, text := from.Desk.Relay, secret()
	before := len(relay.Messages())
	pressed := from.Type(to.User, text)
	to.WaitText(from.User, text)
	return relay.Messages()[before].At.Sub(pressed)
}

func fileSize(t *testing.T, name string) (kB int) {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size() >> 10)
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1e3) }

func megabytes(kB int) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(kB)/1024), ".0") + " MB"
}

func median[T cmp.Ordered](values []T) T {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}
