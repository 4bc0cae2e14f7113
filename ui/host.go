// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"time"

	"purple-otr/keystore"
)

// An Account is one of the user's.
type Account = keystore.Account

// Host is the program that runs App.
type Host interface {
	// Transmit gives msg unchanged to the chat's protocol, without any signal. It is for
	// the address to, or if that is empty, for the address that the protocol would choose.
	// It fails if the account is not connected.
	Transmit(c Chat, to, msg string) error

	// Notice writes a line of ours into the conversation. html is escaped already. If open
	// is false and no window shows c, nothing is written.
	//
	// If the program supports it, the items of c's menu with the actions in offers follow
	// the line, and App.Accept is called when the user clicks one. Therefore html also says
	// how to do the same without clicking. Text from a buddy can never become such an item,
	// and logs and copied text contain none.
	Notice(c Chat, k NoticeKind, html string, open bool, offers ...Action)

	// ShowSent shows text in the conversation as a message that the user has sent.
	ShowSent(c Chat, text string)

	// Return gives text back to the user: into the entry box if there is one, otherwise
	// into the conversation as a line that says that it was not sent.
	Return(c Chat, text string)

	// Refresh redraws App.View(c) wherever c is shown.
	Refresh(c Chat)

	// AskForm and AskQuestion show a dialog and return at once. One that is Unasked
	// may have to wait until others have been closed; ShowWaiting shows those about c
	// now, because the user wants to see them.
	AskForm(f Form)
	AskQuestion(q Question)
	ShowWaiting(c Chat)

	// AskPath lets the user choose a file or folder and returns at once.
	AskPath(q PathQuestion)

	// ShowProgress shows the progress of something about p.Chat. It replaces the progress
	// about p.Chat that was shown before.
	ShowProgress(p Progress)

	// ShowTable shows a table, or brings it to the front if one with the same title is
	// shown. RefreshTables makes the tables that are shown read their rows again.
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

	// Alias returns the name by which the user knows the buddy. An attacker may have chosen
	// it.
	Alias(c Chat) string

	// Normalize returns who in the form that Peer has on the same account.
	Normalize(c Chat, who string) string

	// Chats lists the open instant-message conversations.
	Chats() []Chat

	// HTML reports whether the chat's protocol has HTML in its messages.
	HTML(c Chat) bool

	// Connected reports whether the chat's account is online.
	Connected(c Chat) bool

	// Accounts lists the user's accounts, online and offline.
	Accounts() []Account

	// Pref returns a boolean preference, PrefInt a number, and BuddyPref a boolean that is
	// stored with the buddy, who must be in the list: see OnList.
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

	// HideFromDBus hides the text of messages from other programs, as far as the host shows
	// it to them, or shows it again.
	HideFromDBus(on bool)

	// Post runs f on the main loop soon. It may be called from any goroutine,
	// and f is dropped if the plugin is disabled meanwhile.
	Post(f func())

	// After runs f on the main loop once, d from now, unless stop is called first.
	After(d time.Duration, f func()) (stop func())

	// Debug writes a line to the host's debug log. It must not contain messages, secrets or
	// anything that a peer chose.
	Debug(line string)
}
