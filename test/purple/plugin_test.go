// SPDX-License-Identifier: GPL-2.0-or-later

package purple

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "purple-otr")
	if err != nil {
		panic(err)
	}
	built = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// TestFile runs a program that loads the plugin's file, as Pidgin does.
func TestFile(t *testing.T) {
	need(t, "gcc", "pkg-config")
	host, plugin := buildHost(t), buildPlugin(t, "")
	t.Run("talk", func(t *testing.T) {
		h := begin(t, host, plugin)
		for _, scenario := range []func(*Host){Talk, Verify, Held, Me, Repeat, ServSend, ChangedLast, Copied, Offline, Rival, Dialogs} {
			scenario(h)
		}
		Reload(h, 20)
		Order(h) // last, because its callbacks stay connected
		h.Quit()
	})
	t.Run("quit while private", func(t *testing.T) {
		h := begin(t, host, plugin)
		Start(h)
		h.Mark()
		h.Quit()
		h.Wait("?OTR:AA", "wire", alice, bob) // the buddy is notified
	})
}

// TestPanic makes the app panic.
func TestPanic(t *testing.T) {
	need(t, "gcc", "pkg-config")
	h := begin(t, buildHost(t), buildPlugin(t, "purpletest"))
	Panic(h, "fail-now")
	h.Quit()
}

// TestSymbols checks that the file exports only what libpurple needs, and that it loads
// where neither GTK nor Pidgin is present.
func TestSymbols(t *testing.T) {
	need(t, "gcc", "pkg-config", "nm", "readelf")
	plugin := buildPlugin(t, "")
	if shown := strings.Fields(run(t, "nm", "-D", "--defined-only", "--format=just-symbols", plugin)); len(shown) != 1 || shown[0] != "purple_init_plugin" {
		t.Errorf("the plugin shows %q", shown)
	}
	toolkit := regexp.MustCompile(`^(gtk|gdk|pidgin|cairo|pango|atk)_`)
	weak := 0
	for line := range strings.Lines(run(t, "nm", "-D", "--undefined-only", plugin)) {
		f := strings.Fields(line)
		if !toolkit.MatchString(f[1]) {
			continue
		}
		if f[0] != "w" {
			t.Errorf("%s is not weak: run ui/pidgin/weak", f[1])
		}
		weak++
	}
	if weak == 0 {
		t.Error("no GTK symbol was found: the test is wrong")
	}
	for line := range strings.Lines(run(t, "readelf", "-d", plugin)) {
		if strings.Contains(line, "(NEEDED)") && regexp.MustCompile(`lib(gtk|gdk|pidgin|cairo|pango|atk)`).MatchString(line) {
			t.Errorf("the plugin needs a toolkit: %s", line)
		}
	}
}

// TestValgrind searches for memory errors in the plugin's C code.
func TestValgrind(t *testing.T) {
	need(t, "gcc", "pkg-config", "valgrind")
	log := filepath.Join(t.TempDir(), "valgrind.log")
	Timeout *= 10
	defer func() { Timeout /= 10 }()
	h := begin(t, buildHost(t), buildPlugin(t, "valgrind"),
		"valgrind", "--log-file="+log, "--num-callers=30", "--leak-check=no")
	Talk(h)
	Verify(h)
	ServSend(h)
	Dialogs(h)
	Reload(h, 2)
	h.Quit()
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for _, report := range regexp.MustCompile(`(?m)^==\d+== \n`).Split(string(text), -1) {
		if ours(report) {
			t.Errorf("valgrind:\n%s", report)
		}
	}
}

var goFrame = regexp.MustCompile(`\([^)]*\.(go|s):\d+\)`)

// ourFrame matches a stack frame in any of the plugin's C files.
var ourFrame = sync.OnceValue(func() *regexp.Regexp {
	names := []string{"_cgo_export"}
	for _, dir := range []string{"", "ui/libpurple", "ui/pidgin"} {
		files, err := filepath.Glob(filepath.Join(root(), dir, "*.c"))
		if err != nil || len(files) == 0 {
			panic("no C files in " + dir)
		}
		for _, file := range files {
			names = append(names, regexp.QuoteMeta(strings.TrimSuffix(filepath.Base(file), ".c")))
		}
	}
	return regexp.MustCompile(`\((` + strings.Join(names, "|") + `)\.c:\d+\)`)
})

// ours reports whether an error is in our C code or in functions called by it. The Go
// runtime moves its stacks and reads strings in blocks, which valgrind reports as errors;
// the address sanitizer checks Go's use of memory.
func ours(report string) bool {
	for line := range strings.Lines(report) {
		if goFrame.MatchString(line) {
			return false
		}
		if ourFrame().MatchString(line) {
			return true
		}
	}
	return false
}

func TestOurs(t *testing.T) {
	for report, want := range map[string]bool{
		"at 0x1: strlen (vg.c:1)\nby 0x2: potr_alert (dialogs.c:20)\nby 0x3: runtime.asmcgocall (asm_amd64.s:3)\n": true,
		"at 0x1: indexbytebody (indexbyte_amd64.s:1)\nby 0x2: on_sending (purple_bridge.c:20)\n":                   false,
		"at 0x1: strncmp (vg.c:1)\nby 0x2: dlopen (dl.c:20)\n":                                                     false,
		"at 0x1: strlen (vg.c:1)\nby 0x2: potr_look_set (look.c:10)\n":                                             true,
		"at 0x1: strlen (vg.c:1)\nby 0x2: potr_rows_new (model.c:100)\n":                                           true,
	} {
		if ours(report) != want {
			t.Errorf("want %v for\n%s", want, report)
		}
	}
}
