// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"path/filepath"
)

// An Irssi is an irssi with irssi-plugin-otr, on the IRC server.
type Irssi struct {
	*Terminal
	Desk *Desk
	User string
}

const irssiConfig = `servers = ( { address = "127.0.0.1"; chatnet = "desk"; port = "%[1]d"; autoconnect = "yes"; } );
chatnets = { desk = { type = "IRC"; }; };
settings = {
  core = { real_name = "%[2]s"; user_name = "%[2]s"; nick = "%[2]s"; };
  "irc/core" = { cmd_queue_speed = "10msec"; cmds_max_at_once = "50"; };
  "fe-text" = { actlist_sort = "refnum"; };
};
`

// Irssi starts an irssi whose nick is user, and waits until it is connected and
// has its plugin.
func (d *Desk) Irssi(user string) *Irssi {
	d.T.Helper()
	home := filepath.Join(d.Dir, user)
	dir := filepath.Join(home, "irssi")
	d.write(filepath.Join(dir, "config"), fmt.Sprintf(irssiConfig, d.Relay.Port(), user))
	i := &Irssi{Terminal: d.terminal(user, d.env(home), "irssi --home="+dir), Desk: d, User: user}
	i.WaitScreen("End of MOTD")
	i.Command("/load otr")
	i.WaitScreen("Module otr/")
	return i
}
