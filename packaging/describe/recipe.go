// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"cmp"
	"debug/elf"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
)

// recipe is the configuration of nfpm for one package. Everything that nfpm would ask
// this computer (its name, the time) is written down.
var recipe = template.Must(template.New("nfpm").Parse(`name: purple-otr
arch: "{{.Arch}}"
platform: linux
version: "{{.Version}}"
version_schema: none
release: "1"
section: net
priority: optional
maintainer: "{{.Maintainer}}"
vendor: ""
license: ` + ourLicence + `
{{with .Homepage}}homepage: "{{.}}"
{{end}}description: |
{{.Description}}
mtime: {{.Date}}
disable_globbing: true
contents:
  - src: {{.Tree}}/usr
    dst: /usr
    type: tree
depends:{{range .Depends}}
  - "{{.}}"{{end}}
recommends:{{range .Recommends}}
  - "{{.}}"{{end}}
scripts:
  postinstall: {{.Folder}}/postinst
  postremove: {{.Folder}}/postrm
deb:
  compression: xz
rpm:
  buildhost: localhost
  compression: zstd
  group: Applications/Internet
  summary: "{{.Summary}}"
  packager: "{{.Maintainer}}"
archlinux:
  packager: "{{.Maintainer}}"
`))

// needs says, for each library that the plugin is linked with, what a package depends on;
// %s is the version. An rpm names the library itself, so that it fits several
// distributions.
var needs = map[string]map[string]string{
	"libc.so.6":           {"deb": "libc6 (>= %s)", "rpm": "libc.so.6(GLIBC_%s)", "archlinux": "glibc>=%s"},
	"libpurple.so.0":      {"deb": "libpurple0 (>= %s)", "rpm": "libpurple.so.0()", "archlinux": "libpurple>=%s"},
	"libglib-2.0.so.0":    {"deb": "libglib2.0-0 (>= %s)", "rpm": "libglib-2.0.so.0()", "archlinux": "glib2>=%s"},
	"libgobject-2.0.so.0": {"deb": "libglib2.0-0 (>= %s)", "rpm": "libgobject-2.0.so.0()", "archlinux": "glib2>=%s"},
}

// oldest are the versions that have everything the plugin refers to; TestSymbols checks
// them. The one of the C library depends on where the plugin was built.
var oldest = map[string]string{
	"libpurple.so.0":      "2.10.0",
	"libglib-2.0.so.0":    "2.38.0",
	"libgobject-2.0.so.0": "2.38.0",
}

// writeRecipe writes nfpm's configuration for a package of the files in tree, in a format
// of nfpm ("deb", "rpm", "archlinux") and for an architecture of Go. folder has the
// programs and the scripts postinst and postrm, VERSION is the version in Debian's form.
func writeRecipe(w io.Writer, format, architecture, folder, tree string) error {
	date, err := sourceDate()
	if err != nil {
		return err
	}
	control, err := readControl("debian/control")
	if err != nil {
		return err
	}
	depends, err := dependencies(format, filepath.Join(folder, "purple-otr.so"))
	if err != nil {
		return err
	}
	version := os.Getenv("VERSION")
	if !regexp.MustCompile(`^[0-9][0-9a-z.~]*$`).MatchString(version) {
		return fmt.Errorf("VERSION is %q", version)
	}
	recommends := []string{"pidgin"}
	switch format {
	case "deb":
		recommends = []string{"pidgin | finch"}
	case "archlinux": // there, "1.0git1" is before "1.0", and "~" means nothing
		version = strings.ReplaceAll(version, "~", "")
	}
	return recipe.Execute(w, map[string]any{
		"Arch": architecture, "Version": version, "Maintainer": control.maintainer, "Homepage": os.Getenv("PROJECT_URL"),
		"Description": indented2(control.description), "Summary": control.summary, "Date": date.Format("2006-01-02T15:04:05Z"), "Tree": tree, "Folder": folder,
		"Depends": depends, "Recommends": recommends,
	})
}

// dependencies returns what the package of a plugin depends on.
func dependencies(format, plugin string) (depends []string, err error) {
	f, err := elf.Open(plugin)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	libraries, err := f.ImportedLibraries()
	if err != nil {
		return nil, err
	}
	for _, library := range libraries {
		if strings.HasPrefix(library, "ld-linux") {
			continue // the dynamic loader, a part of the C library
		}
		form := needs[library][format]
		if form == "" {
			return nil, fmt.Errorf("no %s package is known for %s", format, library)
		}
		version := oldest[library]
		if library == "libc.so.6" {
			if version, err = newestGlibc(f); err != nil {
				return nil, err
			}
		}
		if strings.Contains(form, "%s") {
			form = fmt.Sprintf(form, version)
		}
		if format == "rpm" && f.Class == elf.ELFCLASS64 {
			form += "(64bit)"
		} else {
			form = strings.TrimSuffix(form, "()")
		}
		depends = append(depends, form)
	}
	slices.Sort(depends)
	return slices.Compact(depends), nil
}

// newestGlibc returns the newest version of the C library that a symbol refers to.
func newestGlibc(f *elf.File) (newest string, err error) {
	symbols, err := f.ImportedSymbols()
	if err != nil {
		return "", err
	}
	for _, s := range symbols {
		version, ok := strings.CutPrefix(s.Version, "GLIBC_")
		if ok && (newest == "" || compareVersions(version, newest) > 0) {
			newest = version
		}
	}
	if newest == "" {
		return "", fmt.Errorf("no symbol of the C library has a version")
	}
	return newest, nil
}

// compareVersions compares versions that are numbers and dots.
func compareVersions(a, b string) int {
	numbers := func(version string) (all []int) {
		for part := range strings.SplitSeq(version, ".") {
			n, _ := strconv.Atoi(part)
			all = append(all, n)
		}
		return all
	}
	return slices.CompareFunc(numbers(a), numbers(b), cmp.Compare[int])
}

// A control is what we need of debian/control, which all packages share.
type control struct {
	maintainer, summary string
	description         string // the summary, and the text below it without the leading space
}

func readControl(file string) (c control, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return control{}, err
	}
	inside := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, " "); inside && ok {
			if rest == "." {
				rest = "" // Debian's sign for an empty line
			}
			c.description += "\n" + rest
			continue
		}
		inside = false
		if value, ok := strings.CutPrefix(line, "Maintainer: "); ok {
			c.maintainer = value
		}
		if value, ok := strings.CutPrefix(line, "Description: "); ok {
			c.summary, c.description, inside = value, value, true
		}
	}
	if c.maintainer == "" || c.summary == "" {
		return control{}, fmt.Errorf("%s lacks a maintainer or a description", file)
	}
	return c, nil
}

// indented2 indents each line by two spaces, for YAML.
func indented2(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
