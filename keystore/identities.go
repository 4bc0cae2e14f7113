// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"purple-otr/keystore/internal/seal"
	"purple-otr/otr"
)

// identitiesName is the file with the keys of version 4, which only we use.
const identitiesName = "purple-otr.v4"

const identitiesHeader = "# purple-otr: private keys of OTR version 4. Whoever has this file can pretend to be you."

// identitiesFormat is purple-otr.v4: a comment, then lines of account, protocol, fingerprint,
// forging key and seed, the last three in hexadecimal digits.
func identitiesFormat() format[Account, *otr.IdentityKey] {
	return identitiesWith(maxKeysFile,
		func(_ Account, seed []byte) ([]byte, error) { return seed, nil },
		func(_ Account, seed []byte) ([]byte, error) { return seed, nil })
}

// identityDetail distinguishes a sealed seed from a sealed key of version 3 of the same
// account.
const identityDetail = "v4"

// sealedIdentitiesFormat is purple-otr.v4 with a sealed form of each seed, bound to its
// account as in [sealedKeysFormat].
func sealedIdentitiesFormat(master *seal.Key, rand io.Reader) format[Account, *otr.IdentityKey] {
	return identitiesWith(maxSealedKeys,
		func(a Account, seed []byte) ([]byte, error) {
			return master.Seal(rand, seed, purposeKey, a.Protocol, a.Name, identityDetail)
		},
		func(a Account, sealed []byte) ([]byte, error) {
			seed, err := master.Open(sealed, purposeKey, a.Protocol, a.Name, identityDetail)
			if err != nil {
				return nil, errors.New("its key was not sealed for it")
			}
			return seed, nil
		})
}

// seedForm converts between a seed and what the file contains of it.
type seedForm func(a Account, from []byte) (to []byte, err error)

func identitiesWith(limit int64, write, read seedForm) format[Account, *otr.IdentityKey] {
	return format[Account, *otr.IdentityKey]{
		name:   identitiesName,
		limit:  limit,
		parse:  func(data []byte) (*identities, error) { return parseIdentities(data, read) },
		text:   func(a Account, k *otr.IdentityKey) ([]byte, error) { return identityLine(a, k, write) },
		check:  checkAccount,
		header: identitiesHeader,
		join:   joinLines[Account, *otr.IdentityKey],
	}
}

type identities = page[Account, *otr.IdentityKey]

func identityLine(a Account, k *otr.IdentityKey, write seedForm) ([]byte, error) {
	seed := k.Seed()
	defer clear(seed)
	field, err := write(a, seed)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%s\t%s\t%x\t%x\t%x", a.Name, a.Protocol, k.Fingerprint().Bytes(), k.Forging(), field), nil
}

// parseIdentities reads as many keys as it can, and returns an error unless it could read
// every line except comments. Unlike the other files with lines, this one contains what
// cannot be had again: a line that is lost must not look like an account without a key.
func parseIdentities(data []byte, read seedForm) (*identities, error) {
	p := newPage[Account, *otr.IdentityKey](0)
	var problem error
	n := 0
	for line := range bytes.Lines(data) {
		n++
		line = bytes.TrimSuffix(line, newline)
		if len(line) == 0 || line[0] == '#' && bytes.IndexByte(line, '\t') < 0 {
			p.keep(line)
			continue
		}
		a, k, err := parseIdentity(line, read)
		if err != nil {
			p.drop(a) // as parseEntries does
			problem = fmt.Errorf("line %d: %w", n, err)
			continue
		}
		p.add(line, a, k)
	}
	if bytes.IndexByte(data, 0) >= 0 {
		problem = errors.New("there are zero bytes in it")
	}
	return p, problem
}

// parseIdentity parses one account's line. It may return the account even on error.
func parseIdentity(line []byte, read seedForm) (a Account, k *otr.IdentityKey, err error) {
	f := bytes.Split(line, []byte("\t"))
	if len(f) < 2 {
		return a, nil, errors.New("it does not say whose it is")
	}
	a = Account{Protocol: string(f[1]), Name: string(f[0])}
	if err := checkAccount(a); err != nil || len(f) != 5 {
		return a, nil, errors.New("it is not a key")
	}
	forging, err1 := hex.AppendDecode(nil, f[3])
	field, err2 := hex.AppendDecode(nil, f[4])
	if err1 != nil || err2 != nil {
		return a, nil, errors.New("its key is not complete")
	}
	defer clear(field)
	seed, err := read(a, field)
	if err != nil {
		return a, nil, err
	}
	defer clear(seed)
	// Nearly all numbers are keys, so only the fingerprint says whether this is the right
	// one.
	k, err = otr.NewIdentityKey(seed, forging)
	if err != nil || hex.EncodeToString(k.Fingerprint().Bytes()) != strings.ToLower(string(f[2])) {
		return a, nil, errors.New("its key is not valid")
	}
	return a, k, nil
}

// OwnKey returns the account's key of the same kind as the one with the fingerprint theirs,
// which a buddy sees in the conversation that they use it for. It returns nil if there is
// none.
func (s *Store) OwnKey(a Account, theirs otr.Fingerprint) LongTermKey {
	if theirs.Version() == otr.V4 {
		if k := s.Identities().Key(a); k != nil {
			return k
		}
	} else if k := s.Key(a); k != nil {
		return k
	}
	return nil
}

// Identities are the keys of version 4 in a Store, and what trust in others' keys of version 4
// comes from. A method that the Store has too is the same for keys of version 3 there.
type Identities struct{ s *Store }

// Identities returns the keys of version 4.
func (s *Store) Identities() Identities { return Identities{s} }

// Any reports whether there is a key or a fingerprint of version 4. Where there is none, the
// user need not read of versions.
func (i Identities) Any() bool {
	i.s.mu.RLock()
	defer i.s.mu.RUnlock()
	return len(i.s.keys4.page.index)+len(i.s.known4.page.index) > 0
}

// Key returns the account's key, or nil, as [Store.Key] does.
func (i Identities) Key(a Account) *otr.IdentityKey {
	i.s.mu.RLock()
	defer i.s.mu.RUnlock()
	return findKey(i.s.keys4.page, a)
}

// Set saves k as the account's key, as [Store.SetKey] does.
func (i Identities) Set(a Account, k *otr.IdentityKey) error {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	return setKey(i.s, i.s.keys4, a, k)
}

// Replace saves k and replaces the account's key, as [Store.ReplaceKey] does.
func (i Identities) Replace(a Account, k *otr.IdentityKey, today Day) (old string, err error) {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	return changeKey(i.s, i.s.keys4, a, today, func(p *identities, c Account) error { return i.s.keys4.put(p, c, k) })
}

// Delete removes the account's key, as [Store.DeleteKey] does.
func (i Identities) Delete(a Account, today Day) (old string, err error) {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	return changeKey(i.s, i.s.keys4, a, today, func(p *identities, c Account) error { p.drop(c); return nil })
}
