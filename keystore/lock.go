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

// lockName is the file whose lock is held during each read-modify-write. It is
// never removed: another process may be waiting for it.
//
// Some file systems have no such locks (NFS without a lock server, Lustre). There, the
// existence of heldName is the lock: no two processes, and no two computers, can create
// it. It contains the owner. A process that removes the heldName of a process that was
// killed holds breakName in the same way meanwhile.
const (
	lockName  = "purple-otr.lock"
	heldName  = "purple-otr.lock.held"
	breakName = "purple-otr.lock.break"
)

// The caller is usually the thread that draws the windows, so it does not wait long for
// another process, which needs milliseconds.
const (
	lockWait  = time.Second
	lockRetry = 5 * time.Millisecond
)

// lockStale is the age after which nobody needs a heldName any more, by the clock of the
// file system, because the clock of another computer may be wrong.
const lockStale = time.Minute

// lock prevents other processes from writing in the folder until unlock is called.
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

// wait calls try repeatedly, for a limited time, until it returns something other than
// errBusy.
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

// noFlock reports whether err means that the file system has no locks.
func noFlock(err error) bool {
	for _, e := range []error{errors.ErrUnsupported, syscall.ENOLCK, syscall.EINVAL} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// flock implements [disk.flock].
func (realDisk) flock(path string) (unlock func(), err error) {
	// Non-blocking, in case path is not a regular file.
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

// hold takes the lock on file systems without flock.
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
		if now, err := os.ReadFile(path); err == nil && string(now) == me { // no other process has broken it as stale
			_ = d.disk.remove(path)
		}
	}, nil
}

// createNew creates a file that must not exist yet.
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

// breakStale removes the lock of a process that has ended, or one that is so old that no
// process needs it.
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
	// Two processes must not do this at the same time: the second one would remove the
	// lock that the first has taken since.
	if err := d.createNew(breaking, ""); err != nil {
		if errors.Is(err, fs.ErrExist) && d.isStale(breaking) {
			_ = d.disk.remove(breaking) // its process was killed while it broke a lock
		}
		return
	}
	if now, err := os.ReadFile(path); err == nil && bytes.Equal(now, was) {
		_ = d.disk.remove(path)
	}
	_ = d.disk.remove(breaking)
}

// isStale reports whether a file is older than any lock that is still needed.
func (d *folder) isStale(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	// A file that we write now gets the current time of the file system.
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

// createNew implements [disk.createNew]: it fails with [fs.ErrExist] if path exists.
func (realDisk) createNew(path string) (diskFile, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}

// owner implements [disk.owner]: it names the boot of the computer, the process namespace,
// and the process. It is empty if the system does not provide these.
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

// ended implements [disk.ended].
func (d realDisk) ended(owner string) bool {
	i, me := strings.LastIndexByte(owner, '/'), d.owner()
	if i < 0 || i != strings.LastIndexByte(me, '/') || owner[:i] != me[:i] {
		return false // it may run on another computer
	}
	_, err := os.Stat("/proc/" + owner[i+1:])
	return errors.Is(err, fs.ErrNotExist) && onlyDigits(owner[i+1:])
}
