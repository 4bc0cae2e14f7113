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
func (ks *Keys) remember() {
	if ks.closed {
		return
	}
	switch ks.store.Protection() {
	case keystore.ByKeyring, keystore.ByPassphrase:
		ks.setPref(prefSealed, true)
	case keystore.Plain: // the store would be missing if the user had not decided that
		ks.setPref(prefSealed, false)
	}
	if ks.remembering {
		ks.rememberAgain = true
		return
	}
	ks.remembering, ks.rememberAgain = true, false
	background(ks, func() (struct{}, error) {
		ctx, cancel := context.WithTimeout(context.Background(), storeTime)
		defer cancel()
		return struct{}{}, ks.store.Remember(ctx)
	}, func(_ struct{}, err error) {
		ks.remembering = false
		if err != nil {
			ks.host.Debug("the keyring's memory: " + err.Error())
		}
		if ks.rememberAgain {
			ks.remember()
		}
	})
}

func (ks *Keys) setPref(key string, value bool) {
	if ks.host.Pref(key, false) != value {
		ks.host.SetPref(key, value)
	}
}

// A choice is a button and what it does.
type choice struct {
	label string
	do    func()
}

// ask asks about keys that are not there. Whatever the user answers ends it.
func (ks *Keys) ask(heading, body string, unasked bool, choices ...choice) {
	ks.lock.asking = true
	q := ui.Question{Chat: aboutUnlock, Title: text.UnlockTitle(), Heading: heading, Text: body, Unasked: unasked}
	for _, c := range choices {
		q.Buttons = append(q.Buttons, c.label)
	}
	q.Buttons = append(q.Buttons, text.ButtonNotNow())
	q.Done = func(button int) {
		ks.lock.asking = false
		switch {
		case ks.closed:
		case button >= 0 && button < len(choices):
			choices[button].do()
		default:
			ks.declineUnlock()
		}
	}
	ks.host.AskQuestion(q)
}

// A loss is why the sealed file cannot be used, if the user can do something about that.
type loss int

const (
	noLoss loss = iota
	fileMissing
	fileOlder
	fileDamaged
)

func (ks *Keys) loss() loss {
	is := func(kind error) bool {
		return slices.ContainsFunc(ks.store.Problems(), func(p keystore.Problem) bool { return errors.Is(p.Err, kind) })
	}
	switch {
	case ks.store.Missing():
		return fileMissing
	case ks.Locked() && is(keystore.ErrOlder):
		return fileOlder
	case ks.Locked() && is(keystore.ErrDamaged) && len(ks.store.Backups()) > 0:
		return fileDamaged
	}
	return noLoss
}

// askLoss asks what is to be used instead of the sealed file, the newest backup first.
func (ks *Keys) askLoss(why loss, unasked bool) {
	if ks.lock.asking {
		return
	}
	if why == fileOlder {
		ks.ask(text.OlderHeading(), text.OlderText(), unasked, choice{text.ButtonUseOlder(), ks.acceptOlder})
		return
	}
	heading, body := text.MissingHeading(), text.MissingText()
	if why == fileDamaged {
		heading, body = text.DamagedHeading(), text.DamagedText()
	}
	var choices []choice
	if days := ks.store.Backups(); len(days) > 0 {
		body = text.Paragraphs(body, text.BackupOffered(string(days[0])))
		choices = append(choices, choice{text.ButtonUseBackup(), func() { ks.restoreDaily(days[0]) }})
	} else {
		choices = append(choices, choice{text.ButtonRestore(), ks.transfer.restoreInstead})
	}
	if why == fileMissing && ks.store.PlainBeside() {
		body = text.Paragraphs(body, text.PlainOffered())
		choices = append(choices, choice{text.ButtonUsePlain(), func() { ks.doWithout(ks.store.AdoptPlain) }})
	}
	ks.ask(heading, body, unasked, append(choices, choice{text.ButtonStartOver(), ks.askStartOver})...)
}

// restoreDaily puts a daily backup in the place of the sealed file, and unlocks it.
func (ks *Keys) restoreDaily(day keystore.Day) {
	if err := ks.store.RestoreBackup(day, keystore.DayOf(ks.now())); err != nil {
		ks.alertSaveError(text.UnlockHeading(), err)
		return
	}
	ks.applyStore()
	ks.unlock(false, nil)
}

func (ks *Keys) acceptOlder() {
	ks.lock.asking = true
	background(ks, func() (struct{}, error) {
		ctx, cancel := context.WithTimeout(context.Background(), storeTime)
		defer cancel()
		return struct{}{}, ks.store.AcceptOlder(ctx)
	}, func(_ struct{}, err error) {
		ks.lock.asking = false
		if err != nil {
			ks.alertSaveError(text.UnlockHeading(), err)
			return
		}
		ks.applyStore()
		ks.unlock(false, nil)
	})
}

// doWithout gives up the sealed file in one of two ways. It reports whether that worked.
func (ks *Keys) doWithout(how func(keystore.Day) (string, error)) bool {
	path, err := how(keystore.DayOf(ks.now()))
	if err != nil {
		ks.alertSaveError(text.UnlockHeading(), err)
		return false
	}
	ks.closeAsked()
	since := ks.lock.asked.since
	ks.lock = lock{}
	if !ks.restoring {
		kept := ""
		if path != "" {
			kept = text.OldKeyKept(text.Clean(path, text.MaxReason))
		}
		ks.transfer.showInfo(text.UnlockTitle(), text.StartOverDone(), kept)
	}
	ks.host.SetPref(prefProtection, false) // so that protection is offered for the new keys
	ks.applyStore()
	ks.askAgain(since)
	ks.storeOpen()
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
		tf.importFrom(path)
	}})
}
