// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"time"

	"purple-otr/keystore"
)

// An Account is one of the user's own.
type Account = keystore.Account

// Host is the program that App lives in.
type Host interface {
	// Transmit hands msg to the chat's protocol as it is, past every signal, for
	// the address to, or where that is empty for the one that the protocol would
	// choose. It fails if the account is not connected.
	Transmit(c Chat, to, msg string) error

	// Notice writes a line of ours into the conversation. html is escaped
	// already. If open is false and no window shows c, nothing is written.
	//
	// Where the program can do that, the items of c's menu that have the actions in
	// offers stand behind the line, and App.Accept is called when the user clicks one.
	// html says how else the user gets there. Nothing that a buddy writes can become
	// such an item, and none is in a log or in what the user copies.
	Notice(c Chat, k NoticeKind, html string, open bool, offers ...Action)

	// ShowSent shows text in the conversation as one the user has sent.
	ShowSent(c Chat, text string)

	// Return gives text back to the user: into the entry box where there is
	// one, else into the conversation as a line that says it was not sent.
	Return(c Chat, text string)

	// Refresh draws the result of App.View(c) wherever c is shown.
	Refresh(c Chat)

	// AskForm and AskQuestion show a dialog and return at once. One that is Unasked
	// may have to wait until others have been closed; ShowWaiting shows those about c
	// now, because the user wants to see them.
	AskForm(f Form)
	AskQuestion(q Question)
	ShowWaiting(c Chat)

	// AskPath has the user choose a file or folder and returns at once.
	AskPath(q PathQuestion)

	// ShowProgress shows how far something about p.Chat has come, in place of
	// what was shown about it before.
	ShowProgress(p Progress)

	// ShowTable shows a table, or brings it to the front if one with its title
	// is shown. RefreshTables has those that are shown read their rows again.
	ShowTable(t Table)
	RefreshTables()

	// CloseDialogs closes all dialogs about c, or all of them if c is the zero
	// Chat; their Done is called with ok false or -1.
	CloseDialogs(c Chat)

	// Alert shows a dialog with only an OK button, about no chat in particular. Warn
	// is Alert for what the user has done nothing for: it may have to wait like a
	// dialog that is Unasked.
	Alert(title, heading, text string)
	Warn(title, heading, text string)

	// Alias is the name the user knows the buddy by; it is hostile.
	Alias(c Chat) string

	// Normalize is who as the name of a Peer of the same account.
	Normalize(c Chat, who string) string

	// Chats lists the open instant-message conversations.
	Chats() []Chat

	// HTML reports whether the chat's protocol has HTML in its messages.
	HTML(c Chat) bool

	// Connected reports whether the chat's account is on line.
	Connected(c Chat) bool

	// Accounts lists the user's own, on line or not.
	Accounts() []Account

	// Pref is a boolean preference, PrefInt a number, BuddyPref a boolean one
	// kept with the buddy, for whom there must be a place: see OnList.
	Pref(key string, def bool) bool
	SetPref(key string, value bool)
	PrefInt(key string, def int) int
	SetPrefInt(key string, value int)
	BuddyPref(c Chat, key string, def bool) bool
	SetBuddyPref(c Chat, key string, value bool)

	// OnList reports whether the buddy is in the user's list.
	OnList(c Chat) bool

	// Logging says whether the conversation is being logged; SetLogging changes it.
	Logging(c Chat) bool
	SetLogging(c Chat, on bool)

	// HideMessages keeps the text of messages from other programs, as far as the
	// host gives it to them, or no longer.
	HideMessages(on bool)

	// Post runs f on the main loop soon. It may be called from any goroutine,
	// and f is dropped if the plugin is disabled meanwhile.
	Post(f func())

	// After runs f on the main loop once, d from now, unless stop is called first.
	After(d time.Duration, f func()) (stop func())

	// Debug writes a line to the host's debug log. It must not contain
	// messages, secrets or what a peer chose.
	Debug(line string)
}
