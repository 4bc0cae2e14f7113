// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/ui"
)

// begin is Begin, and what it has posted, until nothing goes on any more.
func (s *Side) begin() {
	s.t.Helper()
	s.program.Begin()
	s.quiet()
}

// quiet waits for everything in the background: Found, BackUp and Protect answer
// in whatever order.
func (s *Side) quiet() {
	s.t.Helper()
	for s.running() > 0 {
		s.host.post()
	}
}

// sealed has the passphrase "sesame" protect s's keys, and begins anew.
func (s *Side) sealed() {
	s.t.Helper()
	if _, err := s.store.Protect(s.t.Context(), keystore.ByPassphrase, []byte("sesame")); err != nil {
		s.t.Fatal(err)
	}
	s.host.prefs["/plugins/core/purple-otr/protection-decided"] = true
	s.restart()
	s.begin()
}

// keyringGone has a keyring protect s's keys, which is not there when s begins
// anew.
func (s *Side) keyringGone() {
	s.t.Helper()
	s.keyring.set(true)
	if _, err := s.store.Protect(s.t.Context(), keystore.ByKeyring, nil); err != nil {
		s.t.Fatal(err)
	}
	s.keyring.set(false)
	s.restart()
	s.begin()
}

func (s *Side) isProtected(want keystore.Protection) {
	s.t.Helper()
	if got := s.store.Protection(); got != want {
		s.t.Fatalf("protection %v, want %v; alerts %q, debug %q", got, want, s.host.alerts, s.host.debug)
	}
	_, err := os.Stat(filepath.Join(s.dir, "otr.private_key"))
	if plain := err == nil; plain != (want == keystore.Plain) {
		s.t.Errorf("there is a plain file: %v", plain)
	}
}

func (s *Side) isProtectedAfter(want keystore.Protection) {
	s.t.Helper()
	s.quiet()
	s.isProtected(want)
}

// enter types a passphrase into the dialog that is on the screen.
func (s *Side) enter(passphrase string) {
	s.t.Helper()
	s.fill(map[int]string{0: passphrase})
	s.quiet()
}

// table takes the table that was shown last.
func (s *Side) table() ui.Table {
	s.t.Helper()
	if len(s.host.tables) == 0 {
		s.t.Fatal("no table is shown")
	}
	return s.host.tables[len(s.host.tables)-1]
}

// button finds one of a table's by the beginning of its label.
func button(t *testing.T, table ui.Table, label string) ui.TableAction {
	t.Helper()
	for _, a := range table.Actions {
		if strings.HasPrefix(a.Label, label) {
			return a
		}
	}
	t.Fatalf("no button %q", label)
	return ui.TableAction{}
}

// enabled lists the buttons that can be pressed.
func enabled(table ui.Table, id string) string {
	var on []string
	for _, a := range table.Actions {
		if a.Enabled(id) {
			on = append(on, strings.Trim(a.Label, "…"))
		}
	}
	return strings.Join(on, ", ")
}

func (s *Side) fingerprint(acc keystore.Account) string {
	if k := s.store.Key(acc); k != nil {
		return k.Fingerprint().String()
	}
	return ""
}

func (s *Side) wantKey(i int) {
	s.t.Helper()
	want := ""
	if i >= 0 {
		want = testKey(s.t, i).Fingerprint().String()
	}
	if got := s.fingerprint(ui.AccountOf(s.chat)); got != want {
		s.t.Fatalf("key %q, want %q", got, want)
	}
}

// everybody runs test with a window and without, for a buddy and for a stranger.
func everybody(t *testing.T, test func(t *testing.T, open, stranger bool)) {
	for _, open := range []bool{true, false} {
		for _, stranger := range []bool{false, true} {
			t.Run(fmt.Sprintf("window %v, stranger %v", open, stranger), func(t *testing.T) { test(t, open, stranger) })
		}
	}
}

// meets sets the scene for everybody.
func (s *Side) meets(open, stranger bool) {
	s.host.stranger = stranger
	switch is := slices.Contains(s.host.windows, s.chat); {
	case open && !is:
		s.open()
	case !open && is:
		s.close()
	}
	s.host.lines = nil
}

// isTold requires that s has read part in the window, or else in a dialog, which is
// returned. No dialog may take the keyboard, or have in it what a stranger wrote.
func (s *Side) isTold(open, stranger bool, part string) (q ui.Question) {
	s.t.Helper()
	for _, f := range s.host.forms {
		if !f.Unasked {
			s.t.Errorf("the form %q takes the keyboard", f.Heading)
		}
	}
	said := s.host.text()
	for _, q = range s.host.questions {
		if !q.Unasked {
			s.t.Errorf("the question %q takes the keyboard", q.Heading)
		}
		if text := q.Heading + q.Text; !open {
			said += text
			if stranger && strings.Contains(text, s.host.alias) {
				s.t.Errorf("a stranger is named: %q", text)
			}
		}
	}
	if !strings.Contains(said, part) {
		s.t.Errorf("no %q in lines %q, questions %+v", part, s.host.text(), s.host.questions)
	}
	return q
}

// lastProgress is what the progress dialog shows.
func (s *Side) lastProgress() ui.Progress {
	s.t.Helper()
	if len(s.host.progress) == 0 {
		s.t.Fatal("no progress is shown")
	}
	return s.host.progress[len(s.host.progress)-1]
}

// path chooses a path in the dialog that must be on the screen.
func (h *fakeHost) path(path string) {
	h.t.Helper()
	if len(h.paths) != 1 {
		h.t.Fatalf("%d choices of a file on the screen, want 1", len(h.paths))
	}
	q := h.paths[0]
	h.paths = nil
	q.Done(path)
}

// ask has s ask the buddy by the dialog; an empty question compares a secret.
func (s *Side) ask(question, secret string) {
	s.t.Helper()
	s.program.Do(s.chat, ui.Verify, 0)
	if question == "" {
		s.fill(map[int]string{0: "1", 3: secret})
	} else {
		s.fill(map[int]string{0: "0", 1: question, 2: secret})
	}
}
