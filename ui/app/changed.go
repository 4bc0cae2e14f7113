// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A decider asks what to do about a key that has changed, or about older encryption.
type decider struct{ *App }

// undecided reports whether the buddy now uses a key that the user has not verified,
// although the user has verified another key of this buddy, or older encryption than their
// verified key has, and the user has not yet decided what to do. Until the user decides,
// nothing that they type is sent.
//
// The answer is computed each time and never stored, so it cannot be out of date.
func (dc decider) undecided(t *conversation) bool {
	st := t.session.Status()
	return st.State == otr.Encrypted && !dc.settled(t, st.Fingerprint)
}

// settled reports whether the user has nothing to decide, or has decided, about f in t.
func (dc decider) settled(t *conversation, f otr.Fingerprint) bool {
	return (t.accepted[f] || !dc.changed(t.chat, f)) && (t.fallback.accepted[f] || !dc.older(t, f))
}

// changed reports whether f is unverified while another key of c's buddy is verified.
func (dc decider) changed(c ui.Chat, f otr.Fingerprint) bool {
	if trust, _ := dc.store.Trust(ui.BuddyOf(c), f); trust.Trusted() {
		return false
	}
	for _, k := range dc.store.Known(ui.BuddyOf(c)) {
		if k.Trust.Trusted() {
			return true
		}
	}
	return false
}

// ask says what may have happened and asks what to do. Call it only when a window shows the
// conversation: an attacker who pretends to be the buddy must not be able to open dialogs at
// will. Without a window, the user is asked when one opens.
func (dc decider) ask(t *conversation) {
	f := t.session.Status().Fingerprint
	switch {
	case t.deciding || dc.awaits(t): // see tick
	case !t.accepted[f] && dc.changed(t.chat, f):
		dc.askChanged(t, f)
	default:
		dc.askOlder(t, f)
	}
}

// close removes a question that no longer applies.
func (dc decider) close(t *conversation) {
	if t.deciding && !dc.undecided(t) {
		dc.host.CloseDialogs(t.chat)
	}
}

// askChanged asks about f, a changed key.
func (dc decider) askChanged(t *conversation, f otr.Fingerprint) {
	c, name := t.chat, dc.name(t.chat)
	dc.notice(c, ui.Warning, false, text.ChangedNotice(name))
	dc.question(t, f, ui.Question{
		Title:   text.ChangedTitle(),
		Heading: text.ChangedHeading(name),
		Text:    text.ChangedText(name),
		Buttons: []string{text.ChangedEnd(), text.ChangedContinue(), text.ChangedCompare()},
	}, func() {
		t.accepted[f] = true
		t.fallback.accept(f) // the user goes on in spite of more than that
		dc.notice(c, ui.Warning, false, text.ChangedAccepted(name))
	}, func() { dc.Compare(c, f) })
}

// question asks q about f, the key in use. Its buttons end the conversation, accept f, and do
// something else, which decides nothing. The last one is the default: if the user presses Enter
// while typing a message, it must decide nothing.
func (dc decider) question(t *conversation, f otr.Fingerprint, q ui.Question, accept, other func()) {
	t.deciding = true
	c := t.chat
	q.Chat, q.Icon, q.Unasked = c, ui.WarningIcon, true
	q.Done = func(button int) {
		t.deciding = false
		if dc.conversations[c] != t || !dc.undecided(t) || t.session.Status().Fingerprint != f {
			return // the question no longer applies
		}
		switch button {
		case 2:
			other()
		case 1:
			accept()
			dc.update(t)
		case 0:
			dc.Do(c, ui.End, 0)
		}
	}
	dc.host.AskQuestion(q)
}
