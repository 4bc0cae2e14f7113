// SPDX-License-Identifier: GPL-2.0-or-later

package text

import "strings"

// Words that occur in many dialogs.

// ButtonCopy is the label of a button beside the text that it copies. CopyWhat is its
// name for screen readers.
func ButtonCopy() string { return trc("button", "Copy") }

func CopyWhat(label string) string {
	// Translators: %s is the label of the field that is copied, such as “Your own fingerprint”.
	return tr("Copy: %s", withoutColon(label))
}

// ShowTyped is the label of a check box below a field for a passphrase.
func ShowTyped() string { return tr("Show the text") }

// CodeMeaning describes a QR code that contains value, for screen readers.
func CodeMeaning(value string) string {
	// Translators: read out by a screen reader; %s is a web address.
	return tr("A QR code to scan with a phone. It contains: %s", value)
}

// IconMeaning describes an icon, of success or of a warning, for screen readers.
func IconMeaning(success bool) string {
	if success {
		return trc("icon", "Success")
	}
	return trc("icon", "Warning")
}

// NothingFound is shown in a table that has rows, but none that the search found.
func NothingFound() string { return tr("Nothing found.") }

// Finch and other programs ask a dialog in several steps:

// FillIn is shown above a form that is asked again because the fields with these labels
// are empty.
func FillIn(labels []string) string {
	names := make([]string, len(labels))
	for i, l := range labels {
		names[i] = withoutColon(l)
	}
	return tr("Please fill in: %s", strings.Join(names, catalogue().Marks().Semicolon))
}

// PathLabel is the label of a field for a path. PathExists says why it is asked again.
func PathLabel(folder bool) string {
	if folder {
		return tr("Path of the folder:")
	}
	return tr("Path of the file:")
}

func PathExists() string { return tr("This file already exists. Choose another name.") }

func ButtonCancel() string { return trc("button", "Cancel") }

// ButtonContinue leads to the next step.
func ButtonContinue() string { return trc("button", "Continue") }

// ChooseRow and ChooseAction are the labels of choices: of a row in a table, and of an
// action for it.
func ChooseRow() string    { return tr("Choose one:") }
func ChooseAction() string { return tr("What do you want to do?") }

// HowToSearch says how to shorten a long list. RowsShown says that it does not show
// all rows.
func HowToSearch() string {
	return tr("To find something, type a part of it and choose “Continue”.")
}
func RowsShown(shown, found int) string {
	return tr("These are the first %d of %d.", shown, found)
}

// NoRow and BackToTable are options of these two choices.
func NoRow() string       { return tr("(none of these)") }
func BackToTable() string { return tr("Go back to the list") }
