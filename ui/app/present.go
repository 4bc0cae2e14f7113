// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"fmt"
	"slices"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// Remote events must never open a window: all notices about them have open false, and
// no dialog about them appears without a window. Only the answer to an action of the
// user opens one. Secured is a remote event too, because anyone can complete a key
// exchange. If the conversation has no window, Opened reports it later.

// notice writes a line of ours, in plain text. Names in it must have been through
// text.Clean.
func (a *App) notice(c ui.Chat, k ui.NoticeKind, open bool, plain string, offers ...ui.Action) {
	a.host.Notice(c, k, text.Escape(plain), open, offers...)
}

const (
	// maxNoticed is how many different lines noticeOnce writes before it is reset: more than
	// there are, as the name in them may change.
	maxNoticed = 24
	// maxReports is how many it has written at most when it writes an error message of the
	// buddy's program. Anyone can send any number of these: they leave room for the line that
	// a message could not be read.
	maxReports = 6
)

// noticeOnce writes a line that an attacker can cause at will. It writes each line once. It
// is reset when the user writes something, even if that is not sent, an authentic message
// arrives, or a private conversation starts. Without a window, the line waits for one:
// nothing else tells the user that, for example, messages came that cannot be read.
func (a *App) noticeOnce(t *conversation, plain string, offers ...ui.Action) {
	switch {
	case !t.first(plain):
	case a.open(t.chat):
		a.notice(t.chat, ui.Info, false, plain, offers...)
	case len(t.unseen) < maxNoticed && !slices.ContainsFunc(t.unseen, func(u unseen) bool { return u.plain == plain }):
		t.unseen = append(t.unseen, unseen{plain, offers})
	}
}

// An unseen is a line of ours that waits for a window.
type unseen struct {
	plain  string
	offers []ui.Action
}

// showUnseen writes what has waited for the window.
func (p presenter) showUnseen(t *conversation) {
	lines := t.unseen
	t.unseen = nil
	for _, u := range lines {
		p.notice(t.chat, ui.Info, false, u.plain, u.offers...)
	}
}

// first reports whether a line such as noticeOnce writes has not been written yet.
func (t *conversation) first(plain string) bool {
	if len(t.noticed) >= maxNoticed || slices.Contains(t.noticed, plain) {
		return false
	}
	t.noticed = append(t.noticed, plain)
	return true
}

// name returns the buddy's name, safe to use in a sentence.
func (a *App) name(c ui.Chat) string {
	if s := text.Clean(a.host.Alias(c), text.MaxName); s != "" {
		return s
	}
	return text.Clean(c.Peer, text.MaxName)
}

// perform applies an Output: it transmits Send, then handles Events. The caller shows
// Message. It returns the error of transmitting.
func (a *App) perform(t *conversation, out otr.Output) error {
	var err error
	for _, m := range out.Send {
		// After a failed send, stop: the peer cannot use the remaining messages.
		if err = a.guard.transmit(t, string(m)); err != nil {
			break
		}
	}
	a.router.selectProgram(t)
	a.decider.note(t)
	st := t.session.Status()
	t.before = t.shown
	if st.State != t.shown.State || st.Fingerprint != t.shown.Fingerprint {
		t.shown = st
		a.verifier.cancelSMP(t, text.SmpAborted(a.name(t.chat)))
		a.host.CloseDialogs(t.chat) // they are about the previous status
		a.host.RefreshTables()
	}
	a.presenter.showAll(t, out.Events, err)
	a.decider.resume(t)
	return err
}

// presenter tells the user what has happened in a session.
type presenter struct{ *App }

// showAll presents events. sent is the error of transmitting what came with them. It
// reports once how many texts the buddy could not read, not once per text.
func (p presenter) showAll(t *conversation, events []otr.Event, sent error) {
	for _, e := range events {
		p.show(t, e, sent)
	}
	again, back := 0, 0
	for _, e := range events {
		switch e := e.(type) {
		case otr.Repeated:
			if sent == nil {
				again++
				continue
			}
			p.host.Return(t.chat, p.encoder.toWindow(t, string(e.Text)))
			back++
		case otr.Unread:
			p.host.Return(t.chat, p.encoder.toWindow(t, string(e.Text)))
			back++
		}
	}
	if again > 0 {
		p.notice(t.chat, ui.Info, false, text.SentAgain(p.name(t.chat), again))
	}
	if back > 0 {
		p.notice(t.chat, ui.Warning, true, text.NotRead(p.name(t.chat), back))
	}
}

// show presents e. sent is the error of transmitting what came with it.
func (p presenter) show(t *conversation, e otr.Event, sent error) {
	c, name := t.chat, p.name(t.chat)
	switch e := e.(type) {
	case otr.Secured:
		p.secured(t, e)
	case otr.Ended:
		p.ended(t, e)
	case otr.Expired:
		p.notice(c, ui.Warning, false, text.Expired(name), startAgain...)
	case otr.Unencrypted:
		// Receiving marks the message itself.
	case otr.Unreadable:
		p.host.Debug(fmt.Sprintf("unreadable: %v", e.Reason))
		why, offers := whyUnreadable(name, e.Reason)
		p.noticeOnce(t, why, offers...)
	case otr.OtherInstance:
		p.noticeOnce(t, text.OtherInstance(name))
	case otr.UnknownVersion:
		p.noticeOnce(t, text.UnknownVersion(name))
	case otr.PeerError:
		p.guard.answeredByError(t)
		if max(len(t.noticed), len(t.unseen)) < maxReports {
			p.noticeOnce(t, text.PeerError(name, text.Clean(e.Text, text.MaxError)))
		}
	case otr.Reflected:
		p.noticeOnce(t, text.Reflected())
	case otr.Contested:
		p.noticeOnce(t, text.Contested(name), startAgain...)
	case otr.Postponed:
		p.noticeOnce(t, text.Postponed(name), startAgain...)
	case otr.Downgraded:
		if e.Fingerprint.IsZero() && t.session.Status().Version.Experimental() {
			p.noticeOnce(t, text.FallbackAsked(name))
			return
		}
		p.noticeOnce(t, text.Downgraded(name))
	case otr.OwnKey:
		p.noticeOnce(t, text.OwnKey(name))
	case otr.Heartbeat:
		p.host.Debug("heartbeat received")

	case otr.Held, otr.Resent, otr.Repeated, otr.Unread, otr.Returned:
		p.showText(t, e, sent)
	case otr.SMPAsked, otr.SMPStep, otr.SMPDone, otr.SMPAborted:
		p.verifier.show(t, e, sent)
	case otr.Introduced:
		p.verifier.introduce(t, e)
	case otr.ExtraKeyAsked:
		p.host.Debug("extra key offered, nothing here uses one")
	}
}

// showText presents what has happened to a text of the user's.
func (p presenter) showText(t *conversation, e otr.Event, sent error) {
	c, name := t.chat, p.name(t.chat)
	switch e := e.(type) {
	case otr.Held:
		// Sending has the text and writes the line.
		t.holding++
		p.logs.pauseLogging(t)
	case otr.Resent:
		t.holding--
		if sent != nil {
			p.refuse(c, p.encoder.toWindow(t, string(e.Text)), text.NotConnected())
			return
		}
		p.host.ShowSent(c, p.encoder.toWindow(t, string(e.Text)))
	case otr.Repeated, otr.Unread:
		// See showAll.
	case otr.Returned:
		typed := p.encoder.toWindow(t, string(e.Text))
		if p.decider.awaits(t) && p.decider.keep(t, typed, t.meant) {
			return // see resume
		}
		t.holding--
		why, offers := text.Returned(name), startAgain
		if p.decider.undecided(t) {
			why, offers = p.decider.whyUndecided(t), nil
		}
		p.refuse(c, typed, why, offers...)
	}
}

// secured presents a completed key exchange.
func (p presenter) secured(t *conversation, e otr.Secured) {
	c, name := t.chat, p.name(t.chat)
	p.logs.pauseLogging(t)
	p.guard.hideFromDBus()
	delete(p.left, c)
	t.awaitNothing()
	t.noticed, t.invalidAt, t.heard, t.secured, t.unreachable = nil, noTime, false, p.now(), false
	if e.Version == otr.V3 && len(p.speakV3) < maxConversations {
		p.speakV3[e.Fingerprint] = true
	}
	if !e.Refreshed {
		t.bypassed = map[ui.Bypass]bool{}
	}
	others := slices.ContainsFunc(p.store.Known(ui.BuddyOf(c)), func(k keystore.Known) bool {
		return k.Fingerprint != e.Fingerprint && k.Fingerprint.Version() == e.Fingerprint.Version()
	})
	added, err := p.store.Add(ui.BuddyOf(c), e.Fingerprint)
	if err != nil {
		// Not an Alert, because a stranger can cause this as often as they like.
		p.host.Debug("saving a fingerprint: " + err.Error())
		p.notice(c, ui.Warning, false, text.FingerprintNotSaved(name))
	}
	if err := p.store.Saw(ui.BuddyOf(c), e.Fingerprint, keystore.DayOf(p.now())); err != nil {
		p.host.Debug("saving a day: " + err.Error())
	}
	trust, _ := p.store.Trust(ui.BuddyOf(c), e.Fingerprint)
	// If another version has taken the place, it is the same conversation for the user.
	replaced := t.before.State == otr.Encrypted && t.before.Tag == e.Tag && t.before.Version != e.Version
	line := text.Started(name, trust.Trusted(), e.Refreshed || replaced)
	if st := t.session.Status(); !e.Refreshed && programOf(st) != programOf(e.Status) && len(t.session.Instances()) > 1 {
		line = text.StartedBeside(name, t.route.number(programOf(e.Status)), p.router.security(c, e.Status).Word(), t.route.number(programOf(st)))
	}
	var offers []ui.Action
	switch {
	case trust.Trusted() || e.Refreshed || replaced || p.decider.changed(c, e.Fingerprint):
	case added && others:
		line, offers = line+" "+text.NewKey(name), []ui.Action{ui.Verify}
	default:
		line, offers = line+" "+text.HowToVerify(), []ui.Action{ui.Verify}
	}
	p.notice(c, ui.Info, false, line+" "+text.Logged(p.host.Logging(c)), offers...)
	p.router.severalSessions(t)
	if p.decider.undecided(t) && p.open(c) {
		p.decider.ask(t)
	}
}

// ended says that the buddy has ended one session, and what happens now to what the user
// types.
func (p presenter) ended(t *conversation, e otr.Ended) {
	name := p.name(t.chat)
	if st := t.session.Status(); st.State == otr.Encrypted {
		p.notice(t.chat, ui.Warning, false, text.SessionEnded(name, t.route.number(program{e.From, e.Fingerprint}), t.route.number(programOf(st))))
		return
	}
	p.notice(t.chat, ui.Warning, false, text.EndedByBuddy(name), startAgain...)
}

// open reports whether a window shows c.
func (a *App) open(c ui.Chat) bool { return slices.Contains(a.host.Chats(), c) }
