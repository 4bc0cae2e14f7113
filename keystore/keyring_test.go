// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// need skips the test if a program is missing, or fails it with REQUIRE_ALL.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			if os.Getenv("REQUIRE_ALL") != "" {
				t.Fatal(err)
			}
			t.Skip(err, "with REQUIRE_ALL=1 this is a failure")
		}
	}
}

// start starts a program that runs until the end of the test, and returns the first line
// of its output, if any.
func start(t *testing.T, input, program string, args ...string) string {
	t.Helper()
	c := exec.Command(program, args...)
	c.Stdin = strings.NewReader(input)
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	line, _ := bufio.NewReader(out).ReadString('\n')
	return strings.TrimSpace(line)
}

// TestSecretService uses GNOME's keyring on a private D-Bus.
func TestSecretService(t *testing.T) {
	need(t, "dbus-daemon", "gnome-keyring-daemon")
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME"} {
		t.Setenv(name, home)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("DISPLAY", "")
	ring := DesktopKeyring{}
	long, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if ring.Ready(long) || !errors.Is(ring.Set(long, "00", []byte("x")), ErrKeyring) {
		t.Error("a keyring is ready although there is no bus")
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", start(t, "", "dbus-daemon", "--session", "--nofork", "--print-address"))
	start(t, "the password of the keyring", "gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground")
	for !ring.Ready(long) {
		if long.Err() != nil {
			t.Fatal("the keyring does not get ready")
		}
		time.Sleep(20 * time.Millisecond)
	}

	dir := fullDir(t)
	s, err := Open(dir)
	must(t, err)
	want := dumpAll(s)
	left, err := s.Protect(long, ByKeyring, nil)
	if err != nil || len(left) > 0 || dumpAll(s) != want {
		t.Fatalf("%v, %v", left, err)
	}
	again, err := Open(dir)
	must(t, err)
	if !again.Locked() {
		t.Error("the store is not locked after opening")
	}
	must(t, again.UnlockKeyring(long))
	if dumpAll(again) != want {
		t.Error(dumpAll(again))
	}
	// Protecting again makes a new key and deletes the old one.
	id := again.vault.id
	left, err = again.Protect(long, ByKeyring, nil)
	if err != nil || len(left) > 0 || again.vault.id == id {
		t.Errorf("%v, %v", left, err)
	}
	if s.Reload(); !s.Locked() {
		t.Error("the first process has not noticed")
	}
	must(t, s.UnlockKeyring(long))
	must(t, s.Remember(long))
	must(t, os.Rename(filepath.Join(dir, sealedName), filepath.Join(dir, "away")))
	empty, err := Open(dir)
	must(t, err)
	if empty.AskKeyring(long); !empty.Missing() {
		t.Error("the keyring does not remember the store")
	}
	must(t, os.Rename(filepath.Join(dir, "away"), filepath.Join(dir, sealedName)))

	// The user has locked the keyring: it would prompt for the password, and nobody
	// answers here.
	bus, err := dbus.ConnectSessionBus()
	must(t, err)
	defer bus.Close()
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	must(t, bus.Object(secretsName, secretsPath).Call("org.freedesktop.Secret.Service.Lock", 0,
		[]dbus.ObjectPath{secretsPath + "/collection/login"}).Store(&locked, &prompt))
	if ring.Ready(long) {
		t.Error("a locked keyring is reported as ready")
	}
	must(t, os.Rename(filepath.Join(dir, sealedName), filepath.Join(dir, "away")))
	empty, err = Open(dir)
	must(t, err)
	empty.AwaitKeyring()
	if empty.AskKeyring(long); !empty.Missing() {
		t.Error("the locked keyring does not remember the store")
	}
	if has, err := ring.Has(long, "00"); has || err != nil {
		t.Errorf("the locked keyring has what nobody stored: %v", err)
	}
	must(t, os.Rename(filepath.Join(dir, "away"), filepath.Join(dir, sealedName)))
	s.Lock()
	short, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	begin := time.Now()
	if err := s.UnlockKeyring(short); !errors.Is(err, ErrKeyringLocked) || !s.Locked() {
		t.Error(err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	if _, err := os.Stat(filepath.Join(dir, sealedName)); err != nil {
		t.Error(err)
	}
}

func TestUnlockKeyring(t *testing.T) {
	dir, ring := fullDir(t), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	protect(t, s, ByKeyring, "")
	s.Lock()
	name := ""
	for name = range ring.secrets {
	}
	good := ring.secrets[name]
	for what, c := range map[string]struct {
		change func()
		want   error
	}{
		"short":     {func() { ring.secrets[name] = good[:31] }, ErrKeyring},
		"other":     {func() { ring.secrets[name] = strings.Repeat("x", 32) }, ErrDamaged},
		"none":      {func() { delete(ring.secrets, name) }, ErrNotInKeyring},
		"no answer": {func() { ring.err = ErrKeyring }, ErrKeyring},
	} {
		c.change()
		if err := s.UnlockKeyring(ctx); !errors.Is(err, c.want) || !s.Locked() {
			t.Errorf("%s: %v", what, err)
		}
		ring.err, ring.secrets[name] = nil, good
	}
	must(t, s.UnlockKeyring(ctx))
}
