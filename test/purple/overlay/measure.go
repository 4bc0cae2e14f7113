// SPDX-License-Identifier: GPL-2.0-or-later

//go:build dialogtest

package main

/*
#cgo pkg-config: pidgin gtk+-2.0
#cgo CFLAGS: -Wno-deprecated-declarations
#include <stdlib.h>
#include "measure.h"
*/
import "C"

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"purple-otr/test/dialogs"
	"purple-otr/ui"
)

// measured shows everything that has been recorded into a folder, one after the other, and
// writes what is wrong with how Pidgin shows it into a file. The last line says how many windows
// there were, and whether they were mirrored.
func (s *showing) measured(c ui.Chat, folder, report string) error {
	all, err := dialogs.Read(folder)
	if err != nil {
		return err
	}
	var b strings.Builder
	windows, rightToLeft := 0, false
	C.measure_begin()
	for _, shown := range all {
		for _, page := range pages(shown) {
			s.draw(c, page)
			found := C.measure_windows()
			if shown.View != nil {
				found = C.measure_menus()
			}
			windows, rightToLeft = windows+int(found.windows), found.right_to_left != 0
			for line := range strings.Lines(C.GoString(found.faults)) {
				fmt.Fprintf(&b, "%s: %s", name(shown), line)
			}
			C.free(unsafe.Pointer(found.faults))
			s.host.CloseDialogs(ui.Chat{})
			C.measure_close()
		}
	}
	fmt.Fprintf(&b, "%d windows, right to left: %v\n", windows, rightToLeft)
	if err := os.WriteFile(report+".part", []byte(b.String()), 0o600); err != nil {
		return err
	}
	return os.Rename(report+".part", report)
}

// pages returns a form with each option of its first choice.
func pages(s dialogs.Shown) (all []dialogs.Shown) {
	if s.Form == nil {
		return []dialogs.Shown{s}
	}
	i := slices.IndexFunc(s.Form.Fields, func(f ui.Field) bool { return f.Kind == ui.Choice })
	if i < 0 {
		return []dialogs.Shown{s}
	}
	for n := range s.Form.Fields[i].Options {
		f := *s.Form
		f.Fields = slices.Clone(f.Fields)
		f.Fields[i].Value = strconv.Itoa(n)
		all = append(all, dialogs.Shown{Form: &f})
	}
	return all
}

func (s *showing) draw(c ui.Chat, what dialogs.Shown) {
	switch {
	case what.Form != nil:
		f := *what.Form
		f.Chat, f.Unasked, f.Done = c, false, func(bool, []string) {}
		s.host.AskForm(f)
	case what.Question != nil:
		q := *what.Question
		q.Chat, q.Unasked, q.Done = c, false, func(int) {}
		s.host.AskQuestion(q)
	case what.Alert != nil:
		s.host.Alert(what.Alert.Title, what.Alert.Heading, what.Alert.Text)
	case what.Progress != nil:
		p := *what.Progress
		p.Chat, p.Done = c, func() {}
		s.host.ShowProgress(p)
	case what.Table != nil:
		t := *what.Table
		t.Rows = func() []ui.Row { return what.Rows }
		for i := range t.Actions {
			t.Actions[i].Enabled, t.Actions[i].Do = func(string) bool { return true }, func(string) {}
		}
		s.host.ShowTable(t)
	case what.View != nil:
		s.view = what.View
		s.host.Refresh(c)
		s.view = nil
	}
}

// name tells which window a fault is in.
func name(s dialogs.Shown) string {
	switch {
	case s.Form != nil:
		return s.Title() + ": " + s.Form.Heading
	case s.Question != nil:
		return s.Title() + ": " + s.Question.Heading
	case s.Alert != nil:
		return s.Title() + ": " + s.Alert.Heading
	}
	return s.Title()
}
