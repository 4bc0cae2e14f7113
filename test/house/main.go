// SPDX-License-Identifier: GPL-2.0-or-later

// House draws the project's packages and their imports, for doc/architecture.md.
//
// It replaces the text between the two marks in that file by a Mermaid diagram, which
// forges display. With -check it changes nothing, and fails if the file is out of date.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

const (
	file   = "doc/architecture.md"
	begin  = "<!-- house: written by go run ./test/house -->\n"
	end    = "<!-- end of house -->\n"
	module = "purple-otr"
)

// layers are the groups of the diagram, from the top. A package belongs to the first
// group whose prefix it has.
var layers = []struct{ title, prefix string }{
	{"the plugin", ""},
	{"what the user sees and decides", "ui"},
	{"keys and fingerprints on disk", "keystore"},
	{"the protocol", "otr"},
}

func main() {
	check := flag.Bool("check", false, "fail if "+file+" is out of date")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "house:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	packages, err := list()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	drawn, err := replace(string(text), draw(packages))
	switch {
	case err != nil:
		return err
	case !check:
		return os.WriteFile(file, []byte(drawn), 0o644)
	case drawn != string(text):
		return errors.New(file + " is out of date: go run ./test/house")
	}
	return nil
}

// A goPackage is a package of the project, with the packages that it imports.
type goPackage struct {
	ImportPath string
	Name       string
	Imports    []string
}

// list returns the packages that belong to the plugin or to a command.
func list() (packages []goPackage, err error) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Name,Imports", "./...").Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var r goPackage
		if err := d.Decode(&r); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		if place(r.ImportPath) != "" && !strings.HasPrefix(r.ImportPath, module+"/test/") {
			packages = append(packages, r)
		}
	}
}

// place returns a package's path in the module, "." for the root. It returns "" for
// packages of other projects, and for those that build this one.
func place(path string) string {
	rest, ours := strings.CutPrefix(path, module)
	switch {
	case !ours || strings.Contains(rest, "/modular/cmd/") || rest == "/ui/locale/check" || strings.HasPrefix(rest, "/packaging/"):
		return ""
	case rest == "":
		return "."
	}
	return strings.TrimPrefix(rest, "/")
}

// draw draws the diagram. To keep it readable, it omits arrows that are implied by
// others.
func draw(packages []goPackage) string {
	imports := map[string][]string{}
	for _, r := range packages {
		p := place(r.ImportPath)
		imports[p] = nil
		for _, i := range r.Imports {
			if q := place(i); q != "" {
				imports[p] = append(imports[p], q)
			}
		}
	}
	var names []string
	for p := range imports {
		names = append(names, p)
	}
	slices.Sort(names)

	var b strings.Builder
	b.WriteString("```mermaid\ngraph TD\n")
	for i, f := range layers {
		fmt.Fprintf(&b, "  subgraph layer%d [%q]\n", i, f.title)
		for _, p := range names {
			if layerOf(p) == i {
				fmt.Fprintf(&b, "    %s[%q]\n", id(p), label(p))
			}
		}
		b.WriteString("  end\n")
	}
	for _, p := range names {
		for _, q := range imports[p] {
			if !slices.ContainsFunc(imports[p], func(o string) bool { return o != q && reaches(imports, o, q) }) {
				fmt.Fprintf(&b, "  %s --> %s\n", id(p), id(q))
			}
		}
	}
	b.WriteString("```\n")
	return b.String()
}

// reaches reports whether from imports to, directly or indirectly.
func reaches(imports map[string][]string, from, to string) bool {
	return slices.ContainsFunc(imports[from], func(q string) bool { return q == to || reaches(imports, q, to) })
}

func layerOf(p string) int {
	for i, f := range layers {
		if f.prefix != "" && (p == f.prefix || strings.HasPrefix(p, f.prefix+"/")) {
			return i
		}
	}
	return 0
}

func id(p string) string { return strings.NewReplacer("/", "_", "-", "_", ".", "plugin").Replace(p) }

func label(p string) string {
	if p == "." {
		return "plugin.go"
	}
	return p
}

// replace puts picture between the marks in text.
func replace(text, picture string) (string, error) {
	before, rest, ok := strings.Cut(text, begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return "", errors.New(file + " has lost its marks")
	}
	return before + begin + picture + end + after, nil
}
