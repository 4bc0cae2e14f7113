// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import "purple-otr/ui"

// A Mover is told that an open conversation goes by other names now. A *app.App is
// one; Moved of package app says more.
type Mover interface {
	Moved(from, to ui.Chat, named bool)
}

// names remembers the names of the open conversations as libpurple last used them. All
// other Go code knows a conversation by its names only. This is the one place that
// recognises a conversation whose names have changed, and every call from C passes it.
type names struct {
	known map[uint]called // by the conversation's number
	mover Mover           // nil until Follow
}

// called holds the names of one conversation.
type called struct {
	chat ui.Chat
	name string // as libpurple has it: not normalized
}

// Follow makes m learn of new names from now on.
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

// Gone forgets a conversation that is about to be destroyed.
func (h *Host) Gone(number uint) { delete(h.names.known, number) }

// moveReturns makes text that is on its way back to the user arrive in the same window.
func (h *Host) moveReturns(from, to ui.Chat) {
	if texts := h.returns[from]; len(texts) > 0 {
		delete(h.returns, from)
		h.returns[to] = append(h.returns[to], texts...)
	}
}
