// SPDX-License-Identifier: GPL-2.0-or-later

// Package dialogs records what the tests of packages app and keys show, so that a real
// Pidgin can show the same in every language: see TestLanguages in test/pidgin. A new dialog
// needs a test there anyway, and is then shown here too.
package dialogs

import (
	"bytes"
	"encoding/gob"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

// Folder is the variable that names the folder to record into, and Languages the one that
// lists the languages, separated by spaces.
const (
	Folder    = "RECORD_DIALOGS"
	Languages = "RECORD_LANGUAGES"
)

// A Shown is what a host has been told to show. Exactly one of the pointers is set.
type Shown struct {
	Form     *ui.Form
	Question *ui.Question
	Alert    *Alert
	Progress *ui.Progress
	Table    *ui.Table
	Rows     []ui.Row // of Table
	View     *ui.View
}

// Title returns the window's title, or "OTR" for the menu.
func (s Shown) Title() string {
	switch {
	case s.Form != nil:
		return s.Form.Title
	case s.Question != nil:
		return s.Question.Title
	case s.Alert != nil:
		return s.Alert.Title
	case s.Progress != nil:
		return s.Progress.Title
	case s.Table != nil:
		return s.Table.Title
	}
	return "OTR"
}

// An Alert is what [ui.Host.Alert] shows.
type Alert struct{ Title, Heading, Text string }

// A recorder writes what is shown for the first time into one file for each language.
type recorder struct {
	files map[string]*gob.Encoder
	seen  map[string]bool
}

// Recording returns what records the dialogs of this process, or nil if Folder is not set.
func Recording() func(Shown) {
	folder := os.Getenv(Folder)
	if folder == "" {
		return nil
	}
	text.Record()
	r := &recorder{files: map[string]*gob.Encoder{}, seen: map[string]bool{}}
	for _, language := range strings.Fields(os.Getenv(Languages)) {
		into := filepath.Join(folder, language)
		if err := os.MkdirAll(into, 0o755); err != nil {
			panic(err)
		}
		f, err := os.Create(filepath.Join(into, filepath.Base(os.Args[0])))
		if err != nil {
			panic(err)
		}
		r.files[language] = gob.NewEncoder(f) // the system closes f at the end of the process
	}
	return r.record
}

// record writes s in every language, unless the same sentences have been written already.
func (r *recorder) record(s Shown) {
	var origin strings.Builder
	s.with(func(t string) string {
		origin.WriteString(text.Origin(t) + "\x00")
		return t
	})
	if r.seen[origin.String()] {
		return
	}
	r.seen[origin.String()] = true
	for language, file := range r.files {
		if err := file.Encode(s.with(func(t string) string { return text.Again(t, language) })); err != nil {
			panic(err)
		}
	}
}

// with returns a copy of s with f applied to all its texts.
func (s Shown) with(f func(string) string) Shown {
	var b bytes.Buffer // functions, which cannot be shown, are not copied
	if err := gob.NewEncoder(&b).Encode(s); err != nil {
		panic(err)
	}
	var same Shown
	if err := gob.NewDecoder(&b).Decode(&same); err != nil {
		panic(err)
	}
	each(reflect.ValueOf(&same), f)
	return same
}

// each applies f to the texts in v. Names, which a Chat has, are not texts.
func each(v reflect.Value, f func(string) string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(f(v.String()))
	case reflect.Pointer:
		if !v.IsNil() {
			each(v.Elem(), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			each(v.Index(i), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type() != reflect.TypeFor[ui.Chat]() {
				each(v.Field(i), f)
			}
		}
	}
}

// Read returns what has been recorded into the files of a folder.
func Read(folder string) (all []Shown, err error) {
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		for d := gob.NewDecoder(f); ; {
			var s Shown
			if err := d.Decode(&s); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, err
			}
			all = append(all, s)
		}
	}
	return all, nil
}
