// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// TestEveryEventIsPresented compares the events that the engine declares with
// the cases of show.
func TestEveryEventIsPresented(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "present.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	presented := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if c, ok := n.(*ast.CaseClause); ok {
			for _, e := range c.List {
				if sel, ok := e.(*ast.SelectorExpr); ok {
					presented[sel.Sel.Name] = true
				}
			}
		}
		return true
	})
	for _, name := range declaredEvents(t) {
		if !presented[name] {
			t.Errorf("show has no case for otr.%s", name)
		}
	}
}

// TestLines checks the lines for single events, with names and texts that contain mark-up
// and control characters.
func TestLines(t *testing.T) {
	for _, tt := range []struct {
		event otr.Event
		want  string
	}{
		{otr.Ended{}, "ended the private conversation"},
		{otr.Unreadable{Reason: otr.ErrForged}, "could not be read"},
		{otr.Unreadable{Reason: fmt.Errorf("x: %w", otr.ErrReplayed)}, "arrived twice"},
		{otr.Unreadable{Reason: fmt.Errorf("x: %w", otr.ErrLate)}, "too late"},
		{otr.Unreadable{Reason: otr.ErrNoChannel}, "private conversation that is open here"},
		{otr.Unreadable{}, "could not be read"},
		{otr.OtherInstance{}, "another device"},
		{otr.UnknownVersion{Version: 9}, "not supported"},
		{otr.Reflected{}, "came back"},
		{otr.Contested{}, "someone else answered"},
		{otr.Expired{}, "it was idle"},
		{otr.Repeated{Text: []byte("<i>hi</i>")}, "was sent again"},
		{otr.SMPAsked{Question: "<b>"}, "verify you and asks: “&lt;b&gt;”"},
		{otr.SMPAsked{}, "a secret that you both know"},
		{otr.PeerError{Text: "<a href='x'>Private conversation</a>\nstarted\u202e"},
			"reports an error (this report is not authenticated): “&lt;a href=&#39;x&#39;&gt;Private conversation&lt;/a&gt; started”"},
		{otr.PeerError{Text: strings.Repeat("x", 5000)}, strings.Repeat("x", text.MaxError) + "…”"},
	} {
		t.Run(fmt.Sprintf("%T", tt.event), func(t *testing.T) {
			alice, _ := newPair(t)
			alice.Host.Nick = "<b>Bob</b>\n(verified)\u202e"
			conv, err := alice.app.enter(alice.Chat)
			if err != nil {
				t.Fatal(err)
			}
			alice.app.presenter.showAll(conv, []otr.Event{tt.event}, nil)
			got := alice.Host.Text()
			if !strings.Contains(got, tt.want) {
				t.Errorf("no %q in %q", tt.want, got)
			}
			if strings.ContainsAny(got, "<\u202e") || strings.Count(got, "\n") != 1 {
				t.Errorf("the line is more than text of ours: %q", got)
			}
		})
	}
}

// TestHints floods a window with events that anyone can cause.
func TestHints(t *testing.T) {
	alice, bob := newPair(t)
	for range 10 {
		alice.Receive("?OTR Error: again")
	}
	if n := len(alice.Host.Lines); n != 1 {
		t.Errorf("%d lines that say the same", n)
	}
	for i := range 100 {
		alice.Receive(fmt.Sprintf("?OTR Error: %d", i))
	}
	if n := len(alice.Host.Lines); n != maxReports {
		t.Errorf("%d lines, want %d", n, maxReports)
	}
	alice.Wire, bob.Wire, alice.Host.Lines = nil, nil, nil
	alice.Say("I am here")
	alice.Receive("?OTR Error: 0")
	alice.WantLine("reports an error (this report is not authenticated): “0”")
}

// TestInvalid sends a message that belongs to no key exchange. The user is told only if no
// exchange succeeds soon.
func TestInvalid(t *testing.T) {
	const nonsense = "?OTR:AAICAAAA." // the beginning of a D-H Commit Message
	for _, secured := range []bool{false, true} {
		alice, _ := newPair(t)
		alice.Receive(nonsense)
		alice.Receive(nonsense)
		if text := alice.Host.Text(); strings.Contains(text, "invalid data") {
			t.Errorf("said at once: %q", text)
		}
		if secured {
			alice.Start()
		}
		alice.Wait(2 * invalidDelay)
		if n := strings.Count(alice.Host.Text(), "invalid data"); n != map[bool]int{false: 1}[secured] {
			t.Errorf("private: %v; said %d times", secured, n)
		}
	}
}

// TestStranger sends everything that a stranger can send: no window and no dialog appears,
// and nothing is shown except messages.
func TestStranger(t *testing.T) {
	alice, bob := newPair(t)
	alice.Close()
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	bob.Deliver()
	for _, m := range []string{
		"?OTR Error: boo", "?OTRv3?", "?OTRv9?", "?OTR:AAMD.", "?OTR:AAEDAAAA.", "?OTR,1,2,?OTR:,",
		"?OTR|00000001|00000002,00001,00001,x,",
	} {
		if show, ok := alice.app.Receiving(alice.Chat, "", m); ok {
			t.Errorf("%q is shown as %q", m, show)
		}
	}
	h := alice.Host
	if len(h.Windows)+len(h.Lines)+len(h.Forms)+len(h.Questions)+len(h.Alerts) > 0 {
		t.Errorf("a stranger made something appear: %v %v %v", h.Windows, h.Lines, h.Alerts)
	}
}

// TestUnencrypted checks the mark of an unencrypted message.
func TestUnencrypted(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.Heard = nil
	bob.Host.Nick, alice.Host.Nick = "A", "<i>B"
	alice.Receive("<b>trust me</b>")
	if len(alice.Heard) != 1 || !strings.HasPrefix(alice.Heard[0], "<b>[Not encrypted") ||
		!strings.HasSuffix(alice.Heard[0], "<br><b>trust me</b>") || strings.Contains(alice.Heard[0], "<i>B") {
		t.Errorf("heard %q", alice.Heard)
	}
	bob.Say("encrypted")
	bob.Deliver()
	if got := alice.Heard[len(alice.Heard)-1]; got != "encrypted" {
		t.Errorf("heard %q", got)
	}
}

// TestFirstNotEncrypted checks the line below the first unencrypted message where private
// conversations start automatically. It is written once.
func TestFirstNotEncrypted(t *testing.T) {
	for _, automatic := range []bool{true, false} {
		alice, _ := newPair(t)
		alice.Host.Prefs["/OTR/automatic"] = automatic
		for range 2 {
			if !alice.Say("hello") {
				t.Fatal("not sent")
			}
			if strings.Contains(alice.Host.Text(), "not encrypted") {
				t.Error("the line comes before the message")
			}
			for len(alice.Host.Posts) > 0 {
				alice.Host.RunPosted()
			}
			if said := strings.Contains(alice.Host.Text(), "first message was not encrypted"); said != automatic {
				t.Errorf("automatic %v: said %v", automatic, said)
			}
			alice.Host.Lines = nil
			automatic = false
		}
	}
}
