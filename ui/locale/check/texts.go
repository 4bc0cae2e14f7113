// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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
	uses, err := Uses(dir)
	for _, u := range uses {
		if !slices.Contains(texts, u.Text) {
			texts = append(texts, u.Text)
		}
	}
	return texts, err
}

// A Use is a text in a function of package text. The function's name tells what shows the
// text, such as ButtonSave.
type Use struct {
	Text
	Function string
}

// Uses is Texts with the function of each call.
func Uses(dir string) (uses []Use, err error) {
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
		within := ""
		ast.Inspect(f, func(n ast.Node) bool {
			if f, ok := n.(*ast.FuncDecl); ok {
				within = f.Name.Name
			}
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
			} else {
				uses = append(uses, Use{t, within})
			}
			return true
		})
		if len(bad) > 0 {
			return nil, errors.Join(bad...)
		}
	}
	return uses, nil
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
