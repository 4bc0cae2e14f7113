// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

/*
#include "host.h"
*/
import "C"

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"

	"purple-otr/ui"
	"purple-otr/ui/pidgin"
)

// A form is what the user fills in.
type form struct {
	c      *C.PotrForm
	fields []ui.Field
	places []C.int // of each field in c, or -1 if it is part of the text
}

// AskForm implements [ui.Host].
func (h *Host) AskForm(f ui.Form) {
	var a arena
	defer a.free()
	fm := &form{c: C.potr_form_new(), fields: f.Fields}
	text := f.Text
	places := C.int(0)
	for _, field := range f.Fields {
		if field.Kind == ui.Show && !pidgin.Running() {
			// Finch has no field that is only for reading, and none with lines.
			text += "\n\n" + field.Label + "\n" + field.Value
			fm.places = append(fm.places, -1)
			continue
		}
		fm.add(&a, field)
		fm.places = append(fm.places, places)
		places++
	}
	d := h.dialogs.add(f.Chat, fm, func(got answer) { f.Done(got.ok, got.values) })
	d.shown = C.potr_form_show(fm.c, a.str(f.Title), a.strOrNil(wrapped(f.Heading)), a.strOrNil(wrapped(text)),
		a.str(pidgin.Button(f.OK)), a.str(pidgin.Button(f.Cancel)), a.chat(f.Chat), d.self)
	if d.shown == nil {
		d.close()
		return
	}
	fm.describe()
}

func (fm *form) add(a *arena, field ui.Field) {
	label := field.Label
	if pidgin.Running() {
		label = html.EscapeString(label) // Pango's escapes are the same
	}
	switch field.Kind {
	case ui.Choice:
		C.potr_form_add_choice(fm.c, a.str(label))
		for _, o := range field.Options {
			C.potr_form_add_option(fm.c, a.str(o))
		}
	default:
		lines := strings.Contains(field.Value, "\n")
		C.potr_form_add_text(fm.c, a.str(label), a.str(field.Value),
			cbool(lines), cbool(field.Kind != ui.Show), cbool(field.Kind == ui.Secret))
	}
}

// describe gives Pidgin's widgets a name that can be read aloud, and makes what
// is to be read wide enough.
func (fm *form) describe() {
	if !pidgin.Running() {
		return
	}
	for i, field := range fm.fields {
		widget := C.potr_form_widget(fm.c, fm.places[i])
		pidgin.Describe(unsafe.Pointer(widget), field.Label, len([]rune(field.Value)))
	}
}

// values is called when the user has chosen OK.
func (fm *form) values() []string {
	v := make([]string, len(fm.fields))
	for i, field := range fm.fields {
		switch field.Kind {
		case ui.Show:
			v[i] = field.Value
		case ui.Choice:
			v[i] = strconv.Itoa(int(C.potr_form_choice(fm.c, fm.places[i])))
		default:
			v[i] = C.GoString(C.potr_form_text(fm.c, fm.places[i]))
		}
	}
	return v
}

// AskQuestion implements [ui.Host].
func (h *Host) AskQuestion(q ui.Question) {
	var a arena
	defer a.free()
	if len(q.Buttons) == 0 || len(q.Buttons) > C.POTR_BUTTONS {
		panic("a question with too few or too many buttons")
	}
	buttons := make([]string, len(q.Buttons))
	for i, b := range q.Buttons {
		buttons[i] = pidgin.Button(b)
	}
	d := h.dialogs.add(q.Chat, nil, func(got answer) { q.Done(got.button) })
	pidgin.WatchDialog(func() {
		d.shown = C.potr_question_show(a.str(q.Title), a.strOrNil(wrapped(q.Heading)), a.strOrNil(wrapped(q.Text)),
			C.int(len(q.Buttons)), a.strs(buttons), a.chat(q.Chat), d.self)
	}, unsafe.Pointer(C.potrGone), d.self)
	if d.shown == nil {
		d.close()
	}
}

// maxAlert is how many bytes Pidgin can show in its simple message, markup
// included. Beyond that it shows nothing at all.
const maxAlert = 1900

// Alert implements [ui.Host].
func (h *Host) Alert(title, heading, text string) {
	var a arena
	defer a.free()
	escaped := html.EscapeString(text)
	if len(html.EscapeString(heading))+len(escaped) <= maxAlert {
		C.potr_alert(a.str(title), a.str(wrapped(heading)), a.str(wrapped(text)))
		return
	}
	C.potr_alert_html(a.str(title), a.str(heading), a.str(strings.ReplaceAll(escaped, "\n", "<br>")))
}

// wrapped breaks the lines of text for Finch, which breaks them wherever the
// screen ends, in the middle of a word.
func wrapped(text string) string {
	if C.GoString(C.potr_ui()) != "gnt-purple" {
		return text
	}
	return wrap(text, 72)
}

// wrap breaks lines at spaces so that none is longer than width characters,
// except for a word that is.
func wrap(text string, width int) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		used := 0
		for j, word := range strings.Split(line, " ") {
			n := utf8.RuneCountInString(word)
			switch {
			case j == 0:
			case used+1+n > width:
				b.WriteByte('\n')
				used = 0
			default:
				b.WriteByte(' ')
				used++
			}
			b.WriteString(word)
			used += n
		}
	}
	return b.String()
}
