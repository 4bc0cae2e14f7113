// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"purple-otr/keystore/internal/seal"
	"purple-otr/otr"
)

// Protection is what stands between a thief of the disk and the private keys.
type Protection uint8

const (
	// Plain: nothing does; the files are those of libotr, which pidgin-otr
	// can use.
	Plain Protection = 0

	// ByKeyring: the key to the store is in the keyring of the desktop.
	ByKeyring Protection = 1

	// ByPassphrase: the key to the store is made from a passphrase.
	ByPassphrase Protection = 2

	// Unknown: there is a sealed file that cannot be used; see
	// [Store.Problems].
	Unknown Protection = 255
)

// passphraseTime is about how long trying a passphrase takes on this machine.
const passphraseTime = 500 * time.Millisecond

// Protection says how the store is protected, as far as that is known here.
func (s *Store) Protection() Protection {
	s.mu.RLock()
	defer s.mu.RUnlock()
	switch {
	case s.vault == nil:
		return Plain
	case s.vault.problem != nil && s.vault.id == "":
		return Unknown
	}
	return s.vault.protection
}

// Locked reports whether nothing is known of keys and fingerprints because they
// are sealed.
func (s *Store) Locked() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.vault != nil && s.vault.key == nil
}

// Lock makes a sealed store forget what is in it, until it is unlocked again.
func (s *Store) Lock() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.vault != nil {
		s.forget()
	}
}

// Unlock opens a store that is sealed with a passphrase. It takes about half a
// second, and fails with [ErrPassphrase] if it is not the passphrase. It does
// nothing if the store is not locked.
func (s *Store) Unlock(passphrase []byte) error {
	return s.unlock(ByPassphrase, func(h header) (*seal.Key, error) {
		secret, err := seal.OpenPassphrase(h.wrapped, passphrase, purposeMaster, h.id)
		switch {
		case errors.Is(err, seal.ErrWrong):
			return nil, ErrPassphrase
		case errors.Is(err, seal.ErrEmpty):
			return nil, ErrNoPassphrase
		case errors.Is(err, seal.ErrNewer):
			return nil, fileError(s.folder.file(sealedName), ErrNewer, err)
		case err != nil:
			return nil, fileError(s.folder.file(sealedName), ErrDamaged, err)
		}
		return seal.KeyOf(secret)
	})
}

// UnlockKeyring opens a store whose key is in the keyring. The keyring may ask the
// user for a password; it waits for that until ctx is done. It does nothing if
// the store is not locked. Fails with [ErrKeyring] or [ErrNotInKeyring].
func (s *Store) UnlockKeyring(ctx context.Context) error {
	return s.unlock(ByKeyring, func(h header) (*seal.Key, error) {
		secret, err := s.keyring.Get(ctx, hex.EncodeToString([]byte(h.id)))
		if err != nil {
			return nil, err
		}
		key, err := seal.KeyOf(secret)
		if err != nil {
			return nil, fmt.Errorf("%w (it is not a key)", ErrKeyring)
		}
		return key, nil
	})
}

var errOtherProtection = errors.New("the keys are protected in another way")

// unlock opens the store with the key that find finds, while no lock is held.
func (s *Store) unlock(how Protection, find func(header) (*seal.Key, error)) error {
	s.mu.RLock()
	if s.vault == nil || s.vault.key != nil {
		s.mu.RUnlock()
		return nil
	}
	h, problem := s.vault.header, s.vault.problem
	s.mu.RUnlock()
	switch {
	case problem != nil && h.id == "":
		return problem
	case h.protection != how:
		return errOtherProtection
	}
	key, err := find(h)
	if err != nil {
		return err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folder.closed || s.vault == nil || s.vault.key != nil || s.vault.id != h.id {
		key.Destroy() // it has been unlocked, or has changed, meanwhile
		return nil
	}
	s.vault.key = key
	s.useKey(key)
	c, err := s.contents()
	if err != nil {
		s.forget()
		return err
	}
	s.load(c)
	if unlock, err := s.folder.lock(); err == nil {
		s.clean(c) // what another process left when it was killed
		unlock()
	}
	return nil
}

// useKey sets how the keys are written: sealed by key, or plain if it is nil.
func (s *Store) useKey(key *seal.Key) {
	s.keys.format = s.keys.plain
	if key != nil {
		s.keys.format = sealedKeysFormat(key, s.rand)
	}
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
	data, err := readFile(path, maxSealedFile)
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
	data, err := readFile(c.path(s.keys.name), s.keys.plain.limit)
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

// Protect changes how the store is protected, or the passphrase, and gives it a
// new key in any case. It takes about half a second with a passphrase, and as
// long as the keyring needs, at most until ctx is done. The passphrase is for
// ByPassphrase only; the caller may clear it afterwards.
//
// At every moment, also if the program is killed, the files say what they said
// before, in the old or the new way, as a whole. If a file has a problem, or the
// store is locked, the protection cannot be changed.
//
// What was there before is written over and removed, with copies of it that this
// package has made. left lists what could not be. That the device has no copy of
// it somewhere cannot be promised in any case: flash memory, journals and
// snapshots of a file system, and backups do have them.
func (s *Store) Protect(ctx context.Context, how Protection, passphrase []byte) (left []Problem, err error) {
	s.protecting.Lock()
	defer s.protecting.Unlock()
	if s.Locked() {
		return nil, ErrSealed
	}
	if how == Plain && s.Protection() == Plain {
		return nil, nil
	}
	to, err := s.newVault(ctx, how, passphrase)
	if err != nil {
		return nil, err
	}
	from, left, err := s.reseal(to)
	forget := from // whose key is not needed any more
	if err != nil {
		forget = to
	}
	if forget != nil && forget.protection == ByKeyring && s.idOnDisk() != forget.id {
		if e := s.keyring.Delete(ctx, hex.EncodeToString([]byte(forget.id))); e != nil && err == nil {
			left = append(left, Problem{s.folder.file(sealedName), e})
		}
	}
	if err != nil && to != nil {
		to.key.Destroy()
	}
	return left, err
}

// idOnDisk is that of the sealed file, which needs its key.
func (s *Store) idOnDisk() string {
	data, err := readFile(s.folder.file(sealedName), maxSealedFile)
	if err != nil {
		return ""
	}
	h, _, _ := parseHeader(data)
	return h.id
}

// newVault makes a new key, and puts it where how says. It is nil for Plain.
func (s *Store) newVault(ctx context.Context, how Protection, passphrase []byte) (*vault, error) {
	if how == Plain {
		return nil, nil
	}
	key, err := seal.NewKey(s.rand)
	if err != nil {
		return nil, err
	}
	v := &vault{header: header{protection: how}, key: key}
	id := make([]byte, idLen)
	if _, err = io.ReadFull(s.rand, id); err == nil {
		v.id = string(id)
		switch how {
		case ByPassphrase:
			v.wrapped, err = seal.SealPassphrase(s.rand, passphrase, s.cost(), key.Bytes(), purposeMaster, v.id)
		case ByKeyring:
			err = s.intoKeyring(ctx, v)
		default:
			err = errOtherProtection
		}
	}
	if err != nil {
		key.Destroy()
		if errors.Is(err, seal.ErrEmpty) {
			err = ErrNoPassphrase
		}
		return nil, err
	}
	return v, nil
}

// intoKeyring puts v's key into the keyring and looks whether it is there.
func (s *Store) intoKeyring(ctx context.Context, v *vault) error {
	name := hex.EncodeToString([]byte(v.id))
	if err := s.keyring.Set(ctx, name, v.key.Bytes()); err != nil {
		return err
	}
	secret, err := s.keyring.Get(ctx, name)
	defer clear(secret)
	if err == nil && !bytes.Equal(secret, v.key.Bytes()) {
		err = fmt.Errorf("%w (it has something else than it was given)", ErrKeyring)
	}
	if err != nil {
		_ = s.keyring.Delete(ctx, name)
	}
	return err
}

// reseal writes the store for to, nil for libotr's files, and returns what it
// was before.
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
		return from, []Problem{{s.folder.file(sealedName), err}}, nil // it is done all the same
	}
	s.load(c)
	return from, s.clean(c), nil
}

// recoded is all that c says, as it is to be written for to.
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

// names lists what there is in c.
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

// writeSealed is the step from one state to the other when it is to be sealed.
// A plain store is given up only when the sealed one has been read back.
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

// writePlain writes libotr's files. The step is the removal of the sealed one:
// until then that is the store, and what is beside it is wiped when it is next
// opened.
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
		if _, e := os.Lstat(path); e == nil { // otherwise they are the store
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
// was cut short has left: the parts of the other state that are wholly in c, and
// daily backups, which are the old state's.
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

// leftovers lists the temporary files, of any of ours, of processes that were
// killed.
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

// isKeys reports whether name is that of the keys, or of a copy of them.
func (s *Store) isKeys(name string) bool {
	return name == s.keys.name || strings.HasPrefix(name, s.keys.name+".") && strings.HasSuffix(name, oldSuffix)
}
