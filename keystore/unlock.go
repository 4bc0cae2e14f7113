// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"purple-otr/keystore/internal/seal"
)

// Lock removes a sealed store's content from memory, until it is unlocked again.
func (s *Store) Lock() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.vault != nil {
		s.forget()
	}
}

// Unlock unlocks a store that is sealed with a passphrase. It takes about half a
// second, and fails with [ErrPassphrase] if the passphrase is wrong. It does nothing if
// the store is not locked.
func (s *Store) Unlock(passphrase []byte) error {
	return s.unlock(context.Background(), ByPassphrase, func(h header) (*seal.Key, error) {
		secret, err := openEitherForm(passphrase, func(p []byte) ([]byte, error) {
			return seal.OpenPassphrase(h.wrapped, p, purposeMaster, h.id)
		}, seal.ErrWrong)
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

// UnlockKeyring unlocks a store whose key is in the keyring. The keyring may ask the
// user for a password; UnlockKeyring waits until ctx is done. It does nothing if the
// store is not locked. It fails with [ErrKeyring] or [ErrNotInKeyring].
func (s *Store) UnlockKeyring(ctx context.Context) error {
	return s.unlock(ctx, ByKeyring, func(h header) (*seal.Key, error) {
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

// unlock unlocks the store with the key that find returns. ctx is for the keyring. It calls find without
// holding a mutex.
func (s *Store) unlock(ctx context.Context, how Protection, find func(header) (*seal.Key, error)) error {
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
		return ErrProtection
	}
	key, err := find(h)
	if err != nil {
		return err
	}

	newest, _ := s.marker().remembered(ctx)

	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.folder.closed:
		key.Destroy()
		return ErrClosed
	case s.vault == nil || s.vault.key != nil || s.vault.id != h.id: // meanwhile
		key.Destroy()
		if s.vault != nil && s.vault.key == nil {
			return fmt.Errorf("%s: %w", s.folder.path, ErrLocked)
		}
		return nil
	}
	s.vault.key = key
	s.useKey(key)
	c, err := s.reader().contents()
	if err != nil {
		s.forget()
		return err
	}
	if err := s.marker().olderThan(newest); err != nil {
		return err
	}
	s.reader().load(c)
	if unlock, err := s.folder.lock(); err == nil {
		resealer{s}.clean(c) // what another process left when it was killed
		unlock()
	}
	return nil
}

// useKey sets the formats of the files of keys: sealed with key, or plain if key is nil.
func (s *Store) useKey(key *seal.Key) {
	for _, t := range s.tables() {
		t.useKey(key, s.rand)
	}
}
