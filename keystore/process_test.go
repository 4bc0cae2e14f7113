// SPDX-License-Identifier: GPL-2.0-or-later

//go:build unix

package keystore

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"strconv"
	"syscall"
	"testing"
	"time"

	"purple-otr/otr"
)

// If this variable is set, the test binary acts as a child process of one of the tests
// below. The value says what the child does, the folder, and the child's name.
const childEnv = "KEYSTORE_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		if err := child(os.Args[1], os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if libotrDir != "" {
		_ = os.RemoveAll(libotrDir)
	}
	os.Exit(code)
}

func childCommand(t *testing.T, what, dir, name string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	c := exec.Command(self, what, dir, name)
	c.Env = append(os.Environ(), childEnv+"=1")
	c.Stderr = os.Stderr
	return c
}

const childRecords = 25

func child(what, dir, name string) error {
	data, err := os.ReadFile("testdata/libotr/" + keysName)
	if err != nil {
		return err
	}
	samples, err := parseKeys(data)
	if err != nil {
		return err
	}
	keys := []*otr.PrivateKey{samples.entries[0].value, samples.entries[1].value}
	s, err := Open(dir)
	if err != nil {
		return err
	}
	if s.Locked() {
		if err := s.Unlock([]byte("horse")); err != nil {
			return err
		}
	}
	switch what {
	case "share":
		// Wait for the others, so that all begin with the same view of the files.
		if _, err := io.ReadAll(os.Stdin); err != nil {
			return err
		}
		for i := range childRecords {
			if err := saveAll(s, fmt.Sprintf("%s-%d", name, i), keys[i%2]); err != nil {
				return err
			}
		}
		return nil
	case "forever":
		for i := 0; ; i++ {
			if err := saveAll(s, fmt.Sprintf("%s-%d", name, i), keys[i%2]); err != nil {
				return err
			}
			fmt.Println(i)
		}
	case "core":
		var limit syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &limit); err != nil {
			return err
		}
		limit.Cur = limit.Max
		if err := errors.Join(syscall.Setrlimit(syscall.RLIMIT_CORE, &limit), os.Chdir(dir), NoCoreDumps()); err != nil {
			return err
		}
		signal.Reset(syscall.SIGABRT)
		debug.SetTraceback("crash") // a panic then raises the signal that dumps core
		panic("as if by mistake")
	case "full":
		// Simulates a full disk: no file can grow beyond 100 bytes.
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 100, Max: 100}); err != nil {
			return err
		}
		before := dump(s)
		_, tagErr := s.Tag(Account{"prpl-irc", "new"}, rand.Reader)
		for _, err := range []error{tagErr, s.SetKey(Account{"prpl-irc", "new"}, keys[0]), s.SetTrust(bob, fingerprint(1), Verified)} {
			if !errors.Is(err, ErrNotSaved) {
				return fmt.Errorf("on a full disk: %v", err)
			}
		}
		if dump(s) != before {
			return errors.New("something has changed in memory")
		}
		return nil
	}
	return errors.New("unknown child")
}

func TestProcessesShareAFolder(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	t.Run("plain", func(t *testing.T) { shareAFolder(t, Plain) })
	t.Run("sealed", func(t *testing.T) { shareAFolder(t, ByPassphrase) })
}

// shareAFolder makes three processes write to one folder, and checks that a Store opened
// before sees their changes.
func shareAFolder(t *testing.T, how Protection) {
	dir := t.TempDir()
	s := openSealed(t, dir, newFakeKeyring(), realDisk{})
	protect(t, s, how, "horse")
	if s.Reload() {
		t.Error("something has changed")
	}
	var children []*exec.Cmd
	var stdins []io.Closer
	for i := range 3 {
		c := childCommand(t, "share", dir, strconv.Itoa(i))
		stdin, err := c.StdinPipe()
		must(t, err)
		must(t, c.Start())
		children, stdins = append(children, c), append(stdins, stdin)
	}
	for _, in := range stdins {
		must(t, in.Close())
	}
	for _, c := range children {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	if !s.Reload() || s.Reload() || len(s.Problems()) > 0 {
		t.Errorf("the open store does not see the changes: %v", s.Problems())
	}
	for _, s := range []*Store{s, unlocked(t, dir, newFakeKeyring(), "horse")} {
		for i := range 3 {
			for j := range childRecords {
				if name := fmt.Sprintf("%d-%d", i, j); !hasAll(s, name) {
					t.Errorf("%s is lost", name)
				}
			}
		}
	}
	if l := leftovers(t, dir); len(l) > 0 && how == Plain || len(l) > 1 {
		t.Errorf("left: %v", l)
	}
}

// While one process is running, another one changes the protection: the first must not
// write in the old format, and must see the other's data.
func TestProtectedByAnotherProcess(t *testing.T) {
	dir, ring := fullDir(t), newFakeKeyring()
	first, second := openSealed(t, dir, ring, realDisk{}), openSealed(t, dir, ring, realDisk{})
	want := dumpAll(first)
	protect(t, second, ByPassphrase, "horse")
	if err := first.SetKey(Account{"prpl-irc", "new"}, aKey(2)); !errors.Is(err, ErrSealed) || !first.Locked() || first.Key(alice) != nil {
		t.Errorf("from plain: %v", err)
	}
	must(t, first.Unlock([]byte("horse")))
	protect(t, second, ByKeyring, "")
	if !first.Reload() || !first.Locked() || first.Protection() != ByKeyring {
		t.Errorf("from passphrase: %v", first.Protection())
	}
	must(t, first.UnlockKeyring(ctx))
	if dumpAll(first) != want {
		t.Error(dumpAll(first))
	}
	protect(t, second, Plain, "")
	must(t, first.SetTrust(bob, fingerprint(50), Verified))
	if first.Protection() != Plain || first.Locked() || len(leftovers(t, dir)) != 5 {
		t.Errorf("from keyring: %v, %v", first.Protection(), leftovers(t, dir))
	}
	second.Reload()
	if dumpAll(second) != dumpAll(first) || dumpAll(openGood(t, dir)) != dumpAll(first) {
		t.Errorf("%s\nwant\n%s", dumpAll(second), dumpAll(first))
	}
}

// If a process is killed while writing, everything that it has reported as saved exists,
// and the files are intact at all times.
func TestKilledWhileWriting(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := t.TempDir()
	saved := map[string]int{}
	for round := range 25 {
		name := fmt.Sprintf("round%d", round)
		c := childCommand(t, "forever", dir, name)
		out, err := c.StdoutPipe()
		must(t, err)
		must(t, c.Start())
		lines := bufio.NewScanner(out)
		last := -1
		for range 2 {
			if lines.Scan() {
				last, err = strconv.Atoi(lines.Text())
				must(t, err)
			}
		}
		openGood(t, dir) // while it is writing
		time.Sleep(time.Duration(round) * 700 * time.Microsecond)
		must(t, c.Process.Kill())
		for lines.Scan() {
			if last, err = strconv.Atoi(lines.Text()); err != nil {
				t.Fatal(err)
			}
		}
		_ = c.Wait() // says that it was killed
		if last < 1 {
			t.Fatal("the child has saved nothing")
		}
		saved[name] = last
		s := openGood(t, dir)
		for name, last := range saved {
			for i := range last + 1 {
				if !hasAll(s, fmt.Sprintf("%s-%d", name, i)) {
					t.Fatalf("%s-%d is lost", name, i)
				}
			}
		}
	}
	s := openGood(t, dir)
	must(t, saveAll(s, "end", s.Key(Account{"prpl-irc", "round0-0"})))
	if l := leftovers(t, dir); len(l) > 0 {
		t.Errorf("left: %v", l)
	}
}

func TestNoCoreDumps(t *testing.T) {
	c := childCommand(t, "core", t.TempDir(), "")
	c.Stderr = nil
	err := c.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatal(err)
	}
	status := exit.Sys().(syscall.WaitStatus)
	if status.Signal() != syscall.SIGABRT || status.CoreDump() {
		t.Errorf("signal %v, dump %v: %v", status.Signal(), status.CoreDump(), err)
	}
}

func TestFullDisk(t *testing.T) {
	dir := sampleDir(t)
	before := dump(openGood(t, dir))
	if out, err := childCommand(t, "full", dir, "").Output(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if got := dump(openGood(t, dir)); got != before {
		t.Errorf("%s\nwant\n%s", got, before)
	}
	if l := leftovers(t, dir); len(l) > 0 {
		t.Errorf("left: %v", l)
	}
}
