// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"context"
	"errors"
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A lock holds what waits for the keys while they are locked. We make no session then: it
// could complete no exchange, and the buddy would know it by a tag that is not the
// account's.
type lock struct {
	asking   bool // a dialog is on the screen, or an attempt is running
	declined bool // the user does not want to unlock, so nothing is kept
	waiting  []waitingMessage
	asked    asked
	then     func() // what the user wanted to do, or nil
}

// A waitingMessage arrived before the keys were unlocked. It is part of a key exchange and
// contains no text for the user.
type waitingMessage struct {
	keptMessage
	at time.Time
}

// These are like maxKept and so on, but we do not know when the user comes back. After
// waitTime a buddy's client has stopped waiting.
const (
	maxWaiting     = 256 // from everyone together
	maxWaitingChat = 16  // from one buddy; on IRC an exchange has many fragments
	waitTime       = 10 * time.Minute
)

// keyringTime is how long the user may take to answer the keyring's dialog.
const keyringTime = 2 * time.Minute

// keepWhileLocked keeps a message until the keys are unlocked, and tells both sides.
func (ks *Keys) keepWhileLocked(m keptMessage) {
	ks.forgetOld()
	c, n := m.chat, 0
	for _, m := range ks.lock.waiting {
		if m.chat == c {
			n++
		}
	}
	ks.asker.noteAsked(c)
	if ks.lock.declined || n >= maxWaitingChat || len(ks.lock.waiting) >= maxWaiting || len(m.text) > maxKeptSize {
		return
	}
	ks.lock.waiting = append(ks.lock.waiting, waitingMessage{m, ks.now()})
}

func (ks *Keys) forgetOld() {
	var young []waitingMessage
	for _, m := range ks.lock.waiting {
		if ks.now().Sub(m.at) < waitTime {
			young = append(young, m)
		}
	}
	ks.lock.waiting = young
	ks.asker.forgetAsked()
}

// unlock asks for whatever unlocks the keys, and afterwards calls then, if that is not nil.
// unasked is as in Form.
func (ks *Keys) unlock(unasked bool, then func()) {
	if !ks.Locked() {
		if then != nil {
			then()
		}
		return
	}
	if then != nil {
		ks.lock.then = then
	}
	if !unasked {
		ks.lock.declined = false // what comes from now on waits for the user, who is at it
	}
	if ks.store.Waiting() {
		return // Begin goes on when the keyring has answered
	}
	if ks.lock.asking {
		if !unasked {
			ks.host.ShowWaiting(aboutUnlock)
		}
		return
	}
	ks.asker.closeAsked() // this window takes its place
	why := ks.recovery.loss()
	switch how := ks.store.Protection(); {
	case why != noLoss:
		ks.recovery.askLoss(why, unasked)
	case how == keystore.ByPassphrase:
		ks.askPassphrase("", unasked)
	case how == keystore.ByKeyring:
		ks.unlockKeyring(unasked)
	default:
		ks.lock.then = nil
		ks.host.Alert(text.AppName, text.ProblemsHeading(), text.ProblemsText(problems(ks.store.Problems())))
	}
}

// lockNow locks the keys for a user who leaves the computer. It ends private conversations,
// so that someone else at the computer cannot continue them.
func (ks *Keys) lockNow() (problem string) {
	switch {
	case ks.Locked():
		return text.KeysLocked()
	case ks.store.Protection() == keystore.Plain:
		return text.NothingToLock()
	}
	ks.app.Forget()
	ks.store.Lock()
	ks.restoring = false
	ks.lock = lock{declined: true} // do not ask until the user wants to unlock them
	ks.backlog = nil
	ks.applyStore()
	return ""
}

// askPassphrase asks for the passphrase. note says why it asks again.
func (ks *Keys) askPassphrase(note string, unasked bool) {
	ks.lock.asking = true
	fields := []ui.Field{{Kind: ui.Secret, Label: text.UnlockLabel(), Required: note == ""}}
	if note != "" {
		fields = append(fields, ui.Field{Kind: ui.Check, Label: text.PassphraseForgotten()})
	}
	ks.host.AskForm(ui.Form{
		Chat: aboutUnlock, Title: text.UnlockTitle(), Heading: text.UnlockHeading(), Text: text.Paragraphs(note, text.UnlockText()),
		Fields: fields,
		OK:     text.ButtonUnlock(), Cancel: text.ButtonNotNow(), Unasked: unasked,
		Done: func(ok bool, v []string) {
			ks.lock.asking = false
			if ks.closed {
				return
			}
			if !ok {
				ks.declineUnlock()
				return
			}
			if note != "" && v[1] == ui.Checked(true) {
				ks.recovery.askStartOver()
				return
			}
			ks.tryUnlock(keystore.ByPassphrase, func() error {
				passphrase := []byte(v[0])
				defer clear(passphrase)
				return ks.store.Unlock(passphrase)
			}, func(err error) { ks.askPassphrase(unlockProblem(err), false) })
		},
	})
}

func (ks *Keys) unlockKeyring(unasked bool) {
	ks.tryUnlock(keystore.ByKeyring, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), keyringTime)
		defer cancel()
		return ks.store.UnlockKeyring(ctx)
	}, func(err error) {
		again := choice{text.ButtonAgain(), func() { ks.unlockKeyring(false) }}
		body := text.Paragraphs(unlockProblem(err), text.UnlockKeyringText())
		if errors.Is(err, keystore.ErrKeyringLocked) { // nothing is lost
			ks.recovery.ask(text.UnlockHeading(), body, unasked, again)
			return
		}
		ks.recovery.ask(text.UnlockHeading(), text.Paragraphs(body, text.OtherComputer()), unasked,
			choice{text.ButtonRestore(), ks.transfer.restoreInstead}, choice{text.ButtonStartOver(), ks.recovery.askStartOver}, again)
	})
}

// askStartOver is for a user who can no longer unlock the keys.
func (rc recovery) askStartOver() {
	rc.ask(text.StartOverHeading(), text.StartOverText(), false, choice{text.ButtonStartOver(), func() {
		if rc.Locked() || rc.store.Missing() {
			rc.doWithout(rc.store.SetAside)
		}
	}}, choice{text.ButtonRestore(), rc.transfer.restoreInstead})
}

// tryUnlock runs work in the background, for a store that is protected by how. If work
// fails, it calls again with the reason.
func (ks *Keys) tryUnlock(how keystore.Protection, work func() error, again func(error)) {
	ks.lock.asking = true
	background(ks, func() (struct{}, error) { return struct{}{}, work() }, func(_ struct{}, err error) {
		ks.lock.asking = false
		switch {
		case !ks.Locked():
			ks.unlocked()
		case err == nil || ks.store.Protection() != how:
			ks.unlock(false, nil) // another program has changed how they are protected
		default:
			ks.host.Debug("unlocking: " + err.Error())
			if why := ks.recovery.loss(); why != noLoss {
				ks.redrawAll()
				ks.recovery.askLoss(why, false)
				return
			}
			again(err)
		}
	})
}

// unlocked processes the messages that have waited, and asks the buddies again of whom we
// have kept no message.
func (ks *Keys) unlocked() {
	ks.forgetOld()
	ks.asker.closeAsked()
	waited := ks.lock
	ks.lock = lock{}
	ks.applyStore()
	ks.startBacklog(waited)
}

// declineUnlock is called when the user decides not to unlock the keys.
func (ks *Keys) declineUnlock() {
	chats := map[ui.Chat]bool{}
	for _, m := range ks.lock.waiting {
		chats[m.chat] = true
	}
	ks.lock.declined, ks.lock.waiting, ks.lock.then = true, nil, nil
	for c := range chats {
		ui.Say(ks.host, c, ui.Info, false, text.AskedWhileLocked(ui.Name(ks.host, c), true), ui.UnlockKeys)
	}
	ks.asker.forgetAsked()
	for c := range ks.lock.asked.since {
		ks.app.Refuse(c, "")
	}
	ks.asker.askAboutAsked()
	ks.redrawAll()
}

// applyStore brings conversations, menus and tables up to date with the store.
func (ks *Keys) applyStore() {
	ks.tellProblems()
	ks.recovery.remember()
	ks.app.ApplyStore()
	ks.redrawAll()
}

// Reload reads the files again if other programs have changed them.
func (ks *Keys) Reload() {
	if !ks.store.Reload() {
		return
	}
	if !ks.Locked() && len(ks.lock.asked.since) > 0 {
		ks.unlocked() // another program has unlocked them
		return
	}
	ks.applyStore()
	switch why := ks.recovery.loss(); {
	case why != noLoss:
		ks.recovery.askLoss(why, true)
	case ks.Locked() && !ks.lock.declined:
		ks.unlock(true, nil)
	}
}

// Ready reports whether the keys are unlocked. It is called before something that the user
// wants to do and that needs the keys. If they are locked, it asks the user to unlock them
// and calls then afterwards.
func (ks *Keys) Ready(then func()) bool {
	ks.Reload()
	if ks.Locked() {
		ks.unlock(false, then)
		return false
	}
	return true
}

// redrawAll redraws all conversations and tables.
func (ks *Keys) redrawAll() {
	for _, c := range ks.host.Chats() {
		ks.host.Refresh(c)
	}
	ks.host.RefreshTables()
}

// tellProblems tells the user which files have become unusable since the last time.
func (ks *Keys) tellProblems() {
	var fresh []keystore.Problem
	now := map[string]bool{}
	asked := ks.recovery.loss() != noLoss // which says it
	for _, p := range ks.store.Problems() {
		if asked && (errors.Is(p.Err, keystore.ErrMissing) || errors.Is(p.Err, keystore.ErrOlder) || errors.Is(p.Err, keystore.ErrDamaged)) {
			continue
		}
		now[p.Err.Error()] = true
		if !ks.problems[p.Err.Error()] {
			fresh = append(fresh, p)
		}
	}
	ks.problems = now
	if len(fresh) > 0 {
		ks.host.Warn(text.AppName, text.ProblemsHeading(), text.ProblemsText(problems(fresh)))
	}
}

func unlockProblem(err error) string {
	switch {
	case errors.Is(err, keystore.ErrPassphrase), errors.Is(err, keystore.ErrNoPassphrase):
		return text.WrongPassphrase()
	case errors.Is(err, keystore.ErrNotInKeyring):
		return text.KeyringEntryMissing()
	case errors.Is(err, keystore.ErrKeyringLocked):
		return text.KeyringLocked()
	case errors.Is(err, keystore.ErrKeyring):
		return text.KeyringUnavailable()
	}
	return text.SaveProblem(text.Clean(err.Error(), text.MaxReason))
}

// problems converts the store's problems for package text.
func problems(list []keystore.Problem) (all []text.Problem) {
	for _, p := range list {
		all = append(all, text.Problem(p))
	}
	return all
}

// trusted reports whether f is a verified key of c's buddy.
func (ks *Keys) trusted(c ui.Chat, f otr.Fingerprint) bool {
	trust, _ := ks.store.Trust(ui.BuddyOf(c), f)
	return trust.Trusted()
}
