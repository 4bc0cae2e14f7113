// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestTextsBetweenPidgins: every text arrives character for character between two programs
// that write HTML, ours and pidgin-otr.
func TestTextsBetweenPidgins(t *testing.T) {
	for name, peer := range map[string]plugin{"ours": purpleOTR(t), "pidgin-otr": pidginOTR} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			a, b := d.Pidgin("alice", purpleOTR(t).file), d.Pidgin("bob", peer.file)
			a.Talk("bob")
			b.Talk("alice")
			a.Menu("bob", "Start private conversation")
			a.WaitLevel("bob", "Unverified")
			for _, text := range append(nasty[:len(nasty):len(nasty)], "two\nlines", "tab\ttab", " spaces ") {
				for _, from := range []*desk.Pidgin{a, b} {
					to := a
					if from == a {
						to = b
					}
					from.Say(to.User, encoded(text))
					readsExactly(to, from.User, text)
				}
			}
			// Formatting stays.
			a.Say("bob", "<b>1</b> &lt; <i>2</i>")
			readsExactly(b, "alice", "1 < 2")
		})
	}
}

// TestTextsWithIrssi: every text arrives character for character on IRC, where there is no
// HTML.
func TestTextsWithIrssi(t *testing.T) {
	d := newDeskWith(t, desk.Options{IRC: true})
	a, b := privateIRC(t, d)
	log := filepath.Join(d.Dir, "bob", "log")
	b.Command("/log open -targets alice " + log)
	for _, text := range nasty {
		a.Say("bob", encoded(text))
		d.Until("bob reads "+text, func() bool {
			read, err := os.ReadFile(log)
			return err == nil && strings.Contains(string(read), "alice> "+text+"\n")
		})
		b.Command(text)
		readsExactly(a, "bob", text)
	}
}
