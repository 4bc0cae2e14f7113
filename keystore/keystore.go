// SPDX-License-Identifier: GPL-2.0-or-later

// Package keystore keeps private keys, instance tags, and what is known of
// buddies' fingerprints, in the files and formats of libotr.
//
// The files are shared with other processes, pidgin-otr among them, so they are
// the truth and this package only a view of them: each change is made, under a
// lock, to what the file says at that moment, and seen here when the file has
// been replaced as a whole. A file that cannot be understood is never written.
package keystore

import (
	"os"
	"strings"
	"sync"

	"purple-otr/otr"
)

// An Account is one of the user's own, as libpurple names it.
type Account struct{ Protocol, Name string }

// bare is a without the resource, if it is an XMPP account. libpurple has that
// in the account's name, where the user can change it at any time.
func (a Account) bare() Account {
	if a.Protocol == "prpl-jabber" {
		a.Name, _, _ = strings.Cut(a.Name, "/")
	}
	return a
}

// A Buddy is somebody an account talks to. Peer is normalised by libpurple.
type Buddy struct {
	Account
	Peer string
}

// Trust is the last field of a line of otr.fingerprints: empty means not
// verified, any other word means verified.
type Trust string

const (
	Unverified  Trust = ""
	Verified    Trust = "verified" // compared by the user
	VerifiedSMP Trust = "smp"
)

func (t Trust) Trusted() bool { return t != "" }

// A Problem is a file that could not be used, or not all of it. The file is left
// as it is, and nothing is written over it as long as it is in this state.
type Problem struct {
	File string // path
	Err  error
}

// A Known is one fingerprint of a buddy.
type Known struct {
	Fingerprint otr.Fingerprint
	Trust       Trust
}

// A Store is one folder with libotr's files. Its methods may be called
// concurrently. Those that write wait up to a second for another process, and
// for the disk; the others look into memory.
//
// A method that returns an error has changed nothing, except where it says so.
type Store struct {
	folder *folder

	mu      sync.RWMutex
	keys    *table[Account, *otr.PrivateKey]
	tags    *table[Account, otr.InstanceTag]
	known   *table[contact, Trust]
	buddies map[Buddy][]contact // those of known, by bare buddy
	seen    *table[contact, Seen]

	limits        map[string]int
	limitsProblem error
}

// Open reads dir, and makes it if it is not there. It returns an error only if
// nothing at all can be done there.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fileError(dir, ErrUnreadable, err)
	}
	d := &folder{path: dir}
	s := &Store{
		folder: d,
		keys:   openTable(d, keysFormat()),
		tags:   openTable(d, tagsFormat()),
		known:  openTable(d, fingerprintsFormat()),
		seen:   openTable(d, seenFormat()),
	}
	s.buddies = byBuddy(s.known.page)
	s.limits, s.limitsProblem = readLimits(d.file(limitsName))
	return s, nil
}

// Close makes the Store forget the keys. Nothing can be saved afterwards.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.folder.closed = true
	s.keys.page = newPage[Account, *otr.PrivateKey](0)
	return nil
}

// Problems lists the files that are not in order, as they were when they were
// last read.
func (s *Store) Problems() []Problem {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Problem
	for _, p := range []Problem{
		{s.keys.path(), s.keys.problem},
		{s.known.path(), s.known.problem},
		{s.tags.path(), s.tags.problem},
		{s.seen.path(), s.seen.problem},
		{s.folder.file(limitsName), s.limitsProblem},
	} {
		if p.Err != nil {
			out = append(out, p)
		}
	}
	return out
}
