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

// A resealer writes a store in another protection, and then cleans up.
type resealer struct{ *Store }

// reseal writes the store for to (nil: libotr's files), and returns the previous vault.
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
	s.load(c)
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
		if s.needless(name, data) {
			continue
		}
		if isKeys(name) && len(data) > 0 {
			again, err := recode(data, s.keys.parse, text)
			if err == nil {
				data = again
			} else if name == s.keys.name {
				return nil, fileError(c.path(name), ErrDamaged, err)
			} // a damaged copy is kept unchanged
		}
		parts = append(parts, part{name, data})
	}
	return parts, nil
}

// names lists the names in c.
func (s resealer) names(c contents) ([]string, error) {
	if a, ok := c.(*archive); ok {
		return slices.Sorted(maps.Keys(a.sections)), nil
	}
	var names []string
	for _, t := range s.tables() {
		name, _ := t.state()
		names = append(names, name)
	}
	copies, err := filepath.Glob(filepath.Join(escapeGlob(s.folder.path), s.keys.name+".*"+oldSuffix))
	for _, path := range append(copies, s.archives().plainBackups()...) {
		names = append(names, filepath.Base(path))
	}
	return names, err
}

// plainBackups lists the daily backups of libotr's files.
func (s archives) plainBackups() (paths []string) {
	for _, t := range s.tables() {
		name, _ := t.state()
		paths = append(paths, s.backups(name)...)
	}
	return paths
}

// tableOf returns the table of which name is a daily backup, or nil.
func (s *Store) tableOf(name string) anyTable {
	for _, t := range s.tables() {
		if of, _ := t.state(); strings.HasPrefix(name, of+".") && strings.HasSuffix(name, backupSuffix) {
			return t
		}
	}
	return nil
}

// needless reports whether name is a daily backup of one of libotr's files that has
// nothing but what the store has. Others may be all that is left of a lost file, and
// become a part of the sealed one.
func (s resealer) needless(name string, data []byte) bool {
	t := s.tableOf(name)
	if t == nil || s.vault != nil {
		return false
	}
	covered, err := t.found(data, data)
	return err == nil && covered
}

// writeSealed is the step from one state to the other when it is to be sealed.
// A plain store is given up only when the sealed one has been read back.
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

// clean wipes what a change of the protection leaves behind, and what one that
// was cut short has left: the parts of the other state that are wholly in c.
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

// isKeys reports whether name is the file of keys or a copy of it.
func isKeys(name string) bool {
	return name == KeysFile || strings.HasPrefix(name, KeysFile+".") && (strings.HasSuffix(name, oldSuffix) || strings.HasSuffix(name, backupSuffix))
}
