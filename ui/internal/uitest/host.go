// SPDX-License-Identifier: GPL-2.0-or-later

// Package uitest supports the tests of packages app and keys: a host whose windows a test
// can inspect, and two users who write to each other.
package uitest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/keystore"
	"purple-otr/test/dialogs"
	"purple-otr/ui"
)

// A Host is a program whose windows a test can inspect.
type Host struct {
	t          *testing.T
	OnTransmit func(msg string) error
	Network    func(c ui.Chat, msg string) // where there are more than two users
	Online     bool
	Nick       string

	Windows    []ui.Chat
	Prefs      map[string]bool
	Numbers    map[string]int
	BuddyPrefs map[string]bool
	Logs       map[ui.Chat]bool

	Addressed []string // the addresses that messages were transmitted to
	Lines     []line
	Shown     []string // by ShowSent
	Returned  []string
	Forms     []ui.Form
	Questions []ui.Question
	paths     []ui.PathQuestion
	Progress  []ui.Progress
	tables    []ui.Table
	Own       []keystore.Account
	Stranger  bool // the buddy is not on the list
	Alerts    []string
	Wanted    []ui.Chat // by ShowWaiting
	Refreshed int
	Hides     bool
	Plain     bool // the protocol has no HTML
	Debugged  []string

	Fired  int // how many timers have run out
	Posts  chan func()
	Timers []*Timer

	view func(ui.Chat) ui.View // the program's
}

// shown records what hosts show, if that is wanted; else it is nil.
var shown = dialogs.Recording()

func show(s dialogs.Shown) {
	if shown != nil {
		shown(s)
	}
}

type line struct {
	HTML string
	Kind ui.NoticeKind
	Log  bool // logging was on when it was written
	// Offers can be clicked in it.
	Offers []ui.Action
}

type Timer struct {
	d       time.Duration
	f       func()
	stopped bool
}

func NewHost(t *testing.T) *Host {
	return &Host{
		t: t, Online: true, Nick: "Bob",
		Prefs: map[string]bool{}, Numbers: map[string]int{}, BuddyPrefs: map[string]bool{}, Logs: map[ui.Chat]bool{},
		Posts: make(chan func(), 100),
	}
}

var ErrNoLine = errors.New("not connected")

func (h *Host) Transmit(c ui.Chat, to, msg string) error {
	h.Addressed = append(h.Addressed, to)
	if !h.Online {
		return ErrNoLine
	}
	if h.OnTransmit != nil {
		return h.OnTransmit(msg)
	}
	if h.Network != nil {
		h.Network(c, msg)
	}
	return nil
}

func (h *Host) Notice(c ui.Chat, k ui.NoticeKind, html string, open bool, offers ...ui.Action) {
	if !slices.Contains(h.Windows, c) {
		if !open {
			return
		}
		h.Windows = append(h.Windows, c)
	}
	h.Lines = append(h.Lines, line{html, k, h.Logs[c], offers})
}

func (h *Host) ShowSent(_ ui.Chat, text string) { h.Shown = append(h.Shown, text) }
func (h *Host) Return(_ ui.Chat, text string)   { h.Returned = append(h.Returned, text) }
func (h *Host) Refresh(c ui.Chat) {
	h.Refreshed++
	if shown != nil && h.view != nil {
		v := h.view(c)
		shown(dialogs.Shown{View: &v})
	}
}
func (h *Host) AskForm(f ui.Form) {
	show(dialogs.Shown{Form: &f})
	h.Forms = append(h.Forms, f)
}
func (h *Host) AskQuestion(q ui.Question) {
	show(dialogs.Shown{Question: &q})
	h.Questions = append(h.Questions, q)
}
func (h *Host) Alert(title, heading, text string) {
	show(dialogs.Shown{Alert: &dialogs.Alert{Title: title, Heading: heading, Text: text}})
	h.Alerts = append(h.Alerts, heading+"\n"+text)
}

func (h *Host) Warn(title, heading, text string) { h.Alert(title, heading, text) }
func (h *Host) ShowWaiting(c ui.Chat)            { h.Wanted = append(h.Wanted, c) }

func (h *Host) AskPath(q ui.PathQuestion) { h.paths = append(h.paths, q) }

func (h *Host) CloseDialogs(c ui.Chat) {
	forms, questions := h.Forms, h.Questions
	h.Forms, h.Questions = nil, nil
	for _, f := range forms {
		if c == (ui.Chat{}) || c == f.Chat {
			f.Done(false, nil)
		} else {
			h.Forms = append(h.Forms, f)
		}
	}
	for _, q := range questions {
		if c == (ui.Chat{}) || c == q.Chat {
			q.Done(-1)
		} else {
			h.Questions = append(h.Questions, q)
		}
	}
}

func (h *Host) Alias(ui.Chat) string                   { return h.Nick }
func (h *Host) Normalize(_ ui.Chat, who string) string { return strings.ToLower(who) }
func (h *Host) Chats() []ui.Chat                       { return slices.Clone(h.Windows) }
func (h *Host) Connected(ui.Chat) bool                 { return h.Online }
func (h *Host) Logging(c ui.Chat) bool                 { return h.Logs[c] }
func (h *Host) Post(f func())                          { h.Posts <- f }
func (h *Host) Debug(s string)                         { h.Debugged = append(h.Debugged, s) }
func (h *Host) SetLogging(c ui.Chat, on bool)          { h.Logs[c] = on }

func (h *Host) ShowProgress(p ui.Progress) {
	show(dialogs.Shown{Progress: &p})
	h.Progress = append(h.Progress, p)
}
func (h *Host) ShowTable(t ui.Table) {
	if shown != nil {
		shown(dialogs.Shown{Table: &t, Rows: t.Rows()})
	}
	h.tables = append(h.tables, t)
}
func (h *Host) RefreshTables()               {}
func (h *Host) Accounts() []keystore.Account { return h.Own }
func (h *Host) HideFromDBus(on bool)         { h.Hides = on }
func (h *Host) HTML(ui.Chat) bool            { return !h.Plain }
func (h *Host) OnList(ui.Chat) bool          { return !h.Stranger }
func (h *Host) SetPrefInt(key string, v int) { h.Numbers[key] = v }
func (h *Host) PrefInt(key string, def int) int {
	if v, ok := h.Numbers[key]; ok {
		return v
	}
	return def
}
func (h *Host) SetPref(key string, v bool)                 { h.Prefs[key] = v }
func (h *Host) SetBuddyPref(_ ui.Chat, key string, v bool) { h.BuddyPrefs[key] = v }
func (h *Host) Pref(key string, def bool) bool             { return lookUp(h.Prefs, key, def) }
func (h *Host) BuddyPref(_ ui.Chat, key string, def bool) bool {
	return lookUp(h.BuddyPrefs, key, def)
}

func lookUp(m map[string]bool, key string, def bool) bool {
	if v, ok := m[key]; ok {
		return v
	}
	return def
}

func (h *Host) After(d time.Duration, f func()) func() {
	timer := &Timer{d: d, f: f}
	h.Timers = append(h.Timers, timer)
	return func() { timer.stopped = true }
}

// Running are the timers that have neither fired nor been stopped.
func (h *Host) Running() (r []*Timer) {
	for _, timer := range h.Timers {
		if !timer.stopped {
			r = append(r, timer)
		}
	}
	return r
}

// TakeForm and question take the dialog that must be on the screen.
func (h *Host) TakeForm() ui.Form {
	h.t.Helper()
	if len(h.Forms) != 1 {
		h.t.Fatalf("%d forms on the screen, want 1", len(h.Forms))
	}
	f := h.Forms[0]
	h.Forms = nil
	return f
}

func (h *Host) TakeQuestion() ui.Question {
	h.t.Helper()
	if len(h.Questions) != 1 {
		h.t.Fatalf("%d questions on the screen, want 1", len(h.Questions))
	}
	q := h.Questions[0]
	h.Questions = nil
	return q
}

func (h *Host) Text() string {
	var s strings.Builder
	for _, l := range h.Lines {
		s.WriteString(l.HTML + "\n")
	}
	return s.String()
}

// RunPosted runs the next function given to Post.
func (h *Host) RunPosted() {
	h.t.Helper()
	select {
	case f := <-h.Posts:
		f()
	case <-time.After(10 * time.Minute):
		h.t.Fatal("nothing was posted")
	}
}
