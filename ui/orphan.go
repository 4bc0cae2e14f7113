// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"slices"

	"purple-otr/keystore"
)

// orphans are the accounts whose key acc, which has none, may go on using: they
// are of the same protocol and are not the user's any more, so that acc may be one
// of them with another name.
func (a *App) orphans(acc keystore.Account) []keystore.Account {
	left := a.store.Orphans(append(a.host.Accounts(), acc))
	return slices.DeleteFunc(left, func(o keystore.Account) bool { return o.Protocol != acc.Protocol })
}

// askOrphan asks whether the key of an account that has been renamed is to be
// taken over, before one is made. Messages that need the key wait meanwhile.
func (a *App) askOrphan(acc keystore.Account, job *keyJob) {
	if job.asked {
		return
	}
	job.asked = true
	left := a.orphans(acc)
	left = left[:min(len(left), 2)] // there is room for so many buttons
	var buttons []string
	for _, o := range left {
		buttons = append(buttons, buttonTakeOver(accountName(o)))
	}
	a.host.AskQuestion(Question{
		Title: keysTitle(), Heading: orphanHeading(accountName(acc)), Text: orphanText(),
		Buttons: append(buttons, buttonNewKey(), buttonNotNow()),
		Done: func(button int) {
			if a.closed || a.jobs[acc] != job {
				return
			}
			job.asked, job.orphan = false, false
			switch n := len(left); {
			case button >= 0 && button < n:
				a.keySet(acc, job, a.store.TakeOver(left[button], acc), keyTakenOver())
			case button == n:
				a.keyProgress(acc, job, 0, makingText(), buttonCancel())
				a.makeKey(acc, job)
			default:
				delete(a.jobs, acc) // asked again when it is needed again
			}
			a.host.RefreshTables()
		},
	})
}
