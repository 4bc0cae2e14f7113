// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"purple-otr/keystore"
	"purple-otr/otr"
)

// verifyChoice is the place of the Choice among the dialog's fields.
const verifyChoice = 2

// verify shows both fingerprints and lets the user say that they were compared.
// Only OK has an effect, and only on the key that was shown.
func (a *App) verify(c Chat) (problem string) {
	t, name := a.talks[c], a.name(c)
	if t == nil || t.session.Status().State != otr.Encrypted {
		return noPrivate(name)
	}
	theirs := t.session.Status().Fingerprint
	mine := noFingerprint
	if k := a.store.Key(account(c)); k != nil {
		mine = k.Fingerprint().String()
	}
	trust, _ := a.store.Trust(buddy(c), theirs)

	text, options, next := verifyText(name), []string{verifyNotYet, verifyMatch}, keystore.Verified
	if trust.Trusted() {
		// The first option leaves everything as it is in both cases, so that
		// OK without a thought neither gives trust nor takes it away.
		text, options, next = verifyAgainText(name), []string{verifyKeep, verifyWithdraw}, keystore.Unverified
	}
	a.host.AskForm(Form{
		Chat:    c,
		Title:   verifyTitle,
		Heading: verifyHeading(name),
		Text:    text,
		Fields: []Field{
			{Kind: Show, Label: verifyTheirs(name, clean(c.Peer, maxName), protocolName(c.Protocol)), Value: theirs.String()},
			{Kind: Show, Label: verifyMine(clean(c.Account, maxName), protocolName(c.Protocol)), Value: mine},
			{Kind: Choice, Label: verifyQuestion, Options: options},
		},
		OK:     buttonOK,
		Cancel: buttonCancel,
		Done: func(ok bool, values []string) {
			if ok && len(values) > verifyChoice && values[verifyChoice] == "1" {
				a.verified(c, theirs, next)
			}
		},
	})
	return ""
}

// verified records what the user said about f.
func (a *App) verified(c Chat, f otr.Fingerprint, trust keystore.Trust) {
	name, t := a.name(c), a.talks[c]
	if t == nil || t.session.Status().State != otr.Encrypted || t.session.Status().Fingerprint != f {
		a.notice(c, Warning, true, verifyStale(name))
		return
	}
	if err := a.store.SetTrust(buddy(c), f, trust); err != nil {
		a.alertSave(verifySaveHeading(name), err)
	} else if trust.Trusted() {
		a.notice(c, Info, true, verifyDone(name))
	} else {
		a.notice(c, Warning, true, verifyWithdrawn(name))
	}
	if t.asking && !a.undecided(t) {
		a.host.CloseDialogs(c) // the question about the changed key is answered
	}
	a.host.Refresh(c)
}
