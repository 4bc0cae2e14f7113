// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"fmt"
	"io"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/dake"
	"purple-otr/otr/internal/draw"
	"purple-otr/otr/internal/ed448"
)

// An IdentityKey is a user's long-term key of version 4: the secret key H, and the public
// forging key F, whose secret nobody keeps ("Public keys, Shared Prekeys, Forging keys and
// Fingerprints"). It is immutable and may be shared by sessions and goroutines.
type IdentityKey struct {
	key         *ed448.SigningKey
	forging     ed448.Point
	fingerprint Fingerprint
}

// IdentitySize is the length in bytes of an [IdentityKey]'s seed, and of its forging key.
const IdentitySize = ed448.PointSize

// GenerateIdentityKey makes a key. It takes about a millisecond.
func GenerateIdentityKey(rand io.Reader) (k *IdentityKey, err error) {
	erase.Do(func() { k, err = generateIdentityKey(rand) })
	if err != nil {
		return nil, fmt.Errorf("otr: making a key: %w", err)
	}
	return k, nil
}

func generateIdentityKey(rand io.Reader) (*IdentityKey, error) {
	var seed [IdentitySize]byte
	defer clear(seed[:])
	if _, err := io.ReadFull(draw.For(rand, "sym_h (long-term key)"), seed[:]); err != nil {
		return nil, err
	}
	forging, err := ed448.Generate(draw.For(rand, "sym_f (forging key)"))
	if err != nil {
		return nil, err
	}
	defer forging.Wipe()
	return newIdentityKey(seed, forging.Public), nil
}

// NewIdentityKey makes the key that has this seed and this forging key, [IdentitySize] bytes
// each. It fails if forging is not a point of the group, and retains neither slice.
func NewIdentityKey(seed, forging []byte) (k *IdentityKey, err error) {
	if len(seed) != IdentitySize {
		return nil, errors.New("otr: the seed of a key has another length")
	}
	f, err := ed448.ParsePoint(forging)
	if err != nil {
		return nil, fmt.Errorf("otr: forging key: %w", err)
	}
	erase.Do(func() { k = newIdentityKey([IdentitySize]byte(seed), f) })
	return k, nil
}

func newIdentityKey(seed [IdentitySize]byte, forging ed448.Point) *IdentityKey {
	key := ed448.NewSigningKey(seed)
	profile := dake.Profile{H: key.Public(), F: forging}
	f := profile.Fingerprint()
	return &IdentityKey{key, forging, Fingerprint{string(f[:])}}
}

// Seed returns a copy of the secret from which [NewIdentityKey] makes the key. Clear it after
// using it.
func (k *IdentityKey) Seed() []byte {
	seed := k.key.Seed()
	return seed[:]
}

// Forging returns a copy of the forging key, which is public.
func (k *IdentityKey) Forging() []byte {
	forging := k.forging.Encoded()
	return forging[:]
}

// Fingerprint identifies the public key and the forging key.
func (k *IdentityKey) Fingerprint() Fingerprint { return k.fingerprint }
