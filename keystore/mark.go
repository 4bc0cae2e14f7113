// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// A mark is what the keyring remembers of the folder, besides the key: which sealed file
// there is, and how new it is. Somebody who can only touch files can neither remove it
// nor set it back.
type mark struct {
	id       string
	sequence uint64
}

const markLen = idLen + 8

// markTime is how long a keyring that is unlocked may take to say what it remembers.
const markTime = 2 * time.Second

// markName is the name of the mark in the keyring. It depends on the path of the folder.
func (s marker) markName() string {
	path, err := filepath.Abs(s.folder.path)
	if err != nil {
		path = s.folder.path
	}
	sum := sha256.Sum256([]byte("purple-otr sealed store\x00" + path))
	return hex.EncodeToString(sum[:idLen])
}

func (m mark) bytes() []byte {
	return binary.BigEndian.AppendUint64([]byte(m.id), m.sequence)
}

// OnWrite has f called after each change of a sealed store. f must not use s, and may be
// called from any goroutine.
func (s *Store) OnWrite(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onWrite = f
}

// Remember has the keyring remember that there is a sealed store, and how new it is, or
// forget that if the user has decided to have a plain one. It does nothing if the keyring remembers that
// already, if the keyring would have to ask the user something, and as long as a problem
// with the sealed file is not solved.
func (s *Store) Remember(ctx context.Context) error {
	s.mu.RLock()
	now, known, told := mark{}, s.vault == nil && s.decided, s.told
	if s.vault != nil && s.vault.problem == nil && s.vault.sequence > 0 {
		now, known = mark{s.vault.id, s.vault.sequence}, true
	}
	s.mu.RUnlock()
	if !known || told != nil && *told == now || !s.keyring.Ready(ctx) {
		return nil
	}
	err := error(nil)
	if now == (mark{}) {
		err = s.keyring.Delete(ctx, s.marker().markName())
		if errors.Is(err, ErrNotInKeyring) {
			err = nil
		}
	} else {
		err = s.keyring.Set(ctx, s.marker().markName(), now.bytes())
	}
	if err == nil {
		s.mu.Lock()
		s.told = &now
		s.mu.Unlock()
	}
	return err
}

// remembered returns what the keyring remembers, if it can say that without asking the
// user something.
func (s marker) remembered(ctx context.Context) (m mark, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, markTime)
	defer cancel()
	if !s.keyring.Ready(ctx) {
		return m, false
	}
	data, err := s.keyring.Get(ctx, s.markName())
	if err != nil || len(data) != markLen {
		return m, false
	}
	return mark{string(data[:idLen]), binary.BigEndian.Uint64(data[idLen:])}, true
}

// AwaitKeyring locks a plain store until [Store.AskKeyring] returns: if only the keyring
// remembers a sealed store, nothing that is in the folder may be used before.
func (s *Store) AwaitKeyring() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.vault == nil && !s.expected {
		s.waiting = true
		_, _ = s.reader().contents()
	}
}

// Waiting reports whether the store is locked only until the keyring has answered.
func (s *Store) Waiting() bool { return s.reader().has(errWaiting) }

// AskKeyring is [Store.ExpectSealed] if the keyring remembers a sealed store. It asks the
// user nothing, and returns at once if there is no keyring. If the keyring has not answered
// when ctx is done, it is as if it remembered nothing, and nothing is forgotten.
func (s *Store) AskKeyring(ctx context.Context) {
	if s.Protection() != Plain && !s.Waiting() {
		return
	}
	if has, err := s.keyring.Has(ctx, s.marker().markName()); err == nil && has {
		s.ExpectSealed()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = false
	if s.vault != nil && errors.Is(s.vault.problem, errWaiting) {
		s.vault = nil
		if c, err := s.reader().contents(); err == nil {
			s.reader().load(c)
		}
	}
}

// AcceptOlder is for a user who has put an older copy of the sealed file in its place:
// the keyring does not remember a newer one any more.
func (s *Store) AcceptOlder(ctx context.Context) error {
	if err := s.keyring.Delete(ctx, s.marker().markName()); err != nil && !errors.Is(err, ErrNotInKeyring) {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = nil
	if s.vault != nil && errors.Is(s.vault.problem, ErrOlder) {
		s.forget()
		s.vault = nil
		_, _ = s.reader().contents()
	}
	return nil
}

// olderThan reports whether the unlocked store is older than m, and then locks it.
func (s marker) olderThan(m mark) error {
	if s.vault.accepted || s.vault.id != m.id || s.vault.sequence >= m.sequence {
		return nil
	}
	s.forget()
	s.vault.sequence = 0
	return s.reader().unusable(fmt.Errorf("%s: %w", s.folder.file(sealedName), ErrOlder))
}
