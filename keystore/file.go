// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
)

// A folder is where the files of a store are.
type folder struct {
	path     string
	disk     disk
	closed   bool
	readOnly bool        // we change nothing in it
	noLocks  atomic.Bool // see Store.NoLocks
}

func (d *folder) file(name string) string { return filepath.Join(d.path, name) }

// read is readFile, but if the folder is read-only, it does not change permissions.
func (d *folder) read(path string, limit int64) ([]byte, error) {
	if d.readOnly {
		return readRegular(path, limit, func(*os.File) {})
	}
	return readFile(path, limit)
}

// readFile returns the content of a file, nil if there is none. It refuses files of more
// than limit bytes, which we did not write. It also removes other users' permission to
// read the file.
func readFile(path string, limit int64) ([]byte, error) {
	// Some file systems have no permissions; we read the file all the same.
	return readRegular(path, limit, func(f *os.File) { _ = f.Chmod(0o600) })
}

// readRegular is readFile, but calls tighten if users other than the owner may read the
// file.
func readRegular(path string, limit int64, tighten func(*os.File)) ([]byte, error) {
	// Non-blocking, in case path is a pipe.
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
		tighten(f)
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
	return stamp{inode: inode(info), size: info.Size(), modified: info.ModTime().UnixNano()}
}
