// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"context"
	"errors"
	"slices"

	"purple-otr/keystore"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// prefSealed says that there is a sealed store. Somebody who removes its file does not
// think of it.
const prefSealed = "/plugins/core/purple-otr/sealed-store"

// remember has the preference and the keyring remember how the keys are protected.
func (rc recovery) remember() {
	if rc.closed {
		return
	}
	switch rc.store.Protection() {
	case keystore.ByKeyring, keystore.ByPassphrase:
		rc.setPref(prefSealed, true)
	case keystore.Plain: // the store would be missing if the user had not decided that
		rc.setPref(prefSealed, false)
	}
	if rc.remembering {
		rc.rememberAgain = true
		return
	}
	rc.remembering, rc.rememberAgain = true, false
	background(rc.Keys, func() (struct{}, error) {
		ctx, cancel := context.WithTimeout(context.Background(), storeTime)
		defer cancel()
		return struct{}{}, rc.store.Remember(ctx)
	}, func(_ struct{}, err error) {
		rc.remembering = false
		if err != nil {
			rc.host.Debug("the keyring's memory: " + err.Error())
		}
		if rc.rememberAgain {
			rc.remember()
		}
	})
}

func (rc recovery) setPref(key string, value bool) {
	if rc.host.Pref(key, false) != value {
		rc.host.SetPref(key, value)
	}
}

// A choice is a button and what it does.
type choice struct {
	label string
	do    func()
}

// ask asks about keys that are not there. Whatever the user answers ends it.
func (rc recovery) ask(heading, body string, unasked bool, choices ...choice) {
	rc.lock.asking = true
	q := ui.Question{Chat: aboutUnlock, Title: text.UnlockTitle(), Heading: heading, Text: body, Unasked: unasked}
	for _, c := range choices {
		q.Buttons = append(q.Buttons, c.label)
	}
	q.Buttons = append(q.Buttons, text.ButtonNotNow())
	q.Done = func(button int) {
		rc.lock.asking = false
		switch {
		case rc.closed:
		case button >= 0 && button < len(choices):
			choices[button].do()
		default:
			rc.declineUnlock()
		}
	}
	rc.host.AskQuestion(q)
}

// recovery is about a sealed file that is missing, damaged or older.
type recovery struct{ *Keys }

// A loss is why the sealed file cannot be used, if the user can do something about that.
type loss int

const (
	noLoss loss = iota
	fileMissing
	fileOlder
	fileDamaged
)

func (rc recovery) loss() loss {
	is := func(kind error) bool {
		return slices.ContainsFunc(rc.store.Problems(), func(p keystore.Problem) bool { return errors.Is(p.Err, kind) })
	}
	switch {
	case rc.store.Missing():
		return fileMissing
	case rc.Locked() && is(keystore.ErrOlder):
		return fileOlder
	case rc.Locked() && is(keystore.ErrDamaged) && len(rc.store.Backups()) > 0:
		return fileDamaged
	}
	return noLoss
}

// askLoss asks what is to be used instead of the sealed file, the newest backup first.
func (rc recovery) askLoss(why loss, unasked bool) {
	if rc.lock.asking {
		return
	}
	if why == fileOlder {
		rc.ask(text.OlderHeading(), text.OlderText(), unasked, choice{text.ButtonUseOlder(), rc.acceptOlder})
		return
	}
	heading, body := text.MissingHeading(), text.MissingText()
	if why == fileDamaged {
		heading, body = text.DamagedHeading(), text.DamagedText()
	}
	var choices []choice
	if days := rc.store.Backups(); len(days) > 0 {
		body = text.Paragraphs(body, text.BackupOffered(string(days[0])))
		choices = append(choices, choice{text.ButtonUseBackup(), func() { rc.restoreDaily(days[0]) }})
	} else {
		choices = append(choices, choice{text.ButtonRestore(), rc.transfer.restoreInstead})
	}
	if why == fileMissing && rc.store.PlainBeside() {
		body = text.Paragraphs(body, text.PlainOffered())
		choices = append(choices, choice{text.ButtonUsePlain(), func() { rc.doWithout(rc.store.AdoptPlain) }})
	}
	rc.ask(heading, body, unasked, append(choices, choice{text.ButtonStartOver(), rc.askStartOver})...)
}

// restoreDaily puts a daily backup in the place of the sealed file, and unlocks it.
func (rc recovery) restoreDaily(day keystore.Day) {
	if err := rc.store.RestoreBackup(day, keystore.DayOf(rc.now())); err != nil {
		rc.alertSaveError(text.UnlockHeading(), err)
		return
	}
	rc.applyStore()
	rc.unlock(false, nil)
}

func (rc recovery) acceptOlder() {
	rc.lock.asking = true
	background(rc.Keys, func() (struct{}, error) {
		ctx, cancel := context.WithTimeout(context.Background(), storeTime)
		defer cancel()
		return struct{}{}, rc.store.AcceptOlder(ctx)
	}, func(_ struct{}, err error) {
		rc.lock.asking = false
		if err != nil {
			rc.alertSaveError(text.UnlockHeading(), err)
			return
		}
		rc.applyStore()
		rc.unlock(false, nil)
	})
}

// doWithout gives up the sealed file in one of two ways. It reports whether that worked.
func (rc recovery) doWithout(how func(keystore.Day) (string, error)) bool {
	path, err := how(keystore.DayOf(rc.now()))
	if err != nil {
		rc.alertSaveError(text.UnlockHeading(), err)
		return false
	}
	rc.asker.closeAsked()
	since := rc.lock.asked.since
	rc.lock = lock{}
	if !rc.restoring {
		kept := ""
		if path != "" {
			kept = text.OldKeyKept(text.Clean(path, text.MaxReason))
		}
		rc.transfer.showInfo(text.UnlockTitle(), text.StartOverDone(), kept)
	}
	rc.host.SetPref(prefProtection, false) // so that protection is offered for the new keys
	rc.applyStore()
	rc.asker.askAgain(since)
	rc.storeOpen()
	return true
}

// restoreInstead is for a user who has a backup, and keys that cannot be unlocked. These
// are set aside when the backup has been opened.
func (tf transfer) restoreInstead() {
	tf.lock.declined = true // nothing else is asked meanwhile
	tf.restoring = true
	tf.host.AskPath(ui.PathQuestion{Title: text.RestoreTitle(), Kind: ui.OpenFile, Done: func(path string) {
		if path == "" {
			tf.restoring = false
		}
		tf.importFrom(path, true)
	}})
}
