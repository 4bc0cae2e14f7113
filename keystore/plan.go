// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"fmt"
	"maps"
	"slices"

	"purple-otr/otr"
)

// A Relation says how a part of a Bundle relates to the Store.
type Relation uint8

const (
	New   Relation = iota // the store has nothing of the kind
	Same                  // the store has it already
	Clash                 // the store has something different instead
)

// A Plan describes how importing a Bundle would change a Store, so that the user can
// decide. By default, new parts are imported, and where parts clash the store's is kept;
// Import changes that.
type Plan struct {
	Keys     []KeyStep
	Contacts []ContactStep
	Limits   []LimitStep
}

// A KeyStep is about one key. Keys of different versions do not clash.
type KeyStep struct {
	AccountKey
	Relation Relation
	Ours     otr.Fingerprint // of the key that the store has, or zero
	Import   bool            // if it clashes: ours is replaced, and a copy of it kept
}

type ContactStep struct {
	Contact
	Relation Relation // Clash: verified in one place and not in the other
	Ours     Trust    // what the store says, unless the fingerprint is new
	Import   bool     // if it clashes: ours gets its trust
}

type LimitStep struct {
	Protocol    string
	Limit, Ours int // in bytes; zero if there is none
	Relation    Relation
	Import      bool
}

// Plan compares b with s. Two fingerprints of one buddy do not clash, because people have
// several devices. The days on which a fingerprint was seen never clash; they are merged.
// For a locked store everything is new, and [Store.Apply] fails.
func (s *Store) Plan(b Bundle) Plan {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var p Plan
	for _, k := range b.Keys {
		step := KeyStep{AccountKey: k}
		switch ours := (importer{s}.ours(k)); ours {
		case otr.Fingerprint{}:
			step.Import = true
		case k.Key.Fingerprint():
			step.Relation, step.Ours = Same, ours
		default:
			step.Relation, step.Ours = Clash, ours
		}
		p.Keys = append(p.Keys, step)
	}
	for _, c := range b.Contacts {
		step := ContactStep{Contact: c}
		ours, known := s.trust(c.Buddy, c.Fingerprint)
		switch {
		case !known:
			step.Import = true
		case ours.Trusted() == c.Trust.Trusted():
			step.Relation, step.Ours = Same, ours
		default:
			step.Relation, step.Ours = Clash, ours
		}
		p.Contacts = append(p.Contacts, step)
	}
	for _, protocol := range slices.Sorted(maps.Keys(b.Limits)) {
		limit := b.Limits[protocol]
		step := LimitStep{Protocol: protocol, Limit: limit, Ours: s.limits[protocol]}
		switch {
		case step.Ours == 0:
			step.Import = true
		case step.Ours == limit:
			step.Relation = Same
		default:
			step.Relation = Clash
		}
		p.Limits = append(p.Limits, step)
	}
	return p
}

// Clashes returns the number of clashes where the store's part is kept.
func (p *Plan) Clashes() (n int) {
	p.each(func(r Relation, take *bool) {
		if r == Clash && !*take {
			n++
		}
	})
	return n
}

// ReplaceAll decides all clashes in favour of the bundle, which replaces the store's parts.
func (p *Plan) ReplaceAll() {
	p.each(func(r Relation, take *bool) { *take = *take || r == Clash })
}

// Imports returns the number of parts that will be imported.
func (p *Plan) Imports() (n int) {
	p.each(func(_ Relation, take *bool) {
		if *take {
			n++
		}
	})
	return n
}

func (p *Plan) each(do func(r Relation, take *bool)) {
	for i := range p.Keys {
		do(p.Keys[i].Relation, &p.Keys[i].Import)
	}
	for i := range p.Contacts {
		do(p.Contacts[i].Relation, &p.Contacts[i].Import)
	}
	for i := range p.Limits {
		do(p.Limits[i].Relation, &p.Limits[i].Import)
	}
}

// Apply performs p, and returns the paths of copies of the files whose keys it replaced. It
// does not overwrite what another process has changed since p was made. After an error, a
// part of p may have been applied; it is safe to plan and apply the same bundle again.
func (s *Store) Apply(p Plan, today Day) (old []string, err error) {
	t := importer{s}
	for _, k := range p.Keys {
		switch {
		case !k.Import:
		case k.Relation == Clash:
			path, err := t.replaceKey(k.AccountKey, today)
			if err != nil {
				return old, err
			}
			old = append(old, path)
		default:
			if err := t.addKey(k.AccountKey); err != nil {
				return old, err
			}
		}
	}
	if err := t.importContacts(p.Contacts); err != nil {
		return old, err
	}
	return old, t.importLimits(p.Limits)
}

// An importer performs a Plan.
type importer struct{ *Store }

// ours returns the fingerprint of the account's key of the same kind as k, or zero.
func (s importer) ours(k AccountKey) (f otr.Fingerprint) {
	switch k.Key.(type) {
	case *otr.PrivateKey:
		if ours := findKey(s.keys.page, k.Account); ours != nil {
			f = ours.Fingerprint()
		}
	case *otr.IdentityKey:
		if ours := findKey(s.keys4.page, k.Account); ours != nil {
			f = ours.Fingerprint()
		}
	}
	return f
}

// addKey saves the key of an account that has none of the kind.
func (s importer) addKey(k AccountKey) error {
	s.mu.RLock()
	ours := s.ours(k)
	s.mu.RUnlock()
	if !ours.IsZero() && ours != k.Key.Fingerprint() {
		return ErrKeyChanged
	}
	switch key := k.Key.(type) {
	case *otr.PrivateKey:
		return s.SetKey(k.Account, key)
	case *otr.IdentityKey:
		return s.Identities().Set(k.Account, key)
	}
	return nil
}

func (s importer) replaceKey(k AccountKey, today Day) (old string, err error) {
	switch key := k.Key.(type) {
	case *otr.PrivateKey:
		return s.ReplaceKey(k.Account, key, today)
	case *otr.IdentityKey:
		return s.Identities().Replace(k.Account, key, today)
	}
	return "", nil
}

// importContacts writes each of the files once, however many contacts there are.
func (s importer) importContacts(steps []ContactStep) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	pe := people(s)
	for _, t := range []*table[contact, Trust]{s.known, s.known4} {
		of := func(step ContactStep) bool { return pe.table(step.Fingerprint) == t }
		if !slices.ContainsFunc(steps, of) {
			continue
		}
		err := pe.change(t, func(p *contacts) error {
			there := byBuddy(p)
			for _, step := range steps {
				if step.Import && of(step) {
					if err := importContact(t, p, there, step); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if len(steps) == 0 {
		return nil
	}
	return update(s.Store, s.seen, func(p *page[contact, Seen]) error {
		for _, step := range steps {
			if step.Relation == New && !step.Import {
				continue
			}
			c := contact{step.Bare(), step.Fingerprint}
			old, _ := p.get(c)
			if days := old.merge(step.Seen); days != old {
				if err := s.seen.put(p, c, days); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// importContact changes one contact in p, a page of t, for every XMPP resource of the
// account. there is the content of p before the import.
func importContact(t *table[contact, Trust], p *contacts, there map[Buddy][]contact, step ContactStep) error {
	found := false
	for _, c := range there[step.Bare()] {
		if c.fingerprint != step.Fingerprint {
			continue
		}
		found = true
		if trust, _ := p.get(c); step.Relation != Clash || trust == step.Trust {
			continue // another process has added it meanwhile
		}
		if err := t.put(p, c, step.Trust); err != nil {
			return err
		}
	}
	if found {
		return nil
	}
	return t.put(p, contact{step.Buddy, step.Fingerprint}, step.Trust)
}

// importLimits appends lines to otr.max_message_size: the last line of a protocol applies,
// and the user's lines stay.
func (s importer) importLimits(steps []LimitStep) error {
	take := make(map[string]int)
	for _, step := range steps {
		if step.Import {
			take[step.Protocol] = step.Limit
		}
	}
	if len(take) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	unlock, err := s.folder.lock()
	if err != nil {
		return err
	}
	defer unlock()
	path := s.folder.file(LimitsFile)
	data, err := readFile(path, maxLimitsFile)
	if err != nil {
		return err
	}
	if n := len(data); n > 0 && data[n-1] != '\n' {
		data = append(data, '\n')
	}
	data = append(data, limitLines(take)...)
	if len(data) > maxLimitsFile {
		return fileError(path, ErrNotSaved, errTooBig)
	}
	if err := s.folder.replaceFile(path, data); err != nil {
		return err
	}
	s.limits, s.limitsProblem = s.folder.readLimits()
	return nil
}

// String returns the word for r in reports.
func (r Relation) String() string {
	switch r {
	case New:
		return "new"
	case Same:
		return "same"
	case Clash:
		return "clash"
	}
	return fmt.Sprint("relation ", uint8(r))
}
