// SPDX-License-Identifier: GPL-2.0-or-later

//go:build dialogtest

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"purple-otr/keystore"
	"purple-otr/ui"
)

// This file is compiled only into a plugin whose dialogs are tested, not into the real
// one. There "/otr show ..." shows a dialog of each kind, and writes its result into the
// conversation.

// A showing program handles "/otr show", and otherwise behaves like a real one.
type showing struct {
	program
	host ui.Host
	rows []ui.Row
	menu []ui.MenuItem
	view *ui.View // instead of the real one
}

func init() {
	real := newApp
	newApp = func(h ui.Host, s *keystore.Store, random io.Reader) program {
		return &showing{program: real(h, s, random), host: h}
	}
}

func (s *showing) View(c ui.Chat) ui.View {
	if s.view != nil {
		return *s.view
	}
	v := s.program.View(c)
	if s.menu != nil {
		v.Menu = s.menu
	}
	return v
}

func (s *showing) Do(c ui.Chat, act ui.Action, arg uint32) {
	if s.menu == nil {
		s.program.Do(c, act, arg)
		return
	}
	s.say(c, "chose %d %d", act, arg)
	// The changes below may include the very item that was chosen.
	s.menu = slices.Insert(slices.Clone(s.menu), 0, ui.MenuItem{}, ui.MenuItem{Label: "One m_ore", Action: 9, Enabled: true})
	for i, item := range s.menu {
		s.menu[i].On = item.Radio && item.Arg == arg
	}
	s.host.Refresh(c)
}

func (s *showing) say(c ui.Chat, format string, args ...any) {
	s.host.Notice(c, ui.Info, fmt.Sprintf(format, args...), true)
}

func (s *showing) Command(c ui.Chat, args string) string {
	words := strings.Fields(args)
	if len(words) < 2 || words[0] != "show" {
		return s.program.Command(c, args)
	}
	switch words[1] {
	case "later": // when the user has had time to go to another window
		s.host.After(2*time.Second, func() { s.Command(c, "show "+strings.Join(words[2:], " ")) })
	case "form":
		s.form(c, false)
	case "unasked":
		s.form(c, true)
	case "question":
		s.host.AskQuestion(ui.Question{Chat: c, Title: "A question", Heading: "What now?", Text: "There is an _underscore_ & <b>no markup</b>.",
			Buttons: []string{"Risk _it", "Wait", "Nothing"}, Done: func(b int) { s.say(c, "question: %d", b) }})
	case "unasked-question":
		s.unasked(c, words[2])
	case "progress":
		s.progress(c, words[2])
	case "table":
		s.table(c)
	case "menu":
		s.menu = []ui.MenuItem{
			{Label: "_Plain", Action: 1, Arg: 7, Enabled: true}, {},
			{Label: "Radio _one", Action: 2, Arg: 1, Enabled: true, Radio: true, On: true},
			{Label: "Radio _two", Action: 2, Arg: 2, Enabled: true, Radio: true},
		}
		s.host.Refresh(c)
	case "recorded":
		if err := s.measured(c, words[2], words[3]); err != nil {
			return err.Error()
		}
	case "close":
		s.host.CloseDialogs(c)
	}
	return ""
}

func (s *showing) form(c ui.Chat, unasked bool) {
	const print = "01234567 89ABCDEF 01234567 89ABCDEF 01234567"
	s.host.AskForm(ui.Form{Chat: c, Title: "A form", Heading: "Is it really somebody whose name is so long that it needs two lines?",
		Text:    "This explains in a sentence or two what the form is for & what happens then. It is long enough to need several lines.\n\nThis is another paragraph.",
		Unasked: unasked, OK: "_Do it", Cancel: "Cancel",
		Fields: []ui.Field{
			{Kind: ui.Choice, Label: "How do you want to do it?", Options: []string{"With a question", "With fingerprints, which is a sentence that is long enough not to fit a single line of this dialog", "Not at all"}},
			{Kind: ui.Input, Label: "Your question:", Page: 1, Required: true},
			{Kind: ui.Secret, Label: "The answer:", Page: 1},
			{Kind: ui.Fingerprint, Label: "Fingerprint of bob (bob@localhost, XMPP):", Value: print, Page: 2},
			{Kind: ui.Fingerprint, Label: "Your own fingerprint (alice@localhost, XMPP):", Value: strings.Replace(print, "0", "F", 1), Page: 2},
			{Kind: ui.QR, Label: "For a camera:", Value: "xmpp:alice@localhost?otr-fingerprint=0123456789abcdef0123456789abcdef01234567", Page: 2},
			{Kind: ui.Show, Label: "To read:", Value: "a line\nand another", Page: 3},
			{Kind: ui.Check, Label: "The first of two"},
			{Kind: ui.Check, Label: "The second, which needs the first", Needs: 8, Value: "1"},
		},
		Done: func(ok bool, v []string) { s.say(c, "form: %v %q", ok, v) }})
}

// unasked shows a question that warns, or only a notice.
func (s *showing) unasked(c ui.Chat, kind string) {
	q := ui.Question{Chat: c, Title: "A notice", Heading: "Several people want to talk.", Buttons: []string{"Close"}, Unasked: true,
		Done: func(b int) { s.say(c, "notice: %d", b) }}
	if kind == "warning" {
		q.Title, q.Heading, q.Icon = "A warning", "Something has changed.", ui.WarningIcon
		q.Done = func(b int) { s.say(c, "warning: %d", b) }
	}
	s.host.AskQuestion(q)
}

func (s *showing) progress(c ui.Chat, percent string) {
	p := ui.Progress{Chat: c, Title: "Some progress", Heading: "Verifying bob.", Text: "Waiting for bob…",
		Button: "Cancel", Done: func() { s.say(c, "progress: %s", percent) }}
	fmt.Sscan(percent, &p.Percent)
	if p.Percent == 100 {
		p.Text, p.Button = "The answers did not match. Perhaps one of you made a typing mistake: capital letters and spaces matter. You can try again.", "Close"
	}
	s.host.ShowProgress(p)
}

func (s *showing) table(c ui.Chat) {
	const print = " 89ABCDEF 01234567 89ABCDEF 01234567"
	s.rows = []ui.Row{
		{ID: "c", Cells: []string{"Carla", "carla@example.org", "00000003" + print, "2024-02-03"}},
		{ID: "a", Cells: []string{"anna", "anna@example.org", "00000002" + print, "2024-02-01"}},
		{ID: "b", Cells: []string{"Bert <b>", "a-name-that-is-much-too-long-to-be-shown@example.org", "00000001" + print, "2024-02-02"}},
	}
	for i := range 30 {
		s.rows = append(s.rows, ui.Row{ID: fmt.Sprint(i), Cells: []string{fmt.Sprintf("more %02d", i), "", "0000000A" + print, ""}})
	}
	s.host.ShowTable(ui.Table{Title: "A table", Heading: "Whom you know", Empty: "You know nobody yet.", Search: "Search:", Close: "Close",
		Columns: []string{"Name", "Address", "Fingerprint", "First seen"},
		Rows:    func() []ui.Row { return s.rows },
		Actions: []ui.TableAction{
			{Label: "Not for Carla", Enabled: func(id string) bool { return id != "" && id != "c" }, Do: func(id string) { s.say(c, "table: not Carla but %s", id) }},
			{Label: "Forget", Enabled: func(id string) bool { return id != "" }, Do: func(id string) {
				s.rows = slices.DeleteFunc(s.rows, func(r ui.Row) bool { return r.ID == id })
				s.host.RefreshTables()
			}},
			{Label: "Forget all", Enabled: func(string) bool { return true }, Do: func(string) { s.rows = nil; s.host.RefreshTables() }},
			{Label: "Make new", Enabled: func(string) bool { return true }, Do: func(string) {
				s.rows = slices.Insert(s.rows, 0, ui.Row{ID: "new", Cells: []string{"Aaron"}})
				s.host.RefreshTables()
			}},
		}})
}
