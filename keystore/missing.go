// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// What the user can decide if the sealed file is missing or cannot be used.

// ExpectSealed says that there has been a sealed store in this folder. If its file is
// missing, nothing else is used in its place: the store is locked, and has the problem
// [ErrMissing]. A store that finds daily backups of a sealed file expects one anyway.
func (s *Store) ExpectSealed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.vault != nil && !errors.Is(s.vault.problem, errWaiting) || s.expected {
		return
	}
	s.expected, s.waiting = true, false
	_, _ = s.reader().contents()
}

// Missing reports whether there should be a sealed file, but there is none.
func (s *Store) Missing() bool { return s.reader().has(ErrMissing) }

func (s reader) has(problem error) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.vault != nil && errors.Is(s.vault.problem, problem)
}

// PlainBeside reports whether there are plain files with keys or fingerprints.
func (s *Store) PlainBeside() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.ContainsFunc(s.archives().precious(), func(t anyTable) bool {
		name, _ := t.state()
		return stampOf(s.folder.file(name)) != stamp{}
	})
}

// Backups lists the days of the daily backups of the sealed file that could be used
// instead of it, the newest first. Only unlocking a backup shows whether it is complete.
func (s *Store) Backups() (days []Day) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	now, _ := readFile(s.folder.file(sealedName), maxSealedFile)
	for _, path := range slices.Backward(s.archives().backups(sealedName)) {
		data, err := readFile(path, maxSealedFile)
		if err != nil || slices.Equal(data, now) {
			continue
		}
		if _, n, err := parseHeader(data); err == nil && len(data) > n {
			days = append(days, backupDay(sealedName, path))
		}
	}
	return days
}

// RestoreBackup replaces the sealed file by a copy of a daily backup. If there is a sealed
// file, it is kept under another name. The store is locked afterwards.
func (s *Store) RestoreBackup(day, today Day) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	unlock, err := s.folder.lock()
	if err != nil {
		return err
	}
	defer unlock()
	path := s.folder.file(sealedName)
	data, err := readFile(path+"."+string(day)+backupSuffix, maxSealedFile)
	if err == nil {
		_, _, err = parseHeader(data)
	}
	if err != nil {
		return fileError(path+"."+string(day)+backupSuffix, ErrUnreadable, err)
	}
	if old, err := readFile(path, maxSealedFile); err == nil && old != nil {
		name, err := freeName(plainFiles{s.folder}, sealedName+"."+string(today))
		if err != nil {
			return err
		}
		if err := s.folder.replaceFile(s.folder.file(name), old); err != nil {
			return err
		}
	}
	if err := s.folder.replaceFile(path, data); err != nil {
		return err
	}
	s.forget()
	s.vault = nil
	if _, _ = s.reader().contents(); s.vault != nil { // which locks it
		s.vault.accepted = true
	}
	s.told = nil
	return nil
}

// SetAside is for a user who can no longer unlock the store, or has lost it. It renames
// the sealed file, its daily backups, and all other files with keys and fingerprints,
// because nobody knows who has written those. It returns the new path of the sealed file,
// or of its newest backup. Afterwards the store is a plain one without keys. Renaming the
// file back restores the sealed store.
func (s *Store) SetAside(today Day) (path string, err error) {
	return s.archives().doWithout(today, true)
}

// AdoptPlain is for a user who has lost the sealed file, and knows who has written the
// plain files: the store consists of them from now on. Apart from that it is SetAside.
func (s *Store) AdoptPlain(today Day) (path string, err error) {
	return s.archives().doWithout(today, false)
}

func (s archives) doWithout(today Day, setAside bool) (path string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	unlock, err := s.folder.lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	sealed := s.folder.file(sealedName)
	if s.vault == nil {
		return "", fileError(sealed, ErrNotSaved, fs.ErrNotExist)
	}
	// The backups come last: as long as one is there, nothing plain is used.
	var names []string
	if setAside {
		for _, t := range s.precious() {
			name, _ := t.state()
			names = append(names, name)
		}
	}
	for _, name := range names {
		if _, err := s.putAsideAs(s.folder.file(name), name+"."+string(today)); err != nil {
			return "", err
		}
	}
	if path, err = s.putAsideAs(sealed, sealedName+"."+string(today)); err != nil {
		return "", err
	}
	for _, backup := range slices.Backward(s.backups(sealedName)) {
		to, err := s.putAside(backup)
		if err != nil {
			return "", err
		}
		if path == "" {
			path = to
		}
	}
	_ = s.folder.disk.syncDir(s.folder.path)
	s.reader().becomePlain()
	return path, nil
}

// putAside renames a daily backup, so that no later backup replaces it.
func (s archives) putAside(path string) (to string, err error) {
	name := filepath.Base(path)
	return s.putAsideAs(path, name[:len(name)-len(backupSuffix)])
}

// putAsideAs renames what is at path, if anything is, to a free name that begins with stem.
func (s archives) putAsideAs(path, stem string) (to string, err error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	name, err := freeName(plainFiles{s.folder}, stem)
	if err != nil {
		return "", err
	}
	to = s.folder.file(name)
	if err := s.folder.disk.rename(path, to); err != nil {
		return "", fileError(path, ErrNotSaved, err)
	}
	return to, nil
}
