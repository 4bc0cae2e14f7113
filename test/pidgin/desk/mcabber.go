// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// An Mcabber is an mcabber, which has OTR built in.
type Mcabber struct {
	*Terminal
	Desk *Desk
	User string
	home string
}

const mcabberConfig = `set jid = %[1]s@localhost
set password = %[2]s
set server = 127.0.0.1
set port = %[3]d
set tls = 0
set ssl_ignore_checks = 1
set otr = 1
set logging = 1
set log_muc_conf = 0
set beep_on_message = 0
otrpolicy default manual
`

// Mcabber starts an mcabber for user, and waits until it is connected. It logs what it
// shows.
func (d *Desk) Mcabber(user string) *Mcabber {
	d.T.Helper()
	home := filepath.Join(d.Dir, user)
	dir := filepath.Join(home, ".mcabber")
	d.write(filepath.Join(dir, "mcabberrc"), fmt.Sprintf(mcabberConfig, user, password(user), d.Relay.Port()))
	for _, folder := range []string{"histo", "otr"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			d.T.Fatalf("%v", err)
		}
	}
	m := &Mcabber{Terminal: d.terminal(user, d.env(home), "mcabber -f "+filepath.Join(dir, "mcabberrc")), Desk: d, User: user, home: home}
	m.WaitScreen("Connection established")
	return m
}

// SayFile sends what is in a file to a buddy, because nobody can type a line break.
func (m *Mcabber) SayFile(buddy, text string) {
	m.Desk.T.Helper()
	file := filepath.Join(m.home, "said")
	m.Desk.write(file, text)
	m.Command("/say_to -f " + file + " " + buddy + "@localhost")
}

// Received reports whether the log of the conversation with a buddy has exactly this text
// from them. Each entry begins with its kind, its time and how many more lines it has.
func (m *Mcabber) Received(buddy, text string) bool {
	m.Desk.T.Helper()
	log, err := os.ReadFile(filepath.Join(m.home, ".mcabber", "histo", buddy+"@localhost"))
	if err != nil && !os.IsNotExist(err) {
		m.Desk.T.Fatalf("%v", err)
	}
	for _, entry := range strings.Split(string(log), "\nMR ") {
		entry, _, _ = strings.Cut(entry, "\nM") // what follows is another kind
		if fields := strings.SplitN(strings.TrimSuffix(entry, "\n"), " ", 3); len(fields) == 3 && fields[2] == text {
			return true
		}
	}
	return false
}
