// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"path/filepath"

	"purple-otr/otr"
)

// A Found is the content of plain files next to a sealed store that the store does not
// have. pidgin-otr may have written it, but so may an attacker who can write there:
// nothing of it is trusted before the user has decided.
type Found struct {
	Files []string // paths, including files that cannot be parsed
	Keys  []FoundKey
	Known []FoundFingerprint
}

// A FoundKey is a found key of an account that has another key in the store, or none.
type FoundKey struct {
	Account
	Fingerprint otr.Fingerprint
	Clash       bool // the store has another one
}

// A FoundFingerprint is one that the store does not have, or has with another trust.
type FoundFingerprint struct {
	Buddy
	Known
}

// A finder looks for plain files next to a sealed store.
type finder struct{ *Store }

// Found lists the content of such files. It is empty if the store is not sealed.
func (s *Store) Found() (Found, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return finder{s}.found()
}

func (s finder) found() (out Found, err error) {
	c, err := s.reader().contents()
	a, sealed := c.(*archive)
	if err != nil || !sealed {
		return out, err
	}
	for _, f := range s.plainBeside(a) {
		if f.covered || f.data == nil && f.err == nil {
			continue
		}
		out.Files = append(out.Files, f.path)
		switch f.name {
		case s.keys.name:
			out.Keys = append(out.Keys, newKeys(s.keys, f.data)...)
		case s.keys4.name:
			out.Keys = append(out.Keys, newKeys(s.keys4, f.data)...)
		case s.known.name:
			out.Known = append(out.Known, s.newContacts(s.known, f.data)...)
		case s.known4.name:
			out.Known = append(out.Known, s.newContacts(s.known4, f.data)...)
		}
	}
	return out, nil
}

// newKeys lists the keys in data, a plain file, that t does not have.
func newKeys[K longTermKey](t *table[Account, K], data []byte) (out []FoundKey) {
	p, _ := t.plain.parse(data)
	for acc := range p.keys {
		k, _ := p.get(acc)
		ours := findKey(t.page, acc)
		if ours == nil || ours.Fingerprint() != k.Fingerprint() {
			out = append(out, FoundKey{acc, k.Fingerprint(), ours != nil})
		}
	}
	return out
}

// newContacts lists the contacts in data, a plain file, that t does not have.
func (s finder) newContacts(t *table[contact, Trust], data []byte) (out []FoundFingerprint) {
	p, _ := t.plain.parse(data)
	for c := range p.keys {
		trust, _ := p.get(c)
		if ours, known := s.trust(c.Buddy, c.fingerprint); !known || ours != trust {
			out = append(out, FoundFingerprint{c.Buddy, Known{c.fingerprint, trust}})
		}
	}
	return out
}

// ImportFound imports what was found: keys of accounts that have none, and unknown
// fingerprints, which become unverified whatever the file says. If the file of keys
// contains keys that the store does not have, a copy of it is kept in the store. Then
// ImportFound wipes the plain files; left lists those that it could not wipe.
func (s *Store) ImportFound(today Day) (left []Problem, err error) {
	d := finder{s}
	return d.endFound(func(a *archive, beside []plainFile) (parts []part, err error) {
		for _, f := range beside {
			var data []byte
			switch f.name {
			case s.keys.name:
				data, err = takeKeys(s.keys, a, f.data)
			case s.keys4.name:
				data, err = takeKeys(s.keys4, a, f.data)
			case s.known.name:
				data, err = d.takeContacts(s.known, a, f.data)
			case s.known4.name:
				data, err = d.takeContacts(s.known4, a, f.data)
			}
			if err != nil {
				return nil, err
			}
			if data != nil {
				parts = append(parts, part{f.name, data})
			}
		}
		copies, err := d.copyFound(a, beside, today)
		return append(copies, parts...), err
	})
}

// takeKeys returns t's file with the keys in data, a plain file, of accounts that have none.
// It returns nil if there are none.
func takeKeys[K longTermKey](t *table[Account, K], a *archive, data []byte) ([]byte, error) {
	to, err := t.read(a)
	if err != nil {
		return nil, err
	}
	p, _ := t.plain.parse(data)
	for acc := range p.keys {
		if findKey(t.page, acc) != nil {
			continue
		}
		k, _ := p.get(acc)
		if err := t.put(to, acc, k); err != nil {
			return nil, err
		}
	}
	return t.joinChanged(to), nil
}

// takeContacts is takeKeys for contacts. They become unverified.
func (s finder) takeContacts(t *table[contact, Trust], a *archive, data []byte) ([]byte, error) {
	to, err := t.read(a)
	if err != nil {
		return nil, err
	}
	p, _ := t.plain.parse(data)
	for c := range p.keys {
		if _, ok := s.trust(c.Buddy, c.fingerprint); ok {
			continue
		}
		if err := t.put(to, c, Unverified); err != nil {
			return nil, err
		}
	}
	return t.joinChanged(to), nil
}

// RemoveFound wipes the found files, as ImportFound does, without importing anything. It too
// keeps a copy of a file with private keys in the store, because they could not be
// recovered otherwise.
func (s *Store) RemoveFound(today Day) (left []Problem, err error) {
	return finder{s}.endFound(func(a *archive, beside []plainFile) ([]part, error) { return finder{s}.copyFound(a, beside, today) })
}

// copyFound returns copies of the files that contain keys that the store does not have.
func (s finder) copyFound(a *archive, beside []plainFile, today Day) (parts []part, err error) {
	taken := &archive{folder: a.folder, sections: map[string][]byte{}}
	for name, data := range a.sections {
		taken.sections[name] = data
	}
	for _, f := range beside {
		t := s.archives().keysOf(f.name)
		if t == nil || len(f.data) == 0 {
			continue
		}
		data, err := t.convert(f.data, nil, a.vault.key, s.rand)
		if err != nil {
			data = f.data // a damaged file is copied unchanged
		}
		name := f.name
		of, _ := t.state()
		if _, ok := taken.sections[name]; ok || name == of {
			if name, err = freeName(taken, of+"."+string(today)); err != nil {
				return nil, err
			}
		}
		taken.sections[name] = data
		parts = append(parts, part{name, data})
	}
	return parts, nil
}

func (s finder) endFound(take func(*archive, []plainFile) ([]part, error)) (left []Problem, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, unlock, err := s.reader().begin()
	if err != nil {
		return nil, err
	}
	defer unlock()
	a, sealed := c.(*archive)
	if !sealed {
		return nil, nil
	}
	var beside []plainFile
	for _, f := range s.plainBeside(a) {
		if !f.covered && f.data != nil {
			beside = append(beside, f)
		} else if f.err != nil {
			left = append(left, Problem{f.path, f.err})
		}
	}
	parts, err := take(a, beside)
	if err == nil && len(parts) > 0 {
		err = a.write(parts...)
	}
	if err != nil {
		return nil, err
	}
	s.reader().load(a)
	for _, f := range beside {
		if err := s.folder.wipe(f.path); err != nil {
			left = append(left, Problem{f.path, err})
		}
	}
	return left, nil
}

// A plainFile is one of libotr's files, which should not exist next to a sealed store.
type plainFile struct {
	name, path string
	data       []byte // nil if the file does not exist or cannot be read
	err        error  // set if it cannot be read, or is damaged
	covered    bool   // the store has everything in it
}

// plainBeside lists libotr's files next to the sealed store, including those that do not
// exist.
func (s finder) plainBeside(a *archive) (files []plainFile) {
	for _, t := range s.tables() {
		name, _ := t.state()
		f := plainFile{name: name, path: s.folder.file(name)}
		if f.data, f.err = readFile(f.path, maxLinesFile); f.data != nil {
			f.covered, f.err = t.found(f.data, a.sections[name])
			f.covered = f.covered || len(f.data) == 0
		}
		files = append(files, f)
	}
	for _, path := range s.archives().plainBackups() {
		f := plainFile{name: filepath.Base(path), path: path}
		if f.data, f.err = readFile(path, maxSealedFile); f.data != nil {
			f.covered, _ = s.archives().tableOf(f.name).found(f.data, f.data)
			f.covered = f.covered || s.isCopy(a, f)
		}
		files = append(files, f)
	}
	for _, path := range s.archives().keyCopies() {
		f := plainFile{name: filepath.Base(path), path: path}
		if f.data, f.err = readFile(path, maxKeysFile); f.data != nil {
			f.covered = s.isCopy(a, f)
		}
		files = append(files, f)
	}
	return files
}

// isCopy reports whether a section of a is a copy of f.
func (s finder) isCopy(a *archive, f plainFile) bool {
	section := a.sections[f.name]
	if t := s.archives().keysOf(f.name); t != nil {
		ours, err1 := t.convert(section, a.vault.key, nil, s.rand)
		theirs, err2 := t.convert(f.data, nil, nil, s.rand)
		if err1 == nil && err2 == nil && bytes.Equal(ours, theirs) {
			return true
		}
	}
	return bytes.Equal(section, f.data)
}
