// SPDX-License-Identifier: GPL-2.0-or-later

// Package architectures tests the plugin as it is built for other processors, with
// libpurple as Debian builds it for them. It is not part of "make test", because it first
// makes folders with Debian's packages: see the program "root" beside it.
package architectures

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/test/purple"
)

// output runs a program in the project's folder.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = "../.."
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// Two accounts have a private conversation, verify each other, and load the plugin again,
// with words of 32 bits (i386) and on another processor (arm64).
func TestArchitectures(t *testing.T) {
	if os.Getenv("REQUIRE_ALL") != "1" {
		t.Skip("builds for other processors: run make architectures")
	}
	purple.Timeout *= 10
	for arch, emulator := range map[string]string{"i386": "qemu-i386-static", "arm64": "qemu-aarch64-static"} {
		t.Run(arch, func(t *testing.T) {
			const with = "test/architectures/with"
			root := output(t, "test/architectures/root", arch)
			host, plugin := filepath.Join(t.TempDir(), "host"), filepath.Join(t.TempDir(), "purple-otr.so")
			output(t, with, arch, "sh", "-c",
				`$CC -g -Wall -Wextra -Werror -o "$1" test/purple/host/*.c $(pkg-config --cflags --libs purple)`, "sh", host)
			exports, err := filepath.Abs("../../ui/libpurple/exports.map")
			if err != nil {
				t.Fatal(err)
			}
			output(t, with, arch, "env", "CGO_CFLAGS=-O2 -Wall -Wextra -Wno-unused-parameter -Werror", "go", "build",
				"-buildvcs=false", "-buildmode=c-shared", "-ldflags=-extldflags=-Wl,--version-script="+exports, "-o", plugin, ".")

			h := purple.Launch(t, host, plugin, emulator, "-L", root)
			h.Ready()
			purple.Begin(h)
			purple.Talk(h)
			purple.Verify(h)
			purple.ServSend(h)
			purple.Dialogs(h)
			purple.Reload(h, 2)
			h.Quit()
		})
	}
}
