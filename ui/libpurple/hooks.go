// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

/*
#include "hooks.h"
*/
import "C"

import (
	"strings"
	"unsafe"

	"purple-otr/ui"
)

// C and Go define the same numbers. If they differ, an index is out of range here, and
// this does not compile.
var (
	_ = [1]int{}[C.POTR_ACTIONS-ui.NumActions]
	_ = [1]int{}[C.POTR_FILE-ui.File]
	_ = [1]int{}[C.POTR_ATTENTION-ui.Attention]
	_ = [1]int{}[C.POTR_UNENCRYPTED-ui.Unencrypted]
	_ = [1]int{}[C.POTR_ENCRYPTED-ui.Encrypted]
)

// Hooks are the functions that libpurple calls through hooks.h: they check outgoing
// messages and fill menus. A *app.App implements them.
type Hooks interface {
	Leaving(c ui.Chat, text string, automatic bool) (out, to string, ok bool)
	LineLeaves(protocol, account, written string) (ok bool)
	LineArrived(protocol, account, line string)
	StanzaLeaves(c ui.Chat, body string, checked bool) (kind ui.StanzaKind, ok bool)
	CopyShown(c ui.Chat, body string) (ok bool)
	CommandPasses(c ui.Chat, inChat bool, name, args string) (problem string)
	Bypassed(c ui.Chat, what ui.Bypass)
	View(c ui.Chat) ui.View
	Do(c ui.Chat, act ui.Action, arg uint32)
}

// Both are set between Hook and Unhook.
var (
	hooks  Hooks
	hooked *Host
)

// Hook makes every message pass w before it reaches the protocol, and adds our items to
// libpurple's menus.
func (h *Host) Hook(w Hooks) {
	hooks, hooked = w, h
	C.potr_hook_sends()
	C.potr_hook_bypasses()
	var cs cStrings
	defer cs.free()
	for _, command := range ui.SendingCommands() {
		C.potr_guard_command(cs.str(command.Protocol), cs.str(command.Name), cs.str(command.Help))
	}
	C.potr_add_menus()
}

// Unhook undoes Hook.
func (h *Host) Unhook() {
	C.potr_remove_menus()
	C.potr_unhook_bypasses()
	C.potr_unhook_sends()
	hooks, hooked = nil, nil
}

// Put frees the C string behind slot, a char **, and replaces it by a copy of text, which
// may come from a peer.
func Put(slot unsafe.Pointer, text string) {
	c := C.CString(strings.ToValidUTF8(text, "\ufffd"))
	defer C.free(unsafe.Pointer(c))
	C.potr_put((**C.char)(slot), c)
}

//export potrLeaving
func potrLeaving(c C.PotrChat, text *C.char, automatic C.int, out, to **C.char) (leaves C.int) {
	defer Caught("leaving")
	if hooks == nil {
		return 1
	}
	given := C.GoString(text)
	msg, address, ok := hooks.Leaving(hooked.chat(c), given, automatic != 0)
	if !ok {
		return 0
	}
	if msg != given {
		Put(unsafe.Pointer(out), msg)
	}
	if address != "" {
		Put(unsafe.Pointer(to), address)
	}
	return 1
}

//export potrLineLeaves
func potrLineLeaves(protocol, account, text *C.char) (leaves C.int) {
	defer Caught("a line")
	if hooks == nil {
		return 1
	}
	return cbool(hooks.LineLeaves(C.GoString(protocol), C.GoString(account), C.GoString(text)))
}

//export potrLineArrived
func potrLineArrived(protocol, account, line *C.char) {
	defer Caught("a line that has arrived")
	if hooks != nil {
		hooks.LineArrived(C.GoString(protocol), C.GoString(account), C.GoString(line))
	}
}

//export potrStanzaLeaves
func potrStanzaLeaves(c C.PotrChat, text *C.char, checked C.int, kind *C.int) (leaves C.int) {
	defer Caught("a stanza")
	if hooks == nil {
		return 1
	}
	k, ok := hooks.StanzaLeaves(hooked.chat(c), C.GoString(text), checked != 0)
	*kind = C.int(k)
	return cbool(ok)
}

//export potrCopyShown
func potrCopyShown(c C.PotrChat, text *C.char) (shown C.int) {
	defer Caught("a copy")
	if hooks == nil {
		return 1
	}
	return cbool(hooks.CopyShown(hooked.chat(c), C.GoString(text)))
}

//export potrCommandPasses
func potrCommandPasses(c C.PotrChat, inChat C.int, name, args *C.char, problem **C.char) (passes C.int) {
	defer Caught("a protocol's command")
	if hooks == nil {
		return 1
	}
	said := hooks.CommandPasses(hooked.chat(c), inChat != 0, C.GoString(name), C.GoString(args))
	if said == "" {
		return 1
	}
	Put(unsafe.Pointer(problem), said)
	return 0
}

//export potrBypassed
func potrBypassed(c C.PotrChat, what C.int) {
	defer Caught("bypassed")
	if hooks != nil {
		hooks.Bypassed(hooked.chat(c), ui.Bypass(what))
	}
}

//export potrToolItem
func potrToolItem(i C.int, label **C.char) (action C.int) {
	defer Caught("tools menu")
	return item(ui.Tools(), i, label, nil)
}

//export potrBuddyItem
func potrBuddyItem(i C.int, label **C.char) (action C.int) {
	defer Caught("buddy menu")
	return item(ui.BuddyMenu(), i, label, nil)
}

//export potrChatItem
func potrChatItem(c C.PotrChat, i C.int, label **C.char, arg *C.guint) (action C.int) {
	defer Caught("conversation menu")
	if hooks == nil {
		return 0
	}
	return item(ui.PlainMenu(hooks.View(hooked.chat(c))), i, label, arg)
}

// item passes item number i of a menu to C, if there is one.
func item(items []ui.MenuItem, i C.int, label **C.char, arg *C.guint) (action C.int) {
	if int(i) >= len(items) {
		return 0
	}
	Put(unsafe.Pointer(label), items[i].Label)
	if arg != nil {
		*arg = C.guint(items[i].Arg)
	}
	return C.int(items[i].Action)
}

//export potrChosenItem
func potrChosenItem(c C.PotrChat, action C.int, arg C.guint) {
	defer Caught("menu")
	if hooks != nil {
		hooks.Do(hooked.chat(c), ui.Action(action), uint32(arg))
	}
}
