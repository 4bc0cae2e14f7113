// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A type with more methods than this does the work of several types, and a function with
// more lines the work of several functions, unless it is a table.
const (
	maxMethods = 60
	maxLines   = 60
)

// plugin matches the folders with the sources of the plugin and its commands.
var plugin = regexp.MustCompile(`^(ui|otr|keystore)(/|$)`)

// TestSizes checks the sources of the plugin.
func TestSizes(t *testing.T) {
	methods := map[string]int{}
	functions := 0
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && !plugin.MatchString(name):
			return fs.SkipDir
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, filepath.Join("..", name), nil, 0)
		if err != nil {
			return err
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			functions++
			if n := set.Position(fn.End()).Line - set.Position(fn.Pos()).Line - 1; n > maxLines {
				t.Errorf("%s: %s has %d lines", name, fn.Name.Name, n)
			}
			if fn.Recv != nil {
				methods[path.Dir(name)+"."+receiver(fn.Recv.List[0].Type)]++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, n := range methods {
		if n > maxMethods {
			t.Errorf("%s has %d methods", name, n)
		}
	}
	if functions < 400 || len(methods) < 10 {
		t.Errorf("only %d functions were found: this test searches the wrong folders", functions)
	}
}

// receiver returns the name of a receiver's type.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}
