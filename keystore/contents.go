// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"fmt"
	"slices"
)

// contents is what the files of a folder said at one moment, under their names,
// whether these are files or sections of a sealed one.
type contents interface {
	// path is where name is, for messages.
	path(name string) string

	// read returns nothing if there is nothing of that name.
	read(name string, limit int64) ([]byte, error)

	// write replaces parts, all or none of them if the store is sealed, one
	// after another if not. The lock must be held.
	write(parts ...part) error

	stamp(name string) stamp
}

// A part is what is to stand under a name.
type part struct {
	name string
	data []byte
}

// plainFiles are libotr's own.
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

// begin is for changing something: it reads the store, and keeps other processes
// from writing until unlock is called.
func (s *Store) begin() (c contents, unlock func(), err error) {
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

// contents reads the store, whichever way it is protected now. If another
// process has changed that, what is known here is forgotten, or read anew.
func (s *Store) contents() (contents, error) {
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
			return nil, s.vault.problem // its header is in order, but it did not open
		}
		s.vault.problem, s.vault.stamp = nil, now
		return nil, ErrSealed
	}
	a, err := openArchive(s.folder, s.vault, s.rand, data)
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

// unusable notes a problem with the sealed file. What is known stays known.
func (s *Store) unusable(problem error) error {
	if s.vault == nil {
		s.forget()
		s.vault = &vault{}
	}
	s.vault.problem, s.vault.stamp = problem, stampOf(s.folder.file(sealedName))
	return problem
}

// plainContents is contents where there is no sealed file.
func (s *Store) plainContents() (contents, error) {
	c := plainFiles{s.folder}
	if s.vault == nil {
		return c, nil
	}
	// Another process has taken the protection away; then our keys are in the
	// plain file. Whoever has merely removed the sealed one does not have them.
	data, err := s.folder.read(c.path(s.keys.name), s.keys.plain.limit)
	var p *keys
	if err == nil {
		p, err = s.keys.plain.parse(data)
	}
	if len(data) == 0 && len(s.keys.page.index) == 0 {
		err = nil
		p = s.keys.page
	}
	for a := range s.keys.page.keys {
		k, _ := s.keys.page.get(a)
		if err != nil {
			break
		}
		if now, ok := p.get(a); !ok || now.Fingerprint() != k.Fingerprint() {
			err = errors.New("the plain files do not have its keys")
		}
	}
	if err != nil {
		return nil, s.unusable(fileError(s.folder.file(sealedName), ErrUnreadable, errors.New("it is not there any more")))
	}
	s.forget()
	s.vault = nil
	s.useKey(nil)
	s.load(c)
	return c, nil
}

// Reload reads what other processes have written since, if they have, and
// reports whether anything was read. It costs a look at each file's date, and is
// meant for when a conversation begins or a list is shown. Whatever changes
// something does the same in any case.
func (s *Store) Reload() (changed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folder.closed || !s.stale() {
		return false
	}
	was := s.vault
	if c, err := s.contents(); err == nil {
		s.load(c)
	} else if was == s.vault && errors.Is(err, ErrSealed) {
		return false
	}
	return true
}

func (s *Store) stale() bool {
	now := stampOf(s.folder.file(sealedName))
	if s.vault != nil {
		return now != s.vault.stamp
	}
	return now != stamp{} || slices.ContainsFunc(s.tables(), func(t anyTable) bool { return t.changed(plainFiles{s.folder}) })
}
