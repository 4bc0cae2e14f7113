// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// undecided reports whether the buddy now speaks with a key that the user has
// not verified, although another key of the buddy has been, and the user has
// not said what to do. Until then nothing that is typed is sent.
//
// This is worked out anew each time, so it cannot outlive its reason.
func (a *App) undecided(t *talk) bool {
	st := t.session.Status()
	return st.State == otr.Encrypted && !t.accepted[st.Fingerprint] && a.changed(t.chat, st.Fingerprint)
}

// changed reports whether f is unverified while another key of c's is verified.
func (a *App) changed(c ui.Chat, f otr.Fingerprint) bool {
	if trust, _ := a.store.Trust(ui.BuddyOf(c), f); trust.Trusted() {
		return false
	}
	for _, k := range a.store.Known(ui.BuddyOf(c)) {
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
func (a *App) askChanged(t *talk) {
	if t.asking {
		return
	}
	t.asking = true
	c, f, name := t.chat, t.session.Status().Fingerprint, a.name(t.chat)
	a.notice(c, ui.Warning, false, text.ChangedNotice(name))
	a.host.AskQuestion(ui.Question{
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
			if a.talks[c] != t || !a.undecided(t) || t.session.Status().Fingerprint != f {
				return // the question has become pointless
			}
			switch button {
			case 2:
				a.Compare(c, f)
			case 1:
				t.accepted[f] = true
				a.notice(c, ui.Warning, false, text.ChangedAccepted(name))
				a.host.Refresh(c)
			case 0:
				a.Do(c, ui.End, 0)
			}
		},
	})
}
