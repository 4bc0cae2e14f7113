// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A conversation has a session. (Conversations without a session are only a [ui.Chat].)
type conversation struct {
	chat        ui.Chat
	session     *otr.Session
	policy      otr.Policy               // the policy that the session has
	next        time.Time                // when the session needs Tick, zero if never
	noAnswerAt  time.Time                // when to tell the user that the buddy has not answered; zero: not waiting
	answered    bool                     // the buddy's client has answered since noAnswerAt was set
	theirsAt    time.Time                // when an exchange that the buddy began should have completed; zero: there is none
	heard       bool                     // a message has come in the present channel
	secured     time.Time                // when the present channel began
	shorter     bool                     // see tryShorter
	invalidAt   time.Time                // when to tell the user about an invalid message; zero: there was none
	clockWrong  bool                     // it is one that has expired
	holding     int                      // how many texts the session holds, or wait (see fallback)
	meant       otr.Fingerprint          // of the texts that the session holds: see waitingText
	logOff      bool                     // we have turned logging off
	accepted    map[otr.Fingerprint]bool // the user goes on with this changed key
	deciding    bool                     // the question about a changed key, or about older encryption, is on the screen
	shown       otr.Status               // the status that the open dialogs are about
	before      otr.Status               // what shown was before the last step of the session
	noticed     []string                 // see noticeOnce
	unseen      []unseen                 // see noticeOnce
	bypassed    map[ui.Bypass]bool
	smp         smpRun
	route       route
	marked      bool            // see markFirst
	unreachable bool            // see finish
	offered     map[string]bool // see offerTrust
	begun       time.Time
	known       bool // the buddy was on the list at the beginning, or the user has written

	fallback   fallback
	introduced map[otr.Fingerprint]otr.Fingerprint // see carryOver

	kinds  map[otr.Fingerprint]kind // what the buddy's programs write
	asText plainTexts               // what went out as plain text
}

// answerDelay is how long a buddy's client may take to answer before the user is told that
// there is no answer.
const answerDelay = 30 * time.Second

// invalidDelay is how long a key exchange may still succeed after an invalid message before
// the user is told about that message.
const invalidDelay = 10 * time.Second

var noTime time.Time

// enter returns c's conversation, and makes it if there is none. Nothing else makes one.
// While the keys are locked, it returns only conversations that are private already.
func (a *App) enter(c ui.Chat) (*conversation, error) {
	t := a.conversations[c]
	if (t == nil || !t.active()) && a.keys.Locked() {
		return nil, keystore.ErrSealed
	}
	a.keys.Deliver(c)
	if t = a.conversations[c]; t != nil {
		return t, nil
	}
	return a.begin(c)
}

// begin makes a conversation for c.
func (a *App) begin(c ui.Chat) (*conversation, error) {
	tag, err := a.tag(ui.AccountOf(c))
	if err != nil {
		return nil, err
	}
	a.cleaner.makeRoom()
	p := a.prefs.policy(c)
	if p&otr.AllowV4 != 0 {
		a.keys.PrepareIdentity(ui.AccountOf(c), false)
	}
	self, peer := a.prefs.identities(c, p)
	t := &conversation{
		chat: c, policy: p, accepted: map[otr.Fingerprint]bool{},
		begun: a.now(), known: a.host.OnList(c),
	}
	s, err := otr.NewSession(otr.Config{
		DSAKey:     a.store.Key(ui.AccountOf(c)),
		Identity:   a.prefs.identity(c, p),
		Self:       self,
		Peer:       peer,
		Tag:        tag,
		Policy:     t.policy,
		MaxMessage: a.prefs.room(c, false),
		Greeting:   text.Greeting,
		Idle:       a.prefs.idle(),
		Padding:    a.prefs.padding(),
		Quota:      a.quota,
		Familiar:   t.known,
		SpeaksV3:   func(f otr.Fingerprint) bool { return a.speakV3[f] },
		Rand:       a.rand,
		Now:        a.now,
		// Text that the user wrote for a verified buddy is also held until the user has
		// decided about a changed key, or about older encryption. An attacker can provoke a
		// resend (again) at any time, so we resend only to a verified key.
		MayRelease: func(f otr.Fingerprint, again bool) bool {
			return a.decider.settled(t, f) && (!again || a.verifier.trusted(t.chat, f))
		},
		IntroduceFirst: func() bool { return a.decider.introduceFirst(t) },
	})
	if err != nil {
		return nil, err
	}
	t.session = s
	a.conversations[c] = t
	return t, nil
}

// tag returns the account's instance tag. If it cannot be read or saved, tag returns one
// that is used until the program ends: to the buddy this only looks like a new client.
func (a *App) tag(acc keystore.Account) (otr.InstanceTag, error) {
	if t, ok := a.tags[acc]; ok {
		return t, nil
	}
	t, err := a.store.Tag(acc, a.rand)
	if err == nil {
		return t, nil
	}
	a.host.Debug("instance tag: " + err.Error())
	if t, err = otr.NewInstanceTag(a.rand); err == nil {
		a.tags[acc] = t
	}
	return t, err
}

// applySettings updates the session's policy, idle time and keys. If the user has turned OTR
// off for this buddy, it first ends the private conversation and tells the buddy; ended
// reports that.
func (a *App) applySettings(t *conversation) (ended bool) {
	p := a.prefs.policy(t.chat)
	if p == otr.Off && t.policy != otr.Off && t.active() {
		ended = true
		a.commands.end(t, text.EndedByTurningOff)
	}
	t.policy = p
	t.session.SetPolicy(p)
	t.session.SetIdle(a.prefs.idle())
	t.session.SetMaxMessage(a.prefs.room(t.chat, t.shorter))
	t.session.SetPadding(a.prefs.padding())
	t.session.SetKey(a.store.Key(ui.AccountOf(t.chat)))
	t.session.SetNames(a.prefs.identities(t.chat, p))
	t.session.SetIdentity(a.prefs.identity(t.chat, p))
	return ended
}

// active reports whether there is something that the user can end.
func (t *conversation) active() bool {
	return t.session.Status().State != otr.Plaintext || t.holding > 0
}
