// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A verifier makes sure of buddies: by a question, a secret or their fingerprint.
type verifier struct{ *App }

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
func (vr verifier) beginSMP(c ui.Chat, theirs otr.Fingerprint, question, secret string, ask bool) {
	name := vr.name(c)
	if !filled(secret) || ask && !filled(question) {
		vr.notice(c, ui.Warning, true, text.VerifyEmpty())
		return
	}
	t := vr.current(c, theirs)
	if t == nil {
		return
	}
	if t.smp.asked {
		// Both began at once. A secret that both know is an answer too.
		if !ask && t.smp.question == "" {
			vr.answerSMP(t, secret)
			return
		}
		vr.notice(c, ui.Warning, true, text.SmpAnswerFirst(name))
		vr.askAnswer(t, true)
		return
	}
	question = strings.TrimSpace(question)
	out, err := t.session.StartSMP(question, typed(secret))
	t.smp = smpRun{running: true, from: programOf(t.session.Status()), shown: t.smp.shown, began: true, ours: question}
	if err == nil {
		err = vr.carry(t, out)
	}
	if err != nil {
		vr.endSMP(t, smpResult{ui.Warning, text.SmpStoppedHeading(), text.SmpNotStarted(name)})
	} else {
		vr.notice(c, ui.Info, true, text.SmpSent(name))
	}
	vr.settle(t)
}

// typed is what is compared of what a user typed: spaces at the ends cannot be
// seen, so that nobody means them.
func typed(secret string) []byte { return []byte(strings.TrimSpace(secret)) }

// show presents an event of the protocol.
func (vr verifier) show(t *talk, e otr.Event) {
	switch e := e.(type) {
	case otr.SMPAsked:
		vr.smpAsks(t, e)
	case otr.SMPStep:
		vr.smpStep(t, e.Percent)
	case otr.SMPDone:
		vr.smpDone(t, e)
	case otr.SMPAborted:
		vr.smpStopped(t, e)
	}
}

// smpAsks is told that the buddy has asked.
func (vr verifier) smpAsks(t *talk, e otr.SMPAsked) {
	if before := t.smp; before.shown || before.form {
		t.smp.running, t.smp.asked = false, false
		vr.host.CloseDialogs(t.chat) // what they are about has been overtaken
	}
	question := text.Clean(e.Question, maxQuestion)
	t.smp = smpRun{
		running: true, asked: true, from: program{e.From, e.Fingerprint}, question: question, oneWay: e.Question != "",
		declined: t.smp.declined,
	}
	vr.notice(t.chat, ui.Info, false, text.SmpAsked(vr.name(t.chat), question), ui.Verify)
	if t.smp.declined < maxDeclined {
		vr.askAnswer(t, false)
	}
}

// askAnswer shows the buddy's question. Without a window it waits for Opened,
// because nobody else may open one.
func (vr verifier) askAnswer(t *talk, byUser bool) {
	c, name := t.chat, vr.name(t.chat)
	if t.smp.form && byUser {
		vr.host.ShowWaiting(c)
	}
	if t.smp.form || !byUser && !vr.open(c) {
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
	vr.host.AskForm(ui.Form{
		Chat: c, Title: text.SmpTitle(), Heading: text.SmpHeading(name, oneWay), Text: text.SmpText(name, oneWay),
		Fields: fields, OK: text.ButtonAnswer(), Cancel: text.ButtonDecline(), Unasked: !byUser,
		Done: func(ok bool, v []string) {
			t.smp.form = false
			if vr.talks[c] != t || !t.smp.asked {
				return // the question has been answered or become pointless
			}
			answer := ""
			if ok {
				answer = v[len(v)-1]
			}
			if !filled(answer) {
				t.smp.declined++
				vr.cancelSMP(t, text.SmpCancelled())
				return
			}
			vr.answerSMP(t, answer)
		},
	})
}

// answerSMP sends our user's answer to the program that asked.
func (vr verifier) answerSMP(t *talk, answer string) {
	t.smp.asked, t.smp.declined = false, 0
	out, err := vr.router.at(t, t.smp.from, func() (otr.Output, error) { return t.session.AnswerSMP(typed(answer)) })
	if sent := vr.carry(t, out); err == nil {
		err = sent
	}
	if err != nil {
		vr.endSMP(t, smpResult{ui.Warning, text.SmpStoppedHeading(), text.SmpNotStarted(vr.name(t.chat))})
	}
	vr.settle(t)
}

// cancelSMP breaks off what is going on, tells the buddy, and says line.
func (vr verifier) cancelSMP(t *talk, line string) {
	if !t.smp.running {
		return
	}
	vr.endSMP(t, smpResult{ui.Info, text.SmpStoppedHeading(), line})
	out, _ := vr.router.at(t, t.smp.from, t.session.AbortSMP) // without a channel there is nobody to tell
	vr.carry(t, out)
	vr.settle(t)
}

// smpStep shows how far it has come.
func (vr verifier) smpStep(t *talk, percent int) {
	if !t.smp.running {
		return
	}
	name := vr.name(t.chat)
	vr.progress(t, ui.Progress{
		Heading: text.SmpProgressHeading(name, t.smp.oneWay), Text: text.SmpWaiting(name),
		Percent: percent, Button: text.ButtonCancel(),
	})
}

// progress shows p, which says nothing yet about where it belongs.
func (vr verifier) progress(t *talk, p ui.Progress) {
	c := t.chat
	if !t.smp.shown && !vr.open(c) {
		return
	}
	t.smp.shown = true
	p.Chat, p.Title = c, text.VerifyTitle()
	p.Done = func() {
		t.smp.shown = false
		if vr.talks[c] == t && !t.smp.asked {
			vr.cancelSMP(t, text.SmpCancelled())
		}
	}
	vr.host.ShowProgress(p)
}

// smpDone presents the result, which is about f.
func (vr verifier) smpDone(t *talk, e otr.SMPDone) {
	if !t.smp.running {
		return // the user has been told that nothing is decided
	}
	c, name := t.chat, vr.name(t.chat)
	before := vr.trusted(c, e.Fingerprint)
	switch {
	case t.smp.oneWay && e.Same:
		vr.endSMP(t, smpResult{ui.Success, text.SmpRightHeading(), text.SmpSuccessOneWay(name)})
	case t.smp.oneWay:
		vr.endSMP(t, smpResult{ui.Warning, text.SmpWrongHeading(), text.SmpFailureOneWay(name)})
	case !e.Same:
		vr.endSMP(t, smpResult{ui.Warning, text.SmpFailedHeading(), text.SmpFailure(name, before)}) // what was verified before stays so
	case vr.Record(c, e.Fingerprint, keystore.VerifiedSMP):
		vr.endSMP(t, smpResult{ui.Success, text.SmpVerifiedHeading(), text.SmpSuccess(name)})
	default:
		vr.endSMP(t, smpResult{ui.Warning, text.SmpStoppedHeading(), text.VerifySaveHeading(name)})
	}
}

// smpStopped presents an end without a result.
func (vr verifier) smpStopped(t *talk, e otr.SMPAborted) {
	name := vr.name(t.chat)
	switch {
	case e.Cheated:
		vr.endSMP(t, smpResult{ui.Warning, text.SmpFailedHeading(), text.SmpInvalid(name)})
	case e.Refused:
		before := vr.trusted(t.chat, t.session.Status().Fingerprint)
		vr.endSMP(t, smpResult{ui.Warning, text.SmpFailedHeading(), text.SmpRefused(name, before)})
	default:
		vr.endSMP(t, smpResult{ui.Info, text.SmpStoppedHeading(), text.SmpAborted(name)})
	}
}

// endSMP says how it has ended, in the conversation and in the progress dialog.
func (vr verifier) endSMP(t *talk, r smpResult) {
	if !t.smp.running {
		return
	}
	t.smp.running, t.smp.asked = false, false
	vr.notice(t.chat, r.kind, false, r.heading+" "+r.line)
	switch {
	case t.smp.form:
		vr.host.CloseDialogs(t.chat) // the question has become pointless
	case t.smp.shown:
		p := ui.Progress{
			Icon:    map[ui.NoticeKind]ui.Icon{ui.Warning: ui.WarningIcon, ui.Success: ui.SuccessIcon}[r.kind],
			Heading: r.heading, Text: r.line, Percent: 100, Button: text.ButtonClose(),
		}
		// Who was asked a question has nothing to ask again.
		if r.kind != ui.Success && (t.smp.began || !t.smp.oneWay) {
			p.Again, p.Retry = text.ButtonTryAgain(), vr.retrySMP(t)
		}
		vr.progress(t, p)
	}
}

// retrySMP leads back to the dialog in which our user has asked, with the same
// question.
func (vr verifier) retrySMP(t *talk) func() {
	c, how, question := t.chat, bySecret, t.smp.ours
	if question != "" {
		how = byQuestion
	}
	return func() {
		if problem := vr.verifyBy(c, how, question); problem != "" {
			vr.notice(c, ui.Warning, true, problem)
		}
	}
}
