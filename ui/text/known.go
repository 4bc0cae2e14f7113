// SPDX-License-Identifier: GPL-2.0-or-later

package text

// The table of known fingerprints.

func KnownTitle() string { return tr("Known fingerprints") }

func KnownHeading() string {
	return tr("Everybody with whom you have had a private conversation. A fingerprint is a short form of the key of one of their programs.")
}

func KnownEmpty() string {
	return tr("There is nobody yet. After your first private conversation your buddy is listed here.")
}

func TableSearch() string { return tr("Search:") }

func ColumnBuddy() string       { return trc("column", "Buddy") }
func ColumnAccount() string     { return trc("column", "Your account") }
func ColumnStatus() string      { return trc("column", "Conversation") }
func ColumnVerified() string    { return trc("column", "Verified") }
func ColumnFingerprint() string { return trc("column", "Fingerprint") }
func ColumnFirst() string       { return trc("column", "First seen") }
func ColumnLast() string        { return trc("column", "Last seen") }

func AccountCell(name, protocol string) string {
	return trc("account and protocol", "%s (%s)", name, protocol)
}

func StatusUnused() string     { return trc("a fingerprint is", "Not in use") }
func VerifiedNo() string       { return trc("verified", "No") }
func VerifiedCompared() string { return trc("verified", "Yes") }
func VerifiedQuestion() string { return trc("verified", "By question or secret") }
func DayUnknown() string       { return trc("first or last seen", "Unknown") }
func ActionVerify() string     { return tr("Verify…") }
func ActionWithdraw() string   { return tr("Not verified any more…") }
func ActionShow() string       { return tr("Show…") }
func ActionStart() string      { return tr("Start conversation") }
func ActionEnd() string        { return tr("End conversation") }
func ActionForget() string     { return tr("Forget…") }
func ButtonWithdraw() string   { return trc("button", "Not verified any more") }
func ButtonForget() string     { return trc("button", "Forget") }
func ShowTitle() string        { return tr("Fingerprint") }
func ShowLabel() string        { return tr("Fingerprint:") }
func KnownSaveHeading() string { return tr("The list of fingerprints could not be changed.") }
func KnownCode(name string) string {
	return tr("The fingerprint of %s for the camera of a telephone:", name)
}

func WithdrawTitle() string { return tr("Withdraw a verification") }

func WithdrawHeading(name string) string { return tr("Is %s not verified any more?", name) }

func WithdrawText(name string) string {
	return tr("Your conversations with %s will be shown as unverified until you verify this fingerprint again.", name)
}

func ForgetTitle() string { return tr("Forget a fingerprint") }

func ForgetHeading(name string) string { return tr("Forget this fingerprint of %s?", name) }

func ForgetText(name string, verified bool) string {
	if verified {
		return tr("You have verified this fingerprint. If you forget it, you have to verify %s anew, and you are not warned if somebody else pretends to be %s in the meantime.", name, name)
	}
	return tr("The next time this key of %s is used, it will look like a new one.", name)
}

func ForgetInUse(name string) string {
	return tr("This fingerprint of %s is in use and was not forgotten.", name)
}

func ForgetEndFirst(name string) string {
	return tr("To forget it, end the private conversation with %s first.", name)
}
