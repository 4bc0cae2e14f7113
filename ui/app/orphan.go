// SPDX-License-Identifier: GPL-2.0-or-later

package app

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
func (a *App) orphans(acc keystore.Account) []keystore.Account {
	own := a.store.Key(acc)
	left := a.store.Orphans(append(a.host.Accounts(), acc))
	return slices.DeleteFunc(left, func(o keystore.Account) bool {
		return o.Protocol != acc.Protocol || own != nil && a.store.Key(o).Fingerprint() == own.Fingerprint()
	})
}

// someOrphans are those for which there is room in a row of buttons, and these.
func (a *App) someOrphans(acc keystore.Account) (left []keystore.Account, buttons []string) {
	left = a.orphans(acc)
	left = left[:min(len(left), 2)]
	for _, o := range left {
		buttons = append(buttons, text.ButtonTakeOver(accountName(o)))
	}
	return left, buttons
}

// askOrphan asks a user who wants a key whether that of an account that has been
// renamed is to be taken over. Messages that need the key wait meanwhile, for
// orphanTime.
func (a *App) askOrphan(acc keystore.Account, job *keyJob) {
	if job.asked {
		return
	}
	job.asked = true
	left, buttons := a.someOrphans(acc)
	a.host.AskQuestion(ui.Question{
		Title: text.KeysTitle(), Heading: text.OrphanHeading(accountName(acc)), Text: text.OrphanText(),
		Buttons: append(buttons, text.ButtonNewKey(), text.ButtonNotNow()),
		Done: func(button int) {
			job.asked = false
			switch {
			case a.closed:
			case a.jobs[acc] == job && job.orphan:
				a.orphanChosen(acc, job, left, button)
			case button < 0 || button >= len(left):
				job.chosen = true
			case a.jobs[acc] != job:
				// The key has been made meanwhile, and to replace it is another matter.
				a.offerOrphan(acc, false)
			}
			a.host.RefreshTables()
		},
	})
}

// orphanChosen does what the user has chosen in askOrphan.
func (a *App) orphanChosen(acc keystore.Account, job *keyJob, left []keystore.Account, button int) {
	job.orphan = false
	switch n := len(left); {
	case button >= 0 && button < n:
		a.keySet(acc, job, a.store.TakeOver(left[button], acc), text.KeyTakenOver())
	case button == n:
		job.chosen = true
		a.keyProgress(acc, job, 0, text.MakingText(), text.ButtonCancel())
		a.makeKey(acc, job)
	default:
		// The user is asked again when the user needs it again.
		job.failed, job.at, job.told = true, a.now(), true
		a.dropKept(job)
	}
}

// hurry has a key made if the user does not choose soon: somebody waits for it.
func (a *App) hurry(acc keystore.Account, job *keyJob) {
	if job.hurried {
		return
	}
	job.hurried = true
	a.host.After(orphanTime, func() {
		if !a.closed && a.jobs[acc] == job && job.orphan {
			job.orphan = false
			a.makeKey(acc, job)
			a.host.RefreshTables()
		}
	})
}

// offerOrphan offers the key of an account that has been renamed to one that has
// got a new key, because somebody waited for one.
func (a *App) offerOrphan(acc keystore.Account, unasked bool) {
	left, buttons := a.someOrphans(acc)
	if len(left) == 0 || a.store.Key(acc) == nil {
		return
	}
	a.host.AskQuestion(ui.Question{
		Title: text.KeysTitle(), Heading: text.NewKeyHeading(accountName(acc)),
		Text:    text.Paragraphs(text.NewKeyText(), text.OrphanReplaceText()),
		Buttons: append(buttons, text.ButtonKeepNew()), Unasked: unasked,
		Done: func(button int) {
			if button >= 0 && button < len(left) && !a.closed {
				a.takeOver(left[button], acc)
			}
		},
	})
}

// takeOver has acc use the key of another account in the place of its own.
func (a *App) takeOver(from, acc keystore.Account) {
	key := a.store.Key(from)
	if key == nil || a.store.Key(acc) == nil || a.making(acc) {
		return // it has become pointless
	}
	a.endAll(acc)
	old, err := a.store.ReplaceKey(acc, key, keystore.DayOf(a.now()))
	if err == nil {
		err = a.store.TakeOver(from, acc)
	}
	if err == nil {
		err = a.raiseTrust(from, acc)
	}
	a.keyChanged(acc)
	if err != nil {
		a.alertSave(text.KeySaveHeading(), err)
		return
	}
	a.host.Alert(text.AppName, text.KeyTakenOver(), kept(old))
}

// raiseTrust has acc trust whom from trusts. Those who have met acc's new key are
// listed as unverified there, which is not what the user thinks of them.
func (a *App) raiseTrust(from, acc keystore.Account) error {
	for _, b := range a.store.Buddies() {
		if accountID(b.Account) != accountID(from) {
			continue
		}
		for _, k := range a.store.Known(b) {
			now := keystore.Buddy{Account: acc, Peer: b.Peer}
			if trust, _ := a.store.Trust(now, k.Fingerprint); trust.Trusted() || !k.Trust.Trusted() {
				continue
			}
			if err := a.store.SetTrust(now, k.Fingerprint, k.Trust); err != nil {
				return err
			}
		}
	}
	return nil
}
