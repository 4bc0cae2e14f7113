// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import "slices"

// Orphans lists the accounts that have a version 3 key but are not in now, ignoring XMPP resources:
// renaming an account leaves its old name behind.
func (s *Store) Orphans(now []Account) []Account {
	var out []Account
	for _, a := range s.Accounts() {
		if s.Key(a) != nil && !slices.ContainsFunc(now, func(n Account) bool { return n.Bare() == a.Bare() }) {
			out = append(out, a)
		}
	}
	return out
}

// AdoptKey copies from's key to account to, which must have no key or the same one, and
// from's fingerprints with the user's trust in them. from keeps everything. AdoptKey fails
// with [ErrKeyChanged] if to has a different key. After another error the key may have been
// copied but not the fingerprints; then call it again.
//
// It copies from's version 4 key too, unless to has one already.
func (s *Store) AdoptKey(from, to Account) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := findKey(s.keys.page, from)
	if key == nil {
		return ErrNoKey
	}
	err := adoptKey(s, s.keys, key, to)
	if key := findKey(s.keys4.page, from); err == nil && key != nil && findKey(s.keys4.page, to) == nil {
		err = adoptKey(s, s.keys4, key, to)
	}
	for _, t := range []*table[contact, Trust]{s.known, s.known4} {
		if err == nil {
			err = people{s}.change(t, func(p *contacts) error { return adoptContacts(t, p, from, to) })
		}
	}
	return err
}

func adoptKey[K longTermKey](s *Store, t *table[Account, K], key K, to Account) error {
	return update(s, t, func(p *page[Account, K]) error {
		if k, ok := p.get(to); ok && k.Fingerprint() != key.Fingerprint() {
			return ErrKeyChanged
		} else if ok {
			return nil
		}
		return t.put(p, to, key)
	})
}

func adoptContacts(t *table[contact, Trust], p *contacts, from, to Account) error {
	var theirs []contact
	for c := range p.keys {
		if c.Account.Bare() == from.Bare() {
			theirs = append(theirs, c)
		}
	}
	for _, c := range theirs {
		trust, _ := p.get(c)
		c.Account = to
		if _, ok := p.get(c); ok {
			continue
		}
		if err := t.put(p, c, trust); err != nil {
			return err
		}
	}
	return nil
}
