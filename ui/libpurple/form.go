// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

/*
#include "host.h"
*/
import "C"

import (
	"strconv"
	"strings"

	"purple-otr/internal/erase"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A part of a form is the set of fields shown at one time: first the fields that are
// always there, then those of the page that the user has chosen.
type part struct {
	form   ui.Form
	values []string // of all fields
	page   bool
	c      *C.PotrForm
	places map[int]C.int // in c, of each field that can be changed
}

// has reports whether field i belongs to the part.
func (p *part) has(i int) bool {
	return (p.form.Fields[i].Page != 0) == p.page && p.form.There(i, p.values)
}

// any reports whether the part has a field for which such is true.
func (p *part) any(such func(i int) bool) bool {
	for i := range p.form.Fields {
		if p.has(i) && such(i) {
			return true
		}
	}
	return false
}

// AskForm shows f, one part after another.
func (s *requests) AskForm(f ui.Form) (hide func() (show func())) {
	s.askPart(&part{form: f, values: f.Values()}, "", nil)
	return nil
}

// askPart shows p below a line that says why it is shown again. It passes the request to
// shown.
func (s *requests) askPart(p *part, note string, shown func(*request)) {
	f := p.form
	text := p.text(note)
	if f.OK == "" {
		// libpurple's forms need an OK button, so a form that asks nothing
		// becomes a question.
		r := s.ask(ui.Question{Chat: f.Chat, Title: f.Title, Icon: f.Icon, Heading: f.Heading, Text: text,
			Buttons: []string{f.Cancel}, Done: func(int) { f.Done(false, nil) }})
		if shown != nil {
			shown(r)
		}
		return
	}
	var cs cStrings
	defer cs.free()
	p.build(&cs)
	r := s.add(C.POTR_ASK_FORM, f.Chat, p, func(got answer) { s.answered(p, got, shown) })
	if shown != nil {
		shown(r)
	}
	r.shown = C.potr_form_show(p.c, cs.str(f.Title), cs.strOrNil(wrapped(sign(f.Icon)+f.Heading)), cs.strOrNil(wrapped(text)),
		cs.str(p.ok()), cs.str(f.Cancel), cs.chat(f.Chat), r.self)
	if r.shown == nil {
		r.close()
	}
}

// ok returns the label of the OK button.
func (p *part) ok() string {
	for _, field := range p.form.Fields {
		if field.Page != 0 && !p.page {
			return text.ButtonContinue()
		}
	}
	return p.form.OK
}

// answered asks for missing values, or ends the form.
func (s *requests) answered(p *part, got answer, shown func(*request)) {
	f := p.form
	if !got.ok {
		f.Done(false, nil)
		return
	}
	next := &part{form: f, values: got.values, page: p.page}
	var missing []string
	next.any(func(i int) bool {
		if f.Lacks(i, got.values) {
			missing = append(missing, f.Fields[i].Label)
		}
		return false
	})
	if len(missing) > 0 {
		s.askPart(next, text.FillIn(missing), shown)
		return
	}
	next.page = true
	if !p.page && next.any(func(int) bool { return true }) {
		s.askPart(next, "", shown)
		return
	}
	f.Done(true, got.values)
}

// text returns the text above the fields, including the read-only fields: not every user
// interface can show those as fields.
func (p *part) text(note string) string {
	var paragraphs []string
	add := func(text string) {
		if text != "" {
			paragraphs = append(paragraphs, text)
		}
	}
	add(note)
	if !p.page {
		add(p.form.Text)
	}
	for i, field := range p.form.Fields {
		if !p.has(i) {
			continue
		}
		switch field.Kind {
		case ui.Show, ui.Fingerprint:
			add(field.Label + "\n" + field.Value)
		case ui.QR:
			used := strings.Count(wrap(strings.Join(paragraphs, "\n\n"), width), "\n")
			add(blocks(field, lines()-used-2*len(p.form.Fields)))
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// build makes the PurpleRequestFields.
func (p *part) build(cs *cStrings) {
	p.c, p.places = C.potr_form_new(), map[int]C.int{}
	for i, field := range p.form.Fields {
		if !p.has(i) {
			continue
		}
		label, value := cs.str(wrapped(field.Label)), p.values[i]
		switch field.Kind {
		case ui.Show, ui.Fingerprint, ui.QR:
			continue
		case ui.Choice:
			C.potr_form_add_choice(p.c, label)
			for n, o := range field.Options {
				C.potr_form_add_option(p.c, cs.str(o), cbool(strconv.Itoa(n) == value))
			}
		case ui.Check:
			C.potr_form_add_check(p.c, cs.str(field.Label), cbool(value == "1"))
		default:
			C.potr_form_add_text(p.c, label, cs.str(value), cbool(field.Kind == ui.Secret))
		}
		p.places[i] = C.int(len(p.places))
	}
}

// read returns the values of all fields after the user has chosen OK.
func (p *part) read() []string {
	for i, place := range p.places {
		switch p.form.Fields[i].Kind {
		case ui.Choice:
			p.values[i] = strconv.Itoa(int(C.potr_form_choice(p.c, place)))
		case ui.Check:
			p.values[i] = map[bool]string{true: "1"}[C.potr_form_checked(p.c, place) != 0]
		default:
			value := C.potr_form_text(p.c, place)
			erase.Do(func() { p.values[i] = C.GoString(value) }) // it may be a passphrase
		}
	}
	return p.values
}
