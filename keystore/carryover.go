// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"encoding/hex"
	"strings"

	"purple-otr/otr"
)

// carriedOver precedes the digits of the fingerprint that has vouched for another, in the
// file.
const carriedOver = "v3-"

// CarriedOver is the trust in a fingerprint of version 4 for which by, a verified one of
// version 3, has vouched.
func CarriedOver(by otr.Fingerprint) Trust {
	return Trust(carriedOver + hex.EncodeToString(by.Bytes()))
}

// From returns the fingerprint that has vouched, if t is [CarriedOver].
func (t Trust) From() (by otr.Fingerprint, ok bool) {
	digits, ok := strings.CutPrefix(string(t), carriedOver)
	if !ok || len(digits) != fingerprintDigits {
		return by, false
	}
	by, err := otr.ParseFingerprint(digits)
	return by, err == nil
}

// CarryOver is for what a buddy has said inside a private conversation of version 3 with
// the key by: that f is their key of version 4. It trusts f if by is trusted, and reports
// whether it has done so.
//
// A key vouches for one other only. So f is not trusted if another key of version 4 is,
// unless a third key has vouched for that one. Nor does anything change if f is trusted
// already.
func (s *Store) CarryOver(b Buddy, by, f otr.Fingerprint) (carried bool, err error) {
	if by.Version() != otr.V3 || f.Version() != otr.V4 {
		return false, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err = people{s}.changeWith(s.known4, func(c contents, p *contacts) error {
		known, err := s.known.read(c) // another process may have changed it
		if err != nil {
			return err
		}
		if !vouches(known, p, b, by, f) {
			return nil
		}
		carried = true
		return setTrust(s.known4, p, b, f, CarriedOver(by))
	})
	return carried && err == nil, err
}

// vouches reports whether by, which is in known, can vouch for f. p has the fingerprints of
// version 4.
func vouches(known, p *contacts, b Buddy, by, f otr.Fingerprint) bool {
	if t, _ := trustIn(known, sameFingerprint(known, b, by), b, by); !t.Trusted() {
		return false
	}
	if t, _ := trustIn(p, sameFingerprint(p, b, f), b, f); t.Trusted() {
		return false
	}
	for c := range p.keys {
		if c.Bare() != b.Bare() || c.fingerprint == f {
			continue
		}
		t, _ := p.get(c)
		if from, ok := t.From(); t.Trusted() && (!ok || from == by) {
			return false
		}
	}
	return true
}

// withdraw takes the trust from what by has vouched for.
func (s people) withdraw(b Buddy, by otr.Fingerprint) error {
	vouched := func(p *contacts) (out []contact) {
		for c := range p.keys {
			if t, _ := p.get(c); c.Bare() == b.Bare() && t == CarriedOver(by) {
				out = append(out, c)
			}
		}
		return out
	}
	if by.Version() != otr.V3 || len(vouched(s.known4.page)) == 0 {
		return nil
	}
	return s.change(s.known4, func(p *contacts) error {
		for _, c := range vouched(p) {
			if err := s.known4.put(p, c, Unverified); err != nil {
				return err
			}
		}
		return nil
	})
}

// Versions returns the newest version of which a buddy has used a key, and the newest of
// which a key is trusted, zero if there is none. Versions 2 and 3 have the same keys, and
// are 3 here.
func (s *Store) Versions(b Buddy) (known, trusted otr.Version) {
	for _, k := range s.Known(b) {
		v := k.Fingerprint.Version()
		known = max(known, v)
		if k.Trust.Trusted() {
			trusted = max(trusted, v)
		}
	}
	return known, trusted
}
