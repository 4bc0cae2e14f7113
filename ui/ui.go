// SPDX-License-Identifier: GPL-2.0-or-later

// Package ui is everything the user sees and decides. It is pure Go over a
// [Host], which Pidgin, Finch, a headless program and a test each implement.
//
// Every method of [App] and of Host is called on one thread, the host's main
// loop; only Host.Post may be called from a goroutine.
package ui

import "time"

// A Chat names one conversation. It holds names and no pointers, so that an
// account or a window that has gone cannot be reached through it: the host
// looks it up again.
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
)

// An Action is something the user can ask for in a conversation.
type Action int

const (
	StartOrRefresh Action = iota
	End
	Verify
)

// A View is what a conversation's indicator and menu show.
type View struct {
	Level   Level
	Word    string // "Not private"
	Tooltip string
	Menu    []MenuItem
	Hidden  bool // OTR is off for this buddy: no indicator at all
}

// A MenuItem is one line of the OTR menu. An underscore in Label precedes the
// mnemonic.
type MenuItem struct {
	Label   string
	Action  Action
	Enabled bool
}

// A NoticeKind tells the host how to write a line.
type NoticeKind int

const (
	Info    NoticeKind = iota
	Warning            // something the user should not overlook
)

// A Form is a dialog with fields and two buttons. All its texts are plain: the
// host escapes them for what it draws with.
type Form struct {
	Chat    Chat
	Title   string
	Heading string
	Text    string
	Fields  []Field
	OK      string
	Cancel  string
	// Done is called exactly once: with ok and each field's value in order, or
	// with ok false when the user cancelled or closed it, or it was closed by
	// CloseDialogs.
	Done func(ok bool, values []string)
}

// A Field is one line of a Form.
type Field struct {
	Kind    FieldKind
	Label   string
	Value   string   // initial text, or the text to show
	Options []string // of a Choice; the first is chosen at the beginning, and its value is the option's index in decimal
}

// FieldKind is what a Field is for.
type FieldKind int

const (
	Show   FieldKind = iota // text to read and copy; its value comes back unchanged
	Input                   // a line to type
	Secret                  // a line to type, not shown
	Choice                  // one of Options
)

// A Question is a dialog with a row of buttons.
type Question struct {
	Chat    Chat
	Title   string
	Heading string
	Text    string
	Buttons []string         // the last is the safe default
	Done    func(button int) // exactly once; -1 when closed without a choice
}

// Host is the program that App lives in.
type Host interface {
	// Transmit hands msg to the chat's protocol as it is, past every signal.
	// It fails if the account is not connected.
	Transmit(c Chat, msg string) error

	// Notice writes a line of ours into the conversation. html is escaped
	// already. If open is false and no window shows c, nothing is written.
	Notice(c Chat, k NoticeKind, html string, open bool)

	// ShowSent shows text in the conversation as one the user has sent.
	ShowSent(c Chat, text string)

	// Return gives text back to the user: into the entry box where there is
	// one, else into the conversation as a line that says it was not sent.
	Return(c Chat, text string)

	// Refresh draws the result of App.View(c) wherever c is shown.
	Refresh(c Chat)

	// AskForm and AskQuestion show a dialog and return at once.
	AskForm(f Form)
	AskQuestion(q Question)

	// CloseDialogs closes all dialogs about c, or all of them if c is the zero
	// Chat; their Done is called with ok false or -1.
	CloseDialogs(c Chat)

	// Alert shows a dialog with only an OK button, about no chat in particular.
	Alert(title, heading, text string)

	// Alias is the name the user knows the buddy by; it is hostile.
	Alias(c Chat) string

	// Chats lists the open instant-message conversations.
	Chats() []Chat

	// Connected reports whether the chat's account is on line.
	Connected(c Chat) bool

	// Pref is a boolean preference, BuddyPref one kept with the buddy.
	Pref(key string, def bool) bool
	BuddyPref(c Chat, key string, def bool) bool

	// Logging says whether the conversation is being logged; SetLogging changes it.
	Logging(c Chat) bool
	SetLogging(c Chat, on bool)

	// Post runs f on the main loop soon. It may be called from any goroutine,
	// and f is dropped if the plugin is disabled meanwhile.
	Post(f func())

	// After runs f on the main loop once, d from now, unless stop is called first.
	After(d time.Duration, f func()) (stop func())

	// Debug writes a line to the host's debug log. It must not contain
	// messages, secrets or what a peer chose.
	Debug(line string)
}
