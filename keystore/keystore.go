// SPDX-License-Identifier: GPL-2.0-or-later

// Package keystore stores private keys, instance tags, and what the user knows about
// buddies' fingerprints, in libotr's files and formats, or sealed in one file
// ([Store.Protect]; doc/keystore-format.md describes the format).
//
// Other processes, such as pidgin-otr, share the files. The files are therefore
// authoritative, and this package only caches them: it applies each change, under a lock,
// to the current content of the file, and updates its cache once it has replaced the
// whole file. It never writes to a file that it cannot parse.
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

// An Account is one of the user's accounts, as libpurple names it.
type Account struct{ Protocol, Name string }

// Bare returns a with any XMPP resource stripped. libpurple includes the resource in the
// account name, where the user can change it at any time. Two accounts are the same if
// their bare accounts are equal; this is the only rule for it.
func (a Account) Bare() Account {
	if a.Protocol == "prpl-jabber" {
		a.Name, _, _ = strings.Cut(a.Name, "/")
	}
	return a
}

// A Buddy is somebody the user talks to with an account. Peer is normalized by libpurple.
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

// A Problem is a file that could not be used, or not fully. Nothing overwrites the file
// as long as it has the problem.
type Problem struct {
	File string // path
	Err  error
}

// A Known is one fingerprint of a buddy.
type Known struct {
	Fingerprint otr.Fingerprint
	Trust       Trust
}

// A Store is one folder, with libotr's files or one sealed file instead. Its methods may
// be called concurrently. Methods that write wait up to a second for other processes, and
// for the disk; the others only read memory. [Store.Unlock], [Store.UnlockKeyring] and
// [Store.Protect] take longer: call them from a goroutine; they block no other method
// while they wait or compute.
//
// A method that returns an error has changed nothing, unless it says so.
//
// A sealed store is locked when it is opened ([Store.Locked]). Until it is unlocked, it
// returns no keys, fingerprints or tags, and every change fails with [ErrSealed]. So if
// there is no key, check whether the store is locked before you generate one.
type Store struct {
	folder  *folder
	keyring Keyring
	rand    io.Reader
	cost    func() seal.Cost // of trying a passphrase

	protecting sync.Mutex // held by Protect, before mu

	mu       sync.RWMutex
	vault    *vault // nil if the files are libotr's
	told     *mark  // what the keyring is known to remember; the zero mark is nothing
	onWrite  func() // or nil
	expected bool   // there was a sealed file; only the user decides to do without
	decided  bool   // the user has decided to do without one
	waiting  bool   // for the keyring: see AwaitKeyring
	keys     *table[Account, *otr.PrivateKey]
	keys4    *table[Account, *otr.IdentityKey]
	tags     *table[Account, otr.InstanceTag]
	known    *table[contact, Trust] // fingerprints of versions 2 and 3
	known4   *table[contact, Trust] // of version 4
	buddies  map[Buddy][]contact    // the contacts in both, by bare buddy
	seen     *table[contact, Seen]

	limits        map[string]int
	limitsProblem error
}

// Open reads dir, and creates it if it does not exist. It returns an error only if the
// folder cannot be used at all. It does not access the keyring.
func Open(dir string) (*Store, error) {
	return openOn(dir, DesktopKeyring{}, rand.Reader, realDisk{})
}

// OpenWith is Open with another keyring and another source of randomness.
func OpenWith(dir string, k Keyring, rand io.Reader) (*Store, error) {
	return openOn(dir, k, rand, realDisk{})
}

// OpenReadOnly is Open without changing anything in dir, not even permissions. Methods that
// would change something fail with [ErrReadOnly].
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
		keys:    newKeyTable(keysFormat(), sealedKeysFormat),
		keys4:   newKeyTable(identitiesFormat(), sealedIdentitiesFormat),
		tags:    newTable(tagsFormat()),
		known:   newTable(fingerprintsFormat()),
		known4:  newTable(fingerprints4Format()),
		seen:    newTable(seenFormat()),
	}
	s.limits, s.limitsProblem = s.folder.readLimits()
	s.expected = len(s.archives().backups(sealedName)) > 0
	if c, err := s.reader().contents(); err == nil {
		s.reader().load(c)
	}
	return s
}

// anyTable is the common interface of tables of all types.
type anyTable interface {
	load(contents)
	forget()
	state() (name string, problem error)
	check(contents) error
	changed(contents) bool
	found(data, stored []byte) (covered bool, err error)
	sameIn(contents) bool

	hasKeys() bool
	useKey(master *seal.Key, rand io.Reader)
	convert(data []byte, from, to *seal.Key, rand io.Reader) ([]byte, error)
}

func (s *Store) tables() []anyTable {
	return append(s.archives().precious(), s.tags, s.seen)
}

// precious lists the tables with keys and with what the user knows of buddies' keys.
func (s archives) precious() []anyTable {
	return []anyTable{s.keys, s.known, s.keys4, s.known4}
}

// load loads all tables from c.
func (s reader) load(c contents) {
	for _, t := range s.tables() {
		t.load(c)
	}
	s.buddies = byBuddy(s.known.page, s.known4.page)
	if s.vault != nil {
		s.vault.loaded = true
	}
}

// forget clears all tables.
func (s *Store) forget() {
	for _, t := range s.tables() {
		t.forget()
	}
	s.buddies = nil
	if s.vault != nil {
		s.vault.key.Destroy()
		s.vault.key, s.vault.loaded = nil, false
	}
}

// Close removes the keys from memory. Nothing can be saved afterwards.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.folder.closed = true
	s.keys.forget()
	s.keys4.forget()
	if s.vault != nil {
		s.vault.key.Destroy()
		s.vault.key = nil
	}
	return nil
}

// NoLocks reports whether something has been changed here although the file system has no
// locks. Programs that use this package then exclude each other by means of a file, and do
// not wait for a program that hangs for more than a minute.
func (s *Store) NoLocks() bool { return s.folder.noLocks.Load() }

// Problems lists the files that had a problem when they were last read. A locked store is
// not a problem.
func (s *Store) Problems() []Problem {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Problem
	sealed := s.folder.file(sealedName)
	if s.vault != nil && s.vault.problem != nil && s.vault.problem != errWaiting {
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
