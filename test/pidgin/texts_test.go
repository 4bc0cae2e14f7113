// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestTextsBetweenPidgins: every text arrives character for character between two programs
// that write HTML, ours and pidgin-otr, also where the network has no HTML.
func TestTextsBetweenPidgins(t *testing.T) {
	for name, tt := range map[string]struct {
		other plugin
		irc   bool
	}{
		"ours": {purpleOTR(t), false}, "pidgin-otr": {pidginOTR, false}, "ours on IRC": {purpleOTR(t), true}, "pidgin-otr on IRC": {pidginOTR, true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDeskWith(t, desk.Options{IRC: tt.irc})
			a, b := d.Pidgin("alice", purpleOTR(t).file), d.Pidgin("bob", tt.other.file)
			startPrivate(a, b, "Unverified")
			if tt.irc && tt.other.file == desk.PidginOTR {
				// Most programs on IRC write plain text: two messages show that this one does not.
				for _, shown := range []string{"1 &lt; 2", "1 < 2"} {
					b.Say("alice", "1 &lt; 2")
					if !readsExactly(a, "bob", shown) {
						t.Errorf("alice does not read %q", shown)
					}
				}
			}
			exchange(a, "bob", peer{
				say:   func(text string) { b.Say("alice", encoded(text)) },
				reads: func(text string) bool { return readsExactly(b, "alice", text) },
			}, slices.Concat(nasty, lines))
			// Formatting stays.
			a.Say("bob", "<b>1</b> &lt; <i>2</i>")
			if !readsExactly(b, "alice", "1 < 2") {
				t.Error("bob does not read the text without formatting")
			}
		})
	}
}

// TestTextsWithIrssi: every text arrives character for character on IRC, where there is no
// HTML.
func TestTextsWithIrssi(t *testing.T) {
	d := newDeskWith(t, desk.Options{IRC: true})
	a, b := privateIRC(t, d)
	log := filepath.Join(d.Dir, "bob", "log")
	b.WaitScreen("Session secured")
	b.Command("/set log_timestamp T") // in front of each line
	b.Command("/log open -targets alice " + log)
	script := func(text string) { // says what nobody can type
		hex := ""
		for _, c := range []byte(text) {
			hex += fmt.Sprintf(`\x%02x`, c)
		}
		b.Command(`/script exec Irssi::active_win()->command("msg alice ` + hex + `")`)
	}
	exchange(a, "bob", peer{
		say: func(text string) {
			if text == tabs {
				script(text)
			} else {
				b.Command(text)
			}
		},
		reads: func(text string) bool {
			read, err := os.ReadFile(log)
			return err == nil && strings.Contains(string(read), "T<alice> "+strings.ReplaceAll(text, "\n", "\nT")+"\n")
		},
		cannotType: lines,
		shows:      map[string]string{codes: "bold colour line back"}, // in colours
	}, slices.Concat(nasty, lines))

	// Programs on IRC may write Latin-1.
	script("caf\xe9 \xff|")
	if !readsExactly(a, "bob", "café ÿ|") {
		t.Errorf("alice reads %q", a.Transcript("bob"))
	}
}
