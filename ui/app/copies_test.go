// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// TestWriting has protocols write what has left, and libpurple what was typed. Each text
// is shown once, as it was typed, and no message of the engine's is.
func TestWriting(t *testing.T) {
	for name, repeat := range map[string]bool{"libpurple writes": false, "the protocol writes": true} {
		t.Run(name, func(t *testing.T) {
			alice, bob := newPair(t)
			checked(t, alice)
			var shown []string
			write := func(s string) {
				if show, ok := alice.app.Writing(alice.Chat, s); ok {
					shown = append(shown, show)
				}
			}
			say := func(typed string) {
				t.Helper()
				out, send := alice.app.Sending(alice.Chat, typed)
				if !send || !alice.mayLeave(out, false) {
					t.Fatalf("%q was not sent", typed)
				}
				if !repeat {
					write(typed)
				}
			}
			sent := 0
			repeats := func() {
				for ; repeat && sent < len(bob.Wire); sent++ {
					write(bob.Wire[sent])
				}
			}
			alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			repeats()
			bob.Wire, sent = bob.Wire[sent:], 0
			alice.Deliver()
			alice.Start()
			texts := []string{"same", "same", "http://example.org/?a=1&amp;b", "?OTR:AAMDtyped.", strings.Repeat("long ", 1000)}
			for _, typed := range texts {
				say(typed)
			}
			repeats()
			if got, want := strings.Join(shown, "\n"), strings.Join(texts, "\n"); got != want {
				t.Errorf("shown:\n%.300s\nwant:\n%.300s", got, want)
			}
			if strings.Contains(alice.Host.Text(), text.ReadElsewhere("Bob")) {
				t.Error("our own messages are taken for another client's")
			}
			if n := len(alice.app.echoes.texts); n != 0 {
				t.Errorf("%d texts are kept", n)
			}
		})
	}
}

// TestWritingLinks has libpurple make a link of an address before it writes.
func TestWritingLinks(t *testing.T) {
	alice, _ := newPair(t)
	checked(t, alice)
	alice.Start()
	out, _ := alice.app.Sending(alice.Chat, "see http://example.org/")
	alice.mayLeave(out, false)
	linked := `see <A HREF="http://example.org/">http://example.org/</A>`
	if show, ok := alice.app.Writing(alice.Chat, linked); show != linked || !ok {
		t.Errorf("%q, %v", show, ok)
	}
	if n := len(alice.app.echoes.texts); n != 0 {
		t.Errorf("%d texts are kept", n)
	}
}

// TestCopies has the server send what another client of alice's has exchanged with bob.
func TestCopies(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	before := alice.app.conversations[alice.Chat].session.Status()
	alice.Host.Lines, alice.Host.Addressed = nil, nil
	for _, msg := range []string{"?OTRv23? I would like", "?OTR:AAIDAAAA.", "?OTR:AAMKAAAA.", "?OTR,1,2,AAAA,", "?OTR Error: no", "?OTR:AAIC."} {
		if show, ok := alice.app.ReceivingCopy(alice.Chat, msg); ok {
			t.Errorf("%q is shown as %q", msg, show)
		}
		if alice.app.CopyShown(alice.Chat, msg) {
			t.Errorf("a copy of %q is shown", msg)
		}
		if show, ok := alice.app.Writing(alice.Chat, msg); ok {
			t.Errorf("%q, sent elsewhere, is shown as %q", msg, show)
		}
	}
	if len(alice.Host.Addressed)+len(bob.Wire) != 0 {
		t.Error("a copy was answered")
	}
	if n := len(alice.Host.Lines); n != 1 {
		t.Errorf("%d lines:\n%s", n, alice.Host.Text())
	}
	if got := alice.app.conversations[alice.Chat].session.Status(); got != before {
		t.Errorf("the channel is %+v, was %+v", got, before)
	}
	const tag = " \t  \t\t\t\t \t \t \t    \t\t  \t "
	show, ok := alice.app.ReceivingCopy(alice.Chat, "hello"+tag)
	if want := text.Unencrypted("Bob", "hello"); show != want || !ok {
		t.Errorf("%q, %v, want %q", show, ok, want)
	}
	alice.app.commands.endByUser(alice.Chat)
	bob.Wire = nil
	if show, ok := alice.app.ReceivingCopy(alice.Chat, "hello"+tag); show != "hello" || !ok || len(bob.Wire) != 0 {
		t.Errorf("%q, %v; alice answers %q", show, ok, bob.Wire)
	}
	if otr.IsProtocol([]byte("hello" + tag)) {
		t.Error("the test is wrong")
	}
}
