// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// TestMcabber talks to a program that writes plain text, but decodes a few entities and
// tags in what it receives: nothing could make it show exactly such a code.
func TestMcabber(t *testing.T) {
	d := newDesk(t)
	b := d.Mcabber("bob")
	a := d.Pidgin("alice", purpleOTR(t).file)
	a.Talk("bob")
	a.Sees("bob")
	a.Menu("bob", "Start private conversation")
	a.WaitLevel("bob", "Unverified")
	b.Command("/roster search alice")
	exchange(a, "bob", peer{
		say: func(text string) {
			if strings.ContainsFunc(text, unicode.IsControl) {
				b.SayFile("alice", text)
			} else {
				b.Command(text)
			}
		},
		reads: func(text string) bool { return b.Received("alice", text) },
		says:  map[string]string{"last\n": "last"},
		shows: map[string]string{
			"<b>bold</b> <br>":                   "<b>bold</b> \n",
			"&lt; &amp;lt; &copy; &#60; &nbsp;x": "< &lt; &copy; &#60; &nbsp;x",
		},
	}, slices.Concat(nasty, lines))
	compareSecrets(a, "bob",
		func(secret string) { b.Command("/otr smpq . " + secret) },
		func(secret string) { b.Command("/otr smpr . " + secret) },
		func() { b.WaitScreen("Socialist Millionaires") })
}
