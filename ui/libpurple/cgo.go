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

// cStrings owns C strings for the duration of one cgo call. The function that creates it
// must also free it.
type cStrings struct{ all []unsafe.Pointer }

func (cs *cStrings) free() {
	for _, p := range cs.all {
		C.free(p)
	}
	cs.all = nil
}

// str copies s up to the first NUL, because C strings end there.
func (cs *cStrings) str(s string) *C.char {
	s, _, _ = strings.Cut(s, "\x00")
	c := C.CString(strings.ToValidUTF8(s, "\ufffd"))
	cs.all = append(cs.all, unsafe.Pointer(c))
	return c
}

// strOrNil returns nil for an empty string.
func (cs *cStrings) strOrNil(s string) *C.char {
	if s == "" {
		return nil
	}
	return cs.str(s)
}

func (cs *cStrings) strs(all []string) **C.char {
	array := C.malloc(C.size_t(len(all)) * C.size_t(unsafe.Sizeof((*C.char)(nil))))
	cs.all = append(cs.all, array)
	slots := unsafe.Slice((**C.char)(array), len(all))
	for i, s := range all {
		slots[i] = cs.str(s)
	}
	return (**C.char)(array)
}

func (cs *cStrings) chat(c ui.Chat) C.PotrChat {
	return C.PotrChat{protocol: cs.str(c.Protocol), account: cs.str(c.Account), peer: cs.str(c.Peer)}
}

func cbool(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

// chat converts back what cStrings.chat has converted.
func (h *Host) chat(c C.PotrChat) ui.Chat {
	return h.Named(ui.Chat{Protocol: C.GoString(c.protocol), Account: C.GoString(c.account), Peer: C.GoString(c.peer)},
		uint(c.number), C.GoString(c.name))
}
