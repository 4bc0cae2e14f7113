// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import "syscall"

// Kill kills the client, which cannot react, just like a crash.
func (c *Client) Kill() {
	c.Desk.T.Helper()
	syscall.Kill(c.proc.pid(), syscall.SIGKILL)
	c.Desk.Until(c.User+"'s program is gone", func() bool { return !c.Running() })
	c.Quit()
}

// Slow makes an account on IRC send as few lines at a time as libpurple does by default.
func (c *Client) Slow() {
	c.Desk.T.Helper()
	c.call("PurpleAccountSetInt", c.account(), "ratelimit-interval", int32(2))
}

// SendFile makes the user choose a file to send to the buddy.
func (p *Pidgin) SendFile(buddy, file string) {
	p.Desk.T.Helper()
	p.call("ServSendFile", p.id("PurpleAccountGetConnection", p.account()), p.Desk.address(buddy)+"/desk", file)
}
