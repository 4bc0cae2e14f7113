// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import "syscall"

// Kill ends the program as a crash does: it can do nothing about it.
func (c *Client) Kill() {
	c.Desk.T.Helper()
	syscall.Kill(c.proc.pid(), syscall.SIGKILL)
	c.Desk.Until(c.User+"'s program is gone", func() bool { return !c.Running() })
	c.Quit()
}

// Slow has an account on IRC send as few lines at a time as it does where nobody
// has changed that.
func (c *Client) Slow() {
	c.Desk.T.Helper()
	c.call("PurpleAccountSetInt", c.account(), "ratelimit-interval", int32(2))
}

// SendFile has the user choose a file for the buddy.
func (p *Pidgin) SendFile(buddy, file string) {
	p.Desk.T.Helper()
	p.call("ServSendFile", p.id("PurpleAccountGetConnection", p.account()), p.Desk.address(buddy)+"/desk", file)
}
