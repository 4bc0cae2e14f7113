// SPDX-License-Identifier: GPL-2.0-or-later

// Package pidgin draws what libpurple has no functions for: the level of a conversation,
// the OTR menu, and dialogs. In any program other than Pidgin its functions do nothing, and
// there must be no Dialogs.
//
// Main loop only.
package pidgin

/*
#cgo pkg-config: purple pidgin gtk+-2.0
#cgo CFLAGS: -Wall -Wextra -Wno-unused-parameter -Wno-deprecated-declarations
#cgo LDFLAGS: -Wl,--as-needed
#include "offer.h"
#include "widgets.h"
*/
import "C"

import (
	"unsafe"

	"purple-otr/ui"
)

//go:generate ./weak

// menuTitle is [text.MenuTitle] with a mnemonic. Pidgin's own menus already use O.
const menuTitle = "O_TR"

// A Model decides what is drawn.
type Model interface {
	// Named returns c, the current names of the open conversation with this number, whose
	// name in libpurple is name.
	Named(c ui.Chat, number uint, name string) ui.Chat
	View(c ui.Chat) ui.View
	Do(c ui.Chat, act ui.Action, arg uint32)
	// Accept is called when the user has clicked the item with this label that Offer put
	// behind a line.
	Accept(c ui.Chat, act ui.Action, label string)
}

// Valid between Start and Stop.
var (
	shown  Model
	caught func(where string) // deferred around each use of shown, recovers from panics
)

// Running reports whether the program is Pidgin.
func Running() bool { return C.potr_in_pidgin() != 0 }

// Start adds the button and the menu to every conversation window. recovers is deferred
// around each use of m, and recovers from a panic.
func Start(m Model, recovers func(where string)) {
	if !Running() {
		return
	}
	shown, caught = m, recovers
	title := C.CString(menuTitle)
	defer C.free(unsafe.Pointer(title))
	C.potr_widgets_add(title)
}

// Stop removes them.
func Stop() {
	if Running() {
		C.potr_widgets_remove()
		C.potr_offers_remove()
	}
	shown = nil
}

// Refresh redraws c.
func Refresh(c ui.Chat) {
	if shown != nil {
		names(c, func(n C.PotrChat) { C.potr_widgets_refresh(n) })
	}
}

// RefreshAll redraws every conversation.
func RefreshAll() {
	if shown != nil {
		C.potr_widgets_refresh_all()
	}
}

// GiveBack puts html into c's entry box, before anything that the user has typed since. It
// returns false if there is no such box.
func GiveBack(c ui.Chat, html string) (ok bool) {
	if !Running() {
		return false
	}
	s := C.CString(html)
	defer C.free(unsafe.Pointer(s))
	names(c, func(n C.PotrChat) { ok = C.potr_give_back(n, s) != 0 })
	return ok
}

// Offer adds the items of c's menu with these actions to the end of the line that was just
// written in c's window. The user can click them.
func Offer(c ui.Chat, actions []ui.Action) {
	if shown == nil || len(actions) == 0 {
		return
	}
	v := shown.View(c)
	for _, act := range actions {
		if item, ok := v.Item(act); ok {
			names(c, func(n C.PotrChat) {
				with(func(t []*C.char) { C.potr_offer(n, C.int(act), t[0]) }, item.Plain())
			})
		}
	}
}
