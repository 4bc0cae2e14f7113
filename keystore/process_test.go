// SPDX-License-Identifier: GPL-2.0-or-later

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
	"strconv"
	"syscall"
	"testing"
	"time"

	"purple-otr/otr"
)

// With this in the environment the test binary is a child of one of the tests
// below: what it does, the folder, and its name.
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
	switch what {
	case "share":
		// Wait for the others, so that all begin with the same idea of the files.
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
	case "full":
		// As on a full disk: nothing gets longer than 100 bytes.
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

// saveAll makes a record in each of the files.
func saveAll(s *Store, name string, k *otr.PrivateKey) error {
	a := Account{"prpl-irc", name}
	for _, save := range []func() error{
		func() error { return s.SetKey(a, k) },
		func() error { return s.SetTrust(Buddy{a, "bob"}, fingerprint(1), Verified) },
		func() error { _, err := s.Tag(a, rand.Reader); return err },
	} {
		err := save()
		for errors.Is(err, ErrLocked) {
			err = save()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// hasAll reports whether saveAll(name) is in the files.
func hasAll(s *Store, name string) bool {
	a := Account{"prpl-irc", name}
	trust, _ := s.Trust(Buddy{a, "bob"}, fingerprint(1))
	_, tagged := s.tags.page.get(a)
	return s.Key(a) != nil && trust == Verified && tagged
}

func TestProcessesShareAFolder(t *testing.T) {
	dir := t.TempDir()
	var children []*exec.Cmd
	var gates []io.Closer
	for i := range 3 {
		c := childCommand(t, "share", dir, strconv.Itoa(i))
		gate, err := c.StdinPipe()
		must(t, err)
		must(t, c.Start())
		children, gates = append(children, c), append(gates, gate)
	}
	for _, g := range gates {
		must(t, g.Close())
	}
	for _, c := range children {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	s := openGood(t, dir)
	for i := range 3 {
		for j := range childRecords {
			if name := fmt.Sprintf("%d-%d", i, j); !hasAll(s, name) {
				t.Errorf("%s is lost", name)
			}
		}
	}
	if l := leftovers(t, dir); len(l) > 0 {
		t.Errorf("left: %v", l)
	}
}

// Whenever a process is killed, what it has reported as saved is there, and the
// files are whole: before, at, and after that moment.
func TestKilledWhileWriting(t *testing.T) {
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
