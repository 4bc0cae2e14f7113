// SPDX-License-Identifier: GPL-2.0-or-later

// Package keys has the dialogs and background work about keys, the user's own and those of
// the buddies: unlocking, protecting, making, moving and listing them. It knows the
// conversations only through [Conversations] and [Contacts].
package keys

import (
	"io"
	"slices"
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// Conversations is what Keys asks and tells the conversations. An account's conversations
// are those under any XMPP resource.
type Conversations interface {
	// ApplyStore brings all conversations up to date with the store.
	ApplyStore()

	// KeyChanged makes an account's conversations use its current key.
	KeyChanged(acc keystore.Account)

	// EndAll ends an account's private conversations, because their key is about to be
	// removed.
	EndAll(acc keystore.Account)

	// Forget ends every private conversation and deletes its session, because the keys are
	// being locked.
	Forget()

	// Refuse tells the buddy that no private conversation is possible now. If the user was
	// waiting for the buddy's answer, they are no longer. The user may read line, if that
	// is not empty.
	Refuse(c ui.Chat, line string)

	// AskAgain asks the buddy for a private conversation, unless there is one, one has been
	// asked for, or the user has turned OTR off.
	AskAgain(c ui.Chat)

	// Receiving processes a message that has waited for a key. It is part of a key
	// exchange, so there is nothing to show.
	Receiving(c ui.Chat, from, message string) (show string, ok bool)
}

// Contacts is what the list of known fingerprints needs to know and do about buddies.
type Contacts interface {
	// InUse lists which keys are in use in which conversations.
	InUse() []ui.KeyUse

	// Allowed reports whether OTR is on for the buddy.
	Allowed(c ui.Chat) bool

	// Do performs an action of the menu.
	Do(c ui.Chat, act ui.Action, arg uint32)

	// Compare lets the user compare a fingerprint, whether it is in use now or not.
	Compare(c ui.Chat, f otr.Fingerprint)

	// Record saves whether f is trusted and tells the user. It reports whether it was
	// saved.
	Record(c ui.Chat, f otr.Fingerprint, trust keystore.Trust) bool
}

// Keys manages the user's keys and those of the buddies: unlocking, protecting, making,
// moving and listing them. Its methods must be called on the host's main loop; long work
// runs on goroutines.
type Keys struct {
	host     ui.Host
	store    *keystore.Store
	rand     io.Reader
	now      func() time.Time
	generate func(io.Reader) (*otr.PrivateKey, error)
	noLocks  func() bool
	app      Conversations
	closed   bool

	// The parts of Keys. Each embeds the Keys.
	known      *known
	identities identities
	transfer   transfer
	protector  protector
	renaming   renaming
	recovery   recovery
	asker      asker

	jobs        map[keystore.Account]*keyJob
	running     int // goroutines that have not posted back
	lock        lock
	backlog     *backlog             // what waited for the keys, until all of it is done; or nil
	problems    map[string]bool      // of the store, that the user has been told about
	backedUp    keystore.Day         // the day of the last backup
	deciding    bool                 // see protectFirst
	askingFound bool                 // the question of askFound is on the screen
	madeKey     bool                 // a key has been made since the start
	unsaved     map[string]time.Time // when an account's key of version 4 could not be made, by accountID
	restoring   bool                 // a backup is to replace keys that cannot be unlocked

	remembering   bool // see remember
	rememberAgain bool // something has changed since
}

// New returns a Keys for a store. The goroutine that makes keys also reads random. now
// returns the time, and must not stop while the computer sleeps. Serve must be called
// before anything else.
func New(h ui.Host, s *keystore.Store, random io.Reader, now func() time.Time) *Keys {
	ks := &Keys{
		host: h, store: s, rand: random, now: now, generate: otr.GenerateKey, noLocks: s.NoLocks,
		jobs: map[keystore.Account]*keyJob{},
	}
	ks.identities, ks.asker = identities{ks}, asker{ks}
	ks.transfer, ks.protector, ks.renaming, ks.recovery = transfer{ks}, protector{ks}, renaming{ks}, recovery{ks}
	if h.Pref(prefSealed, false) {
		s.ExpectSealed()
	}
	s.OnWrite(func() { h.Post(ks.recovery.remember) })
	ks.tellProblems()
	return ks
}

// Serve sets the conversations that Keys serves.
func (ks *Keys) Serve(app Conversations, contacts Contacts) {
	ks.app, ks.known = app, &known{ks, contacts}
}

// Locked reports whether the keys are locked, so that no session can be made.
func (ks *Keys) Locked() bool { return ks.store.Locked() }

// Waiting reports whether the keys are locked only until the keyring has answered.
func (ks *Keys) Waiting() bool { return ks.store.Waiting() }

// Busy reports whether work is running in the background.
func (ks *Keys) Busy() bool { return ks.running > 0 }

// Do performs an action that is about keys.
func (ks *Keys) Do(act ui.Action) (problem string) {
	switch act {
	case ui.KnownFingerprints:
		ks.known.show()
	case ui.MyKeys:
		ks.myKeys()
	case ui.UnlockKeys:
		if !ks.Locked() {
			return text.NotLocked()
		}
		ks.unlock(false, nil)
	case ui.LockKeys:
		return ks.lockNow()
	case ui.ProtectKeys:
		ks.protector.askProtection("")
	case ui.ImportKeys:
		ks.transfer.askImport()
	case ui.BackUpKeys:
		ks.transfer.askBackup("")
	case ui.RestoreKeys:
		ks.transfer.askRestore()
	}
	return ""
}

// Moved gives messages that wait for a key their new name. It deletes them if they may not
// be from the same buddy.
func (ks *Keys) Moved(from, to ui.Chat, same bool) {
	for _, job := range ks.jobs {
		job.kept = moveKept(job.kept, func(m *keptMessage) *keptMessage { return m }, from, to, same)
	}
	move := func(list []waitingMessage) []waitingMessage {
		return moveKept(list, func(m *waitingMessage) *keptMessage { return &m.keptMessage }, from, to, same)
	}
	ks.lock.waiting = move(ks.lock.waiting)
	if ks.backlog != nil {
		ks.backlog.waiting = move(ks.backlog.waiting)
	}
}

// Close cancels all work. Nothing is shown or saved afterwards.
func (ks *Keys) Close() {
	ks.closed = true
	ks.jobs = map[keystore.Account]*keyJob{}
}

func moveKept[M any](list []M, kept func(*M) *keptMessage, from, to ui.Chat, same bool) []M {
	list = slices.DeleteFunc(list, func(m M) bool {
		c := kept(&m).chat
		return c == to && same || c == from && !same
	})
	for i := range list {
		if m := kept(&list[i]); m.chat == from {
			m.chat = to
		}
	}
	return list
}
