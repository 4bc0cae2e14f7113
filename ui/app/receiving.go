// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"errors"
	"slices"
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// Receiving processes a message that has arrived. If ok is false, there is nothing to show.
//
// from is the address that the message came from. On some networks it names the client of
// the buddy that sent it; answers to that client go there.
func (a *App) Receiving(c ui.Chat, from, arrived string) (show string, ok bool) {
	policy := a.prefs.policy(c)
	if a.closed || a.conversations[c] == nil && policy == otr.Off {
		return arrived, true
	}
	t, err := a.enter(c)
	if errors.Is(err, keystore.ErrSealed) {
		return a.receivingLocked(c, from, arrived)
	}
	if err != nil {
		// Without a session we cannot know what this is, so the user must not take it for
		// a message that OTR has checked.
		a.notice(c, ui.Warning, false, text.NoSession())
		if otr.IsProtocol([]byte(arrived)) && !asksNothing(arrived) {
			a.cannotStart(c)
		}
		return "", false
	}
	// applySettings ends the conversation if OTR is off; the message can still be read
	// before.
	last := policy == otr.Off && t.active()
	if !last {
		a.applySettings(t)
	}
	guards := a.Guards(c) // also a window whose session has gone with its name
	msg, clear, early := a.receive(t, from, arrived)
	if last {
		a.applySettings(t)
	}
	var texts []string
	for _, m := range early { // it was part of a key exchange, so it has no text
		if late, _, _ := a.receive(t, from, string(m)); late != nil {
			texts = append(texts, a.encoder.fromPeer(t, late))
		}
	}
	switch {
	case len(texts) > 0:
		return strings.Join(texts, "<br>"), true
	case msg == nil:
		return "", false
	case clear, guards && msg.Fingerprint.IsZero():
		return text.Unencrypted(a.name(c), string(msg.Text)), true
	case msg.Fingerprint.IsZero():
		return string(msg.Text), true
	}
	return a.encoder.fromPeer(t, msg), true
}

// receive passes text to the session; answers go to the address from. clear reports that
// the message came unencrypted and that the user must be told so. early are messages that have
// to be received again now.
func (a *App) receive(t *conversation, from, text string) (msg *otr.Message, clear bool, early [][]byte) {
	t.route.from = from
	defer func() { t.route.from = "" }()
	over, before := t.session.Status().State != otr.Encrypted, t.route.now
	t.answered = t.answered || otr.IsProtocol([]byte(text)) && !asksNothing(text)
	if isRequest(text) && a.guard.settled(t) {
		a.guard.asksAgain(t)
	}
	out, err := t.session.Receive([]byte(text))
	t.route.observe(out, over)
	a.router.followClient(t, out)
	a.perform(t, out)
	a.guard.awaitTheirs(t, out)
	a.router.noteWriter(t, out.Message, before)
	switch {
	case errors.Is(err, otr.ErrNoKey):
		a.keys.Need(t.chat, t.route.from, text)
	case err != nil:
		a.host.Debug("receiving: " + err.Error())
		// A damaged fragment, or a data message that may be lost, is not worth a line.
		if m := (*otr.MessageError)(nil); len(out.Events) == 0 && errors.As(err, &m) && m.Message != "Data" && m.Message != "fragment" {
			// If both sides start at once, one message that cannot be used is normal.
			if t.invalidAt.IsZero() {
				t.invalidAt, t.clockWrong = a.now().Add(invalidDelay), false
			}
			t.clockWrong = t.clockWrong || errors.Is(err, otr.ErrExpired)
		}
	}
	if out.Message != nil && !out.Message.Fingerprint.IsZero() {
		t.noticed = nil
	}
	if has[otr.Unencrypted](out) {
		a.guard.unencrypted(t)
	}
	t.heard = t.heard || out.Message != nil && !out.Message.Fingerprint.IsZero() || has[otr.Heartbeat](out)
	a.update(t)
	return out.Message, has[otr.Unencrypted](out), out.Again
}

// has reports whether out contains an event of type E.
func has[E otr.Event](out otr.Output) bool {
	return slices.ContainsFunc(out.Events, func(e otr.Event) bool { _, ok := e.(E); return ok })
}
