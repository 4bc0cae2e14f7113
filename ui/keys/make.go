// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"errors"
	"path/filepath"
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A keyJob makes an account's key while messages that need it wait. An account has at most
// one, however many conversations need the key.
type keyJob struct {
	failed  bool      // or declined: there is no new attempt before retryTime, unless the user asks for one
	at      time.Time // when it failed
	told    bool      // the user has been told that it failed
	replace bool      // the new key replaces an existing one
	shown   bool      // the progress dialog is on the screen
	byUser  bool      // the user has asked for it in some way
	orphan  bool      // the user may choose first; see askOrphan
	asked   bool      // the question of askOrphan is on the screen
	timed   bool      // a buddy is waiting for the choice; see startOrphanTimer
	chosen  bool      // the user wants a new key
	kept    []keptMessage
}

// A keptMessage is part of a key exchange, so it is short and contains no text.
type keptMessage struct {
	chat ui.Chat
	from string // the sender's address
	text string
}

// Making a key takes seconds, and an exchange has a few messages. Messages beyond these
// limits are dropped; at worst the exchange has to be started again.
const (
	maxKept     = 64 // in an account
	maxKeptChat = 8  // from one buddy
	maxKeptSize = 16 << 10
)

// retryTime is how long after a failed attempt to make a key a buddy's message may cause
// another one. The disk may have been full for a while.
const retryTime = 10 * time.Minute

// Need keeps a message of a key exchange that cannot be answered without a key. It makes
// the key, or waits until the keys are unlocked, and then gives the message to
// App.Receiving.
func (ks *Keys) Need(c ui.Chat, from, message string) {
	m := keptMessage{c, from, message}
	if ks.Locked() {
		ks.keepWhileLocked(m)
		return
	}
	ks.needKey(c, false)
	ks.keep(m)
}

// Prepare makes the key that c needs, because the user wants to start a private
// conversation there.
func (ks *Keys) Prepare(c ui.Chat) {
	acc := ui.AccountOf(c)
	if ks.store.Key(acc) == nil {
		ks.retryKey(acc)
		ks.needKey(c, true)
	}
}

// needKey starts making the key of c's account, unless that is running or has just failed.
// byUser says that the user asked for it. If a stranger caused it, the user is asked
// nothing before the buddy gets an answer.
func (ks *Keys) needKey(c ui.Chat, byUser bool) {
	acc := ui.AccountOf(c)
	job := ks.jobs[acc]
	switch {
	case job == nil:
		job = &keyJob{byUser: byUser, orphan: byUser && len(ks.renaming.orphans(acc)) > 0}
		ks.jobs[acc] = job
		if job.orphan {
			ks.renaming.askOrphan(acc, job)
			return
		}
		ui.Say(ks.host, c, ui.Info, byUser, text.MakingKey(ui.AccountName(acc)))
		ks.makeKey(acc, job)
	case job.orphan && byUser:
		ks.renaming.askOrphan(acc, job)
	case job.orphan:
		ks.renaming.startOrphanTimer(acc, job)
	case job.failed && ks.now().Sub(job.at) >= retryTime:
		job.failed, job.byUser, job.told = false, false, true
		ks.makeKey(acc, job)
	case job.failed:
		ks.app.Refuse(c, text.KeyMissing())
	}
}

// retryKey forgets that making the account's key failed.
func (ks *Keys) retryKey(acc keystore.Account) {
	if job := ks.jobs[acc]; job != nil && job.failed {
		delete(ks.jobs, acc)
	}
}

// keep stores a message until there is a key.
func (ks *Keys) keep(m keptMessage) {
	job := ks.jobs[ui.AccountOf(m.chat)]
	if len(job.kept) >= maxKept {
		ks.app.Refuse(m.chat, "")
	}
	if job.failed || len(job.kept) >= maxKept || len(m.text) > maxKeptSize {
		return
	}
	n := 0
	for _, other := range job.kept {
		if other.chat == m.chat {
			n++
		}
	}
	if n < maxKeptChat {
		job.kept = append(job.kept, m)
	}
}

// makeKey computes a key in the background.
func (ks *Keys) makeKey(acc keystore.Account, job *keyJob) {
	generate, random := ks.generate, ks.rand
	background(ks, func() (*otr.PrivateKey, error) { return generate(random) },
		func(k *otr.PrivateKey, err error) { ks.keyMade(acc, job, k, err) })
}

// keyMade saves the key. A key that cannot be saved is not used, because nobody could
// recognise it after a restart.
func (ks *Keys) keyMade(acc keystore.Account, job *keyJob, k *otr.PrivateKey, err error) {
	if ks.jobs[acc] != job {
		return // cancelled
	}
	old := ""
	switch {
	case err != nil:
	case job.replace:
		ks.app.EndAll(acc)
		old, err = ks.store.ReplaceKey(acc, k, keystore.DayOf(ks.now()))
	default:
		err = ks.store.SetKey(acc, k)
	}
	if errors.Is(err, keystore.ErrKeyChanged) {
		err = nil // another program was faster: applySettings gets its key from the store
	}
	ks.madeKey = true
	ks.keySet(acc, job, err, text.NewKeyHeading(ui.AccountName(acc)), kept(old))
	if err == nil {
		if !job.replace && !job.chosen && !job.asked {
			ks.renaming.offerOrphan(acc, true)
		}
		ks.protector.protectFirst() // there is something to protect now
	}
}

// keySet ends job. If err is nil, there is a key now, and keySet processes the kept
// messages; otherwise err says why there is none. heading and body say what has happened if
// err is nil.
func (ks *Keys) keySet(acc keystore.Account, job *keyJob, err error, heading, body string) {
	if err != nil {
		job.failed, job.at = true, ks.now()
		ks.dropKept(job)
		heading = text.KeyFailedHeading(ui.AccountName(acc))
		if job.replace {
			heading = text.KeyNotReplaced(ui.AccountName(acc))
			delete(ks.jobs, acc)
		}
		ks.keyProgress(acc, job, ui.Progress{Icon: ui.WarningIcon, Heading: heading, Percent: 100, Button: text.ButtonClose()})
		ks.host.RefreshTables()
		switch {
		case job.shown || job.byUser || job.replace:
			ks.alertSaveError(heading, err)
		case !job.told: // a stranger can cause this as often as they like
			job.told = true
			ks.showUnasked(heading, text.SaveProblem(text.Clean(err.Error(), text.MaxReason)))
		}
		return
	}
	delete(ks.jobs, acc)
	ks.keyProgress(acc, job, ui.Progress{Icon: ui.SuccessIcon, Heading: heading, Text: body, Percent: 100, Button: text.ButtonClose()})
	ks.keyChanged(acc)
	for _, m := range job.kept {
		ks.app.Receiving(m.chat, m.from, m.text) // part of a key exchange: there is no message to show
	}
	for _, c := range ks.host.Chats() {
		if ui.AccountOf(c) == acc {
			ks.host.Refresh(c)
		}
	}
}

// dropKept tells those whose messages wait for a key that there will be none.
func (ks *Keys) dropKept(job *keyJob) {
	waiting := job.kept
	job.kept = nil
	for _, m := range waiting {
		ks.app.Refuse(m.chat, "")
	}
}

// kept says where the old key has been saved, if there was one.
func kept(old string) string {
	if old == "" {
		return ""
	}
	return text.OldKeyKept(text.Clean(filepath.Base(old), text.MaxReason))
}

// alertSaveError tells the user that something could not be made or saved.
func (ks *Keys) alertSaveError(heading string, err error) {
	ks.host.Alert(text.AppName, heading, text.SaveProblem(text.Clean(err.Error(), text.MaxReason)))
}

// showUnasked shows an alert about something that the user has not asked for.
func (ks *Keys) showUnasked(heading, body string) {
	ks.host.AskQuestion(ui.Question{
		Title: text.AppName, Heading: heading, Text: body,
		Buttons: []string{text.ButtonClose()}, Unasked: true, Done: func(int) {},
	})
}
