// SPDX-License-Identifier: GPL-2.0-or-later

// Package version says which version of the project this is. It imports nothing of the
// project, so that everything may import it.
package version

import "strings"

// number is the version that was released last, or is to be released next.
const number = "1.0"

// commit is what "git describe" says where the project is built. The linker sets it:
// see the Makefile. A plain "go build" leaves it empty.
var commit string

// String is the version in the form "1.0" or, if it was built from another commit than
// the one with the tag "v1.0", "1.0 (v1.0-3-ga1b2c3d)".
func String() string { return from(number, commit) }

func from(number, commit string) string {
	commit = strings.TrimSpace(commit)
	if commit == "" || commit == "v"+number {
		return number
	}
	return number + " (" + commit + ")"
}
