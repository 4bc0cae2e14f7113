// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"path/filepath"
	"slices"
	"strings"
)

// maxBackups is how many daily backups of each file are kept.
const maxBackups = 3

const backupSuffix = ".bak"

// BackUp copies the store in its current protection to files with the day in their names,
// such as otr.private_key.2026-02-28.bak, unless there are backups of that day. It keeps
// the newest three of each file. Call it when the program starts, and on each new day. It
// does not copy damaged files, and then removes no older backup of them.
//
// To restore a backup, quit all programs that use the folder, and remove the day and ".bak"
// from the file's name.
func (s *Store) BackUp(today Day) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, unlock, err := s.reader().begin()
	if err != nil {
		return err
	}
	defer unlock()
	for _, t := range s.tables() {
		if e := t.check(c); e != nil {
			err = e
			continue
		}
		name, _ := t.state()
		if s.vault != nil {
			name = sealedName
		}
		if e := s.archives().backUp(name, today); e != nil {
			err = e
		}
	}
	return err
}

func (s archives) backUp(name string, today Day) error {
	old := s.backups(name)
	path := s.folder.file(name) + "." + string(today) + backupSuffix
	if slices.Contains(old, path) {
		return nil
	}
	data, err := readFile(s.folder.file(name), maxSealedFile)
	if err != nil || len(data) == 0 {
		return err
	}
	if err := s.folder.replaceFile(path, data); err != nil {
		return err
	}
	for _, path := range old[:max(0, len(old)-maxBackups+1)] {
		if err := s.folder.wipe(path); err != nil {
			return err
		}
	}
	return nil
}

// backups lists the paths of a file's backups, from old to new.
func (s archives) backups(name string) (paths []string) {
	found, _ := filepath.Glob(filepath.Join(escapeGlob(s.folder.path), name+".*"+backupSuffix))
	for _, path := range found {
		if backupDay(name, path).valid() {
			paths = append(paths, path)
		}
	}
	return paths // Glob sorts
}

// backupDay returns the day in the path of a backup of the file name.
func backupDay(name, path string) Day {
	return Day(strings.TrimSuffix(filepath.Base(path)[len(name)+1:], backupSuffix))
}

// retireBackups removes the daily backups of the sealed state with that id, when the
// store becomes plain: with them there, the sealed file would be missed. Backups of
// another state, which may be the only ones of a lost store, get another name.
func (s archives) retireBackups(id string) error {
	for _, path := range s.backups(sealedName) {
		err := error(nil)
		if headerOf(path).id == id {
			err = s.folder.disk.remove(path)
		} else {
			_, err = s.putAside(path)
		}
		if err != nil {
			return fileError(path, ErrNotSaved, err)
		}
	}
	return nil
}

// renewBackups is for when the protection has changed from the protection of the sealed state with
// the id from, for instance because somebody knows the old passphrase: the newest daily
// backup of that state becomes one of the present state, and then the others are removed.
func (s archives) renewBackups(from string) error {
	var old []string
	for _, path := range s.backups(sealedName) {
		if headerOf(path).id == from {
			old = append(old, path)
		}
	}
	if len(old) == 0 {
		return nil
	}
	newest := old[len(old)-1]
	data, err := readFile(s.folder.file(sealedName), maxSealedFile)
	if err != nil {
		return err
	}
	if err := s.folder.replaceFile(newest, data); err != nil {
		return err
	}
	for _, path := range old[:len(old)-1] {
		if err := s.folder.wipe(path); err != nil {
			return err
		}
	}
	return nil
}

// headerOf returns the header of a sealed file, or none if it is damaged.
func headerOf(path string) header {
	data, err := readFile(path, maxSealedFile)
	if err != nil {
		return header{}
	}
	h, _, _ := parseHeader(data)
	return h
}
