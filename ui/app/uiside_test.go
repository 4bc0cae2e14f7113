// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
)

// A Program is what a side of a conversation runs: an app.App.
type Program interface {
	Sending(c ui.Chat, text string) (out string, send bool)
	Receiving(c ui.Chat, from, text string) (show string, ok bool)
	Opened(c ui.Chat)
	Closed(c ui.Chat)
	Do(c ui.Chat, act ui.Action, arg uint32)
	View(c ui.Chat) ui.View
	Begin()
}

// A Side is one user with a program, a key store and one buddy.
type Side struct {
	t       *testing.T
	program Program
	run     func() Program // starts it with the store
	running func() int     // how many goroutines of it have not posted back
	host    *fakeHost
	store   *keystore.Store
	dir     string
	chat    ui.Chat
	other   *Side
	clock   time.Time
	keyring *fakeKeyring
	wire    []string // on its way to this side
	heard   []string // what the window shows as received
}

// restart begins anew with the files that are there.
func (s *Side) restart() {
	s.t.Helper()
	if s.store != nil {
		s.store.Close()
	}
	store, err := keystore.OpenWith(s.dir, s.keyring, rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	s.store = store
	s.program = s.run()
}

func (s *Side) open() {
	s.host.windows = append(s.host.windows, s.chat)
	s.host.logging[s.chat] = true
	s.program.Opened(s.chat)
}

func (s *Side) close() {
	s.host.windows = slices.DeleteFunc(s.host.windows, func(c ui.Chat) bool { return c == s.chat })
	delete(s.host.logging, s.chat)
	s.program.Closed(s.chat)
}

// wait lets d pass, in steps in which timers fire.
func (s *Side) wait(d time.Duration) {
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
func (s *Side) say(text string) bool {
	out, send := s.program.Sending(s.chat, text)
	if send {
		s.other.wire = append(s.other.wire, out)
	}
	return send
}

// receive is what libpurple does with a message.
func (s *Side) receive(msg string) {
	show, ok := s.program.Receiving(s.chat, "", msg)
	if !ok {
		return
	}
	if !slices.Contains(s.host.windows, s.chat) {
		s.open()
	}
	s.heard = append(s.heard, show)
}

// deliver hands over messages until none is left.
func (s *Side) deliver() {
	s.t.Helper()
	for n := 0; len(s.wire)+len(s.other.wire) > 0; n++ {
		if n == 1000 {
			s.t.Fatal("the two programs never stop talking to each other")
		}
		to := s
		if len(to.wire) == 0 {
			to = s.other
		}
		msg := to.wire[0]
		to.wire = to.wire[1:]
		to.receive(msg)
	}
}

func (s *Side) start() {
	s.t.Helper()
	s.program.Do(s.chat, ui.StartOrRefresh, 0)
	s.deliver()
	s.want(ui.Unverified)
	s.other.want(ui.Unverified)
}

func (s *Side) want(l ui.Level) {
	s.t.Helper()
	if got := s.program.View(s.chat).Level; got != l {
		s.t.Fatalf("%s: level %v, want %v; lines:\n%s", s.chat.Account, got, l, s.host.text())
	}
}

// wantLine requires a line with part and forgets all lines.
func (s *Side) wantLine(part string) {
	s.t.Helper()
	if !strings.Contains(s.host.text(), part) {
		s.t.Fatalf("%s: no line with %q in:\n%s", s.chat.Account, part, s.host.text())
	}
	s.host.lines = nil
}

// verify goes through the dialog and says that the fingerprints match.
func (s *Side) verify() {
	s.t.Helper()
	s.program.Do(s.chat, ui.Verify, 0)
	s.fill(compared)
}

// pair lets two sides write to one another, with keys and an open window each.
func pair(alice, bob *Side) {
	join(alice, bob)
	alice.host.alias, bob.host.alias = "Bob", "Alice"
	for i, s := range []*Side{alice, bob} {
		if err := s.store.SetKey(ui.AccountOf(s.chat), testKey(s.t, i)); err != nil {
			s.t.Fatal(err)
		}
		s.open()
	}
}

// join lets two sides write to one another.
func join(alice, bob *Side) { alice.other, bob.other = bob, alice }

// newUser is a side that runs a program as soon as restart is called. running is how
// many goroutines of the program have not posted back.
func newUser(t *testing.T, me, buddy string, run func(*Side) Program, running func() int) *Side {
	s := &Side{
		t: t, host: newFakeHost(t), dir: t.TempDir(), clock: time.Now(), keyring: &fakeKeyring{}, running: running,
		chat: ui.Chat{Protocol: "prpl-jabber", Account: me, Peer: buddy},
	}
	s.run = func() Program { return run(s) }
	s.host.transmit = func(msg string) error {
		s.other.wire = append(s.other.wire, msg)
		return nil
	}
	s.restart()
	t.Cleanup(func() { s.store.Close() })
	return s
}

// These compare fingerprints in the dialog, with and without the second answer.
var (
	compared    = map[int]string{0: "2", -1: "1"}
	notCompared = map[int]string{0: "2"}
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
func (s *Side) fill(given map[int]string) {
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
