// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"
	"unicode"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A verifier verifies buddies: by a question, a secret or their fingerprint.
type verifier struct{ *App }

// An smpRun is what the user sees of the Socialist Millionaires' Protocol: one side asks,
// the other answers, and both learn whether their answers are the same.
type smpRun struct {
	running bool
	asked   bool    // the buddy is waiting for our user's answer
	from    program // who asked
	// question is the buddy's. If there is one, the right answer proves to the buddy
	// who our user is. It proves nothing to our user.
	question string
	oneWay   bool
	shown    bool // the progress dialog is on the screen
	form     bool // the buddy's question is on the screen
	declined int  // how many questions the user has not answered
	began    bool // our user has asked
	// ours is our user's question, empty if a secret is compared.
	ours string
}

// An smpResult is how a run ended, as the user is told.
type smpResult struct {
	kind          ui.NoticeKind
	heading, line string
}

// maxDeclined is how many questions from the buddy open a dialog before the user has
// answered or asked one. Further ones are only lines in the conversation, so that an
// attacker cannot keep opening dialogs.
const maxDeclined = 2

// maxQuestion is how many characters of the buddy's question are shown, and how many our
// user's may have, so that none is lost.
const maxQuestion = 500

// beginSMP asks the buddy, if their key is still theirs.
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
		// Both started at the same time. A shared secret is an answer too.
		if !ask && t.smp.question == "" {
			vr.answerSMP(t, secret)
			return
		}
		vr.notice(c, ui.Warning, true, text.SmpAnswerFirst(name))
		vr.askAnswer(t, true)
		return
	}
	out, err := t.session.StartSMP(question, []byte(secret))
	t.smp = smpRun{running: true, from: programOf(t.session.Status()), shown: t.smp.shown, began: true, ours: question}
	if err == nil {
		err = vr.perform(t, out)
	}
	if err != nil {
		vr.stopSMP(t)
	} else {
		vr.notice(c, ui.Info, true, text.SmpSent(name))
		vr.pointOutUnseen(c, secret)
	}
	vr.update(t)
}

// pointOutUnseen tells the user of what is not visible in a secret. Nothing of it is
// changed: other programs compare the bytes, in UTF-8, exactly as they were typed.
func (vr verifier) pointOutUnseen(c ui.Chat, secret string) {
	unseen := func(r rune) bool {
		return r != ' ' && (unicode.IsSpace(r) || unicode.In(r, unicode.C, unicode.Variation_Selector))
	}
	if strings.TrimSpace(secret) != secret || strings.ContainsFunc(secret, unseen) {
		vr.notice(c, ui.Warning, true, text.SmpUnseen(vr.name(c)))
	}
}

// show presents an event of the protocol. sent is the error of transmitting what came with
// it.
func (vr verifier) show(t *conversation, e otr.Event, sent error) {
	switch e := e.(type) {
	case otr.SMPAsked:
		vr.smpAsks(t, e)
	case otr.SMPStep:
		if sent != nil {
			vr.stopSMP(t)
			return
		}
		vr.smpStep(t, e.Percent)
	case otr.SMPDone:
		vr.smpDone(t, e)
	case otr.SMPAborted:
		vr.smpStopped(t, e)
	}
}

// smpAsks presents the buddy's question.
func (vr verifier) smpAsks(t *conversation, e otr.SMPAsked) {
	if before := t.smp; before.shown || before.form {
		t.smp.running, t.smp.asked = false, false
		vr.host.CloseDialogs(t.chat) // the new question replaces the old run
	}
	question := text.CleanTyped(e.Question, maxQuestion)
	t.smp = smpRun{
		running: true, asked: true, from: program{e.From, e.Fingerprint}, question: question, oneWay: e.Question != "",
		declined: t.smp.declined,
	}
	vr.notice(t.chat, ui.Info, false, text.SmpAsked(vr.name(t.chat), question), ui.Verify)
	if t.smp.declined < maxDeclined {
		vr.askAnswer(t, false)
	}
}

// askAnswer shows the dialog with the buddy's question. If no window shows the
// conversation, the dialog waits for Opened, because remote events must never open a
// window.
func (vr verifier) askAnswer(t *conversation, byUser bool) {
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
			if vr.conversations[c] != t || !t.smp.asked {
				return // the question has been answered or cancelled
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
func (vr verifier) answerSMP(t *conversation, answer string) {
	t.smp.asked, t.smp.declined = false, 0
	if t.smp.form {
		vr.host.CloseDialogs(t.chat) // another dialog has answered the question
	}
	vr.pointOutUnseen(t.chat, answer)
	out, err := vr.router.withProgram(t, t.smp.from, func() (otr.Output, error) { return t.session.AnswerSMP([]byte(answer)) })
	if sent := vr.perform(t, out); err == nil {
		err = sent
	}
	if err != nil {
		vr.stopSMP(t)
	}
	vr.update(t)
}

// stopSMP ends a run of which a message could not be sent. The session must not wait for an
// answer to it: as long as a run goes on, queries are not answered, and the buddy may have
// lost the keys.
func (vr verifier) stopSMP(t *conversation) {
	if !t.smp.running {
		return
	}
	vr.endSMP(t, smpResult{ui.Warning, text.SmpStoppedHeading(), text.SmpNotStarted(vr.name(t.chat))})
	out, _ := vr.router.withProgram(t, t.smp.from, t.session.AbortSMP) // the only error is that there is no channel
	vr.perform(t, out)
}

// cancelSMP cancels a run, tells the buddy, and shows line.
func (vr verifier) cancelSMP(t *conversation, line string) {
	if !t.smp.running {
		return
	}
	vr.endSMP(t, smpResult{ui.Info, text.SmpStoppedHeading(), line})
	out, _ := vr.router.withProgram(t, t.smp.from, t.session.AbortSMP) // the only error is that there is no channel, so nobody to tell
	vr.perform(t, out)
	vr.update(t)
}

// smpStep shows the progress of a run.
func (vr verifier) smpStep(t *conversation, percent int) {
	if !t.smp.running {
		return
	}
	name := vr.name(t.chat)
	vr.progress(t, ui.Progress{
		Heading: text.SmpProgressHeading(name, t.smp.oneWay), Text: text.SmpWaiting(name),
		Percent: percent, Button: text.ButtonCancel(),
	})
}

// progress shows p in t's progress dialog, whose Chat, Title and Done it sets.
func (vr verifier) progress(t *conversation, p ui.Progress) {
	c := t.chat
	if !t.smp.shown && !vr.open(c) {
		return
	}
	t.smp.shown = true
	p.Chat, p.Title = c, text.VerifyTitle()
	p.Done = func() {
		t.smp.shown = false
		if vr.conversations[c] == t && !t.smp.asked {
			vr.cancelSMP(t, text.SmpCancelled())
		}
	}
	vr.host.ShowProgress(p)
}

// smpDone presents the result.
func (vr verifier) smpDone(t *conversation, e otr.SMPDone) {
	if !t.smp.running {
		return // the user has been told that the run was cancelled
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
func (vr verifier) smpStopped(t *conversation, e otr.SMPAborted) {
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

// endSMP shows how a run ended, in the conversation and in the progress dialog.
func (vr verifier) endSMP(t *conversation, r smpResult) {
	if !t.smp.running {
		return
	}
	t.smp.running, t.smp.asked = false, false
	vr.notice(t.chat, r.kind, false, r.heading+" "+r.line)
	switch {
	case t.smp.form:
		vr.host.CloseDialogs(t.chat) // the question no longer applies
	case t.smp.shown:
		p := ui.Progress{
			Icon:    map[ui.NoticeKind]ui.Icon{ui.Warning: ui.WarningIcon, ui.Success: ui.SuccessIcon}[r.kind],
			Heading: r.heading, Text: r.line, Percent: 100, Button: text.ButtonClose(),
		}
		// If the buddy asked the question, our user has nothing to ask again.
		if r.kind != ui.Success && (t.smp.began || !t.smp.oneWay) {
			p.Again, p.Retry = text.ButtonTryAgain(), vr.retrySMP(t)
		}
		vr.progress(t, p)
	}
}

// retrySMP returns a function that opens the dialog again in which our user asked, with the
// same question.
func (vr verifier) retrySMP(t *conversation) func() {
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
