// SPDX-License-Identifier: GPL-2.0-or-later

package purple

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// oldest are the libraries that the plugin must work with, by Debian's package. Newer
// symbols need a reason.
var oldest = []struct{ library, version string }{
	{"libpurple0", "2.10"},
	{"libgtk2.0-0", "2.18"},
	{"libgdk-pixbuf-2.0-0", "2.22"}, // the first one that is not a part of GTK
	{"libglib2.0-0", "2.22"},        // GTK 2.18 needs 2.21
	{"libcairo2", "1.8"},
	{"libpango-1.0-0", "1.24"},
	{"libatk1.0-0", "1.28"},
}

// reasons are for symbols that are newer all the same.
var reasons = map[string]string{
	"g_source_set_ready_time":            "sends waiting lines at once; nothing older can change libpurple's timer",
	"g_type_class_adjust_private_offset": "GLib's macros write it wherever a type is defined; without it, no header of today could be used",
}

// TestOldest compares what the plugin refers to with the tables that tell Debian since
// which version a library has each symbol.
func TestOldest(t *testing.T) {
	need(t, "gcc", "pkg-config", "nm")
	since := map[string]string{}
	limit := map[string]string{}
	for _, o := range oldest {
		for symbol, version := range symbolsOf(t, o.library) {
			since[symbol], limit[symbol] = version, o.version
		}
	}
	found := 0
	newer := map[string]bool{}
	for line := range strings.Lines(run(t, "nm", "-D", "--undefined-only", "--format=just-symbols", buildPlugin(t, ""))) {
		symbol, _, _ := strings.Cut(strings.TrimSpace(line), "@")
		if since[symbol] == "" {
			continue // the C library's, or Pidgin's own, for which Debian has no table
		}
		found++
		if !later(t, since[symbol], limit[symbol]) {
			continue
		}
		newer[symbol] = true
		if reasons[symbol] == "" {
			t.Errorf("%s is since version %s, newer than %s: use something older, or give a reason", symbol, since[symbol], limit[symbol])
		}
	}
	if found < 300 {
		t.Errorf("only %d symbols were found: the test is wrong", found)
	}
	for symbol := range reasons {
		if !newer[symbol] {
			t.Errorf("%s needs no reason any more", symbol)
		}
	}
}

// symbolsOf reads Debian's table of a library: lines " symbol@version 2.10.0".
func symbolsOf(t *testing.T, library string) map[string]string {
	t.Helper()
	files, err := filepath.Glob("/var/lib/dpkg/info/" + library + ":*.symbols")
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no table of the symbols of %s", library)
	}
	f, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	symbols := map[string]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		words := strings.Fields(s.Text())
		if strings.HasPrefix(s.Text(), " ") && len(words) >= 2 {
			name, _, _ := strings.Cut(words[0], "@")
			symbols[name] = words[1]
		}
	}
	return symbols
}

// later reports whether version a is later than b; both begin with two numbers.
func later(t *testing.T, a, b string) bool {
	t.Helper()
	var major, minor, limit1, limit2 int
	if _, err := fmt.Sscanf(a, "%d.%d", &major, &minor); err != nil {
		t.Fatalf("version %q: %v", a, err)
	}
	if _, err := fmt.Sscanf(b, "%d.%d", &limit1, &limit2); err != nil {
		t.Fatalf("version %q: %v", b, err)
	}
	return major > limit1 || major == limit1 && minor > limit2
}

// TestMinorVersion checks what the plugin tells libpurple. libpurple refuses a plugin with
// a larger number than the one of its own version, even if every symbol is there.
func TestMinorVersion(t *testing.T) {
	need(t, "gcc", "pkg-config")
	program := filepath.Join(t.TempDir(), "minor")
	flags := strings.Fields(run(t, "pkg-config", "--cflags", "--libs", "purple"))
	run(t, "gcc", append([]string{"-Wall", "-Wextra", "-Werror", "-o", program, "test/purple/minor/minor.c"}, flags...)...)
	// Without D-Bus, libpurple complains before.
	if got := run(t, program, buildPlugin(t, "")); !strings.HasSuffix(got, "\n2.10\n") && got != "2.10\n" {
		t.Errorf("the plugin must need libpurple 2.10, not %s", got)
	}
}
