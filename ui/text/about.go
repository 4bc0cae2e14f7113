// SPDX-License-Identifier: GPL-2.0-or-later

// Package text has every sentence that the user can read, once and in the user's
// language, and what makes the words of others fit to stand beside ours. It knows of
// nothing else: what is said about a value of another package is chosen there.
//
// Sentences stand in functions that call tr, trc or trn with a single literal, which
// is what make translations finds. They are plain text except where HTML is said;
// parameters have been through [Clean].
package text

import (
	"path/filepath"
	"strings"
)

// Names, which are the same in every language.
const (
	MenuTitle = "OTR"
	AppName   = "Off-the-Record Messaging"
)

// Refusal goes to a buddy who asks for a private conversation and gets no answer. It
// says nothing about the user, and is in English like Greeting.
const Refusal = "A private conversation is not possible at the moment. Please try again later."

// Greeting goes to the buddy, in the clear, where the buddy's program does not
// understand the request before it. It is in English because nobody knows what the
// buddy reads.
const Greeting = "I would like to have a private conversation (Off-the-Record Messaging), " +
	"but your program does not seem to support it. See https://otr.cypherpunks.ca/"

// Summary and Description are what the list of plugins says.
func Summary() string { return tr("Private and secure instant messaging") }

func Description() string {
	return tr("Encrypts your instant messages, lets you verify who you are talking to, and leaves no proof of what was said. Works with everyone who uses Off-the-Record Messaging (OTR), version 2 or 3.")
}

// CommandText and CommandMe are the commands' help, as HTML.
func CommandText() string {
	return tr("otr start|end|refresh|status|verify|settings|fingerprints|keys|session|unlock|protect|import|backup|restore|help: private conversations")
}

func CommandMe() string {
	return tr("me &lt;action&gt;: says what you are doing, in private conversations too")
}

func NoStoreHeading() string { return tr("Private conversations are not possible.") }

func NoStoreText() string {
	return tr("The folder with your keys cannot be opened, so the plugin has not been enabled. Check that the folder exists and that you can write to it, then enable the plugin again.")
}

// OtherPluginHeading and OtherPluginText are for when pidgin-otr is loaded as well.
func OtherPluginHeading() string {
	return tr("Two plugins for Off-the-Record Messaging are enabled.")
}

func OtherPluginText() string {
	return tr("Both plugins would try to encrypt the same messages, and neither would succeed. To use this plugin, disable “Off-the-Record Messaging” (pidgin-otr) under Tools > Plugins. Until then, this plugin encrypts nothing and leaves your keys unchanged.")
}

func CommandUnknown() string {
	return tr("There is no such /otr command. Type /otr help for a list.")
}

func CommandHelp() string {
	return tr("/otr start: start a private conversation\n/otr refresh: continue the private conversation with new keys\n/otr end: end the private conversation\n/otr verify: verify that your buddy is who you think\n/otr status: show how private this conversation is\n/otr settings: change the OTR settings for this buddy\n/otr fingerprints: show the known fingerprints\n/otr keys: show your own keys\n/otr session: choose which of your buddy’s devices gets your messages\n/otr unlock: unlock your keys\n/otr lock: lock your keys and end all private conversations\n/otr protect: change how your keys are protected\n/otr import: import keys and fingerprints from another program\n/otr backup: back up all keys and fingerprints in one file\n/otr restore: restore keys and fingerprints from a backup\n/otr version: show the version of this plugin\n/otr help: show this list")
}

// Files.

func SaveProblem(reason string) string { return tr("Reason: %s", reason) }

func FingerprintNotSaved(name string) string {
	return tr("The fingerprint of %s could not be saved. After a restart, it will be treated as a new one.", name)
}

func ProblemsHeading() string { return tr("Some of your files cannot be used.") }

// A Problem is a file that cannot be used, and why.
type Problem struct {
	File string // path
	Err  error
}

// ProblemsText says for each file what it means that it cannot be read.
func ProblemsText(problems []Problem) string {
	var s strings.Builder
	for _, p := range problems {
		reason := strings.TrimPrefix(p.Err.Error(), p.File+": ")
		s.WriteString(Clean(p.File, MaxReason) + "\n" + fileMeaning(filepath.Base(p.File)) + "\n(" + Clean(reason, MaxReason) + ")\n\n")
	}
	s.WriteString(tr("Nothing has been overwritten. Repair the file, or move it to another folder to start with an empty one, then restart the program."))
	return s.String()
}

func fileMeaning(file string) string {
	switch file {
	case "otr.private_key":
		return tr("It stores your keys. Without it, you cannot have private conversations.")
	case "otr.fingerprints":
		return tr("It stores who you have verified. Without it, everyone appears unverified, and you are not warned when a key has changed.")
	case "otr.instance_tags":
		return tr("It stores numbers that tell your devices apart. Until it can be read, new numbers are used.")
	case "purple-otr.sealed":
		return tr("It stores, encrypted, your keys and who you have verified. Without it, you cannot have private conversations.")
	case "otr.max_message_size":
		return tr("It stores how long a message may be. Lines in it that cannot be understood are ignored, and the usual limits apply.")
	}
	return tr("Its contents are not available.")
}

// ProtocolName is what a protocol is called by people.
func ProtocolName(id string) string {
	switch id {
	case "prpl-jabber":
		return "XMPP"
	case "prpl-irc":
		return "IRC"
	}
	return Clean(strings.TrimPrefix(id, "prpl-"), MaxName)
}
