// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"
)

// TestMcabber talks to a program that writes plain text, but decodes a few entities and
// tags in what it receives. Nothing that it shows could be exactly such a code.
func TestMcabber(t *testing.T) {
	d := newDesk(t)
	b := d.Mcabber("bob")
	a := d.Pidgin("alice", purpleOTR(t).file)
	a.Talk("bob")
	a.Sees("bob")
	a.Menu("bob", "Start private conversation")
	a.WaitLevel("bob", "Unverified")
	b.Command("/roster search alice")
	for _, text := range nasty {
		b.Command(text)
		readsExactly(a, "bob", text)
	}
	for _, text := range append(nasty[:len(nasty):len(nasty)], "two\nlines", "tab\ttab", " spaces ") {
		if strings.Contains(text, "&lt;") || strings.Contains(text, "<br>") {
			continue
		}
		a.Say("bob", encoded(text))
		d.Until("bob reads "+text, func() bool { return b.Received("alice", text) })
	}
}
