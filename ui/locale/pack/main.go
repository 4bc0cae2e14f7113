// SPDX-License-Identifier: GPL-2.0-or-later

// Command pack packs every catalogue of ui/locale. Run it in the project's folder.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/leonelquinteros/gotext"
	"github.com/leonelquinteros/gotext/plurals"

	"purple-otr/ui/locale"
)

func main() {
	if err := packAll("ui/locale"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func packAll(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.po"))
	if err != nil {
		return err
	}
	into := filepath.Join(dir, "packed")
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		data, err := pack(source)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(into, language(name)), data, 0o644); err != nil {
			return err
		}
	}
	return removeOthers(into, files)
}

func language(file string) string { return strings.TrimSuffix(filepath.Base(file), ".po") }

// removeOthers removes packed catalogues without a source.
func removeOthers(dir string, files []string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !slices.ContainsFunc(files, func(f string) bool { return language(f) == e.Name() }) {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// pack packs a catalogue in gettext's form. A text that lacks a form stays English.
func pack(source []byte) ([]byte, error) {
	po := gotext.NewPo()
	po.Parse(source)
	_, rule, ok := strings.Cut(po.GetDomain().Headers.Get("Plural-Forms"), "plural=")
	if !ok {
		return nil, errors.New("there is no rule for plurals")
	}
	form, err := plurals.Compile(strings.TrimRight(rule, "; "))
	if err != nil {
		return nil, err
	}
	most := 0
	for n := range uint32(200) {
		most = max(most, form.Eval(n)+1)
	}
	var all []locale.Translation
	add := func(context string, entries map[string]*gotext.Translation) {
		for english, e := range entries {
			t := locale.Translation{Context: context, English: english}
			need := 1
			if e.PluralID != "" {
				need = most
			}
			for i := range need {
				t.Forms = append(t.Forms, e.Trs[i])
			}
			if english != "" && !slices.Contains(t.Forms, "") {
				all = append(all, t)
			}
		}
	}
	add("", po.GetDomain().GetTranslations())
	for context, entries := range po.GetDomain().GetCtxTranslations() {
		add(context, entries)
	}
	return locale.Pack(all, func(n int) int { return form.Eval(uint32(n)) })
}
