// SPDX-License-Identifier: GPL-2.0-or-later

package text

// What is said where the user makes sure of a buddy. “Fingerprint” is explained
// where it is used.

func MenuVerify() string      { return tr("_Verify buddy…") }
func MenuVerifyAgain() string { return tr("_Verify buddy again…") }

func VerifyTitle() string { return tr("Verify buddy") }

func VerifyHeading(name string) string { return tr("Is it really %s?", name) }

func VerifyText(name string, verified bool) string {
	if verified {
		return tr("You have already verified %s. You can do it again in one of three ways.", name)
	}
	return tr("Nobody else can read what you write, but is it %s who reads it? There are three ways to make sure. You need only one of them, and only once.", name)
}

func VerifyHow() string { return tr("How do you want to make sure?") }

func VerifyByQuestion(name string) string {
	return tr("Ask a question to which only %s knows the answer", name)
}

func VerifyBySecret(name string) string {
	return tr("Compare a secret: a word or sentence that only you and %s know", name)
}

func VerifyByFingerprint() string {
	return tr("Compare fingerprints, by telephone or when you meet")
}

func VerifyAsk(name string) string {
	return tr("Your question. %s will see it:", name)
}

func VerifyAnswer() string {
	return tr("The answer, exactly as it must be typed (capital letters count). It is not sent:")
}

func VerifySecret(name string) string {
	return tr("The secret, exactly as %s must type it as well (capital letters count). It is not sent:", name)
}

func VerifyTheirs(name, peer, protocol string) string {
	return tr("Fingerprint of %s (%s, %s):", name, peer, protocol)
}

func VerifyMine(account, protocol string) string {
	return tr("Your own fingerprint (%s, %s):", account, protocol)
}

func VerifyCode() string {
	return tr("Your fingerprint for the camera of a telephone:")
}

func VerifyCompare(name string) string {
	return tr("A fingerprint is a short form of a key. Read both to each other: if %s sees the same two, nobody can be listening in between.", name)
}

func VerifyQuestion() string { return tr("Have you compared them?") }
func VerifyNotYet() string   { return tr("Not yet") }
func VerifyMatch() string    { return tr("Yes, both are the same") }
func VerifyKeep() string     { return tr("Leave it as it is: verified") }
func VerifyWithdraw() string { return tr("They differ, or I am no longer sure: not verified any more") }
func VerifyNone() string     { return tr("There is none yet.") }

func VerifyPaste(name string) string {
	return tr("Or paste here the fingerprint that %s has sent you in another way. It is compared for you:", name)
}

func VerifyNothing(name string) string {
	return tr("Nothing was verified: you have not said that the fingerprints are the same. To verify %s later, choose “Verify buddy” from the OTR menu.", name)
}

func VerifyKept(name string) string { return tr("Nothing was changed. %s is still verified.", name) }

func PasteUselessHeading() string { return tr("This is not a whole fingerprint.") }

func PasteUseless(got, want int) string {
	return tr("A fingerprint has %d digits and letters, and what you pasted has %d. Copy all of it and paste it again. Nothing was verified.", want, got)
}

func PasteForeign() string {
	return tr("There is something in what you pasted that is not part of a fingerprint. Copy only the digits 0 to 9 and the letters A to F. Nothing was verified.")
}

func PasteOwn(name string) string {
	return tr("What you pasted is your own fingerprint. Paste the one that %s has sent you. Nothing was verified.", name)
}

func PasteDiffersHeading(name string) string {
	return tr("This is not the fingerprint of %s.", name)
}

func PasteDiffers(name string, partly bool) string {
	s := tr("What you pasted is the fingerprint of a different key. Perhaps %s has another device or program. Perhaps somebody stands between you and pretends to be %s. Nothing was verified.", name, name)
	if partly {
		s = tr("Only a part is the same. That does not count, because somebody can make a key whose fingerprint looks similar.") + " " + s
	}
	return s
}

func ButtonVerify() string   { return trc("button", "Verify") }
func ButtonAnswer() string   { return trc("button", "Answer") }
func ButtonDecline() string  { return trc("button", "Do not answer") }
func ButtonTryAgain() string { return trc("button", "Try again…") }
func ButtonClose() string    { return trc("button", "Close") }
func VerifyEmpty() string    { return tr("Nothing was sent, because a field was empty.") }

func VerifyDone(name string) string {
	return tr("You have verified %s. The conversation is private.", name)
}

func VerifyRecorded(name string) string { return tr("You have verified %s.", name) }

func VerifyWithdrawn(name string) string { return tr("%s is no longer verified.", name) }

func VerifyStale(name string) string {
	return tr("The conversation with %s changed while you compared, so nothing was saved. Compare again if you still want to verify.", name)
}

func VerifySaveHeading(name string) string {
	return tr("What you said about %s could not be saved.", name)
}

// Questions and shared secrets.

func SmpVerifiedHeading() string { return tr("Verification succeeded.") }
func SmpFailedHeading() string   { return tr("Verification failed.") }
func SmpStoppedHeading() string  { return tr("Verification stopped.") }
func SmpRightHeading() string    { return tr("Your answer was right.") }
func SmpWrongHeading() string    { return tr("Your answer was wrong.") }

func SmpTitle() string { return tr("A question for you") }

func SmpHeading(name string, question bool) string {
	if question {
		return tr("%s asks you something, to make sure that it is you.", name)
	}
	return tr("%s wants to make sure that it is you, with a secret that you both know.", name)
}

func SmpText(name string, question bool) string {
	if question {
		return tr("Type the answer as %s would write it; capital letters count. Your answer is not sent: the two programs only find out whether both of you wrote the same. This tells %s that it is you, but it does not tell you that it is %s.", name, name, name)
	}
	return tr("Type the secret that you have agreed on; capital letters count. It is not sent: the two programs only find out whether both of you wrote the same. If you did, both of you are verified.")
}

func SmpQuestion(name string) string { return tr("The question, in the words of %s:", name) }
func SmpYourAnswer() string          { return tr("Your answer:") }
func SmpYourSecret() string          { return tr("The secret:") }

func SmpAsked(name, question string) string {
	if question == "" {
		return tr("%s wants to make sure that it is you, with a secret that you both know. To answer, choose “Verify buddy” from the OTR menu or type /otr verify.", name)
	}
	return tr("%s asks, to make sure that it is you: “%s” To answer, choose “Verify buddy” from the OTR menu or type /otr verify.", name, question)
}

func SmpAnswerFirst(name string) string {
	return tr("%s has asked you something at the same time, so your own question was not sent. Answer first, then ask yours.", name)
}

func SmpProgressHeading(name string, answering bool) string {
	if answering {
		return tr("%s is making sure that it is you.", name)
	}
	return tr("Making sure that it is %s.", name)
}

func SmpWaiting(name string) string { return tr("Waiting for %s…", name) }

func SmpSent(name string) string {
	return tr("%s has been asked. You will see here whether the answer is right.", name)
}

func SmpSuccess(name string) string {
	return tr("You both wrote the same: it is %s. You have verified %s, and the conversation is private.", name, name)
}

func SmpSuccessOneWay(name string) string {
	return tr("%s now knows that it is you. To make sure that it is %s, ask a question of your own.", name, name)
}

func SmpFailure(name string, verified bool) string {
	if verified {
		return tr("You did not both write the same. Perhaps one of you mistyped; capital letters and spaces count. You can try again. %s stays verified from before; if it goes wrong again, be careful: it may be somebody else.", name)
	}
	return tr("You did not both write the same. Perhaps one of you mistyped; capital letters and spaces count. You can try again. If it goes wrong again, be careful: it may not be %s.", name)
}

func SmpFailureOneWay(name string) string {
	return tr("It is not the one that %s expects. Perhaps one of you mistyped; capital letters and spaces count. You can ask %s to try again.", name, name)
}

func SmpRefused(name string, verified bool) string {
	s := tr("%s probably gave a different answer: their program stopped as soon as it could compare both. Perhaps one of you mistyped; capital letters and spaces count. You can try again. If it goes wrong again, be careful: it may not be %s.", name, name)
	if verified {
		s += " " + tr("%s stays verified from before.", name)
	}
	return s
}

func SmpAborted(name string) string {
	return tr("Making sure has been broken off, by %s or because the conversation changed. Nothing has been decided; you can try again.", name)
}

func SmpCheated(name string) string {
	return tr("Making sure has failed: what %s's program sent was not valid. Nothing has been decided. If it happens again, be careful.", name)
}

func SmpCancelled() string {
	return tr("You have broken it off. Nothing has been decided.")
}

func SmpNotStarted(name string) string {
	return tr("%s could not be asked, because the private conversation has changed. Try again.", name)
}
