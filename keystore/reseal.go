// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"purple-otr/otr"
)

// reseal rewrites the store under the protection of to (nil: as libotr's files), and
// returns the previous protection.
func (s *Store) reseal(to *vault) (from *vault, left []Problem, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, unlock, err := s.begin()
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
		err = s.writeSealed(&archive{folder: s.folder, vault: to, rand: s.rand, sections: map[string][]byte{}}, parts, from == nil)
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
		s.useKey(nil)
	} else {
		s.useKey(to.key)
	}
	if c, err = s.contents(); err != nil {
		return from, []Problem{{s.folder.file(sealedName), err}}, nil // the change itself has succeeded
	}
	s.load(c)
	return from, s.clean(c), nil
}

// recoded returns everything in c, in the format of to.
func (s *Store) recoded(c contents, to *vault) (parts []part, err error) {
	for _, t := range s.tables() {
		if err := t.check(c); err != nil {
			return nil, err
		}
	}
	text := plainKeyText
	if to != nil {
		text = func(a Account, k *otr.PrivateKey) ([]byte, error) { return sealedKeyText(to.key, s.rand, a, k) }
	}
	names, err := s.names(c)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := c.read(name, maxSealedFile)
		if err != nil {
			return nil, err
		}
		if data == nil {
			continue
		}
		if s.isKeys(name) && len(data) > 0 {
			again, err := recode(data, s.keys.parse, text)
			if err == nil {
				data = again
			} else if name == s.keys.name {
				return nil, fileError(c.path(name), ErrDamaged, err)
			} // a copy of something damaged is kept as it is
		}
		parts = append(parts, part{name, data})
	}
	return parts, nil
}

// names lists the names in c.
func (s *Store) names(c contents) ([]string, error) {
	if a, ok := c.(*archive); ok {
		return slices.Sorted(maps.Keys(a.sections)), nil
	}
	var names []string
	for _, t := range s.tables() {
		name, _ := t.state()
		names = append(names, name)
	}
	copies, err := filepath.Glob(filepath.Join(escapeGlob(s.folder.path), s.keys.name+".*"+oldSuffix))
	for _, path := range copies {
		names = append(names, filepath.Base(path))
	}
	return names, err
}

// writeSealed writes a sealed store. It gives up the plain files only after it has read
// the sealed one back.
func (s *Store) writeSealed(a *archive, parts []part, wasPlain bool) error {
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

// writePlain writes libotr's files. Removing the sealed file completes the change: until
// then the sealed file is the store, and the next Open wipes the plain files next to it.
func (s *Store) writePlain(parts []part) error {
	path := s.folder.file(sealedName)
	c := plainFiles{s.folder}
	found, err := s.found()
	if err != nil {
		return err
	}
	if len(found.Files) > 0 {
		return fmt.Errorf("%s: %w", found.Files[0], ErrFound)
	}
	err = c.write(parts...)
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

// clean wipes the files that a change of the protection leaves behind, also one that was
// interrupted: files of the previous state that c covers completely, and daily backups,
// which belong to the previous state.
func (s *Store) clean(c contents) (left []Problem) {
	wipe := func(path string) {
		if err := s.folder.wipe(path); err != nil {
			left = append(left, Problem{path, err})
		}
	}
	for _, path := range append(s.leftovers(), s.staleBackups()...) {
		wipe(path)
	}
	a, sealed := c.(*archive)
	if !sealed {
		return left
	}
	for _, f := range s.plainBeside(a) {
		switch {
		case f.covered:
			wipe(f.path)
		case f.err != nil:
			left = append(left, Problem{f.path, f.err})
		}
	}
	return left
}

// leftovers lists the temporary files of killed processes, for all our files.
func (s *Store) leftovers() (paths []string) {
	found, _ := filepath.Glob(filepath.Join(escapeGlob(s.folder.path), ".*[0-9]"))
	for _, path := range found {
		of := strings.TrimRight(filepath.Base(path)[1:], "0123456789")
		for _, t := range s.tables() {
			name, _ := t.state()
			if of == name || strings.HasPrefix(of, name+".") && (strings.HasSuffix(of, oldSuffix) || strings.HasSuffix(of, backupSuffix)) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// isKeys reports whether name is the file of keys, or a copy of it.
func (s *Store) isKeys(name string) bool {
	return name == s.keys.name || strings.HasPrefix(name, s.keys.name+".") && strings.HasSuffix(name, oldSuffix)
}

// SetAside is for a user who can no longer unlock the store: it renames the sealed file
// and returns its new path. The store then is a plain one, without keys unless libotr's
// files exist. Renaming the file back restores the sealed store.
func (s *Store) SetAside(today Day) (path string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	unlock, err := s.folder.lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	c := plainFiles{s.folder}
	name, err := freeName(c, sealedName+"."+string(today))
	if err != nil {
		return "", err
	}
	if err := s.folder.disk.rename(s.folder.file(sealedName), c.path(name)); err != nil {
		return "", fileError(s.folder.file(sealedName), ErrNotSaved, err)
	}
	_ = s.folder.disk.syncDir(s.folder.path)
	s.forget()
	s.vault = nil
	s.useKey(nil)
	s.load(c)
	return c.path(name), nil
}
