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
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "purple-otr/"

// arrows says which packages of the project each may import. An arrow is never
// reversed: what is low knows nothing of what is above it.
var arrows = map[string][]string{
	"otr": {
		"otr/internal/ake", "otr/internal/data", "otr/internal/smp", "otr/internal/dsa", "otr/internal/wire", "internal/erase",
		"otr/internal/dake", "otr/internal/draw", "otr/internal/ed448", "otr/internal/ratchet", "otr/internal/smp4", "otr/internal/assembly",
	},
	"otr/internal/ake":       {"otr/internal/wire", "otr/internal/dh", "otr/internal/dsa", "internal/erase"},
	"otr/internal/data":      {"otr/internal/wire", "otr/internal/dh", "internal/erase"},
	"otr/internal/smp":       {"otr/internal/wire", "otr/internal/dh", "internal/erase"},
	"otr/internal/dsa":       {"otr/internal/wire", "otr/internal/modular", "internal/erase"},
	"otr/internal/dh":        {"otr/internal/modular"},
	"otr/internal/dake":      {"otr/internal/wire", "otr/internal/dh", "otr/internal/ed448", "otr/internal/kdf4", "otr/internal/draw", "internal/erase"},
	"otr/internal/ratchet":   {"otr/internal/wire", "otr/internal/dh", "otr/internal/ed448", "otr/internal/kdf4", "otr/internal/draw", "internal/erase"},
	"otr/internal/smp4":      {"otr/internal/wire", "otr/internal/ed448", "otr/internal/kdf4", "otr/internal/draw", "internal/erase"},
	"otr/internal/assembly":  {"otr/internal/wire"},
	"otr/internal/ed448":     {"otr/internal/kdf4", "otr/internal/draw"},
	"otr/internal/kdf4":      {},
	"otr/internal/draw":      {},
	"otr/internal/wire":      {},
	"otr/internal/modular":   {},
	"otr/measure":            {"otr/internal/wire", "otr/internal/modular", "otr/internal/dh", "otr/internal/dsa", "otr/internal/ed448", "otr/internal/kdf4", "otr/internal/ratchet"},
	"keystore":               {"otr", "keystore/internal/seal", "internal/erase"},
	"keystore/foreign":       {"otr", "keystore"},
	"keystore/internal/seal": {"internal/erase"},
	"":                       {"internal/version", "keystore", "ui", "ui/app", "ui/keys", "ui/libpurple", "ui/locale", "ui/pidgin", "ui/text"},
	"ui/app":                 {"internal/version", "otr", "keystore", "ui", "ui/markup", "ui/text"},
	"ui/keys":                {"otr", "keystore", "keystore/foreign", "ui", "ui/text"},
	"ui/internal/uitest":     {"test/dialogs", "otr", "keystore", "ui"},
	"ui":                     {"otr", "keystore", "ui/text"},
	"ui/text":                {"ui/locale"},
	"ui/locale":              {},
	"ui/markup":              {},
	"ui/locale/check":        {"ui/locale"},
	"ui/search":              {},
	"ui/pidgin":              {"internal/erase", "ui", "ui/search", "ui/text"},
	"ui/libpurple":           {"internal/erase", "ui", "ui/pidgin", "ui/search", "ui/text"},
	"internal/version":       {},
	"internal/erase":         {},

	// Only tests import it.
	"internal/erase/erasetest": {"internal/erase"},

	// Programs, which nobody can import.
	"otr/cmd/otr-toolkit": {
		"internal/version", "otr/internal/wire", "otr/internal/dh",
		"otr/internal/assembly", "otr/internal/dake", "otr/internal/ed448", "otr/internal/kdf4", "otr/internal/ratchet",
	},
	"otr/internal/modular/cmd/asm": {},
	"keystore/cmd/otr-keys":        {"internal/version", "otr", "keystore", "keystore/foreign"},
	"packaging/describe":           {"internal/version", "ui/locale", "ui/text"},
	"ui/locale/pack":               {"ui/locale"},
	"ui/locale/glossary":           {},
	"test/bench":                   {},
	"test/bench/otr-bench":         {"otr", "otr/measure", "keystore"},
}

// notPure are packages that the engine has no business with: it has no cgo, does
// no I/O and takes no randomness but what it is given.
var notPure = []string{"C", "os", "net", "syscall", "unsafe", "context", "log", "math/rand", "math/rand/v2"}

// imports are the imports of each package below the project's root, tests left
// out.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && strings.HasPrefix(d.Name(), "."), d.IsDir() && d.Name() == "testdata":
			return fs.SkipDir
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", name), nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := path.Dir(name)
		if pkg == "." {
			pkg = ""
		}
		for _, i := range f.Imports {
			imported, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			found[pkg] = append(found[pkg], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestDependencyDirection(t *testing.T) {
	found := imports(t)
	for pkg, may := range arrows {
		if len(found[pkg]) == 0 && pkg != "ui/pidgin" {
			t.Errorf("there is no package %s", pkg)
		}
		for _, i := range found[pkg] {
			if own, ok := strings.CutPrefix(i, module); ok && !slices.Contains(may, own) {
				t.Errorf("%s imports %s", pkg, own)
			}
		}
	}
	for pkg, list := range found {
		_, listed := arrows[pkg]
		engine := strings.HasPrefix(pkg, "otr") || strings.HasPrefix(pkg, "keystore")
		test := strings.HasPrefix(pkg, "test/") // programs, which nobody can import
		if !listed && !test {
			t.Errorf("%s is not in the list", pkg)
		}
		for _, i := range list {
			if !engine && strings.HasPrefix(i, module+"otr/internal/") {
				t.Errorf("%s imports %s", pkg, i)
			}
			if strings.HasPrefix(pkg, "keystore") && i == "C" {
				t.Errorf("%s has cgo", pkg)
			}
		}
	}
}

// What one package knows of a library, the others need not be checked for.
func TestOneImporterOfCircl(t *testing.T) {
	for pkg, list := range imports(t) {
		for _, i := range list {
			if strings.HasPrefix(i, "github.com/cloudflare/circl") && pkg != "otr/internal/ed448" {
				t.Errorf("%s imports %s", pkg, i)
			}
		}
	}
}

// "It does no I/O and starts no goroutines".
func TestEngineIsPure(t *testing.T) {
	for pkg, list := range imports(t) {
		program := strings.Contains(pkg, "/cmd/") // reads and writes
		if pkg != "otr" && !strings.HasPrefix(pkg, "otr/internal/") || program {
			continue
		}
		for _, i := range list {
			if slices.Contains(notPure, i) {
				t.Errorf("%s imports %s", pkg, i)
			}
		}
		files, err := filepath.Glob(filepath.Join("..", pkg, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if _, ok := n.(*ast.GoStmt); ok {
					t.Errorf("%s starts a goroutine", name)
				}
				return true
			})
		}
	}
}
