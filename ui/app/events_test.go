// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/ui"
)

// situations are how things can be when an event comes. Each begins with a window
// in which nothing is written yet.
var situations = []struct {
	name string
	get  func(t *testing.T) (alice, bob *side)
}{
	{"not private", newPair},
	{"waiting", func(t *testing.T) (alice, bob *side) {
		alice, bob = newPair(t)
		alice.Host.Prefs["/OTR/onlyprivate"] = true
		alice.Say("held")
		return alice, bob
	}},
	{"unverified", func(t *testing.T) (alice, bob *side) {
		alice, bob = newPair(t)
		alice.Start()
		return alice, bob
	}},
	{"private", func(t *testing.T) (alice, bob *side) {
		alice, bob = newPair(t)
		alice.Start()
		alice.Verify()
		return alice, bob
	}},
	{"changed key", func(t *testing.T) (alice, bob *side) {
		alice, bob = newChanged(t)
		alice.Start()
		return alice, bob
	}},
	{"asked", func(t *testing.T) (alice, bob *side) {
		alice, bob = newPair(t)
		alice.Start()
		bob.Ask("Where?", "Lisbon")
		alice.Deliver()
		return alice, bob
	}},
	{"asking", func(t *testing.T) (alice, bob *side) {
		alice, bob = newPair(t)
		alice.Start()
		alice.Ask("Where?", "Lisbon")
		return alice, bob
	}},
	{"finished", func(t *testing.T) (alice, bob *side) {
		alice, bob = newPair(t)
		alice.Start()
		bob.app.Do(bob.Chat, ui.End, 0)
		alice.Deliver()
		return alice, bob
	}},
}

// A showing is what the user gets to see of an event.
type showing struct {
	line                   string   // part of the only line; "" is none
	form, progress, closes bool     // a dialog appears, or one goes
	shown, returned        bool     // the text of the event, as sent or in the entry box
	level                  ui.Level // same: as before
}

const same = ui.Level(-1)

// wants is what each event shows, in every situation or, after a stroke, in one.
func wants(bob otr.Fingerprint) []struct {
	event otr.Event
	in    map[string]showing // "" is everywhere else
} {
	up := otr.Status{State: otr.Encrypted, Version: otr.V3, Tag: 0x1000, Fingerprint: bob}
	hint := func(line string) map[string]showing { return map[string]showing{"": {line: line, level: same}} }
	none := map[string]showing{"": {level: same}}
	only := func(in map[string]showing) map[string]showing {
		in[""] = showing{level: same}
		return in
	}
	elsewhere := showing{line: "ended the private conversation on device", level: same}
	return []struct {
		event otr.Event
		in    map[string]showing
	}{
		{otr.Secured{Status: up}, map[string]showing{
			"":            {line: "Unverified conversation with Bob started: it is encrypted", level: same},
			"private":     {line: "Private conversation with Bob started", level: same},
			"changed key": {line: "Unverified conversation", level: same},
		}},
		{otr.Secured{Status: up, Refreshed: true}, map[string]showing{
			"":        {line: "The unverified conversation with Bob has been refreshed", level: same},
			"private": {line: "The private conversation with Bob has been refreshed", level: same},
		}},
		{otr.Ended{Fingerprint: bob, From: 0x1000}, map[string]showing{
			"":           {line: "Bob ended the private conversation", level: same},
			"unverified": elsewhere, "private": elsewhere, "changed key": elsewhere, "asked": elsewhere, "asking": elsewhere,
		}},
		{otr.Expired{Fingerprint: bob, From: 0x1000}, hint("has ended because it was idle")},
		{otr.Unencrypted{}, none}, // the message itself is marked
		{otr.Unreadable{Reason: otr.ErrForged}, hint("could not be read")},
		{otr.OtherInstance{From: 0x1000}, hint("another device")},
		{otr.UnknownVersion{Version: 9}, hint("not supported")},
		{otr.PeerError{Text: "<b>boo</b>"}, hint("reports an error (this report is not authenticated): “&lt;b&gt;boo")},
		{otr.Held{}, none}, // Sending writes the line, which has the text
		{otr.Resent{Text: []byte("text")}, map[string]showing{"": {shown: true, level: same}}},
		{otr.Repeated{Text: []byte("text")}, map[string]showing{"": {line: "was sent again", level: same}}},
		{otr.Unread{Text: []byte("text")}, map[string]showing{"": {line: "could not read 1 message", returned: true, level: same}}},
		{otr.Returned{Text: []byte("text")}, map[string]showing{
			"":            {line: "no private conversation with Bob could be started", returned: true, level: same},
			"changed key": {line: "the key of Bob has changed", returned: true, level: same},
		}},
		{otr.Contested{}, hint("someone else answered as you")},
		{otr.Postponed{}, hint("waits until the verification has ended")},
		{otr.Downgraded{Fingerprint: bob}, hint("an older, weaker version")},
		{otr.OwnKey{From: 0x1000, Version: otr.V3}, hint("uses your own key")},
		{otr.Heartbeat{}, none},
		{otr.Reflected{}, hint("came back to you")},
		{otr.SMPAsked{Question: "Who?", From: 0x1000}, map[string]showing{
			"": {line: "“Who?”", form: true, level: same},
		}},
		{otr.SMPAsked{From: 0x1000}, map[string]showing{"": {line: "a secret that you both know", form: true, level: same}}},
		{otr.SMPStep{Percent: 50}, only(map[string]showing{
			"asked": {progress: true, level: same}, "asking": {progress: true, level: same},
		})},
		{otr.SMPDone{Same: true, Fingerprint: bob}, only(map[string]showing{
			"asked":  {line: "Bob has verified you", closes: true, level: same},
			"asking": {line: "You have verified Bob", progress: true, level: ui.Private},
		})},
		{otr.SMPDone{Fingerprint: bob}, only(map[string]showing{
			"asked":  {line: "Bob expected a different answer", closes: true, level: same},
			"asking": {line: "this may not be Bob", progress: true, level: same},
		})},
		{otr.SMPAborted{}, only(map[string]showing{
			"asked":  {line: "cancelled", closes: true, level: same},
			"asking": {line: "cancelled", progress: true, level: same},
		})},
		{otr.SMPAborted{Refused: true}, only(map[string]showing{
			"asked":  {line: "probably gave a different answer", closes: true, level: same},
			"asking": {line: "probably gave a different answer", progress: true, level: same},
		})},
		{otr.SMPAborted{Cheated: true}, only(map[string]showing{
			"asked":  {line: "sent invalid data", closes: true, level: same},
			"asking": {line: "sent invalid data", progress: true, level: same},
		})},
		{otr.ExtraKeyAsked{Use: 1, Data: []byte("name")}, none},
		{otr.Introduced{From: 0x1000}, none}, // version 4 follows
	}
}

// TestEvents presents every event in every situation, with and without a window.
func TestEvents(t *testing.T) {
	covered := map[string]bool{}
	for i, row := range wants(otr.Fingerprint{}) {
		covered[strings.TrimPrefix(fmt.Sprintf("%T", row.event), "otr.")] = true
		for _, situation := range situations {
			t.Run(fmt.Sprintf("%T %d/%s", row.event, i, situation.name), func(t *testing.T) {
				t.Parallel()
				alice, bob := situation.get(t)
				conv, err := alice.app.enter(alice.Chat)
				if err != nil {
					t.Fatal(err)
				}
				key := bob.Store.Key(ui.AccountOf(bob.Chat)).Fingerprint()
				row := wants(key)[i]
				want, special := row.in[situation.name]
				if !special {
					want = row.in[""]
				}
				if want.level == same {
					want.level = alice.app.level(alice.Chat)
				}
				h := alice.Host
				h.Lines, h.Progress, h.Shown, h.Returned, bob.Wire = nil, nil, nil, nil, nil
				dialogs := len(h.Forms)
				asked := len(h.Forms) > 0
				alice.app.presenter.showAll(conv, []otr.Event{row.event}, nil)

				switch text := h.Text(); {
				case want.line == "" && text != "":
					t.Errorf("lines %q", text)
				case !strings.Contains(text, want.line) || want.line != "" && strings.Count(text, "\n") != 1:
					t.Errorf("lines %q, want one with %q", text, want.line)
				case strings.Contains(text, "<"):
					t.Errorf("mark-up in %q", text)
				}
				if got := alice.app.level(alice.Chat); got != want.level {
					t.Errorf("level %v, want %v", got, want.level)
				}
				if want.form && len(h.Forms) != 1 || !want.form && !want.closes && len(h.Forms) != dialogs || want.closes && asked && len(h.Forms) > 0 {
					t.Errorf("%d forms, before %d", len(h.Forms), dialogs)
				}
				if want.progress != (len(h.Progress) > 0) {
					t.Errorf("progress %+v", h.Progress)
				}
				if want.shown != slices.Equal(h.Shown, []string{"text"}) || want.returned != slices.Equal(h.Returned, []string{"text"}) {
					t.Errorf("shown %q, returned %q", h.Shown, h.Returned)
				}
				for _, m := range bob.Wire {
					if !strings.HasPrefix(m, "?OTR") {
						t.Errorf("%q was sent", m)
					}
				}
			})
			t.Run(fmt.Sprintf("%T %d/%s/no window", row.event, i, situation.name), func(t *testing.T) {
				t.Parallel()
				alice, bob := situation.get(t)
				conv, err := alice.app.enter(alice.Chat)
				if err != nil {
					t.Fatal(err)
				}
				row := wants(bob.Store.Key(ui.AccountOf(bob.Chat)).Fingerprint())[i]
				h := alice.Host
				h.CloseDialogs(ui.Chat{})
				if n := len(h.Progress); n > 0 {
					h.Progress[n-1].Done()
				}
				alice.Close()
				h.Lines, h.Progress = nil, nil
				alice.app.presenter.showAll(conv, []otr.Event{row.event}, nil)
				if len(h.Returned) == 0 && len(h.Windows)+len(h.Lines) > 0 {
					t.Errorf("the event has opened a window: %q", h.Text())
				}
				if len(h.Forms)+len(h.Questions)+len(h.Alerts)+len(h.Progress) > 0 {
					t.Error("a dialog without a window")
				}
			})
		}
	}
	for _, event := range declaredEvents(t) {
		if !covered[event] {
			t.Errorf("no row for otr.%s", event)
		}
	}
}

// declaredEvents are the names of those that the engine declares.
func declaredEvents(t *testing.T) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../otr/event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "event" && f.Recv != nil {
			names = append(names, f.Recv.List[0].Type.(*ast.Ident).Name)
		}
	}
	if len(names) < 10 {
		t.Fatalf("found only %d events: this test looks in the wrong place", len(names))
	}
	return names
}
