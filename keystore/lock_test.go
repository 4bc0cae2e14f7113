// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A lockless disk has no flock.
type lockless struct {
	realDisk
	err error
}

func (d lockless) flock(path string) (func(), error) {
	f, err := os.OpenFile(path, os.O_CREATE, 0o600)
	if err == nil {
		err = errors.Join(d.err, f.Close())
	}
	return nil, err
}

func openLockless(t *testing.T, dir string, err error) *Store {
	t.Helper()
	s, e := openOn(dir, newFakeKeyring(), rand.Reader, lockless{err: err})
	must(t, e)
	return s
}

// Where there are no locks, keys are saved all the same, and the Store says that
// there are none. Another error than that is an error.
func TestNoLocks(t *testing.T) {
	for err, none := range map[error]bool{
		syscall.ENOLCK: true, syscall.ENOSYS: true, syscall.EOPNOTSUPP: true, syscall.EINVAL: true,
		syscall.EIO: false, syscall.EACCES: false, syscall.ENOSPC: false,
	} {
		dir := sampleDir(t)
		s := openLockless(t, dir, err)
		if s.NoLocks() {
			t.Errorf("%v: none before it has been tried", err)
		}
		a := Account{"prpl-irc", "new"}
		saved := s.SetKey(a, aKey(1))
		if (saved == nil) != none || s.NoLocks() != none || !none && !errors.Is(saved, ErrNotSaved) {
			t.Errorf("%v: %v, no locks: %v", err, saved, s.NoLocks())
		}
		if (openGood(t, dir).Key(a) != nil) != none {
			t.Errorf("%v: the file has something else", err)
		}
		if left, err := filepath.Glob(filepath.Join(dir, lockName+".*")); err != nil || len(left) > 0 {
			t.Errorf("left: %v, %v", left, err)
		}
	}
	s := openGood(t, sampleDir(t))
	must(t, s.SetKey(alice, aKey(1)))
	if s.NoLocks() {
		t.Error("there are locks here")
	}
}

// Several that write at the same time lose nothing of each other.
func TestNoLocksExclude(t *testing.T) {
	const writers, each = 4, 8
	dir := sampleDir(t)
	before := len(openGood(t, dir).Buddies())
	var all sync.WaitGroup
	for w := range writers {
		s := openLockless(t, dir, syscall.ENOLCK)
		all.Go(func() {
			for n := range each {
				b := Buddy{aliceIRC, fmt.Sprintf("buddy-%d-%d", w, n)}
				for {
					err := s.SetTrust(b, fingerprint(n), Verified)
					if err == nil {
						break
					}
					if !errors.Is(err, ErrLocked) {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	all.Wait()
	if got := len(openGood(t, dir).Buddies()); got != before+writers*each {
		t.Errorf("%d buddies, want %d", got, before+writers*each)
	}
}

// A lock that another process has left is waited for, unless that has ended, or
// the lock is old.
func TestStaleLock(t *testing.T) {
	ended := exec.Command("true")
	must(t, ended.Run())
	us := realDisk{}.owner()
	before := us[:strings.LastIndexByte(us, '/')+1]
	pid := func(n int) string { return fmt.Sprint(before, n, " nonce") }
	for _, c := range []struct {
		name, owner string
		age         time.Duration
		want        error
	}{
		{"ours", us + " nonce", 0, ErrLocked},
		{"of a process that runs", pid(os.Getppid()), 0, ErrLocked},
		{"of a process that has ended", pid(ended.Process.Pid), 0, nil},
		{"of another computer", "another/pid:[1]/1 nonce", 0, ErrLocked},
		{"of another computer, old", "another/pid:[1]/1 nonce", 2 * lockStale, nil},
		{"of a process that runs, old", pid(os.Getppid()), 2 * lockStale, nil},
		{"unfinished", "", 0, ErrLocked},
		{"unfinished, old", "", 2 * lockStale, nil},
		{"not ours at all", "..//..\n", 0, ErrLocked},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if us == "" && strings.HasPrefix(c.owner, "/") {
				t.Skip("the system does not say which processes there are")
			}
			dir := sampleDir(t)
			held := filepath.Join(dir, heldName)
			write(t, held, c.owner)
			then := time.Now().Add(-c.age)
			must(t, os.Chtimes(held, then, then))
			s := openLockless(t, dir, syscall.ENOLCK)
			if err := s.SetKey(Account{"prpl-irc", "new"}, aKey(1)); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if _, err := os.Stat(held); (err == nil) != (c.want != nil) {
				t.Errorf("the lock: %v", err)
			}
			if c.want != nil && read(t, held) != c.owner {
				t.Error("it is another one")
			}
		})
	}
}

// A process that was killed while it removed a lock is no obstacle for long.
func TestStaleBreak(t *testing.T) {
	dir := sampleDir(t)
	old := time.Now().Add(-2 * lockStale)
	for _, name := range []string{heldName, breakName} {
		write(t, filepath.Join(dir, name), "")
		must(t, os.Chtimes(filepath.Join(dir, name), old, old))
	}
	s := openLockless(t, dir, syscall.ENOLCK)
	_ = s.SetKey(alice, aKey(1)) // may have to be tried again
	must(t, s.SetKey(Account{"prpl-irc", "new"}, aKey(1)))
}

// Who was taken for dead does not remove the lock of who has it now.
func TestLockTaken(t *testing.T) {
	dir := sampleDir(t)
	s := openLockless(t, dir, syscall.ENOLCK)
	unlock, err := s.folder.lock()
	must(t, err)
	write(t, filepath.Join(dir, heldName), "another")
	unlock()
	if got := read(t, filepath.Join(dir, heldName)); got != "another" {
		t.Errorf("it is %q", got)
	}
}

func TestLockOwner(t *testing.T) {
	d := realDisk{}
	if runtime.GOOS == "linux" && d.owner() == "" {
		t.Error("it is nobody")
	}
	for _, owner := range []string{d.owner(), "", "/", "x", d.owner() + "/", d.owner() + "/.."} {
		if d.ended(owner) {
			t.Errorf("%q has ended", owner)
		}
	}
}
