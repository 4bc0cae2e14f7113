// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"strings"

	"purple-otr/keystore"
)

// Taking keys and fingerprints to and from other places.

func toolImport() string  { return tr("Import keys and fingerprints…") }
func toolBackup() string  { return tr("Back up keys…") }
func toolRestore() string { return tr("Restore keys from a backup…") }
func actionMove() string  { return tr("Import or back up…") }

func moveTitle() string     { return tr("Import or back up") }
func moveHeading() string   { return tr("What do you want to do with your keys?") }
func buttonImport() string  { return trc("button", "Import…") }
func buttonRestore() string { return trc("button", "Restore…") }
func buttonBackUp() string  { return trc("button", "Back up…") }

func moveText() string {
	return tr("Import what another program has saved, make a backup of your keys and fingerprints, or restore one, on this computer or on another.")
}

func importTitle() string   { return tr("Import keys") }
func importHeading() string { return tr("Where are the keys and fingerprints?") }
func buttonFile() string    { return trc("button", "In a file…") }
func buttonFolder() string  { return trc("button", "In a folder…") }

func importText() string {
	return tr("Those of pidgin-otr, irssi, Adium, WeeChat, Gajim, CoyIM and others with the same files are understood. You see what is in it before anything is taken over.")
}

func importFailed() string   { return tr("Nothing has been taken over.") }
func buttonContinue() string { return ButtonContinue() }
func nothingNew() string     { return tr("There is nothing new in it.") }
func importDone() string     { return tr("The keys and fingerprints have been taken over.") }

func unsureHeading() string { return tr("Which of your accounts is it?") }

func unsureText() string {
	return tr("The other program has other names for accounts, so it is not certain whose keys and fingerprints these are.")
}

func whoseKeys(account string) string { return tr("What is there for %s belongs to:", account) }
func keepName(account string) string  { return tr("an account called %s", account) }
func leaveOut() string                { return tr("none; leave it out") }

func previewHeading() string { return tr("Take this over?") }

// previewText says what is in it, and how that stands to what is here.
func previewText(all carried, p keystore.Plan) string {
	var lines []string
	for _, f := range all.files {
		lines = append(lines, clean(f.Path, maxReason))
	}
	if len(lines) > 5 {
		lines = append(lines[:5], "…")
	}
	var keys, contacts [3]int
	verified := 0
	for _, k := range p.Keys {
		keys[k.Relation]++
	}
	for _, c := range p.Contacts {
		contacts[c.Relation]++
		if c.Trust.Trusted() {
			verified++
		}
	}
	problems := ""
	if len(all.problems) > 0 {
		problems = tr("This is left out:") + "\n" + problemLines(all.problems)
	}
	mine := trn("%d private key", "%d private keys", len(p.Keys), len(p.Keys))
	theirs := trn("%d fingerprint of a buddy", "%d fingerprints of buddies", len(p.Contacts), len(p.Contacts))
	if len(p.Keys) > 0 {
		mine += ": " + relations(keys)
	}
	if len(p.Contacts) > 0 {
		theirs += ": " + relations(contacts) + "; " + trn("%d of them verified", "%d of them verified", verified, verified)
	}
	return paragraphs(strings.Join(lines, "\n"), mine+"\n"+theirs, problems)
}

func relations(n [3]int) string {
	var some []string
	add := func(n int, text string) {
		if n > 0 {
			some = append(some, text)
		}
	}
	add(n[keystore.New], trn("%d new", "%d new", n[keystore.New], n[keystore.New]))
	add(n[keystore.Same], trn("%d here already", "%d here already", n[keystore.Same], n[keystore.Same]))
	add(n[keystore.Clash], trn("%d different here", "%d different here", n[keystore.Clash], n[keystore.Clash]))
	return strings.Join(some, ", ")
}

func importTrust() string {
	return tr("Believe who has been verified there (not if somebody else could have changed the file)")
}

func importReplace(n int) string {
	return trn("Use what is there also where it is different here (%d time). A key that is replaced is kept in a copy; your buddies will be told that you use another one.",
		"Use what is there also where it is different here (%d times). A key that is replaced is kept in a copy; your buddies will be told that you use another one.", n, n)
}

func clashKey(account string) string { return tr("Different: the key of %s", account) }

func clashKeys(ours, theirs string) string { return tr("here: %s\nthere: %s", ours, theirs) }

func clashBuddy(buddy string, verifiedHere bool) string {
	if verifiedHere {
		return tr("Different: %s, verified here and not there", buddy)
	}
	return tr("Different: %s, verified there and not here", buddy)
}

func takenText(p keystore.Plan) string {
	keys, contacts := 0, 0
	for _, k := range p.Keys {
		if k.Take {
			keys++
		}
	}
	for _, c := range p.Contacts {
		if c.Take {
			contacts++
		}
	}
	return trn("%d private key", "%d private keys", keys, keys) + ", " +
		trn("%d fingerprint of a buddy", "%d fingerprints of buddies", contacts, contacts)
}

// Backups.

func backupTitle() string   { return tr("Back up keys") }
func backupHeading() string { return tr("All your keys and fingerprints in one file") }
func backupFailed() string  { return tr("The backup has not been made.") }
func backupDone() string    { return tr("The backup has been made.") }
func backupEmpty() string   { return tr("There are no keys or fingerprints yet.") }

func backupText() string {
	return tr("The file is encrypted with a passphrase of its own. With both, and with nothing less, it can be restored here or on another computer.")
}

func backupDoneText(file string) string {
	return tr("It is the file %s. Keep it apart from this computer, and the passphrase apart from it.", file)
}

func restoreTitle() string   { return tr("Restore keys") }
func restoreHeading() string { return tr("With which passphrase was the backup made?") }
