// SPDX-License-Identifier: GPL-2.0-or-later

package uitest

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

// Begin is Begin, and what it has posted, until nothing goes on any more.
func (s *Side) Begin() {
	s.T.Helper()
	s.program.Begin()
	s.Quiet()
}

// Quiet waits until no work is left in the background. Found, BackUp and Protect finish in
// any order.
func (s *Side) Quiet() {
	s.T.Helper()
	for s.busy() || len(s.Host.Posts) > 0 {
		s.Host.RunPosted()
	}
}

// Sealed protects s's keys with the passphrase "sesame" and restarts s.
func (s *Side) Sealed() {
	s.T.Helper()
	if _, err := s.Store.Protect(s.T.Context(), keystore.ByPassphrase, []byte("sesame")); err != nil {
		s.T.Fatal(err)
	}
	s.Host.Prefs["/plugins/core/purple-otr/protection-decided"] = true
	s.Restart()
	s.Begin()
}

// KeyringGone protects s's keys with a keyring and restarts s without that keyring.
func (s *Side) KeyringGone() {
	s.T.Helper()
	s.Keyring.SetReady(true)
	if _, err := s.Store.Protect(s.T.Context(), keystore.ByKeyring, nil); err != nil {
		s.T.Fatal(err)
	}
	s.Keyring.SetReady(false)
	s.Restart()
	s.Begin()
}

func (s *Side) IsProtected(want keystore.Protection) {
	s.T.Helper()
	if got := s.Store.Protection(); got != want {
		s.T.Fatalf("protection %v, want %v; alerts %q, debug %q", got, want, s.Host.Alerts, s.Host.Debugged)
	}
	_, err := os.Stat(filepath.Join(s.Dir, "otr.private_key"))
	if plain := err == nil; plain != (want == keystore.Plain) {
		s.T.Errorf("there is a plain file: %v", plain)
	}
}

// IsProtectedBeside is IsProtected where plain files may be beside the store.
func (s *Side) IsProtectedBeside(want keystore.Protection) {
	s.T.Helper()
	if got := s.Store.Protection(); got != want {
		s.T.Fatalf("protection %v, want %v", got, want)
	}
}

func (s *Side) IsProtectedAfter(want keystore.Protection) {
	s.T.Helper()
	s.Quiet()
	s.IsProtected(want)
}

// Enter types a passphrase into the open dialog.
func (s *Side) Enter(passphrase string) {
	s.T.Helper()
	s.Fill(map[int]string{0: passphrase})
	s.Quiet()
}

// Table returns the table that was shown last.
func (s *Side) Table() ui.Table {
	s.T.Helper()
	if len(s.Host.tables) == 0 {
		s.T.Fatal("no table is shown")
	}
	return s.Host.tables[len(s.Host.tables)-1]
}

// Button finds one of a table's by the beginning of its label.
func Button(t *testing.T, table ui.Table, label string) ui.TableAction {
	t.Helper()
	for _, a := range table.Actions {
		if strings.HasPrefix(a.Label, label) {
			return a
		}
	}
	t.Fatalf("no button %q", label)
	return ui.TableAction{}
}

// Enabled lists the buttons that can be pressed.
func Enabled(table ui.Table, id string) string {
	var on []string
	for _, a := range table.Actions {
		if a.Enabled(id) {
			on = append(on, strings.Trim(a.Label, "…"))
		}
	}
	return strings.Join(on, ", ")
}

func (s *Side) Fingerprint(acc keystore.Account) string {
	if k := s.Store.Key(acc); k != nil {
		return k.Fingerprint().String()
	}
	return ""
}

func (s *Side) WantKey(i int) {
	s.T.Helper()
	want := ""
	if i >= 0 {
		want = TestKey(s.T, i).Fingerprint().String()
	}
	if got := s.Fingerprint(ui.AccountOf(s.Chat)); got != want {
		s.T.Fatalf("key %q, want %q", got, want)
	}
}

// Everybody runs test with and without a window, for a buddy and for a stranger.
func Everybody(t *testing.T, test func(t *testing.T, open, stranger bool)) {
	for _, open := range []bool{true, false} {
		for _, stranger := range []bool{false, true} {
			t.Run(fmt.Sprintf("window %v, stranger %v", open, stranger), func(t *testing.T) { test(t, open, stranger) })
		}
	}
}

// Meets sets the scene for everybody.
func (s *Side) Meets(open, stranger bool) {
	s.Host.Stranger = stranger
	switch is := slices.Contains(s.Host.Windows, s.Chat); {
	case open && !is:
		s.Open()
	case !open && is:
		s.Close()
	}
	s.Host.Lines = nil
}

// IsTold requires that s has been told part in the window, or else in a dialog, which it
// returns. No dialog may take the keyboard focus, or contain a stranger's text.
func (s *Side) IsTold(open, stranger bool, part string) (q ui.Question) {
	s.T.Helper()
	for _, f := range s.Host.Forms {
		if !f.Unasked {
			s.T.Errorf("the form %q takes the keyboard", f.Heading)
		}
	}
	said := s.Host.Text()
	for _, q = range s.Host.Questions {
		if !q.Unasked {
			s.T.Errorf("the question %q takes the keyboard", q.Heading)
		}
		if text := q.Heading + q.Text; !open {
			said += text
			if stranger && strings.Contains(text, s.Host.Nick) {
				s.T.Errorf("a stranger is named: %q", text)
			}
		}
	}
	if !strings.Contains(said, part) {
		s.T.Errorf("no %q in lines %q, questions %+v", part, s.Host.Text(), s.Host.Questions)
	}
	return q
}

// LastProgress returns what the progress dialog shows.
func (s *Side) LastProgress() ui.Progress {
	s.T.Helper()
	if len(s.Host.Progress) == 0 {
		s.T.Fatal("no progress is shown")
	}
	return s.Host.Progress[len(s.Host.Progress)-1]
}

// ChoosePath chooses a path in the dialog that must be on the screen.
func (h *Host) ChoosePath(path string) {
	h.t.Helper()
	if len(h.paths) != 1 {
		h.t.Fatalf("%d choices of a file on the screen, want 1", len(h.paths))
	}
	q := h.paths[0]
	h.paths = nil
	q.Done(path)
}

// Ask asks s's buddy in the dialog; an empty question compares a secret.
func (s *Side) Ask(question, secret string) {
	s.T.Helper()
	s.program.Do(s.Chat, ui.Verify, 0)
	if question == "" {
		s.Fill(map[int]string{0: "1", 3: secret})
	} else {
		s.Fill(map[int]string{0: "0", 1: question, 2: secret})
	}
}
