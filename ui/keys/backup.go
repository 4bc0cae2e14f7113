// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"errors"

	"purple-otr/keystore"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A transfer imports and exports keys and fingerprints.
type transfer struct{ *Keys }

// askBackup asks for a passphrase, and then where to save the backup.
func (tf transfer) askBackup(note string) {
	if tf.closed {
		return
	}
	tf.unlock(false, func() {
		if all := tf.store.Bundle(); all.Empty() {
			tf.showInfo(text.BackupTitle(), text.BackupEmpty(), "")
			return
		}
		tf.host.AskForm(ui.Form{
			Title: text.BackupTitle(), Heading: text.BackupHeading(), Text: text.Paragraphs(note, text.BackupText()),
			Fields: passphraseFields(0),
			OK:     text.ButtonContinue(), Cancel: text.ButtonCancel(),
			Done: func(ok bool, v []string) {
				if !ok || tf.closed {
					return
				}
				if problem := newPassphrase(v[0], v[1]); problem != "" {
					tf.askBackup(problem)
				} else {
					tf.host.AskPath(ui.PathQuestion{
						Title: text.BackupTitle(), Kind: ui.SaveFile, Name: "purple-otr-" + string(keystore.DayOf(tf.now())) + ".tar.age",
						Done: func(path string) { tf.backUp(path, v[0]) },
					})
				}
			},
		})
	})
}

var errLocked = errors.New("the keys have been locked meanwhile")

// backUp writes everything to one file.
func (tf transfer) backUp(path, passphrase string) {
	if path == "" || tf.closed {
		return
	}
	background(tf.Keys, func() (struct{}, error) {
		if tf.Locked() {
			return struct{}{}, errLocked
		}
		secret := []byte(passphrase)
		defer clear(secret)
		data, err := keystore.SealExport(tf.store.Bundle(), secret)
		if err == nil {
			err = keystore.WriteExport(path, data)
		}
		return struct{}{}, err
	}, func(_ struct{}, err error) {
		if err != nil {
			tf.alertSaveError(text.BackupFailed(), err)
			return
		}
		tf.showInfo(text.BackupTitle(), text.BackupDone(), text.Paragraphs(text.BackupDoneText(text.Clean(path, text.MaxReason)), weakPassphrase(passphrase)))
	})
}

// showInfo shows good news in a dialog.
func (tf transfer) showInfo(title, heading, body string) {
	tf.host.AskForm(ui.Form{
		Title: title, Heading: heading, Text: body,
		Cancel: text.ButtonClose(), Done: func(bool, []string) {},
	})
}

// askMove offers what can be done with all keys at once.
func (tf transfer) askMove() {
	tf.host.AskQuestion(ui.Question{
		Title: text.MoveTitle(), Heading: text.MoveHeading(), Text: text.MoveText(),
		Buttons: []string{text.ButtonImport(), text.ButtonRestore(), text.ButtonBackUp(), text.ButtonCancel()},
		Done: func(button int) {
			switch {
			case tf.closed:
			case button == 0:
				tf.askImport()
			case button == 1:
				tf.askRestore()
			case button == 2:
				tf.askBackup("")
			}
		},
	})
}
