// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/keystore"
	"purple-otr/ui"
)

// A fakeHost is a program with windows that a test can look at.
type fakeHost struct {
	t        *testing.T
	transmit func(msg string) error
	network  func(c ui.Chat, msg string) // where there are more than two users
	online   bool
	alias    string

	windows    []ui.Chat
	prefs      map[string]bool
	numbers    map[string]int
	buddyPrefs map[string]bool
	logging    map[ui.Chat]bool

	addressed []string // whom what was transmitted was for
	lines     []line
	shown     []string // by ShowSent
	returned  []string
	forms     []ui.Form
	questions []ui.Question
	paths     []ui.PathQuestion
	progress  []ui.Progress
	tables    []ui.Table
	accounts  []keystore.Account
	stranger  bool // the buddy is not on the list
	alerts    []string
	refreshed int
	hidden    bool
	plain     bool // the protocol has no HTML
	debug     []string

	posts  chan func()
	timers []*fakeTimer
}

type line struct {
	html string
	kind ui.NoticeKind
	log  bool // logging was on when it was written
}

type fakeTimer struct {
	d       time.Duration
	f       func()
	stopped bool
}

func newFakeHost(t *testing.T) *fakeHost {
	return &fakeHost{
		t: t, online: true, alias: "Bob",
		prefs: map[string]bool{}, numbers: map[string]int{}, buddyPrefs: map[string]bool{}, logging: map[ui.Chat]bool{},
		posts: make(chan func(), 100),
	}
}

var errNoLine = errors.New("not connected")

func (h *fakeHost) Transmit(c ui.Chat, to, msg string) error {
	h.addressed = append(h.addressed, to)
	if !h.online {
		return errNoLine
	}
	if h.transmit != nil {
		return h.transmit(msg)
	}
	if h.network != nil {
		h.network(c, msg)
	}
	return nil
}

func (h *fakeHost) Notice(c ui.Chat, k ui.NoticeKind, html string, open bool) {
	if !slices.Contains(h.windows, c) {
		if !open {
			return
		}
		h.windows = append(h.windows, c)
	}
	h.lines = append(h.lines, line{html, k, h.logging[c]})
}

func (h *fakeHost) ShowSent(_ ui.Chat, text string) { h.shown = append(h.shown, text) }
func (h *fakeHost) Return(_ ui.Chat, text string)   { h.returned = append(h.returned, text) }
func (h *fakeHost) Refresh(ui.Chat)                 { h.refreshed++ }
func (h *fakeHost) AskForm(f ui.Form)               { h.forms = append(h.forms, f) }
func (h *fakeHost) AskQuestion(q ui.Question)       { h.questions = append(h.questions, q) }
func (h *fakeHost) Alert(_, heading, text string) {
	h.alerts = append(h.alerts, heading+"\n"+text)
}

func (h *fakeHost) AskPath(q ui.PathQuestion) { h.paths = append(h.paths, q) }

func (h *fakeHost) CloseDialogs(c ui.Chat) {
	forms, questions := h.forms, h.questions
	h.forms, h.questions = nil, nil
	for _, f := range forms {
		if c == (ui.Chat{}) || c == f.Chat {
			f.Done(false, nil)
		} else {
			h.forms = append(h.forms, f)
		}
	}
	for _, q := range questions {
		if c == (ui.Chat{}) || c == q.Chat {
			q.Done(-1)
		} else {
			h.questions = append(h.questions, q)
		}
	}
}

func (h *fakeHost) Alias(ui.Chat) string                   { return h.alias }
func (h *fakeHost) Normalize(_ ui.Chat, who string) string { return strings.ToLower(who) }
func (h *fakeHost) Chats() []ui.Chat                       { return slices.Clone(h.windows) }
func (h *fakeHost) Connected(ui.Chat) bool                 { return h.online }
func (h *fakeHost) Logging(c ui.Chat) bool                 { return h.logging[c] }
func (h *fakeHost) Post(f func())                          { h.posts <- f }
func (h *fakeHost) Debug(s string)                         { h.debug = append(h.debug, s) }
func (h *fakeHost) SetLogging(c ui.Chat, on bool)          { h.logging[c] = on }

func (h *fakeHost) ShowProgress(p ui.Progress)   { h.progress = append(h.progress, p) }
func (h *fakeHost) ShowTable(t ui.Table)         { h.tables = append(h.tables, t) }
func (h *fakeHost) RefreshTables()               {}
func (h *fakeHost) Accounts() []keystore.Account { return h.accounts }
func (h *fakeHost) HideMessages(on bool)         { h.hidden = on }
func (h *fakeHost) HTML(ui.Chat) bool            { return !h.plain }
func (h *fakeHost) OnList(ui.Chat) bool          { return !h.stranger }
func (h *fakeHost) SetPrefInt(key string, v int) { h.numbers[key] = v }
func (h *fakeHost) PrefInt(key string, def int) int {
	if v, ok := h.numbers[key]; ok {
		return v
	}
	return def
}
func (h *fakeHost) SetPref(key string, v bool)                 { h.prefs[key] = v }
func (h *fakeHost) SetBuddyPref(_ ui.Chat, key string, v bool) { h.buddyPrefs[key] = v }
func (h *fakeHost) Pref(key string, def bool) bool             { return lookUp(h.prefs, key, def) }
func (h *fakeHost) BuddyPref(_ ui.Chat, key string, def bool) bool {
	return lookUp(h.buddyPrefs, key, def)
}

func lookUp(m map[string]bool, key string, def bool) bool {
	if v, ok := m[key]; ok {
		return v
	}
	return def
}

func (h *fakeHost) After(d time.Duration, f func()) func() {
	timer := &fakeTimer{d: d, f: f}
	h.timers = append(h.timers, timer)
	return func() { timer.stopped = true }
}

// running are the timers that have neither fired nor been stopped.
func (h *fakeHost) running() (r []*fakeTimer) {
	for _, timer := range h.timers {
		if !timer.stopped {
			r = append(r, timer)
		}
	}
	return r
}

// form and question take the dialog that must be on the screen.
func (h *fakeHost) form() ui.Form {
	h.t.Helper()
	if len(h.forms) != 1 {
		h.t.Fatalf("%d forms on the screen, want 1", len(h.forms))
	}
	f := h.forms[0]
	h.forms = nil
	return f
}

func (h *fakeHost) question() ui.Question {
	h.t.Helper()
	if len(h.questions) != 1 {
		h.t.Fatalf("%d questions on the screen, want 1", len(h.questions))
	}
	q := h.questions[0]
	h.questions = nil
	return q
}

func (h *fakeHost) text() string {
	var s strings.Builder
	for _, l := range h.lines {
		s.WriteString(l.html + "\n")
	}
	return s.String()
}

// post runs the next function given to Post.
func (h *fakeHost) post() {
	h.t.Helper()
	select {
	case f := <-h.posts:
		f()
	case <-time.After(time.Minute):
		h.t.Fatal("nothing was posted")
	}
}
