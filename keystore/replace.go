// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"fmt"

	"purple-otr/otr"
)

// maxOldKeys is the maximum number of copies that one day can have.
const maxOldKeys = 100

// ReplaceKey saves k and replaces the account's key. It keeps a copy of the file as it
// was, next to it, or inside the sealed store, and returns the path of the file with the
// copy. The copy may exist even after an error.
func (s *Store) ReplaceKey(a Account, k *otr.PrivateKey, today Day) (old string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return changeKey(s, s.keys, a, today, func(p *keys, c Account) error { return s.keys.put(p, c, k) })
}

// DeleteKey removes the account's key. It keeps a copy like ReplaceKey.
func (s *Store) DeleteKey(a Account, today Day) (old string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return changeKey(s, s.keys, a, today, func(p *keys, c Account) error { p.drop(c); return nil })
}

// changeKey applies change to the account and to all its XMPP resources that have the
// same key.
func changeKey[K longTermKey](s *Store, t *table[Account, K], a Account, today Day, change func(*page[Account, K], Account) error) (old string, err error) {
	key := findKey(t.page, a)
	err = updateWith(s, t, func(c contents, p *page[Account, K]) error {
		if old, err = copyKeys(c, t, p, today); err != nil {
			return err
		}
		all := []Account{a}
		for c := range p.keys {
			k, _ := p.get(c)
			if c != a && c.Bare() == a.Bare() && key != nil && k.Fingerprint() == key.Fingerprint() {
				all = append(all, c)
			}
		}
		for _, c := range all {
			if err := change(p, c); err != nil {
				return err
			}
		}
		return nil
	})
	return old, err
}

// oldSuffix ends the names of copies.
const oldSuffix = ".old"

// copyKeys adds a copy of the file of keys to the change, under an unused name.
func copyKeys[K longTermKey](c contents, t *table[Account, K], p *page[Account, K], today Day) (path string, err error) {
	data, err := c.read(t.name, t.limit)
	if err != nil || data == nil {
		return "", err
	}
	name, err := freeName(c, fmt.Sprintf("%s.%s", t.name, today))
	if err != nil {
		return "", err
	}
	p.first = append(p.first, part{name, data})
	return c.path(name), nil
}

// freeName returns an unused name for a copy that begins with stem.
func freeName(c contents, stem string) (string, error) {
	for n := 1; n <= maxOldKeys; n++ {
		name := stem + oldSuffix
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", stem, n, oldSuffix)
		}
		if data, err := c.read(name, maxSealedKeys); err == nil && data == nil {
			return name, nil
		}
	}
	return "", fileError(c.path(stem), ErrNotSaved, errors.New("there are too many copies of it"))
}
