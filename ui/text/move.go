// SPDX-License-Identifier: GPL-2.0-or-later

package text

import "strings"

// Taking keys and fingerprints to and from other places.

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
	return tr("Import what another program has saved, make a backup of your keys and fingerprints, or restore one, on this computer or on another.")
}

func ImportTitle() string   { return tr("Import keys") }
func ImportHeading() string { return tr("Where are the keys and fingerprints?") }
func ButtonFile() string    { return trc("button", "In a file…") }
func ButtonFolder() string  { return trc("button", "In a folder…") }

func ImportText() string {
	return tr("Those of pidgin-otr, irssi, Adium, WeeChat, Gajim, CoyIM and others with the same files are understood. You see what is in it before anything is taken over.")
}

func ImportFailed() string { return tr("Nothing has been taken over.") }
func NothingNew() string   { return tr("There is nothing new in it.") }
func ImportDone() string   { return tr("The keys and fingerprints have been taken over.") }

func UnsureHeading() string { return tr("Which of your accounts is it?") }

func UnsureText() string {
	return tr("The other program has other names for accounts, so it is not certain whose keys and fingerprints these are.")
}

func WhoseKeys(account string) string { return tr("What is there for %s belongs to:", account) }
func KeepName(account string) string  { return tr("an account called %s", account) }
func LeaveOut() string                { return tr("none; leave it out") }

func PreviewHeading() string { return tr("Take this over?") }

// A Preview is what is in something that can be taken over.
type Preview struct {
	Files          []string // paths
	Keys, Contacts Counts
	Verified       int // of the contacts
	Problems       []Problem
}

// Counts say how many there are, and how these stand to what is here.
type Counts struct {
	New, Same, Different int
}

func (c Counts) all() int { return c.New + c.Same + c.Different }

// PreviewText says what is in it, and how that stands to what is here.
func PreviewText(p Preview) string {
	var lines []string
	for _, f := range p.Files {
		lines = append(lines, Clean(f, MaxReason))
	}
	if len(lines) > 5 {
		lines = append(lines[:5], "…")
	}
	problems := ""
	if len(p.Problems) > 0 {
		problems = tr("This is left out:") + "\n" + problemLines(p.Problems)
	}
	keys, contacts := p.Keys.all(), p.Contacts.all()
	mine, theirs := keyCount(keys), contactCount(contacts)
	if keys > 0 {
		mine += ": " + relations(p.Keys)
	}
	if contacts > 0 {
		theirs += ": " + relations(p.Contacts) + "; " + trn("%d of them verified", "%d of them verified", p.Verified, p.Verified)
	}
	return Paragraphs(strings.Join(lines, "\n"), mine+"\n"+theirs, problems)
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
	add(c.Same, trn("%d here already", "%d here already", c.Same, c.Same))
	add(c.Different, trn("%d different here", "%d different here", c.Different, c.Different))
	return strings.Join(some, ", ")
}

func ImportTrust() string {
	return tr("Believe who has been verified there (not if somebody else could have changed the file)")
}

func ImportReplace(n int) string {
	return trn("Use what is there also where it is different here (%d time). A key that is replaced is kept in a copy; your buddies will be told that you use another one.",
		"Use what is there also where it is different here (%d times). A key that is replaced is kept in a copy; your buddies will be told that you use another one.", n, n)
}

func ClashKey(account string) string { return tr("Different: the key of %s", account) }

func ClashKeys(ours, theirs string) string { return tr("here: %s\nthere: %s", ours, theirs) }

func ClashBuddy(buddy string, verifiedHere bool) string {
	if verifiedHere {
		return tr("Different: %s, verified here and not there", buddy)
	}
	return tr("Different: %s, verified there and not here", buddy)
}

// TakenText says how much has been taken over.
func TakenText(keys, contacts int) string { return keyCount(keys) + ", " + contactCount(contacts) }

// Backups.

func BackupTitle() string   { return tr("Back up keys") }
func BackupHeading() string { return tr("All your keys and fingerprints in one file") }
func BackupFailed() string  { return tr("The backup has not been made.") }
func BackupDone() string    { return tr("The backup has been made.") }
func BackupEmpty() string   { return tr("There are no keys or fingerprints yet.") }

func BackupText() string {
	return tr("The file is encrypted with a passphrase of its own. With both, and with nothing less, it can be restored here or on another computer.")
}

// BackupAdvice is for when the keys have been protected.
func BackupAdvice() string {
	return tr("Make a backup now: if this computer breaks, or if you cannot unlock your keys any more, you can restore them from it.")
}

func BackupDoneText(file string) string {
	return tr("It is the file %s. Keep it apart from this computer, and the passphrase apart from it.", file)
}

func RestoreTitle() string   { return tr("Restore keys") }
func RestoreHeading() string { return tr("With which passphrase was the backup made?") }
