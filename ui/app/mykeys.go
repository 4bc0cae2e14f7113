// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"encoding/hex"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// uriFingerprint precedes a fingerprint there.
const uriFingerprint = "otr-fingerprint="

// keyURI is what a telephone makes of a key: for XMPP the address with the
// fingerprint, as mobile programs understand it (XEP-0364 and the query
// component of RFC 5122), otherwise the plain fingerprint.
func keyURI(acc keystore.Account, f otr.Fingerprint) string {
	digits := hex.EncodeToString(f.Bytes())
	if acc.Protocol != "prpl-jabber" {
		return strings.ToUpper(digits)
	}
	local, domain, ok := strings.Cut(acc.Bare().Name, "@")
	if !ok {
		local, domain = "", local
	}
	uri := "xmpp:"
	if local != "" {
		uri += url.PathEscape(local) + "@"
	}
	return uri + url.PathEscape(domain) + "?" + uriFingerprint + digits
}

// accounts lists the user's accounts, and those that only have a key left. An
// XMPP account is listed once, whatever its resource.
func (a *App) accounts() (all []keystore.Account) {
	for _, acc := range slices.Concat(a.host.Accounts(), a.store.Accounts()) {
		if !slices.ContainsFunc(all, func(o keystore.Account) bool { return accountID(o) == accountID(acc) }) {
			all = append(all, acc)
		}
	}
	return all
}

// accountID is a row's.
func accountID(acc keystore.Account) string {
	acc = acc.Bare()
	return acc.Protocol + "\x00" + acc.Name
}

func accountName(acc keystore.Account) string {
	return text.Clean(acc.Bare().Name, text.MaxName)
}

func (a *App) myKeys() {
	a.reload()
	if a.store.Locked() {
		a.unlock(false, a.myKeys)
		return
	}
	hasKey := func(acc keystore.Account) bool { return a.store.Key(acc) != nil && !a.making(acc) }
	a.host.ShowTable(ui.Table{
		Title: text.KeysTitle(), Heading: text.KeysHeading(), Empty: text.KeysEmpty(),
		Search: text.TableSearch(), Close: text.ButtonClose(),
		Columns: []string{text.ColumnMine(), text.ColumnProtocol(), text.ColumnFingerprint()},
		Rows:    a.keyRows,
		Actions: []ui.TableAction{
			a.onAccount(text.ActionShow(), hasKey, a.showKey),
			a.onAccount(text.ActionMake(), func(acc keystore.Account) bool { return a.store.Key(acc) == nil && !a.making(acc) },
				func(acc keystore.Account) { a.makeByUser(acc, false) }),
			a.onAccount(text.ActionReplace(), hasKey, a.replaceKey),
			a.onAccount(text.ActionDelete(), hasKey, a.deleteKey),
			a.onAllKeys(text.ActionProtect(), func() { a.askProtection("") }),
			a.onAllKeys(text.ActionMove(), a.askMove),
		},
	})
}

// making reports whether a key for acc is being made.
func (a *App) making(acc keystore.Account) bool {
	job := a.jobs[acc]
	return job != nil && !job.failed && !job.orphan
}

func (a *App) onAccount(label string, may func(keystore.Account) bool, do func(keystore.Account)) ui.TableAction {
	find := func(id string) (keystore.Account, bool) {
		for _, acc := range a.accounts() {
			if accountID(acc) == id {
				return acc, !a.closed && may(acc)
			}
		}
		return keystore.Account{}, false
	}
	return ui.TableAction{
		Label:   label,
		Enabled: func(id string) bool { _, ok := find(id); return ok },
		Do: func(id string) {
			if acc, ok := find(id); ok {
				do(acc)
			}
		},
	}
}

// onAllKeys is a button that is about no row.
func (a *App) onAllKeys(label string, do func()) ui.TableAction {
	return ui.TableAction{
		Label:   label,
		Enabled: func(string) bool { return !a.closed },
		Do: func(string) {
			if !a.closed {
				do()
			}
		},
	}
}

func (a *App) keyRows() []ui.Row {
	var rows []ui.Row
	for _, acc := range a.accounts() {
		cell := text.KeyNone()
		if k := a.store.Key(acc); k != nil {
			cell = k.Fingerprint().String()
		}
		if a.making(acc) {
			cell = text.KeyInTheMaking()
		}
		rows = append(rows, ui.Row{ID: accountID(acc), Cells: []string{accountName(acc), text.ProtocolName(acc.Protocol), cell}})
	}
	return rows
}

func (a *App) showKey(acc keystore.Account) {
	f := a.store.Key(acc).Fingerprint()
	a.host.AskForm(ui.Form{
		Title: text.KeyTitle(), Heading: text.AccountCell(accountName(acc), text.ProtocolName(acc.Protocol)),
		Fields: []ui.Field{
			{Kind: ui.Fingerprint, Label: text.ShowLabel(), Value: f.String()},
			{Kind: ui.QR, Label: text.VerifyCode(), Value: keyURI(acc, f)},
		},
		Cancel: text.ButtonClose(), Done: func(bool, []string) {},
	})
}

// makeByUser makes a key because the user has asked for it, and shows that.
func (a *App) makeByUser(acc keystore.Account, replace bool) {
	if a.store.Locked() {
		a.unlock(false, func() { a.makeByUser(acc, replace) })
		return
	}
	a.retryKey(acc)
	job := a.jobs[acc]
	switch {
	case job == nil:
		job = &keyJob{replace: replace, shown: true, byUser: true, orphan: !replace && len(a.orphans(acc)) > 0}
		a.jobs[acc] = job
	case !job.orphan:
		return
	}
	if job.orphan {
		job.shown = true
		a.askOrphan(acc, job)
		return
	}
	a.keyProgress(acc, job, 0, text.MakingText(), text.ButtonCancel())
	a.makeKey(acc, job)
	a.host.RefreshTables()
}

// keyProgress shows how far job is. Closing it gives the job up: what is being
// computed then is dropped when it is there.
func (a *App) keyProgress(acc keystore.Account, job *keyJob, percent int, body, button string) {
	if !job.shown {
		return
	}
	a.host.ShowProgress(ui.Progress{
		Chat: ui.Chat{Protocol: acc.Protocol, Account: acc.Name}, Title: text.MakingTitle(), Heading: text.MakingHeading(accountName(acc)),
		Text: body, Percent: percent, Button: button,
		Done: func() {
			job.shown = false
			// While a conversation waits for the key, it goes on unseen.
			if a.jobs[acc] == job && len(job.kept) == 0 {
				delete(a.jobs, acc)
				a.host.RefreshTables()
			}
		},
	})
}

// replaceKey has a new key made, or that of a renamed account used, if there is one.
func (a *App) replaceKey(acc keystore.Account) {
	left, buttons := a.someOrphans(acc)
	body := text.ReplaceText()
	if len(left) > 0 {
		body = text.Paragraphs(body, text.OrphanReplaceText())
	}
	a.host.AskQuestion(ui.Question{
		Title: text.ReplaceTitle(), Heading: text.ReplaceHeading(accountName(acc)), Text: body,
		Buttons: append(buttons, text.ButtonReplace(), text.ButtonCancel()),
		Done: func(button int) {
			switch {
			case a.closed || button < 0 || a.store.Key(acc) == nil:
			case button < len(left):
				a.takeOver(left[button], acc)
			case button == len(left):
				a.makeByUser(acc, true)
			}
		},
	})
}

func (a *App) deleteKey(acc keystore.Account) {
	a.host.AskQuestion(ui.Question{
		Title: text.DeleteTitle(), Heading: text.DeleteHeading(accountName(acc)), Text: text.DeleteText(),
		Buttons: []string{text.ButtonDelete(), text.ButtonCancel()},
		Done: func(button int) {
			if button != 0 || a.closed || a.store.Key(acc) == nil {
				return
			}
			a.endAll(acc)
			old, err := a.store.DeleteKey(acc, keystore.DayOf(a.now()))
			a.keyChanged(acc)
			if err != nil {
				a.alertSave(text.KeySaveHeading(), err)
				return
			}
			a.host.Alert(text.AppName, text.KeyDeletedHeading(accountName(acc)), text.KeptIn(text.Clean(filepath.Base(old), text.MaxReason)))
		},
	})
}

// endAll ends the private conversations of an account whose key goes, under
// whatever resource.
func (a *App) endAll(acc keystore.Account) {
	for _, t := range a.all() {
		if accountID(account(t.chat)) == accountID(acc) && t.active() {
			a.end(t, text.EndedByKey)
		}
	}
}

// keyChanged gives the sessions the key that there is now.
func (a *App) keyChanged(acc keystore.Account) {
	for _, t := range a.all() {
		if accountID(account(t.chat)) == accountID(acc) {
			a.obey(t)
		}
	}
	a.host.RefreshTables()
}
