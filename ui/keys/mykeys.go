// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// accounts lists the user's accounts, and former ones that still have a key. An XMPP
// account is listed once, whatever its resource.
func (ks *Keys) accounts() (all []keystore.Account) {
	for _, acc := range slices.Concat(ks.host.Accounts(), ks.store.Accounts()) {
		if !slices.ContainsFunc(all, func(o keystore.Account) bool { return accountID(o) == accountID(acc) }) {
			all = append(all, acc)
		}
	}
	return all
}

func (ks *Keys) myKeys() {
	if !ks.Ready(ks.myKeys) {
		return
	}
	hasKey := func(acc keystore.Account) bool { return ks.store.Key(acc) != nil && !ks.making(acc) }
	versions := ks.store.Identities().Any()
	columns := []string{text.ColumnMine(), text.ColumnProtocol(), text.ColumnFingerprint()}
	if versions {
		columns = []string{text.ColumnMine(), text.ColumnProtocol(), text.ColumnVersion(), text.ColumnFingerprint()}
	}
	ks.host.ShowTable(ui.Table{
		Title: text.KeysTitle(), Heading: text.KeysHeading(), Empty: text.KeysEmpty(),
		Search: text.TableSearch(), Close: text.ButtonClose(),
		Columns: columns, Rows: func() []ui.Row { return ks.keyRows(versions) },
		Actions: []ui.TableAction{
			ks.identities.onKey(text.ActionShow(), hasKey, ks.showKey, ks.identities.show),
			ks.onAccount(text.ActionCreate(), func(acc keystore.Account) bool { return ks.store.Key(acc) == nil && !ks.making(acc) },
				func(acc keystore.Account) { ks.makeByUser(acc, false) }),
			ks.identities.onKey(text.ActionReplace(), hasKey, ks.replaceKey, ks.identities.replace),
			ks.identities.onKey(text.ActionDelete(), hasKey, ks.deleteKey, ks.identities.delete),
			ks.onAllKeys(text.ActionProtect(), func() { ks.protector.askProtection("") }),
			ks.onAllKeys(text.ActionMove(), ks.transfer.askMove),
		},
	})
}

// making reports whether a key for acc is being made.
func (ks *Keys) making(acc keystore.Account) bool {
	job := ks.jobs[acc]
	return job != nil && !job.failed && !job.orphan
}

func (ks *Keys) onAccount(label string, may func(keystore.Account) bool, do func(keystore.Account)) ui.TableAction {
	find := func(id string) (keystore.Account, bool) {
		for _, acc := range ks.accounts() {
			if accountID(acc) == id {
				return acc, !ks.closed && may(acc)
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

// onAllKeys returns a button that is not about a row.
func (ks *Keys) onAllKeys(label string, do func()) ui.TableAction {
	return ui.TableAction{
		Label:   label,
		Enabled: func(string) bool { return !ks.closed },
		Do: func(string) {
			if !ks.closed {
				do()
			}
		},
	}
}

// keyRows returns a row for each account, and another if it has a key of version 4. versions
// says whether the rows have a cell for the version.
func (ks *Keys) keyRows(versions bool) []ui.Row {
	var rows []ui.Row
	add := func(id string, acc keystore.Account, version otr.Version, cell string) {
		cells := []string{ui.AccountName(acc), text.ProtocolName(acc.Protocol), cell}
		if versions {
			cells = slices.Insert(cells, 2, strconv.Itoa(int(version)))
		}
		rows = append(rows, ui.Row{ID: id, Cells: cells})
	}
	for _, acc := range ks.accounts() {
		cell := text.KeyNone()
		if k := ks.store.Key(acc); k != nil {
			cell = k.Fingerprint().String()
		}
		if ks.making(acc) {
			cell = text.KeyBeingCreated()
		}
		if ks.store.Key(acc) != nil || ks.identities.isOwn(acc) {
			add(accountID(acc), acc, otr.V3, cell)
		}
		if k := ks.store.Identities().Key(acc); k != nil && versions {
			add(identityID(acc), acc, otr.V4, k.Fingerprint().String())
		}
	}
	return rows
}

func (ks *Keys) showKey(acc keystore.Account) {
	showOwn(ks.host, acc, ks.store.Key(acc).Fingerprint())
}

// showOwn shows the fingerprint of one of the user's keys.
func showOwn(host ui.Host, acc keystore.Account, f otr.Fingerprint) {
	host.AskForm(ui.Form{
		Title: text.KeyTitle(), Heading: text.AccountCell(ui.AccountName(acc), text.ProtocolName(acc.Protocol)),
		Fields: []ui.Field{
			{Kind: ui.Fingerprint, Label: text.ShowLabel(), Value: strings.Join(f.Lines(), "\n")},
			{Kind: ui.QR, Label: text.VerifyCode(), Value: ui.KeyURI(acc, f)},
		},
		Cancel: text.ButtonClose(), Done: func(bool, []string) {},
	})
}

// makeByUser makes a key because the user has asked for it, and shows the progress.
func (ks *Keys) makeByUser(acc keystore.Account, replace bool) {
	if ks.Locked() {
		ks.unlock(false, func() { ks.makeByUser(acc, replace) })
		return
	}
	ks.retryKey(acc)
	job := ks.jobs[acc]
	switch {
	case job == nil:
		job = &keyJob{replace: replace, shown: true, byUser: true, orphan: !replace && len(ks.renaming.orphans(acc)) > 0}
		ks.jobs[acc] = job
	case !job.orphan:
		return
	}
	if job.orphan {
		job.shown = true
		ks.renaming.askOrphan(acc, job)
		return
	}
	ks.showMaking(acc, job)
	ks.makeKey(acc, job)
	ks.host.RefreshTables()
}

// showMaking shows that a key is being computed.
func (ks *Keys) showMaking(acc keystore.Account, job *keyJob) {
	ks.keyProgress(acc, job, ui.Progress{
		Heading: text.MakingHeading(ui.AccountName(acc)), Text: text.MakingText(), Button: text.ButtonCancel(),
	})
}

// keyProgress shows p about job, and sets its Chat, Title and Done. Closing the dialog
// cancels the job: the key that is being computed is discarded.
func (ks *Keys) keyProgress(acc keystore.Account, job *keyJob, p ui.Progress) {
	if !job.shown {
		return
	}
	p.Chat, p.Title = ui.Chat{Protocol: acc.Protocol, Account: acc.Name}, text.KeyTitle()
	p.Done = func() {
		job.shown = false
		// If a conversation waits for the key, the job continues without the dialog.
		if ks.jobs[acc] == job && len(job.kept) == 0 {
			delete(ks.jobs, acc)
			ks.host.RefreshTables()
		}
	}
	ks.host.ShowProgress(p)
}

// replaceKey lets the user choose between a new key and the key of a renamed account, if
// there is one.
func (ks *Keys) replaceKey(acc keystore.Account) {
	left, buttons := ks.renaming.someOrphans(acc)
	body := text.ReplaceText()
	if len(left) > 0 {
		body = text.Paragraphs(body, text.OrphanReplaceText())
	}
	ks.host.AskQuestion(ui.Question{
		Title: text.ReplaceTitle(), Heading: text.ReplaceHeading(ui.AccountName(acc)), Text: body,
		Buttons: append(buttons, text.ButtonReplace(), text.ButtonCancel()),
		Done: func(button int) {
			switch {
			case ks.closed || button < 0 || ks.store.Key(acc) == nil:
			case button < len(left):
				ks.renaming.useKeyOf(left[button], acc)
			case button == len(left):
				ks.makeByUser(acc, true)
			}
		},
	})
}

func (ks *Keys) deleteKey(acc keystore.Account) {
	ks.host.AskQuestion(ui.Question{
		Title: text.DeleteTitle(), Heading: text.DeleteHeading(ui.AccountName(acc)), Text: text.DeleteText(),
		Buttons: []string{text.ButtonDelete(), text.ButtonCancel()},
		Done: func(button int) {
			if button != 0 || ks.closed || ks.store.Key(acc) == nil {
				return
			}
			ks.app.EndAll(acc)
			old, err := ks.store.DeleteKey(acc, keystore.DayOf(ks.now()))
			ks.keyChanged(acc)
			if err != nil {
				ks.alertSaveError(text.KeySaveHeading(), err)
				return
			}
			ks.host.Alert(text.AppName, text.KeyDeletedHeading(ui.AccountName(acc)), text.OldKeyKept(text.Clean(filepath.Base(old), text.MaxReason)))
		},
	})
}

// keyChanged makes the conversations use the account's current key.
func (ks *Keys) keyChanged(acc keystore.Account) {
	ks.app.KeyChanged(acc)
	ks.host.RefreshTables()
}

// accountID returns the ID of an account's row.
func accountID(acc keystore.Account) string {
	acc = acc.Bare()
	return acc.Protocol + "\x00" + acc.Name
}
