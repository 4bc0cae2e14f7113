// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestDelayed: while alice's Pidgin is not there, the server keeps what bob still sends in
// their private conversation. When she is back, and he has gone, she reads one line; what he
// has sent disturbs nothing.
func TestDelayed(t *testing.T) {
	for name, other := range map[string]string{"ours": purpleOTR(t).file, "pidgin-otr": desk.PidginOTR} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			a, b := d.Pidgin("alice", purpleOTR(t).file), d.Pidgin("bob", other)
			meet(a, b)
			startPrivate(a, b, "Unverified")
			say(t, a, b)
			d.Relay.Cut() // so that she tells him nothing
			a.Quit()
			b.Reconnect()
			sent := func() int { return len(d.Relay.Messages()) }
			before := sent()
			for range 3 {
				b.Say("alice", secret())
			}
			b.Menu("alice", "Refresh private conversation")
			b.Say("alice", secret())
			d.Until("bob's messages have left", func() bool { return sent() >= before+5 })
			b.Disconnect()

			a = d.Pidgin("alice", purpleOTR(t).file)
			d.Until("they have arrived", func() bool { return strings.Count(a.Log(), "urn:xmpp:delay") >= 5 })
			a.Talk("bob")
			const line = "bob sent an encrypted message, but it does not belong to a private conversation"
			a.WaitText("bob", line)
			shown := a.Transcript("bob")
			if strings.Count(shown, line) != 1 || strings.Count(shown, "\n") > 0 {
				t.Errorf("alice reads\n%s", shown)
			}
			if level := a.Level("bob"); level != "Not private" {
				t.Errorf("alice is at %q", level)
			}

			// She has answered his wish to refresh, which he finds when he is back.
			b.Connect()
			a.WaitLevel("bob", "Unverified")
			b.WaitLevel("alice", "Unverified")
			say(t, a, b)
			say(t, b, a)
		})
	}
}
