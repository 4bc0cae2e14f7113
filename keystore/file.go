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

// A folder is where the files are.
type folder struct {
	path     string
	disk     disk
	closed   bool
	readOnly bool        // nothing in it is changed
	noLocks  atomic.Bool // see Store.NoLocks
}

func (d *folder) file(name string) string { return filepath.Join(d.path, name) }

// read is readFile that leaves a folder as it is which is only to be read.
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
	// Impossible on some file systems, which is no reason not to read.
	return readRegular(path, limit, func(f *os.File) { _ = f.Chmod(0o600) })
}

// readRegular is readFile that calls tighten if others than the user may read the file.
func readRegular(path string, limit int64, tighten func(*os.File)) ([]byte, error) {
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
