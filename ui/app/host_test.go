// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
)

// A fakeHost is a program with windows that a test can look at.
type fakeHost struct {
	t        *testing.T
	transmit func(msg string) error
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

func (h *fakeHost) Transmit(_ ui.Chat, to, msg string) error {
	h.addressed = append(h.addressed, to)
	if !h.online {
		return errNoLine
	}
	if h.transmit != nil {
		return h.transmit(msg)
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

// A side is one user with a program, a key store and one buddy.
type side struct {
	t       *testing.T
	app     *App
	keys    *Keys
	host    *fakeHost
	store   *keystore.Store
	dir     string
	chat    ui.Chat
	peer    *side
	clock   time.Time
	keyring *fakeKeyring
	wire    []string // on its way to this side
	heard   []string // what the window shows as received
}

// newPair connects two users who have keys and an open window each.
func newPair(t *testing.T) (alice, bob *side) {
	alice = newSide(t, "alice@example.org/Home", "bob@example.org")
	bob = newSide(t, "bob@example.org/Home", "alice@example.org")
	alice.peer, bob.peer = bob, alice
	alice.host.alias, bob.host.alias = "Bob", "Alice"
	for i, s := range []*side{alice, bob} {
		if err := s.store.SetKey(ui.AccountOf(s.chat), testKey(t, i)); err != nil {
			t.Fatal(err)
		}
		s.open()
	}
	return alice, bob
}

func newSide(t *testing.T, me, buddy string) *side {
	s := &side{t: t, host: newFakeHost(t), dir: t.TempDir(), chat: ui.Chat{Protocol: "prpl-jabber", Account: me, Peer: buddy}, clock: time.Now(), keyring: &fakeKeyring{}}
	s.host.transmit = func(msg string) error {
		s.peer.wire = append(s.peer.wire, msg)
		return nil
	}
	s.restart()
	t.Cleanup(func() { s.store.Close() })
	return s
}

// restart begins anew with the files that are there.
func (s *side) restart() {
	s.t.Helper()
	if s.store != nil {
		s.store.Close()
	}
	store, err := keystore.OpenWith(s.dir, s.keyring, rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	s.store = store
	now := func() time.Time { return s.clock }
	s.keys = NewKeys(s.host, store, rand.Reader, now)
	s.app = New(s.host, store, rand.Reader, now, s.keys)
	s.keys.Serve(s.app, s.app)
}

func (s *side) open() {
	s.host.windows = append(s.host.windows, s.chat)
	s.host.logging[s.chat] = true
	s.app.Opened(s.chat)
}

func (s *side) close() {
	s.host.windows = slices.DeleteFunc(s.host.windows, func(c ui.Chat) bool { return c == s.chat })
	delete(s.host.logging, s.chat)
	s.app.Closed(s.chat)
}

// wait lets d pass, in steps in which timers fire.
func (s *side) wait(d time.Duration) {
	for end := s.clock.Add(d); s.clock.Before(end); {
		s.clock = s.clock.Add(time.Second)
		for _, timer := range s.host.running() {
			if timer.d -= time.Second; timer.d <= 0 {
				timer.stopped = true
				timer.f()
			}
		}
	}
}

// say types text and reports whether libpurple sends something for it.
func (s *side) say(text string) bool {
	out, send := s.app.Sending(s.chat, text)
	if send {
		s.peer.wire = append(s.peer.wire, out)
	}
	return send
}

// receive is what libpurple does with a message.
func (s *side) receive(msg string) {
	show, ok := s.app.Receiving(s.chat, "", msg)
	if !ok {
		return
	}
	if !slices.Contains(s.host.windows, s.chat) {
		s.open()
	}
	s.heard = append(s.heard, show)
}

// deliver hands over messages until none is left.
func (s *side) deliver() {
	s.t.Helper()
	for n := 0; len(s.wire)+len(s.peer.wire) > 0; n++ {
		if n == 1000 {
			s.t.Fatal("the two programs never stop talking to each other")
		}
		to := s
		if len(to.wire) == 0 {
			to = s.peer
		}
		msg := to.wire[0]
		to.wire = to.wire[1:]
		to.receive(msg)
	}
}

func (s *side) start() {
	s.t.Helper()
	s.app.Do(s.chat, ui.StartOrRefresh, 0)
	s.deliver()
	s.want(ui.Unverified)
	s.peer.want(ui.Unverified)
}

func (s *side) want(l ui.Level) {
	s.t.Helper()
	if got := s.app.View(s.chat).Level; got != l {
		s.t.Fatalf("%s: level %v, want %v; lines:\n%s", s.chat.Account, got, l, s.host.text())
	}
}

// wantLine requires a line with part and forgets all lines.
func (s *side) wantLine(part string) {
	s.t.Helper()
	if !strings.Contains(s.host.text(), part) {
		s.t.Fatalf("%s: no line with %q in:\n%s", s.chat.Account, part, s.host.text())
	}
	s.host.lines = nil
}

// verify goes through the dialog and says that the fingerprints match.
func (s *side) verify() {
	s.t.Helper()
	s.app.Do(s.chat, ui.Verify, 0)
	s.fill(compared)
}

// These compare fingerprints in the dialog, with and without the second answer.
var (
	compared    = map[int]string{fieldHow: "2", -1: "1"}
	notCompared = map[int]string{fieldHow: "2"}
)

// answers are the values of f's fields: those given, by place, where -1 is the
// last, and otherwise what is there at the beginning.
func answers(f ui.Form, given map[int]string) []string {
	v := make([]string, len(f.Fields))
	for i, field := range f.Fields {
		v[i] = field.Value
		if field.Kind == ui.Choice && v[i] == "" {
			v[i] = "0"
		}
	}
	for i, text := range given {
		v[(i+len(v))%len(v)] = text
	}
	return v
}

// fill presses the OK of the form on the screen.
func (s *side) fill(given map[int]string) {
	s.t.Helper()
	f := s.host.form()
	f.Done(true, answers(f, given))
}

var (
	testKeys  [4]*otr.PrivateKey
	testKeyMu sync.Mutex
)

// testKey returns one of a few keys made once for all tests.
func testKey(t *testing.T, i int) *otr.PrivateKey {
	t.Helper()
	testKeyMu.Lock()
	defer testKeyMu.Unlock()
	if testKeys[i] == nil {
		k, err := otr.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		testKeys[i] = k
	}
	return testKeys[i]
}
