// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
)

const copyrightHead = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: purple-otr
Comment: Written by "go run ./packaging/describe copyright", which reads the licences.
 vendor/ is in the source package only. The programs contain most of its modules
 (components.spdx.json has the list), and Go's own library. This library is
 copyright %s, under the licence %s below.

Files: *
Copyright: 2026 The purple-otr authors
License: GPL-2+
 This program is free software; you can redistribute it and/or modify it under
 the terms of the GNU General Public License as published by the Free Software
 Foundation; either version 2 of the License, or (at your option) any later
 version.
 .
 This program is distributed in the hope that it will be useful, but WITHOUT ANY
 WARRANTY; without even the implied warranty of MERCHANTABILITY or FITNESS FOR A
 PARTICULAR PURPOSE. See the GNU General Public License for more details.
 .
 You should have received a copy of the GNU General Public License along with
 this program; if not, see <https://www.gnu.org/licenses/>.
 .
 On Debian systems, the complete text of version 2 of the GNU General Public
 License is in /usr/share/common-licenses/GPL-2.
`

// writeCopyright writes debian/copyright in Debian's form, DEP 5: first who holds the
// copyright of which files, then each text of a licence once.
func writeCopyright(w io.Writer) error {
	src, err := openSource()
	if err != nil {
		return err
	}
	defer src.close()
	modules, err := src.modules()
	if err != nil {
		return err
	}
	ofGo, err := src.ofGo()
	if err != nil {
		return err
	}
	names := nameLicences(append([]module{{Path: "golang.org/go", licence: ofGo}}, modules...))

	fmt.Fprintf(w, copyrightHead, strings.Join(ofGo.holders, ", "), names[ofGo.text])
	for _, m := range modules {
		fmt.Fprintf(w, "\nFiles: vendor/%s/*\nCopyright: %s\nLicense: %s\n",
			m.Path, strings.Join(m.licence.holders, "\n           "), names[m.licence.text])
	}
	written := map[string]bool{}
	for _, l := range append([]licence{ofGo}, licences(modules)...) {
		if name := names[l.text]; !written[name] {
			written[name] = true
			fmt.Fprintf(w, "\nLicense: %s\n%s", name, indented(l.text))
		}
	}
	return nil
}

func licences(modules []module) (all []licence) {
	for _, m := range modules {
		all = append(all, m.licence)
	}
	return all
}

// nameLicences gives each text a name. In Debian's form, two texts must not have the same
// name, and almost every BSD licence is another text: it contains names. So the module's
// name follows the licence's.
func nameLicences(modules []module) map[string]string {
	names, used := map[string]string{}, map[string]bool{}
	for _, m := range modules {
		if names[m.licence.text] != "" {
			continue
		}
		last := path.Base(m.Path)
		if majorVersion.MatchString(last) {
			last = path.Base(path.Dir(m.Path))
		}
		name := strings.ReplaceAll(m.licence.id, " AND ", "-and-") + "-"
		if used[name+last] {
			last = strings.ReplaceAll(m.Path, "/", "-")
		}
		names[m.licence.text], used[name+last] = name+last, true
	}
	return names
}

// majorVersion is the last part of some modules' paths.
var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// indented writes a text as the value of a field: each line begins with a space, and an
// empty one has a dot.
func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \t\n")
		if strings.TrimSpace(line) == "" {
			line = "."
		}
		b.WriteString(" " + line + "\n")
	}
	return b.String()
}
