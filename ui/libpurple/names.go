// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import "purple-otr/ui"

// A Mover learns when the names of an open conversation change. *app.App implements it;
// see its method Moved.
type Mover interface {
	Moved(from, to ui.Chat, named bool)
}

// names remembers the names that libpurple last used for each open conversation. All
// other Go code identifies a conversation by its names only. Every call from C passes
// through here, and only this code recognizes a conversation whose names have changed.
type names struct {
	known map[uint]called // by the number of the conversation
	mover Mover           // nil until Follow
}

// called holds the names of one conversation.
type called struct {
	chat ui.Chat
	name string // the conversation's name in libpurple, not normalized
}

// Follow tells m about changed names from now on.
func (h *Host) Follow(m Mover) { h.names.mover = m }

// Named returns c. C has passed c together with the number (0: none) and the name of the
// open conversation that has these names. If this conversation had other names before,
// everything known under those is moved first.
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

// moveReturns moves pending texts to the new names, so that they reach the same window.
func (h *Host) moveReturns(from, to ui.Chat) {
	if texts := h.returns[from]; len(texts) > 0 {
		delete(h.returns, from)
		h.returns[to] = append(h.returns[to], texts...)
	}
}
