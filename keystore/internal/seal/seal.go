// SPDX-License-Identifier: GPL-2.0-or-later

// Package seal encrypts and authenticates data at rest: under a random key, or
// under a passphrase. doc/keystore-format.md describes the bytes.
//
// Everything sealed is bound to its purpose, which is authenticated but not contained. So
// if an attacker replaces data by other sealed data, it does not open.
package seal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"

	"purple-otr/internal/erase"
)

// The first bytes of everything sealed.
const (
	magic   = "POTRSEAL"
	version = 1

	kindKey        = 'K' // under a Key
	kindPassphrase = 'P'

	versionAt = len(magic)
	kindAt    = versionAt + 1
	headLen   = kindAt + 1

	nonceLen = chacha20poly1305.NonceSizeX
	tagLen   = chacha20poly1305.Overhead
)

// Overhead is how many bytes [Key.Seal] adds to its plaintext.
const Overhead = headLen + nonceLen + tagLen

var (
	// ErrNotSealed: the data is not sealed, or is truncated.
	ErrNotSealed = errors.New("it is not a sealed file, or not all of one")

	// ErrNewer: this program does not know the version.
	ErrNewer = errors.New("it was written by a newer version of this program")

	// ErrLimits: opening would take more work or memory than with any file of ours.
	ErrLimits = errors.New("it asks for more time or memory than is reasonable")

	// ErrWrong: the key, the passphrase or the purpose is another one, or the data has been
	// changed. These cannot be distinguished.
	ErrWrong = errors.New("it was sealed with something else, or has been changed since")
)

// Seal encrypts and authenticates plaintext. Opening it requires the same purpose and the
// same details, which are authenticated but not contained. Seal reads 24 bytes from rand.
func (k *Key) Seal(rand io.Reader, plaintext []byte, purpose string, details ...string) ([]byte, error) {
	head := newHead(kindKey, len(plaintext)+Overhead)
	var sealed []byte
	var err error
	erase.Do(func() { sealed, err = sealTo(head, rand, k.Bytes(), plaintext, purpose, details) })
	return sealed, err
}

// Open is the reverse of Seal. It returns newly allocated memory.
func (k *Key) Open(sealed []byte, purpose string, details ...string) ([]byte, error) {
	if err := checkHead(sealed, kindKey); err != nil {
		return nil, err
	}
	var plaintext []byte
	var err error
	erase.Do(func() { plaintext, err = openAt(sealed, headLen, k.Bytes(), purpose, details) })
	return plaintext, err
}

func newHead(kind byte, size int) []byte {
	return append(append(make([]byte, 0, size), magic...), version, kind)
}

func checkHead(sealed []byte, kind byte) error {
	switch {
	case len(sealed) < headLen || string(sealed[:versionAt]) != magic:
		return ErrNotSealed
	case sealed[versionAt] > version:
		return ErrNewer
	case sealed[versionAt] != version || sealed[kindAt] != kind:
		return ErrNotSealed
	}
	return nil
}

// sealTo appends nonce and ciphertext to head. All of it is authenticated.
func sealTo(head []byte, rand io.Reader, key, plaintext []byte, purpose string, details []string) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	var nonce [nonceLen]byte
	if _, err := io.ReadFull(rand, nonce[:]); err != nil {
		return nil, fmt.Errorf("no random numbers: %w", err)
	}
	ad := associated(head, purpose, details)
	return aead.Seal(append(head, nonce[:]...), nonce[:], plaintext, ad), nil
}

// openAt is the reverse of sealTo with a head of n bytes.
func openAt(sealed []byte, n int, key []byte, purpose string, details []string) ([]byte, error) {
	if len(sealed) < n+nonceLen+tagLen {
		return nil, ErrNotSealed
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	head, nonce, text := sealed[:n], sealed[n:n+nonceLen], sealed[n+nonceLen:]
	plaintext, err := aead.Open(nil, nonce, text, associated(head, purpose, details))
	if err != nil {
		return nil, ErrWrong
	}
	return plaintext, nil
}

// associated returns head, purpose and details, each preceded by its length, so that
// different lists never give the same bytes.
func associated(head []byte, purpose string, details []string) []byte {
	out := appendField(nil, head)
	out = appendField(out, purpose)
	for _, d := range details {
		out = appendField(out, d)
	}
	return out
}

func appendField[T ~string | ~[]byte](out []byte, field T) []byte {
	return append(binary.BigEndian.AppendUint32(out, uint32(len(field))), field...)
}
