// SPDX-License-Identifier: GPL-2.0-or-later

package main

// A closing is what libpurple knows about a connection that is about to be closed.
type closing struct {
	connected bool // it was up
	dying     bool // the protocol gives up
	failed    bool // the account has an error
	network   bool // there is a network
}

// byUser reports whether the user takes the account offline, so that the buddies can
// and must be told that private conversations end. After an error, or without a
// network, nobody can be told any more, and libpurple connects again: then they go on.
func (c closing) byUser() bool { return c.connected && !c.dying && !c.failed && c.network }
