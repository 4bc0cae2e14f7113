// SPDX-License-Identifier: GPL-2.0-or-later

package dake

import (
	"bytes"
	"time"

	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/wire"
)

// FingerprintSize is the length of a fingerprint in bytes.
const FingerprintSize = 56

// A Fingerprint identifies a client's keys.
type Fingerprint = [FingerprintSize]byte

// A Profile is a client profile ("Client Profile"): ours, or one that we have verified. It is
// immutable.
type Profile struct {
	raw    []byte
	Tag    uint32
	H, F   ed448.Point // long-term public key and forging key
	Expiry time.Time
}

// NewProfile makes our profile. Nobody has kept the secret of the forging key. versions has a
// digit for each version that we speak.
func NewProfile(key *ed448.SigningKey, forging ed448.Point, tag uint32, versions string, expiry time.Time) *Profile {
	p := wire.MakeProfile(wire.Profile{
		Tag: tag, H: key.Public().Encoded(), F: forging.Encoded(), Versions: []byte(versions), Expiry: expiry.Unix(),
	}, key.Sign)
	return &Profile{raw: p.Raw, Tag: tag, H: key.Public(), F: forging, Expiry: expiry}
}

// Fingerprint returns the fingerprint of H and F ("Public keys, Shared Prekeys, Forging keys
// and Fingerprints").
func (p *Profile) Fingerprint() (f Fingerprint) {
	h, forging := p.H.Encoded(), p.F.Encoded()
	kdf4.Derive(f[:], kdf4.Fingerprint, h[:], forging[:])
	return f
}

// verify verifies a profile that was sent with the sender tag tag ("Validating a Client
// Profile"). message is the name of the message for errors. The result does not refer to p's
// memory.
func verify(p wire.Profile, message string, tag uint32, now time.Time) (*Profile, error) {
	malformed := func(field string) (*Profile, error) {
		return nil, &wire.Error{Message: message, Field: field}
	}
	switch {
	case p.Tag != tag:
		return malformed("profile, instance tag")
	case p.Expiry <= now.Unix():
		return nil, &wire.Error{Message: message, Field: FieldExpiry}
	case !bytes.ContainsRune(p.Versions, '4') || bytes.ContainsAny(p.Versions, "12"):
		return malformed("profile, versions")
	}
	h, err := ed448.ParsePoint(p.H[:])
	if err != nil {
		return malformed("profile, public key")
	}
	f, err := ed448.ParsePoint(p.F[:])
	if err != nil {
		return malformed("profile, forging key")
	}
	if !h.VerifyPublic(p.Signed, p.Signature) {
		return nil, &wire.Error{Message: message, Field: "profile, signature", Kind: wire.Forged}
	}
	return &Profile{bytes.Clone(p.Raw), p.Tag, h, f, time.Unix(p.Expiry, 0)}, nil
}
