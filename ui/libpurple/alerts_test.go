// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import (
	"testing"
	"unsafe"
)

// someAlerts returns alerts on a screen. open maps the numbers of the windows on it to
// their texts.
func someAlerts(q *queue) (as *alerts, open map[uint]string) {
	open = map[uint]string{}
	as = newAlerts(q)
	as.show = func(n uint, title, heading, text string) (unsafe.Pointer, bool) {
		open[n] = title + "|" + heading + "|" + text
		return unsafe.Pointer(&n), n%2 == 0
	}
	as.close = func(w unsafe.Pointer, _ bool) {
		n := *(*uint)(w)
		delete(open, n)
		as.closed(n) // libpurple says so
	}
	return as, open
}

// TestAlerts adds several alerts before the user has read the first.
func TestAlerts(t *testing.T) {
	as, open := someAlerts(&queue{post: func(f func()) { f() }})
	only := func(want string) {
		t.Helper()
		if len(open) != 1 || open[as.number] != want {
			t.Errorf("on the screen is %v, want only %q", open, want)
		}
	}
	for _, now := range []bool{false, true} {
		as.add(alert{"OTR", "A file cannot be read.", "keys"}, now)
		only("OTR|A file cannot be read.|keys")
		as.add(alert{"Verify", "It could not be saved.", ""}, !now)
		only("OTR|A file cannot be read.|keys\n\nIt could not be saved.")
		as.add(alert{"OTR", "A file cannot be read.", "keys"}, now) // again
		as.add(alert{"OTR", "Third", "text"}, now)
		only("OTR|A file cannot be read.|keys\n\nIt could not be saved.\n\nThird\n\ntext")

		delete(open, as.number)
		as.closed(as.number) // by the user
		as.add(alert{"OTR", "Third", "text"}, now)
		only("OTR|Third|text")
		delete(open, as.number)
		as.closed(as.number)
	}
}

// TestAlertOfPlugin enables the plugin a second time, and then closes a window of the
// first time. That must not count as one of the second time.
func TestAlertOfPlugin(t *testing.T) {
	before, windows := someAlerts(&queue{post: func(f func()) { f() }})
	before.add(alert{"OTR", "Before", ""}, true)
	as, open := someAlerts(&queue{post: func(f func()) { f() }})
	as.add(alert{"OTR", "After", ""}, true)
	for n := range windows {
		shownAlerts.closed(n)
	}
	as.add(alert{"OTR", "Again", ""}, true)
	if len(open) != 1 || open[as.number] != "OTR|After|Again" {
		t.Errorf("on the screen is %v", open)
	}
}

// TestAlertsUnseen is for a program that shows no messages, and immediately reports that
// they are closed.
func TestAlertsUnseen(t *testing.T) {
	as := newAlerts(&queue{post: func(f func()) { f() }})
	said := 0
	as.show = func(n uint, _, _, text string) (unsafe.Pointer, bool) {
		if text != "text" {
			t.Errorf("said %q", text)
		}
		said++
		as.closed(n)
		return nil, false
	}
	for _, now := range []bool{true, false} {
		as.add(alert{"OTR", "Heading", "text"}, now)
	}
	if said != 2 {
		t.Errorf("said %d times", said)
	}
}
