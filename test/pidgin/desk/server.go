// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// The server offers no TLS, so that the relay in front of it sees what a curious operator
// of the server would see.
const serverConfig = `run_as_root = true
pidfile = "%[1]s/pid"
data_path = "%[1]s/data"
interfaces = { "127.0.0.1" }
c2s_ports = { %[2]d }
s2s_ports = {}
modules_enabled = { "roster"; "saslauth"; "disco"; "presence"; "message"; "iq"; "offline"; "carbons"; "mam" }
modules_disabled = { "s2s"; "tls"; "http" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
storage = "internal"
log = { { levels = { min = "info" }, to = "console" } }
VirtualHost "localhost"
Component "` + rooms + `" "muc"
  muc_room_locking = false
`

// startServer starts Prosody with these accounts, which have each other in their buddy
// lists, and the relay through which the clients connect.
func (d *Desk) startServer(users ...string) {
	d.T.Helper()
	port, err := freePort()
	if err != nil {
		d.T.Fatalf("%v", err)
	}
	dir := filepath.Join(d.Dir, "prosody")
	d.write(filepath.Join(dir, "prosody.cfg.lua"), fmt.Sprintf(serverConfig, dir, port))
	data := filepath.Join(dir, "data", "localhost")
	for _, u := range users {
		d.write(filepath.Join(data, "accounts", u+".dat"), fmt.Sprintf("return { [\"password\"] = %q };", password(u)))
		roster := []string{`[false] = { ["version"] = 1; ["pending"] = {} }`}
		for _, buddy := range users {
			if buddy != u {
				roster = append(roster, fmt.Sprintf(
					`["%s@localhost"] = { ["subscription"] = "both"; ["groups"] = { ["Buddies"] = true }; ["name"] = %q }`, buddy, buddy))
			}
		}
		d.write(filepath.Join(data, "roster", u+".dat"), "return { "+strings.Join(roster, "; ")+" };")
	}
	d.start("prosody", d.env(dir), "prosody", "-F", "--config", filepath.Join(dir, "prosody.cfg.lua"))
	d.Until("the XMPP server answers", func() bool {
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

func password(user string) string { return user + "-password" }

// write creates a file and its parent directories.
func (d *Desk) write(file, text string) {
	d.T.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		d.T.Fatalf("%v", err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		d.T.Fatalf("%v", err)
	}
}
