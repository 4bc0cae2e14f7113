// SPDX-License-Identifier: GPL-2.0-or-later

// Package keystore keeps private keys, instance tags, and what is known of
// buddies' fingerprints, in the files and formats of libotr, or sealed in one file
// of its own ([Store.Protect]; the format is in doc/keystore-format.md).
//
// The files are shared with other processes, pidgin-otr among them, so they are
// the truth and this package only a view of them: each change is made, under a
// lock, to what the file says at that moment, and seen here when the file has
// been replaced as a whole. A file that cannot be understood is never written.
package keystore

import (
	"crypto/rand"
	"io"
	"os"
	"strings"
	"sync"

	"purple-otr/keystore/internal/seal"
	"purple-otr/otr"
)

// An Account is one of the user's own, as libpurple names it.
type Account struct{ Protocol, Name string }

// Bare is a without the resource, if it is an XMPP account. libpurple has that
// in the account's name, where the user can change it at any time. Two accounts
// are the same one if their bare ones are equal; this is the only rule for it.
func (a Account) Bare() Account {
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

// A Store is one folder, with libotr's files or with one sealed file in their
// place. Its methods may be called concurrently. Those that write wait up to a
// second for another process, and for the disk; the others look into memory.
// [Store.Unlock], [Store.UnlockKeyring] and [Store.Protect] take longer: they are
// for a goroutine, and hold up no other method while they wait or compute.
//
// A method that returns an error has changed nothing, except where it says so.
//
// A sealed store is locked when it is opened ([Store.Locked]). Until it is
// unlocked, no key, fingerprint or tag is known, and everything that would change
// one fails with [ErrSealed]: whoever finds no key must look whether the store is
// locked before he makes one.
type Store struct {
	folder  *folder
	keyring Keyring
	rand    io.Reader
	cost    func() seal.Cost // of trying a passphrase

	protecting sync.Mutex // held by Protect, before mu

	mu      sync.RWMutex
	vault   *vault // nil if the files are libotr's
	keys    *table[Account, *otr.PrivateKey]
	tags    *table[Account, otr.InstanceTag]
	known   *table[contact, Trust]
	buddies map[Buddy][]contact // those of known, by bare buddy
	seen    *table[contact, Seen]

	limits        map[string]int
	limitsProblem error
}

// Open reads dir, and makes it if it is not there. It returns an error only if
// nothing at all can be done there. It does not ask the keyring.
func Open(dir string) (*Store, error) {
	return openOn(dir, DesktopKeyring{}, rand.Reader, realDisk{})
}

// OpenWith is Open with another keyring than the desktop's, and another source
// of random numbers.
func OpenWith(dir string, k Keyring, rand io.Reader) (*Store, error) {
	return openOn(dir, k, rand, realDisk{})
}

// OpenReadOnly is Open for who only looks: nothing in dir is made or changed, not
// even who may read a file. What would change something fails with [ErrReadOnly].
func OpenReadOnly(dir string) *Store {
	return openFolder(&folder{path: dir, disk: realDisk{}, readOnly: true}, DesktopKeyring{}, rand.Reader)
}

func openOn(dir string, k Keyring, rand io.Reader, disk disk) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fileError(dir, ErrUnreadable, err)
	}
	return openFolder(&folder{path: dir, disk: disk}, k, rand), nil
}

func openFolder(d *folder, k Keyring, rand io.Reader) *Store {
	s := &Store{
		folder:  d,
		keyring: k,
		rand:    rand,
		cost:    func() seal.Cost { return seal.Calibrate(passphraseTime) },
		keys:    newTable(keysFormat()),
		tags:    newTable(tagsFormat()),
		known:   newTable(fingerprintsFormat()),
		seen:    newTable(seenFormat()),
	}
	s.limits, s.limitsProblem = s.folder.readLimits()
	if c, err := s.contents(); err == nil {
		s.load(c)
	}
	return s
}

// anyTable is what tables of all types have in common.
type anyTable interface {
	load(contents)
	forget()
	state() (name string, problem error)
	check(contents) error
	changed(contents) bool
	found(data, stored []byte) (covered bool, err error)
}

func (s *Store) tables() []anyTable { return []anyTable{s.keys, s.known, s.tags, s.seen} }

// load takes over what all files say.
func (s *Store) load(c contents) {
	for _, t := range s.tables() {
		t.load(c)
	}
	s.buddies = byBuddy(s.known.page)
}

// forget makes s know nothing.
func (s *Store) forget() {
	for _, t := range s.tables() {
		t.forget()
	}
	s.buddies = nil
	if s.vault != nil {
		s.vault.key.Destroy()
		s.vault.key = nil
	}
}

// Close makes the Store forget the keys. Nothing can be saved afterwards.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.folder.closed = true
	s.keys.forget()
	if s.vault != nil {
		s.vault.key.Destroy()
		s.vault.key = nil
	}
	return nil
}

// NoLocks reports whether something has been changed here although the file system
// has no locks. Programs with this package then exclude each other by means of a
// file, and one that stands still for a minute is not waited for.
func (s *Store) NoLocks() bool { return s.folder.noLocks.Load() }

// Problems lists the files that are not in order, as they were when they were
// last read. That the store is locked is no problem.
func (s *Store) Problems() []Problem {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Problem
	sealed := s.folder.file(sealedName)
	if s.vault != nil && s.vault.problem != nil {
		out = append(out, Problem{sealed, s.vault.problem})
	}
	for _, t := range s.tables() {
		name, problem := t.state()
		path := s.folder.file(name)
		if s.vault != nil {
			path = sealed
		}
		if problem != nil {
			out = append(out, Problem{path, problem})
		}
	}
	if s.limitsProblem != nil {
		out = append(out, Problem{s.folder.file(limitsName), s.limitsProblem})
	}
	return out
}
