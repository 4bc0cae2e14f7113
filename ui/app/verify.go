// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strconv"
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// The three ways to verify, as options of the dialog's Choice.
const (
	byQuestion = iota
	bySecret
	byFingerprint
)

// The places of the dialog's fields.
const (
	fieldHow = iota
	fieldQuestion
	fieldAnswer
	fieldSecret
)

// verify lets the user choose how to verify the buddy. Only the button has an effect, and
// only on the key that the dialog was about. If the buddy has asked a question, the user
// sees that first.
func (vr verifier) verify(c ui.Chat) (problem string) { return vr.verifyBy(c, byQuestion, "") }

// verifyBy is verify with one of the ways selected and the question filled in.
func (vr verifier) verifyBy(c ui.Chat, how int, question string) (problem string) {
	t, name := vr.conversations[c], vr.name(c)
	if t == nil || t.session.Status().State != otr.Encrypted {
		return text.NoPrivate(name)
	}
	if t.smp.asked {
		vr.askAnswer(t, true)
		return ""
	}
	theirs := t.session.Status().Fingerprint
	compare, outcome := vr.compareFields(c, theirs, 1+byFingerprint, "")
	ways := []string{text.VerifyByQuestion(name), text.VerifyBySecret(name), text.VerifyByFingerprint()}
	fields := append([]ui.Field{
		{Kind: ui.Choice, Label: text.VerifyHow(), Options: ways, Value: strconv.Itoa(how)},
		{Kind: ui.Input, Label: text.VerifyAsk(name), Value: question, Page: 1 + byQuestion, Required: true, Max: maxQuestion},
		{Kind: ui.Secret, Label: text.VerifyAnswer(), Page: 1 + byQuestion, Required: true},
		{Kind: ui.Secret, Label: text.VerifySecret(name), Page: 1 + bySecret, Required: true},
	}, compare...)
	vr.host.AskForm(ui.Form{
		Chat: c, Title: text.VerifyTitle(), Heading: text.VerifyHeading(name),
		Text:   text.VerifyText(name, vr.trusted(c, theirs)),
		Fields: fields,
		OK:     text.ButtonVerify(), Cancel: text.ButtonCancel(),
		Done: func(ok bool, v []string) {
			if !ok {
				return
			}
			switch v[fieldHow] {
			case "0":
				vr.beginSMP(c, theirs, v[fieldQuestion], v[fieldAnswer], true)
			case "1":
				vr.beginSMP(c, theirs, "", v[fieldSecret], false)
			case "2":
				if vr.current(c, theirs) != nil {
					vr.compared(c, theirs, v[len(v)-len(compare):], outcome)
				}
			}
		},
	})
	return ""
}

// trusted reports whether f is a verified key of c's buddy.
func (vr verifier) trusted(c ui.Chat, f otr.Fingerprint) bool {
	trust, _ := vr.store.Trust(ui.BuddyOf(c), f)
	return trust.Trusted()
}

// current returns the conversation in which f is in use now. If there is none, it tells the
// user and returns nil.
func (vr verifier) current(c ui.Chat, f otr.Fingerprint) *conversation {
	t := vr.conversations[c]
	if t == nil || t.session.Status().State != otr.Encrypted || t.session.Status().Fingerprint != f {
		vr.notice(c, ui.Warning, true, text.VerifyStale(vr.name(c)))
		return nil
	}
	return t
}

// Record saves trust in f and tells the user. It reports whether it was saved.
func (a *App) Record(c ui.Chat, f otr.Fingerprint, trust keystore.Trust) bool {
	name, t := a.name(c), a.conversations[c]
	if err := a.store.SetTrust(ui.BuddyOf(c), f, trust); err != nil {
		a.host.Alert(text.AppName, text.VerifySaveHeading(name), text.SaveProblem(text.Clean(err.Error(), text.MaxReason)))
		return false
	}
	inUse := t != nil && t.session.Status().State == otr.Encrypted && t.session.Status().Fingerprint == f
	switch {
	case !trust.Trusted():
		a.notice(c, ui.Warning, inUse, text.VerificationRemoved(name))
	case trust == keystore.VerifiedSMP:
		// endSMP says it.
	case inUse:
		a.notice(c, ui.Success, true, text.VerifyDone(name))
	default:
		a.notice(c, ui.Success, false, text.VerifyRecorded(name))
	}
	if t != nil {
		if trust.Trusted() {
			a.verifier.carryOver(t, f)
		}
		a.decider.close(t) // the question about the changed key may be answered
	}
	a.host.RefreshTables()
	a.host.Refresh(c)
	return true
}

// filled reports whether none of the texts is blank.
func filled(texts ...string) bool {
	return !slices.ContainsFunc(texts, func(s string) bool { return strings.TrimSpace(s) == "" })
}
