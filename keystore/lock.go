// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

// lockName is the file whose lock is held around each read-and-write. It is
// never removed: another process may be waiting for it.
//
// Some file systems have no such locks (NFS without a lock server, Lustre). There,
// heldName being there is the lock: no two processes, and no two computers, can
// make it. In it is who has made it. breakName is made in the same way by who
// removes the heldName that another process has left when it was killed.
const (
	lockName  = "purple-otr.lock"
	heldName  = "purple-otr.lock.held"
	breakName = "purple-otr.lock.break"
)

// A caller is usually the thread that draws the windows, so it does not wait
// long for another process, which needs milliseconds.
const (
	lockWait  = time.Second
	lockRetry = 5 * time.Millisecond
)

// lockStale is how old a heldName is that nobody needs any more, by the clock of
// the file system: that of another computer may be wrong.
const lockStale = time.Minute

// lock keeps other processes from writing in the folder until unlock is called.
func (d *folder) lock() (unlock func(), err error) {
	if d.closed {
		return nil, ErrClosed
	}
	if d.readOnly {
		return nil, ErrReadOnly
	}
	path := d.file(lockName)
	unlock, err = d.wait(func() (func(), error) { return d.disk.flock(path) })
	switch {
	case err == nil || errors.Is(err, ErrLocked):
		return unlock, err
	case noFlock(err):
		d.noLocks.Store(true)
		looked := false
		return d.wait(func() (func(), error) {
			unlock, err := d.hold()
			if errors.Is(err, errBusy) && !looked {
				looked = true
				d.breakStale()
			}
			return unlock, err
		})
	}
	return nil, fileError(path, ErrNotSaved, err)
}

// wait calls try until it returns something else than errBusy, but not for long.
func (d *folder) wait(try func() (func(), error)) (unlock func(), err error) {
	for end := time.Now().Add(lockWait); ; time.Sleep(lockRetry) {
		unlock, err := try()
		if !errors.Is(err, errBusy) {
			return unlock, err
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("%s: %w", d.path, ErrLocked)
		}
	}
}

var errBusy = errors.New("another process has the lock")

// noFlock reports whether the file system has no locks, rather than that
// something is wrong with this one.
func noFlock(err error) bool {
	for _, e := range []error{errors.ErrUnsupported, syscall.ENOLCK, syscall.EINVAL} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// flock is [disk.flock].
func (realDisk) flock(path string) (unlock func(), err error) {
	// Not blocking, in case there is something else than a file.
	l := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR|syscall.O_NONBLOCK), flock.SetPermissions(0o600))
	ok, err := l.TryLock()
	if err == nil && !ok {
		err = errBusy
	}
	if err != nil {
		return nil, err
	}
	return func() { _ = l.Unlock() }, nil // closing the file unlocks it in any case
}

// hold takes the lock where there is no flock.
func (d *folder) hold() (unlock func(), err error) {
	path := d.file(heldName)
	me := d.disk.owner() + " " + rand.Text()
	err = d.createNew(path, me)
	if errors.Is(err, fs.ErrExist) {
		return nil, errBusy
	}
	if err != nil {
		return nil, fileError(path, ErrNotSaved, err)
	}
	return func() {
		if now, err := os.ReadFile(path); err == nil && string(now) == me { // nobody took it for stale
			_ = d.disk.remove(path)
		}
	}, nil
}

// createNew makes a file that must not be there yet.
func (d *folder) createNew(path, content string) error {
	f, err := d.disk.createNew(path)
	if err != nil {
		return err
	}
	_, err = f.Write([]byte(content))
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		_ = d.disk.remove(path)
	}
	return err
}

// breakStale removes the lock of a process that has ended, or that is too old for
// any process to need it still.
func (d *folder) breakStale() {
	path, breaking := d.file(heldName), d.file(breakName)
	was, err := os.ReadFile(path)
	if err != nil {
		return
	}
	owner, _, _ := bytes.Cut(was, []byte(" "))
	if !d.disk.ended(string(owner)) && !d.isStale(path) {
		return
	}
	// Two processes must not do this at the same time: the second one would
	// remove what the first has put there.
	if err := d.createNew(breaking, ""); err != nil {
		if errors.Is(err, fs.ErrExist) && d.isStale(breaking) {
			_ = d.disk.remove(breaking) // of a process that was killed just then
		}
		return
	}
	if now, err := os.ReadFile(path); err == nil && bytes.Equal(now, was) {
		_ = d.disk.remove(path)
	}
	_ = d.disk.remove(breaking)
}

// isStale reports whether a file is older than any lock is held.
func (d *folder) isStale(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	// What is written now gets the time of the file system.
	clock := d.file(lockName)
	f, err := d.disk.rewrite(clock)
	if err != nil {
		return false
	}
	_, err = f.Write([]byte{'\n'})
	if e := f.Close(); err != nil || e != nil {
		return false
	}
	now, err := os.Stat(clock)
	return err == nil && now.ModTime().Sub(info.ModTime()) > lockStale
}

// createNew is [disk.createNew]: it fails with [fs.ErrExist] if there is something.
func (realDisk) createNew(path string) (diskFile, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}

// owner is [disk.owner]: the start of the computer, the set of processes that see
// each other, and the process. It is empty where the system does not say these.
func (realDisk) owner() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	processes, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(boot)) + "/" + processes + "/" + strconv.Itoa(os.Getpid())
}

// ended is [disk.ended].
func (d realDisk) ended(owner string) bool {
	i, me := strings.LastIndexByte(owner, '/'), d.owner()
	if i < 0 || i != strings.LastIndexByte(me, '/') || owner[:i] != me[:i] {
		return false // perhaps on another computer
	}
	_, err := os.Stat("/proc/" + owner[i+1:])
	return errors.Is(err, fs.ErrNotExist) && onlyDigits(owner[i+1:])
}
