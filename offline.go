// SPDX-License-Identifier: GPL-2.0-or-later

package main

// A closing describes a connection that is about to be closed.
type closing struct {
	connected bool // it was established
	dying     bool // the protocol asks not to reconnect
	failed    bool // the account has an error
	network   bool // the network is available
}

// byUser reports whether the user takes the account offline. Then we must end private
// conversations and notify the buddies, which is still possible. After an error, or
// without a network, nobody can be notified and libpurple will reconnect, so the
// conversations stay open.
func (c closing) byUser() bool { return c.connected && !c.dying && !c.failed && c.network }
