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

// renaming is about accounts that have been renamed, and so have lost their key.
type renaming struct{ *Keys }

// orphans are the accounts whose key acc may use instead of its own, or because it
// has none: they are of the same protocol and are not the user's any more, so that
// acc may be one of them with another name.
func (rn renaming) orphans(acc keystore.Account) []keystore.Account {
	own := rn.store.Key(acc)
	left := rn.store.Orphans(append(rn.host.Accounts(), acc))
	return slices.DeleteFunc(left, func(o keystore.Account) bool {
		return o.Protocol != acc.Protocol || own != nil && rn.store.Key(o).Fingerprint() == own.Fingerprint()
	})
}

// someOrphans are those for which there is room in a row of buttons, and these.
func (rn renaming) someOrphans(acc keystore.Account) (left []keystore.Account, buttons []string) {
	left = rn.orphans(acc)
	left = left[:min(len(left), 2)]
	for _, o := range left {
		buttons = append(buttons, text.ButtonUseKey(ui.AccountName(o)))
	}
	return left, buttons
}

// askOrphan asks a user who wants a key whether that of an account that has been
// renamed is to be taken over. Messages that need the key wait meanwhile, for
// orphanTime.
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
				// The key has been made meanwhile, and to replace it is another matter.
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
		rn.keySet(acc, job, rn.store.TakeOver(left[button], acc), text.KeyReused())
	case button == n:
		job.chosen = true
		rn.keyProgress(acc, job, 0, text.MakingText(), text.ButtonCancel())
		rn.makeKey(acc, job)
	default:
		// The user is asked again when the user needs it again.
		job.failed, job.at, job.told = true, rn.now(), true
		rn.dropKept(job)
	}
}

// hurry has a key made if the user does not choose soon: somebody waits for it.
func (rn renaming) hurry(acc keystore.Account, job *keyJob) {
	if job.hurried {
		return
	}
	job.hurried = true
	rn.host.After(orphanTime, func() {
		if !rn.closed && rn.jobs[acc] == job && job.orphan {
			job.orphan = false
			rn.makeKey(acc, job)
			rn.host.RefreshTables()
		}
	})
}

// offerOrphan offers the key of an account that has been renamed to one that has
// got a new key, because somebody waited for one.
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
				rn.takeOver(left[button], acc)
			}
		},
	})
}

// takeOver has acc use the key of another account in the place of its own.
func (rn renaming) takeOver(from, acc keystore.Account) {
	key := rn.store.Key(from)
	if key == nil || rn.store.Key(acc) == nil || rn.making(acc) {
		return // it has become pointless
	}
	rn.app.EndAll(acc)
	old, err := rn.store.ReplaceKey(acc, key, keystore.DayOf(rn.now()))
	if err == nil {
		err = rn.store.TakeOver(from, acc)
	}
	if err == nil {
		err = rn.raiseTrust(from, acc)
	}
	rn.keyChanged(acc)
	if err != nil {
		rn.alertSave(text.KeySaveHeading(), err)
		return
	}
	rn.host.Alert(text.AppName, text.KeyReused(), kept(old))
}

// raiseTrust has acc trust whom from trusts. Those who have met acc's new key are
// listed as unverified there, which is not what the user thinks of them.
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
