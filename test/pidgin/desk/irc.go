// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"net"
	"path/filepath"
)

const ircConfig = `[Global]
Name = desk.localhost
Info = desk
Listen = 127.0.0.1
Ports = %d
PidFile = %s
[Limits]
MaxConnectionsIP = 0
MaxNickLength = 20
MaxPenaltyTime = %d
[Options]
Ident = no
PAM = no
DNS = no
CloakHost = %s
`

// startIRC starts ngIRCd and the relay through which the clients connect to it.
func (d *Desk) startIRC() {
	d.T.Helper()
	port, err := freePort()
	if err != nil {
		d.T.Fatalf("%v", err)
	}
	dir := filepath.Join(d.Dir, "ngircd")
	config := filepath.Join(dir, "ngircd.conf")
	penalty := 0
	if d.throttle {
		penalty = -1 // no limit
	}
	d.write(config, fmt.Sprintf(ircConfig, port, filepath.Join(dir, "pid"), penalty, d.cloak))
	d.start("ngircd", d.env(dir), "/usr/sbin/ngircd", "-n", "-f", config)
	d.Until("the IRC server answers", func() bool {
		c, err := net.Dial("tcp", loopback(port))
		if err != nil {
			return false
		}
		c.Close()
		return true
	})
	if d.Relay, err = newRelay(loopback(port)); err != nil {
		d.T.Fatalf("%v", err)
	}
	d.T.Cleanup(d.Relay.close)
}

// address returns a user's name on the server.
func (d *Desk) address(user string) string {
	if d.irc {
		return user
	}
	return user + "@localhost"
}
