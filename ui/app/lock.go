// SPDX-License-Identifier: GPL-2.0-or-later

package app

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
	told     map[ui.Chat]bool // that what is sent is not encrypted
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

// shut reports whether c has to do without keys. A private conversation that is
// going on does not need them.
func (a *App) shut(c ui.Chat) bool {
	t := a.talks[c]
	return (t == nil || !t.active()) && a.store.Locked()
}

// sendingShut is Sending while the keys are locked. What may be sent in the clear
// is, without an offer that could not be kept.
func (a *App) sendingShut(c ui.Chat, typed string) (string, bool) {
	if a.policy(c)&otr.RequireEncryption != 0 {
		a.refuse(c, typed, text.SendLocked())
		a.unlock(false, nil)
		return "", false
	}
	if !a.lock.told[c] {
		if a.lock.told == nil {
			a.lock.told = map[ui.Chat]bool{}
		}
		a.lock.told[c] = true
		a.notice(c, ui.Warning, false, text.SentWhileLocked())
	}
	return typed, true
}

// receivingShut is Receiving while the keys are locked.
func (a *App) receivingShut(m keptMessage) (show string, ok bool) {
	switch {
	case otr.IsProtocol([]byte(m.text)):
		a.wait(m)
		return "", false
	case a.policy(m.chat)&otr.RequireEncryption != 0:
		return text.Unencrypted(a.name(m.chat), m.text), true
	}
	return m.text, true
}

// wait keeps a message until the keys are unlocked, and tells both sides.
func (a *App) wait(m keptMessage) {
	if asksNothing(m.text) {
		return
	}
	a.forgetOld()
	c, n := m.chat, 0
	for _, m := range a.lock.waiting {
		if m.chat == c {
			n++
		}
	}
	a.asks(c)
	if a.lock.declined || n >= maxWaitingChat || len(a.lock.waiting) >= maxWaiting || len(m.text) > maxKeptSize {
		return
	}
	a.lock.waiting = append(a.lock.waiting, waitingMessage{m, a.now()})
}

func (a *App) forgetOld() {
	var young []waitingMessage
	for _, m := range a.lock.waiting {
		if a.now().Sub(m.at) < waitTime {
			young = append(young, m)
		}
	}
	a.lock.waiting = young
	a.forgetAsked()
}

// unlock asks for what the keys are locked with, and then does then, if that is
// not nil. unasked is as in Form.
func (a *App) unlock(unasked bool, then func()) {
	if !a.store.Locked() {
		if then != nil {
			then()
		}
		return
	}
	if then != nil {
		a.lock.then = then
	}
	if a.lock.asking {
		return
	}
	switch a.store.Protection() {
	case keystore.ByPassphrase:
		a.askPassphrase("", unasked)
	case keystore.ByKeyring:
		a.unlockKeyring(unasked)
	default:
		a.lock.then = nil
		a.host.Alert(text.AppName, text.ProblemsHeading(), text.ProblemsText(problems(a.store.Problems())))
	}
}

// askPassphrase asks for it. note says why it does so again.
func (a *App) askPassphrase(note string, unasked bool) {
	a.lock.asking = true
	fields := []ui.Field{{Kind: ui.Secret, Label: text.UnlockLabel(), Required: note == ""}}
	if note != "" {
		fields = append(fields, ui.Field{Kind: ui.Check, Label: text.PassphraseForgotten()})
	}
	a.host.AskForm(ui.Form{
		Title: text.UnlockTitle(), Heading: text.UnlockHeading(), Text: text.Paragraphs(note, text.UnlockText()),
		Fields: fields,
		OK:     text.ButtonUnlock(), Cancel: text.ButtonNotNow(), Unasked: unasked,
		Done: func(ok bool, v []string) {
			a.lock.asking = false
			if a.closed {
				return
			}
			if !ok {
				a.declineUnlock()
				return
			}
			if note != "" && v[1] == checked(true) {
				a.askAside()
				return
			}
			a.tryUnlock(keystore.ByPassphrase, func() error {
				passphrase := []byte(v[0])
				defer clear(passphrase)
				return a.store.Unlock(passphrase)
			}, func(problem string) { a.askPassphrase(problem, false) })
		},
	})
}

func (a *App) unlockKeyring(unasked bool) {
	a.tryUnlock(keystore.ByKeyring, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), keyringTime)
		defer cancel()
		return a.store.UnlockKeyring(ctx)
	}, func(problem string) {
		a.lock.asking = true
		a.host.AskQuestion(ui.Question{
			Title: text.UnlockTitle(), Heading: text.UnlockHeading(), Text: text.Paragraphs(problem, text.UnlockKeyringText()),
			Buttons: []string{text.ButtonAside(), text.ButtonAgain(), text.ButtonNotNow()}, Unasked: unasked,
			Done: func(button int) {
				a.lock.asking = false
				switch {
				case a.closed:
				case button == 0:
					a.askAside()
				case button == 1:
					a.unlockKeyring(false)
				default:
					a.declineUnlock()
				}
			},
		})
	})
}

// askAside is for a user who cannot unlock the keys any more.
func (a *App) askAside() {
	a.lock.asking = true
	a.host.AskQuestion(ui.Question{
		Title: text.UnlockTitle(), Heading: text.AsideHeading(), Text: text.AsideText(),
		Buttons: []string{text.ButtonAside(), text.ButtonNotNow()},
		Done: func(button int) {
			a.lock.asking = false
			switch {
			case a.closed:
			case button != 0:
				a.declineUnlock()
			case a.store.Locked():
				path, err := a.store.SetAside(keystore.DayOf(a.now()))
				if err != nil {
					a.alertSave(text.UnlockHeading(), err)
					return
				}
				a.closeAsked()
				since := a.lock.asked.since
				a.lock = lock{}
				a.tell(text.UnlockTitle(), text.AsideDone(), text.KeptIn(text.Clean(path, text.MaxReason)))
				a.reread()
				a.beginAsked(since)
				a.storeOpen()
			}
		},
	})
}

// tryUnlock has work try it in the background, for a store that is protected in
// that way. If that fails, again is told why.
func (a *App) tryUnlock(how keystore.Protection, work func() error, again func(problem string)) {
	a.lock.asking = true
	background(a, func() (struct{}, error) { return struct{}{}, work() }, func(_ struct{}, err error) {
		a.lock.asking = false
		switch {
		case !a.store.Locked():
			a.unlocked()
		case err == nil || a.store.Protection() != how:
			a.unlock(false, nil) // another program has changed how they are protected
		default:
			a.host.Debug("unlocking: " + err.Error())
			again(unlockProblem(err))
		}
	})
}

// unlocked gives what has waited to those who have waited for it, and asks those
// buddies of whom nothing could be kept.
func (a *App) unlocked() {
	a.forgetOld()
	a.closeAsked()
	waiting, since, then := a.lock.waiting, a.lock.asked.since, a.lock.then
	a.lock = lock{}
	a.reread()
	for _, m := range waiting {
		delete(since, m.chat)
		a.Receiving(m.chat, m.from, m.text) // part of a key exchange: there is no message to show
	}
	if then != nil {
		then()
	}
	a.beginAsked(since)
	a.storeOpen()
}

// declineUnlock is the user's decision to do without.
func (a *App) declineUnlock() {
	chats := map[ui.Chat]bool{}
	for _, m := range a.lock.waiting {
		chats[m.chat] = true
	}
	a.lock.declined, a.lock.waiting, a.lock.then = true, nil, nil
	for c := range chats {
		a.notice(c, ui.Info, false, text.AskedWhileLocked(a.name(c), true))
	}
	a.forgetAsked()
	for c := range a.lock.asked.since {
		a.cannotStart(c)
	}
	a.redraw()
}

// reread has everything be as the store is now.
func (a *App) reread() {
	a.tellProblems()
	for _, t := range a.all() {
		a.obey(t)
		a.settle(t)
	}
	a.redraw()
}

func (a *App) redraw() {
	for _, c := range a.host.Chats() {
		a.host.Refresh(c)
	}
	a.host.RefreshTables()
}

// reload looks for what other programs have written.
func (a *App) reload() {
	if !a.store.Reload() {
		return
	}
	if !a.store.Locked() && len(a.lock.asked.since) > 0 {
		a.unlocked() // another program has done that
		return
	}
	a.reread()
	if a.store.Locked() && !a.lock.declined {
		a.unlock(true, nil)
	}
}

// tellProblems says which files have become unusable since it was said last.
func (a *App) tellProblems() {
	var fresh []keystore.Problem
	now := map[string]bool{}
	for _, p := range a.store.Problems() {
		now[p.Err.Error()] = true
		if !a.problems[p.Err.Error()] {
			fresh = append(fresh, p)
		}
	}
	a.problems = now
	if len(fresh) > 0 {
		a.host.Alert(text.AppName, text.ProblemsHeading(), text.ProblemsText(problems(fresh)))
	}
}

func unlockProblem(err error) string {
	switch {
	case errors.Is(err, keystore.ErrPassphrase), errors.Is(err, keystore.ErrNoPassphrase):
		return text.WrongPassphrase()
	case errors.Is(err, keystore.ErrNotInKeyring):
		return text.KeyringWithout()
	case errors.Is(err, keystore.ErrKeyring):
		return text.KeyringSilent()
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
