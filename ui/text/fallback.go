// SPDX-License-Identifier: GPL-2.0-or-later

package text

// The newer encryption, OTR 4: whom the user has verified already, and what happens if a
// conversation falls back to the older one.

// CarriedOver says that the user need not verify a buddy again for the newer encryption.
func CarriedOver(name string) string {
	return tr("Verification has been carried over: the key that you verified confirms %s’s new key for the newer encryption. You do not need to verify them again.", name)
}

func FallbackTitle() string    { return tr("Older encryption") }
func FallbackContinue() string { return trc("button", "Continue this time") }
func FallbackSettings() string { return ToolBuddy() }

func FallbackHeading(name string) string {
	return tr("The conversation with %s uses older encryption than before.", name)
}

func FallbackText(name string) string {
	return tr("Until now, you could use the newer encryption (OTR 4) with %s, but this conversation uses the older one. %s may be using a different program, or may have turned the newer encryption off. Or someone may be interfering with your messages, because the older encryption is weaker.\n\nYour messages will not be sent until you decide. If %s no longer uses the newer encryption, you can turn it off for them in the settings.", name, name, name)
}

func FallbackNotice(name string) string {
	return tr("Warning: the conversation with %s uses older encryption than before. Someone may be interfering with your messages. Your messages will not be sent until you decide what to do.", name)
}

func FallbackAccepted(name string) string {
	return tr("You chose to continue with the older encryption with %s this time.", name)
}

func SendFallback(name string) string {
	return tr("Your message was not sent: the conversation with %s uses older encryption than before. First decide what to do about that.", name)
}

// FallbackAsked is shown while the conversation uses the newer encryption.
func FallbackAsked(name string) string {
	return tr("Someone asked to use older, weaker encryption with %s: perhaps their chat program, if it no longer has the newer encryption, or an attacker. Nothing has changed yet.", name)
}

func ClockWrong(name string) string {
	return tr("The newer encryption with %s does not work, because the date or time seems to be wrong on one of your computers. Check the clock of yours, and ask them to check theirs.", name)
}
