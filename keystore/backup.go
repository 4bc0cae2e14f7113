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

// BackUp copies the store as it is now, in the same protection, to files with the
// day in their names, such as otr.private_key.2026-02-28.bak, unless there are
// some of that day. Of each file the newest three are kept. It is meant to be
// called when the program starts, and on each new day. What is damaged is not
// copied, and then no older backup is removed.
//
// To use one, end all programs that use the folder, and give it the name without
// day and ".bak".
func (s *Store) BackUp(today Day) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, unlock, err := s.begin()
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
		if e := s.backUp(name, today); e != nil {
			err = e
		}
	}
	return err
}

func (s *Store) backUp(name string, today Day) error {
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
func (s *Store) backups(name string) (paths []string) {
	found, _ := filepath.Glob(filepath.Join(escapeGlob(s.folder.path), name+".*"+backupSuffix))
	for _, path := range found {
		day := strings.TrimSuffix(filepath.Base(path)[len(name)+1:], backupSuffix)
		if Day(day).valid() {
			paths = append(paths, path)
		}
	}
	return paths // Glob sorts
}

// staleBackups lists backups in another protection than the present one.
func (s *Store) staleBackups() (paths []string) {
	for _, path := range s.backups(sealedName) {
		data, err := readFile(path, maxSealedFile)
		if h, _, e := parseHeader(data); err == nil && e == nil && (s.vault == nil || h.id != s.vault.id) {
			paths = append(paths, path)
		}
	}
	if s.vault != nil {
		for _, t := range s.tables() {
			name, _ := t.state()
			paths = append(paths, s.backups(name)...)
		}
	}
	return paths
}
