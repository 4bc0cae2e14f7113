// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"purple-otr/otr"
)

// A Bundle is what can be moved from one store to another, or comes from another program:
// everything except instance tags. Fill it with its methods, which refuse contradictions
// and what a store could not save. The zero Bundle is empty.
type Bundle struct {
	Keys     []AccountKey
	Contacts []Contact
	Limits   map[string]int // as Store.MaxMessage, by protocol

	keys     map[keyOwner]int // into Keys
	contacts map[contact]int  // into Contacts
}

// An AccountKey is a private key of one account. An account can have two: one for version 4
// and one for the others.
type AccountKey struct {
	Account
	Key LongTermKey
}

// A keyOwner is an account, and the version of which it has a key.
type keyOwner struct {
	Account
	version otr.Version
}

// A Contact is one fingerprint of a buddy, with everything known about it.
type Contact struct {
	Buddy
	Fingerprint otr.Fingerprint
	Trust       Trust
	Seen        Seen
}

// ErrTwoKeys: an account has more than one key, and we cannot tell which is the right one.
var ErrTwoKeys = errors.New("there is more than one key for an account; the first one is taken")

// Empty reports whether b contains nothing.
func (b *Bundle) Empty() bool { return len(b.Keys)+len(b.Contacts)+len(b.Limits) == 0 }

// Accounts lists all accounts that occur in b, in its order.
func (b *Bundle) Accounts() (all []Account) {
	seen := make(map[Account]bool)
	add := func(a Account) {
		if !seen[a] {
			seen[a] = true
			all = append(all, a)
		}
	}
	for _, k := range b.Keys {
		add(k.Account)
	}
	for _, c := range b.Contacts {
		add(c.Account)
	}
	return all
}

// AddKey adds a key. If it fails with [ErrName] or [ErrTwoKeys], it has changed nothing.
func (b *Bundle) AddKey(a Account, k LongTermKey) error {
	if err := checkAccount(a); err != nil {
		return err
	}
	owner := keyOwner{a, k.Fingerprint().Version()}
	if i, ok := b.keys[owner]; ok {
		if b.Keys[i].Key.Fingerprint() != k.Fingerprint() {
			return ErrTwoKeys
		}
		return nil
	}
	if b.keys == nil {
		b.keys = make(map[keyOwner]int)
	}
	b.keys[owner] = len(b.Keys)
	b.Keys = append(b.Keys, AccountKey{a, k})
	return nil
}

// AddContact adds a fingerprint. If b has it with another trust, it becomes unverified: the
// two sources contradict each other. If AddContact fails with [ErrName], it has changed
// nothing.
func (b *Bundle) AddContact(c Contact) error {
	id := contact{c.Buddy, c.Fingerprint}
	if _, err := contactsFormatOf(c.Fingerprint).text(id, c.Trust); err != nil {
		return err
	}
	if i, ok := b.contacts[id]; ok {
		old := &b.Contacts[i]
		if old.Trust.Trusted() != c.Trust.Trusted() {
			old.Trust = Unverified
		}
		old.Seen = old.Seen.merge(c.Seen)
		return nil
	}
	if b.contacts == nil {
		b.contacts = make(map[contact]int)
	}
	b.contacts[id] = len(b.Contacts)
	b.Contacts = append(b.Contacts, c)
	return nil
}

// addOnce adds an error unless errs contains it: thousands of lines may have the same
// error.
func addOnce(errs []error, err error) []error {
	if err == nil || slices.Contains(errs, err) {
		return errs
	}
	return append(errs, err)
}

// merge returns the period that covers both. An empty Seen changes nothing.
func (s Seen) merge(t Seen) Seen {
	if s == (Seen{}) {
		return t
	}
	if t != (Seen{}) {
		s.First, s.Last = min(s.First, t.First), max(s.Last, t.Last)
	}
	return s
}

// Add adds everything in c. The error says what could not be added.
func (b *Bundle) Add(c Bundle) error {
	var errs []error
	for _, k := range c.Keys {
		errs = addOnce(errs, b.AddKey(k.Account, k.Key))
	}
	for _, c := range c.Contacts {
		errs = addOnce(errs, b.AddContact(c))
	}
	if len(c.Limits) > 0 && b.Limits == nil {
		b.Limits = make(map[string]int)
	}
	maps.Copy(b.Limits, c.Limits)
	return errors.Join(errs...)
}

// Rename gives each account the name that name returns for it, and removes those for which
// it returns the zero Account. The error says what else is lost.
func (b *Bundle) Rename(name func(Account) Account) error {
	old := *b
	*b = Bundle{Limits: old.Limits}
	var errs []error
	for _, k := range old.Keys {
		if a := name(k.Account); a != (Account{}) {
			errs = addOnce(errs, b.AddKey(a, k.Key))
		}
	}
	for _, c := range old.Contacts {
		if c.Account = name(c.Account); c.Account != (Account{}) {
			errs = addOnce(errs, b.AddContact(c))
		}
	}
	return errors.Join(errs...)
}

// MatchAccounts returns a function for [Bundle.Rename]: an account that differs from one of
// the user's only in the XMPP resource gets that one's name.
func MatchAccounts(users []Account) func(Account) Account {
	byBare := make(map[Account]Account)
	for _, a := range users {
		if _, ok := byBare[a.Bare()]; !ok {
			byBare[a.Bare()] = a
		}
	}
	return func(a Account) Account {
		if slices.Contains(users, a) {
			return a
		}
		if u, ok := byBare[a.Bare()]; ok {
			return u
		}
		return a
	}
}

// ReadKeys adds the content of a file of private keys in the format of otr.private_key,
// from any program that uses libotr. The error says what could not be parsed; the rest has
// been added. data is not retained.
func (b *Bundle) ReadKeys(data []byte) error { return readKeys(b, keysFormat(), data) }

// ReadIdentities is ReadKeys for the format of purple-otr.v4.
func (b *Bundle) ReadIdentities(data []byte) error { return readKeys(b, identitiesFormat(), data) }

func readKeys[K longTermKey](b *Bundle, f format[Account, K], data []byte) error {
	if int64(len(data)) > f.limit {
		return errTooBig
	}
	p, problem := f.parse(data)
	errs := []error{problem}
	for a := range p.keys {
		k, _ := p.get(a)
		errs = addOnce(errs, b.AddKey(a, k))
	}
	return errors.Join(errs...)
}

// ReadFingerprints is ReadKeys for the format of otr.fingerprints.
func (b *Bundle) ReadFingerprints(data []byte) error {
	return b.readContacts(fingerprintsFormat(), data)
}

// ReadFingerprints4 is ReadKeys for the format of purple-otr.fingerprints.
func (b *Bundle) ReadFingerprints4(data []byte) error {
	return b.readContacts(fingerprints4Format(), data)
}

func (b *Bundle) readContacts(f format[contact, Trust], data []byte) error {
	if int64(len(data)) > f.limit {
		return errTooBig
	}
	p, problem := f.parse(data)
	errs := []error{problem}
	for c := range p.keys {
		t, _ := p.get(c)
		errs = addOnce(errs, b.AddContact(Contact{c.Buddy, c.fingerprint, t, Seen{}}))
	}
	return errors.Join(errs...)
}

// ReadSeen adds the days in a file with the format of purple-otr.seen to the contacts that
// are in b.
func (b *Bundle) ReadSeen(data []byte) error {
	if len(data) > maxLinesFile {
		return errTooBig
	}
	p, problem := parseSeen(data)
	for i := range b.Contacts {
		c := &b.Contacts[i]
		days, _ := p.get(contact{c.Bare(), c.Fingerprint})
		c.Seen = c.Seen.merge(days)
	}
	return problem
}

// ReadLimits adds the content of a file with the format of otr.max_message_size.
func (b *Bundle) ReadLimits(data []byte) error {
	if len(data) > maxLimitsFile {
		return errTooBig
	}
	limits, bad := parseLimits(data)
	if len(bad) > 0 {
		return fmt.Errorf("%w (line %s)", ErrBadLine, strings.Join(bad[:min(len(bad), 5)], ", "))
	}
	if len(limits) > 0 && b.Limits == nil {
		b.Limits = make(map[string]int)
	}
	maps.Copy(b.Limits, limits)
	return nil
}

// CountTags returns the number of instance tags in a file with the format of
// otr.instance_tags. We never copy tags: two clients with the same tag would each process
// messages for the other.
func CountTags(data []byte) int {
	p, _ := parseLines(data[:min(len(data), maxLinesFile)], parseTag)
	return len(p.index)
}

// Files returns b as files with these names: libotr's, and others for which libotr has no
// format. It returns no empty files.
func (b *Bundle) Files() (map[string][]byte, error) {
	keys, keys4 := newBundleFile(keysFormat()), newBundleFile(identitiesFormat())
	known, known4 := newBundleFile(fingerprintsFormat()), newBundleFile(fingerprints4Format())
	seen := newBundleFile(seenFormat())
	for _, k := range b.Keys {
		var err error
		switch key := k.Key.(type) {
		case *otr.PrivateKey:
			err = keys.put(k.Account, key)
		case *otr.IdentityKey:
			err = keys4.put(k.Account, key)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, c := range b.Contacts {
		to := known
		if c.Fingerprint.Version() == otr.V4 {
			to = known4
		}
		err := to.put(contact{c.Buddy, c.Fingerprint}, c.Trust)
		if err == nil && c.Seen != (Seen{}) {
			err = seen.put(contact{c.Bare(), c.Fingerprint}, c.Seen)
		}
		if err != nil {
			return nil, err
		}
	}
	files := make(map[string][]byte)
	keys.addTo(files)
	keys4.addTo(files)
	known.addTo(files)
	known4.addTo(files)
	seen.addTo(files)
	if len(b.Limits) > 0 {
		files[LimitsFile] = limitLines(b.Limits)
	}
	return files, nil
}

// A bundleFile is a file of a Bundle that is being made.
type bundleFile[K comparable, V any] struct {
	format format[K, V]
	page   *page[K, V]
}

func newBundleFile[K comparable, V any](f format[K, V]) bundleFile[K, V] {
	return bundleFile[K, V]{f, newPage[K, V](0)}
}

func (f bundleFile[K, V]) put(k K, v V) error { return f.format.put(f.page, k, v) }

// addTo adds the file to files, unless it is empty.
func (f bundleFile[K, V]) addTo(files map[string][]byte) {
	if len(f.page.index) > 0 {
		files[f.format.name] = f.format.join(f.page)
	}
}

// The names of the files in [Bundle.Files].
const (
	KeysFile          = "otr.private_key"
	IdentitiesFile    = "purple-otr.v4" // keys of version 4
	FingerprintsFile  = "otr.fingerprints"
	Fingerprints4File = "purple-otr.fingerprints" // fingerprints of version 4
	SeenFile          = "purple-otr.seen"
	LimitsFile        = limitsName
)

// Bundle returns everything in s that can be moved, as it was when the files were last
// read. It omits damaged parts: check [Store.Problems] first.
func (s *Store) Bundle() Bundle {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var b Bundle
	for a := range s.keys.page.keys {
		k, _ := s.keys.page.get(a)
		_ = b.AddKey(a, k) // fails for names that no account has
	}
	for a := range s.keys4.page.keys {
		k, _ := s.keys4.page.get(a)
		_ = b.AddKey(a, k)
	}
	for _, p := range []*contacts{s.known.page, s.known4.page} {
		for c := range p.keys {
			t, _ := p.get(c)
			t = inForce(s.known.page, s.buddies[c.Bare()], c.Buddy, t)
			days, _ := s.seen.page.get(contact{c.Bare(), c.fingerprint})
			_ = b.AddContact(Contact{c.Buddy, c.fingerprint, t, days})
		}
	}
	b.Limits = maps.Clone(s.limits)
	return b
}
