// SPDX-License-Identifier: GPL-2.0-or-later

package text

import "strings"

// Import, backup and restore of keys and fingerprints.

func ToolImport() string  { return tr("Import keys and fingerprints…") }
func ToolBackup() string  { return tr("Back up keys…") }
func ToolRestore() string { return tr("Restore keys from a backup…") }
func ActionMove() string  { return tr("Import or back up…") }

func MoveTitle() string     { return tr("Import or back up") }
func MoveHeading() string   { return tr("What do you want to do with your keys?") }
func ButtonImport() string  { return trc("button", "Import…") }
func ButtonRestore() string { return trc("button", "Restore…") }
func ButtonBackUp() string  { return trc("button", "Back up…") }

func MoveText() string {
	return tr("Import keys and fingerprints from another program, back up all of them to a file, or restore them from a backup.")
}

func ImportTitle() string   { return tr("Import keys") }
func ImportHeading() string { return tr("Where are the keys and fingerprints?") }
func ButtonFile() string    { return trc("button", "In a file…") }
func ButtonFolder() string  { return trc("button", "In a folder…") }

// ImportText names pidgin-otr only to people who have or had it.
func ImportText(pidginOTR bool) string {
	programs := "irssi, WeeChat, Profanity, mcabber, BitlBee, Adium, Gajim, Psi, CoyIM, Jitsi, ChatSecure"
	if pidginOTR {
		programs = "pidgin-otr, " + programs
	}
	// Translators: %s is a list of programs, without “and” before the last.
	return tr("You can import from %s, and other programs that use the same files. Before anything is imported, you will see what the file contains.", programs)
}

func EncryptedHeading() string { return tr("These keys are encrypted") }

// EncryptedText asks for the passphrase of another program's file.
func EncryptedText(file string) string {
	return tr("Enter the passphrase that the other program needs to open %s.", file)
}

func NothingNew() string { return tr("It contains nothing new.") }

// Where a function has a parameter backup, the file is a backup, and so its contents are
// restored and not imported.

func ImportFailed(backup bool) string {
	if backup {
		return tr("Nothing was restored.")
	}
	return tr("Nothing was imported.")
}

func ImportDone(backup bool) string {
	if backup {
		return tr("The keys and fingerprints have been restored.")
	}
	return tr("The keys and fingerprints have been imported.")
}

func UnsureHeading() string { return tr("Which account do these keys belong to?") }

func UnsureText() string {
	return tr("The other program uses different names for accounts. Choose which of your accounts these keys and fingerprints belong to.")
}

func WhoseKeys(account string) string {
	// Translators: followed by a choice of accounts; %s is what the other program calls the account.
	return tr("Keys and fingerprints saved for %s belong to:", account)
}
func KeepName(account string) string { return tr("An account called %s", account) }
func LeaveOut() string               { return tr("No account: do not import them") }

func PreviewHeading(backup bool) string {
	if backup {
		return tr("Restore these keys and fingerprints?")
	}
	return tr("Import these keys and fingerprints?")
}

func ButtonPreview(backup bool) string {
	if backup {
		return trc("button", "Restore")
	}
	return trc("button", "Import")
}

// A Preview says what a file or folder contains that can be imported.
type Preview struct {
	Files          []string // paths
	Keys, Contacts Counts
	Verified       int // of the contacts
	Problems       []Problem
}

// Counts say how many of them are new, the same as in the store, or different.
type Counts struct {
	New, Same, Different int
}

func (c Counts) all() int { return c.New + c.Same + c.Different }

// notImported lists what cannot be imported. It is empty if that is nothing.
func notImported(problems []Problem) string {
	if len(problems) == 0 {
		return ""
	}
	return tr("These cannot be imported:") + "\n" + problemLines(problems)
}

// Labelled is a value behind what it is.
func Labelled(label, value string) string {
	// Translators: such as “2 private keys: 1 new, 1 different”.
	return tr("%s: %s", label, value)
}

// PreviewText says what p contains, and how it compares with the store.
func PreviewText(p Preview) string {
	var lines []string
	for _, f := range p.Files {
		lines = append(lines, Clean(f, MaxReason))
	}
	if len(lines) > 5 {
		lines = append(lines[:5], "…")
	}
	keys, contacts := p.Keys.all(), p.Contacts.all()
	mine, theirs := keyCount(keys), contactCount(contacts)
	if keys > 0 {
		mine = Labelled(mine, relations(p.Keys))
	}
	if contacts > 0 {
		verified := trn("%d of them verified", "%d of them verified", p.Verified, p.Verified)
		// Translators: such as “2 fingerprints of buddies: 2 new; 1 of them verified”.
		theirs = tr("%s: %s; %s", theirs, relations(p.Contacts), verified)
	}
	return Paragraphs(strings.Join(lines, "\n"), mine+"\n"+theirs, notImported(p.Problems))
}

func keyCount(n int) string { return trn("%d private key", "%d private keys", n, n) }

func contactCount(n int) string {
	return trn("%d fingerprint of a buddy", "%d fingerprints of buddies", n, n)
}

func relations(c Counts) string {
	var some []string
	add := func(n int, text string) {
		if n > 0 {
			some = append(some, text)
		}
	}
	add(c.New, trn("%d new", "%d new", c.New, c.New))
	add(c.Same, trn("%d already here", "%d already here", c.Same, c.Same))
	add(c.Different, trn("%d different", "%d different", c.Different, c.Different))
	return List(some...)
}

func ImportTrust() string {
	return tr("Also import who is verified (only if nobody else could have changed the file)")
}

func ImportReplace(n int) string {
	return trn("Replace my entry where it differs (%d). A copy of a replaced key is kept, and your buddies will be warned that your key has changed.",
		"Replace my entries where they differ (%d). Copies of replaced keys are kept, and your buddies will be warned that your key has changed.", n, n)
}

func ClashKey(account string) string { return tr("Different: the key of %s", account) }

func ClashKeys(ours, theirs string) string {
	// Translators: each %s is a fingerprint.
	return tr("on this computer: %s\nin the file: %s", ours, theirs)
}

func ClashBuddy(buddy string, verifiedHere bool) string {
	if verifiedHere {
		return tr("Different: %s is verified on this computer, but not in the file", buddy)
	}
	return tr("Different: %s is verified in the file, but not on this computer", buddy)
}

// ImportedText says how much was imported.
func ImportedText(keys, contacts int) string { return List(keyCount(keys), contactCount(contacts)) }

// Backups.

func BackupTitle() string { return tr("Back up keys") }

// Translators: heading of the dialog in which the user chooses a passphrase for a backup.
func BackupHeading() string { return tr("Save all your keys and fingerprints in one file") }
func BackupFailed() string  { return tr("The backup was not created.") }
func BackupDone() string    { return tr("The backup has been created.") }
func BackupEmpty() string   { return tr("You have no keys or fingerprints yet.") }

func BackupText() string {
	return tr("The file is encrypted with a separate passphrase. You need both the file and this passphrase to restore your keys, on this computer or another one.")
}

// BackupAdvice is for when the keys have been protected.
func BackupAdvice() string {
	return tr("Make a backup now: if this computer breaks, or if you cannot unlock your keys any more, you can restore them from it.")
}

func BackupDoneText(file string) string {
	return tr("The backup is in the file %s. Store it away from this computer, and keep the passphrase separate from the file.", file)
}

func RestoreTitle() string   { return tr("Restore keys") }
func RestoreHeading() string { return tr("Enter the passphrase of the backup") }
