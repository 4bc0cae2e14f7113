// SPDX-License-Identifier: GPL-2.0-or-later

package ui

// What is said where the user makes sure of a buddy. “Fingerprint” is explained
// where it is used.

func menuVerify() string      { return tr("_Verify buddy…") }
func menuVerifyAgain() string { return tr("_Verify buddy again…") }

func verifyTitle() string { return tr("Verify buddy") }

func verifyHeading(name string) string { return tr("Is it really %s?", name) }

func verifyText(name string, verified bool) string {
	if verified {
		return tr("You have already verified %s. You can do it again in one of three ways.", name)
	}
	return tr("Nobody else can read what you write, but is it %s who reads it? There are three ways to make sure. You need only one of them, and only once.", name)
}

func verifyHow() string { return tr("How do you want to make sure?") }

func verifyByQuestion(name string) string {
	return tr("Ask a question to which only %s knows the answer", name)
}

func verifyBySecret(name string) string {
	return tr("Compare a secret: a word or sentence that only you and %s know", name)
}

func verifyByFingerprint() string {
	return tr("Compare fingerprints, by telephone or when you meet")
}

func verifyAsk(name string) string {
	return tr("Your question. %s will see it:", name)
}

func verifyAnswer() string {
	return tr("The answer, exactly as it must be typed (capital letters count). It is not sent:")
}

func verifySecret(name string) string {
	return tr("The secret, exactly as %s must type it as well (capital letters count). It is not sent:", name)
}

func verifyTheirs(name, peer, protocol string) string {
	return tr("Fingerprint of %s (%s, %s):", name, peer, protocol)
}

func verifyMine(account, protocol string) string {
	return tr("Your own fingerprint (%s, %s):", account, protocol)
}

func verifyCode() string {
	return tr("Your fingerprint for the camera of a telephone:")
}

func verifyCompare(name string) string {
	return tr("A fingerprint is a short form of a key. Read both to each other: if %s sees the same two, nobody can be listening in between.", name)
}

func verifyQuestion() string { return tr("Have you compared them?") }
func verifyNotYet() string   { return tr("Not yet") }
func verifyMatch() string    { return tr("Yes, both are the same") }
func verifyKeep() string     { return tr("Leave it as it is: verified") }
func verifyWithdraw() string { return tr("They differ, or I am no longer sure: not verified any more") }
func verifyNone() string     { return tr("There is none yet.") }

func verifyPaste(name string) string {
	return tr("Or paste here the fingerprint that %s has sent you in another way. It is compared for you:", name)
}

func verifyNothing(name string) string {
	return tr("Nothing was verified: you have not said that the fingerprints are the same. To verify %s later, choose “Verify buddy” from the OTR menu.", name)
}

func verifyKept(name string) string { return tr("Nothing was changed. %s is still verified.", name) }

func pasteUselessHeading() string { return tr("This is not a whole fingerprint.") }

func pasteUseless(got, want int) string {
	return tr("A fingerprint has %d digits and letters, and what you pasted has %d. Copy all of it and paste it again. Nothing was verified.", want, got)
}

func pasteForeign() string {
	return tr("There is something in what you pasted that is not part of a fingerprint. Copy only the digits 0 to 9 and the letters A to F. Nothing was verified.")
}

func pasteOwn(name string) string {
	return tr("What you pasted is your own fingerprint. Paste the one that %s has sent you. Nothing was verified.", name)
}

func pasteDiffersHeading(name string) string {
	return tr("This is not the fingerprint of %s.", name)
}

func pasteDiffers(name string, partly bool) string {
	s := tr("What you pasted is the fingerprint of a different key. Perhaps %s has another device or program. Perhaps somebody stands between you and pretends to be %s. Nothing was verified.", name, name)
	if partly {
		s = tr("Only a part is the same. That does not count, because somebody can make a key whose fingerprint looks similar.") + " " + s
	}
	return s
}

func buttonVerify() string   { return trc("button", "Verify") }
func buttonAnswer() string   { return trc("button", "Answer") }
func buttonDecline() string  { return trc("button", "Do not answer") }
func buttonTryAgain() string { return trc("button", "Try again…") }
func buttonClose() string    { return trc("button", "Close") }
func buttonCancel() string   { return trc("button", "Cancel") }
func verifyEmpty() string    { return tr("Nothing was sent, because a field was empty.") }

func verifyDone(name string) string {
	return tr("You have verified %s. The conversation is private.", name)
}

func verifyRecorded(name string) string { return tr("You have verified %s.", name) }

func verifyWithdrawn(name string) string { return tr("%s is no longer verified.", name) }

func verifyStale(name string) string {
	return tr("The conversation with %s changed while you compared, so nothing was saved. Compare again if you still want to verify.", name)
}

func verifySaveHeading(name string) string {
	return tr("What you said about %s could not be saved.", name)
}

// Questions and shared secrets.

func smpVerifiedHeading() string { return tr("Verification succeeded.") }
func smpFailedHeading() string   { return tr("Verification failed.") }
func smpStoppedHeading() string  { return tr("Verification stopped.") }
func smpRightHeading() string    { return tr("Your answer was right.") }
func smpWrongHeading() string    { return tr("Your answer was wrong.") }

func smpTitle() string { return tr("A question for you") }

func smpHeading(name string, question bool) string {
	if question {
		return tr("%s asks you something, to make sure that it is you.", name)
	}
	return tr("%s wants to make sure that it is you, with a secret that you both know.", name)
}

func smpText(name string, question bool) string {
	if question {
		return tr("Type the answer as %s would write it; capital letters count. Your answer is not sent: the two programs only find out whether both of you wrote the same. This tells %s that it is you, but it does not tell you that it is %s.", name, name, name)
	}
	return tr("Type the secret that you have agreed on; capital letters count. It is not sent: the two programs only find out whether both of you wrote the same. If you did, both of you are verified.")
}

func smpQuestion(name string) string { return tr("The question, in the words of %s:", name) }
func smpYourAnswer() string          { return tr("Your answer:") }
func smpYourSecret() string          { return tr("The secret:") }

func smpAsked(name, question string) string {
	if question == "" {
		return tr("%s wants to make sure that it is you, with a secret that you both know. To answer, choose “Verify buddy” from the OTR menu or type /otr verify.", name)
	}
	return tr("%s asks, to make sure that it is you: “%s” To answer, choose “Verify buddy” from the OTR menu or type /otr verify.", name, question)
}

func smpAnswerFirst(name string) string {
	return tr("%s has asked you something at the same time, so your own question was not sent. Answer first, then ask yours.", name)
}

func smpProgressHeading(name string, answering bool) string {
	if answering {
		return tr("%s is making sure that it is you.", name)
	}
	return tr("Making sure that it is %s.", name)
}

func smpWaiting(name string) string { return tr("Waiting for %s…", name) }

func smpSent(name string) string {
	return tr("%s has been asked. You will see here whether the answer is right.", name)
}

func smpSuccess(name string) string {
	return tr("You both wrote the same: it is %s. You have verified %s, and the conversation is private.", name, name)
}

func smpSuccessOneWay(name string) string {
	return tr("%s now knows that it is you. To make sure that it is %s, ask a question of your own.", name, name)
}

func smpFailure(name string, verified bool) string {
	if verified {
		return tr("You did not both write the same. Perhaps one of you mistyped; capital letters and spaces count. You can try again. %s stays verified from before; if it goes wrong again, be careful: it may be somebody else.", name)
	}
	return tr("You did not both write the same. Perhaps one of you mistyped; capital letters and spaces count. You can try again. If it goes wrong again, be careful: it may not be %s.", name)
}

func smpFailureOneWay(name string) string {
	return tr("It is not the one that %s expects. Perhaps one of you mistyped; capital letters and spaces count. You can ask %s to try again.", name, name)
}

func smpRefused(name string, verified bool) string {
	s := tr("%s probably gave a different answer: their program stopped as soon as it could compare both. Perhaps one of you mistyped; capital letters and spaces count. You can try again. If it goes wrong again, be careful: it may not be %s.", name, name)
	if verified {
		s += " " + tr("%s stays verified from before.", name)
	}
	return s
}

func smpAborted(name string) string {
	return tr("Making sure has been broken off, by %s or because the conversation changed. Nothing has been decided; you can try again.", name)
}

func smpCheated(name string) string {
	return tr("Making sure has failed: what %s's program sent was not valid. Nothing has been decided. If it happens again, be careful.", name)
}

func smpCancelled() string {
	return tr("You have broken it off. Nothing has been decided.")
}

func smpNotStarted(name string) string {
	return tr("%s could not be asked, because the private conversation has changed. Try again.", name)
}
