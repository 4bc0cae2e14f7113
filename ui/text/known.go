// SPDX-License-Identifier: GPL-2.0-or-later

package text

// The table of known fingerprints.

func KnownTitle() string { return tr("Known fingerprints") }

func KnownHeading() string {
	return tr("Everyone you have had a private conversation with. A fingerprint is a short form of a key; each of their devices may have a different key.")
}

func KnownEmpty() string {
	return tr("No fingerprints yet. After your first private conversation, your buddy is listed here.")
}

func TableSearch() string { return tr("Search:") }

func ColumnBuddy() string       { return trc("column", "Buddy") }
func ColumnAccount() string     { return trc("column", "Your account") }
func ColumnStatus() string      { return trc("column", "Conversation") }
func ColumnVerified() string    { return trc("column", "Verified") }
func ColumnVersion() string     { return trc("column", "Version") }
func ColumnFingerprint() string { return trc("column", "Fingerprint") }
func ColumnFirst() string       { return trc("column", "First seen") }
func ColumnLast() string        { return trc("column", "Last seen") }

// AccountCell is a cell in a table of accounts.
func AccountCell(name, protocol string) string {
	return trc("account and protocol", "%s (%s)", name, protocol)
}

func StatusUnused() string     { return trc("a fingerprint is", "Not in use") }
func VerifiedNo() string       { return trc("verified", "No") }
func VerifiedCompared() string { return trc("verified", "Yes") }
func VerifiedQuestion() string { return trc("verified", "By question or secret") }
func VerifiedCarried() string  { return trc("verified", "Carried over") }
func DayUnknown() string       { return trc("first or last seen", "Unknown") }
func ActionVerify() string     { return tr("Verify…") }
func ActionUnverify() string   { return tr("Remove verification…") }
func ActionShow() string       { return tr("Show…") }
func ActionStart() string      { return tr("Start conversation") }
func ActionEnd() string        { return tr("End conversation") }
func ActionForget() string     { return tr("Forget…") }
func ButtonUnverify() string   { return trc("button", "Remove verification") }
func ButtonForget() string     { return trc("button", "Forget") }
func ShowTitle() string        { return tr("Fingerprint") }
func ShowLabel() string        { return tr("Fingerprint:") }
func KnownSaveHeading() string { return tr("The list of fingerprints could not be changed.") }
func KnownCode(name string) string {
	return tr("The fingerprint of %s, to scan with a phone:", name)
}

func UnverifyTitle() string { return tr("Remove verification") }

func UnverifyHeading(name string) string { return tr("Remove the verification of %s?", name) }

func UnverifyText(name string) string {
	return tr("Your conversations with %s will be shown as unverified until you verify this fingerprint again.", name)
}

func ForgetTitle() string { return tr("Forget a fingerprint") }

func ForgetHeading(name string) string { return tr("Forget this fingerprint of %s?", name) }

func ForgetText(name string, verified bool) string {
	if verified {
		return tr("You have verified this fingerprint. If you forget it, you must verify %s again. Until then, you will not be warned if someone else pretends to be %s.", name, name)
	}
	return tr("The next time %s uses this key, it will be treated as a new one.", name)
}

func ForgetInUse(name string) string {
	return tr("This fingerprint of %s is in use, so it was not forgotten.", name)
}

func ForgetEndFirst(name string) string {
	return tr("To forget it, end the private conversation with %s first.", name)
}
