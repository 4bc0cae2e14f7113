// SPDX-License-Identifier: GPL-2.0-or-later

package text

import (
	"path/filepath"
	"strings"
)

// How the user's keys are protected, and what that means.

// Paragraphs joins those texts that are not empty.
func Paragraphs(texts ...string) string {
	var some []string
	for _, t := range texts {
		if t != "" {
			some = append(some, t)
		}
	}
	return strings.Join(some, "\n\n")
}

func ToolProtect() string   { return tr("Protection of my keys…") }
func ActionProtect() string { return tr("Protection…") }

func SettingProtect() string { return tr("When this is saved, show how my keys are protected") }

func ProtectTitle() string   { return tr("Protection of keys") }
func ProtectHeading() string { return tr("How are your keys protected?") }
func ProtectLabel() string   { return tr("Whoever gets hold of your disk or of a copy of your files:") }
func ButtonProtect() string  { return trc("button", "Protect") }

func ProtectText() string {
	return tr("This is about your private keys, and about whom you have verified. When they are protected they are in one encrypted file, which pidgin-otr cannot use.")
}

func ChoiceKeyring() string {
	return tr("cannot use them: the keyring of the desktop unlocks them while you are logged in")
}

func ChoicePassphrase() string {
	return tr("cannot use them without a passphrase, which you type at each start")
}

func ChoicePlain() string {
	return tr("can use them: they are in plain files, for use with pidgin-otr")
}

func ChosenNow(choice string) string { return tr("%s (as it is now)", choice) }

func PassphraseLabel() string { return tr("Passphrase (several words that nobody would guess):") }
func PassphraseAgain() string { return tr("The same passphrase again:") }
func PassphrasesDiffer() string {
	return tr("The two passphrases are not the same. Please type them again.")
}
func WrongPassphrase() string { return tr("This is not the passphrase. Please try again.") }

func Protecting() string { return tr("The protection of your keys is being changed.") }

func KeyringMayAsk() string { return tr("The keyring may ask for its password.") }

func ProtectedNot() string {
	return tr("Your keys are in plain files again. You can use them with pidgin-otr: switch this plugin off and that one on under Tools > Plugins.")
}

func ProtectedByKeyring() string {
	return tr("Your keys are protected by the keyring of the desktop.")
}

func ProtectedByPassphrase() string {
	return tr("Your keys are protected by your passphrase. If it is forgotten, nobody can get them back.")
}

// TracesLeft says what cannot be promised.
func TracesLeft() string {
	return tr("What was there before has been overwritten and removed. Nobody can promise that no trace of it is left on the disk, in snapshots or in backups.")
}

func ProtectionUnchanged() string { return tr("Nothing has been changed.") }

func DecideFoundFirst() string {
	return tr("Another program has written files with something new in them. Decide about these first.")
}

// LeftText lists what could not be cleaned up.
func LeftText(left []Problem) string {
	if len(left) == 0 {
		return ""
	}
	return tr("This could not be removed or overwritten; please look after it yourself:") + "\n" + problemLines(left)
}

func problemLines(problems []Problem) string {
	var lines []string
	for _, p := range problems {
		reason := Clean(strings.TrimPrefix(p.Err.Error(), p.File+": "), MaxReason)
		if p.File != "" {
			reason = Clean(filepath.Base(p.File), MaxReason) + ": " + reason
		}
		lines = append(lines, reason)
	}
	return strings.Join(lines, "\n")
}

func KeyringSilent() string { return tr("The keyring of the desktop did not answer.") }

func KeyringWithout() string {
	return tr("The keyring of the desktop does not have what unlocks these keys: perhaps it is another one, or it has been emptied.")
}

func NoLocksHeading() string {
	return tr("Use your keys on only one computer at a time.")
}

func NoLocksText() string {
	return tr("Your folder is on a network or a disk where programs cannot lock files. Your keys are saved all the same. But if two programs save something at the same time, one of the changes can be lost.")
}

// The first start.

func AdoptedText(keys, known, verified int) string {
	return tr("What was here already, from pidgin-otr if you have used that, goes on being used:") + " " +
		trn("%d private key", "%d private keys", keys, keys) + ", " +
		trn("%d fingerprint of a buddy", "%d fingerprints of buddies", known, known) + ", " +
		trn("%d of them verified", "%d of them verified", verified, verified) + "."
}

func ProtectedHeading() string {
	return tr("Your keys are now protected by the keyring of your desktop.")
}

func ProtectedText() string {
	return tr("Whoever steals your disk or a copy of your files cannot use them. You need not do anything: they are unlocked while you are logged in. But pidgin-otr does not find them any more, and would make new keys that your buddies do not know. If you want to go back to it, or to use both, choose “Use with pidgin-otr again” now, or “Protection of my keys” in the Tools menu later.")
}

func ButtonPidginOTR() string { return trc("button", "Use with pidgin-otr again") }
func ButtonKeep() string      { return trc("button", "Keep them protected") }
func OfferHeading() string    { return tr("Do you want to protect your keys with a passphrase?") }

func OfferText() string {
	return tr("Your keys are in plain files, as with pidgin-otr, because there is no keyring on this desktop: whoever steals your disk or a copy of your files can use them. With a passphrase, which you type at each start, nobody else can, and neither can pidgin-otr. You are not asked again; you find this under “Protection of my keys” in the Tools menu.")
}

func ButtonLeave() string { return trc("button", "Leave them as they are") }

// Locked keys.

func MenuUnlock() string    { return tr("_Unlock keys…") }
func MenuLock() string      { return tr("Lock keys _now") }
func ToolLock() string      { return tr("Lock keys now") }
func UnlockTitle() string   { return tr("Unlock keys") }
func UnlockHeading() string { return tr("Your keys are locked.") }
func UnlockLabel() string   { return tr("Passphrase:") }
func ButtonUnlock() string  { return trc("button", "Unlock") }
func ButtonNotNow() string  { return trc("button", "Not now") }
func ButtonAgain() string   { return trc("button", "Try again") }

func UnlockText() string {
	return tr("Until you unlock them with your passphrase there are no private conversations, and buddies who ask for one have to wait.")
}

func UnlockKeyringText() string {
	return tr("Until the keyring unlocks them there are no private conversations, and buddies who ask for one have to wait.")
}

func PassphraseForgotten() string { return tr("I have forgotten it") }
func ButtonAside() string         { return trc("button", "Begin anew…") }
func AsideHeading() string        { return tr("Begin anew without these keys?") }
func AsideDone() string           { return tr("You have begun anew.") }

func AsideText() string {
	return tr("Nobody can unlock them without that. You can begin anew: then your accounts get new keys when they need them, all your buddies have to verify you again, and you have to verify them. The file with the locked keys is kept under another name, in case you find the way in later.")
}

func KeysLocked() string {
	return tr("Your keys are locked: private conversations are possible when you have unlocked them (OTR menu, or /otr unlock).")
}

func NotLocked() string { return tr("Your keys are not locked.") }

func NothingToLock() string {
	return tr("Your keys are not protected, so they cannot be locked. Protect them first (Tools menu, Protection of my keys, or /otr protect).")
}

func SendLocked() string {
	return tr("Your message was not sent: it must be encrypted, and your keys are locked. Unlock them, then send it again.")
}

func SentWhileLocked() string {
	return tr("What you write is not encrypted, because your keys are locked (OTR menu, or /otr unlock).")
}

func AskedWhileLocked(name string, declined bool) string {
	if declined {
		return tr("%s asks for a private conversation and gets no answer, because your keys are locked. Unlock them (OTR menu, or /otr unlock), then start the conversation.", name)
	}
	return tr("%s asks for a private conversation. The answer waits until you unlock your keys (OTR menu, or /otr unlock).", name)
}

// What is said where no window shows the conversation.

func LockNoticeHeading(names []string, stranger bool) string {
	switch {
	case len(names) == 1 && !stranger:
		return tr("%s asks for a private conversation.", names[0])
	case len(names) == 0:
		return tr("Somebody who is not in your buddy list asks for a private conversation.")
	}
	return tr("Several people ask for a private conversation.")
}

// LockNoticeText names those of several who are in names.
func LockNoticeText(names []string, stranger, declined bool) string {
	var list string
	if len(names) > 1 || len(names) == 1 && stranger {
		list = strings.Join(names, "\n")
		if stranger {
			list += "\n" + tr("somebody who is not in your buddy list")
		}
	}
	if declined {
		return Paragraphs(list, tr("There is no answer, because your keys are locked. Unlock them, then start the conversation."))
	}
	return Paragraphs(list, tr("The answer waits until you unlock your keys."))
}

func ButtonUnlockNow() string { return trc("button", "Unlock…") }

// Files that pidgin-otr has written beside the protected ones.

func FoundHeading() string { return tr("Another program has written keys or fingerprints.") }

func FoundOtherKey(key string) string { return tr("Another key of yours: %s", key) }

func FoundNewKey(key string) string {
	return tr("A key for an account that has none: %s", key)
}

func FoundFingerprint(fingerprint string) string { return tr("A fingerprint: %s", fingerprint) }

// FoundText is about the keys and fingerprints in lines, which are in files.
func FoundText(lines, files []string) string {
	const most = 8
	if n := len(lines) - most; n > 0 {
		lines = append(lines[:most], trn("and %d more", "and %d more", n, n))
	}
	for _, f := range files {
		lines = append(lines, tr("In the file %s", Clean(f, MaxReason)))
	}
	return Paragraphs(
		tr("There are plain files beside your protected keys. Probably pidgin-otr has been used in between; but anybody who can write into your folder could have put them there, so nothing of it is believed."),
		strings.Join(lines, "\n"),
		tr("If you take it over, fingerprints are unverified, and keys are used for accounts that have none. In any case the plain files are removed then, and a copy of keys in them is kept inside."))
}

func ButtonTake() string   { return trc("button", "Take over") }
func ButtonRemove() string { return trc("button", "Remove") }
func ButtonLater() string  { return trc("button", "Later") }
func FoundFailed() string  { return tr("Nothing has been taken over or removed.") }
func FoundLeft() string    { return tr("Some of the files are still there.") }

// Renamed accounts.

func OrphanHeading(account string) string { return tr("Does %s replace another account?", account) }

func OrphanText() string {
	return tr("This account has no key yet, but there is a key of an account that you do not have any more. If that was the same one under another name, go on with its key: then your buddies do not have to verify you again.")
}

// OrphanReplaceText is for an account that has a key of its own.
func OrphanReplaceText() string {
	return tr("There is a key of an account that you do not have any more. If that was the same account under another name, you can use its key again: then buddies who verified it do not have to verify you again, but those who have met the present key are told that you use another one. Private conversations of this account end. A copy of the present key is kept.")
}

func NewKeyHeading(account string) string { return tr("A new key has been made for %s.", account) }

func NewKeyText() string {
	return tr("A private conversation needed one. If you keep it, you can still change your mind: choose “My keys” in the Tools menu, and there “Replace”.")
}

func ButtonKeepNew() string { return trc("button", "Keep the new key") }

func ButtonTakeOver(account string) string { return tr("Use that of %s", account) }
func ButtonNewKey() string                 { return trc("button", "Make a new key") }
func KeyTakenOver() string                 { return tr("The key has been taken over.") }
