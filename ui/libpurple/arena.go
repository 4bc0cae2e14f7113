// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

/*
#include "host.h"
*/
import "C"

import (
	"strings"
	"unsafe"

	"purple-otr/ui"
)

// An arena holds what is handed to C for the length of one call. Its owner
// frees it in the same function.
type arena struct{ all []unsafe.Pointer }

func (a *arena) free() {
	for _, p := range a.all {
		C.free(p)
	}
	a.all = nil
}

// str ends at a NUL, because C does.
func (a *arena) str(s string) *C.char {
	s, _, _ = strings.Cut(s, "\x00")
	c := C.CString(strings.ToValidUTF8(s, "\ufffd"))
	a.all = append(a.all, unsafe.Pointer(c))
	return c
}

// strOrNil is nil for a text that is to be left out.
func (a *arena) strOrNil(s string) *C.char {
	if s == "" {
		return nil
	}
	return a.str(s)
}

func (a *arena) strs(all []string) **C.char {
	array := C.malloc(C.size_t(len(all)) * C.size_t(unsafe.Sizeof((*C.char)(nil))))
	a.all = append(a.all, array)
	slots := unsafe.Slice((**C.char)(array), len(all))
	for i, s := range all {
		slots[i] = a.str(s)
	}
	return (**C.char)(array)
}

func (a *arena) chat(c ui.Chat) C.PotrChat {
	return C.PotrChat{protocol: a.str(c.Protocol), account: a.str(c.Account), peer: a.str(c.Peer)}
}

func cbool(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

// chat is the reverse of arena.chat.
func (h *Host) chat(c C.PotrChat) ui.Chat {
	return h.Named(ui.Chat{Protocol: C.GoString(c.protocol), Account: C.GoString(c.account), Peer: C.GoString(c.peer)},
		uint(c.number), C.GoString(c.name))
}
