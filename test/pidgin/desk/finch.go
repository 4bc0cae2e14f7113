// SPDX-License-Identifier: GPL-2.0-or-later

package desk

// A Finch is a Finch running in a terminal.
type Finch struct {
	*Client
	*Terminal
}

// Finch starts a Finch for user with these plugins, and waits until it is online.
func (d *Desk) Finch(user string, plugins ...string) *Finch {
	d.T.Helper()
	c := d.newClient(user, plugins)
	env := append(c.env, "GNTRC=/dev/null")
	f := &Finch{Client: c, Terminal: d.terminal(user, env, "finch -c "+d.profile(user)+" 2>>"+c.logs)}
	c.proc = f.pane
	f.WaitOnline()
	return f
}
