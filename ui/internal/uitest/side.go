// SPDX-License-Identifier: GPL-2.0-or-later

package uitest

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
	Leaving(c ui.Chat, text string, automatic bool) (out, to string, ok bool)
	Receiving(c ui.Chat, from, text string) (show string, ok bool)
	Opened(c ui.Chat)
	Closed(c ui.Chat)
	Do(c ui.Chat, act ui.Action, arg uint32)
	View(c ui.Chat) ui.View
	Begin()
}

// A Side is one user with a program, a key store and one buddy.
type Side struct {
	T       *testing.T
	program Program
	run     func() Program // starts it with the store
	busy    func() bool    // something of it goes on in the background
	Host    *Host
	Store   *keystore.Store
	Dir     string
	Chat    ui.Chat
	Other   *Side
	Clock   time.Time
	Keyring *Keyring
	Wire    []string // on its way to this side
	Heard   []string // what the window shows as received
}

// Restart starts the program again with the same files.
func (s *Side) Restart() {
	s.T.Helper()
	if s.Store != nil {
		s.Store.Close()
	}
	store, err := keystore.OpenWith(s.Dir, s.Keyring, rand.Reader)
	if err != nil {
		s.T.Fatal(err)
	}
	s.Store = store
	s.program = s.run()
	s.Host.view = s.program.View
}

func (s *Side) Open() {
	s.Host.Windows = append(s.Host.Windows, s.Chat)
	s.Host.Logs[s.Chat] = true
	s.program.Opened(s.Chat)
}

func (s *Side) Close() {
	s.Host.Windows = slices.DeleteFunc(s.Host.Windows, func(c ui.Chat) bool { return c == s.Chat })
	delete(s.Host.Logs, s.Chat)
	s.program.Closed(s.Chat)
}

// Wait advances the clock by d, in steps at which timers fire.
func (s *Side) Wait(d time.Duration) {
	for end := s.Clock.Add(d); s.Clock.Before(end); {
		s.Clock = s.Clock.Add(time.Second)
		for _, timer := range s.Host.Running() {
			if timer.d -= time.Second; timer.d <= 0 {
				timer.stopped = true
				s.Host.Fired++
				timer.f()
			}
		}
	}
}

// Say types text and reports whether libpurple sends something for it.
func (s *Side) Say(text string) bool {
	out, send := s.program.Sending(s.Chat, text)
	if send {
		out, _, send = s.program.Leaving(s.Chat, out, false)
	}
	if send {
		s.Other.Wire = append(s.Other.Wire, out)
	}
	return send
}

// Receive does what libpurple does with a message.
func (s *Side) Receive(msg string) {
	show, ok := s.program.Receiving(s.Chat, "", msg)
	if !ok {
		return
	}
	if !slices.Contains(s.Host.Windows, s.Chat) {
		s.Open()
	}
	s.Heard = append(s.Heard, show)
}

// Deliver delivers messages until none is left.
func (s *Side) Deliver() {
	s.T.Helper()
	for n := 0; len(s.Wire)+len(s.Other.Wire) > 0; n++ {
		if n == 1000 {
			s.T.Fatal("the two programs never stop talking to each other")
		}
		to := s
		if len(to.Wire) == 0 {
			to = s.Other
		}
		msg := to.Wire[0]
		to.Wire = to.Wire[1:]
		to.Receive(msg)
	}
}

func (s *Side) Start() {
	s.T.Helper()
	s.program.Do(s.Chat, ui.StartOrRefresh, 0)
	s.Deliver()
	s.Want(ui.Unverified)
	s.Other.Want(ui.Unverified)
}

func (s *Side) Want(l ui.Level) {
	s.T.Helper()
	if got := s.program.View(s.Chat).Level; got != l {
		s.T.Fatalf("%s: level %v, want %v; lines:\n%s", s.Chat.Account, got, l, s.Host.Text())
	}
}

// WantLine requires a line that contains part, and deletes all lines.
func (s *Side) WantLine(part string) {
	s.T.Helper()
	if !strings.Contains(s.Host.Text(), part) {
		s.T.Fatalf("%s: no line with %q in:\n%s", s.Chat.Account, part, s.Host.Text())
	}
	s.Host.Lines = nil
}

// Verify confirms in the dialog that the fingerprints match.
func (s *Side) Verify() {
	s.T.Helper()
	s.program.Do(s.Chat, ui.Verify, 0)
	s.Fill(Compared)
}

// Pair connects two sides, each with a key and an open window.
func Pair(alice, bob *Side) {
	Join(alice, bob)
	alice.Host.Nick, bob.Host.Nick = "Bob", "Alice"
	for i, s := range []*Side{alice, bob} {
		if err := s.Store.SetKey(ui.AccountOf(s.Chat), TestKey(s.T, i)); err != nil {
			s.T.Fatal(err)
		}
		s.Open()
	}
}

// Join connects two sides.
func Join(alice, bob *Side) { alice.Other, bob.Other = bob, alice }

// NewUser returns a side that runs a program. busy reports whether that has work in the
// background.
func NewUser(t *testing.T, me, buddy string, run func(*Side) Program, busy func() bool) *Side {
	s := &Side{
		T: t, Host: NewHost(t), Dir: t.TempDir(), Clock: time.Now(), Keyring: &Keyring{}, busy: busy,
		Chat: ui.Chat{Protocol: "prpl-jabber", Account: me, Peer: buddy},
	}
	s.run = func() Program { return run(s) }
	s.Host.OnTransmit = func(msg string) error {
		s.Other.Wire = append(s.Other.Wire, msg)
		return nil
	}
	s.Restart()
	t.Cleanup(func() { s.Store.Close() })
	return s
}

// These compare fingerprints in the dialog, with and without the second answer.
var (
	Compared    = map[int]string{0: "2", -1: "1"}
	NotCompared = map[int]string{0: "2"}
)

// Answers returns the values of f's fields: those given, by index, where -1 means the last
// field, and otherwise the initial values.
func Answers(f ui.Form, given map[int]string) []string {
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

// Fill presses the OK of the form on the screen.
func (s *Side) Fill(given map[int]string) {
	s.T.Helper()
	f := s.Host.TakeForm()
	f.Done(true, Answers(f, given))
}

var (
	testKeys  [4]*otr.PrivateKey
	testKeyMu sync.Mutex
)

// TestKey returns one of a few keys made once for all tests.
func TestKey(t *testing.T, i int) *otr.PrivateKey {
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
