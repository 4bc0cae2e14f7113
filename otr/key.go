// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	stddsa "crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"purple-otr/otr/internal/dake"
	"purple-otr/otr/internal/dsa"
)

// A PrivateKey is a long-term DSA key of version 2 and 3. It is immutable and
// may be shared by sessions and goroutines.
type PrivateKey struct{ k *dsa.PrivateKey }

// GenerateKey makes a 1024-bit DSA key. It can take seconds.
func GenerateKey(rand io.Reader) (*PrivateKey, error) {
	k, err := dsa.Generate(rand)
	if err != nil {
		return nil, fmt.Errorf("otr: making a key: %w", err)
	}
	return &PrivateKey{k}, nil
}

// NewPrivateKey checks k (p of 1024 to 4096 bits, q of 160 bits and prime,
// 1 < g < p-1, g^q = 1 and y = g^x mod p) and copies it.
func NewPrivateKey(k *stddsa.PrivateKey) (*PrivateKey, error) {
	d, err := dsa.NewPrivateKey(k)
	if err != nil {
		return nil, fmt.Errorf("otr: %w", err)
	}
	return &PrivateKey{d}, nil
}

// DSA returns a copy of the key's numbers.
func (k *PrivateKey) DSA() *stddsa.PrivateKey { return k.k.DSA() }

// Fingerprint identifies the public key.
func (k *PrivateKey) Fingerprint() Fingerprint { return fingerprintOf(k.k.Public) }

// signer returns the key for the key exchange, nil if there is none.
func (k *PrivateKey) signer() *dsa.PrivateKey {
	if k == nil {
		return nil
	}
	return k.k
}

// A Fingerprint identifies a long-term public key: 20 bytes of SHA-1 in
// versions 2 and 3 ("Public keys, signatures, and fingerprints"), 56 bytes of
// SHAKE-256 in version 4. It is comparable and usable as a map key; the zero
// value is "none".
type Fingerprint struct{ b string }

// The lengths of fingerprints in bytes.
const (
	fingerprintLen  = 20                   // versions 2 and 3
	fingerprint4Len = dake.FingerprintSize // version 4
)

func fingerprintOf(k *dsa.PublicKey) Fingerprint {
	f := k.Fingerprint()
	return Fingerprint{string(f[:])}
}

// withoutSpace is not made for each fingerprint: making it takes longer than using it.
var withoutSpace = strings.NewReplacer(" ", "", "\n", "")

// ParseFingerprint reads 40 or 112 hexadecimal digits, with or without spaces and
// line breaks.
func ParseFingerprint(s string) (Fingerprint, error) {
	b, err := hex.DecodeString(withoutSpace.Replace(s))
	if err != nil || len(b) != fingerprintLen && len(b) != fingerprint4Len {
		return Fingerprint{}, errors.New("otr: a fingerprint is 40 or 112 hexadecimal digits")
	}
	return Fingerprint{string(b)}, nil
}

// Version returns the newest version whose keys have such fingerprints: V3 for those of
// version 2 too, V4, or zero for the zero value.
func (f Fingerprint) Version() Version {
	switch len(f.b) {
	case fingerprintLen:
		return V3
	case fingerprint4Len:
		return V4
	}
	return 0
}

// String returns the form shown to users, in one line: groups of eight upper-case digits.
func (f Fingerprint) String() string { return strings.Join(f.groups(), " ") }

// lineGroups is how many groups of digits one line has, if the fingerprint is a long one.
const lineGroups = 4

// Lines returns the form shown to users, in lines that a reader does not confuse: one with
// all five groups in version 3, four with at most four groups in version 4.
func (f Fingerprint) Lines() (lines []string) {
	groups := f.groups()
	if f.Version() != V4 {
		return []string{strings.Join(groups, " ")}
	}
	for line := range slices.Chunk(groups, lineGroups) {
		lines = append(lines, strings.Join(line, " "))
	}
	return lines
}

func (f Fingerprint) groups() (groups []string) {
	for i := 0; i < len(f.b); i += 4 {
		groups = append(groups, fmt.Sprintf("%X", f.b[i:min(i+4, len(f.b))]))
	}
	return groups
}

// Bytes returns a copy of the fingerprint's bytes.
func (f Fingerprint) Bytes() []byte { return []byte(f.b) }

// IsZero reports whether f is the zero value.
func (f Fingerprint) IsZero() bool { return f.b == "" }
