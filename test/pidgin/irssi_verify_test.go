// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"regexp"
	"testing"

	"purple-otr/test/pidgin/desk"
)

var fingerprints = regexp.MustCompile(`\b[0-9A-F]{8}(?: [0-9A-F]{8}){4}\b`)

// TestIrssiVerifies: irssi starts comparing a secret, and each side compares
// fingerprints. TestIrssi has questions, and secrets that we start comparing.
func TestIrssiVerifies(t *testing.T) {
	d := newDeskWith(t, desk.Options{IRC: true})
	a, b := privateIRC(t, d)
	text := secret()
	a.Say("bob", text)
	b.WaitScreen(text) // irssi is private too

	seen := a.Verify("bob", "irssi-fingerprints")
	a.WaitText("bob", "You have verified bob")
	b.Command("/otr info")
	d.Until("irssi shows both", func() bool {
		screen := map[string]bool{}
		for _, f := range fingerprints.FindAllString(b.Screen(), -1) {
			screen[f] = true
		}
		return screen[seen.Mine] && screen[seen.Theirs]
	})
	b.Command("/otr trust")

	b.Command("/otr auth bread")
	a.Answer("butter")
	b.WaitScreen("Authentication with alice failed")
	a.WaitText("bob", "bob is still verified")
	a.CloseProgress()
	a.WaitLevel("bob", "Private")
	b.Command("/otr auth bread")
	a.Answer("bread")
	a.WaitText("bob", "The answers match")
	a.CloseProgress()
	b.WaitScreen("Authentication with alice successful")

	text = secret()
	a.Say("bob", text)
	b.WaitScreen(text)
	unseen(t, d, text)
}
