// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A decider asks what to do about a key that has changed.
type decider struct{ *App }

// undecided reports whether the buddy now uses a key that the user has not verified,
// although the user has verified another key of this buddy, and the user has not yet
// decided what to do. Until the user decides, nothing that they type is sent.
//
// The answer is computed each time and never stored, so it cannot be out of date.
func (dc decider) undecided(t *conversation) bool {
	st := t.session.Status()
	return st.State == otr.Encrypted && !t.accepted[st.Fingerprint] && dc.changed(t.chat, st.Fingerprint)
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

// askChanged says what may have happened and asks what to do. Call it only when a window
// shows the conversation: an attacker who pretends to be the buddy must not be able to open
// dialogs at will. Without a window, the user is asked when one opens.
func (dc decider) askChanged(t *conversation) {
	if t.deciding {
		return
	}
	t.deciding = true
	c, f, name := t.chat, t.session.Status().Fingerprint, dc.name(t.chat)
	dc.notice(c, ui.Warning, false, text.ChangedNotice(name))
	dc.host.AskQuestion(ui.Question{
		Chat:    c,
		Title:   text.ChangedTitle(),
		Icon:    ui.WarningIcon,
		Heading: text.ChangedHeading(name),
		Text:    text.ChangedText(name),
		// The last button is the default: if the user presses Enter while typing a message,
		// it must decide nothing.
		Buttons: []string{text.ChangedEnd(), text.ChangedContinue(), text.ChangedCompare()},
		Unasked: true,
		Done: func(button int) {
			t.deciding = false
			if dc.conversations[c] != t || !dc.undecided(t) || t.session.Status().Fingerprint != f {
				return // the question no longer applies
			}
			switch button {
			case 2:
				dc.Compare(c, f)
			case 1:
				t.accepted[f] = true
				dc.notice(c, ui.Warning, false, text.ChangedAccepted(name))
				dc.host.Refresh(c)
			case 0:
				dc.Do(c, ui.End, 0)
			}
		},
	})
}
