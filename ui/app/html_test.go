// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/ui"
)

func TestPlainText(t *testing.T) {
	for typed, want := range map[string]string{
		"hello":                        "hello",
		"1 &lt; 2 &amp;&amp; 3 &gt; 2": "1 < 2 && 3 > 2",
		"a<br>b<BR/>c":                 "a\nb\nc",
		"<b>bold</b> <FONT COLOR=\"#f00\">red</FONT>":                               "bold red",
		`<a href="http://x.example/?a=1&amp;b=2">http://x.example/?a=1&amp;b=2</a>`: "http://x.example/?a=1&b=2",
		`see <A HREF="http://x.example/">here</A>!`:                                 "see here (http://x.example/)!",
		`<a href="mailto:bob@example.org">bob@example.org</a>`:                      "bob@example.org",
		"&lt;b&gt;": "<b>",
		"2 < 3":     "2 < 3",
		"":          "",
	} {
		if got := plainText(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

// TestTextProtocol exchanges messages on a protocol without HTML.
func TestTextProtocol(t *testing.T) {
	alice, bob := newPair(t)
	alice.Host.Plain, bob.Host.Plain = true, true
	alice.Start()
	alice.Say("<b>1</b> &lt; 2<br>&amp;c.")
	alice.Deliver()
	if want := []string{"1 &lt; 2<br>&amp;c."}; !slices.Equal(bob.Heard, want) {
		t.Errorf("heard %q, want %q", bob.Heard, want)
	}
	// From programs that know no HTML, or send entities all the same.
	for sent, want := range map[string]string{
		"<b>1 & 2":         "&lt;b&gt;1 &amp; 2",
		"1 &lt; 2 &amp; 3": "1 &lt; 2 &amp; 3",
		"<img id=1>":       "&lt;img id=1&gt;",
	} {
		if got := alice.app.fromPeer(alice.Chat, sent); got != want {
			t.Errorf("%q is shown as %q, want %q", sent, got, want)
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
	if got := bob.app.fromPeer(bob.Chat, `<b>x</b><img src="a" id=2><IMG`); strings.Contains(strings.ToLower(got), "<img") || !strings.HasPrefix(got, "<b>x</b>&lt;img") {
		t.Errorf("shown as %q", got)
	}
}
