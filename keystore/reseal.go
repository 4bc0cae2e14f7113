// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"purple-otr/keystore/internal/seal"
)

// A resealer writes a store with another protection, and then cleans up.
type resealer struct{ *Store }

// reseal writes the store in the form for to (nil: libotr's files), and returns the
// previous vault.
func (s resealer) reseal(to *vault) (from *vault, left []Problem, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, unlock, err := s.reader().begin()
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	parts, err := s.recoded(c, to)
	if err != nil {
		return nil, nil, err
	}
	from = s.vault
	if to == nil {
		err = s.writePlain(parts)
	} else {
		err = s.writeSealed(&archive{folder: s.folder, vault: to, rand: s.rand, onWrite: s.onWrite, sections: map[string][]byte{}}, parts, from == nil)
	}
	if err != nil {
		return nil, nil, err
	}
	if from != nil {
		from.key.Destroy()
		from.key = nil
	}
	s.vault = to
	if to == nil {
		s.expected, s.decided = false, true
		s.useKey(nil)
	} else {
		s.useKey(to.key)
	}
	if c, err = s.reader().contents(); err != nil {
		return from, []Problem{{s.folder.file(sealedName), err}}, nil // the change itself has succeeded
	}
	s.reader().load(c)
	left = s.clean(c)
	if from != nil && to != nil {
		if err := s.archives().renewBackups(from.id); err != nil {
			left = append(left, Problem{s.folder.file(sealedName), err})
		}
	}
	return from, left, nil
}

// recoded returns everything in c in the form for to.
func (s resealer) recoded(c contents, to *vault) (parts []part, err error) {
	for _, t := range s.tables() {
		if err := t.check(c); err != nil {
			return nil, err
		}
	}
	var before, after *seal.Key // nil for a plain store
	if s.vault != nil {
		before = s.vault.key
	}
	if to != nil {
		after = to.key
	}
	for _, name := range s.names(c) {
		data, err := c.read(name, maxSealedFile)
		if err != nil {
			return nil, err
		}
		if data == nil {
			continue
		}
		if s.needless(name, data) {
			continue
		}
		if t := s.archives().keysOf(name); t != nil && len(data) > 0 {
			again, err := t.convert(data, before, after, s.rand)
			if err == nil {
				data = again
			} else if of, _ := t.state(); name == of {
				return nil, fileError(c.path(name), ErrDamaged, err)
			} // a damaged copy is kept unchanged
		}
		parts = append(parts, part{name, data})
	}
	return parts, nil
}

// names lists the names in c.
func (s resealer) names(c contents) []string {
	if a, ok := c.(*archive); ok {
		return slices.Sorted(maps.Keys(a.sections))
	}
	var names []string
	for _, t := range s.tables() {
		name, _ := t.state()
		names = append(names, name)
	}
	for _, path := range append(s.archives().keyCopies(), s.archives().plainBackups()...) {
		names = append(names, filepath.Base(path))
	}
	return names
}

// keyCopies lists the copies of plain files of keys that were made when keys were
// replaced.
func (s archives) keyCopies() (paths []string) {
	for _, t := range s.tables() {
		if name, _ := t.state(); t.hasKeys() {
			found, _ := filepath.Glob(filepath.Join(escapeGlob(s.folder.path), name+".*"+oldSuffix))
			paths = append(paths, found...)
		}
	}
	return paths
}

// plainBackups lists the daily backups of libotr's files.
func (s archives) plainBackups() (paths []string) {
	for _, t := range s.tables() {
		name, _ := t.state()
		paths = append(paths, s.backups(name)...)
	}
	return paths
}

// tableOf returns the table whose daily backup has this name, or nil.
func (s archives) tableOf(name string) anyTable {
	for _, t := range s.tables() {
		if of, _ := t.state(); strings.HasPrefix(name, of+".") && strings.HasSuffix(name, backupSuffix) {
			return t
		}
	}
	return nil
}

// needless reports whether name is a daily backup of one of libotr's files, and contains
// nothing that the store does not contain. Other backups may be all that remains of a lost
// file, and become parts of the sealed file.
func (s resealer) needless(name string, data []byte) bool {
	t := s.archives().tableOf(name)
	if t == nil || s.vault != nil {
		return false
	}
	covered, err := t.found(data, data)
	return err == nil && covered
}

// writeSealed changes the store to a sealed one. It removes a plain store only after it
// has read back the sealed one.
func (s resealer) writeSealed(a *archive, parts []part, wasPlain bool) error {
	if err := a.write(parts...); err != nil || !wasPlain {
		return err
	}
	path := a.path("")
	data, err := readFile(path, maxSealedFile)
	if err == nil {
		_, err = openArchive(s.folder, a.vault, s.rand, data)
	}
	if err != nil {
		if e := s.folder.disk.remove(path); e != nil {
			return fileError(path, ErrNotRemoved, e)
		}
		return fileError(path, ErrNotSaved, err)
	}
	return nil
}

// writePlain writes libotr's files. The change takes effect when it removes the sealed
// file. Until then that file is the store, and plain files next to it are wiped when the
// store is next opened.
func (s resealer) writePlain(parts []part) error {
	path := s.folder.file(sealedName)
	c := plainFiles{s.folder}
	found, err := finder(s).found()
	if err != nil {
		return err
	}
	if len(found.Files) > 0 {
		return fmt.Errorf("%s: %w", found.Files[0], ErrFound)
	}
	err = c.write(parts...)
	if err == nil {
		err = s.archives().retireBackups(s.vault.id)
	}
	target := path
	if err == nil {
		target, err = filepath.EvalSymlinks(path)
	}
	if err == nil {
		if err = s.folder.disk.remove(path); err == nil && target != path {
			_ = s.folder.disk.remove(target)
		}
		if err != nil {
			err = fileError(path, ErrNotSaved, err)
		}
	}
	if err != nil {
		if _, e := os.Lstat(path); e == nil { // if the sealed file is gone, the plain files are the store
			for _, p := range parts {
				_ = s.folder.wipe(c.path(p.name))
			}
		}
		return err
	}
	_ = s.folder.disk.syncDir(s.folder.path)
	return nil
}

// clean wipes the files that a change of the protection no longer needs, including those
// of a change that was interrupted: the parts of the other form whose contents are
// completely in c.
func (s resealer) clean(c contents) (left []Problem) {
	wipe := func(path string) {
		if err := s.folder.wipe(path); err != nil {
			left = append(left, Problem{path, err})
		}
	}
	for _, path := range s.leftovers() {
		wipe(path)
	}
	a, sealed := c.(*archive)
	if !sealed {
		return left
	}
	for _, f := range finder(s).plainBeside(a) {
		switch {
		case f.covered:
			wipe(f.path)
		case f.err != nil:
			left = append(left, Problem{f.path, f.err})
		}
	}
	return left
}

// leftovers lists the temporary files that killed processes have left.
func (s resealer) leftovers() (paths []string) {
	found, _ := filepath.Glob(filepath.Join(escapeGlob(s.folder.path), ".*[0-9]"))
	for _, path := range found {
		temporary := filepath.Base(path)[1:]
		for _, t := range s.tables() {
			name, _ := t.state()
			rest, ok := strings.CutPrefix(temporary, name)
			if of := strings.TrimRight(rest, "0123456789"); ok && (of == "" || isCopyOf(name, name+of)) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// isCopyOf reports whether copied is the name of a copy of the file name.
func isCopyOf(name, copied string) bool {
	return strings.HasPrefix(copied, name+".") && (strings.HasSuffix(copied, oldSuffix) || strings.HasSuffix(copied, backupSuffix))
}

// keysOf returns the table of keys whose file, or whose copy, has this name, or nil.
func (s archives) keysOf(name string) anyTable {
	for _, t := range s.tables() {
		if of, _ := t.state(); t.hasKeys() && (name == of || isCopyOf(of, name)) {
			return t
		}
	}
	return nil
}
