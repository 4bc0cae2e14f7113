// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import "slices"

// Orphans lists the accounts that have a key but are not in now, ignoring XMPP resources:
// renaming an account leaves its old name behind.
func (s *Store) Orphans(now []Account) []Account {
	var out []Account
	for _, a := range s.Accounts() {
		if !slices.ContainsFunc(now, func(n Account) bool { return n.Bare() == a.Bare() }) {
			out = append(out, a)
		}
	}
	return out
}

// AdoptKey copies from's key to account to, which must have no key or the same one, and
// from's fingerprints with the user's trust in them. from keeps everything. AdoptKey fails
// with [ErrKeyChanged] if to has a different key. After another error the key may have been
// copied but not the fingerprints; then call it again.
func (s *Store) AdoptKey(from, to Account) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.key(from)
	if key == nil {
		return ErrNoKey
	}
	err := update(s, s.keys, func(p *keys) error {
		if k, ok := p.get(to); ok && k.Fingerprint() != key.Fingerprint() {
			return ErrKeyChanged
		} else if ok {
			return nil
		}
		return s.keys.put(p, to, key)
	})
	if err != nil {
		return err
	}
	return s.changeContacts(func(p *contacts) error {
		var theirs []contact
		for c := range p.keys {
			if c.Account.Bare() == from.Bare() {
				theirs = append(theirs, c)
			}
		}
		for _, c := range theirs {
			t, _ := p.get(c)
			c.Account = to
			if _, ok := p.get(c); ok {
				continue
			}
			if err := s.known.put(p, c, t); err != nil {
				return err
			}
		}
		return nil
	})
}
