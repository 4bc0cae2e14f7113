// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"testing"

	"purple-otr/ui"
)

// TestTextProtocol talks where there is no HTML.
func TestTextProtocol(t *testing.T) {
	alice, bob := newPair(t)
	alice.Host.Plain, bob.Host.Plain = true, true
	alice.Start()
	alice.Say("<b>1</b> &lt; 2<br>&amp;c.")
	alice.Deliver()
	if want := []string{"1 &lt; 2<br>&amp;c."}; !slices.Equal(bob.Heard, want) {
		t.Errorf("heard %q, want %q", bob.Heard, want)
	}
	// There is no HTML, so that codes are what somebody typed. The first text shows that
	// the program writes none; without it, several codes would show the opposite.
	for _, c := range []struct{ sent, want string }{
		{"<b>1 & 2", "&lt;b&gt;1 &amp; 2"},
		{"1 &lt; 2", "1 &amp;lt; 2"},
		{"<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"},
		{"<img id=1>", "&lt;img id=1&gt;"},
	} {
		if got := bob.writes(c.sent); got != c.want {
			t.Errorf("%q is shown as %q, want %q", c.sent, got, c.want)
		}
	}
	// In the clear, libpurple does it.
	alice.app.Do(alice.Chat, ui.End, 0)
	bob.app.Do(bob.Chat, ui.End, 0)
	alice.Deliver()
	alice.Host.Prefs["/OTR/automatic"] = false
	if out, _ := alice.app.Sending(alice.Chat, "1 &lt; 2"); out != "1 &lt; 2" {
		t.Errorf("in the clear: %q", out)
	}
	// What waits keeps what it was.
	alice.Host.Prefs["/OTR/onlyprivate"] = true
	alice.Say("3 &lt; 4")
	alice.Deliver()
	if !slices.Equal(alice.Host.Shown, []string{"3 &lt; 4"}) || bob.Heard[len(bob.Heard)-1] != "3 &lt; 4" {
		t.Errorf("shown %q, heard %q", alice.Host.Shown, bob.Heard)
	}
	bob.app.Do(bob.Chat, ui.End, 0)
	alice.app.Do(alice.Chat, ui.End, 0)
	bob.Wire, alice.Wire = nil, nil
	alice.Say("5 &lt; 6")
	alice.Wait(answerDelay * 20)
	if !slices.Equal(alice.Host.Returned, []string{"5 &lt; 6"}) {
		t.Errorf("returned %q", alice.Host.Returned)
	}
}

// TestPictures neither sends nor shows any under encryption: they would not
// arrive, or be others than were meant.
func TestPictures(t *testing.T) {
	alice, bob := newPair(t)
	if !alice.Say(`look: <img id="3">`) {
		t.Error("stopped in the clear")
	}
	alice.Deliver()
	alice.Start()
	if alice.Say(`look: <IMG ID="3">`) || !slices.Contains(alice.Host.Returned, `look: <IMG ID="3">`) {
		t.Error("sent")
	}
	alice.WantLine("picture")
	bob.writes("<b>this is HTML</b>")
	if got := bob.writes(`<b>x</b><img src="a" id=2>`); got != "<b>x</b>&lt;img src=&quot;a&quot; id=2&gt;" {
		t.Errorf("shown as %q", got)
	}
}
