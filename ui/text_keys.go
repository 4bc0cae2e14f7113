// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import "strings"

// The user's own keys.

func keysTitle() string { return tr("My keys") }
func keyTitle() string  { return tr("My key") }

func keysHeading() string {
	return tr("Each of your accounts has a key, by which your buddies recognise you. Its fingerprint is a short form of it, which you can read to them.")
}

func keysEmpty() string      { return tr("You have no accounts yet.") }
func columnProtocol() string { return trc("column", "Protocol") }
func columnMine() string     { return trc("column", "Account") }
func keyNone() string        { return tr("No key yet. One is made when it is needed.") }
func keyInTheMaking() string { return tr("A key is being made…") }
func actionMake() string     { return tr("Make a key") }
func actionReplace() string  { return tr("Replace…") }
func actionDelete() string   { return tr("Delete…") }
func buttonReplace() string  { return trc("button", "Replace") }
func buttonDelete() string   { return trc("button", "Delete") }
func makingTitle() string    { return tr("Making a key") }
func makingText() string     { return tr("This takes a moment. You can go on working meanwhile.") }
func keySaveHeading() string { return tr("The key could not be changed.") }
func keyMadeText() string    { return tr("The key has been made.") }

func makingHeading(account string) string { return tr("Making a key for %s", account) }

func makingKey(account string) string {
	return tr("Making a key for %s. This takes a moment and is needed only once.", account)
}

func keyMissing() string {
	return tr("Somebody asks for a private conversation, but there is no key for this account. Start a private conversation to make one.")
}

func keyFailedHeading(account string) string { return tr("There is no key for %s.", account) }

func keyNotReplaced(account string) string {
	return tr("There is no new key for %s. The old one is still in use.", account)
}

func replaceTitle() string { return tr("Replace a key") }

func replaceHeading(account string) string { return tr("Replace the key of %s?", account) }

func replaceText() string {
	return tr("All your buddies will be told that you use another key, and have to verify you again. Private conversations of this account end. Do this if somebody may have got hold of your key. The old key is kept in a file beside the new one.")
}

func deleteTitle() string { return tr("Delete a key") }

func deleteHeading(account string) string { return tr("Delete the key of %s?", account) }

func deleteText() string {
	return tr("Private conversations of this account end. The next one makes a new key: then your buddies have to verify you again. The old key is kept in a file beside the others.")
}

func keptIn(file string) string {
	if strings.HasSuffix(file, ".sealed") {
		return tr("A copy of the old key is kept inside your encrypted file.")
	}
	return tr("The old key is in the file %s, beside the one with your keys.", file)
}

func keyDeletedHeading(account string) string {
	return tr("The key of %s has been deleted.", account)
}
