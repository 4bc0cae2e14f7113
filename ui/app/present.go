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

// No line that somebody else can cause opens a window: all such notices have
// open false, and no dialog appears without a window. Only what answers an
// action of the user opens one. This includes Secured, because anybody can
// complete a key exchange; if no window shows the conversation, Opened says
// later what there is to say.

// notice writes plain text of ours. Names in it have been through clean.
func (a *App) notice(c ui.Chat, k ui.NoticeKind, open bool, plain string, offers ...ui.Action) {
	a.host.Notice(c, k, text.Escape(plain), open, offers...)
}

// maxHints is how many different lines of a kind that anybody can provoke are
// written between two things that nobody else can.
const maxHints = 6

// hint writes a line that an attacker can cause as often as he likes. Each is
// written once until the user sends something or an authentic message comes.
func (a *App) hint(t *talk, plain string, offers ...ui.Action) {
	if t.first(plain) {
		a.notice(t.chat, ui.Info, false, plain, offers...)
	}
}

// first reports whether a line such as hint writes has not been written yet.
func (t *talk) first(plain string) bool {
	if len(t.hints) >= maxHints || slices.Contains(t.hints, plain) {
		return false
	}
	t.hints = append(t.hints, plain)
	return true
}

// name is the buddy's, fit to be part of a sentence.
func (a *App) name(c ui.Chat) string {
	if s := text.Clean(a.host.Alias(c), text.MaxName); s != "" {
		return s
	}
	return text.Clean(c.Peer, text.MaxName)
}

// carry does what a session has asked for, except for showing the message:
// transmit, then handle events. It returns the error of transmitting.
func (a *App) carry(t *talk, out otr.Output) error {
	var err error
	for _, m := range out.Send {
		// What follows a lost message would make no sense to the other side.
		if err = a.guard.transmit(t, string(m)); err != nil {
			break
		}
	}
	a.router.direct(t)
	st := t.session.Status()
	if st.State != t.shown.State || st.Fingerprint != t.shown.Fingerprint {
		t.shown = st
		a.verifier.cancelSMP(t, text.SmpAborted(a.name(t.chat)))
		a.host.CloseDialogs(t.chat) // they are about what is no longer so
		a.host.RefreshTables()
	}
	a.presenter.showAll(t, out.Events, err)
	return err
}

// presenter tells the user what has happened in a session.
type presenter struct{ *App }

// showAll presents events. sent is the error of transmitting what came with them. How
// many texts the buddy's program could not read is said once, and not for each.
func (p presenter) showAll(t *talk, events []otr.Event, sent error) {
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
			p.host.Return(t.chat, p.toWindow(t.chat, string(e.Text)))
			back++
		case otr.Unread:
			p.host.Return(t.chat, p.toWindow(t.chat, string(e.Text)))
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
func (p presenter) show(t *talk, e otr.Event, sent error) {
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
		p.hint(t, why, offers...)
	case otr.OtherInstance:
		p.hint(t, text.OtherInstance(name))
	case otr.UnknownVersion:
		p.hint(t, text.UnknownVersion(name))
	case otr.PeerError:
		switch {
		case t.patience.IsZero():
		case p.guard.mayShorten(t):
			t.patience = p.now() // what we sent may have been cut
		default:
			t.patience = noTime // this is an answer
		}
		p.hint(t, text.PeerError(name, text.Clean(e.Text, text.MaxError)))
	case otr.Reflected:
		p.hint(t, text.Reflected())
	case otr.Contested:
		p.hint(t, text.Contested(name), startAgain...)
	case otr.Downgraded:
		p.hint(t, text.Downgraded(name))
	case otr.OwnKey:
		p.hint(t, text.OwnKey(name))
	case otr.Heartbeat:
		p.host.Debug("heartbeat received")

	case otr.Held, otr.Resent, otr.Repeated, otr.Unread, otr.Returned:
		p.showText(t, e, sent)
	case otr.SMPAsked, otr.SMPStep, otr.SMPDone, otr.SMPAborted:
		p.verifier.show(t, e)
	case otr.ExtraKeyAsked:
		p.host.Debug("extra key offered, nothing here uses one")
	}
}

// showText presents what has become of a text of the user's.
func (p presenter) showText(t *talk, e otr.Event, sent error) {
	c, name := t.chat, p.name(t.chat)
	switch e := e.(type) {
	case otr.Held:
		// Sending has the text and writes the line.
		t.holding++
		p.logs.quiet(t)
	case otr.Resent:
		t.holding--
		if sent != nil {
			p.refuse(c, p.toWindow(c, string(e.Text)), text.NotConnected())
			return
		}
		p.host.ShowSent(c, p.toWindow(c, string(e.Text)))
	case otr.Repeated, otr.Unread:
		// See showAll.
	case otr.Returned:
		t.holding--
		why, offers := text.Returned(name), startAgain
		if p.decider.undecided(t) {
			why, offers = text.SendUndecided(name), nil
		}
		p.refuse(c, p.toWindow(c, string(e.Text)), why, offers...)
	}
}

// secured presents a completed key exchange.
func (p presenter) secured(t *talk, e otr.Secured) {
	c, name := t.chat, p.name(t.chat)
	p.logs.quiet(t)
	p.guard.hideMessages()
	delete(p.left, c)
	t.hints, t.patience, t.doubt, t.adrift = nil, noTime, noTime, false
	if e.Version == otr.V3 && len(p.speakV3) < maxTalks {
		p.speakV3[e.Fingerprint] = true
	}
	if !e.Refreshed {
		t.bypassed = map[ui.Bypass]bool{}
	}
	others := slices.ContainsFunc(p.store.Known(ui.BuddyOf(c)), func(k keystore.Known) bool { return k.Fingerprint != e.Fingerprint })
	added, err := p.store.Add(ui.BuddyOf(c), e.Fingerprint)
	if err != nil {
		// Not an Alert: a stranger can bring this about again and again.
		p.host.Debug("saving a fingerprint: " + err.Error())
		p.notice(c, ui.Warning, false, text.FingerprintNotSaved(name))
	}
	if err := p.store.Saw(ui.BuddyOf(c), e.Fingerprint, keystore.DayOf(p.now())); err != nil {
		p.host.Debug("saving a day: " + err.Error())
	}
	trust, _ := p.store.Trust(ui.BuddyOf(c), e.Fingerprint)
	line := text.Started(name, trust.Trusted(), e.Refreshed)
	if st := t.session.Status(); !e.Refreshed && programOf(st) != programOf(e.Status) && len(t.session.Instances()) > 1 {
		line = text.StartedBeside(name, t.route.number(programOf(e.Status)), p.router.security(c, e.Status).Word(), t.route.number(programOf(st)))
	}
	var offers []ui.Action
	switch {
	case trust.Trusted() || e.Refreshed || p.decider.changed(c, e.Fingerprint):
	case added && others:
		line, offers = line+" "+text.NewKey(name), []ui.Action{ui.Verify}
	default:
		line, offers = line+" "+text.HowToVerify(), []ui.Action{ui.Verify}
	}
	p.notice(c, ui.Info, false, line+" "+text.Logged(p.host.Logging(c)), offers...)
	p.router.severalSessions(t)
	if p.decider.undecided(t) && p.open(c) {
		p.decider.askChanged(t)
	}
}

// ended says that the buddy has ended one session, and what that means for what
// the user types.
func (p presenter) ended(t *talk, e otr.Ended) {
	name := p.name(t.chat)
	if st := t.session.Status(); st.State == otr.Encrypted {
		p.notice(t.chat, ui.Warning, false, text.SessionEnded(name, t.route.number(program{e.From, e.Fingerprint}), t.route.number(programOf(st))))
		return
	}
	p.notice(t.chat, ui.Warning, false, text.EndedByBuddy(name), startAgain...)
}

// open reports whether a window shows c.
func (a *App) open(c ui.Chat) bool { return slices.Contains(a.host.Chats(), c) }
