// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"encoding/hex"
	"errors"
	"slices"

	"purple-otr/otr"
)

// A contact is the key of a line of otr.fingerprints.
type contact struct {
	Buddy
	fingerprint otr.Fingerprint
}

type contacts = page[contact, Trust]

// fingerprintDigits is the length of a fingerprint in the file.
const fingerprintDigits = 40

// fingerprintsFormat is otr.fingerprints: lines of peer, account, protocol,
// fingerprint and trust; the last may be missing.
func fingerprintsFormat() format[contact, Trust] {
	return format[contact, Trust]{
		name:  "otr.fingerprints",
		limit: maxLinesFile,
		parse: parseFingerprints,
		text:  contactLine,
		join:  joinLines[contact, Trust],
	}
}

func parseFingerprints(data []byte) (*contacts, error) {
	names := make(interner)
	return parseLines(data, func(line []byte) (c contact, t Trust, ok bool) {
		f := splitLine(line, 5)
		if len(f) < 4 || len(f[3]) != fingerprintDigits {
			return c, t, false
		}
		fp, err := otr.ParseFingerprint(string(f[3]))
		if err != nil {
			return c, t, false
		}
		if len(f) == 5 {
			t = Trust(names.string(f[4]))
		}
		account := Account{Protocol: names.string(f[2]), Name: names.string(f[1])}
		return contact{Buddy{account, string(f[0])}, fp}, t, true
	})
}

func contactLine(c contact, t Trust) ([]byte, error) {
	digits := hex.EncodeToString(c.fingerprint.Bytes())
	if len(digits) != fingerprintDigits {
		return nil, fileError("otr.fingerprints", ErrNotSaved, errors.New("it has no room for this kind of fingerprint"))
	}
	return makeLine(c.Peer, c.Name, c.Protocol, digits, string(t))
}

// Bare returns b with the bare account. Two buddies are the same if their bare values are
// equal.
func (b Buddy) Bare() Buddy { return Buddy{b.Account.Bare(), b.Peer} }

// byBuddy groups contacts by their bare buddy.
func byBuddy(p *contacts) map[Buddy][]contact {
	m := make(map[Buddy][]contact, len(p.index))
	for c := range p.keys {
		b := c.Bare()
		m[b] = append(m[b], c)
	}
	return m
}

// Trust returns the trust in a fingerprint. Trust given under one XMPP resource of the
// user's account also applies under the others, because they are one account and the user
// verified the same buddy. But if the fingerprint is known under the current resource
// too, only that entry counts.
func (s *Store) Trust(b Buddy, f otr.Fingerprint) (t Trust, known bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.trust(b, f)
}

func (s *Store) trust(b Buddy, f otr.Fingerprint) (t Trust, known bool) {
	if t, ok := s.known.page.get(contact{b, f}); ok {
		return t, true
	}
	for _, c := range s.buddies[b.Bare()] {
		if c.fingerprint != f {
			continue
		}
		other, _ := s.known.page.get(c)
		if known && other != t {
			return Unverified, true // two resources contradict each other
		}
		t, known = other, true
	}
	return t, known
}

// Known lists a buddy's fingerprints, in the order in which they were first seen.
func (s *Store) Known(b Buddy) []Known {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Known
	seen := make(map[otr.Fingerprint]bool)
	for _, c := range s.buddies[b.Bare()] {
		if !seen[c.fingerprint] {
			seen[c.fingerprint] = true
			t, _ := s.trust(b, c.fingerprint)
			out = append(out, Known{c.fingerprint, t})
		}
	}
	return out
}

// Buddies lists the buddies that have a fingerprint, in the order of the file.
func (s *Store) Buddies() []Buddy {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Buddy
	seen := make(map[Buddy]bool)
	for c := range s.known.page.keys {
		if !seen[c.Buddy] {
			seen[c.Buddy] = true
			out = append(out, c.Buddy)
		}
	}
	return out
}

// Add stores a fingerprint as unverified, unless it is known already.
func (s *Store) Add(b Buddy, f otr.Fingerprint) (added bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.trust(b, f); known {
		return false, nil
	}
	err = s.changeContacts(func(p *contacts) error {
		if len(sameFingerprint(p, b, f)) > 0 {
			return nil // another process has added it, perhaps with a trust
		}
		added = true
		return s.known.put(p, contact{b, f}, Unverified)
	})
	return added && err == nil, err
}

// SetTrust sets the trust in a fingerprint, for every XMPP resource of the account, and
// adds the fingerprint if it is not known.
func (s *Store) SetTrust(b Buddy, f otr.Fingerprint, t Trust) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changeContacts(func(p *contacts) error {
		all := sameFingerprint(p, b, f)
		if !slices.Contains(all, contact{b, f}) {
			all = append(all, contact{b, f})
		}
		for _, c := range all {
			if old, ok := p.get(c); ok && old == t {
				continue
			}
			if err := s.known.put(p, c, t); err != nil {
				return err
			}
		}
		return nil
	})
}

// Forget removes a fingerprint, for every XMPP resource of the account. After an error,
// at most the days on which it was seen have been removed.
func (s *Store) Forget(b Buddy, f otr.Fingerprint) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := update(s, s.seen, func(p *page[contact, Seen]) error {
		p.drop(contact{b.Bare(), f})
		return nil
	})
	if err != nil {
		return err
	}
	return s.changeContacts(func(p *contacts) error {
		for _, c := range sameFingerprint(p, b, f) {
			p.drop(c)
		}
		return nil
	})
}

// sameFingerprint lists the entries of f for b under any resource.
func sameFingerprint(p *contacts, b Buddy, f otr.Fingerprint) []contact {
	var out []contact
	for c := range p.keys {
		if c.fingerprint == f && c.Bare() == b.Bare() {
			out = append(out, c)
		}
	}
	return out
}

func (s *Store) changeContacts(change func(*contacts) error) error {
	err := update(s, s.known, change)
	s.buddies = byBuddy(s.known.page) // also if only another process has changed the files
	return err
}
