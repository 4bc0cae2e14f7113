// SPDX-License-Identifier: GPL-2.0-or-later

// Package scripts tests the scripts that the Makefile runs.
package scripts

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheckGo: someone whose Go is missing or too old reads one sentence.
func TestCheckGo(t *testing.T) {
	for name, tt := range map[string]struct {
		command string // a shell script that stands for go
		says    string
	}{
		"missing": {"", "there is no go command here"},
		"before downloads": {"echo go version go1.19.8 linux/amd64",
			"this is Go 1.19.8"},
		"may not download": {"echo go version go1.24.4 linux/amd64",
			"this is Go 1.24.4"},
		"cannot download": {`[ "$GOTOOLCHAIN" = local ] || { echo 'go: download go1.26.0: no network' >&2; exit 1; }; echo go version go1.24.4 linux/amd64`,
			"this is Go 1.24.4"},
		"downloads": {`[ "$GOTOOLCHAIN" = local ] && v=1.24.4 || v=1.99.1; echo go version go$v linux/amd64`,
			""},
		"new": {"echo go version go1.99.0 linux/amd64", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, tool := range []string{"bash", "sed", "sort", "head", "dirname"} {
				path, err := exec.LookPath(tool)
				if err != nil {
					t.Skip(err)
				}
				if err := os.Symlink(path, filepath.Join(dir, tool)); err != nil {
					t.Fatal(err)
				}
			}
			if tt.command != "" {
				if err := os.WriteFile(filepath.Join(dir, "go"), []byte("#!"+filepath.Join(dir, "bash")+"\n"+tt.command+"\n"), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			var out bytes.Buffer
			c := exec.Command(filepath.Join(dir, "bash"), "../check-go")
			c.Env, c.Stdout, c.Stderr = []string{"PATH=" + dir}, &out, &out
			err := c.Run()
			if said := out.String(); (err != nil) != (tt.says != "") || !strings.Contains(said, tt.says) || strings.Count(said, "\n") > 1 {
				t.Errorf("%v, and it says %q", err, said)
			}
		})
	}
}
