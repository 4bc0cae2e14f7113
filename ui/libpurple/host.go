// SPDX-License-Identifier: GPL-2.0-or-later

// Package libpurple implements [ui.Host] with libpurple, for Pidgin, Finch and any other
// libpurple client. host.h describes the interface between C and Go.
//
// Main loop only, except for [Host.Post].
package libpurple

/*
#cgo pkg-config: purple gobject-2.0
#cgo CFLAGS: -Wall -Wextra -Wno-unused-parameter
#cgo LDFLAGS: -Wl,--as-needed
#include "host.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"
	"unsafe"

	"purple-otr/ui"
	"purple-otr/ui/pidgin"
	"purple-otr/ui/text"
)

// A Host exists from load to unload. Its methods for dialogs are in form.go.
type Host struct {
	loop    *loop
	dialogs *dialogs
	queue   *queue
	alerts  *alerts
	returns map[ui.Chat][]string // texts on their way back to the user
	names   names
}

var _ ui.Host = (*Host)(nil)

// NewHost makes a Host, which must be closed.
func NewHost() *Host {
	l := newLoop()
	q := &queue{post: l.post}
	return &Host{loop: l, dialogs: newDialogs(l, q), queue: q, alerts: newAlerts(q), returns: map[ui.Chat][]string{}, names: names{known: map[uint]called{}}}
}

// Settle closes all dialogs and returns pending text to the user. Do not call it while
// libpurple is sending a message.
func (h *Host) Settle() {
	h.dialogs.closeAll()
	h.flush()
}

// Close drops functions that have not run yet, and releases the values that C held.
func (h *Host) Close() {
	h.dialogs.sweep()
	h.loop.close()
}

// CloseAccount closes all dialogs about an account.
func (h *Host) CloseAccount(protocol, account string) { h.dialogs.closeAccount(protocol, account) }

// Caught is deferred in every function that C calls: it recovers from a panic, which
// would otherwise end the whole client. It logs neither the panic's value nor the
// arguments, because either may contain a message.
func Caught(where string) {
	r := recover()
	if r == nil {
		return
	}
	c := C.CString(fmt.Sprintf("panic in %s (%T)\n%s", where, r, debug.Stack()))
	defer C.free(unsafe.Pointer(c))
	C.potr_debug(c)
}

// Held returns the number of values to which C holds a pointer.
func Held() int { return int(held.Load()) }

var errNotSent = errors.New("not connected")

// Transmit implements [ui.Host].
func (h *Host) Transmit(c ui.Chat, to, msg string) error {
	var cs cStrings
	defer cs.free()
	if C.potr_transmit(cs.chat(c), cs.str(to), cs.str(msg)) == 0 {
		return errNotSent
	}
	return nil
}

// signs mark the notices that are more than information.
var signs = map[ui.NoticeKind]string{ui.Warning: "\u26a0", ui.Success: "\u2713"}

// Notice implements [ui.Host].
func (h *Host) Notice(c ui.Chat, k ui.NoticeKind, html string, open bool, offers ...ui.Action) {
	if sign := signs[k]; sign != "" {
		html = sign + " <b>" + html + "</b>" // Pidgin makes every line of ours bold
	}
	if write(c, html, false, open, true) {
		pidgin.Offer(c, offers)
	}
}

// ShowSent implements [ui.Host].
func (h *Host) ShowSent(c ui.Chat, text string) { write(c, text, true, true, true) }

func write(c ui.Chat, html string, sent, open, log bool) bool {
	var cs cStrings
	defer cs.free()
	return C.potr_write(cs.chat(c), cs.str(html), cbool(sent), cbool(open), cbool(log)) != 0
}

// Return implements [ui.Host]. Pidgin clears the entry box after it has asked us what to
// send, so we put the text back later; several texts are joined in their order.
func (h *Host) Return(c ui.Chat, text string) {
	h.returns[c] = append(h.returns[c], text)
	h.Retry()
}

// flush puts returned texts into the entry boxes. It does not log them, because they were
// meant to be private. A text stays until Retry if there is no window and none can be
// opened because the account is offline.
func (h *Host) flush() {
	returns := h.returns
	h.returns = map[ui.Chat][]string{}
	for c, texts := range returns {
		html := strings.Join(texts, "<br>")
		if !pidgin.GiveBack(c, html) && !write(c, text.NotSent()+" "+html, false, true, false) {
			h.returns[c] = texts
		}
	}
}

// Retry soon tries again to return texts that could not be returned. Call it when a
// window has opened or an account is online.
func (h *Host) Retry() {
	if len(h.returns) > 0 {
		h.loop.post(h.flush)
	}
}

// Refresh implements [ui.Host].
func (h *Host) Refresh(c ui.Chat) {
	pidgin.Refresh(c)
	if inFinch() {
		sayLevel(c)
	}
}

// CloseDialogs implements [ui.Host].
func (h *Host) CloseDialogs(c ui.Chat) {
	h.dialogs.closeIf(func(about ui.Chat) bool { return c == ui.Chat{} || about == c })
}

// Alias implements [ui.Host].
func (h *Host) Alias(c ui.Chat) string {
	var cs cStrings
	defer cs.free()
	return C.GoString(C.potr_alias(cs.chat(c)))
}

// Normalize implements [ui.Host].
func (h *Host) Normalize(c ui.Chat, who string) string {
	var cs cStrings
	defer cs.free()
	return C.GoString(C.potr_normalize(cs.chat(c), cs.str(who)))
}

// Chats implements [ui.Host].
func (h *Host) Chats() (all []ui.Chat) {
	for i := C.int(0); ; i++ {
		var c C.PotrChat
		if C.potr_nth_conversation(i, &c) == 0 {
			return all
		}
		all = append(all, h.chat(c))
		C.potr_chat_clear(&c)
	}
}

// Connected implements [ui.Host].
func (h *Host) Connected(c ui.Chat) bool {
	var cs cStrings
	defer cs.free()
	return C.potr_connected(cs.chat(c)) != 0
}

// Pref implements [ui.Host].
func (h *Host) Pref(key string, def bool) bool {
	var cs cStrings
	defer cs.free()
	return C.potr_pref(cs.str(key), cbool(def)) != 0
}

// BuddyPref implements [ui.Host].
func (h *Host) BuddyPref(c ui.Chat, key string, def bool) bool {
	var cs cStrings
	defer cs.free()
	return C.potr_buddy_pref(cs.chat(c), cs.str(key), cbool(def)) != 0
}

// SetPref implements [ui.Host].
func (h *Host) SetPref(key string, value bool) {
	var cs cStrings
	defer cs.free()
	C.potr_set_pref(cs.str(key), cbool(value))
}

// PrefInt implements [ui.Host].
func (h *Host) PrefInt(key string, def int) int {
	var cs cStrings
	defer cs.free()
	return int(C.potr_pref_int(cs.str(key), C.int(def)))
}

// SetPrefInt implements [ui.Host].
func (h *Host) SetPrefInt(key string, value int) {
	var cs cStrings
	defer cs.free()
	C.potr_set_pref_int(cs.str(key), C.int(value))
}

// SetBuddyPref implements [ui.Host].
func (h *Host) SetBuddyPref(c ui.Chat, key string, value bool) {
	var cs cStrings
	defer cs.free()
	C.potr_set_buddy_pref(cs.chat(c), cs.str(key), cbool(value))
}

// OnList implements [ui.Host].
func (h *Host) OnList(c ui.Chat) bool {
	var cs cStrings
	defer cs.free()
	return C.potr_on_list(cs.chat(c)) != 0
}

// Accounts implements [ui.Host].
func (h *Host) Accounts() (all []ui.Account) {
	for i := C.int(0); ; i++ {
		var c C.PotrChat
		if C.potr_nth_account(i, &c) == 0 {
			return all
		}
		all = append(all, ui.Account{Protocol: C.GoString(c.protocol), Name: C.GoString(c.account)})
		C.potr_chat_clear(&c)
	}
}

// HTML implements [ui.Host].
func (h *Host) HTML(c ui.Chat) bool {
	var cs cStrings
	defer cs.free()
	return C.potr_html(cs.chat(c)) != 0
}

// Logging implements [ui.Host].
func (h *Host) Logging(c ui.Chat) bool {
	var cs cStrings
	defer cs.free()
	return C.potr_logging(cs.chat(c)) != 0
}

// SetLogging implements [ui.Host].
func (h *Host) SetLogging(c ui.Chat, on bool) {
	var cs cStrings
	defer cs.free()
	C.potr_set_logging(cs.chat(c), cbool(on))
}

// HideFromDBus implements [ui.Host].
func (h *Host) HideFromDBus(on bool) {
	if C.potr_hide_messages(cbool(on)) == 0 {
		h.Debug("messages are still announced on the session bus")
	}
}

// Post implements [ui.Host].
func (h *Host) Post(f func()) { h.loop.post(f) }

// After implements [ui.Host].
func (h *Host) After(d time.Duration, f func()) (stop func()) { return h.loop.after(d, f) }

// Debug implements [ui.Host].
func (h *Host) Debug(line string) {
	var cs cStrings
	defer cs.free()
	C.potr_debug(cs.str(line))
}
