// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"errors"
	"path/filepath"
	"strings"
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A keyJob makes an account's key while messages that need it wait. There is
// one per account at most, however many conversations ask.
type keyJob struct {
	failed  bool      // or declined: nothing is tried before retryTime, unless the user asks for it
	at      time.Time // when it failed
	told    bool      // that it has
	replace bool      // there is a key, in whose place the new one comes
	shown   bool      // the user watches
	byUser  bool      // the user has asked for it, in whatever way
	orphan  bool      // the user may choose first; see askOrphan
	asked   bool      // that is on the screen
	hurried bool      // somebody waits for the choice; see hurry
	chosen  bool      // the user wants a new key
	kept    []keptMessage
}

// A keptMessage is part of a key exchange, so it is short and holds no text.
type keptMessage struct {
	chat ui.Chat
	from string // the address that it came from
	text string
}

// A key takes seconds and an exchange has a few messages. What is beyond these
// limits is dropped; at worst the exchange has to be started again.
const (
	maxKept     = 64 // in an account
	maxKeptChat = 8  // from one buddy
	maxKeptSize = 16 << 10
)

// retryTime is how long it takes until a buddy's message has a key tried again that
// could not be made: the disk may have been full for a while.
const retryTime = 10 * time.Minute

// needKey starts making the key of t's account, unless that is going on or has
// just failed. byUser is whether the user asked for it: a stranger can cause this
// too, and then nothing is asked before the answer.
func (a *App) needKey(t *talk, byUser bool) {
	acc := account(t.chat)
	job := a.jobs[acc]
	switch {
	case job == nil:
		job = &keyJob{byUser: byUser, orphan: byUser && len(a.orphans(acc)) > 0}
		a.jobs[acc] = job
		if job.orphan {
			a.askOrphan(acc, job)
			return
		}
		a.notice(t.chat, ui.Info, byUser, text.MakingKey(accountName(acc)))
		a.makeKey(acc, job)
	case job.orphan && byUser:
		a.askOrphan(acc, job)
	case job.orphan:
		a.hurry(acc, job)
	case job.failed && a.now().Sub(job.at) >= retryTime:
		job.failed, job.byUser, job.told = false, false, true
		a.makeKey(acc, job)
	case job.failed:
		t.patience = noTime
		a.hint(t, text.KeyMissing())
		a.cannotStart(t.chat)
	}
}

// retryKey forgets that the account's key could not be made.
func (a *App) retryKey(acc keystore.Account) {
	if job := a.jobs[acc]; job != nil && job.failed {
		delete(a.jobs, acc)
	}
}

// keep stores a message until the key is there.
func (a *App) keep(t *talk, text string) {
	job := a.jobs[account(t.chat)]
	if len(job.kept) >= maxKept {
		a.cannotStart(t.chat)
	}
	if job.failed || len(job.kept) >= maxKept || len(text) > maxKeptSize {
		return
	}
	n := 0
	for _, m := range job.kept {
		if m.chat == t.chat {
			n++
		}
	}
	if n < maxKeptChat {
		job.kept = append(job.kept, keptMessage{t.chat, t.route.from, text})
	}
}

// makeKey computes a key.
func (a *App) makeKey(acc keystore.Account, job *keyJob) {
	generate, random := a.generate, a.rand
	background(a, func() (*otr.PrivateKey, error) { return generate(random) },
		func(k *otr.PrivateKey, err error) { a.keyMade(acc, job, k, err) })
}

// keyMade saves the key. One that could not be saved is not used: nobody could
// recognise it after a restart.
func (a *App) keyMade(acc keystore.Account, job *keyJob, k *otr.PrivateKey, err error) {
	if a.jobs[acc] != job {
		return // given up
	}
	old := ""
	switch {
	case err != nil:
	case job.replace:
		a.endAll(acc)
		old, err = a.store.ReplaceKey(acc, k, keystore.DayOf(a.now()))
	default:
		err = a.store.SetKey(acc, k)
	}
	if errors.Is(err, keystore.ErrKeyChanged) {
		err = nil // another program was faster: obey takes its key from the store
	}
	a.madeKey = true
	a.keySet(acc, job, err, strings.TrimSpace(text.KeyMadeText()+" "+kept(old)))
	if err == nil {
		if !job.replace && !job.chosen && !job.asked {
			a.offerOrphan(acc, true)
		}
		a.protectFirst() // there is something to protect now
	}
}

// keySet ends job, after which there is a key, unless err says why not, and lets
// the kept messages have it.
func (a *App) keySet(acc keystore.Account, job *keyJob, err error, done string) {
	if err != nil {
		job.failed, job.at = true, a.now()
		a.dropKept(job)
		heading := text.KeyFailedHeading(accountName(acc))
		if job.replace {
			heading = text.KeyNotReplaced(accountName(acc))
			delete(a.jobs, acc)
		}
		a.keyProgress(acc, job, 100, heading, text.ButtonClose())
		a.host.RefreshTables()
		switch {
		case job.shown || job.byUser || job.replace:
			a.alertSave(heading, err)
		case !job.told: // a stranger can bring this about again and again
			job.told = true
			a.sayQuietly(heading, text.SaveProblem(text.Clean(err.Error(), text.MaxReason)))
		}
		return
	}
	delete(a.jobs, acc)
	a.keyProgress(acc, job, 100, done, text.ButtonClose())
	a.keyChanged(acc)
	for _, t := range a.of(acc) {
		a.obey(t)
	}
	for _, m := range job.kept {
		t, err := a.talk(m.chat)
		if err != nil {
			continue
		}
		a.obey(t)
		a.receive(t, m.from, m.text) // part of a key exchange: there is no message to show
	}
	a.refresh(acc.Protocol, acc.Name)
}

// dropKept tells those whose messages wait for a key that there will be none.
func (a *App) dropKept(job *keyJob) {
	waiting := job.kept
	job.kept = nil
	for _, m := range waiting {
		if t := a.talks[m.chat]; t != nil {
			t.patience = noTime // it is we who do not answer
		}
		a.cannotStart(m.chat)
	}
}

// kept says where the old key is, if there is one.
func kept(old string) string {
	if old == "" {
		return ""
	}
	return text.KeptIn(text.Clean(filepath.Base(old), text.MaxReason))
}

// alertSave tells the user that something could not be made or saved.
func (a *App) alertSave(heading string, err error) {
	a.host.Alert(text.AppName, heading, text.SaveProblem(text.Clean(err.Error(), text.MaxReason)))
}
