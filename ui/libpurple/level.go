// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

/*
#include "host.h"
*/
import "C"

import (
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// sayLevel writes how private c is now as a line, unless the last such line in c's window
// says the same. It is for a program in which nothing can be drawn. The line is about now,
// so that it is not logged.
func sayLevel(c ui.Chat) {
	if hooks == nil {
		return
	}
	v := hooks.View(c)
	var cs cStrings
	defer cs.free()
	if !v.Hidden && C.potr_level_is_new(cs.chat(c), C.int(v.Level)) != 0 {
		write(c, text.Escape(text.MenuTitle+": "+v.Word), false, false, false)
	}
}
