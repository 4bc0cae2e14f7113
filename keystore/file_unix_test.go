// SPDX-License-Identifier: GPL-2.0-or-later

//go:build unix

package keystore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestPermissions(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	parent := t.TempDir()
	dir := filepath.Join(parent, "new", "purple")
	s := openGood(t, dir)
	for _, name := range files {
		must(t, change(s, name))
	}
	for _, name := range []string{keysName, fingerprintsName, tagsName, lockName} {
		if m := mode(t, filepath.Join(dir, name)); m != 0o600 {
			t.Errorf("%s: %v", name, m)
		}
	}
	if m := mode(t, dir); m.Perm() != 0o700 {
		t.Errorf("folder: %v", m)
	}
}

// What is there but no file that can be read must not look like a user without
// keys, nor be replaced.
func TestThingsThatAreNoFiles(t *testing.T) {
	for what, put := range map[string]func(path string) error{
		"folder":        func(path string) error { return os.Mkdir(path, 0o700) },
		"pipe":          func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"dangling link": func(path string) error { return os.Symlink("not/there", path) },
		"circular link": func(path string) error { return os.Symlink(filepath.Base(path), path) },
		"socket":        listen,
	} {
		dir := t.TempDir()
		before := make(map[string]os.FileMode)
		for _, name := range []string{keysName, fingerprintsName, tagsName, limitsName} {
			must(t, put(filepath.Join(dir, name)))
			before[name] = mode(t, filepath.Join(dir, name))
		}
		s := open(t, dir)
		if p := s.Problems(); len(p) != 4 {
			t.Errorf("%s: %v", what, p)
		}
		for _, p := range s.Problems() {
			if !errors.Is(p.Err, ErrUnreadable) {
				t.Errorf("%s: %v", what, p.Err)
			}
			if strings.Count(p.Err.Error(), p.File) != 1 {
				t.Errorf("%s: %v is to name the file once", what, p.Err)
			}
		}
		for _, name := range files {
			err := change(s, name)
			if !errors.Is(err, ErrUnreadable) {
				t.Errorf("%s %s: %v", what, name, err)
			}
			if m := mode(t, filepath.Join(dir, name)); m != before[name] {
				t.Errorf("%s %s has become %v", what, name, m)
			}
		}
		if dump(s) != "" || len(leftovers(t, dir)) > 0 {
			t.Errorf("%s: something is there: %s %v", what, dump(s), leftovers(t, dir))
		}
	}
}
