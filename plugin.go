// SPDX-License-Identifier: GPL-2.0-or-later

// Package main is the plugin: it connects libpurple with package ui/app. purple_bridge.h
// describes the interface between C and Go.
package main

/*
#cgo pkg-config: purple
#cgo CFLAGS: -Wall -Wextra -Wno-unused-parameter
#cgo LDFLAGS: -Wl,--as-needed
#include "purple_bridge.h"
*/
import "C"

import (
	"crypto/rand"
	"io"
	"os"
	"unsafe"

	"purple-otr/internal/version"
	"purple-otr/keystore"
	"purple-otr/ui"
	"purple-otr/ui/app"
	"purple-otr/ui/keys"
	"purple-otr/ui/libpurple"
	"purple-otr/ui/locale"
	"purple-otr/ui/pidgin"
	"purple-otr/ui/text"
)

func main() {} // required by -buildmode=c-shared, never called

// pidginOTR is the id of pidgin-otr, which handles the same messages.
const pidginOTR = "otr"

// A program makes the decisions: a *app.App, or in tests one that panics.
type program interface {
	Sending(c ui.Chat, text string) (out string, send bool)
	Receiving(c ui.Chat, from, text string) (show string, ok bool)
	ReceivingCopy(c ui.Chat, text string) (show string, ok bool)
	Writing(c ui.Chat, text string) (show string, ok bool)
	Guards(c ui.Chat) bool
	libpurple.Hooks
	libpurple.Mover
	ChatLeft(room ui.Chat)
	Command(c ui.Chat, args string) (problem string)
	Accept(c ui.Chat, act ui.Action, label string)
	Opened(c ui.Chat)
	Closed(c ui.Chat)
	SigningOff(protocol, account string)
	SignedOn(protocol, account string)
	SignedOff(protocol, account string)
	Begin()
	Close()
}

var newApp = func(h ui.Host, s *keystore.Store, random io.Reader) program {
	k := keys.New(h, s, random, app.WallClock)
	a := app.New(h, s, random, app.WallClock, k)
	k.Serve(a, a)
	return a
}

// A plugin exists from load to unload. All state must be in it, because the shared object
// stays in the process until the client quits.
type plugin struct {
	*libpurple.Host
	app      program // nil while we do not handle messages
	store    *keystore.Store
	quitting bool
}

// current is the plugin while it is loaded, otherwise nil. Main loop only.
var current *plugin

// start begins to handle messages, unless pidgin-otr already does. It returns false if
// the plugin cannot run.
func (p *plugin) start() bool {
	if p.app != nil || p.quitting {
		return true
	}
	if otherPlugin() {
		p.alertOtherPlugin()
		return true
	}
	if err := keystore.NoCoreDumps(); err != nil {
		p.Debug("switching core dumps off: " + err.Error())
	}
	s, err := keystore.Open(C.GoString(C.potr_user_dir()))
	if err != nil {
		p.Debug("opening the key store: " + err.Error())
		p.Alert(text.AppName, text.NoStoreHeading(), text.NoStoreText())
		return false
	}
	p.store = s
	p.app = newApp(p.Host, s, rand.Reader)
	connect()
	p.Follow(p.app)
	p.Hook(p.app)
	pidgin.Start(p, libpurple.Caught)
	p.app.Begin()
	for _, c := range p.Chats() {
		p.app.Opened(c)
	}
	return true
}

// alertOtherPlugin tells the user why this plugin does nothing.
func (p *plugin) alertOtherPlugin() {
	p.SetPref(keys.PrefPidginOTR, true)
	p.Alert(text.AppName, text.OtherPluginHeading(), text.OtherPluginText())
}

func otherPlugin() bool {
	id := C.CString(pidginOTR)
	defer C.free(unsafe.Pointer(id))
	return C.potr_plugin_loaded(id) != 0
}

func connect() {
	otr, me := C.CString(text.CommandText()), C.CString(text.CommandMe())
	defer C.free(unsafe.Pointer(otr))
	defer C.free(unsafe.Pointer(me))
	C.potr_connect(otr, me)
}

// stop ends every private conversation; afterwards we no longer handle messages. If a
// step panics, the next one is still taken.
func (p *plugin) stop() {
	if p.app == nil {
		return
	}
	for _, step := range []func(){
		p.app.Close,
		p.Settle,
		func() { C.potr_disconnect() },
		p.Unhook,
		pidgin.Stop,
		p.closeStore,
	} {
		func() {
			defer libpurple.Caught("stop")
			step()
		}()
	}
	p.app, p.store = nil, nil
}

func (p *plugin) closeStore() {
	if err := p.store.Close(); err != nil {
		p.Debug("closing the key store: " + err.Error())
	}
}

// end stops everything and releases all resources.
func (p *plugin) end() {
	p.stop()
	p.Close()
	current = nil
}

// View, Do and Accept are called by the widgets in Pidgin.
func (p *plugin) View(c ui.Chat) ui.View {
	if p.app == nil {
		return ui.View{Hidden: true}
	}
	return p.app.View(c)
}

func (p *plugin) Do(c ui.Chat, act ui.Action, arg uint32) {
	if p.app != nil {
		p.app.Do(c, act, arg)
	}
}

func (p *plugin) Accept(c ui.Chat, act ui.Action, label string) {
	if p.app != nil {
		p.app.Accept(c, act, label)
	}
}

// The functions that C calls, as described in purple_bridge.h. Each one converts the
// arguments, calls one method and converts the result. If it panics it has had no effect;
// for a message that means: it is not sent, or not shown.

// working returns the app, or nil if we do not handle messages.
func working() program {
	if current == nil {
		return nil
	}
	return current.app
}

func names(c C.PotrChat) ui.Chat {
	return ui.Chat{Protocol: C.GoString(c.protocol), Account: C.GoString(c.account), Peer: C.GoString(c.peer)}
}

// chat converts names, and tells the app if the conversation had other names before.
func chat(c C.PotrChat) ui.Chat {
	return current.Named(names(c), uint(c.number), C.GoString(c.name))
}

// setText gives libpurple text.
func setText(slot **C.char, text string) { libpurple.Put(unsafe.Pointer(slot), text) }

//export potrAbout
func potrAbout(number, summary, description **C.char) {
	defer libpurple.Caught("about")
	setText(number, version.String())
	text.SetLanguages(locale.Preferred(os.Getenv))
	setText(summary, text.Summary())
	setText(description, text.Description())
}

//export potrConfigure
func potrConfigure() {
	defer libpurple.Caught("configure")
	if current == nil {
		return
	}
	if a := working(); a != nil {
		a.Do(ui.Chat{}, ui.Settings, 0)
		return
	}
	current.alertOtherPlugin()
}

//export potrLoad
func potrLoad() (ok C.int) {
	defer func() {
		if ok == 0 && current != nil {
			defer libpurple.Caught("load")
			current.end()
		}
	}()
	defer libpurple.Caught("load")
	current = &plugin{Host: libpurple.NewHost()}
	if current.start() {
		ok = 1
	}
	return ok
}

//export potrUnload
func potrUnload() {
	defer libpurple.Caught("unload")
	if current != nil {
		current.end()
	}
}

//export potrQuitting
func potrQuitting() {
	defer libpurple.Caught("quitting")
	if current != nil {
		current.quitting = true
		current.stop()
	}
}

//export potrOtherPlugin
func potrOtherPlugin(id *C.char) {
	defer libpurple.Caught("other plugin")
	if current == nil || C.GoString(id) != pidginOTR {
		return
	}
	if C.potr_plugin_loaded(id) != 0 {
		current.stop()
	}
	current.start()
}

//export potrSending
func potrSending(c C.PotrChat, message *C.char, out **C.char) {
	ch, typed, done := names(c), C.GoString(message), false
	defer func() {
		if !done && current != nil {
			defer libpurple.Caught("returning")
			current.Return(ch, typed)
			current.Notice(ch, ui.Warning, text.NotSentInternal(), true)
		}
	}()
	defer libpurple.Caught("sending")
	if a := working(); a != nil {
		ch = chat(c)
		if msg, send := a.Sending(ch, typed); send {
			setText(out, msg)
		}
		done = true
	}
}

//export potrReceiving
func potrReceiving(c C.PotrChat, from, text *C.char, source C.int, out **C.char) {
	defer libpurple.Caught("receiving")
	a := working()
	if a == nil {
		return
	}
	ch, arrived := chat(c), C.GoString(text)
	var msg string
	var ok bool
	switch source {
	case C.POTR_OWN:
		msg, ok = a.Writing(ch, arrived)
	case C.POTR_COPY:
		msg, ok = a.ReceivingCopy(ch, arrived)
	default:
		msg, ok = a.Receiving(ch, C.GoString(from), arrived)
	}
	if ok {
		setText(out, msg)
	}
}

//export potrWriting
func potrWriting(c C.PotrChat, text *C.char, out **C.char) {
	defer libpurple.Caught("writing")
	msg, ok := C.GoString(text), true
	if a := working(); a != nil {
		msg, ok = a.Writing(chat(c), msg)
	}
	if ok {
		setText(out, msg)
	}
}

//export potrOpened
func potrOpened(c C.PotrChat) {
	defer libpurple.Caught("opened")
	if a := working(); a != nil {
		a.Opened(chat(c))
		current.Retry()
	}
}

//export potrChanged
func potrChanged(c C.PotrChat) {
	defer libpurple.Caught("changed")
	if working() != nil {
		chat(c)
	}
}

//export potrChatLeft
func potrChatLeft(protocol, account, room *C.char) {
	defer libpurple.Caught("chat left")
	if a := working(); a != nil {
		a.ChatLeft(ui.Chat{Protocol: C.GoString(protocol), Account: C.GoString(account), Peer: C.GoString(room)})
	}
}

//export potrClosed
func potrClosed(c C.PotrChat) {
	defer libpurple.Caught("closed")
	if a := working(); a != nil {
		ch := chat(c)
		current.CloseDialogs(ch)
		a.Closed(ch)
		current.Gone(uint(c.number))
		// Another conversation may now be shown in this one's tab.
		current.Post(pidgin.RefreshAll)
	}
}

//export potrSigningOff
func potrSigningOff(protocol, account *C.char, why C.PotrClosing) (flush C.int) {
	defer libpurple.Caught("signing off")
	c := closing{
		connected: why.connected != 0, dying: why.wants_to_die != 0,
		failed: why.failed != 0, network: why.network != 0,
	}
	if !c.byUser() {
		return 0
	}
	if a := working(); a != nil {
		flush = 1
		a.SigningOff(C.GoString(protocol), C.GoString(account))
	}
	return flush
}

//export potrSignedOn
func potrSignedOn(protocol, account *C.char) {
	defer libpurple.Caught("signed on")
	if a := working(); a != nil {
		a.SignedOn(C.GoString(protocol), C.GoString(account))
		current.Retry()
	}
}

//export potrSignedOff
func potrSignedOff(protocol, account *C.char) {
	defer libpurple.Caught("signed off")
	if a := working(); a != nil {
		a.SignedOff(C.GoString(protocol), C.GoString(account))
	}
}

//export potrAccountRemoved
func potrAccountRemoved(protocol, account *C.char) {
	defer libpurple.Caught("account removed")
	if current != nil {
		current.CloseAccount(C.GoString(protocol), C.GoString(account))
	}
}

//export potrCommand
func potrCommand(c C.PotrChat, args *C.char, problem **C.char) {
	defer libpurple.Caught("command")
	if a := working(); a != nil {
		if s := a.Command(chat(c), C.GoString(args)); s != "" {
			setText(problem, s)
		}
	}
}

//export potrGuards
func potrGuards(c C.PotrChat) (yes C.int) {
	yes = 1
	defer libpurple.Caught("guards")
	if a := working(); a != nil && !a.Guards(chat(c)) {
		yes = 0
	}
	return yes
}
