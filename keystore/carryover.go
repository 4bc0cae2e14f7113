// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"encoding/hex"
	"slices"
	"strings"

	"purple-otr/otr"
)

// carriedOver precedes the digits of the fingerprint that has vouched for another, in the
// file.
const carriedOver = "v3-"

// CarriedOver is the trust in a fingerprint of version 4 for which by, a verified one of
// version 3, has vouched. It is no trust while by is known and not verified, whoever has
// changed that.
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
func (i Identities) CarryOver(b Buddy, by, f otr.Fingerprint) (carried bool, err error) {
	s := i.s
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
	vouchers := byBuddy(known)[b.Bare()]
	if t, _ := trustIn(known, vouchers, b, by); !t.Trusted() {
		return false
	}
	if t, _ := trustIn(p, sameFingerprint(p, b, f), b, f); inForce(known, vouchers, b, t).Trusted() {
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

// inForce returns t, the trust in a key of b, or no trust if t is CarriedOver from a key that
// is not trusted according to known. all are the contacts of the bare buddy.
func inForce(known *contacts, all []contact, b Buddy, t Trust) Trust {
	if by, ok := t.From(); ok {
		if now, seen := trustIn(known, all, b, by); seen && !now.Trusted() {
			return Unverified
		}
	}
	return t
}

// Older reports whether a key of b is trusted whose version is newer than f's, whatever the trust
// in f.
func (i Identities) Older(b Buddy, f otr.Fingerprint) bool {
	return f.Version() != otr.V4 && i.s.trusts(b, otr.V4)
}

// NeedsIntroduction reports whether a key of b is trusted that could vouch for one of version 4,
// because no key of that is.
func (i Identities) NeedsIntroduction(b Buddy) bool {
	return i.s.trusts(b, otr.V3) && !i.s.trusts(b, otr.V4)
}

// trusts reports whether a key of b and version v is trusted. Versions 2 and 3 have the same keys,
// and are 3 here.
func (s *Store) trusts(b Buddy, v otr.Version) bool {
	return slices.ContainsFunc(s.Known(b), func(k Known) bool { return k.Trust.Trusted() && k.Fingerprint.Version() == v })
}
