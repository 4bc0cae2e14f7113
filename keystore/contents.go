// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"fmt"
	"slices"
)

// contents gives access to the files of a folder, as they were at one moment. Each has a
// name and is either a file or a section of a sealed file.
type contents interface {
	// path returns the path of the file that contains name, for messages.
	path(name string) string

	// read returns nil if there is nothing with that name.
	read(name string, limit int64) ([]byte, error)

	// write replaces parts. In a sealed store it writes all of them or none, in a
	// plain one it writes one after another. The lock must be held.
	write(parts ...part) error

	stamp(name string) stamp
}

// A part is a name and its new content.
type part struct {
	name string
	data []byte
}

// plainFiles are libotr's files.
type plainFiles struct{ folder *folder }

func (c plainFiles) path(name string) string { return c.folder.file(name) }
func (c plainFiles) stamp(name string) stamp { return stampOf(c.path(name)) }

func (c plainFiles) read(name string, limit int64) ([]byte, error) {
	return c.folder.read(c.path(name), limit)
}

func (c plainFiles) write(parts ...part) error {
	for _, p := range parts {
		if err := c.folder.replaceFile(c.path(p.name), p.data); err != nil {
			return err
		}
	}
	return nil
}

// begin starts a change: it reads the store, and prevents other processes from writing
// until unlock is called.
func (s reader) begin() (c contents, unlock func(), err error) {
	unlock, err = s.folder.lock()
	if err != nil {
		return nil, nil, err
	}
	if c, err = s.contents(); err != nil {
		unlock()
		return nil, nil, err
	}
	return c, unlock, nil
}

// contents reads the store, however it is protected now. If another process has changed
// the protection, s forgets its data or reads it again.
func (s reader) contents() (contents, error) {
	path := s.folder.file(sealedName)
	now := stampOf(path)
	data, err := s.folder.read(path, maxSealedFile)
	if err != nil {
		return nil, s.unusable(err)
	}
	if data == nil {
		return s.plainContents()
	}
	h, _, err := parseHeader(data)
	switch {
	case errors.Is(err, ErrNewer):
		return nil, s.unusable(fmt.Errorf("%s: %w", path, ErrNewer))
	case err != nil:
		return nil, s.unusable(fileError(path, ErrDamaged, err))
	}
	if s.vault == nil || s.vault.id != h.id {
		s.forget()
		s.vault = &vault{header: h, stamp: now}
	}
	if s.vault.key == nil {
		if s.vault.problem != nil && s.vault.stamp == now {
			return nil, s.vault.problem // the header is valid, but decryption failed
		}
		s.vault.problem, s.vault.stamp = nil, now
		return nil, ErrSealed
	}
	a, err := openArchive(s.folder, s.vault, s.rand, data)
	if a != nil {
		a.onWrite = s.onWrite
	}
	switch {
	case errors.Is(err, ErrNewer):
		return nil, s.unusable(fmt.Errorf("%s: %w", path, ErrNewer))
	case err != nil:
		return nil, s.unusable(fileError(path, ErrDamaged, err))
	case a.sequence < s.vault.sequence:
		return nil, s.unusable(fmt.Errorf("%s: %w", path, ErrOlder))
	}
	known := s.vault.sequence
	s.vault.sequence, s.vault.stamp, s.vault.problem = a.sequence, now, nil
	if known != 0 && a.sequence != known {
		s.load(a) // another process has written it
	}
	return a, nil
}

// unusable records a problem with the sealed file. An unlocked store keeps its data.
func (s reader) unusable(problem error) error {
	if s.vault == nil {
		s.forget()
		s.vault = &vault{}
	}
	s.vault.problem, s.vault.stamp = problem, stampOf(s.folder.file(sealedName))
	return problem
}

// plainContents is contents for a folder that has no sealed file.
func (s reader) plainContents() (contents, error) {
	c := plainFiles{s.folder}
	switch {
	case s.waiting:
		return nil, s.unusable(errWaiting)
	case s.vault == nil && !s.expected:
		return c, nil
	case s.vault == nil || !s.vault.loaded || !s.sameIn(c):
		return nil, s.unusable(fmt.Errorf("%s: %w", s.folder.file(sealedName), ErrMissing))
	}
	s.becomePlain() // another process has taken the protection away
	return c, nil
}

// sameIn reports whether the plain files have our keys and what we know of buddies,
// neither less nor more. Somebody who has only removed the sealed file cannot have
// written that: they do not have the keys.
func (s reader) sameIn(c plainFiles) bool {
	return !slices.ContainsFunc(s.archives().precious(), func(t anyTable) bool { return !t.sameIn(c) })
}

// becomePlain is for when the store is no longer sealed, and nothing else is expected.
func (s reader) becomePlain() {
	s.forget()
	s.vault, s.expected, s.decided = nil, false, true
	s.useKey(nil)
	s.load(plainFiles{s.folder})
}

// Reload reads whatever other processes have written since the last read, and reports
// whether it read anything. It costs a stat of each file. Call it when a conversation
// begins or a list is shown; methods that change something do the same themselves.
func (s *Store) Reload() (changed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folder.closed || !s.reader().stale() {
		return false
	}
	was := s.vault
	if c, err := s.reader().contents(); err == nil {
		s.reader().load(c)
	} else if was == s.vault && errors.Is(err, ErrSealed) {
		return false
	}
	return true
}

func (s reader) stale() bool {
	now := stampOf(s.folder.file(sealedName))
	if s.vault != nil {
		return now != s.vault.stamp
	}
	return now != stamp{} || slices.ContainsFunc(s.tables(), func(t anyTable) bool { return t.changed(plainFiles{s.folder}) })
}
