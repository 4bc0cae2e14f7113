// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bytes"
	"cmp"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// programs are the files of a package that are built from Go.
var programs = []string{"purple-otr.so", "otr-toolkit", "otr-keys"}

// A module is one that the programs contain.
type module struct {
	Path, Version string
	licence       licence
}

// A licence is a module's, or the one of Go's own library.
type licence struct {
	id      string   // an SPDX expression, "BSD-3-Clause"
	holders []string // as the licence or the source names them, with years: "2019 The age Authors"
	text    string   // the whole file
}

// A source is the source code of all modules that the project needs: what go mod vendor
// writes. The packages of distributions are built from it.
type source struct {
	folder    string
	temporary bool
}

// openSource uses vendor/ if it is there, and otherwise copies the modules to a temporary
// folder. The caller must close the source.
func openSource() (source, error) {
	if _, err := os.Stat(filepath.Join("vendor", "modules.txt")); err == nil {
		return source{folder: "vendor"}, nil
	}
	folder, err := os.MkdirTemp("", "modules")
	if err != nil {
		return source{}, err
	}
	s := source{folder: folder, temporary: true}
	if _, err := command("go", "mod", "vendor", "-o", folder); err != nil {
		s.close()
		return source{}, err
	}
	return s, nil
}

func (s source) close() {
	if s.temporary {
		os.RemoveAll(s.folder)
	}
}

// modules returns all modules, sorted by path, with their licences.
func (s source) modules() ([]module, error) {
	list, err := os.ReadFile(filepath.Join(s.folder, "modules.txt"))
	if err != nil {
		return nil, err
	}
	var all []module
	last := ""
	for line := range strings.Lines(string(list)) {
		words := strings.Fields(line)
		switch {
		case words[0] == "#" && len(words) != 3:
			return nil, fmt.Errorf("modules.txt has the line %q", line)
		case words[0] == "#":
			last = words[1] + " " + words[2]
		case words[0] != "##" && last != "": // the first package of this module
			path, version, _ := strings.Cut(last, " ")
			all = append(all, module{Path: path, Version: version})
			last = ""
		}
	}
	return s.licensed(all)
}

// linked returns the modules that the programs in folder really contain, and the version
// of Go that built them.
func (s source) linked(folder string) (modules []module, goVersion string, err error) {
	var all []module
	for _, name := range programs {
		info, err := buildinfo.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, "", err
		}
		goVersion = info.GoVersion
		for _, m := range info.Deps {
			if m.Replace != nil {
				return nil, "", fmt.Errorf("%s: %s is replaced by %s", name, m.Path, m.Replace.Path)
			}
			all = append(all, module{Path: m.Path, Version: m.Version})
		}
	}
	modules, err = s.licensed(all)
	return modules, goVersion, err
}

// licensed sorts modules, removes duplicates, and adds the licences.
func (s source) licensed(modules []module) ([]module, error) {
	slices.SortFunc(modules, func(a, b module) int { return cmp.Compare(a.Path, b.Path) })
	modules = slices.CompactFunc(modules, func(a, b module) bool { return a.Path == b.Path })
	for i, m := range modules {
		folder := filepath.Join(s.folder, filepath.FromSlash(m.Path))
		l, err := readLicence(filepath.Join(folder, "LICENSE"))
		if err == nil && len(l.holders) == 0 {
			l.holders, err = holdersInSource(folder)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Path, err)
		}
		modules[i].licence = l
	}
	return modules, nil
}

// holdersInSource returns the holders of the copyright that the source files name, for a
// licence that names nobody, as the Mozilla Public License.
func holdersInSource(folder string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		all.Write(text)
	}
	holders := holdersIn(all.String())
	if len(holders) == 0 {
		return nil, errors.New("nothing names the holder of the copyright")
	}
	return holders, nil
}

// ofGo returns the licence of Go's own library, which every Go program contains.
func (s source) ofGo() (licence, error) {
	root, err := command("go", "env", "GOROOT")
	if err != nil {
		return licence{}, err
	}
	l, err := readLicence(filepath.Join(strings.TrimSpace(root), "LICENSE"))
	if errors.Is(err, os.ErrNotExist) { // Debian has it elsewhere; it is the same text
		return readLicence(filepath.Join(s.folder, "golang.org/x/crypto/LICENSE"))
	}
	return l, err
}

// holder matches the line of a licence that names a holder of the copyright. It must not
// match "Copyright and related rights".
var holder = regexp.MustCompile(`(?m)^\W*(?:Portions )?Copyright (?:\(c\)|©)?\s*(\d{4}.*?|(?:The|by) .*?)\.?(?: All rights reserved\.?)?\s*$`)

func readLicence(file string) (licence, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return licence{}, err
	}
	return parseLicence(string(text))
}

// parseLicence recognises the licences in text. It fails if it does not recognise almost
// all of it, so that somebody looks.
func parseLicence(text string) (licence, error) {
	l := licence{text: strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))}
	found := licensecheck.Scan([]byte(l.text))
	if found.Percent < 75 {
		return licence{}, fmt.Errorf("only %.0f %% of the licence is recognised", found.Percent)
	}
	var ids []string
	for _, m := range found.Match {
		if !slices.Contains(ids, m.ID) {
			ids = append(ids, m.ID)
		}
	}
	l.id = strings.Join(ids, " AND ")
	l.holders = holdersIn(l.text)
	return l, nil
}

func holdersIn(text string) (holders []string) {
	for _, m := range holder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(holders, m[1]) {
			holders = append(holders, m[1])
		}
	}
	return holders
}

// command returns what a program writes to standard output.
func command(name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	var out, complaint bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaint
	if err := c.Run(); err != nil {
		message, _ := io.ReadAll(io.LimitReader(&complaint, 1000))
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, message)
	}
	return out.String(), nil
}
