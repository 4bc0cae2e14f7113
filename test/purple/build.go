// SPDX-License-Identifier: GPL-2.0-or-later

package purple

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// need skips a test that builds and starts programs, which is slow, unless REQUIRE_ALL=1
// is set, as "make test" does. Then a missing program fails the test.
func need(t *testing.T, programs ...string) {
	t.Helper()
	if os.Getenv("REQUIRE_ALL") != "1" {
		t.Skip("builds and starts programs: set REQUIRE_ALL=1, or run make test")
	}
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Fatalf("missing: %s", p)
		}
	}
	if out, err := exec.Command("pkg-config", "--exists", "--print-errors", "purple", "pidgin", "gtk+-2.0").CombinedOutput(); err != nil {
		t.Fatalf("missing: the headers of libpurple, Pidgin and GTK 2: %s", strings.TrimSpace(string(out)))
	}
}

// root returns the project's folder.
func root() string {
	dir, err := filepath.Abs("../..")
	if err != nil {
		panic(err) // there is no current folder
	}
	return dir
}

// run runs a program in the project's folder.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = root()
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// built is the folder in which the tests share what they build.
var built string

// buildPlugin builds the plugin with these build tags and with the files in the folder
// overlay, and returns the file.
func buildPlugin(t *testing.T, tags string) string {
	t.Helper()
	file := filepath.Join(built, "purple-otr-"+tags+".so")
	if _, err := os.Stat(file); err == nil {
		return file
	}
	overlay := strings.TrimSpace(run(t, "test/purple/make-overlay"))
	run(t, "go", "build", "-buildvcs=false", "-buildmode=c-shared", "-overlay", overlay, "-tags", tags,
		"-ldflags=-extldflags=-Wl,--version-script="+filepath.Join(root(), "ui/libpurple/exports.map"), "-o", file, ".")
	return file
}

// buildHost builds the host program and returns the file.
func buildHost(t *testing.T) string {
	t.Helper()
	file := filepath.Join(built, "host")
	if _, err := os.Stat(file); err == nil {
		return file
	}
	flags := strings.Fields(run(t, "pkg-config", "--cflags", "--libs", "purple"))
	args := []string{"-g", "-Wall", "-Wextra", "-Werror", "-o", file}
	for _, c := range []string{"main.c", "host.c", "screen.c", "network.c"} {
		args = append(args, filepath.Join("test/purple/host", c))
	}
	run(t, "gcc", append(args, flags...)...)
	return file
}

// Launch runs the host with the plugin. If wrapper words are given, they are the command
// that runs the host.
func Launch(t *testing.T, host, plugin string, wrap ...string) *Host {
	t.Helper()
	args := append(wrap, host, t.TempDir(), plugin)
	c := exec.Command(args[0], args[1:]...)
	c.Env = append(os.Environ(), "HOME="+t.TempDir(), "DBUS_SESSION_BUS_ADDRESS=", "XDG_RUNTIME_DIR=") // no keyring
	if len(wrap) > 0 {
		// Valgrind supports neither this instruction nor the signals with which
		// Go preempts a thread. qemu for i386 runs these on the wrong stack.
		c.Env = append(c.Env, "GODEBUG=cpu.rdtscp=off,asyncpreemptoff=1")
	}
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	h := Attach(t, in, out)
	t.Cleanup(func() {
		in.Close() // the host quits at the end of its input
		if err := c.Wait(); err != nil {
			t.Errorf("the host: %v", err)
		}
		if t.Failed() && stderr.Len() > 0 {
			t.Logf("the host says:\n%s", stderr.String())
		}
	})
	return h
}

// begin returns a host with the plugin loaded and two accounts online.
func begin(t *testing.T, host, plugin string, wrap ...string) *Host {
	t.Helper()
	h := Launch(t, host, plugin, wrap...)
	h.Ready()
	Begin(h)
	return h
}
