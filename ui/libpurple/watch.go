// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

/*
#include "watch.h"
*/
import "C"

import (
	"strings"
	"unsafe"

	"purple-otr/ui"
)

// A Watcher sees what leaves, and fills menus. A *app.App is one.
type Watcher interface {
	Leaving(c ui.Chat, text string, automatic bool) (out, to string, ok bool)
	CommandPasses(c ui.Chat, inChat bool, name, args string) (problem string)
	Bypassed(c ui.Chat, what ui.Bypass)
	View(c ui.Chat) ui.View
	Do(c ui.Chat, act ui.Action, arg uint32)
}

// watcher is there from Watch to Unwatch, and so is watched, whose it is.
var (
	watcher Watcher
	watched *Host
)

// Watch has w see every message before a protocol gets it, and adds our items to
// the program's menus.
func (h *Host) Watch(w Watcher) {
	watcher, watched = w, h
	C.potr_close_gates()
	C.potr_watch_bypasses()
	var a arena
	defer a.free()
	for _, command := range ui.SendingCommands() {
		C.potr_guard_command(a.str(command.Protocol), a.str(command.Name), a.str(command.Help))
	}
	C.potr_add_menus()
}

// Unwatch ends that.
func (h *Host) Unwatch() {
	C.potr_remove_menus()
	C.potr_leave_bypasses()
	C.potr_open_gates()
	watcher, watched = nil, nil
}

// Put gives C text, which may be what a peer has sent: it puts a copy where slot,
// a char **, points to, in the place of what was there.
func Put(slot unsafe.Pointer, text string) {
	c := C.CString(strings.ToValidUTF8(text, "\ufffd"))
	defer C.free(unsafe.Pointer(c))
	C.potr_put((**C.char)(slot), c)
}

//export potrLeaving
func potrLeaving(c C.PotrChat, text *C.char, automatic C.int, out, to **C.char) (leaves C.int) {
	defer Caught("leaving")
	if watcher == nil {
		return 1
	}
	given := C.GoString(text)
	msg, address, ok := watcher.Leaving(watched.chat(c), given, automatic != 0)
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

//export potrCommandPasses
func potrCommandPasses(c C.PotrChat, inChat C.int, name, args *C.char, problem **C.char) (passes C.int) {
	defer Caught("a protocol's command")
	if watcher == nil {
		return 1
	}
	said := watcher.CommandPasses(watched.chat(c), inChat != 0, C.GoString(name), C.GoString(args))
	if said == "" {
		return 1
	}
	Put(unsafe.Pointer(problem), said)
	return 0
}

//export potrBypassed
func potrBypassed(c C.PotrChat, what C.int) {
	defer Caught("bypassed")
	if watcher != nil {
		watcher.Bypassed(watched.chat(c), ui.Bypass(what))
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
	if watcher == nil {
		return 0
	}
	return item(ui.PlainMenu(watcher.View(watched.chat(c))), i, label, arg)
}

// item gives C one item of a menu, if there are so many.
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
	if watcher != nil {
		watcher.Do(watched.chat(c), ui.Action(action), uint32(arg))
	}
}
