// SPDX-License-Identifier: GPL-2.0-or-later

package packages

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/internal/version"
)

// TestRelease runs packaging/release in a small project, with a new key. The packages are not
// built.
func TestRelease(t *testing.T) {
	for _, program := range []string{"gpg", "git", "dpkg-parsechangelog"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("REQUIRE_ALL") == "1" {
				t.Fatalf("missing: %s", program)
			}
			t.Skipf("missing: %s", program)
		}
	}
	const key, url = "releases@example.org", "https://forge.example/purple-otr"
	tag := "v" + version.Number()
	home, err := os.MkdirTemp("", "gpg") // short, because it has a socket
	if err != nil {
		t.Fatal(err)
	}
	dir, bin := t.TempDir(), t.TempDir()
	env := append(os.Environ(), "GNUPGHOME="+home, "HOME="+home, "GIT_CONFIG_GLOBAL=/dev/null", "PATH="+bin+":"+os.Getenv("PATH"))
	run := func(more []string, args ...string) (string, error) {
		c := exec.Command(args[0], args[1:]...)
		c.Dir, c.Env = dir, append(env, more...)
		out, err := c.CombinedOutput()
		return string(out), err
	}
	must := func(args ...string) {
		t.Helper()
		if out, err := run(nil, args...); err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	t.Cleanup(func() {
		run(nil, "gpgconf", "--kill", "gpg-agent")
		os.RemoveAll(home)
	})
	write := func(file, text string, mode os.FileMode) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"packaging/release", "internal/version/version.go", "debian/changelog", "CHANGELOG.md"} {
		text, err := os.ReadFile(filepath.Join("../..", file))
		if err != nil {
			t.Fatal(err)
		}
		write(filepath.Join(dir, file), string(text), 0o700)
	}
	write(filepath.Join(dir, ".gitignore"), "/build/\n", 0o600)
	write(filepath.Join(bin, "make"), "#!/bin/sh\nmkdir -p build/packages && echo \"$@ $PROJECT_URL\" >build/packages/SHA256SUMS\n", 0o700)
	must("gpg", "--batch", "--passphrase", "", "--quick-gen-key", key, "ed25519", "sign", "never")
	must("git", "init", "-q")
	must("git", "config", "user.email", key)
	must("git", "config", "user.name", "Somebody")
	must("git", "add", ".")
	must("git", "commit", "-qm", "everything")

	signature := filepath.Join(dir, "build/packages/SHA256SUMS.asc")
	refused := func(why string, more ...string) {
		t.Helper()
		out, err := run(more, "packaging/release", key)
		if err == nil || !strings.Contains(out, why) {
			t.Errorf("want a refusal with %q: %v\n%s", why, err, out)
		}
		if _, err := os.Stat(signature); err == nil {
			t.Error("it has signed all the same")
		}
	}
	forge := "PROJECT_URL=" + url
	refused("check out the tag", forge)
	must("git", "tag", tag)
	refused("no signature", forge)
	must("git", "tag", "-d", tag)
	must("git", "tag", "-s", "-u", key, "-m", "release", tag)
	refused("PROJECT_URL", "PROJECT_URL=")
	write(filepath.Join(dir, "CHANGELOG.md"), "# Changes\n", 0o700)
	refused("check out the tag", forge) // something has changed
	must("git", "checkout", "-q", "CHANGELOG.md")

	if out, err := run([]string{forge}, "packaging/release", key); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	must("gpg", "--verify", signature, strings.TrimSuffix(signature, ".asc"))
	if sums, err := os.ReadFile(strings.TrimSuffix(signature, ".asc")); err != nil || string(sums) != "packages "+url+"\n" {
		t.Errorf("make was called so: %q, %v", sums, err)
	}
}
