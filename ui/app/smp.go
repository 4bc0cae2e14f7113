// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// An smpRun is what the user sees of the Socialist Millionaires' Protocol: one
// side asks, the other answers, and both learn whether they wrote the same.
type smpRun struct {
	running bool
	asked   bool    // the buddy waits for our user's answer
	from    program // who asked
	// question is the buddy's. If there is one, our user's right answer shows
	// the buddy who our user is and nothing the other way round.
	question string
	oneWay   bool
	shown    bool // the progress dialog is on the screen
	form     bool // the buddy's question is on the screen
	declined int  // how many questions the user has not answered
	began    bool // our user has asked
	// ours is our user's question, empty if a secret is compared.
	ours string
}

// An smpResult is how a run has ended, as the user is told.
type smpResult struct {
	kind          ui.NoticeKind
	heading, line string
}

// maxDeclined is how many questions open a dialog by themselves before the user
// has answered or asked one. The rest are lines in the conversation.
const maxDeclined = 2

// maxQuestion is how many characters of the buddy's question are shown.
const maxQuestion = 500

// beginSMP asks the buddy, whose key must still be theirs.
func (a *App) beginSMP(c ui.Chat, theirs otr.Fingerprint, question, secret string, ask bool) {
	name := a.name(c)
	if !filled(secret) || ask && !filled(question) {
		a.notice(c, ui.Warning, true, text.VerifyEmpty())
		return
	}
	t := a.current(c, theirs)
	if t == nil {
		return
	}
	if t.smp.asked {
		// Both began at once. A secret that both know is an answer too.
		if !ask && t.smp.question == "" {
			a.answerSMP(t, secret)
			return
		}
		a.notice(c, ui.Warning, true, text.SmpAnswerFirst(name))
		a.askAnswer(t, true)
		return
	}
	question = strings.TrimSpace(question)
	out, err := t.session.StartSMP(question, typed(secret))
	t.smp = smpRun{running: true, from: programOf(t.session.Status()), shown: t.smp.shown, began: true, ours: question}
	if err == nil {
		err = a.carry(t, out)
	}
	if err != nil {
		a.endSMP(t, smpResult{ui.Warning, text.SmpStoppedHeading(), text.SmpNotStarted(name)})
	} else {
		a.notice(c, ui.Info, true, text.SmpSent(name))
	}
	a.settle(t)
}

// typed is what is compared of what a user typed: spaces at the ends cannot be
// seen, so that nobody means them.
func typed(secret string) []byte { return []byte(strings.TrimSpace(secret)) }

// smpAsks is told that the buddy has asked.
func (a *App) smpAsks(t *talk, e otr.SMPAsked) {
	if before := t.smp; before.shown || before.form {
		t.smp.running, t.smp.asked = false, false
		a.host.CloseDialogs(t.chat) // what they are about has been overtaken
	}
	question := text.Clean(e.Question, maxQuestion)
	t.smp = smpRun{
		running: true, asked: true, from: program{e.From, e.Fingerprint}, question: question, oneWay: e.Question != "",
		declined: t.smp.declined,
	}
	a.notice(t.chat, ui.Info, false, text.SmpAsked(a.name(t.chat), question))
	if t.smp.declined < maxDeclined {
		a.askAnswer(t, false)
	}
}

// askAnswer shows the buddy's question. Without a window it waits for Opened,
// because nobody else may open one.
func (a *App) askAnswer(t *talk, byUser bool) {
	c, name := t.chat, a.name(t.chat)
	if t.smp.form || !byUser && !a.open(c) {
		return
	}
	t.smp.form = true
	oneWay := t.smp.oneWay
	fields := []ui.Field{{Kind: ui.Secret, Label: text.SmpYourSecret(), Required: true}}
	if oneWay {
		fields = []ui.Field{
			{Kind: ui.Show, Label: text.SmpQuestion(name), Value: t.smp.question},
			{Kind: ui.Secret, Label: text.SmpYourAnswer(), Required: true},
		}
	}
	a.host.AskForm(ui.Form{
		Chat: c, Title: text.SmpTitle(), Heading: text.SmpHeading(name, oneWay), Text: text.SmpText(name, oneWay),
		Fields: fields, OK: text.ButtonAnswer(), Cancel: text.ButtonDecline(), Unasked: !byUser,
		Done: func(ok bool, v []string) {
			t.smp.form = false
			if a.talks[c] != t || !t.smp.asked {
				return // the question has been answered or become pointless
			}
			answer := ""
			if ok {
				answer = v[len(v)-1]
			}
			if !filled(answer) {
				t.smp.declined++
				a.cancelSMP(t, text.SmpCancelled())
				return
			}
			a.answerSMP(t, answer)
		},
	})
}

// answerSMP sends our user's answer to the program that asked.
func (a *App) answerSMP(t *talk, answer string) {
	t.smp.asked, t.smp.declined = false, 0
	out, err := a.at(t, t.smp.from, func() (otr.Output, error) { return t.session.AnswerSMP(typed(answer)) })
	if sent := a.carry(t, out); err == nil {
		err = sent
	}
	if err != nil {
		a.endSMP(t, smpResult{ui.Warning, text.SmpStoppedHeading(), text.SmpNotStarted(a.name(t.chat))})
	}
	a.settle(t)
}

// cancelSMP breaks off what is going on, tells the buddy, and says line.
func (a *App) cancelSMP(t *talk, line string) {
	if !t.smp.running {
		return
	}
	a.endSMP(t, smpResult{ui.Info, text.SmpStoppedHeading(), line})
	out, _ := a.at(t, t.smp.from, t.session.AbortSMP) // without a channel there is nobody to tell
	a.carry(t, out)
	a.settle(t)
}

// smpStep shows how far it has come.
func (a *App) smpStep(t *talk, percent int) {
	if !t.smp.running {
		return
	}
	name := a.name(t.chat)
	a.progress(t, ui.Progress{
		Heading: text.SmpProgressHeading(name, t.smp.oneWay), Text: text.SmpWaiting(name),
		Percent: percent, Button: text.ButtonCancel(),
	})
}

// progress shows p, which says nothing yet about where it belongs.
func (a *App) progress(t *talk, p ui.Progress) {
	c := t.chat
	if !t.smp.shown && !a.open(c) {
		return
	}
	t.smp.shown = true
	p.Chat, p.Title = c, text.VerifyTitle()
	p.Done = func() {
		t.smp.shown = false
		if a.talks[c] == t && !t.smp.asked {
			a.cancelSMP(t, text.SmpCancelled())
		}
	}
	a.host.ShowProgress(p)
}

// smpDone presents the result, which is about f.
func (a *App) smpDone(t *talk, e otr.SMPDone) {
	if !t.smp.running {
		return // the user has been told that nothing is decided
	}
	c, name := t.chat, a.name(t.chat)
	before := a.trusted(c, e.Fingerprint)
	switch {
	case t.smp.oneWay && e.Same:
		a.endSMP(t, smpResult{ui.Success, text.SmpRightHeading(), text.SmpSuccessOneWay(name)})
	case t.smp.oneWay:
		a.endSMP(t, smpResult{ui.Warning, text.SmpWrongHeading(), text.SmpFailureOneWay(name)})
	case !e.Same:
		a.endSMP(t, smpResult{ui.Warning, text.SmpFailedHeading(), text.SmpFailure(name, before)}) // what was verified before stays so
	case a.Record(c, e.Fingerprint, keystore.VerifiedSMP):
		a.endSMP(t, smpResult{ui.Success, text.SmpVerifiedHeading(), text.SmpSuccess(name)})
	default:
		a.endSMP(t, smpResult{ui.Warning, text.SmpStoppedHeading(), text.VerifySaveHeading(name)})
	}
}

// smpStopped presents an end without a result.
func (a *App) smpStopped(t *talk, e otr.SMPAborted) {
	name := a.name(t.chat)
	switch {
	case e.Cheated:
		a.endSMP(t, smpResult{ui.Warning, text.SmpFailedHeading(), text.SmpCheated(name)})
	case e.Refused:
		before := a.trusted(t.chat, t.session.Status().Fingerprint)
		a.endSMP(t, smpResult{ui.Warning, text.SmpFailedHeading(), text.SmpRefused(name, before)})
	default:
		a.endSMP(t, smpResult{ui.Info, text.SmpStoppedHeading(), text.SmpAborted(name)})
	}
}

// endSMP says how it has ended, in the conversation and in the progress dialog.
func (a *App) endSMP(t *talk, r smpResult) {
	if !t.smp.running {
		return
	}
	t.smp.running, t.smp.asked = false, false
	a.notice(t.chat, r.kind, false, r.heading+" "+r.line)
	switch {
	case t.smp.form:
		a.host.CloseDialogs(t.chat) // the question has become pointless
	case t.smp.shown:
		p := ui.Progress{
			Icon:    map[ui.NoticeKind]ui.Icon{ui.Warning: ui.WarningIcon, ui.Success: ui.SuccessIcon}[r.kind],
			Heading: r.heading, Text: r.line, Percent: 100, Button: text.ButtonClose(),
		}
		// Who was asked a question has nothing to ask again.
		if r.kind != ui.Success && (t.smp.began || !t.smp.oneWay) {
			p.Again, p.Retry = text.ButtonTryAgain(), a.retrySMP(t)
		}
		a.progress(t, p)
	}
}

// retrySMP leads back to the dialog in which our user has asked, with the same
// question.
func (a *App) retrySMP(t *talk) func() {
	c, how, question := t.chat, bySecret, t.smp.ours
	if question != "" {
		how = byQuestion
	}
	return func() {
		if problem := a.verifyBy(c, how, question); problem != "" {
			a.notice(c, ui.Warning, true, problem)
		}
	}
}
