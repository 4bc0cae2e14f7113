// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/leonelquinteros/gotext"

	"purple-otr/ui/locale"
)

// A Text is the argument of a call of tr, trc or trn.
type Text struct {
	Context string // the context, for trc
	English string
	Many    string // the plural, for trn
}

// keywords are the functions, with the number of literals that they take.
var keywords = map[string]int{"tr": 1, "trc": 2, "trn": 2}

// Texts returns the texts in a package's sources, each once and in order. A call whose
// text is not a single literal is an error, because gettext's tool would not find it.
func Texts(dir string) (texts []Text, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			return nil, err
		}
		var bad []error
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			function, ok := call.Fun.(*ast.Ident)
			if !ok || keywords[function.Name] == 0 {
				return true
			}
			t, err := text(function.Name, call.Args)
			if err != nil {
				bad = append(bad, fmt.Errorf("%s: %w", set.Position(call.Pos()), err))
			} else if !slices.Contains(texts, t) {
				texts = append(texts, t)
			}
			return true
		})
		if len(bad) > 0 {
			return nil, errors.Join(bad...)
		}
	}
	return texts, nil
}

func text(keyword string, args []ast.Expr) (Text, error) {
	literals := make([]string, keywords[keyword])
	for i := range literals {
		if i >= len(args) {
			return Text{}, fmt.Errorf("%s has too few arguments", keyword)
		}
		literal, ok := args[i].(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING || !strings.HasPrefix(literal.Value, `"`) {
			return Text{}, fmt.Errorf("what %s is given is not a single literal in double quotes", keyword)
		}
		s, err := strconv.Unquote(literal.Value)
		if err != nil {
			return Text{}, err
		}
		literals[i] = s
	}
	switch keyword {
	case "trc":
		return Text{Context: literals[0], English: literals[1]}, nil
	case "trn":
		return Text{English: literals[0], Many: literals[1]}, nil
	}
	return Text{English: literals[0]}, nil
}

// Source returns a catalogue as the translators wrote it, or nil if there is none.
func Source(language string) *gotext.Po {
	source, err := locale.Text(language)
	if err != nil {
		return nil
	}
	po := gotext.NewPo()
	po.Parse(source)
	return po
}

// Untranslated returns the texts that a language has no translation for.
func Untranslated(language string, texts []Text) (missing []Text) {
	po := Source(language)
	if po == nil {
		fmt.Fprintf(os.Stderr, "there is no catalogue %s\n", language)
		return texts
	}
	for _, t := range texts {
		var there bool
		switch {
		case t.Many != "":
			there = true
			for _, n := range []int{0, 1, 2, 5, 11, 21, 100} { // every plural form of all languages occurs
				there = there && po.IsTranslatedN(t.English, n)
			}
		case t.Context != "":
			there = po.IsTranslatedC(t.English, t.Context)
		default:
			there = po.IsTranslated(t.English)
		}
		if !there {
			missing = append(missing, t)
		}
	}
	return missing
}
