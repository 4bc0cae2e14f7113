// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"errors"
	"regexp"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/markup"
	"purple-otr/ui/text"
)

// Sending prepares what the user typed. If send is false, the protocol must get nothing:
// the text is held or has been returned to the user.
func (a *App) Sending(c ui.Chat, text string) (out string, send bool) {
	a.guard.returnUnsent()
	if out, send = a.sending(c, text); send {
		a.permit = permit{}
		// An unguarded conversation needs no permit. Another program could use an unused
		// one later, when the conversation has become private.
		if a.Guards(c) {
			a.guard.expect(a.conversations[c], out, text)
		}
	}
	return out, send
}

func (a *App) sending(c ui.Chat, typed string) (out string, send bool) {
	if t := a.conversations[c]; t != nil {
		t.noticed = nil // whatever becomes of the text: the user has been there
	}
	if a.closed {
		return a.refuse(c, typed, text.TurningOff())
	}
	if a.left[c] && a.level(c) == ui.Finished {
		return a.refuse(c, typed, text.NameTaken(nickname(c)))
	}
	if a.conversations[c] == nil && a.prefs.policy(c) == otr.Off {
		return typed, true
	}
	t, err := a.enter(c)
	if errors.Is(err, keystore.ErrSealed) {
		return a.sendingLocked(c, typed)
	}
	if err != nil {
		return a.refuse(c, typed, text.NoSession())
	}
	if a.applySettings(t) {
		// The user may have typed this expecting encryption.
		return a.refuse(c, typed, text.SendTurnedOff())
	}
	awaits := a.decider.awaits(t)
	if !awaits && a.decider.undecided(t) {
		a.decider.resume(t) // the moment may have passed just now
		a.refuse(c, typed, a.decider.whyUndecided(t))
		a.decider.ask(t)
		return "", false
	}
	if t.active() && typedQuery.MatchString(markup.Plain(typed)) {
		// What is typed to ask for a private conversation is not text for the buddy.
		a.Do(c, ui.StartOrRefresh, 0)
		return "", false
	}
	if awaits {
		a.decider.wait(t, typed)
		return "", false
	}
	t.known = true
	return a.send(t, typed)
}

// typedQuery is an OTR Query Message without anything else.
var typedQuery = regexp.MustCompile(`^\s*\?OTR(\?|\??v[0-9A-Za-z]*\?)\s*$`)

func (a *App) send(t *conversation, typed string) (string, bool) {
	c, wire := t.chat, typed
	if a.encrypts(t) {
		if markup.Picture(typed) {
			return a.refuse(c, typed, text.SendPicture())
		}
		wire = a.encoder.toWire(t, typed)
	}
	out, err := t.session.Send([]byte(wire))
	if err != nil {
		a.perform(t, out) // contains no text of the user's
		a.update(t)
		why, offers := sendProblem(a.name(c), err)
		return a.refuse(c, typed, why, offers...)
	}
	if has[otr.Held](out) {
		if t.holding == 0 {
			t.meant = t.session.Status().Fingerprint
		}
		a.guard.hideFromDBus()
		// What is sent now is not the text. If we returned it, libpurple would show the
		// text as sent.
		a.perform(t, out)
		line := text.Held
		if t.session.Status().State == otr.Encrypted {
			line = text.HeldRefresh
		}
		a.host.Notice(c, ui.Info, line(a.name(c), typed), true)
		a.update(t)
		return "", false
	}
	if len(out.Send) == 0 {
		a.perform(t, out)
		a.update(t)
		return a.refuse(c, typed, text.SendNothing())
	}
	last := string(out.Send[len(out.Send)-1])
	out.Send = out.Send[:len(out.Send)-1]
	err = a.perform(t, out)
	a.update(t)
	if err != nil {
		return a.refuse(c, typed, text.NotConnected())
	}
	if !a.Guards(c) {
		a.guard.markFirst(t)
	}
	return last, true
}

// refuse returns text to the user, says why, and returns what Sending must return.
func (a *App) refuse(c ui.Chat, text, why string, offers ...ui.Action) (string, bool) {
	a.host.Return(c, text)
	a.notice(c, ui.Warning, true, why, offers...)
	return "", false
}
