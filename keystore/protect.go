// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"purple-otr/keystore/internal/seal"
)

// Protection says what protects the private keys from somebody who steals the disk.
type Protection uint8

const (
	// Plain: nothing protects them. The files are libotr's, which pidgin-otr can use.
	Plain Protection = 0

	// ByKeyring: the desktop keyring contains the key to the store.
	ByKeyring Protection = 1

	// ByPassphrase: the key to the store is derived from a passphrase.
	ByPassphrase Protection = 2

	// Unknown: there is a sealed file that cannot be used; see
	// [Store.Problems].
	Unknown Protection = 255
)

// passphraseTime is roughly how long checking a passphrase takes on this machine.
const passphraseTime = 500 * time.Millisecond

// Protection returns how the store is protected, or Unknown.
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

// Locked reports whether keys and fingerprints are unavailable because they are sealed.
func (s *Store) Locked() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.vault != nil && s.vault.key == nil
}

// Protect changes how the store is protected, or the passphrase; in any case the store
// gets a new key. With a passphrase it takes about half a second; with the keyring it
// waits until the keyring answers or ctx is done. The passphrase is for ByPassphrase
// only; the caller may clear it afterwards.
//
// At every moment, even if the program is killed, the files contain the complete data,
// either in the old form or in the new one. The protection cannot be changed if a file
// has a problem or the store is locked.
//
// Protect overwrites and removes the previous files, and the copies of them that this
// package has made. left lists those that it could not overwrite and remove. Even so,
// the device may still contain the old data: flash memory, a file system's journal and
// snapshots, and backups keep copies that Protect cannot reach.
func (s *Store) Protect(ctx context.Context, how Protection, passphrase []byte) (left []Problem, err error) {
	s.protecting.Lock()
	defer s.protecting.Unlock()
	if s.Locked() {
		return nil, ErrSealed
	}
	if how == Plain && s.Protection() == Plain {
		return nil, nil
	}
	to, err := s.marker().newVault(ctx, how, passphrase)
	if err != nil {
		return nil, err
	}
	from, left, err := resealer{s}.reseal(to)
	forget := from // its key is no longer needed
	if err != nil {
		forget = to
	}
	if forget != nil && forget.protection == ByKeyring && s.marker().idOnDisk() != forget.id {
		if e := s.keyring.Delete(ctx, hex.EncodeToString([]byte(forget.id))); e != nil && err == nil {
			left = append(left, Problem{s.folder.file(sealedName), e})
		}
	}
	if err != nil && to != nil {
		to.key.Destroy()
	}
	return left, err
}

// idOnDisk returns the id of the sealed file on disk, whose key must be kept.
func (s marker) idOnDisk() string {
	return headerOf(s.folder.file(sealedName)).id
}

// newVault makes a new key and stores it in the way that how says. It returns nil for
// Plain.
func (s marker) newVault(ctx context.Context, how Protection, passphrase []byte) (*vault, error) {
	if how == Plain {
		return nil, nil
	}
	key, err := seal.NewKey(s.rand)
	if err != nil {
		return nil, fileError(s.folder.file(sealedName), ErrNotSaved, err)
	}
	v := &vault{header: header{protection: how}, key: key}
	id := make([]byte, idLen)
	if _, err = io.ReadFull(s.rand, id); err == nil {
		v.id = string(id)
		switch how {
		case ByPassphrase:
			normal := normalPassphrase(passphrase)
			defer clear(normal)
			v.wrapped, err = seal.SealPassphrase(s.rand, normal, s.cost(), key.Bytes(), purposeMaster, v.id)
		case ByKeyring:
			err = s.intoKeyring(ctx, v)
		default:
			err = ErrProtection
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

// intoKeyring stores v's key in the keyring and checks that it can be read back.
func (s marker) intoKeyring(ctx context.Context, v *vault) error {
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
