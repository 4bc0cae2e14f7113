// SPDX-License-Identifier: GPL-2.0-or-later

// Package text holds every sentence that users can read, once, in their language. It
// also cleans text that others chose, so that it can be shown inside our sentences. It
// imports no other package of the plugin except the catalogues: its callers choose the
// sentence for a value.
//
// A sentence is in a function that calls tr, trc or trn with a single literal, because
// make translations finds only those. A comment that begins with “Translators:” and
// ends on the line before the call goes to the translators. A sentence is plain text
// unless its function says that it is HTML. Callers pass names and other text that
// others chose through [Clean] first.
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

// Refusal is sent, unencrypted, to a buddy who asks for a private conversation and gets
// no answer. It says nothing about the user, and is in English like Greeting.
const Refusal = "A private conversation is not possible at the moment. Please try again later."

// Greeting is sent, unencrypted, with a request for a private conversation. The buddy
// reads it if their program does not understand the request. It is in English because
// we do not know which languages the buddy reads.
const Greeting = "I would like to have a private conversation (Off-the-Record Messaging), " +
	"but your program does not seem to support it. See https://otr.cypherpunks.ca/"

// ProductName is shown by programs that install software.
func ProductName() string { return tr("Off-the-Record Messaging for Pidgin and Finch") }

// Summary and Description are shown in the list of plugins and by programs that install
// software.
func Summary() string { return tr("Private and secure instant messaging") }

func Description() string {
	return tr("Encrypts your instant messages, lets you verify who you are talking to, and leaves no proof of what was said. Works with everyone who uses Off-the-Record Messaging (OTR), version 2 or 3.")
}

// CommandText and CommandMe are the help of the commands /otr and /me, as HTML.
func CommandText() string {
	// Translators: the words after “otr” are typed as they are; translate only what follows the colon.
	return tr("otr start|end|refresh|status|verify|settings|fingerprints|keys|session|unlock|protect|import|backup|restore|help: private conversations")
}

func CommandMe() string {
	// Translators: “me” is typed as it is. &lt; and &gt; are < and >.
	return tr("me &lt;action&gt;: says what you are doing, in private conversations too")
}

func NoStoreHeading() string { return tr("Private conversations are not possible.") }

func NoStoreText() string {
	return tr("The folder with your keys cannot be opened, so the plugin has not been enabled. Check that the folder exists and that you can write to it, then enable the plugin again.")
}

// OtherPluginHeading and OtherPluginText are shown when pidgin-otr is loaded too.
func OtherPluginHeading() string {
	return tr("Two plugins for Off-the-Record Messaging are enabled.")
}

func OtherPluginText() string {
	return tr("Both plugins would try to encrypt the same messages, and neither would succeed. To use this plugin, disable “Off-the-Record Messaging” (pidgin-otr) under Tools > Plugins. Until then, this plugin encrypts nothing and leaves your keys unchanged. If your keys are protected, pidgin-otr cannot find them and creates new keys, which your buddies do not know.")
}

func CommandUnknown() string {
	return tr("There is no such /otr command. Type /otr help for a list.")
}

func CommandHelp() string {
	// Translators: the words after /otr are typed as they are.
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

// ProblemsText says, for each file, what the user lacks because it cannot be read.
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
	case "otr.fingerprints", "purple-otr.fingerprints":
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

// ProtocolName is the name by which people know a protocol.
func ProtocolName(id string) string {
	switch id {
	case "prpl-jabber":
		return "XMPP"
	case "prpl-irc":
		return "IRC"
	}
	return Clean(strings.TrimPrefix(id, "prpl-"), MaxName)
}
