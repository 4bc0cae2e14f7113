// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A decider asks what to do about a key that has changed.
type decider struct{ *App }

// undecided reports whether the buddy now speaks with a key that the user has
// not verified, although another key of the buddy has been, and the user has
// not said what to do. Until then nothing that is typed is sent.
//
// This is worked out anew each time, so it cannot outlive its reason.
func (dc decider) undecided(t *talk) bool {
	st := t.session.Status()
	return st.State == otr.Encrypted && !t.accepted[st.Fingerprint] && dc.changed(t.chat, st.Fingerprint)
}

// changed reports whether f is unverified while another key of c's is verified.
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

// askChanged says what may have happened and asks what to do. It is called
// only when a window shows the conversation: somebody who pretends to be the
// buddy must not be able to throw dialogs at the user. If there is none, the
// user is asked when it opens.
func (dc decider) askChanged(t *talk) {
	if t.asking {
		return
	}
	t.asking = true
	c, f, name := t.chat, t.session.Status().Fingerprint, dc.name(t.chat)
	dc.notice(c, ui.Warning, false, text.ChangedNotice(name))
	dc.host.AskQuestion(ui.Question{
		Chat:    c,
		Title:   text.ChangedTitle(),
		Icon:    ui.WarningIcon,
		Heading: text.ChangedHeading(name),
		Text:    text.ChangedText(name),
		// The last is the default: an Enter that was meant for the entry box
		// must decide nothing.
		Buttons: []string{text.ChangedEnd(), text.ChangedContinue(), text.ChangedCompare()},
		Unasked: true,
		Done: func(button int) {
			t.asking = false
			if dc.talks[c] != t || !dc.undecided(t) || t.session.Status().Fingerprint != f {
				return // the question has become pointless
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
