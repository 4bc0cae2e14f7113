// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"encoding/hex"
	"errors"
	"slices"

	"purple-otr/otr"
)

// A contact is the key of a line of otr.fingerprints or purple-otr.fingerprints.
type contact struct {
	Buddy
	fingerprint otr.Fingerprint
}

type contacts = page[contact, Trust]

// The lengths of fingerprints in the files.
const (
	fingerprintDigits  = 40
	fingerprint4Digits = 112 // version 4
)

// fingerprintsFormat is otr.fingerprints: lines of peer, account, protocol,
// fingerprint and trust; the last may be missing.
func fingerprintsFormat() format[contact, Trust] {
	return contactsFormat("otr.fingerprints", fingerprintDigits)
}

// fingerprints4Format is purple-otr.fingerprints, which has the fingerprints of version 4.
// Only we use it: libotr would not keep them in its file.
func fingerprints4Format() format[contact, Trust] {
	return contactsFormat("purple-otr.fingerprints", fingerprint4Digits)
}

func contactsFormat(name string, digits int) format[contact, Trust] {
	return format[contact, Trust]{
		name:  name,
		limit: maxLinesFile,
		parse: func(data []byte) (*contacts, error) { return parseContacts(data, digits) },
		text: func(c contact, t Trust) ([]byte, error) {
			f := hex.EncodeToString(c.fingerprint.Bytes())
			if len(f) != digits {
				return nil, fileError(name, ErrNotSaved, errors.New("it has no room for this kind of fingerprint"))
			}
			return makeLine(c.Peer, c.Name, c.Protocol, f, string(t))
		},
		join:  joinLines[contact, Trust],
		lines: true,
	}
}

// contactsFormatOf returns the format of the file that has room for f.
func contactsFormatOf(f otr.Fingerprint) format[contact, Trust] {
	if f.Version() == otr.V4 {
		return fingerprints4Format()
	}
	return fingerprintsFormat()
}

// people is the part of a Store that says which table knows of a key, and changes it.
type people struct{ *Store }

// table returns the table that has room for f.
func (s people) table(f otr.Fingerprint) *table[contact, Trust] {
	if f.Version() == otr.V4 {
		return s.known4
	}
	return s.known
}

func parseContacts(data []byte, digits int) (*contacts, error) {
	names := make(interner)
	return parseLines(data, func(line []byte) (c contact, t Trust, ok bool) {
		f := splitLine(line, 5)
		if len(f) < 4 || len(f[3]) != digits {
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

// Bare returns b with the bare account. Two buddies are the same if their bare values are
// equal.
func (b Buddy) Bare() Buddy { return Buddy{b.Account.Bare(), b.Peer} }

// byBuddy groups contacts by their bare buddy.
func byBuddy(pages ...*contacts) map[Buddy][]contact {
	n := 0
	for _, p := range pages {
		n += len(p.index)
	}
	m := make(map[Buddy][]contact, n)
	for _, p := range pages {
		for c := range p.keys {
			b := c.Bare()
			m[b] = append(m[b], c)
		}
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
	all := s.buddies[b.Bare()]
	t, known = trustIn(people{s}.table(f).page, all, b, f)
	return inForce(s.known.page, all, b, t), known
}

// trustIn returns the trust in f according to p. all are the contacts of the bare buddy.
func trustIn(p *contacts, all []contact, b Buddy, f otr.Fingerprint) (t Trust, known bool) {
	if t, ok := p.get(contact{b, f}); ok {
		return t, true
	}
	for _, c := range all {
		if c.fingerprint != f {
			continue
		}
		other, _ := p.get(c)
		if known && other != t {
			return Unverified, true // two resources contradict each other
		}
		t, known = other, true
	}
	return t, known
}

// Known lists a buddy's fingerprints, in the order in which they were first seen: first
// those of versions 2 and 3, then those of version 4.
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

// Buddies lists the buddies that have a fingerprint, in the order of the files.
func (s *Store) Buddies() []Buddy {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Buddy
	seen := make(map[Buddy]bool)
	for _, p := range []*contacts{s.known.page, s.known4.page} {
		for c := range p.keys {
			if !seen[c.Buddy] {
				seen[c.Buddy] = true
				out = append(out, c.Buddy)
			}
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
	pe := people{s}
	table := pe.table(f)
	err = pe.change(table, func(p *contacts) error {
		if len(sameFingerprint(p, b, f)) > 0 {
			return nil // another process has added it, perhaps with a trust
		}
		added = true
		return table.put(p, contact{b, f}, Unverified)
	})
	return added && err == nil, err
}

// SetTrust sets the trust in a fingerprint, for every XMPP resource of the account, and
// adds the fingerprint if it is not known.
func (s *Store) SetTrust(b Buddy, f otr.Fingerprint, t Trust) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	pe := people{s}
	table := pe.table(f)
	return pe.change(table, func(p *contacts) error { return setTrust(table, p, b, f, t) })
}

// setTrust sets the trust in f, which is of a kind that table has, in p.
func setTrust(table *table[contact, Trust], p *contacts, b Buddy, f otr.Fingerprint, t Trust) error {
	all := sameFingerprint(p, b, f)
	if !slices.Contains(all, contact{b, f}) {
		all = append(all, contact{b, f})
	}
	for _, c := range all {
		if old, ok := p.get(c); ok && old == t {
			continue
		}
		if err := table.put(p, c, t); err != nil {
			return err
		}
	}
	return nil
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
	pe := people{s}
	return pe.change(pe.table(f), func(p *contacts) error {
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

func (s people) change(t *table[contact, Trust], change func(*contacts) error) error {
	return s.changeWith(t, func(_ contents, p *contacts) error { return change(p) })
}

// changeWith also passes all files to change, which must not write them.
func (s people) changeWith(t *table[contact, Trust], change func(contents, *contacts) error) error {
	was, was4 := s.known.page, s.known4.page
	err := updateWith(s.Store, t, change)
	if s.known.page == was && s.known4.page == was4 {
		s.followEdits(t.page)
	} else {
		s.buddies = byBuddy(s.known.page, s.known4.page) // also if only another process has changed the files
	}
	t.page.edits = nil
	return err
}

// followEdits brings buddies up to date with the edits of p.
func (s people) followEdits(p *contacts) {
	for _, e := range p.edits {
		if e.was.kind == record && p.entries[e.i].kind == gone {
			b := e.was.key.Bare()
			left := slices.DeleteFunc(s.buddies[b], func(c contact) bool { return c == e.was.key })
			if s.buddies[b] = left; len(left) == 0 {
				delete(s.buddies, b)
			}
		}
	}
	for _, e := range p.edits {
		if c := p.entries[e.i]; e.was.kind == gone && c.kind == record {
			b := c.key.Bare()
			at := len(s.buddies[b])
			if p == s.known.page { // version 4 comes last
				isV4 := func(c contact) bool { return c.fingerprint.Version() == otr.V4 }
				if i := slices.IndexFunc(s.buddies[b], isV4); i >= 0 {
					at = i
				}
			}
			s.buddies[b] = slices.Insert(s.buddies[b], at, c.key)
		}
	}
}
