// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"slices"
	"testing"
)

// TestBitlBee talks to a program that writes HTML in OTR's messages, while its user sees
// and types plain text.
func TestBitlBee(t *testing.T) {
	d := newDesk(t)
	b := d.BitlBee("bob")
	a := d.Pidgin("alice", purpleOTR(t).file)
	a.Talk("bob")
	a.Sees("bob")
	a.Menu("bob", "Start private conversation")
	a.WaitLevel("bob", "Unverified")
	exchange(a, "bob", peer{
		say:        func(text string) { b.Say("alice", text) },
		reads:      func(text string) bool { return b.Received("alice", text) },
		cannotType: lines,
		shows:      map[string]string{"four\n\n  lines\n\tx": "four\n \n  lines\n\tx", "last\n": "last"}, // IRC has no empty lines
	}, slices.Concat(nasty, lines))

	compareSecrets(a, "bob",
		func(secret string) { b.Command(`otr smp alice "` + secret + `"`) },
		func(secret string) { b.Command(`otr smp alice "` + secret + `"`) },
		func() { b.WaitLine("respond with") })

	// A program on IRC that does not know UTF-8.
	b.Command("set charset iso8859-1")
	b.Say("alice", "caf\xe9 \xff|")
	if !readsExactly(a, "bob", "café ÿ|") {
		t.Errorf("alice reads %q", a.Transcript("bob"))
	}
}
