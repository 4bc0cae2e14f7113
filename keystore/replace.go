// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"purple-otr/otr"
)

// maxOldKeys is how many old files of one day are kept apart.
const maxOldKeys = 100

// ReplaceKey saves k in the place of the account's key. A copy of the file as it
// was is left beside it; its path is returned.
func (s *Store) ReplaceKey(a Account, k *otr.PrivateKey, today Day) (old string, err error) {
	return s.changeKey(a, today, func(p *keys, c Account) error { return s.keys.put(p, c, k) })
}

// DeleteKey removes the account's key. As ReplaceKey.
func (s *Store) DeleteKey(a Account, today Day) (old string, err error) {
	return s.changeKey(a, today, func(p *keys, c Account) error { p.drop(c); return nil })
}

// changeKey applies change to the account and to each XMPP resource of it with
// the same key.
func (s *Store) changeKey(a Account, today Day, change func(*keys, Account) error) (old string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.key(a)
	err = s.keys.update(func(p *keys) error {
		if old, err = s.copyKeys(today); err != nil {
			return err
		}
		all := []Account{a}
		for c := range p.keys {
			k, _ := p.get(c)
			if c != a && c.bare() == a.bare() && key != nil && k.Fingerprint() == key.Fingerprint() {
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

// copyKeys writes a copy of the file of keys, under a name that is not taken.
func (s *Store) copyKeys(today Day) (string, error) {
	data, err := readFile(s.keys.path(), s.keys.limit)
	if err != nil || data == nil {
		return "", err
	}
	for n := 1; n <= maxOldKeys; n++ {
		name := fmt.Sprintf("%s.%s.old", s.keys.path(), today)
		if n > 1 {
			name = fmt.Sprintf("%s.%s-%d.old", s.keys.path(), today, n)
		}
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name, replaceFile(name, data)
		}
	}
	return "", fileError(s.keys.path(), ErrNotSaved, errors.New("there are too many copies of it"))
}
