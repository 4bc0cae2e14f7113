// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import (
	"testing"
	"unsafe"
)

// TestAlerts has several things to say before the first has been read.
func TestAlerts(t *testing.T) {
	var as *alerts
	open := map[uint]string{}
	number := func(w unsafe.Pointer) uint { return *(*uint)(w) }
	as = &alerts{
		show: func(n uint, title, heading, text string) (unsafe.Pointer, bool) {
			open[n] = title + "|" + heading + "|" + text
			return unsafe.Pointer(&n), n%2 == 0
		},
		close: func(w unsafe.Pointer, rich bool) {
			n := number(w)
			if rich != (n%2 == 0) {
				t.Errorf("window %d is closed as another kind", n)
			}
			delete(open, n)
			as.closed(n) // libpurple says so
		},
	}
	only := func(want string) {
		t.Helper()
		if len(open) != 1 || open[as.number] != want {
			t.Errorf("on the screen is %v, want only %q", open, want)
		}
	}
	as.add(alert{"OTR", "A file cannot be read.", "keys"})
	only("OTR|A file cannot be read.|keys")
	as.add(alert{"Verify", "It could not be saved.", ""})
	only("OTR|A file cannot be read.|keys\n\nIt could not be saved.")
	as.add(alert{"OTR", "A file cannot be read.", "keys"}) // again
	as.add(alert{"OTR", "Third", "text"})
	only("OTR|A file cannot be read.|keys\n\nIt could not be saved.\n\nThird\n\ntext")

	delete(open, as.number)
	as.closed(as.number) // by the user
	as.add(alert{"OTR", "Third", "text"})
	only("OTR|Third|text")
}

// TestAlertsUnseen is for a program that shows no messages, and says at once that they
// are closed.
func TestAlertsUnseen(t *testing.T) {
	as := &alerts{}
	said := 0
	as.show = func(n uint, _, _, text string) (unsafe.Pointer, bool) {
		if text != "text" {
			t.Errorf("said %q", text)
		}
		said++
		as.closed(n)
		return nil, false
	}
	for range 2 {
		as.add(alert{"OTR", "Heading", "text"})
	}
	if said != 2 {
		t.Errorf("said %d times", said)
	}
}
