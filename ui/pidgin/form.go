// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

/*
#include "dialog.h"
*/
import "C"

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"rsc.io/qr"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A form holds the values that the user has entered so far.
type form struct {
	ui.Form
	d      *dialog
	values []string
}

// AskForm shows f. hide takes it from the screen, with what the user has typed, and returns
// what shows it again, or does nothing and returns nil if it has the keyboard focus.
func (s *Dialogs) AskForm(f ui.Form) (hide func() (show func())) {
	fm := &form{Form: f, values: f.Values()}
	buttons := []string{f.Cancel, f.OK}
	if f.OK == "" {
		buttons = buttons[:1]
	}
	fm.d = s.new(f.Chat, "form", f.Title, f.Heading, f.Text, func(button int) {
		if ok := f.OK != "" && button == 1; ok {
			f.Done(true, fm.values)
		} else {
			f.Done(false, nil)
		}
	})
	fm.d.form = fm
	fm.d.setIcon(f.Icon)
	for i, b := range buttons {
		buttons[i] = fm.d.marks.mark(b)
	}
	for i, field := range f.Fields {
		fm.add(i, field)
	}
	for _, b := range buttons {
		fm.d.addButton(b)
	}
	fm.follow()
	how := appearance(f.Unasked, f.Icon)
	C.potr_dialog_show(fm.d.window, how)
	return func() func() {
		if C.potr_dialog_hide(fm.d.window) == 0 {
			return nil
		}
		return func() { C.potr_dialog_show(fm.d.window, how) }
	}
}

var kinds = map[ui.FieldKind]C.int{
	ui.Show: C.POTR_SHOW, ui.Fingerprint: C.POTR_FINGERPRINT, ui.QR: C.POTR_QR,
	ui.Input: C.POTR_INPUT, ui.Secret: C.POTR_SECRET, ui.Choice: C.POTR_CHOICE, ui.Check: C.POTR_CHECK,
}

// maxBrief is how many characters an option may have to stand beside others.
const maxBrief = 20

func (fm *form) add(i int, field ui.Field) {
	marks, label, button, name, modules, dark := fm.d.marks, field.Label, "", "", 0, ""
	switch field.Kind {
	case ui.Fingerprint:
		button, name = marks.mark(text.ButtonCopy()), text.CopyWhat(field.Label)
	case ui.Input, ui.Check:
		label = marks.mark(label)
	case ui.Secret:
		label, button = marks.mark(label), marks.mark(text.ShowTyped())
	case ui.QR:
		name = text.CodeMeaning(field.Value)
		modules, dark = code(field.Value)
	}
	brief := !slices.ContainsFunc(field.Options, func(o string) bool { return utf8.RuneCountInString(o) > maxBrief })
	window := fm.d.window
	with(func(t []*C.char) {
		C.potr_field_add(window, C.PotrField{
			kind: kinds[field.Kind], label: t[0], value: t[1], button: t[2], button_name: t[3], dark: t[4],
			modules: C.int(modules), indent: cbool(field.Needs != 0), pinned: cbool(field.Pinned), brief: cbool(brief), max: C.int(field.Max),
		})
	}, label, fm.values[i], button, name, dark)
	for n, option := range field.Options {
		with(func(t []*C.char) {
			C.potr_field_add_option(window, t[0], cbool(strconv.Itoa(n) == fm.values[i]))
		}, marks.mark(option))
	}
}

// code returns the QR code for text: how many modules it has on each side, and the modules,
// '1' for each dark one. It returns zero if text is too long.
func code(text string) (modules int, dark string) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return 0, ""
	}
	b := make([]byte, 0, c.Size*c.Size)
	for y := range c.Size {
		for x := range c.Size {
			b = append(b, '0'+byte(cbool(c.Black(x, y))))
		}
	}
	return c.Size, string(b)
}

// change is called when a field has a new value.
func (fm *form) change(i int, value string) {
	fm.values[i] = value
	fm.follow()
}

// follow shows and enables fields according to the values.
func (fm *form) follow() {
	for i, field := range fm.Fields {
		if field.Page != 0 || field.Needs != 0 {
			C.potr_field_set(fm.d.window, C.int(i), cbool(fm.There(i, fm.values)), cbool(fm.Changeable(i, fm.values)))
		}
	}
	if fm.OK != "" {
		C.potr_dialog_enable(fm.d.window, 1, cbool(fm.Complete(fm.values)))
	}
}
