// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"crypto/rand"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// change makes a change in one of the files.
func change(s *Store, name string) (err error) {
	switch name {
	case keysName:
		err = s.SetKey(aliceIRC, aKey(1))
	case fingerprintsName:
		err = s.SetTrust(Buddy{aliceIRC, "zoe"}, fingerprint(7), Verified)
	case tagsName:
		_, err = s.Tag(aliceIRC, rand.Reader)
	}
	return err
}

var files = []string{keysName, fingerprintsName, tagsName}

func mode(t testing.TB, path string) os.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	must(t, err)
	return info.Mode()
}

func TestPermissionsAreTightened(t *testing.T) {
	dir := sampleDir(t)
	open666 := func() {
		for _, name := range files {
			must(t, os.Chmod(filepath.Join(dir, name), 0o666))
		}
	}
	check := func(when string) {
		for _, name := range files {
			if m := mode(t, filepath.Join(dir, name)); m != 0o600 {
				t.Errorf("%s %s: %v", name, when, m)
			}
		}
	}
	open666()
	s := openGood(t, dir)
	check("after reading")
	open666()
	must(t, s.SetKey(odd, aKey(1)))
	must(t, s.SetTrust(bob, fingerprint(7), Verified))
	if _, err := s.Tag(Account{"prpl-irc", "new"}, rand.Reader); err != nil {
		t.Fatal(err)
	}
	check("after writing")
}

func TestSymbolicLinksAreKept(t *testing.T) {
	dir, elsewhere := t.TempDir(), sampleDir(t)
	for _, name := range files {
		must(t, os.Symlink(filepath.Join(elsewhere, name), filepath.Join(dir, name)))
	}
	s := openGood(t, dir)
	must(t, s.SetKey(Account{"prpl-irc", "new"}, aKey(1)))
	must(t, s.SetTrust(bob, fingerprint(7), Verified))
	for _, name := range files {
		if mode(t, filepath.Join(dir, name))&os.ModeSymlink == 0 {
			t.Errorf("%s is no longer a link", name)
		}
	}
	if got, want := dump(openGood(t, elsewhere)), dump(s); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if l := append(leftovers(t, dir), leftovers(t, elsewhere)...); len(l) > 0 {
		t.Errorf("left: %v", l)
	}
}

func listen(path string) error {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return err
	}
	l.SetUnlinkOnClose(false)
	return l.Close()
}

func TestTooBig(t *testing.T) {
	for name, limit := range map[string]int64{keysName: maxKeysFile, fingerprintsName: maxLinesFile, tagsName: maxLinesFile} {
		dir := with(t, name, "")
		must(t, os.Truncate(filepath.Join(dir, name), limit+1))
		s := open(t, dir)
		if p := s.Problems(); len(p) != 1 || !errors.Is(p[0].Err, ErrDamaged) {
			t.Errorf("%s: %v", name, p)
		}
		if err := change(s, name); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNothingIsWrittenThatIsTooBigToRead(t *testing.T) {
	s := openGood(t, t.TempDir())
	for _, name := range files {
		must(t, change(s, name))
	}
	before := dump(s)
	s.keys.limit, s.known.limit, s.tags.limit = 1000, 100, 150
	_, tagErr := s.Tag(odd, rand.Reader)
	for _, err := range []error{s.SetKey(odd, aKey(2)), s.SetTrust(bob, fingerprint(9), Verified), tagErr} {
		if !errors.Is(err, ErrNotSaved) {
			t.Error(err)
		}
	}
	if dump(s) != before || dump(openGood(t, s.folder.path)) != before {
		t.Error("something has changed")
	}
}

func TestNoFolder(t *testing.T) {
	file := filepath.Join(with(t, "file", ""), "file")
	if _, err := Open(file); err == nil {
		t.Error("Open accepted a file as a folder")
	}
	if _, err := Open(filepath.Join(file, "x")); err == nil {
		t.Error("Open accepted a folder inside a file")
	}
	dir := filepath.Join(t.TempDir(), "purple")
	s := openGood(t, dir)
	must(t, os.RemoveAll(dir))
	for _, name := range files {
		err := change(s, name)
		if !errors.Is(err, ErrNotSaved) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if dump(s) != "" {
		t.Error("something has changed")
	}
}

func TestLockedByAnother(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := sampleDir(t)
	s := openGood(t, dir)
	before := dump(s)
	unlock, err := (&folder{path: dir, disk: realDisk{}}).lock()
	must(t, err)
	start := time.Now()
	err = s.SetTrust(bob, fingerprint(1), Verified)
	if took := time.Since(start); took > 3*lockWait {
		t.Errorf("took %v", took)
	}
	if !errors.Is(err, ErrLocked) || dump(s) != before || len(s.Problems()) > 0 {
		t.Error(err, s.Problems())
	}
	time.AfterFunc(lockWait/10, unlock)
	must(t, s.SetTrust(bob, fingerprint(1), Verified)) // waits
}

func TestClosed(t *testing.T) {
	s := openGood(t, sampleDir(t))
	must(t, s.Close())
	if s.Key(alice) != nil {
		t.Error("the keys are still in memory")
	}
	for _, name := range files {
		err := change(s, name)
		if err != nil && !errors.Is(err, ErrClosed) || err == nil && name != tagsName {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLeftoversAreRemoved(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "."+keysName+"1234567890"), "half a key")
	kept := []string{"." + keysName + "1.bak", "." + keysName, keysName + "123"}
	for _, name := range kept {
		write(t, filepath.Join(dir, name), "the user's")
	}
	s := openGood(t, dir)
	must(t, s.SetKey(alice, aKey(1)))
	if l := leftovers(t, dir); len(l) != len(kept) {
		t.Errorf("there are %v", l)
	}
}

func TestRepairedFileIsUsedAgain(t *testing.T) {
	dir := with(t, keysName, "(privkeys")
	s := open(t, dir)
	if len(s.Problems()) != 1 {
		t.Fatal(s.Problems())
	}
	// The user follows the advice and moves the file away.
	must(t, os.Rename(filepath.Join(dir, keysName), filepath.Join(dir, "otr.private_key.old")))
	must(t, s.SetKey(alice, aKey(1)))
	if len(s.Problems()) > 0 || s.Key(alice) == nil {
		t.Error(s.Problems())
	}
	must(t, os.Remove(filepath.Join(dir, "otr.private_key.old")))
}
