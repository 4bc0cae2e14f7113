// SPDX-License-Identifier: GPL-2.0-or-later

// Package ui is the contract between what decides and what draws. A [Host], which
// Pidgin, Finch, a headless program and a test each implement, shows dialogs and
// conversations; packages ui/app and ui/keys, which are pure Go, say which.
//
// Every method of app.App and of Host is called on one thread, the host's main
// loop; only Host.Post may be called from a goroutine.
package ui

// A Chat names one conversation. It holds names and no pointers, so that an
// account or a window that has gone cannot be reached through it: the host
// looks it up again. Names change: the host says so with App.Moved, before it
// uses the new ones.
type Chat struct {
	Protocol string // "prpl-jabber"
	Account  string // the user's own name there, "alice@example.org/Home"
	Peer     string // the buddy's, normalised by libpurple
}

// Level is how private a conversation is.
type Level int

const (
	NotPrivate Level = iota
	Unverified
	Private
	Finished

	NumLevels // how many there are
)

// An Action is something the user can ask for. Those from KnownFingerprints on
// are about no conversation in particular.
type Action int

const (
	StartOrRefresh Action = iota
	End
	Verify
	SendToBest    // to the most secure of the buddy's programs
	SendToRecent  // to the one that has written last
	SendToSession // to the one with the number in MenuItem.Arg
	BuddySettings
	Explain // what the levels mean
	KnownFingerprints
	MyKeys
	Settings
	UnlockKeys
	LockKeys
	ProtectKeys
	ImportKeys
	BackUpKeys
	RestoreKeys

	NumActions // how many there are
)

// A View is what a conversation's indicator and menu show.
type View struct {
	Level   Level
	Word    string // "Not private"
	Tooltip string
	Menu    []MenuItem
	Hidden  bool // OTR is off for this buddy: no indicator at all
	// NoButton: the user does not want the button in the toolbar; the menu shows
	// the level all the same.
	NoButton bool
}

// A MenuItem is one line of the OTR menu. An underscore in Label precedes the
// mnemonic; an item without a Label is a separator.
//
// Key, if not zero, is a small letter that chooses the item together with Ctrl and
// Shift, where a host has windows.
type MenuItem struct {
	Label   string
	Key     byte
	Action  Action
	Arg     uint32
	Enabled bool
	Radio   bool // one of a group, of which exactly one is On
	On      bool
}

// A NoticeKind tells the host how to write a line.
type NoticeKind int

const (
	Info    NoticeKind = iota
	Warning            // something the user should not overlook
	Success            // something the user wanted has come out well
)
