// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"slices"
	"time"

	"purple-otr/keystore"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// orphanTime is how long the user may take to answer askOrphan while a buddy is waiting for
// the key.
const orphanTime = 20 * time.Second

// renaming is about accounts that have been renamed and so have lost their key.
type renaming struct{ *Keys }

// orphans returns the accounts whose key acc may use instead of another one, or because it has
// none: they have the same protocol and are no longer the user's, so that acc may be one of
// them under another name.
func (rn renaming) orphans(acc keystore.Account) []keystore.Account {
	own := rn.store.Key(acc)
	left := rn.store.Orphans(append(rn.host.Accounts(), acc))
	return slices.DeleteFunc(left, func(o keystore.Account) bool {
		return o.Protocol != acc.Protocol || own != nil && rn.store.Key(o).Fingerprint() == own.Fingerprint()
	})
}

// someOrphans returns as many orphans as fit in a row of buttons, and those buttons.
func (rn renaming) someOrphans(acc keystore.Account) (left []keystore.Account, buttons []string) {
	left = rn.orphans(acc)
	left = left[:min(len(left), 2)]
	for _, o := range left {
		buttons = append(buttons, text.ButtonUseKey(ui.AccountName(o)))
	}
	return left, buttons
}

// askOrphan asks a user who needs a key whether to use the key of a renamed account.
// Messages that need the key wait meanwhile, for at most orphanTime.
func (rn renaming) askOrphan(acc keystore.Account, job *keyJob) {
	if job.asked {
		return
	}
	job.asked = true
	left, buttons := rn.someOrphans(acc)
	rn.host.AskQuestion(ui.Question{
		Title: text.KeysTitle(), Heading: text.OrphanHeading(ui.AccountName(acc)), Text: text.OrphanText(),
		Buttons: append(buttons, text.ButtonNewKey(), text.ButtonNotNow()),
		Done: func(button int) {
			job.asked = false
			switch {
			case rn.closed:
			case rn.jobs[acc] == job && job.orphan:
				rn.orphanChosen(acc, job, left, button)
			case button < 0 || button >= len(left):
				job.chosen = true
			case rn.jobs[acc] != job:
				// The key has been made meanwhile, and replacing it is a different question.
				rn.offerOrphan(acc, false)
			}
			rn.host.RefreshTables()
		},
	})
}

// orphanChosen does what the user has chosen in askOrphan.
func (rn renaming) orphanChosen(acc keystore.Account, job *keyJob, left []keystore.Account, button int) {
	job.orphan = false
	switch n := len(left); {
	case button >= 0 && button < n:
		rn.keySet(acc, job, rn.store.AdoptKey(left[button], acc), text.KeyReused(ui.AccountName(acc), ui.AccountName(left[button])), "")
	case button == n:
		job.chosen = true
		rn.showMaking(acc, job)
		rn.makeKey(acc, job)
	default:
		// The user is asked again when they need the key again.
		job.failed, job.at, job.told = true, rn.now(), true
		rn.dropKept(job)
	}
}

// startOrphanTimer makes a new key if the user does not choose soon, because a buddy is
// waiting for it.
func (rn renaming) startOrphanTimer(acc keystore.Account, job *keyJob) {
	if job.timed {
		return
	}
	job.timed = true
	rn.host.After(orphanTime, func() {
		if !rn.closed && rn.jobs[acc] == job && job.orphan {
			job.orphan = false
			rn.makeKey(acc, job)
			rn.host.RefreshTables()
		}
	})
}

// offerOrphan offers the key of a renamed account to one that got a new key because a buddy
// was waiting.
func (rn renaming) offerOrphan(acc keystore.Account, unasked bool) {
	left, buttons := rn.someOrphans(acc)
	if len(left) == 0 || rn.store.Key(acc) == nil {
		return
	}
	rn.host.AskQuestion(ui.Question{
		Title: text.KeysTitle(), Heading: text.NewKeyHeading(ui.AccountName(acc)),
		Text:    text.Paragraphs(text.NewKeyText(), text.OrphanReplaceText()),
		Buttons: append(buttons, text.ButtonKeepNew()), Unasked: unasked,
		Done: func(button int) {
			if button >= 0 && button < len(left) && !rn.closed {
				rn.useKeyOf(left[button], acc)
			}
		},
	})
}

// useKeyOf replaces acc's key by the key of another account.
func (rn renaming) useKeyOf(from, acc keystore.Account) {
	key := rn.store.Key(from)
	if key == nil || rn.store.Key(acc) == nil || rn.making(acc) {
		return // the question no longer applies
	}
	rn.app.EndAll(acc)
	old, err := rn.store.ReplaceKey(acc, key, keystore.DayOf(rn.now()))
	if err == nil {
		err = rn.replaceIdentityBy(from, acc)
	}
	if err == nil {
		err = rn.store.AdoptKey(from, acc)
	}
	if err == nil {
		err = rn.raiseTrust(from, acc)
	}
	rn.keyChanged(acc)
	if err != nil {
		rn.alertSaveError(text.KeySaveHeading(), err)
		return
	}
	rn.host.Alert(text.AppName, text.KeyReused(ui.AccountName(acc), ui.AccountName(from)), kept(old))
}

// replaceIdentityBy replaces acc's key of version 4 by from's, if both have one.
func (rn renaming) replaceIdentityBy(from, acc keystore.Account) error {
	ours, theirs := rn.store.Identities().Key(acc), rn.store.Identities().Key(from)
	if ours == nil || theirs == nil || ours.Fingerprint() == theirs.Fingerprint() {
		return nil
	}
	_, err := rn.store.Identities().Replace(acc, theirs, keystore.DayOf(rn.now()))
	return err
}

// raiseTrust verifies for acc whoever is verified for from. Buddies that have met acc's new
// key are recorded there as unverified, which is not what the user has decided.
func (rn renaming) raiseTrust(from, acc keystore.Account) error {
	for _, b := range rn.store.Buddies() {
		if accountID(b.Account) != accountID(from) {
			continue
		}
		for _, k := range rn.store.Known(b) {
			now := keystore.Buddy{Account: acc, Peer: b.Peer}
			if trust, _ := rn.store.Trust(now, k.Fingerprint); trust.Trusted() || !k.Trust.Trusted() {
				continue
			}
			if err := rn.store.SetTrust(now, k.Fingerprint, k.Trust); err != nil {
				return err
			}
		}
	}
	return nil
}
