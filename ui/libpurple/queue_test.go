// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import (
	"slices"
	"strings"
	"testing"

	"purple-otr/ui"
)

// A screen shows the windows of a queue by their names.
type screen struct {
	t     *testing.T
	q     *queue
	open  map[string]*window
	later []func()
	ended []string
}

func newScreen(t *testing.T) *screen {
	s := &screen{t: t, open: map[string]*window{}}
	s.q = &queue{post: func(f func()) { s.later = append(s.later, f) }}
	return s
}

// window is an urgent one if its name ends in !, and a form in which the user is typing if
// it ends in ?.
func (s *screen) window(name string) *window {
	l := &window{chat: ui.Chat{Peer: name}, urgent: strings.HasSuffix(name, "!")}
	l.show = func() func() bool {
		s.open[name] = l
		return func() bool {
			if strings.HasSuffix(name, "?") {
				return false
			}
			delete(s.open, name)
			return true
		}
	}
	l.end = func() { s.ended = append(s.ended, name); s.q.done(l) }
	return l
}

func (s *screen) add(names ...string) {
	for _, name := range names {
		s.q.add(s.window(name))
	}
}

// ask opens a window that the user has asked for.
func (s *screen) ask(name string) {
	l := s.window(name)
	l.show = func() func() bool {
		s.open[name] = l
		return nil
	}
	s.q.now(l)
}

// close closes a window as the user does.
func (s *screen) close(name string) {
	s.t.Helper()
	l := s.open[name]
	if l == nil {
		s.t.Fatalf("%s is not on the screen", name)
	}
	delete(s.open, name)
	s.q.done(l)
	s.run()
}

func (s *screen) run() {
	for len(s.later) > 0 {
		f := s.later[0]
		s.later = s.later[1:]
		f()
	}
}

func (s *screen) shows(want ...string) {
	s.t.Helper()
	var names []string
	for name := range s.open {
		names = append(names, name)
	}
	slices.Sort(names)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		s.t.Errorf("on the screen are %q, want %q", names, want)
	}
}

// TestQueue shows windows one after another, in their order.
func TestQueue(t *testing.T) {
	s := newScreen(t)
	s.add("a", "b?", "c")
	for _, name := range []string{"a", "b?", "c"} {
		s.shows(name)
		s.close(name)
	}
	s.shows()
	s.add("d")
	s.shows("d")
}

// TestQueueUrgent: an urgent window does not wait, takes no form from the screen in which the
// user is typing, and what it has taken comes back before what waits.
func TestQueueUrgent(t *testing.T) {
	s := newScreen(t)
	s.add("notice", "passphrase?", "changed!", "other changed!")
	s.shows("changed!")
	s.close("changed!")
	s.shows("other changed!")
	s.close("other changed!")
	s.shows("notice")
	s.close("notice")
	s.shows("passphrase?")
	s.add("changed!", "notice")
	s.shows("passphrase?", "changed!")
	s.close("passphrase?")
	s.shows("changed!")
	s.close("changed!")
	s.shows("notice")
}

// TestQueueAsked: what the user opens does not wait, and all others wait for it, except
// urgent ones.
func TestQueueAsked(t *testing.T) {
	s := newScreen(t)
	s.ask("settings")
	s.add("notice", "passphrase?")
	s.shows("settings")
	s.ask("verify")
	s.shows("settings", "verify")
	s.close("settings")
	s.shows("verify")
	s.add("changed!", "other changed!")
	s.shows("verify", "changed!")
	s.ask("compare")
	s.shows("verify", "compare", "changed!")
	s.close("verify")
	s.close("changed!")
	s.shows("compare", "other changed!")
	s.close("compare")
	s.shows("other changed!")
	s.close("other changed!")
	s.shows("notice")
	s.close("notice")
	s.shows("passphrase?")
}

// TestQueueChoice: a window that the user opens by a button of another comes before what
// waits.
func TestQueueChoice(t *testing.T) {
	s := newScreen(t)
	s.add("locked", "notice")
	s.q.done(s.open["locked"])
	delete(s.open, "locked")
	s.ask("passphrase?")
	s.run()
	s.shows("passphrase?")
	s.close("passphrase?")
	s.shows("notice")
}

// TestQueueForm: a hidden form keeps what has been typed, and ends like one on the screen.
func TestQueueForm(t *testing.T) {
	s := newScreen(t)
	form, shown, typing := &window{}, "", false
	form.end = func() { s.ended = append(s.ended, "form") }
	form.show = func() func() bool {
		shown = "empty"
		return form.hidable(func() func() {
			if typing {
				return nil
			}
			before := shown
			shown = ""
			return func() { shown = before }
		})
	}
	s.q.add(form)
	shown = "a passphrase"
	for range 2 {
		s.add("changed!")
		if shown != "" {
			t.Errorf("the form is on the screen: %q", shown)
		}
		s.close("changed!")
		if shown != "a passphrase" {
			t.Errorf("the form contains %q", shown)
		}
	}
	typing = true
	s.add("changed!")
	if shown == "" {
		t.Error("the form has been taken away from a user who types in it")
	}
	s.close("changed!")
	typing = false
	s.add("changed!")
	s.q.closeIf(func(ui.Chat) bool { return true })
	if len(s.ended) != 0 { // the drawer closes it
		t.Errorf("ended are %q", s.ended)
	}
	s.q.done(form)
	s.close("changed!")
	s.shows()
	if shown != "" {
		t.Errorf("the form is on the screen: %q", shown)
	}
}

// TestQueueClosed closes windows about a chat that have not been shown, as an account
// that goes offline does.
func TestQueueClosed(t *testing.T) {
	s := newScreen(t)
	s.add("a", "b", "c")
	s.q.closeIf(func(c ui.Chat) bool { return c.Peer != "c" })
	if !slices.Equal(s.ended, []string{"b"}) {
		t.Errorf("ended are %q", s.ended)
	}
	s.run()
	s.shows("a")
	s.close("a")
	s.shows("c")
	s.close("c")
	s.shows()
}

// TestQueueWanted: the user wants to see a window that waits.
func TestQueueWanted(t *testing.T) {
	s := newScreen(t)
	s.add("a", "b?", "c")
	s.q.about(ui.Chat{Peer: "b?"})
	s.shows("a", "b?")
	s.close("a")
	s.shows("b?")
	s.close("b?")
	s.shows("c")
}

// TestQueueAlert: messages that the user did not ask for wait for their turn together,
// and the answer to what the user has done is shown at once.
func TestQueueAlert(t *testing.T) {
	s := newScreen(t)
	as, open := someAlerts(s.q)
	s.add("passphrase?")
	as.add(alert{"OTR", "First", ""}, false)
	as.add(alert{"OTR", "Second", ""}, false)
	s.q.closeIf(func(ui.Chat) bool { return true })
	if len(open) != 0 {
		t.Errorf("on the screen is %v", open)
	}
	s.close("passphrase?")
	if len(open) != 1 || open[as.number] != "OTR|First|Second" {
		t.Errorf("on the screen is %v", open)
	}
	s.add("changed!")
	s.shows("changed!")
	if len(open) != 0 {
		t.Errorf("on the screen is %v", open)
	}
	as.add(alert{"OTR", "Not saved", ""}, true)
	s.shows("changed!")
	if len(open) != 1 || open[as.number] != "OTR|First|Second\n\nNot saved" {
		t.Errorf("on the screen is %v", open)
	}
	s.add("notice")
	s.close("changed!")
	s.shows()
	delete(open, as.number)
	as.closed(as.number)
	s.run()
	s.shows("notice")
}
