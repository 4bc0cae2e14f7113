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
			p, _ := s.keys.plain.parse(f.data)
			for acc := range p.keys {
				k, _ := p.get(acc)
				ours := s.key(acc)
				if ours == nil || ours.Fingerprint() != k.Fingerprint() {
					out.Keys = append(out.Keys, FoundKey{acc, k.Fingerprint(), ours != nil})
				}
			}
		case s.known.name:
			p, _ := s.known.plain.parse(f.data)
			for c := range p.keys {
				t, _ := p.get(c)
				if ours, known := s.trust(c.Buddy, c.fingerprint); !known || ours != t {
					out.Known = append(out.Known, FoundFingerprint{c.Buddy, Known{c.fingerprint, t}})
				}
			}
		}
	}
	return out, nil
}

// ImportFound imports what was found: keys of accounts that have none, and unknown
// fingerprints, which become unverified whatever the file says. If the file of keys
// contains keys that the store does not have, a copy of it is kept in the store. Then
// ImportFound wipes the plain files; left lists those that it could not wipe.
func (s *Store) ImportFound(today Day) (left []Problem, err error) {
	return finder{s}.endFound(func(a *archive, beside []plainFile) ([]part, error) {
		keys, err := s.keys.read(a)
		if err != nil {
			return nil, err
		}
		known, err := s.known.read(a)
		if err != nil {
			return nil, err
		}
		for _, f := range beside {
			switch f.name {
			case s.keys.name:
				p, _ := s.keys.plain.parse(f.data)
				for acc := range p.keys {
					if k, _ := p.get(acc); s.key(acc) == nil {
						err = s.keys.put(keys, acc, k)
					}
					if err != nil {
						return nil, err
					}
				}
			case s.known.name:
				p, _ := s.known.plain.parse(f.data)
				for c := range p.keys {
					if _, ok := s.trust(c.Buddy, c.fingerprint); !ok {
						err = s.known.put(known, c, Unverified)
					}
					if err != nil {
						return nil, err
					}
				}
			}
		}
		parts, err := finder{s}.copyFound(a, beside, today)
		return append(parts, part{s.keys.name, s.keys.join(keys)}, part{s.known.name, s.known.join(known)}), err
	})
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
		if !isKeys(f.name) || len(f.data) == 0 {
			continue
		}
		text := func(acc Account, k *otr.PrivateKey) ([]byte, error) {
			return sealedKeyText(a.vault.key, s.rand, acc, k)
		}
		data, err := recode(f.data, s.keys.plain.parse, text)
		if err != nil {
			data = f.data // a damaged file is copied unchanged
		}
		name := f.name
		if _, ok := taken.sections[name]; ok || name == s.keys.name {
			if name, err = freeName(taken, s.keys.name+"."+string(today)); err != nil {
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
	s.load(a)
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
			f.covered, _ = s.tableOf(f.name).found(f.data, f.data)
			f.covered = f.covered || s.isCopy(a.sections[f.name], f.data)
		}
		files = append(files, f)
	}
	copies, _ := filepath.Glob(filepath.Join(escapeGlob(s.folder.path), s.keys.name+".*"+oldSuffix))
	for _, path := range copies {
		f := plainFile{name: filepath.Base(path), path: path}
		if f.data, f.err = readFile(path, maxKeysFile); f.data != nil {
			f.covered = s.isCopy(a.sections[f.name], f.data)
		}
		files = append(files, f)
	}
	return files
}

// isCopy reports whether a section is a copy of data, the content of a plain file.
func (s finder) isCopy(section, data []byte) bool {
	ours, err1 := recode(section, s.keys.parse, plainKeyText)
	theirs, err2 := recode(data, s.keys.plain.parse, plainKeyText)
	return err1 == nil && err2 == nil && bytes.Equal(ours, theirs) || bytes.Equal(section, data)
}
