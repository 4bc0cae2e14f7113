// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A private conversation belongs to the open conversation, not to its name: someone who
// gets the same name later must not get what was meant for the first person.
// Two things can happen to the name of an open conversation:
//
//   - The network says that the buddy has a new name. The private conversation
//     continues. The network may lie, but the key is the same, so only the person who
//     could read the messages so far can read the next ones.
//   - The account changes, or the name loses its meaning: after the user has left a
//     chat room on XMPP, room@server/bob names nobody. We cannot know whom text would
//     reach. So the private conversation becomes "finished", and nothing is sent until
//     the user has decided.

// A mover keeps private conversations with their open conversation when names change, or
// ends them.
type mover struct{ *App }

// Moved is called when the open conversation from has become to, before any other call
// about to. named reports that the conversation has a new name; otherwise its account has
// changed, or the meaning of its name.
func (a *App) Moved(from, to ui.Chat, named bool) {
	renamed := named && sameAccount(from, to) && !sameAddress(from, to)
	a.keys.Moved(from, to, renamed)
	t, old := a.conversations[from], a.conversations[to]
	defer a.mover.leave(from, to, a.level(from))
	taken := old != nil && old.active()
	switch {
	case t == nil && old == nil, t == nil && !renamed:
		return // nothing private has moved
	case t == nil, renamed && taken && !t.active():
		// The buddy with the name to is not the one of this conversation.
		if t != nil {
			a.cleaner.drop(t)
		}
		t = old
		a.mover.closeMoved(t, to)
		a.mover.finish(t, text.NameTaken(nickname(to)))
	case !renamed:
		a.mover.move(t, from, to)
		a.mover.finish(t, text.AddressLost(nickname(from)))
	case taken && a.mover.windows(to) > 1:
		// The user may be typing in either window, and libpurple now treats both as to.
		a.mover.move(t, from, to)
		a.mover.finish(t, text.NameTaken(nickname(to)))
	default:
		a.mover.move(t, from, to)
		a.mover.renamed(t, from)
	}
	a.update(t)
	a.host.RefreshTables()
}

// leave is called when a conversation with the given level has changed its name from from
// to to. If another window still shows the old name, it has shown that level too, and
// libpurple would send what is typed there to the next person with that name. So that
// window becomes "finished" until the user has decided. The same applies to a window that
// was "finished" for this reason already.
func (mv mover) leave(from, to ui.Chat, level ui.Level) {
	if level == ui.NotPrivate {
		return
	}
	delete(mv.left, from)
	if mv.level(to) == ui.NotPrivate {
		mv.left[to] = true
	}
	if mv.mover.windows(from) > 0 && mv.level(from) == ui.NotPrivate {
		mv.left[from] = true
		mv.notice(from, ui.Warning, false, text.NameTaken(nickname(from)))
	}
	mv.host.Refresh(from)
	mv.host.Refresh(to)
}

// ChatLeft is called when the user has left a chat room. The names of its participants came
// from this room, so they have no meaning now.
func (a *App) ChatLeft(room ui.Chat) {
	for _, t := range a.of(ui.AccountOf(room)) {
		if strings.HasPrefix(t.chat.Peer, room.Peer+"/") {
			a.mover.finish(t, text.AddressLost(nickname(t.chat)))
			a.update(t)
		}
	}
	a.host.Chats() // finds conversations whose names now mean something else, and calls Moved
}

// move gives t its new name, and decides again everything that depended on the name.
func (mv mover) move(t *conversation, from, to ui.Chat) {
	if old := mv.conversations[to]; old != nil {
		mv.closeMoved(old, to)
		mv.finish(old, text.NameTaken(nickname(to)))
		mv.cleaner.drop(old)
	}
	mv.closeMoved(t, from)
	delete(mv.conversations, from)
	mv.conversations[to] = t
	t.chat = to
	t.accepted, t.fallback.accepted = map[otr.Fingerprint]bool{}, nil
	t.noticed = nil
	t.route.addresses = nil
	mv.applySettings(t)
}

// closeMoved closes the dialogs about c, which would show the wrong name, without
// cancelling what they are about.
func (mv mover) closeMoved(t *conversation, c ui.Chat) {
	run := t.smp
	t.smp = smpRun{} // otherwise closing the dialogs would cancel it
	mv.host.CloseDialogs(c)
	run.form, run.shown = false, false
	t.smp, t.deciding = run, false
}

// renamed tells the user that the buddy was called from before, and asks what depends on
// the new name.
func (mv mover) renamed(t *conversation, from ui.Chat) {
	c, st := t.chat, t.session.Status()
	if st.State != otr.Encrypted {
		return
	}
	mv.notice(c, ui.Info, false, text.RenamedNotice(nickname(from), nickname(c)))
	switch trust, _ := mv.store.Trust(ui.BuddyOf(from), st.Fingerprint); {
	case mv.decider.undecided(t):
		mv.decider.ask(t)
	case trust.Trusted() && !mv.verifier.trusted(c, st.Fingerprint):
		mv.offerTrust(t, from, st.Fingerprint, trust)
	}
	if t.smp.asked {
		mv.verifier.askAnswer(t, false)
	}
}

// offerTrust offers once to record f, which is verified under the old name, as verified
// under t's new name.
func (mv mover) offerTrust(t *conversation, from ui.Chat, f otr.Fingerprint, trust keystore.Trust) {
	c := t.chat
	once := from.Peer + "\n" + c.Peer + "\n" + f.String()
	if t.offered[once] {
		return
	}
	if t.offered == nil {
		t.offered = map[string]bool{}
	}
	t.offered[once] = true
	mv.host.AskQuestion(ui.Question{
		Chat: c, Title: text.VerifyTitle(), Heading: text.RenamedHeading(nickname(from), nickname(c)),
		Text: text.RenamedText(nickname(from), nickname(c)),
		// The last button is the default: if the user presses Enter while typing a message,
		// it must decide nothing.
		Buttons: []string{text.RenamedKeep(), text.ButtonNotNow()}, Unasked: true,
		Done: func(button int) {
			if button != 0 || mv.conversations[c] != t || t.session.Status().Fingerprint != f {
				return
			}
			if _, carried := trust.From(); carried {
				// Under the new name, nobody knows the key that has vouched for it. Now the
				// user does.
				trust = keystore.Verified
			}
			mv.Record(c, f, trust)
		},
	})
}

// finish ends t's private conversation, because we no longer know whom its text would
// reach. It does not tell the buddy, because there is no address to tell.
func (mv mover) finish(t *conversation, why string) {
	t.noticed = nil // who writes now may be someone else
	if t.idle() {
		return
	}
	mv.verifier.endSMP(t, smpResult{ui.Info, text.SmpStoppedHeading(), text.SmpAborted(mv.name(t.chat))})
	out := t.session.Expire()
	t.unreachable = t.session.Status().State == otr.Finished
	if !t.unreachable {
		// A key exchange in progress was with someone else too.
		end, _ := t.session.End()
		out.Events = append(out.Events, end.Events...)
	}
	out.Send = nil
	out.Events = slices.DeleteFunc(out.Events, func(e otr.Event) bool { _, ok := e.(otr.Expired); return ok })
	t.awaitNothing()
	mv.perform(t, out)
	mv.notice(t.chat, ui.Warning, false, why)
}

// windows counts the windows that show c.
func (mv mover) windows(c ui.Chat) (n int) {
	for _, open := range mv.host.Chats() {
		if open == c {
			n++
		}
	}
	return n
}

func sameAccount(x, y ui.Chat) bool { return ui.AccountOf(x) == ui.AccountOf(y) }

// sameAddress reports whether both are the same address on XMPP, with and without a
// resource. libpurple changes between the two, so this is no new name.
func sameAddress(x, y ui.Chat) bool {
	bare := func(c ui.Chat) string { b, _, _ := strings.Cut(c.Peer, "/"); return b }
	return x.Protocol == "prpl-jabber" && bare(x) == bare(y)
}

// nickname returns the buddy's name on the network. The alias in the user's list could
// belong to someone else by now.
func nickname(c ui.Chat) string { return text.Clean(c.Peer, text.MaxName) }
