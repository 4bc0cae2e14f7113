// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"errors"

	"purple-otr/keystore"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// askBackup asks for a passphrase, and then where the backup is to be.
func (a *App) askBackup(note string) {
	a.unlock(false, func() {
		if all := a.store.Bundle(); all.Empty() {
			a.tell(text.BackupTitle(), text.BackupEmpty(), "")
			return
		}
		a.host.AskForm(ui.Form{
			Title: text.BackupTitle(), Heading: text.BackupHeading(), Text: text.Paragraphs(note, text.BackupText()),
			Fields: passphraseFields(0),
			OK:     text.ButtonContinue(), Cancel: text.ButtonCancel(),
			Done: func(ok bool, v []string) {
				switch {
				case !ok || a.closed:
				case v[0] != v[1]:
					a.askBackup(text.PassphrasesDiffer())
				default:
					a.host.AskPath(ui.PathQuestion{
						Title: text.BackupTitle(), Kind: ui.SaveFile, Name: "purple-otr-" + string(keystore.DayOf(a.now())) + ".backup",
						Done: func(path string) { a.backUp(path, v[0]) },
					})
				}
			},
		})
	})
}

var errLocked = errors.New("the keys have been locked meanwhile")

// backUp writes everything into one file.
func (a *App) backUp(path, passphrase string) {
	if path == "" || a.closed {
		return
	}
	background(a, func() (struct{}, error) {
		if a.store.Locked() {
			return struct{}{}, errLocked
		}
		secret := []byte(passphrase)
		defer clear(secret)
		data, err := keystore.SealExport(a.rand, a.store.Bundle(), secret)
		if err == nil {
			err = keystore.WriteExport(path, data)
		}
		return struct{}{}, err
	}, func(_ struct{}, err error) {
		if err != nil {
			a.alertSave(text.BackupFailed(), err)
			return
		}
		a.tell(text.BackupTitle(), text.BackupDone(), text.BackupDoneText(text.Clean(path, text.MaxReason)))
	})
}

// tell shows what is no reason to worry.
func (a *App) tell(title, heading, body string) {
	a.host.AskForm(ui.Form{
		Title: title, Heading: heading, Text: body,
		Cancel: text.ButtonClose(), Done: func(bool, []string) {},
	})
}

// askMove leads to what can be done with all keys at once.
func (a *App) askMove() {
	a.host.AskQuestion(ui.Question{
		Title: text.MoveTitle(), Heading: text.MoveHeading(), Text: text.MoveText(),
		Buttons: []string{text.ButtonImport(), text.ButtonRestore(), text.ButtonBackUp(), text.ButtonCancel()},
		Done: func(button int) {
			switch {
			case a.closed:
			case button == 0:
				a.askImport()
			case button == 1:
				a.askRestore()
			case button == 2:
				a.askBackup("")
			}
		},
	})
}
