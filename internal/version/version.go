// SPDX-License-Identifier: GPL-2.0-or-later

// Package version contains the version of the project. It imports no package of the
// project, so that every package can import it.
package version

import "strings"

// number is the version that was released last, or that will be released next.
const number = "1.0"

// commit is the output of "git describe" at build time. The linker sets it: see the
// Makefile. It is empty after a plain "go build".
var commit string

// String returns the version in the form "1.0" or, if it was not built from the commit
// with the tag "v1.0", "1.0 (v1.0-3-ga1b2c3d)".
func String() string { return from(number, commit) }

// Number returns the version without the commit, in the form "1.0".
func Number() string { return number }

func from(number, commit string) string {
	commit = strings.TrimSpace(commit)
	if commit == "" || commit == "v"+number {
		return number
	}
	return number + " (" + commit + ")"
}
