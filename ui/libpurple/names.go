// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import "purple-otr/ui"

// A Mover is told that an open conversation goes by other names now. A *app.App is
// one; Moved of package app says more.
type Mover interface {
	Moved(from, to ui.Chat, named bool)
}

// names remembers what the open conversations were called when libpurple last spoke
// of them. Everything else in Go calls a conversation by its names; this is the one
// place where a conversation that goes by other names than before is recognised, and
// every call from C passes it.
type names struct {
	known map[uint]called // by the conversation's number
	mover Mover           // nil until Follow
}

// called is what one conversation is called.
type called struct {
	chat ui.Chat
	name string // as libpurple has it: not normalized
}

// Follow has m told from now on.
func (h *Host) Follow(m Mover) { h.names.mover = m }

// Named is c, which C has spoken of together with the number and the name of the open
// conversation that has these names, or zero. If that conversation had other names
// before, what is known by them is moved first.
func (h *Host) Named(c ui.Chat, number uint, name string) ui.Chat {
	if number == 0 {
		return c
	}
	was, ok := h.names.known[number]
	h.names.known[number] = called{c, name}
	if ok && was.chat != c && h.names.mover != nil {
		h.moveReturns(was.chat, c)
		h.names.mover.Moved(was.chat, c, was.name != name)
	}
	return c
}

// Gone is told that a conversation is about to go.
func (h *Host) Gone(number uint) { delete(h.names.known, number) }

// moveReturns has what is on its way back to the user arrive in the same window.
func (h *Host) moveReturns(from, to ui.Chat) {
	if texts := h.returns[from]; len(texts) > 0 {
		delete(h.returns, from)
		h.returns[to] = append(h.returns[to], texts...)
	}
}
