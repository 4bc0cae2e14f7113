// SPDX-License-Identifier: GPL-2.0-or-later

//go:build purpletest

package main

/*
#include <stdlib.h>

int host_main(int in, int out, const char *dir, const char *plugin);
*/
import "C"

import (
	"io"
	"os"
	"runtime"
	"strings"
	"unsafe"

	"purple-otr/keystore"
	"purple-otr/ui"
)

// This file is compiled only for tests, not into the plugin.

// failWord is the text that makes the app panic.
const failWord = "fail-now"

// A failing program is a real one that panics when it gets failWord.
type failing struct{ program }

func init() {
	real := newApp
	newApp = func(h ui.Host, s *keystore.Store, random io.Reader) program { return failing{real(h, s, random)} }
}

func fail(text string) {
	if strings.Contains(text, failWord) {
		panic("met in " + text)
	}
}

func (f failing) Sending(c ui.Chat, text string) (string, bool) {
	fail(text)
	return f.program.Sending(c, text)
}

func (f failing) Receiving(c ui.Chat, from, text string) (string, bool) {
	fail(text)
	return f.program.Receiving(c, from, text)
}

func (f failing) Command(c ui.Chat, args string) string {
	fail(args)
	return f.program.Command(c, args)
}

func (f failing) View(c ui.Chat) ui.View {
	fail(c.Peer)
	return f.program.View(c)
}

// runHost runs a libpurple program with the plugin, on this thread, until it is told to
// quit.
func runHost(in, out *os.File, dir string) int {
	d := C.CString(dir)
	defer C.free(unsafe.Pointer(d))
	defer runtime.KeepAlive([]*os.File{in, out}) // otherwise the finalizer would close them
	return int(C.host_main(C.int(in.Fd()), C.int(out.Fd()), d, nil))
}
