// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Profanity is a profanity, which has OTR built in and writes plain text.
type Profanity struct {
	*Terminal
	Desk *Desk
	User string
	home string
}

const profanityAccount = `[%[1]s@localhost]
enabled=true
jid=%[1]s@localhost
password=%[2]s
server=127.0.0.1
port=%[3]d
resource=profanity
tls.policy=disable
`

// Profanity starts a profanity for user, and waits until it is connected and has a key.
// It logs what it shows.
func (d *Desk) Profanity(user string) *Profanity {
	d.T.Helper()
	home := filepath.Join(d.Dir, user)
	d.write(filepath.Join(home, ".local", "share", "profanity", "accounts"), fmt.Sprintf(profanityAccount, user, password(user), d.Relay.Port()))
	account := user + "@localhost"
	p := &Profanity{Terminal: d.terminal(user, d.env(home), "profanity -a "+account), Desk: d, User: user, home: home}
	p.WaitScreen("logged in successfully")
	p.Command("/logging chat on")
	p.Command("/otr log on")
	p.Command("/otr gen")
	p.WaitScreen("Private key generation complete")
	return p
}

// Received reports whether the log of the conversation with a buddy has exactly this text
// from them.
func (p *Profanity) Received(buddy, text string) bool {
	p.Desk.T.Helper()
	escaped := func(name string) string { return name + "_at_localhost" }
	files, err := filepath.Glob(filepath.Join(p.home, ".local", "share", "profanity", "chatlogs", escaped(p.User), escaped(buddy), "*"))
	if err != nil {
		p.Desk.T.Fatalf("%v", err)
	}
	for _, f := range files {
		log, err := os.ReadFile(f)
		if err != nil {
			p.Desk.T.Fatalf("%v", err)
		}
		if strings.Contains(string(log), " - "+buddy+"@localhost: "+text+"\n") {
			return true
		}
	}
	return false
}
