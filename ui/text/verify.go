// SPDX-License-Identifier: GPL-2.0-or-later

package text

// Verification of a buddy.

func MenuVerify() string      { return tr("_Verify buddy…") }
func MenuVerifyAgain() string { return tr("_Verify buddy again…") }

func VerifyTitle() string { return tr("Verify buddy") }

func VerifyHeading(name string) string { return tr("Is it really %s?", name) }

func VerifyText(name string, verified bool) string {
	if verified {
		return tr("You have already verified %s. To verify them again, choose one of three ways.", name)
	}
	return tr("Your messages are encrypted, but is it really %s who reads them? There are three ways to verify this. You need only one of them, and only once.", name)
}

func VerifyHow() string { return tr("How do you want to verify them?") }

func VerifyByQuestion(name string) string {
	return tr("Ask a question that only %s can answer", name)
}

func VerifyBySecret(name string) string {
	return tr("Compare a secret: a word or sentence that only you and %s know", name)
}

func VerifyByFingerprint() string {
	return tr("Compare fingerprints, by phone or in person")
}

func VerifyAsk(name string) string {
	return tr("Your question. %s will see it:", name)
}

func VerifyAnswer() string {
	return tr("The answer, exactly as they must type it (capital letters matter). It is not sent:")
}

func VerifySecret(name string) string {
	return tr("The secret, exactly as %s must type it too (capital letters matter). It is not sent:", name)
}

func VerifyTheirs(name, peer, protocol string) string {
	// Translators: name of the buddy, their address, and the protocol.
	return tr("Fingerprint of %s (%s, %s):", name, peer, protocol)
}

func VerifyMine(account, protocol string) string {
	// Translators: an account and its protocol.
	return tr("Your own fingerprint (%s, %s):", account, protocol)
}

func VerifyCode() string {
	return tr("Your fingerprint, to scan with a phone:")
}

func VerifyCompare(name string) string {
	return tr("A fingerprint identifies a key. Read both fingerprints to each other, by phone or in person. If %s sees the same two, nobody is intercepting your messages.", name)
}

func VerifyQuestion() string { return tr("Have you compared the fingerprints?") }
func VerifyNotYet() string   { return tr("Not yet") }
func VerifyMatch() string    { return tr("Yes, both are the same") }
func VerifyKeep() string     { return tr("Keep the verification") }
func VerifyRemove() string   { return tr("They differ, or I am not sure: remove the verification") }

// Translators: shown in place of the user's own fingerprint.
func VerifyNone() string { return tr("You have no key yet.") }

func VerifyPaste(name string) string {
	return tr("Or paste the fingerprint that %s sent you in another way. The program compares it for you:", name)
}

func VerifyNothing(name string) string {
	return tr("Nothing was verified, because you did not confirm that the fingerprints are the same. To verify %s later, choose “Verify buddy” from the OTR menu.", name)
}

func VerifyKept(name string) string { return tr("Nothing was changed. %s is still verified.", name) }

func PasteIncompleteHeading() string { return tr("This is not a complete fingerprint.") }

func PasteIncomplete(got, want int) string {
	// Translators: two numbers: how many a fingerprint has, and how many the text has.
	return tr("A fingerprint has %d digits and letters, but the text you pasted has %d. Copy the whole fingerprint and paste it again. Nothing was verified.", want, got)
}

func PasteInvalid() string {
	return tr("The text you pasted contains characters that are not part of a fingerprint. Copy only the digits 0 to 9 and the letters A to F. Nothing was verified.")
}

func PasteOwn(name string) string {
	return tr("You pasted your own fingerprint. Paste the fingerprint that %s sent you. Nothing was verified.", name)
}

func PasteDiffersHeading(name string) string {
	return tr("This is not the fingerprint of %s.", name)
}

func PasteDiffers(name string, partly bool) string {
	s := tr("You pasted the fingerprint of a different key. %s may be using another device. Or someone may be intercepting your messages and pretending to be %s. Nothing was verified.", name, name)
	if partly {
		s = tr("Only part of it is the same. That is not enough, because an attacker can create a key whose fingerprint looks similar.") + " " + s
	}
	return s
}

func ButtonVerify() string   { return trc("button", "Verify") }
func ButtonAnswer() string   { return trc("button", "Answer") }
func ButtonDecline() string  { return trc("button", "Decline") }
func ButtonTryAgain() string { return trc("button", "Try again…") }
func ButtonClose() string    { return trc("button", "Close") }
func VerifyEmpty() string    { return tr("Nothing was sent because a field was empty.") }

func VerifyDone(name string) string {
	return tr("You have verified %s. The conversation is private.", name)
}

func VerifyRecorded(name string) string { return tr("You have verified %s.", name) }

func VerificationRemoved(name string) string { return tr("%s is no longer verified.", name) }

func VerifyStale(name string) string {
	return tr("The conversation with %s changed while you were comparing, so nothing was saved. Compare the fingerprints again.", name)
}

func VerifySaveHeading(name string) string {
	return tr("The verification of %s could not be saved.", name)
}

// Verification by a question or a shared secret (SMP).

func SmpVerifiedHeading() string { return tr("Verification succeeded.") }
func SmpFailedHeading() string   { return tr("Verification failed.") }
func SmpStoppedHeading() string  { return tr("Verification cancelled.") }
func SmpRightHeading() string    { return tr("Your answer was correct.") }
func SmpWrongHeading() string    { return tr("Your answer did not match.") }

func SmpTitle() string { return tr("A question for you") }

func SmpHeading(name string, question bool) string {
	if question {
		return tr("%s wants to verify you with a question.", name)
	}
	return tr("%s wants to verify you with a secret that you both know.", name)
}

func SmpText(name string, question bool) string {
	if question {
		return tr("Type the answer as %s would write it; capital letters matter. Your answer is not sent: the two chat programs only find out whether your answers match. This verifies you to %s, but it does not verify %s to you.", name, name, name)
	}
	return tr("Type the secret that you have agreed on; capital letters matter. The secret is not sent: the two chat programs only find out whether you both typed the same. If you did, both of you are verified.")
}

func SmpQuestion(name string) string { return tr("Question from %s:", name) }
func SmpYourAnswer() string          { return tr("Your answer:") }
func SmpYourSecret() string          { return tr("The secret:") }

func SmpAsked(name, question string) string {
	if question == "" {
		return tr("%s wants to verify you with a secret that you both know. To answer, choose “Verify buddy” from the OTR menu or type /otr verify.", name)
	}
	return tr("%s wants to verify you and asks: “%s” To answer, choose “Verify buddy” from the OTR menu or type /otr verify.", name, question)
}

func SmpAnswerFirst(name string) string {
	return tr("%s asked you a question at the same time, so your question was not sent. Answer first, then ask your question.", name)
}

func SmpProgressHeading(name string, answering bool) string {
	if answering {
		return tr("%s is verifying you.", name)
	}
	return tr("Verifying %s.", name)
}

func SmpWaiting(name string) string { return tr("Waiting for %s…", name) }

func SmpSent(name string) string {
	return tr("The question was sent to %s. The result will be shown here.", name)
}

func SmpUnseen(name string) string {
	return tr("What you typed has a space at its beginning or end, or characters that are not visible. %s must type exactly the same.", name)
}

func SmpSuccess(name string) string {
	return tr("The answers match: this is %s. You have verified %s, and the conversation is private.", name, name)
}

func SmpSuccessOneWay(name string) string {
	return tr("%s has verified you. To verify %s, ask your own question.", name, name)
}

func SmpFailure(name string, verified bool) string {
	if verified {
		return tr("The answers did not match. Perhaps one of you made a typing mistake: capital letters and spaces matter. You can try again. %s is still verified from before. If the answers do not match again, be careful: this may be someone else.", name)
	}
	return tr("The answers did not match. Perhaps one of you made a typing mistake: capital letters and spaces matter. You can try again. If the answers do not match again, be careful: this may not be %s.", name)
}

func SmpFailureOneWay(name string) string {
	return tr("%s expected a different answer. Perhaps one of you made a typing mistake: capital letters and spaces matter. You can ask %s to try again.", name, name)
}

func SmpRefused(name string, verified bool) string {
	s := tr("%s probably gave a different answer: their chat program cancelled as soon as it could compare both answers. Perhaps one of you made a typing mistake: capital letters and spaces matter. You can try again. If this happens again, be careful: this may not be %s.", name, name)
	if verified {
		s += " " + tr("%s is still verified from before.", name)
	}
	return s
}

func SmpAborted(name string) string {
	return tr("The verification was cancelled by %s, or because the conversation changed. Nothing was verified. You can try again.", name)
}

func SmpInvalid(name string) string {
	return tr("%s’s chat program sent invalid data. Nothing was verified. You can try again. If this happens again, be careful: someone may be interfering.", name)
}

func SmpCancelled() string {
	return tr("You cancelled the verification. Nothing was verified.")
}

func SmpNotStarted(name string) string {
	return tr("Nothing could be sent to %s, because you are offline or the private conversation has changed. Try again.", name)
}
