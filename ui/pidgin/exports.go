// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

/*
#include "widgets.h"
*/
import "C"

import (
	"unsafe"

	"purple-otr/ui"
)

func chat(c C.PotrChat) ui.Chat {
	return ui.Chat{Protocol: C.GoString(c.protocol), Account: C.GoString(c.account), Peer: C.GoString(c.peer)}
}

//export potrLook
func potrLook(c C.PotrChat, look *C.PotrLook) {
	if shown == nil {
		return
	}
	defer caught("look")
	v := shown.View(chat(c))
	word, tooltip := C.CString(v.Word), C.CString(v.Tooltip)
	defer C.free(unsafe.Pointer(word))
	defer C.free(unsafe.Pointer(tooltip))
	var hidden C.int
	if v.Hidden {
		hidden = 1
	}
	C.potr_look_set(look, hidden, C.int(v.Level), word, tooltip)
	for _, item := range v.Menu {
		addItem(look, item)
	}
}

func addItem(look *C.PotrLook, item ui.MenuItem) {
	label := C.CString(item.Label)
	defer C.free(unsafe.Pointer(label))
	var enabled C.int
	if item.Enabled {
		enabled = 1
	}
	C.potr_look_add(look, label, C.int(item.Action), enabled)
}

//export potrChosen
func potrChosen(c C.PotrChat, action C.int) {
	if shown == nil {
		return
	}
	defer caught("menu")
	shown.Do(chat(c), ui.Action(action))
}

//export potrInk
func potrInk(level C.int, background C.guint) C.guint {
	return C.guint(ink(ui.Level(level), colour(background)))
}
