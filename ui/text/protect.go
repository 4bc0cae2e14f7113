// SPDX-License-Identifier: GPL-2.0-or-later

package text

import (
	"path/filepath"
	"strings"
)

// How the user's keys are protected.

// Paragraphs joins the texts that are not empty.
func Paragraphs(texts ...string) string {
	var some []string
	for _, t := range texts {
		if t != "" {
			some = append(some, t)
		}
	}
	return strings.Join(some, "\n\n")
}

func ToolProtect() string   { return tr("Key protection…") }
func ActionProtect() string { return tr("Key protection…") }

func ProtectTitle() string   { return tr("Key protection") }
func ProtectHeading() string { return tr("Protect your keys") }

// Translators: followed by three choices, such as “In the desktop keyring: …”.
func ProtectLabel() string  { return tr("Keep my keys:") }
func ButtonApply() string   { return trc("button", "Apply") }
func ButtonProtect() string { return trc("button", "Protect") }

// Where a function has a parameter pidginOTR, the user has or had that plugin. Its
// name is in no other sentence about protection: most people do not know it.

func ProtectText(pidginOTR bool) string {
	s := tr("Your private keys and the list of who you have verified can be kept in one encrypted file.")
	if pidginOTR {
		s += " " + tr("pidgin-otr cannot use this file.")
	}
	return s
}

func ChoiceKeyring() string {
	return tr("In the desktop keyring: unlocked while you are logged in")
}

func ChoicePassphrase() string {
	return tr("Behind a passphrase: you type it each time the program starts")
}

func ChoicePlain(pidginOTR bool) string {
	if pidginOTR {
		return tr("In unencrypted files: anyone who gets a copy of your files can use your keys, and so can pidgin-otr")
	}
	return tr("In unencrypted files: anyone who gets a copy of your files can use your keys")
}

// Translators: %s is one of the choices about key protection.
func ChosenNow(choice string) string { return tr("%s (current setting)", choice) }

func PassphraseLabel() string { return tr("Passphrase (several words that nobody would guess):") }
func PassphraseAgain() string { return tr("The same passphrase again:") }
func PassphrasesDiffer() string {
	return tr("The two passphrases are not the same. Please type them again.")
}

func PassphraseTooShort() string {
	return tr("This passphrase is too easy to guess, because it is too short. Use at least four words that do not belong together.")
}

func PassphraseTooCommon() string {
	return tr("This passphrase is too easy to guess, because many people use it or one like it. Use at least four words that do not belong together.")
}

func PassphraseWeak() string {
	return tr("Your passphrase could be guessed with a lot of work. One or two more words make it much harder to guess. You can change it under “Key protection”.")
}

func WrongPassphrase() string { return tr("Wrong passphrase. Please try again.") }

func Protecting() string { return tr("Changing the protection of your keys…") }

func KeyringMayAsk() string { return tr("The desktop keyring may ask for its password.") }

func UnprotectedHeading() string { return tr("Your keys are now in unencrypted files.") }

func UnprotectedText(pidginOTR bool) string {
	s := tr("Anyone who gets a copy of your files can use your keys.")
	if pidginOTR {
		s += " " + tr("To use the keys with pidgin-otr, disable this plugin and enable “Off-the-Record Messaging” (pidgin-otr) under Tools > Plugins.")
	}
	return s
}

func ProtectedByKeyring() string {
	return tr("Your keys are protected by the desktop keyring.")
}

func ProtectedByPassphrase() string { return tr("Your keys are protected by your passphrase.") }
func PassphraseNeeded() string {
	return tr("If you forget the passphrase, your keys cannot be recovered.")
}

// TracesLeft says what we cannot promise about the old files.
func TracesLeft() string {
	return tr("The old files have been overwritten and removed. Traces of them may remain on the disk, in snapshots, or in backups.")
}

func ProtectionUnchanged() string { return tr("The protection of your keys was not changed.") }

func DecideFoundFirst() string {
	return tr("Another program has written new keys or fingerprints. Decide first what to do with them.")
}

// LeftText lists the files that could not be removed. It is empty if there are none.
func LeftText(left []Problem) string {
	if len(left) == 0 {
		return ""
	}
	return tr("These files could not be overwritten or removed. Please remove them yourself:") + "\n" + problemLines(left)
}

func problemLines(problems []Problem) string {
	var lines []string
	for _, p := range problems {
		reason := Clean(strings.TrimPrefix(p.Err.Error(), p.File+": "), MaxReason)
		if p.File != "" {
			reason = Labelled(Clean(filepath.Base(p.File), MaxReason), reason)
		}
		lines = append(lines, reason)
	}
	return strings.Join(lines, "\n")
}

func KeyringUnavailable() string {
	return tr("The desktop keyring did not answer. It may not be running.")
}

func KeyringLocked() string {
	return tr("The desktop keyring is locked, or its password prompt was cancelled.")
}

// OtherComputer explains keys for which the keyring has nothing.
func OtherComputer() string {
	return tr("If you copied your files from another computer, or your keyring was lost, restore your keys from a backup. Each computer has its own keyring, so the copied files are not enough.")
}

func KeyringEntryMissing() string {
	return tr("The desktop keyring does not contain the entry that unlocks these keys. It may be a different keyring, or the entry may have been deleted.")
}

func NoLocksHeading() string {
	return tr("Use your keys on only one computer at a time.")
}

func NoLocksText() string {
	return tr("Your folder is on a network or a disk where programs cannot lock files. Your keys are saved all the same. But if two programs save something at the same time, one of the changes can be lost.")
}

// The first start.

func AdoptedText(keys, known, verified int) string {
	return tr("Your existing keys and fingerprints have been kept:") + " " +
		List(
			trn("%d private key", "%d private keys", keys, keys),
			trn("%d fingerprint of a buddy", "%d fingerprints of buddies", known, known),
			trn("%d of them verified", "%d of them verified", verified, verified),
		) + catalogue().Marks().Stop
}

func ProtectedHeading() string {
	return tr("Your keys are now protected by the desktop keyring.")
}

func ProtectedText(pidginOTR bool) string {
	s := tr("Someone who steals your disk or copies your files cannot use your keys. You do not need to do anything: your keys are unlocked automatically while you are logged in.")
	if pidginOTR {
		return s + " " + tr("pidgin-otr can no longer find your keys, and would create new keys that your buddies do not know. To use pidgin-otr again, choose “Use with pidgin-otr again” now, or “Key protection” in the Tools menu later.")
	}
	return s + " " + ProtectLater()
}

// ProtectLater says where the protection can be changed.
func ProtectLater() string {
	return tr("You can change this later: choose “Key protection” in the Tools menu.")
}

// ButtonPidginOTR removes the protection. People who never had pidgin-otr see
// ButtonOther instead, which leads to the choices.
func ButtonPidginOTR() string { return trc("button", "Use with pidgin-otr again") }

// Translators: on a button beside “Keep them protected”; it leads to the choices about key protection.
func ButtonOther() string  { return trc("button", "Change…") }
func ButtonKeep() string   { return trc("button", "Keep them protected") }
func OfferHeading() string { return tr("Protect your keys with a passphrase?") }

func OfferKeyringHeading() string { return tr("Protect your keys with the desktop keyring?") }

// OfferKeyringText is for people who have or had pidgin-otr.
func OfferKeyringText() string {
	return tr("Then nobody who steals your disk or copies your files can use your keys.") + " " + sealingMeans() + " " +
		tr("You will not be asked again.") + " " + ProtectLater()
}

// sealingMeans says what people who have pidgin-otr lose.
func sealingMeans() string {
	return tr("But pidgin-otr will not find your keys. And to move them to another computer, you will need a backup: copying the folder will not be enough.")
}

func OfferText(pidginOTR bool) string {
	s := tr("Your keys are in unencrypted files, because no unlocked desktop keyring was found. Anyone who steals your disk or copies your files can use them. With a passphrase, only you can use your keys. You type it each time the program starts.")
	if pidginOTR {
		s += " " + sealingMeans()
	}
	return s + " " + tr("You will not be asked again.") + " " + ProtectLater()
}

func ButtonLeave() string { return trc("button", "Leave them unprotected") }

// Locked keys.

func MenuUnlock() string    { return tr("_Unlock keys…") }
func MenuLock() string      { return tr("Lock keys _now") }
func ToolLock() string      { return tr("Lock keys now") }
func UnlockTitle() string   { return tr("Unlock your OTR keys") }
func UnlockHeading() string { return tr("Your keys are locked.") }
func UnlockLabel() string   { return tr("Passphrase:") }
func ButtonUnlock() string  { return trc("button", "Unlock") }
func ButtonNotNow() string  { return trc("button", "Not now") }
func ButtonAgain() string   { return trc("button", "Try again") }

func UnlockText() string {
	return tr("Private conversations are not possible until you unlock your keys with your passphrase. Buddies who ask for one have to wait.")
}

func UnlockKeyringText() string {
	return tr("Private conversations are not possible until the desktop keyring unlocks your keys. Buddies who ask for one have to wait.")
}

func PassphraseForgotten() string { return tr("I have forgotten my passphrase") }
func ButtonStartOver() string     { return trc("button", "Start over…") }
func StartOverHeading() string    { return tr("Start over without these keys?") }
func StartOverDone() string       { return tr("You have started over.") }

func StartOverText() string {
	return tr("Without the passphrase or the keyring entry, these keys cannot be unlocked. If you start over, your accounts get new keys when they need them. All your buddies must then verify you again, and you must verify them again. The files with the old keys are kept under other names, in case you can use them later.")
}

func KeysLocked() string {
	return tr("Your keys are locked. To have private conversations, unlock them (OTR menu, or /otr unlock).")
}

func NotLocked() string { return tr("Your keys are not locked.") }

func NothingToLock() string {
	return tr("Your keys are not protected, so they cannot be locked. Protect them first: choose “Key protection” in the Tools menu, or type /otr protect.")
}

func SendLocked() string {
	return tr("Your message was not sent: it must be encrypted, and your keys are locked. Unlock your keys, then send the message again.")
}

func SentWhileLocked() string {
	return tr("Your messages are not encrypted, because your keys are locked. To encrypt them, unlock your keys (OTR menu, or /otr unlock).")
}

func AskedWhileLocked(name string, declined bool) string {
	if declined {
		return tr("%s wants to start a private conversation and gets no answer, because your keys are locked. Unlock your keys (OTR menu, or /otr unlock), then start the conversation.", name)
	}
	return tr("%s wants to start a private conversation. To answer, unlock your keys (OTR menu, or /otr unlock).", name)
}

// The notice about buddies with whom no conversation is open.

func LockNoticeHeading(names []string, stranger bool) string {
	switch {
	case len(names) == 1 && !stranger:
		return tr("%s wants to start a private conversation.", names[0])
	case len(names) == 0:
		return tr("Someone who is not in your buddy list wants to start a private conversation.")
	}
	return tr("Several people want to start a private conversation.")
}

// LockNoticeText lists names, if there are several buddies or a stranger.
func LockNoticeText(names []string, stranger, declined bool) string {
	var list string
	if len(names) > 1 || len(names) == 1 && stranger {
		list = strings.Join(names, "\n")
		if stranger {
			list += "\n" + tr("someone who is not in your buddy list")
		}
	}
	if declined {
		return Paragraphs(list, tr("They get no answer, because your keys are locked. Unlock your keys, then start the conversation."))
	}
	return Paragraphs(list, tr("To answer, unlock your keys."))
}

func ButtonUnlockNow() string { return trc("button", "Unlock…") }

// Protected keys whose file is missing or cannot be used.

func MissingHeading() string { return tr("The file with your protected keys is missing.") }

func MissingText() string {
	return tr("The file “purple-otr.sealed” was there before, and now it is not. A cleaning program may have deleted it, or someone who wants you to use other keys. Nothing else is used in its place until you decide.")
}

func DamagedHeading() string { return tr("The file with your protected keys is damaged.") }

func DamagedText() string {
	return tr("Your keys cannot be read from the file “purple-otr.sealed”. Nothing else is used in its place until you decide.")
}

// BackupOffered has a date such as 2026-02-28.
func BackupOffered(day string) string {
	return tr("The plugin saved a copy of your keys on %s. You can use this copy: your keys stay the same, and you only lose later changes.", day)
}

func PlainOffered() string {
	return tr("There are also unencrypted files with keys or fingerprints. Use them only if you removed the protection yourself, for example with “otr-keys plain”.")
}

func ButtonUseBackup() string { return trc("button", "Use the copy") }
func ButtonUsePlain() string  { return trc("button", "Use the unencrypted files") }

func OlderHeading() string { return tr("An older copy of your keys has replaced the newest one.") }

func OlderText() string {
	return tr("The desktop keyring remembers a newer file. If you put the older copy there yourself, use it. If not, someone else may have done it: then people whose verification you removed would count as verified again.")
}

func ButtonUseOlder() string { return trc("button", "Use the older copy") }

// Plain files that another program, probably pidgin-otr, wrote beside the protected one.

func FoundHeading() string { return tr("Another program has written keys or fingerprints.") }

func FoundOtherKey(key string) string { return tr("A different key for your account: %s", key) }

func FoundNewKey(key string) string {
	return tr("A key for an account that has none: %s", key)
}

func FoundFingerprint(fingerprint string) string { return tr("A fingerprint: %s", fingerprint) }

// FoundText lists keys and fingerprints, one in each of lines, and the files that they
// are in. It names pidgin-otr only to people who have or had it.
func FoundText(pidginOTR bool, lines, files []string) string {
	const most = 8
	if n := len(lines) - most; n > 0 {
		lines = append(lines[:most], trn("and %d more", "and %d more", n, n))
	}
	for _, f := range files {
		lines = append(lines, tr("In the file %s", Clean(f, MaxReason)))
	}
	who := tr("Another program has probably written them, but anyone who can write to your folder could have put them there. So they are not trusted automatically.")
	if pidginOTR {
		who = tr("Pidgin-otr has probably written them, but anyone who can write to your folder could have put them there. So they are not trusted automatically.")
	}
	return Paragraphs(
		tr("There are unencrypted files next to your protected keys.")+" "+who,
		strings.Join(lines, "\n"),
		tr("If you import them, the fingerprints are unverified, and the keys are used only for accounts that have none. Whether you import or remove them, the unencrypted files are deleted, and a copy of the keys is kept in your encrypted file."))
}

func ButtonImportFound() string { return trc("button", "Import") }
func ButtonRemove() string      { return trc("button", "Remove") }
func ButtonLater() string       { return trc("button", "Later") }
func FoundFailed() string       { return tr("Nothing was imported or removed.") }
func FoundLeft() string         { return tr("Some of the files could not be removed.") }

// Renamed accounts.

// Translators: %s is one of the user's accounts.
func OrphanHeading(account string) string { return tr("Is %s a renamed account?", account) }

func OrphanText() string {
	return tr("This account has no key yet, but there is a key of an account that you no longer have. If it was the same account under another name, use its key: then your buddies do not have to verify you again.")
}

// OrphanReplaceText is for an account that already has a key.
func OrphanReplaceText() string {
	return tr("There is a key of an account that you no longer have. If it was the same account under another name, you can use its key again. Buddies who verified that key do not have to verify you again. Buddies who know the current key will be warned that your key has changed. The private conversations of this account will end. A copy of the current key is kept.")
}

func NewKeyHeading(account string) string { return tr("A new key has been created for %s.", account) }

func NewKeyText() string {
	return tr("A private conversation needed a key. If you keep the new key, you can still change your mind later: choose “My keys” in the Tools menu, then “Replace”.")
}

func ButtonKeepNew() string { return trc("button", "Keep the new key") }

func ButtonUseKey(account string) string { return tr("Use the key of %s", account) }
func ButtonNewKey() string               { return trc("button", "Create a new key") }

// KeyReused is about two accounts of the user.
func KeyReused(account, before string) string {
	return tr("%s now uses the key of %s.", account, before)
}
