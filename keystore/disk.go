// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A disk performs every change that this package makes to files. Each method is one step,
// after which the program may be killed. Tests stop at each step.
type disk interface {
	create(dir, pattern string) (diskFile, error) // as os.CreateTemp, for the user alone
	rewrite(path string) (diskFile, error)        // opens an existing file for writing
	rename(from, to string) error
	remove(path string) error
	syncDir(dir string) error

	createNew(path string) (diskFile, error) // fails if path exists

	// flock locks a file, and creates it if it does not exist. It fails with errBusy
	// if another process has the lock.
	flock(path string) (unlock func(), err error)

	// owner returns the name of this process for locks, without spaces. ended reports
	// whether the process with that name has certainly ended.
	owner() string
	ended(owner string) bool
}

type diskFile interface {
	Name() string
	Write([]byte) (int, error)
	Sync() error
	Close() error
}

type realDisk struct{}

func (realDisk) create(dir, pattern string) (diskFile, error) { return os.CreateTemp(dir, pattern) }
func (realDisk) rename(from, to string) error                 { return os.Rename(from, to) }
func (realDisk) remove(path string) error                     { return os.Remove(path) }

func (realDisk) rewrite(path string) (diskFile, error) { return os.OpenFile(path, os.O_WRONLY, 0) }

func (realDisk) syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// replaceFile replaces the content of a file atomically: at every moment the file, on
// disk too, has either the old content or the new. If path is a symbolic link, the link
// stays and its target is replaced. The lock must be held.
func (d *folder) replaceFile(path string, data []byte) error {
	target, err := linkTarget(path)
	if err != nil {
		return err
	}
	d.removeLeftovers(target)
	return d.putFile(path, target, data)
}

// linkTarget returns the target if path is a symbolic link, otherwise path.
func linkTarget(path string) (string, error) {
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil
	} else if err != nil {
		return "", fileError(path, ErrNotSaved, err)
	}
	return target, nil
}

// putFile is replaceFile, but neither follows links nor removes leftovers. Errors are about
// path.
func (d *folder) putFile(path, target string, data []byte) error {
	if err := d.writeAndRename(target, data); err != nil {
		return fileError(path, ErrNotSaved, err)
	}
	// Some file systems cannot sync a directory. The file has been renamed in any
	// case, so this is not an error.
	_ = d.disk.syncDir(filepath.Dir(target))
	return nil
}

func (d *folder) writeAndRename(target string, data []byte) error {
	f, err := d.disk.create(filepath.Dir(target), "."+filepath.Base(target)+"*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = d.disk.rename(f.Name(), target)
	}
	if err != nil {
		_ = d.disk.remove(f.Name())
	}
	return err
}

// removeLeftovers removes temporary files left by processes that were killed while
// writing target: they may contain keys. No other process is writing one, because we
// hold the lock.
func (d *folder) removeLeftovers(target string) {
	names, err := filepath.Glob(filepath.Join(escapeGlob(filepath.Dir(target)), "."+filepath.Base(target)+"[0-9]*"))
	if err != nil {
		return
	}
	for _, name := range names {
		if digits := filepath.Base(name)[1+len(filepath.Base(target)):]; onlyDigits(digits) {
			_ = d.wipe(name)
		}
	}
}

// isLeftover reports whether path has the name of a temporary file.
func isLeftover(path string) bool {
	name := filepath.Base(path)
	return name[0] == '.' && isDigit(name[len(name)-1])
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// escapeGlob escapes path so that filepath.Glob matches it literally.
func escapeGlob(path string) string {
	return strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`, `\`, `\\`).Replace(path)
}

// wipe overwrites a file and removes it, along with the link to it if path is one. A
// missing file is not an error. After an error the file may still exist, or its old
// content may still be on the disk.
//
// wipe does not overwrite a file that has a second name (hard link), because that may be
// the user's copy.
func (d *folder) wipe(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	target := path
	switch {
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		if target, err = filepath.EvalSymlinks(path); err == nil {
			err = d.wipe(target)
		}
		target = path
	case err == nil:
		// First rename it to a temporary name: then it is no longer one of the
		// store's files, and if we are killed, the next process finishes the
		// work.
		if !isLeftover(path) {
			target = filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"0")
			if err := d.disk.rename(path, target); err != nil {
				return fileError(path, ErrNotRemoved, err)
			}
		}
		err = d.overwrite(target, info)
	}
	if e := d.disk.remove(target); e != nil {
		return fileError(path, ErrNotRemoved, e)
	}
	_ = d.disk.syncDir(filepath.Dir(path))
	if err != nil && !errors.Is(err, ErrNotWiped) {
		err = fileError(path, ErrNotWiped, err)
	}
	return err
}

func (d *folder) overwrite(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	if n := names(path, info); n > 1 {
		return fmt.Errorf("it has %d names", n)
	}
	f, err := d.disk.rewrite(path)
	if err != nil {
		return err
	}
	zeros := make([]byte, 64<<10)
	for left := info.Size(); left > 0 && err == nil; {
		n := min(left, int64(len(zeros)))
		_, err = f.Write(zeros[:n])
		left -= n
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
