// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"

	"purple-otr/otr"
)

// A server may cut lines that are longer than it lets through, and tells nobody. An exchange
// that fails because of that is tried once more, and everything then goes in shorter pieces.
// It does not matter who began the exchange: each side sends long messages in it.

// awaitNothing ends waiting for the end of an exchange.
func (t *conversation) awaitNothing() { t.noAnswerAt, t.theirsAt = noTime, noTime }

// awaitTheirs notes that out takes part in an exchange that the buddy has begun. If our user
// has begun one too, that one is waited for.
func (gd guard) awaitTheirs(t *conversation, out otr.Output) {
	takesPart := slices.ContainsFunc(out.Send, func(m []byte) bool { return isEncoded(string(m)) })
	if takesPart && t.noAnswerAt.IsZero() && t.theirsAt.IsZero() && gd.mayShorten(t) {
		t.theirsAt = gd.now().Add(answerDelay)
	}
}

// answeredByError is told of an error message from the buddy's client: what we sent may have
// been cut.
func (gd guard) answeredByError(t *conversation) {
	gd.asksAgain(t)
	switch {
	case !gd.mayShorten(t):
		t.awaitNothing() // this is an answer
	case !t.noAnswerAt.IsZero():
		t.noAnswerAt = gd.now()
	case !t.theirsAt.IsZero():
		t.theirsAt = gd.now()
	}
}

// asksAgain is told that the buddy's client begins an exchange, or cannot read what we sent, or
// does not encrypt. If nothing has come in the present channel, only we may believe that there
// is one: the last message of the exchange, which we sent, was cut. The next ones go in shorter
// pieces. It reports whether that is new.
func (gd guard) asksAgain(t *conversation) bool {
	if t.session.Status().State != otr.Encrypted || t.heard || t.shorter || gd.prefs.room(t.chat, false) == 0 {
		return false
	}
	t.shorter = true
	t.session.SetMaxMessage(gd.prefs.room(t.chat, true))
	return true
}

// settled reports whether what comes now was sent after the exchange that t's channel is from.
func (gd guard) settled(t *conversation) bool { return gd.now().Sub(t.secured) >= invalidDelay }

// unencrypted is told that a text came in the clear in a private conversation.
func (gd guard) unencrypted(t *conversation) {
	if !gd.settled(t) || !gd.asksAgain(t) {
		return
	}
	if out, err := t.session.Start(); err == nil {
		gd.perform(t, out)
	}
}

// mayShorten reports whether tryShorter would do something.
func (gd guard) mayShorten(t *conversation) bool {
	return t.answered && !t.shorter && gd.prefs.room(t.chat, false) > 0 && gd.host.Connected(t.chat) &&
		t.session.Status().State != otr.Encrypted
}

// tryShorter begins an exchange once more that the buddy's program has answered, or begun,
// and that has not completed. From now on, t's messages go in shorter pieces. It reports
// whether there is hope.
func (gd guard) tryShorter(t *conversation) bool {
	if !gd.mayShorten(t) {
		return false
	}
	t.shorter = true
	gd.applySettings(t)
	out, err := t.session.Start()
	if err == nil {
		err = gd.perform(t, out)
	}
	gd.update(t)
	return err == nil
}
