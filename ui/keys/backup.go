// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"errors"

	"purple-otr/keystore"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// askBackup asks for a passphrase, and then where the backup is to be.
func (ks *Keys) askBackup(note string) {
	ks.unlock(false, func() {
		if all := ks.store.Bundle(); all.Empty() {
			ks.tell(text.BackupTitle(), text.BackupEmpty(), "")
			return
		}
		ks.host.AskForm(ui.Form{
			Title: text.BackupTitle(), Heading: text.BackupHeading(), Text: text.Paragraphs(note, text.BackupText()),
			Fields: passphraseFields(0),
			OK:     text.ButtonContinue(), Cancel: text.ButtonCancel(),
			Done: func(ok bool, v []string) {
				switch {
				case !ok || ks.closed:
				case v[0] != v[1]:
					ks.askBackup(text.PassphrasesDiffer())
				default:
					ks.host.AskPath(ui.PathQuestion{
						Title: text.BackupTitle(), Kind: ui.SaveFile, Name: "purple-otr-" + string(keystore.DayOf(ks.now())) + ".backup",
						Done: func(path string) { ks.backUp(path, v[0]) },
					})
				}
			},
		})
	})
}

var errLocked = errors.New("the keys have been locked meanwhile")

// backUp writes everything into one file.
func (ks *Keys) backUp(path, passphrase string) {
	if path == "" || ks.closed {
		return
	}
	background(ks, func() (struct{}, error) {
		if ks.Locked() {
			return struct{}{}, errLocked
		}
		secret := []byte(passphrase)
		defer clear(secret)
		data, err := keystore.SealExport(ks.rand, ks.store.Bundle(), secret)
		if err == nil {
			err = keystore.WriteExport(path, data)
		}
		return struct{}{}, err
	}, func(_ struct{}, err error) {
		if err != nil {
			ks.alertSave(text.BackupFailed(), err)
			return
		}
		ks.tell(text.BackupTitle(), text.BackupDone(), text.BackupDoneText(text.Clean(path, text.MaxReason)))
	})
}

// tell shows what is no reason to worry.
func (ks *Keys) tell(title, heading, body string) {
	ks.host.AskForm(ui.Form{
		Title: title, Heading: heading, Text: body,
		Cancel: text.ButtonClose(), Done: func(bool, []string) {},
	})
}

// askMove leads to what can be done with all keys at once.
func (ks *Keys) askMove() {
	ks.host.AskQuestion(ui.Question{
		Title: text.MoveTitle(), Heading: text.MoveHeading(), Text: text.MoveText(),
		Buttons: []string{text.ButtonImport(), text.ButtonRestore(), text.ButtonBackUp(), text.ButtonCancel()},
		Done: func(button int) {
			switch {
			case ks.closed:
			case button == 0:
				ks.askImport()
			case button == 1:
				ks.askRestore()
			case button == 2:
				ks.askBackup("")
			}
		},
	})
}
