// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import (
	"purple-otr/ui"
	"purple-otr/ui/pidgin"
)

// A drawer shows dialogs. Each dialog ends exactly once, however it ends.
type drawer interface {
	// AskForm's hide takes the form from the screen, with what the user has typed, and
	// returns what shows it again. It does nothing and returns nil while the user is typing
	// in it. A hidden form ends like one on the screen. hide is nil if forms cannot be
	// hidden.
	AskForm(f ui.Form) (hide func() (show func()))
	AskQuestion(q ui.Question) (drop func()) // drop closes it without calling q.Done
	ShowProgress(p ui.Progress)
	ShowTable(t ui.Table)
	RefreshTables()
	CloseIf(about func(ui.Chat) bool)
}

// dialogs are shown with libpurple's requests, except in Pidgin, where requests are too
// limited.
type dialogs struct {
	drawer
	requests *requests
	queue    *queue
}

func newDialogs(l *loop, q *queue) *dialogs {
	r := newRequests(l)
	if pidgin.Running() {
		return &dialogs{drawer: pidgin.NewDialogs(Caught), requests: r, queue: q}
	}
	return &dialogs{drawer: r, requests: r, queue: q}
}

func (s *dialogs) sweep() { s.requests.sweep() }

// closeIf also closes the file choosers, which always are libpurple's requests, and the
// dialogs that wait for their turn.
func (s *dialogs) closeIf(about func(ui.Chat) bool) {
	s.queue.closeIf(about)
	s.CloseIf(about)
	s.requests.CloseIf(about)
}

func (s *dialogs) closeAll() { s.closeIf(func(ui.Chat) bool { return true }) }

func (s *dialogs) closeAccount(protocol, account string) {
	s.closeIf(func(c ui.Chat) bool { return c.Protocol == protocol && c.Account == account })
}

// ShowProgress implements [ui.Host].
func (h *Host) ShowProgress(p ui.Progress) { h.dialogs.ShowProgress(p) }

// ShowTable implements [ui.Host].
func (h *Host) ShowTable(t ui.Table) { h.dialogs.ShowTable(t) }

// RefreshTables implements [ui.Host].
func (h *Host) RefreshTables() { h.dialogs.RefreshTables() }
