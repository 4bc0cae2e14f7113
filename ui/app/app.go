// SPDX-License-Identifier: GPL-2.0-or-later

// Package app decides what the user is told and asked about conversations. It connects a
// [ui.Host] with the engine and the key store.
package app

import (
	"hash/maphash"
	"io"
	"maps"
	"slices"
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// App connects a Host with one [otr.Session] per conversation. It decides what the user is
// told and asked. It never stores how private a conversation is, but asks the session each
// time.
type App struct {
	host  ui.Host
	store *keystore.Store
	keys  KeyFlows
	rand  io.Reader
	now   func() time.Time

	conversations map[ui.Chat]*conversation
	quota         *otr.Quota       // shared by all sessions
	left          map[ui.Chat]bool // see leave
	// speakV3 holds the keys that have used version 3 in any conversation since the program
	// started. An attacker who wants version 2 from one of them is attempting a downgrade.
	speakV3 map[otr.Fingerprint]bool
	tags    map[keystore.Account]otr.InstanceTag // tags that could not be saved; used until the program ends
	due     time.Time                            // when the timer fires, zero if there is none
	stop    func()                               // stops the timer, nil if there is none
	closed  bool

	refused      map[ui.Chat]time.Time // see cannotStart
	toldUnlocked map[ui.Chat]bool      // see sendingLocked

	// The parts of App. Each embeds the App.
	prefs     preferences
	commands  commands
	presenter presenter
	router    router
	decider   decider
	verifier  verifier
	mover     mover
	guard     guard
	logs      logs
	cleaner   cleaner
	encoder   encoder
	traffic

	permit         permit
	written        map[keystore.Account]*lines // see LineLeaves
	echoes         echoes
	expecting      bool // see expect
	hidingFromDBus bool // see hideFromDBus
}

// KeyFlows is what App needs of the flows about keys; *keys.Keys implements it. App never
// sees a passphrase.
type KeyFlows interface {
	// Locked reports whether the keys are locked, so that no session can be made.
	Locked() bool

	// Ready reports whether the keys are unlocked. App calls it before something that the
	// user wants to do and that needs the keys. If they are locked, Ready asks the user to
	// unlock them and calls then afterwards.
	Ready(then func()) bool

	// Waiting reports whether the keys are locked only until the keyring has answered, which
	// takes seconds at most and needs nothing of the user.
	Waiting() bool

	// Need keeps a message of a key exchange until there is a key to answer it with, and
	// asks the user to unlock the keys, or makes a key.
	Need(c ui.Chat, from, message string)

	// Deliver passes messages to Receiving that Need has kept in c and that have not come to
	// their turn yet. App calls it before anything else happens in c.
	Deliver(c ui.Chat)

	// Prepare makes the key that c needs, because the user wants to start a private
	// conversation there.
	Prepare(c ui.Chat)

	// PrepareIdentity makes an account's key of version 4, if it has none and the keys are
	// unlocked. byUser says that the user has just asked for something that needs it.
	PrepareIdentity(acc keystore.Account, byUser bool)

	// Reload reads the files again if other programs have changed them.
	Reload()

	// Moved updates the name of a conversation; same says that it is still the same
	// buddy's.
	Moved(from, to ui.Chat, same bool)

	// Do performs an action that is about keys.
	Do(act ui.Action) (problem string)

	// Begin starts what takes time when the program starts. After Close it does nothing
	// more.
	Begin()
	Close()
}

// New returns an App. All its methods must be called on the host's main loop.
func New(h ui.Host, s *keystore.Store, random io.Reader, now func() time.Time, flows KeyFlows) *App {
	a := &App{
		host: h, store: s, keys: flows, rand: random, now: now,
		conversations: map[ui.Chat]*conversation{},
		quota:         otr.NewQuota(),
		left:          map[ui.Chat]bool{},
		speakV3:       map[otr.Fingerprint]bool{},
		tags:          map[keystore.Account]otr.InstanceTag{},
		refused:       map[ui.Chat]time.Time{},
		toldUnlocked:  map[ui.Chat]bool{},
		written:       map[keystore.Account]*lines{},
		echoes:        echoes{seed: maphash.MakeSeed()},
	}
	a.traffic = traffic{a}
	a.prefs, a.commands, a.presenter, a.router, a.decider = preferences{a}, commands{a}, presenter{a}, router{a}, decider{a}
	a.verifier, a.mover, a.guard, a.logs, a.cleaner = verifier{a}, mover{a}, guard{a}, logs{a}, cleaner{a}
	a.encoder = encoder{a}
	return a
}

// WallClock returns the time without Go's monotonic reading, which stops while the computer
// sleeps. So a conversation that became too old during sleep has expired on waking.
func WallClock() time.Time { return time.Now().Round(0) }

// all returns a copy, because processing one conversation may add or remove others.
func (a *App) all() []*conversation { return slices.Collect(maps.Values(a.conversations)) }

// of returns acc's conversations, also as a copy.
func (a *App) of(acc keystore.Account) []*conversation {
	return slices.DeleteFunc(a.all(), func(t *conversation) bool { return ui.AccountOf(t.chat) != acc })
}

// Close ends every private conversation, tells the buddies, and returns held text to the
// user. The App sends nothing afterwards.
func (a *App) Close() {
	if a.closed {
		return
	}
	for _, t := range a.all() {
		if t.active() {
			a.commands.end(t, text.EndedByClose)
		}
	}
	a.closed = true
	a.keys.Close()
	a.host.HideFromDBus(false)
	a.cleaner.dropAll()
	a.schedule()
	a.host.CloseDialogs(ui.Chat{})
}
