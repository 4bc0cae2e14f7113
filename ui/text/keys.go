// SPDX-License-Identifier: GPL-2.0-or-later

package text

import "strings"

// The user's own keys.

func KeysTitle() string { return tr("My keys") }
func KeyTitle() string  { return tr("My key") }

func KeysHeading() string {
	return tr("Each of your accounts has a key, by which your buddies recognise you. Its fingerprint is a short form of it, which you can read to them.")
}

func KeysEmpty() string      { return tr("You have no accounts yet.") }
func ColumnProtocol() string { return trc("column", "Protocol") }
func ColumnMine() string     { return trc("column", "Account") }
func KeyNone() string        { return tr("No key yet. One is made when it is needed.") }
func KeyInTheMaking() string { return tr("A key is being made…") }
func ActionMake() string     { return tr("Make a key") }
func ActionReplace() string  { return tr("Replace…") }
func ActionDelete() string   { return tr("Delete…") }
func ButtonReplace() string  { return trc("button", "Replace") }
func ButtonDelete() string   { return trc("button", "Delete") }
func MakingTitle() string    { return tr("Making a key") }
func MakingText() string     { return tr("This takes a moment. You can go on working meanwhile.") }
func KeySaveHeading() string { return tr("The key could not be changed.") }
func KeyMadeText() string    { return tr("The key has been made.") }

func MakingHeading(account string) string { return tr("Making a key for %s", account) }

func MakingKey(account string) string {
	return tr("Making a key for %s. This takes a moment and is needed only once.", account)
}

func KeyMissing() string {
	return tr("Somebody asks for a private conversation, but there is no key for this account. Start a private conversation to make one.")
}

func KeyFailedHeading(account string) string { return tr("There is no key for %s.", account) }

func KeyNotReplaced(account string) string {
	return tr("There is no new key for %s. The old one is still in use.", account)
}

func ReplaceTitle() string { return tr("Replace a key") }

func ReplaceHeading(account string) string { return tr("Replace the key of %s?", account) }

func ReplaceText() string {
	return tr("All your buddies will be told that you use another key, and have to verify you again. Private conversations of this account end. Do this if somebody may have got hold of your key. The old key is kept in a file beside the new one.")
}

func DeleteTitle() string { return tr("Delete a key") }

func DeleteHeading(account string) string { return tr("Delete the key of %s?", account) }

func DeleteText() string {
	return tr("Private conversations of this account end. The next one makes a new key: then your buddies have to verify you again. The old key is kept in a file beside the others.")
}

func KeptIn(file string) string {
	if strings.HasSuffix(file, ".sealed") {
		return tr("A copy of the old key is kept inside your encrypted file.")
	}
	return tr("The old key is in the file %s, beside the one with your keys.", file)
}

func KeyDeletedHeading(account string) string {
	return tr("The key of %s has been deleted.", account)
}
