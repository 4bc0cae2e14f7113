// SPDX-License-Identifier: GPL-2.0-or-later

package ui

// The table of known fingerprints.

func knownTitle() string { return tr("Known fingerprints") }

func knownHeading() string {
	return tr("Everybody with whom you have had a private conversation. A fingerprint is a short form of the key of one of their programs.")
}

func knownEmpty() string {
	return tr("There is nobody yet. After your first private conversation your buddy is listed here.")
}

func tableSearch() string { return tr("Search:") }

func columnBuddy() string       { return trc("column", "Buddy") }
func columnAccount() string     { return trc("column", "Your account") }
func columnStatus() string      { return trc("column", "Conversation") }
func columnVerified() string    { return trc("column", "Verified") }
func columnFingerprint() string { return trc("column", "Fingerprint") }
func columnFirst() string       { return trc("column", "First seen") }
func columnLast() string        { return trc("column", "Last seen") }

func accountCell(name, protocol string) string {
	return trc("account and protocol", "%s (%s)", name, protocol)
}

func statusUnused() string     { return trc("a fingerprint is", "Not in use") }
func verifiedNo() string       { return trc("verified", "No") }
func verifiedCompared() string { return trc("verified", "Yes") }
func verifiedQuestion() string { return trc("verified", "By question or secret") }
func dayUnknown() string       { return trc("first or last seen", "Unknown") }
func actionVerify() string     { return tr("Verify…") }
func actionWithdraw() string   { return tr("Not verified any more…") }
func actionShow() string       { return tr("Show…") }
func actionStart() string      { return tr("Start conversation") }
func actionEnd() string        { return tr("End conversation") }
func actionForget() string     { return tr("Forget…") }
func buttonWithdraw() string   { return trc("button", "Not verified any more") }
func buttonForget() string     { return trc("button", "Forget") }
func showTitle() string        { return tr("Fingerprint") }
func showLabel() string        { return tr("Fingerprint:") }
func knownSaveHeading() string { return tr("The list of fingerprints could not be changed.") }
func knownCode(name string) string {
	return tr("The fingerprint of %s for the camera of a telephone:", name)
}

func withdrawTitle() string { return tr("Withdraw a verification") }

func withdrawHeading(name string) string { return tr("Is %s not verified any more?", name) }

func withdrawText(name string) string {
	return tr("Your conversations with %s will be shown as unverified until you verify this fingerprint again.", name)
}

func forgetTitle() string { return tr("Forget a fingerprint") }

func forgetHeading(name string) string { return tr("Forget this fingerprint of %s?", name) }

func forgetText(name string, verified bool) string {
	if verified {
		return tr("You have verified this fingerprint. If you forget it, you have to verify %s anew, and you are not warned if somebody else pretends to be %s in the meantime.", name, name)
	}
	return tr("The next time this key of %s is used, it will look like a new one.", name)
}

func forgetInUse(name string) string {
	return tr("This fingerprint of %s is in use and was not forgotten.", name)
}

func forgetEndFirst(name string) string {
	return tr("To forget it, end the private conversation with %s first.", name)
}
