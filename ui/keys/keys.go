// SPDX-License-Identifier: GPL-2.0-or-later

// Package keys has the flows about keys, the user's own and those of the buddies:
// unlocking, protecting, making, moving and listing them. It knows of the
// conversations only what [Conversations] and [Contacts] say.
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

// Conversations are what Keys asks and tells the conversations, of which it knows
// nothing else. Those of an account are all that have its bare name.
type Conversations interface {
	// ApplyStore has every conversation be as the store is now.
	ApplyStore()

	// KeyChanged has an account's conversations use the key that it has now.
	KeyChanged(acc keystore.Account)

	// EndAll ends an account's private conversations, because their key goes.
	EndAll(acc keystore.Account)

	// Forget ends every private conversation and forgets its session, because the
	// keys are being locked.
	Forget()

	// Refuse tells the buddy that there is no private conversation for now. It is
	// we who do not answer: the user does not wait any more, and may read line, if
	// that is not empty.
	Refuse(c ui.Chat, line string)

	// AskAgain asks the buddy for a private conversation, unless there is one, one is
	// under way, or the user wants none.
	AskAgain(c ui.Chat)

	// Receiving takes a message that has waited for a key. Nothing is to be shown.
	Receiving(c ui.Chat, from, message string) (show string, ok bool)
}

// Contacts are what the list of known fingerprints can have done with a buddy.
type Contacts interface {
	// InUse lists in which conversations which keys are in use.
	InUse() []ui.KeyUse

	// Allowed reports whether the user wants private conversations with the buddy.
	Allowed(c ui.Chat) bool

	// Do carries out an action of the menu.
	Do(c ui.Chat, act ui.Action, arg uint32)

	// Compare has the user compare a fingerprint, which need not be in use now.
	Compare(c ui.Chat, f otr.Fingerprint)

	// Record saves whether f is trusted and says so. It reports whether that worked.
	Record(c ui.Chat, f otr.Fingerprint, trust keystore.Trust) bool
}

// Keys are the flows about the user's keys and those of the buddies: unlocking,
// protecting, making, moving and listing them. Like App it is used on the host's
// main loop only; what takes long is done on goroutines.
type Keys struct {
	host     ui.Host
	store    *keystore.Store
	rand     io.Reader
	now      func() time.Time
	generate func(io.Reader) (*otr.PrivateKey, error)
	noLocks  func() bool
	app      Conversations
	closed   bool

	// The parts that Keys is made of. Each sees the whole.
	known     *known
	transfer  transfer
	protector protector
	renaming  renaming

	jobs        map[keystore.Account]*keyJob
	running     int // goroutines that have not posted back
	lock        lock
	problems    map[string]bool // of the store, that the user has been told of
	backedUp    keystore.Day    // the last one on which there was a backup
	deciding    bool            // see protectFirst
	askingFound bool            // that question is on the screen
	madeKey     bool            // since the start
}

// New makes a Keys for a store. random is also read by the goroutine that makes
// keys; now is the time, which must go on while the computer sleeps. Serve must
// follow before anything else is called.
func New(h ui.Host, s *keystore.Store, random io.Reader, now func() time.Time) *Keys {
	ks := &Keys{
		host: h, store: s, rand: random, now: now, generate: otr.GenerateKey, noLocks: s.NoLocks,
		jobs: map[keystore.Account]*keyJob{},
	}
	ks.transfer, ks.protector, ks.renaming = transfer{ks}, protector{ks}, renaming{ks}
	ks.tellProblems()
	return ks
}

// Serve says whose keys these are.
func (ks *Keys) Serve(app Conversations, contacts Contacts) {
	ks.app, ks.known = app, &known{ks, contacts}
}

// Locked reports whether the keys are locked, so that no session can be made.
func (ks *Keys) Locked() bool { return ks.store.Locked() }

// Busy reports whether something goes on in the background.
func (ks *Keys) Busy() bool { return ks.running > 0 }

// Do carries out an action that is about keys.
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

// Moved has messages that wait for a key be answered under their new name, or
// forgets them if that may not be the same buddy's.
func (ks *Keys) Moved(from, to ui.Chat, same bool) {
	for _, job := range ks.jobs {
		job.kept = moveKept(job.kept, func(m *keptMessage) *keptMessage { return m }, from, to, same)
	}
	ks.lock.waiting = moveKept(ks.lock.waiting, func(m *waitingMessage) *keptMessage { return &m.keptMessage }, from, to, same)
}

// Close gives up what is going on. Nothing is shown or saved afterwards.
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
