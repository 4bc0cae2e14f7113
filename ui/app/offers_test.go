// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

// offered is what the last line of ours offers, by the labels in the menu.
func (s *side) offered() (labels []string) {
	line := s.Host.Lines[len(s.Host.Lines)-1]
	v := s.app.View(s.Chat)
	for _, act := range line.Offers {
		item, ok := v.Item(act)
		if !ok {
			return []string{"not in the menu"}
		}
		labels = append(labels, item.Plain())
	}
	return labels
}

// TestOffers checks what lines offer that ask the user to do something, and accepts the
// offers while that is possible and afterwards.
func TestOffers(t *testing.T) {
	alice, bob := newPair(t)
	start, verify := (ui.MenuItem{Label: text.MenuStart()}).Plain(), (ui.MenuItem{Label: text.MenuVerify()}).Plain()
	bob.Start()
	if got := alice.offered(); !slices.Equal(got, []string{verify}) {
		t.Fatalf("an unverified conversation offers %q", got)
	}
	alice.app.Accept(alice.Chat, ui.Verify, verify)
	if f := alice.Host.TakeForm(); f.Title != text.VerifyTitle() {
		t.Errorf("the form is %q", f.Title)
	}

	bob.app.Do(bob.Chat, ui.End, 0)
	bob.Deliver()
	if got := alice.offered(); !slices.Equal(got, []string{start}) {
		t.Fatalf("the end offers %q", got)
	}
	alice.Say("too late")
	if got := alice.offered(); !slices.Equal(got, []string{start}) {
		t.Fatalf("a text that is not sent offers %q", got)
	}
	alice.app.Accept(alice.Chat, ui.Verify, verify)
	if len(alice.Host.Forms) != 0 || !strings.Contains(alice.Host.Lines[len(alice.Host.Lines)-1].HTML, "no private conversation") {
		t.Errorf("an offer to verify after the end: %d forms, %q", len(alice.Host.Forms), alice.Host.Text())
	}
	alice.app.Accept(alice.Chat, ui.StartOrRefresh, start)
	alice.Deliver()
	bob.Deliver()
	alice.Deliver()
	bob.Deliver()
	if level := alice.app.View(alice.Chat).Level; level != ui.Unverified {
		t.Fatalf("the level is %v", level)
	}

	// What is offered now is called something else.
	sent := len(alice.Host.Addressed)
	alice.app.Accept(alice.Chat, ui.StartOrRefresh, start)
	if got := alice.Host.Lines[len(alice.Host.Lines)-1].HTML; len(alice.Host.Addressed) != sent || !strings.Contains(got, "Conversation with Bob: Unverified.") {
		t.Errorf("an old offer has sent %d messages and said %q", len(alice.Host.Addressed)-sent, got)
	}
}
