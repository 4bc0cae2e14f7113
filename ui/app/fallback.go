// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"time"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/markup"
	"purple-otr/ui/text"
)

// Nobody authenticates the request for a private conversation: anyone who carries messages can
// remove version 4 from it. So if the user trusts a key of version 4 of the buddy, an older
// version is a reason for a question, and until the answer no text is sent.
//
// If the buddy really has version 4, both programs say so inside the older conversation, and it
// becomes one of version 4 within a moment. So the question waits for that moment, and so does
// what the user types: nobody should be asked about what has already been repaired.
//
// If the user trusts no key of version 4, there is nothing to compare with. But a user who has version
// 4 on is told, after the same moment, that a conversation does not use it.

// fallbackDelay is how long the question waits. slowDelay is how long it waits where messages are cut
// into pieces, as on IRC, if the buddy has said, authenticated by the older key, that they have
// version 4: the many lines of its exchange wait in queues of the programs and of the server.
const (
	fallbackDelay = 2 * time.Second
	slowDelay     = 30 * time.Second
)

// maxWaiting and maxWaitingBytes bound the texts that wait in one conversation.
const (
	maxWaiting      = 64
	maxWaitingBytes = 1 << 20
)

// A fallback is about a conversation with an older version, while version 4 is on.
type fallback struct {
	since time.Time // when we first saw it; zero: it is not so
	askAt time.Time // when to ask or to tell the user; zero: there is nothing to say, or it has been said
	// introduced says that the buddy has introduced a key of version 4 since then.
	introduced bool
	accepted   map[otr.Fingerprint]bool
	waiting    []waitingText
	bytes      int // of the waiting texts
}

// A waitingText is what the user has typed, HTML.
type waitingText struct {
	typed string
	// meant is the key that the window spoke of when it was typed, zero if there was none.
	meant otr.Fingerprint
}

// accept notes that the user goes on with f, a key of an older version.
func (fb *fallback) accept(f otr.Fingerprint) {
	if fb.accepted == nil {
		fb.accepted = map[otr.Fingerprint]bool{}
	}
	fb.accepted[f] = true
}

// introduceFirst reports whether a version 3 conversation should come first, because its key is
// trusted and can vouch for the buddy's key of version 4, of which none is trusted yet. Without
// that, the user would be warned of a changed key.
func (dc decider) introduceFirst(t *conversation) bool {
	return t.policy&otr.AllowV4 != 0 && dc.store.Identities().NeedsIntroduction(ui.BuddyOf(t.chat))
}

// older reports whether f is a key of an older version, while version 4 is on and the user trusts
// a key of it of the same buddy.
func (dc decider) older(t *conversation, f otr.Fingerprint) bool {
	return t.policy&otr.AllowV4 != 0 && dc.store.Identities().Older(ui.BuddyOf(t.chat), f)
}

// awaits reports whether version 4 may still take the place of an older one by itself.
func (dc decider) awaits(t *conversation) bool {
	st := t.session.Status()
	if st.State != otr.Encrypted || t.fallback.accepted[st.Fingerprint] || !dc.older(t, st.Fingerprint) {
		return false
	}
	since := t.fallback.since
	past := dc.now().Sub(since)
	return since.IsZero() || past >= 0 && past < dc.delay(t) // the clock may have been set
}

// delay returns how long the question waits in t.
func (dc decider) delay(t *conversation) time.Duration {
	if t.fallback.introduced && dc.prefs.room(t.chat, t.shorter) > 0 {
		return slowDelay
	}
	return fallbackDelay
}

// note takes note of whether the version is an older one now. Each step of the session calls it.
func (dc decider) note(t *conversation) {
	st, fb := t.session.Status(), &t.fallback
	switch {
	case st.State != otr.Encrypted || st.Version.Experimental() || t.policy&otr.AllowV4 == 0:
		fb.since, fb.askAt = noTime, noTime
	case fb.since.IsZero():
		fb.since, fb.introduced = dc.now(), false
		fb.askAt = fb.since.Add(fallbackDelay)
	}
}

// tick asks the question that has waited, and gives back what has. Where there is nothing to ask, it
// tells the user of the older version.
func (dc decider) tick(t *conversation) {
	fb := &t.fallback
	fb.askAt = noTime
	dc.update(t)
	if at := fb.since.Add(dc.delay(t)); !fb.since.IsZero() && at.After(dc.now()) && !at.After(dc.now().Add(slowDelay)) {
		fb.askAt = at // it waits longer than was known before
		return
	}
	switch {
	case dc.undecided(t) && dc.open(t.chat):
		dc.ask(t)
	case !dc.undecided(t) && !t.fallback.since.IsZero():
		dc.noticeOnce(t, dc.versionLine(t.chat))
	}
}

// askOlder asks about the older encryption with the key f.
func (dc decider) askOlder(t *conversation, f otr.Fingerprint) {
	c, name := t.chat, dc.name(t.chat)
	dc.notice(c, ui.Warning, false, text.FallbackNotice(name))
	dc.question(t, f, ui.Question{
		Title:   text.FallbackTitle(),
		Heading: text.FallbackHeading(name),
		Text:    text.FallbackText(name),
		Buttons: []string{text.ChangedEnd(), text.FallbackContinue(), text.FallbackSettings()},
	}, func() {
		t.fallback.accept(f)
		dc.notice(c, ui.Warning, false, text.FallbackAccepted(name))
	}, func() { dc.Do(c, ui.BuddySettings, 0) })
}

// wait keeps what the user has typed in t while version 4 may still come. If it cannot be kept,
// the user gets it back.
func (dc decider) wait(t *conversation, typed string) {
	c, name := t.chat, dc.name(t.chat)
	switch {
	case markup.Picture(typed):
		dc.refuse(c, typed, text.SendPicture())
	case !dc.keep(t, typed, t.session.Status().Fingerprint):
		dc.refuse(c, typed, text.SendTooMany(name))
	default:
		t.holding++
		dc.host.Notice(c, ui.Info, text.HeldRefresh(name, typed), true)
		dc.host.Refresh(c)
	}
}

// keep adds a text to those that wait, and reports whether there was room.
func (dc decider) keep(t *conversation, typed string, meant otr.Fingerprint) bool {
	fb := &t.fallback
	if len(fb.waiting) == maxWaiting || fb.bytes+len(typed) > maxWaitingBytes {
		return false
	}
	fb.waiting = append(fb.waiting, waitingText{typed, meant})
	fb.bytes += len(typed)
	return true
}

// resume sends the texts that have waited, in order, or gives them back, once it is known which.
//
// They are sent if the conversation is now one of version 4 with a key that the user trusts, and that
// the key which they were typed for has introduced; or if nothing is left to decide about that key.
// THEY ARE NEVER SENT TO THE OLDER KEY BECAUSE TIME HAS PASSED, and never to another person's key.
func (dc decider) resume(t *conversation) {
	if len(t.fallback.waiting) == 0 || dc.awaits(t) {
		return
	}
	texts := t.fallback.waiting
	t.fallback.waiting, t.fallback.bytes = nil, 0
	for _, w := range texts {
		t.holding--
		dc.resumeOne(t, w)
	}
}

func (dc decider) resumeOne(t *conversation, w waitingText) {
	c, name, st := t.chat, dc.name(t.chat), t.session.Status()
	f := st.Fingerprint
	newer := t.introduced[w.meant] == f && dc.verifier.trusted(c, f) // what it has waited for
	switch {
	case dc.undecided(t):
		dc.refuse(c, w.typed, dc.whyUndecided(t))
	case st.State != otr.Encrypted || !w.meant.IsZero() && w.meant != f && !newer || dc.closed:
		dc.refuse(c, w.typed, text.Returned(name), startAgain...)
	default:
		out, send := dc.App.send(t, w.typed)
		switch {
		case !send: // it is held, or has been given back
		case dc.guard.transmit(t, out) != nil:
			t.session.Unsent()
			dc.refuse(c, w.typed, text.NotConnected())
		default:
			dc.host.ShowSent(c, w.typed)
		}
	}
}

// whyUndecided says why nothing is sent.
func (dc decider) whyUndecided(t *conversation) string {
	if f := t.session.Status().Fingerprint; t.accepted[f] || !dc.changed(t.chat, f) {
		return text.SendFallback(dc.name(t.chat))
	}
	return text.SendUndecided(dc.name(t.chat))
}
