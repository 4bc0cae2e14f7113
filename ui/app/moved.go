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

// A private conversation belongs to the conversation that is open, and not to its
// name: the next one who is called so must not get what was meant for the one before.
// Two things can happen to the names of an open conversation:
//
//   - The network says that the buddy is called otherwise now. Then the private
//     conversation goes on. The key is the same, so whatever the network says, only
//     the one who has read until now can read what is written from now on.
//   - The account changes, or what the name means does: after a chat on XMPP has been
//     left, room@server/bob is nobody's name any more. Then nobody knows whom text
//     would reach. The private conversation is finished, and nothing leaves until the
//     user has decided.

// A mover has private conversations follow the names of what they belong to, or ends
// them.
type mover struct{ *App }

// Moved is told that the open conversation from is called to now, before anything
// else is said about to. named reports that the conversation itself has another
// name; otherwise it is its account that has changed, or what its name means.
func (a *App) Moved(from, to ui.Chat, named bool) {
	renamed := named && sameAccount(from, to) && !sameAddress(from, to)
	a.keys.Moved(from, to, renamed)
	t, old := a.talks[from], a.talks[to]
	defer a.mover.leave(from, to, a.level(from))
	taken := old != nil && old.active()
	switch {
	case t == nil && old == nil, t == nil && !renamed:
		return // the name to has its own conversation, or none
	case t == nil, renamed && taken && !t.active():
		// Whoever was called to until now is not the one of this conversation.
		if t != nil {
			a.cleaner.drop(t)
		}
		t = old
		a.mover.closeMoved(t, to)
		a.mover.strand(t, text.NameTaken(nickname(to)))
	case !renamed:
		a.mover.move(t, from, to)
		a.mover.strand(t, text.AddressLost(nickname(from)))
	case taken && a.mover.windows(to) > 1:
		// The user may be writing in either window, and both lead here now.
		a.mover.move(t, from, to)
		a.mover.strand(t, text.NameTaken(nickname(to)))
	default:
		a.mover.move(t, from, to)
		a.mover.renamed(t, from)
	}
	a.settle(t)
	a.host.RefreshTables()
}

// leave is told that a conversation at that level has gone from one name to another. If
// another window shows the old name, it has shown that level too, and libpurple would
// send what is typed there to whoever is called so next: it is finished until the user
// has decided. The same goes for a window that was so already.
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

// ChatLeft is told that the user is not in a chat with several people any more. Who
// was there is known by a name that only this chat has given.
func (a *App) ChatLeft(room ui.Chat) {
	for _, t := range a.of(ui.AccountOf(room)) {
		if strings.HasPrefix(t.chat.Peer, room.Peer+"/") {
			a.mover.strand(t, text.AddressLost(nickname(t.chat)))
			a.settle(t)
		}
	}
	a.host.Chats() // whose names may mean something else now
}

// move has t answer to its new name, and judges everything that was judged by the
// name once more.
func (mv mover) move(t *talk, from, to ui.Chat) {
	if old := mv.talks[to]; old != nil {
		mv.closeMoved(old, to)
		mv.strand(old, text.NameTaken(nickname(to)))
		mv.cleaner.drop(old)
	}
	mv.closeMoved(t, from)
	delete(mv.talks, from)
	mv.talks[to] = t
	t.chat = to
	t.accepted = map[otr.Fingerprint]bool{}
	t.hints = nil
	t.route.addresses = nil
	mv.obey(t)
}

// closeMoved closes the dialogs about c, which name somebody else now, but goes on
// with what they were about.
func (mv mover) closeMoved(t *talk, c ui.Chat) {
	run := t.smp
	t.smp = smpRun{} // else closing the dialogs would cancel it
	mv.host.CloseDialogs(c)
	run.form, run.shown = false, false
	t.smp, t.asking = run, false
}

// renamed goes on with t, whose buddy was called from until now.
func (mv mover) renamed(t *talk, from ui.Chat) {
	c, st := t.chat, t.session.Status()
	if st.State != otr.Encrypted {
		return
	}
	mv.notice(c, ui.Info, false, text.RenamedNotice(nickname(from), nickname(c)))
	switch trust, _ := mv.store.Trust(ui.BuddyOf(from), st.Fingerprint); {
	case mv.decider.undecided(t):
		mv.decider.askChanged(t)
	case trust.Trusted() && !mv.verifier.trusted(c, st.Fingerprint):
		mv.offerTrust(t, from, st.Fingerprint, trust)
	}
	if t.smp.asked {
		mv.verifier.askAnswer(t, false)
	}
}

// offerTrust offers, once, to take over to t's new name that f has been verified.
func (mv mover) offerTrust(t *talk, from ui.Chat, f otr.Fingerprint, trust keystore.Trust) {
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
		// The last is the default: an Enter that was meant for the entry box must
		// decide nothing.
		Buttons: []string{text.RenamedKeep(), text.ButtonNotNow()}, Unasked: true,
		Done: func(button int) {
			if button == 0 && mv.talks[c] == t && t.session.Status().Fingerprint == f {
				mv.Record(c, f, trust)
			}
		},
	})
}

// strand finishes whatever t has of a private conversation, because nobody knows any
// more whom its text would reach. The buddy is not told: there is nowhere to tell it.
func (mv mover) strand(t *talk, why string) {
	if t.idle() {
		return
	}
	mv.verifier.endSMP(t, smpResult{ui.Info, text.SmpStoppedHeading(), text.SmpAborted(mv.name(t.chat))})
	out := t.session.Expire()
	t.adrift = t.session.Status().State == otr.Finished
	if !t.adrift {
		// What has begun was with somebody else too.
		end, _ := t.session.End()
		out.Events = append(out.Events, end.Events...)
	}
	out.Send = nil
	out.Events = slices.DeleteFunc(out.Events, func(e otr.Event) bool { _, ok := e.(otr.Expired); return ok })
	t.patience = noTime
	mv.carry(t, out)
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

// sameAddress reports whether both are the same address on XMPP, of which one is
// known by what follows the slash. That is no other name for the same person.
func sameAddress(x, y ui.Chat) bool {
	bare := func(c ui.Chat) string { b, _, _ := strings.Cut(c.Peer, "/"); return b }
	return x.Protocol == "prpl-jabber" && bare(x) == bare(y)
}

// nickname is what the network calls the buddy: the alias of the user's list can be
// somebody else's meanwhile.
func nickname(c ui.Chat) string { return text.Clean(c.Peer, text.MaxName) }
