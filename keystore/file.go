// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

// lockName is the file whose lock is held around each read-and-write. It is
// never removed: another process may be waiting for it.
const lockName = "purple-otr.lock"

// A caller is usually the thread that draws the windows, so it does not wait
// long for another process, which needs milliseconds.
const (
	lockWait  = time.Second
	lockRetry = 5 * time.Millisecond
)

// A folder is where the files are.
type folder struct {
	path   string
	disk   disk
	closed bool
}

func (d *folder) file(name string) string { return filepath.Join(d.path, name) }

// lock keeps other processes from writing in the folder until unlock is called.
func (d *folder) lock() (unlock func(), err error) {
	if d.closed {
		return nil, ErrClosed
	}
	path := d.file(lockName)
	// Not blocking, in case there is something else than a file.
	l := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR|syscall.O_NONBLOCK), flock.SetPermissions(0o600))
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	switch _, err := l.TryLockContext(ctx, lockRetry); {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("%s: %w", d.path, ErrLocked)
	case err != nil:
		return nil, fileError(path, ErrNotSaved, err)
	}
	return func() { _ = l.Unlock() }, nil // closing the file unlocks it in any case
}

// readFile returns the content of a file, nil if there is none. It refuses files of more
// than limit bytes, which we did not write. It also removes other users' permission to
// read the file.
func readFile(path string, limit int64) ([]byte, error) {
	// Not blocking, in case there is a pipe in the place of a file.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		// The link may point to a disk that is not mounted now: this must not
		// look like a user without keys.
		return nil, fileError(path, ErrUnreadable, errors.New("it is a link to a file that is not there"))
	}
	if err != nil {
		return nil, fileError(path, ErrUnreadable, err)
	}
	defer f.Close()

	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, fileError(path, ErrUnreadable, err)
	case !info.Mode().IsRegular():
		return nil, fileError(path, ErrUnreadable, errors.New("it is not a regular file"))
	case info.Size() > limit:
		return nil, fileError(path, ErrDamaged, errTooBig)
	case info.Mode().Perm()&0o077 != 0:
		_ = f.Chmod(0o600) // some file systems cannot; we read the file anyway
	}

	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, fileError(path, ErrUnreadable, err)
	}
	return data, nil
}

var errTooBig = errors.New("it is too big")

// A stamp changes when a file is replaced or written.
type stamp struct {
	inode    uint64
	size     int64
	modified int64 // nanoseconds
}

// stampOf returns the zero stamp if there is no file.
func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	s := stamp{size: info.Size(), modified: info.ModTime().UnixNano()}
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		s.inode = sys.Ino
	}
	return s
}

// names returns the number of hard links to a file.
func names(info fs.FileInfo) uint64 {
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(sys.Nlink)
	}
	return 1
}
