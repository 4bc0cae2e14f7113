// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

/*
#include "look.h"
#include "menu.h"
#include "offer.h"
#include "widgets.h"
*/
import "C"

import (
	"unsafe"

	"purple-otr/ui"
)

//export potrDescribe
func potrDescribe(c C.PotrChat, look *C.PotrLook) {
	if shown == nil {
		return
	}
	defer caught("describe")
	v := shown.View(chat(c))
	word, tooltip := C.CString(v.Word), C.CString(v.Tooltip)
	defer C.free(unsafe.Pointer(word))
	defer C.free(unsafe.Pointer(tooltip))
	C.potr_look_set(look, cbool(v.Hidden), cbool(v.NoButton), C.int(v.Level), word, tooltip)
	for _, item := range v.Menu {
		label := C.CString(item.Label)
		C.potr_look_add(look, label, C.PotrItem{
			action: C.int(item.Action), arg: C.guint(item.Arg),
			enabled: cbool(item.Enabled), radio: cbool(item.Radio), on: cbool(item.On),
			key: C.int(item.Key),
		})
		C.free(unsafe.Pointer(label))
	}
}

//export potrChosen
func potrChosen(c C.PotrChat, action C.int, arg C.guint) {
	if shown == nil {
		return
	}
	defer caught("menu")
	about := chat(c)
	defer Refresh(about) // GTK has already changed a radio item
	shown.Do(about, ui.Action(action), uint32(arg))
}

//export potrAccepted
func potrAccepted(c C.PotrChat, action C.int, label *C.char) {
	if shown == nil {
		return
	}
	defer caught("offer")
	shown.Accept(chat(c), ui.Action(action), C.GoString(label))
}

//export potrReadableColour
func potrReadableColour(wanted, background C.guint) C.guint {
	return C.guint(readable(colour(wanted), colour(background)))
}

//export potrLevelColour
func potrLevelColour(level C.int, background C.guint) C.guint {
	return C.guint(levelColour(ui.Level(level), colour(background)))
}
