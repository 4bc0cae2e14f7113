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

// A lock is what waits for the keys while they are locked. Then no session is
// made: it could complete no exchange, and would be known to the buddy by a tag
// that is not the account's.
type lock struct {
	asking   bool // a dialog is on the screen, or an attempt is going on
	declined bool // the user does not want to, so nothing waits
	waiting  []waitingMessage
	asked    asked
	then     func() // what the user wanted to do, or nil
}

// A waitingMessage has come before the keys were unlocked. It is of the protocol
// and holds no text for the user.
type waitingMessage struct {
	keptMessage
	at time.Time
}

// As in keys.go, but nobody knows when the user comes back. After waitTime a
// buddy's program has given up.
const (
	maxWaiting     = 256 // in all
	maxWaitingChat = 16  // from one buddy; on IRC an exchange has many fragments
	waitTime       = 10 * time.Minute
)

// keyringTime is how long the user may take to answer the keyring's prompt.
const keyringTime = 2 * time.Minute

// wait keeps a message until the keys are unlocked, and tells both sides.
func (ks *Keys) wait(m keptMessage) {
	ks.forgetOld()
	c, n := m.chat, 0
	for _, m := range ks.lock.waiting {
		if m.chat == c {
			n++
		}
	}
	ks.asks(c)
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
	ks.forgetAsked()
}

// unlock asks for what the keys are locked with, and then does then, if that is
// not nil. unasked is as in Form.
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
	if ks.lock.asking {
		if !unasked {
			ks.host.ShowWaiting(aboutUnlock)
		}
		return
	}
	ks.closeAsked() // this window takes its place
	switch ks.store.Protection() {
	case keystore.ByPassphrase:
		ks.askPassphrase("", unasked)
	case keystore.ByKeyring:
		ks.unlockKeyring(unasked)
	default:
		ks.lock.then = nil
		ks.host.Alert(text.AppName, text.ProblemsHeading(), text.ProblemsText(problems(ks.store.Problems())))
	}
}

// lockNow locks the keys for a user who leaves the computer. Private conversations end:
// somebody else must not be able to go on with them.
func (ks *Keys) lockNow() (problem string) {
	switch {
	case ks.Locked():
		return text.KeysLocked()
	case ks.store.Protection() == keystore.Plain:
		return text.NothingToLock()
	}
	ks.app.Forget()
	ks.store.Lock()
	ks.lock = lock{declined: true} // it is the user who unlocks them
	ks.reread()
	return ""
}

// askPassphrase asks for it. note says why it does so again.
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
				ks.askAside()
				return
			}
			ks.tryUnlock(keystore.ByPassphrase, func() error {
				passphrase := []byte(v[0])
				defer clear(passphrase)
				return ks.store.Unlock(passphrase)
			}, func(problem string) { ks.askPassphrase(problem, false) })
		},
	})
}

func (ks *Keys) unlockKeyring(unasked bool) {
	ks.tryUnlock(keystore.ByKeyring, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), keyringTime)
		defer cancel()
		return ks.store.UnlockKeyring(ctx)
	}, func(problem string) {
		ks.lock.asking = true
		ks.host.AskQuestion(ui.Question{
			Chat: aboutUnlock, Title: text.UnlockTitle(), Heading: text.UnlockHeading(), Text: text.Paragraphs(problem, text.UnlockKeyringText()),
			Buttons: []string{text.ButtonStartOver(), text.ButtonAgain(), text.ButtonNotNow()}, Unasked: unasked,
			Done: func(button int) {
				ks.lock.asking = false
				switch {
				case ks.closed:
				case button == 0:
					ks.askAside()
				case button == 1:
					ks.unlockKeyring(false)
				default:
					ks.declineUnlock()
				}
			},
		})
	})
}

// askAside is for a user who cannot unlock the keys any more.
func (ks *Keys) askAside() {
	ks.lock.asking = true
	ks.host.AskQuestion(ui.Question{
		Title: text.UnlockTitle(), Heading: text.StartOverHeading(), Text: text.StartOverText(),
		Buttons: []string{text.ButtonStartOver(), text.ButtonNotNow()},
		Done: func(button int) {
			ks.lock.asking = false
			switch {
			case ks.closed:
			case button != 0:
				ks.declineUnlock()
			case ks.Locked():
				path, err := ks.store.SetAside(keystore.DayOf(ks.now()))
				if err != nil {
					ks.alertSave(text.UnlockHeading(), err)
					return
				}
				ks.closeAsked()
				since := ks.lock.asked.since
				ks.lock = lock{}
				ks.transfer.tell(text.UnlockTitle(), text.StartOverDone(), text.OldKeyKept(text.Clean(path, text.MaxReason)))
				ks.reread()
				ks.askAnew(since)
				ks.storeOpen()
			}
		},
	})
}

// tryUnlock has work try it in the background, for a store that is protected in
// that way. If that fails, again is told why.
func (ks *Keys) tryUnlock(how keystore.Protection, work func() error, again func(problem string)) {
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
			again(unlockProblem(err))
		}
	})
}

// unlocked gives what has waited to those who have waited for it, and asks those
// buddies of whom nothing could be kept.
func (ks *Keys) unlocked() {
	ks.forgetOld()
	ks.closeAsked()
	waiting, since, then := ks.lock.waiting, ks.lock.asked.since, ks.lock.then
	ks.lock = lock{}
	ks.reread()
	for _, m := range waiting {
		delete(since, m.chat)
		ks.app.Receiving(m.chat, m.from, m.text) // part of a key exchange: there is no message to show
	}
	if then != nil {
		then()
	}
	ks.askAnew(since)
	ks.storeOpen()
}

// declineUnlock is the user's decision to do without.
func (ks *Keys) declineUnlock() {
	chats := map[ui.Chat]bool{}
	for _, m := range ks.lock.waiting {
		chats[m.chat] = true
	}
	ks.lock.declined, ks.lock.waiting, ks.lock.then = true, nil, nil
	for c := range chats {
		ui.Say(ks.host, c, ui.Info, false, text.AskedWhileLocked(ui.Name(ks.host, c), true), ui.UnlockKeys)
	}
	ks.forgetAsked()
	for c := range ks.lock.asked.since {
		ks.app.Refuse(c, "")
	}
	ks.askAboutAsked()
	ks.redraw()
}

// reread has everything be as the store is now.
func (ks *Keys) reread() {
	ks.tellProblems()
	ks.app.Reread()
	ks.redraw()
}

// Reload looks for what other programs have written.
func (ks *Keys) Reload() {
	if !ks.store.Reload() {
		return
	}
	if !ks.Locked() && len(ks.lock.asked.since) > 0 {
		ks.unlocked() // another program has done that
		return
	}
	ks.reread()
	if ks.Locked() && !ks.lock.declined {
		ks.unlock(true, nil)
	}
}

// Ready is asked before something that the user wants to do and that needs the
// keys. If they are locked the user is asked to unlock them, and then is done.
func (ks *Keys) Ready(then func()) bool {
	ks.Reload()
	if ks.Locked() {
		ks.unlock(false, then)
		return false
	}
	return true
}

func (ks *Keys) redraw() {
	for _, c := range ks.host.Chats() {
		ks.host.Refresh(c)
	}
	ks.host.RefreshTables()
}

// tellProblems says which files have become unusable since it was said last.
func (ks *Keys) tellProblems() {
	var fresh []keystore.Problem
	now := map[string]bool{}
	for _, p := range ks.store.Problems() {
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
	case errors.Is(err, keystore.ErrKeyring):
		return text.KeyringUnavailable()
	}
	return text.SaveProblem(text.Clean(err.Error(), text.MaxReason))
}

// problems are those of the store, for the texts.
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
