// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRecipe builds a library with the same needs as the plugin, and looks at what the
// packages then depend on.
func TestRecipe(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("no C compiler")
	}
	folder := t.TempDir()
	source := filepath.Join(folder, "plugin.c")
	if err := os.WriteFile(source, []byte("#include <stdio.h>\nvoid f(void); void f(void) { puts(\"\"); }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	library := func(name string, args ...string) string {
		t.Helper()
		file := filepath.Join(folder, name)
		if out, err := exec.Command("gcc", append([]string{"-shared", "-fPIC", "-o", file, source}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return file
	}
	purple := library("libpurple.so", "-Wl,-soname,libpurple.so.0")
	other := library("libother.so", "-Wl,-soname,libother.so.7")
	loader := library("ld-linux-other.so.1", "-Wl,-soname,ld-linux-other.so.1") // on arm64 and i386
	plugin := library("purple-otr.so", "-Wl,--no-as-needed", purple, loader)

	for format, want := range map[string][]string{
		"deb":       {"libc6 (>= 2.", "libpurple0 (>= 2.10.0)"},
		"rpm":       {"libc.so.6(GLIBC_2.", "libpurple.so.0()(64bit)"},
		"archlinux": {"glibc>=2.", "libpurple>=2.10.0"},
	} {
		got, err := dependencies(format, plugin)
		if err != nil || !slices.EqualFunc(got, want, strings.HasPrefix) {
			t.Errorf("%s depends on %q, %v, want %q", format, got, err, want)
		}
	}
	if got, err := dependencies("deb", library("unknown.so", "-Wl,--no-as-needed", other)); err == nil {
		t.Errorf("a library that is not known makes %q", got)
	}

	t.Setenv("VERSION", "1.0~git1.abc")
	for format, want := range map[string]string{"deb": `version: "1.0~git1.abc"`, "rpm": `version: "1.0~git1.abc"`, "archlinux": `version: "1.0git1.abc"`} {
		var out bytes.Buffer
		if err := writeRecipe(&out, format, "amd64", folder, "/tree"); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{want, "mtime: 2023-11-14T22:13:20Z", "buildhost: localhost", "maintainer: \"The purple-otr authors <", "\n  \n  It reads the keys"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s lacks %q:\n%s", format, want, out.String())
			}
		}
	}
	for _, version := range []string{"", "1.0\"", "v1", "1.0-1"} {
		t.Setenv("VERSION", version)
		if err := writeRecipe(new(bytes.Buffer), "deb", "amd64", folder, "/tree"); err == nil {
			t.Errorf("version %q is accepted", version)
		}
	}
}
