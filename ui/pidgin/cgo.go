// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

/*
#include "../libpurple/chat.h"
*/
import "C"

import (
	"strings"
	"unsafe"

	"purple-otr/ui"
)

// with calls f with C copies of the texts, each up to its first NUL.
func with(f func(t []*C.char), texts ...string) {
	t := make([]*C.char, len(texts))
	for i, s := range texts {
		t[i] = cText(s)
		defer C.free(unsafe.Pointer(t[i]))
	}
	f(t)
}

func cText(s string) *C.char {
	return C.CString(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\ufffd"), "\ufffd"))
}

func cbool(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

// names calls f with c converted for C.
func names(c ui.Chat, f func(C.PotrChat)) {
	protocol, account, peer := C.CString(c.Protocol), C.CString(c.Account), C.CString(c.Peer)
	defer C.free(unsafe.Pointer(protocol))
	defer C.free(unsafe.Pointer(account))
	defer C.free(unsafe.Pointer(peer))
	f(C.PotrChat{protocol: protocol, account: account, peer: peer})
}

// chat converts back what names has converted.
func chat(c C.PotrChat) ui.Chat {
	return shown.Named(ui.Chat{Protocol: C.GoString(c.protocol), Account: C.GoString(c.account), Peer: C.GoString(c.peer)},
		uint(c.number), C.GoString(c.name))
}
