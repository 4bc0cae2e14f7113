// SPDX-License-Identifier: GPL-2.0-or-later

package version

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestString(t *testing.T) {
	if String() != number {
		t.Errorf("without a commit the version is %q", String())
	}
	for commit, want := range map[string]string{
		"": "1.2", "v1.2": "1.2", "v1.2-3-gabcdef0": "1.2 (v1.2-3-gabcdef0)", "abcdef0-dirty\n": "1.2 (abcdef0-dirty)",
	} {
		if got := from("1.2", commit); got != want {
			t.Errorf("%q makes %q, want %q", commit, got, want)
		}
	}
}

// TestLinkerSetsCommit builds a program as the Makefile does, because the linker does not
// complain about a variable that does not exist.
func TestLinkerSetsCommit(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	file := filepath.Join(t.TempDir(), "otr-toolkit")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", file,
		"-ldflags=-X purple-otr/internal/version.commit=v0-1-gabcdef0", "purple-otr/otr/cmd/otr-toolkit").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(file, "--version").Output()
	if want := "otr-toolkit " + number + " (v0-1-gabcdef0)\n"; err != nil || string(out) != want {
		t.Errorf("it prints %q, %v, want %q", out, err, want)
	}
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil || !strings.Contains(string(makefile), "-X purple-otr/internal/version.commit=") {
		t.Errorf("the Makefile does not set the variable: %v", err)
	}
}
