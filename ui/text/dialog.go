// SPDX-License-Identifier: GPL-2.0-or-later

package text

import "strings"

// What dialogs say by themselves, whatever they are about.

// ButtonCopy is on a button beside what it copies, and CopyWhat is what it is
// called for those who do not see where it is.
func ButtonCopy() string { return trc("button", "Copy") }

func CopyWhat(label string) string {
	return tr("Copy: %s", strings.TrimRight(strings.TrimSpace(label), ":"))
}

// ShowTyped is a box below what is typed unseen.
func ShowTyped() string { return tr("Show the text") }

// CodeMeaning describes a QR code, which holds value, to those who do not see it.
func CodeMeaning(value string) string {
	return tr("A QR code to scan with a phone. It contains: %s", value)
}

// IconMeaning describes an icon, for success or a warning, to those who do not see it.
func IconMeaning(success bool) string {
	if success {
		return trc("icon", "Success")
	}
	return trc("icon", "Warning")
}

// NothingFound is said in a table where there are rows, but none with what was
// searched for.
func NothingFound() string { return tr("Nothing found.") }

// Where a dialog is asked one part after the other:

// FillIn precedes a form that has come back because of fields with these labels.
func FillIn(labels []string) string {
	for i, l := range labels {
		labels[i] = strings.TrimRight(strings.TrimSpace(l), ":")
	}
	return tr("Please fill in: %s", strings.Join(labels, "; "))
}

// PathLabel is where one types a path, and PathTaken why it is asked for again.
func PathLabel(folder bool) string {
	if folder {
		return tr("Path of the folder:")
	}
	return tr("Path of the file:")
}

func PathTaken() string { return tr("This file already exists. Choose another name.") }

// ButtonCancel leads nowhere.
func ButtonCancel() string { return trc("button", "Cancel") }

// ButtonContinue leads from one part to the next.
func ButtonContinue() string { return trc("button", "Continue") }

// ChooseRow and ChooseAction are the labels of choices: of a row in a table, and
// of what to do with it.
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

// NoRow and BackToTable are among what can be chosen.
func NoRow() string       { return tr("(none of these)") }
func BackToTable() string { return tr("Go back to the list") }
