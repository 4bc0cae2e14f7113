// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"slices"
	"time"

	"purple-otr/keystore"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// orphanTime is how long the user may take to answer askOrphan while somebody
// waits for the key.
const orphanTime = 20 * time.Second

// orphans are the accounts whose key acc may use instead of its own, or because it
// has none: they are of the same protocol and are not the user's any more, so that
// acc may be one of them with another name.
func (ks *Keys) orphans(acc keystore.Account) []keystore.Account {
	own := ks.store.Key(acc)
	left := ks.store.Orphans(append(ks.host.Accounts(), acc))
	return slices.DeleteFunc(left, func(o keystore.Account) bool {
		return o.Protocol != acc.Protocol || own != nil && ks.store.Key(o).Fingerprint() == own.Fingerprint()
	})
}

// someOrphans are those for which there is room in a row of buttons, and these.
func (ks *Keys) someOrphans(acc keystore.Account) (left []keystore.Account, buttons []string) {
	left = ks.orphans(acc)
	left = left[:min(len(left), 2)]
	for _, o := range left {
		buttons = append(buttons, text.ButtonTakeOver(ui.AccountName(o)))
	}
	return left, buttons
}

// askOrphan asks a user who wants a key whether that of an account that has been
// renamed is to be taken over. Messages that need the key wait meanwhile, for
// orphanTime.
func (ks *Keys) askOrphan(acc keystore.Account, job *keyJob) {
	if job.asked {
		return
	}
	job.asked = true
	left, buttons := ks.someOrphans(acc)
	ks.host.AskQuestion(ui.Question{
		Title: text.KeysTitle(), Heading: text.OrphanHeading(ui.AccountName(acc)), Text: text.OrphanText(),
		Buttons: append(buttons, text.ButtonNewKey(), text.ButtonNotNow()),
		Done: func(button int) {
			job.asked = false
			switch {
			case ks.closed:
			case ks.jobs[acc] == job && job.orphan:
				ks.orphanChosen(acc, job, left, button)
			case button < 0 || button >= len(left):
				job.chosen = true
			case ks.jobs[acc] != job:
				// The key has been made meanwhile, and to replace it is another matter.
				ks.offerOrphan(acc, false)
			}
			ks.host.RefreshTables()
		},
	})
}

// orphanChosen does what the user has chosen in askOrphan.
func (ks *Keys) orphanChosen(acc keystore.Account, job *keyJob, left []keystore.Account, button int) {
	job.orphan = false
	switch n := len(left); {
	case button >= 0 && button < n:
		ks.keySet(acc, job, ks.store.TakeOver(left[button], acc), text.KeyTakenOver())
	case button == n:
		job.chosen = true
		ks.keyProgress(acc, job, 0, text.MakingText(), text.ButtonCancel())
		ks.makeKey(acc, job)
	default:
		// The user is asked again when the user needs it again.
		job.failed, job.at, job.told = true, ks.now(), true
		ks.dropKept(job)
	}
}

// hurry has a key made if the user does not choose soon: somebody waits for it.
func (ks *Keys) hurry(acc keystore.Account, job *keyJob) {
	if job.hurried {
		return
	}
	job.hurried = true
	ks.host.After(orphanTime, func() {
		if !ks.closed && ks.jobs[acc] == job && job.orphan {
			job.orphan = false
			ks.makeKey(acc, job)
			ks.host.RefreshTables()
		}
	})
}

// offerOrphan offers the key of an account that has been renamed to one that has
// got a new key, because somebody waited for one.
func (ks *Keys) offerOrphan(acc keystore.Account, unasked bool) {
	left, buttons := ks.someOrphans(acc)
	if len(left) == 0 || ks.store.Key(acc) == nil {
		return
	}
	ks.host.AskQuestion(ui.Question{
		Title: text.KeysTitle(), Heading: text.NewKeyHeading(ui.AccountName(acc)),
		Text:    text.Paragraphs(text.NewKeyText(), text.OrphanReplaceText()),
		Buttons: append(buttons, text.ButtonKeepNew()), Unasked: unasked,
		Done: func(button int) {
			if button >= 0 && button < len(left) && !ks.closed {
				ks.takeOver(left[button], acc)
			}
		},
	})
}

// takeOver has acc use the key of another account in the place of its own.
func (ks *Keys) takeOver(from, acc keystore.Account) {
	key := ks.store.Key(from)
	if key == nil || ks.store.Key(acc) == nil || ks.making(acc) {
		return // it has become pointless
	}
	ks.app.EndAll(acc)
	old, err := ks.store.ReplaceKey(acc, key, keystore.DayOf(ks.now()))
	if err == nil {
		err = ks.store.TakeOver(from, acc)
	}
	if err == nil {
		err = ks.raiseTrust(from, acc)
	}
	ks.keyChanged(acc)
	if err != nil {
		ks.alertSave(text.KeySaveHeading(), err)
		return
	}
	ks.host.Alert(text.AppName, text.KeyTakenOver(), kept(old))
}

// raiseTrust has acc trust whom from trusts. Those who have met acc's new key are
// listed as unverified there, which is not what the user thinks of them.
func (ks *Keys) raiseTrust(from, acc keystore.Account) error {
	for _, b := range ks.store.Buddies() {
		if accountID(b.Account) != accountID(from) {
			continue
		}
		for _, k := range ks.store.Known(b) {
			now := keystore.Buddy{Account: acc, Peer: b.Peer}
			if trust, _ := ks.store.Trust(now, k.Fingerprint); trust.Trusted() || !k.Trust.Trusted() {
				continue
			}
			if err := ks.store.SetTrust(now, k.Fingerprint, k.Trust); err != nil {
				return err
			}
		}
	}
	return nil
}
