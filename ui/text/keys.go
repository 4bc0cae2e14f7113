// SPDX-License-Identifier: GPL-2.0-or-later

package text

import "strings"

// The user's own keys.

func KeysTitle() string { return tr("My keys") }
func KeyTitle() string  { return tr("My key") }

func KeysHeading() string {
	return tr("Each account has a key that identifies you to your buddies. The fingerprint is a short form of the key that you can read out to them.")
}

func KeysEmpty() string       { return tr("You have no accounts yet.") }
func ColumnProtocol() string  { return trc("column", "Protocol") }
func ColumnMine() string      { return trc("column", "Account") }
func KeyNone() string         { return tr("No key yet. It will be created when you need it.") }
func KeyBeingCreated() string { return tr("Creating the key…") }
func ActionCreate() string    { return tr("Create a key") }
func ActionReplace() string   { return tr("Replace…") }
func ActionDelete() string    { return tr("Delete…") }
func ButtonReplace() string   { return trc("button", "Replace") }
func ButtonDelete() string    { return trc("button", "Delete") }
func MakingText() string      { return tr("This takes a moment. You can continue to use the program.") }
func KeySaveHeading() string  { return tr("The key could not be changed.") }

func MakingHeading(account string) string { return tr("Creating a key for %s", account) }

func MakingKey(account string) string {
	return tr("Creating a key for %s. This takes a moment and is needed only once.", account)
}

func KeyMissing() string {
	return tr("Someone wants to start a private conversation, but this account has no key. Start a private conversation to create one.")
}

// OTR4 says that a key of account is the one for OTR version 4.
func OTR4(account string) string { return trc("key of an account", "%s (OTR 4)", account) }

func KeyFailedHeading(account string) string { return tr("%s has no key.", account) }

func KeyNotReplaced(account string) string {
	return tr("No new key was created for %s. The old one is still in use.", account)
}

func ReplaceTitle() string { return tr("Replace a key") }

func ReplaceHeading(account string) string { return tr("Replace the key of %s?", account) }

func ReplaceText() string {
	return tr("Do this if someone else may have your key. Your buddies will be warned that your key has changed, and must verify you again. The private conversations of this account will end. The old key is kept in a file next to the new one.")
}

func DeleteTitle() string { return tr("Delete a key") }

func DeleteHeading(account string) string { return tr("Delete the key of %s?", account) }

func DeleteText() string {
	return tr("The private conversations of this account will end. The next one will need a new key, and your buddies must then verify you again. The old key is kept in a file next to your other keys.")
}

func OldKeyKept(file string) string {
	if strings.HasSuffix(file, ".sealed") {
		return tr("A copy of the old key is kept in your encrypted file.")
	}
	return tr("The old key is kept in the file %s, next to the file with your keys.", file)
}

func KeyDeletedHeading(account string) string {
	return tr("The key of %s has been deleted.", account)
}
