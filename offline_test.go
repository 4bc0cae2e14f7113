// SPDX-License-Identifier: GPL-2.0-or-later

package main

import "testing"

// TestClosingByUser: of all ways to lose a connection, only one is caused by the user.
func TestClosingByUser(t *testing.T) {
	for i := range 16 {
		c := closing{connected: i&1 != 0, dying: i&2 != 0, failed: i&4 != 0, network: i&8 != 0}
		want := c == closing{connected: true, network: true}
		if c.byUser() != want {
			t.Errorf("%+v: by the user is %v", c, !want)
		}
	}
}
