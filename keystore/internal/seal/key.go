// SPDX-License-Identifier: GPL-2.0-or-later

package seal

import (
	"errors"
	"fmt"
	"io"
)

// KeySize is the length of a [Key] in bytes.
const KeySize = 32

// A Key is 32 secret bytes. They are outside Go's heap, where the garbage collector would
// leave copies, and as far as the system allows they are neither in core dumps, nor swapped
// to disk, nor in forked processes. [Key.Destroy] clears the key; until then it may be used
// concurrently, but not afterwards.
type Key struct{ mem []byte } // a whole page; the key is its beginning

// NewKey returns a random key.
func NewKey(rand io.Reader) (*Key, error) {
	k, err := newKey()
	if err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(rand, k.Bytes()); err != nil {
		k.Destroy()
		return nil, fmt.Errorf("no random numbers: %w", err)
	}
	return k, nil
}

// KeyOf returns a key with the 32 bytes of secret. It clears secret, even on error.
func KeyOf(secret []byte) (*Key, error) {
	defer clear(secret)
	if len(secret) != KeySize {
		return nil, errors.New("seal: a key has 32 bytes")
	}
	k, err := newKey()
	if err != nil {
		return nil, err
	}
	copy(k.mem, secret)
	return k, nil
}

func newKey() (*Key, error) {
	mem, err := newMemory()
	if err != nil {
		return nil, fmt.Errorf("seal: no memory: %w", err)
	}
	return &Key{mem}, nil
}

// Bytes returns the key itself, not a copy.
func (k *Key) Bytes() []byte { return k.mem[:KeySize] }

// Destroy clears the key. It may be called more than once, and on nil.
func (k *Key) Destroy() {
	if k == nil || k.mem == nil {
		return
	}
	clear(k.mem)
	freeMemory(k.mem)
	k.mem = nil
}
