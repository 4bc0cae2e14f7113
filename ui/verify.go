// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"slices"
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
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

// verify lets the user choose how to make sure of the buddy. Only the button has
// an effect, and only on the key that the dialog was about. If the buddy has
// asked something, that comes first.
func (a *App) verify(c Chat) (problem string) {
	t, name := a.talks[c], a.name(c)
	if t == nil || t.session.Status().State != otr.Encrypted {
		return noPrivate(name)
	}
	if t.smp.asked {
		a.askAnswer(t, true)
		return ""
	}
	theirs := t.session.Status().Fingerprint
	compare, outcome := a.compareFields(c, theirs, 1+byFingerprint)
	fields := append([]Field{
		{Kind: Choice, Label: verifyHow(), Options: []string{verifyByQuestion(name), verifyBySecret(name), verifyByFingerprint()}},
		{Kind: Input, Label: verifyAsk(name), Page: 1 + byQuestion, Required: true},
		{Kind: Secret, Label: verifyAnswer(), Page: 1 + byQuestion, Required: true},
		{Kind: Secret, Label: verifySecret(name), Page: 1 + bySecret, Required: true},
	}, compare...)
	a.host.AskForm(Form{
		Chat: c, Title: verifyTitle(), Heading: verifyHeading(name),
		Text:   verifyText(name, a.trusted(c, theirs)),
		Fields: fields,
		OK:     buttonVerify(), Cancel: buttonCancel(),
		Done: func(ok bool, v []string) {
			if !ok {
				return
			}
			switch v[fieldHow] {
			case "0":
				a.beginSMP(c, theirs, v[fieldQuestion], v[fieldAnswer], true)
			case "1":
				a.beginSMP(c, theirs, "", v[fieldSecret], false)
			case "2":
				if v[len(v)-1] == "1" {
					a.verified(c, theirs, outcome)
				}
			}
		},
	})
	return ""
}

// compare lets the user compare a fingerprint that need not be in use now.
func (a *App) compare(c Chat, theirs otr.Fingerprint) {
	name := a.name(c)
	fields, outcome := a.compareFields(c, theirs, 0)
	a.host.AskForm(Form{
		Chat: c, Title: verifyTitle(), Heading: verifyHeading(name),
		Text:   verifyCompare(name),
		Fields: fields,
		OK:     buttonVerify(), Cancel: buttonCancel(),
		Done: func(ok bool, v []string) {
			if !ok || v[len(v)-1] != "1" {
				return
			}
			if _, known := a.store.Trust(buddy(c), theirs); !known {
				return // forgotten meanwhile
			}
			a.record(c, theirs, outcome)
		},
	})
}

// compareFields are those with which fingerprints are compared, on one page of
// a form. The last is a Choice, whose second option leads to outcome; the first
// leaves everything as it is, so that OK without a thought neither gives trust
// nor takes it away.
func (a *App) compareFields(c Chat, theirs otr.Fingerprint, page int) (fields []Field, outcome keystore.Trust) {
	fields = []Field{{
		Kind: Fingerprint, Value: theirs.String(),
		Label: verifyTheirs(a.name(c), clean(c.Peer, maxName), protocolName(c.Protocol)),
	}}
	mine := verifyMine(accountName(account(c)), protocolName(c.Protocol))
	if k := a.store.Key(account(c)); k != nil {
		fields = append(fields,
			Field{Kind: Fingerprint, Label: mine, Value: k.Fingerprint().String()},
			Field{Kind: QR, Label: verifyCode(), Value: keyURI(account(c), k.Fingerprint())})
	} else {
		fields = append(fields, Field{Kind: Show, Label: mine, Value: verifyNone()})
	}
	options, outcome := []string{verifyNotYet(), verifyMatch()}, keystore.Verified
	if a.trusted(c, theirs) {
		options, outcome = []string{verifyKeep(), verifyWithdraw()}, keystore.Unverified
	}
	fields = append(fields, Field{Kind: Choice, Label: verifyQuestion(), Options: options})
	if page > 0 {
		fields[0].Label = verifyCompare(a.name(c)) + "\n\n" + fields[0].Label
	}
	for i := range fields {
		fields[i].Page = page
	}
	return fields, outcome
}

// trusted reports whether f is a verified key of c's buddy.
func (a *App) trusted(c Chat, f otr.Fingerprint) bool {
	trust, _ := a.store.Trust(buddy(c), f)
	return trust.Trusted()
}

// current is the talk in which f is in use now, or nil, and then the user has
// been told.
func (a *App) current(c Chat, f otr.Fingerprint) *talk {
	t := a.talks[c]
	if t == nil || t.session.Status().State != otr.Encrypted || t.session.Status().Fingerprint != f {
		a.notice(c, Warning, true, verifyStale(a.name(c)))
		return nil
	}
	return t
}

// verified records what the user said about f, which must still be in use.
func (a *App) verified(c Chat, f otr.Fingerprint, trust keystore.Trust) {
	if a.current(c, f) != nil {
		a.record(c, f, trust)
	}
}

// record saves trust and says so. It reports whether that worked.
func (a *App) record(c Chat, f otr.Fingerprint, trust keystore.Trust) bool {
	name, t := a.name(c), a.talks[c]
	if err := a.store.SetTrust(buddy(c), f, trust); err != nil {
		a.alertSave(verifySaveHeading(name), err)
		return false
	}
	inUse := t != nil && t.session.Status().State == otr.Encrypted && t.session.Status().Fingerprint == f
	switch {
	case !trust.Trusted():
		a.notice(c, Warning, inUse, verifyWithdrawn(name))
	case trust == keystore.VerifiedSMP:
		// endSMP says it.
	case inUse:
		a.notice(c, Info, true, verifyDone(name))
	default:
		a.notice(c, Info, false, verifyRecorded(name))
	}
	if t != nil && t.asking && !a.undecided(t) {
		a.host.CloseDialogs(c) // the question about the changed key is answered
	}
	a.host.RefreshTables()
	a.host.Refresh(c)
	return true
}

// filled reports whether none of the texts is blank.
func filled(texts ...string) bool {
	return !slices.ContainsFunc(texts, func(s string) bool { return strings.TrimSpace(s) == "" })
}
