// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"html"
	"slices"
	"strings"
	"testing"

	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
	"purple-otr/ui/text"
)

// writes sends a text from a program that encrypts it as it is, and returns what the
// other side's window shows.
func (s *side) writes(text string) string {
	s.T.Helper()
	out, err := s.app.conversations[s.Chat].session.Send([]byte(text))
	if err != nil || len(out.Send) == 0 {
		s.T.Fatalf("%q is not sent: %v", text, err)
	}
	for _, m := range out.Send {
		s.Other.Wire = append(s.Other.Wire, string(m))
	}
	before := len(s.Other.Heard)
	s.Deliver()
	if len(s.Other.Heard) != before+1 {
		s.T.Fatalf("%q has not arrived", text)
	}
	return s.Other.Heard[before]
}

// wire is what is encrypted for what s types.
func (s *side) wire(typed string) string {
	return s.app.encoder.toWire(s.app.conversations[s.Chat], typed)
}

// TestPlainPeer writes with a program for plain text.
func TestPlainPeer(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	bob.writes("hello, \"you\" :->")
	if got := alice.app.encoder.kindNow(alice.Chat); got != unknownKind {
		t.Errorf("a text without special characters shows %d", got)
	}
	for _, text := range []string{"if (a<b && b>c)", "&lt;", "<b>x</b>", "&amp;", "<br>", "&#39;", "<i>&gt;</i>", "one\ntwo", "a  b\tc"} {
		if got := html.UnescapeString(strings.ReplaceAll(bob.writes(text), "<br>", "\n")); got != text {
			t.Errorf("%q is shown as %q", text, got)
		}
	}
	for typed, want := range map[string]string{
		"1 &lt; 2 &amp;&amp; 3":               "1 < 2 && 3",
		"<b>bold</b> &amp;lt;<br>":            "bold &lt;\n",
		"<a href=\"http://x/?a&amp;b\">x</a>": "x (http://x/?a&b)",
		"&quot;":                              "\"",
	} {
		if got := alice.wire(typed); got != want {
			t.Errorf("%q goes out as %q, want %q", typed, got, want)
		}
	}
}

// TestHTMLPeer writes with a program for HTML.
func TestHTMLPeer(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	for sent, want := range map[string]string{
		"1 &lt; 2 &amp;&amp; 3<br>": "1 &lt; 2 &amp;&amp; 3<br>",
		"<b>x</b>":                  "<b>x</b>",
		"&amp;lt;":                  "&amp;lt;",
		"line\n<i>line</i>":         "line<br><i>line</i>",
	} {
		if got := bob.writes(sent); got != want {
			t.Errorf("%q is shown as %q, want %q", sent, got, want)
		}
	}
	const typed = "1 &lt; <b>2</b> &quot;"
	if got := alice.wire(typed); got != typed {
		t.Errorf("%q goes out as %q", typed, got)
	}
	// One message of a plugin that forgets to escape says nothing against many.
	for range 3 {
		bob.writes("<i>&lt;</i>")
	}
	bob.writes("<b>Salt & Pepper</b>")
	if got := bob.writes("&lt;3"); got != "&lt;3" {
		t.Errorf("shown as %q", got)
	}
}

// TestKindChanges: what was learnt wrongly, or of another program with the same key, does
// not stay for ever.
func TestKindChanges(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	bob.writes("now playing: Salt & Pepper")
	n := 0
	for ; alice.app.encoder.kindNow(alice.Chat) <= unknownKind && n < 100; n++ {
		bob.writes("<i>&lt;3</i>")
	}
	if n < 10 || n > 20 {
		t.Errorf("%d messages of HTML change it", n)
	}
	for n = 0; alice.app.encoder.kindNow(alice.Chat) >= unknownKind && n < 100; n++ {
		bob.writes("a < b")
	}
	if n > 2 {
		t.Errorf("%d messages of plain text change it back", n)
	}
}

// TestUnknownPeer: before anything is known, quotation marks and > need no code, and the
// rest is HTML.
func TestUnknownPeer(t *testing.T) {
	alice, _ := newPair(t)
	alice.Start()
	for typed, want := range map[string]string{
		"hello":                    "hello",
		"&quot;a&quot; -&gt; b":    "\"a\" -> b",
		"1 &lt; 2 &amp; 3<br>":     "1 &lt; 2 &amp; 3<br>",
		"one\ntwo":                 "one<br>two",
		"<b>bold &quot;</b>":       "<b>bold &quot;</b>",
		"&amp;quot; &amp;gt;&#39;": "&amp;quot; &amp;gt;'",
	} {
		if got := alice.wire(typed); got != want {
			t.Errorf("%q goes out as %q, want %q", typed, got, want)
		}
	}
}

// TestKindRemembered: what a buddy's program writes belongs to its key, and is still known
// after a restart.
func TestKindRemembered(t *testing.T) {
	for sent, want := range map[string]string{"a & b": "1 < 2", "a &amp; b": "<i>1</i> &lt; 2"} {
		alice, bob := newPair(t)
		alice.Start()
		bob.writes(sent)
		alice.app.Do(alice.Chat, ui.End, 0)
		alice.Deliver()
		bob.app.Do(bob.Chat, ui.End, 0)
		alice.Restart()
		if got := alice.app.encoder.kindNow(alice.Chat); (got < 0) != (sent == "a & b") || got == unknownKind {
			t.Errorf("after %q, %d is known before the key is", sent, got)
		}
		alice.Start()
		if got := alice.wire("<i>1</i> &lt; 2"); got != want {
			t.Errorf("after %q: %q, want %q", sent, got, want)
		}
	}
}

// TestKindOfEachKey: one buddy can have programs of both kinds.
func TestKindOfEachKey(t *testing.T) {
	alice, _ := newPair(t)
	alice.Start()
	talk := alice.app.conversations[alice.Chat]
	one, other := talk.session.Status().Fingerprint, alice.app.store.Key(ui.AccountOf(alice.Chat)).Fingerprint()
	alice.app.encoder.learn(talk, one, "a < b")
	alice.app.encoder.learn(talk, other, "a &lt; b")
	if alice.app.encoder.kindOf(alice.Chat, one) >= 0 || alice.app.encoder.kindOf(alice.Chat, other) <= 0 {
		t.Errorf("known: %v", talk.kinds)
	}
}

// TestPlainNetwork: where a protocol has no HTML, a program counts as plain until two messages
// show that it writes HTML all the same.
func TestPlainNetwork(t *testing.T) {
	alice, bob := newPair(t)
	alice.Host.Plain, bob.Host.Plain = true, true
	alice.Start()
	for i, want := range []string{"1 &amp;lt; 2", "1 &lt; 2", "1 &lt; 2"} {
		if got := bob.writes("1 &lt; 2"); got != want {
			t.Errorf("message %d is shown as %q, want %q", i, got, want)
		}
		if got, want := alice.wire("3 &lt; 4"), []string{"3 < 4", "3 &lt; 4", "3 &lt; 4"}[i]; got != want {
			t.Errorf("after message %d, a text goes out as %q, want %q", i, got, want)
		}
	}
}

// TestPlainSetting overrides what has been learnt, and can be taken back.
func TestPlainSetting(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	bob.writes("a &lt; b")
	set := func(want, value string) {
		t.Helper()
		alice.app.Do(alice.Chat, ui.BuddySettings, 0)
		f := alice.Host.TakeForm()
		i := slices.IndexFunc(f.Fields, func(f ui.Field) bool { return f.Label == text.SettingPlain() })
		if i < 0 || f.Fields[i].Value != want {
			t.Fatalf("field %d of %+v, want %q", i, f.Fields, want)
		}
		v := uitest.Answers(f, map[int]string{i: value})
		f.Done(true, v)
	}
	set("", "1")
	if got := alice.wire("1 &lt; 2"); got != "1 < 2" {
		t.Errorf("goes out as %q", got)
	}
	set("1", "")
	if got := alice.wire("1 &lt; 2"); got != "1 &lt; 2" {
		t.Errorf("goes out as %q", got)
	}
	bob.writes("a & b")
	bob.writes("a & b")
	set("1", "")
	if got := alice.wire("1 &lt; 2"); got != "1 &lt; 2" {
		t.Errorf("goes out as %q though the user has said otherwise", got)
	}
}

// TestTextComesBack: a text that went out as plain text comes back as what was typed.
func TestTextComesBack(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	bob.writes("a < b")
	talk := alice.app.conversations[alice.Chat]
	const typed = "&lt;b&gt; &amp;amp;<br>&quot;"
	if got := alice.app.encoder.toWindow(talk, alice.wire(typed)); got != typed {
		t.Errorf("%q comes back as %q", typed, got)
	}
	for range 2 * maxPlainTexts {
		alice.wire(strings.Repeat("x", len(talk.asText.hashes)))
	}
	if n := len(talk.asText.hashes); n > maxPlainTexts {
		t.Errorf("%d texts are noted", n)
	}
	alice.wire("&amp;amp;") // as "&amp;", which is HTML for another text
	alice.app.encoder.setKind(talk, talk.session.Status().Fingerprint, surelyHTML)
	if got := alice.app.encoder.toWindow(talk, alice.wire("&amp;")); got != "&amp;" {
		t.Errorf("HTML comes back as %q", got)
	}
}
