// SPDX-License-Identifier: GPL-2.0-or-later

// Package app decides what the user is told and asked about conversations. It connects a
// [ui.Host] with the engine and the key store.
package app

import (
	"errors"
	"hash/maphash"
	"io"
	"maps"
	"regexp"
	"slices"
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/markup"
	"purple-otr/ui/text"
)

// App connects a Host with one [otr.Session] per conversation. It decides what the user is
// told and asked. It never stores how private a conversation is, but asks the session each
// time.
type App struct {
	host  ui.Host
	store *keystore.Store
	keys  KeyFlows
	rand  io.Reader
	now   func() time.Time

	conversations map[ui.Chat]*conversation
	quota         *otr.Quota       // shared by all sessions
	left          map[ui.Chat]bool // see leave
	// speakV3 holds the keys that have used version 3 in any conversation since the program
	// started. An attacker who wants version 2 from one of them is attempting a downgrade.
	speakV3 map[otr.Fingerprint]bool
	tags    map[keystore.Account]otr.InstanceTag // tags that could not be saved; used until the program ends
	due     time.Time                            // when the timer fires, zero if there is none
	stop    func()                               // stops the timer, nil if there is none
	closed  bool

	refused      map[ui.Chat]time.Time // see cannotStart
	toldUnlocked map[ui.Chat]bool      // see sendingLocked

	// The parts of App. Each embeds the App.
	prefs     preferences
	commands  commands
	presenter presenter
	router    router
	decider   decider
	verifier  verifier
	mover     mover
	guard     guard
	logs      logs
	cleaner   cleaner
	encoder   encoder
	traffic

	permit         permit
	written        map[keystore.Account]*lines // see LineLeaves
	echoes         echoes
	expecting      bool // see expect
	hidingFromDBus bool // see hideFromDBus
}

// KeyFlows is what App needs of the flows about keys; *keys.Keys implements it. App never
// sees a passphrase.
type KeyFlows interface {
	// Locked reports whether the keys are locked, so that no session can be made.
	Locked() bool

	// Ready reports whether the keys are unlocked. App calls it before something that the
	// user wants to do and that needs the keys. If they are locked, Ready asks the user to
	// unlock them and calls then afterwards.
	Ready(then func()) bool

	// Need keeps a message of a key exchange until there is a key to answer it with, and
	// asks the user to unlock the keys, or makes a key.
	Need(c ui.Chat, from, message string)

	// Prepare makes the key that c needs, because the user wants to start a private
	// conversation there.
	Prepare(c ui.Chat)

	// Reload reads the files again if other programs have changed them.
	Reload()

	// Moved updates the name of a conversation; same says that it is still the same
	// buddy's.
	Moved(from, to ui.Chat, same bool)

	// Do performs an action that is about keys.
	Do(act ui.Action) (problem string)

	// Begin starts what takes time when the program starts. After Close it does nothing
	// more.
	Begin()
	Close()
}

// A conversation has a session. (Conversations without a session are only a [ui.Chat].)
type conversation struct {
	chat        ui.Chat
	session     *otr.Session
	policy      otr.Policy // the policy that the session has
	next        time.Time  // when the session needs Tick, zero if never
	noAnswerAt  time.Time  // when to tell the user that the buddy has not answered; zero: not waiting
	answered    bool       // the buddy's client has answered since noAnswerAt was set
	theirsAt    time.Time  // when an exchange that the buddy began should have completed; zero: there is none
	heard       bool       // a message has come in the present channel
	shorter     bool       // see tryShorter
	invalidAt   time.Time  // when to tell the user about an invalid message; zero: there was none
	holding     int        // how many texts the session holds
	logOff      bool       // we have turned logging off
	accepted    map[otr.Fingerprint]bool
	deciding    bool       // the question about a changed key is on the screen
	shown       otr.Status // the status that the open dialogs are about
	noticed     []string   // see noticeOnce
	unseen      []unseen   // see noticeOnce
	bypassed    map[ui.Bypass]bool
	smp         smpRun
	route       route
	marked      bool            // see markFirst
	unreachable bool            // see finish
	offered     map[string]bool // see offerTrust
	begun       time.Time
	known       bool // the buddy was on the list at the beginning, or the user has written

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

// New returns an App. All its methods must be called on the host's main loop.
func New(h ui.Host, s *keystore.Store, random io.Reader, now func() time.Time, flows KeyFlows) *App {
	a := &App{
		host: h, store: s, keys: flows, rand: random, now: now,
		conversations: map[ui.Chat]*conversation{},
		quota:         otr.NewQuota(),
		left:          map[ui.Chat]bool{},
		speakV3:       map[otr.Fingerprint]bool{},
		tags:          map[keystore.Account]otr.InstanceTag{},
		refused:       map[ui.Chat]time.Time{},
		toldUnlocked:  map[ui.Chat]bool{},
		written:       map[keystore.Account]*lines{},
		echoes:        echoes{seed: maphash.MakeSeed()},
	}
	a.traffic = traffic{a}
	a.prefs, a.commands, a.presenter, a.router, a.decider = preferences{a}, commands{a}, presenter{a}, router{a}, decider{a}
	a.verifier, a.mover, a.guard, a.logs, a.cleaner = verifier{a}, mover{a}, guard{a}, logs{a}, cleaner{a}
	a.encoder = encoder{a}
	return a
}

// WallClock returns the time without Go's monotonic reading, which stops while the computer
// sleeps. So a conversation that became too old during sleep has expired on waking.
func WallClock() time.Time { return time.Now().Round(0) }

// enter returns c's conversation, and makes it if there is none. Nothing else makes one.
// While the keys are locked, it returns only conversations that are private already.
func (a *App) enter(c ui.Chat) (*conversation, error) {
	t := a.conversations[c]
	if (t == nil || !t.active()) && a.keys.Locked() {
		return nil, keystore.ErrSealed
	}
	if t != nil {
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
	t := &conversation{
		chat: c, policy: a.prefs.policy(c), accepted: map[otr.Fingerprint]bool{},
		begun: a.now(), known: a.host.OnList(c),
	}
	s, err := otr.NewSession(otr.Config{
		DSAKey:     a.store.Key(ui.AccountOf(c)),
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
		// decided about a changed key. An attacker can provoke a resend (again) at any
		// time, so we resend only to a verified key.
		MayRelease: func(f otr.Fingerprint, again bool) bool {
			if again {
				return a.verifier.trusted(t.chat, f)
			}
			return t.accepted[f] || !a.decider.changed(t.chat, f)
		},
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

// applySettings updates the session's policy, idle time and key. If the user has turned OTR
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
	return ended
}

// active reports whether there is something that the user can end.
func (t *conversation) active() bool {
	return t.session.Status().State != otr.Plaintext || t.holding > 0
}

// Sending prepares what the user typed. If send is false, the protocol must get nothing:
// the text is held or has been returned to the user.
func (a *App) Sending(c ui.Chat, text string) (out string, send bool) {
	a.guard.returnUnsent()
	if out, send = a.sending(c, text); send {
		a.permit = permit{}
		// An unguarded conversation needs no permit. Another program could use an unused
		// one later, when the conversation has become private.
		if a.Guards(c) {
			a.guard.expect(a.conversations[c], out, text)
		}
	}
	return out, send
}

func (a *App) sending(c ui.Chat, typed string) (out string, send bool) {
	if a.closed {
		return a.refuse(c, typed, text.TurningOff())
	}
	if a.left[c] && a.level(c) == ui.Finished {
		return a.refuse(c, typed, text.NameTaken(nickname(c)))
	}
	if a.conversations[c] == nil && a.prefs.policy(c) == otr.Off {
		return typed, true
	}
	t, err := a.enter(c)
	if errors.Is(err, keystore.ErrSealed) {
		return a.sendingLocked(c, typed)
	}
	if err != nil {
		return a.refuse(c, typed, text.NoSession())
	}
	if a.applySettings(t) {
		// The user may have typed this expecting encryption.
		return a.refuse(c, typed, text.SendTurnedOff())
	}
	if a.decider.undecided(t) {
		a.refuse(c, typed, text.SendUndecided(a.name(c)))
		a.decider.askChanged(t)
		return "", false
	}
	if t.active() && typedQuery.MatchString(markup.Plain(typed)) {
		// What is typed to ask for a private conversation is not text for the buddy.
		a.Do(c, ui.StartOrRefresh, 0)
		return "", false
	}
	t.noticed, t.known = nil, true
	return a.send(t, typed)
}

// typedQuery is an OTR Query Message without anything else.
var typedQuery = regexp.MustCompile(`^\s*\?OTR(\?|\??v[0-9A-Za-z]*\?)\s*$`)

func (a *App) send(t *conversation, typed string) (string, bool) {
	c, wire := t.chat, typed
	if a.encrypts(t) {
		if markup.Picture(typed) {
			return a.refuse(c, typed, text.SendPicture())
		}
		wire = a.encoder.toWire(t, typed)
	}
	out, err := t.session.Send([]byte(wire))
	if err != nil {
		a.perform(t, out) // contains no text of the user's
		a.update(t)
		why, offers := sendProblem(a.name(c), err)
		return a.refuse(c, typed, why, offers...)
	}
	if has[otr.Held](out) {
		a.guard.hideFromDBus()
		// What is sent now is not the text. If we returned it, libpurple would show the
		// text as sent.
		a.perform(t, out)
		line := text.Held
		if t.session.Status().State == otr.Encrypted {
			line = text.HeldRefresh
		}
		a.host.Notice(c, ui.Info, line(a.name(c), typed), true)
		a.update(t)
		return "", false
	}
	if len(out.Send) == 0 {
		a.perform(t, out)
		a.update(t)
		return a.refuse(c, typed, text.SendNothing())
	}
	last := string(out.Send[len(out.Send)-1])
	out.Send = out.Send[:len(out.Send)-1]
	err = a.perform(t, out)
	a.update(t)
	if err != nil {
		return a.refuse(c, typed, text.NotConnected())
	}
	if !a.Guards(c) {
		a.guard.markFirst(t)
	}
	return last, true
}

// refuse returns text to the user, says why, and returns what Sending must return.
func (a *App) refuse(c ui.Chat, text, why string, offers ...ui.Action) (string, bool) {
	a.host.Return(c, text)
	a.notice(c, ui.Warning, true, why, offers...)
	return "", false
}

// Receiving processes a message that has arrived. If ok is false, there is nothing to show.
//
// from is the address that the message came from. On some networks it names the client of
// the buddy that sent it; answers to that client go there.
func (a *App) Receiving(c ui.Chat, from, arrived string) (show string, ok bool) {
	policy := a.prefs.policy(c)
	if a.closed || a.conversations[c] == nil && policy == otr.Off {
		return arrived, true
	}
	t, err := a.enter(c)
	if errors.Is(err, keystore.ErrSealed) {
		return a.receivingLocked(c, from, arrived)
	}
	if err != nil {
		// Without a session we cannot know what this is, so the user must not take it for
		// a message that OTR has checked.
		a.notice(c, ui.Warning, false, text.NoSession())
		if otr.IsProtocol([]byte(arrived)) && !asksNothing(arrived) {
			a.cannotStart(c)
		}
		return "", false
	}
	// applySettings ends the conversation if OTR is off; the message can still be read
	// before.
	last := policy == otr.Off && t.active()
	if !last {
		a.applySettings(t)
	}
	msg, clear := a.receive(t, from, arrived)
	if last {
		a.applySettings(t)
	}
	switch {
	case msg == nil:
		return "", false
	case clear:
		return text.Unencrypted(a.name(c), string(msg.Text)), true
	case msg.Fingerprint.IsZero():
		return string(msg.Text), true
	}
	return a.encoder.fromPeer(t, msg), true
}

// receive passes text to the session; answers go to the address from. clear reports that
// the message came unencrypted and that the user must be told so.
func (a *App) receive(t *conversation, from, text string) (msg *otr.Message, clear bool) {
	t.route.from = from
	defer func() { t.route.from = "" }()
	over, before := t.session.Status().State != otr.Encrypted, t.route.now
	t.answered = t.answered || otr.IsProtocol([]byte(text)) && !asksNothing(text)
	if isRequest(text) {
		a.guard.asksAgain(t)
	}
	out, err := t.session.Receive([]byte(text))
	t.route.observe(out, over)
	a.perform(t, out)
	a.guard.awaitTheirs(t, out)
	a.router.noteWriter(t, out.Message, before)
	switch {
	case errors.Is(err, otr.ErrNoKey):
		a.keys.Need(t.chat, t.route.from, text)
	case err != nil:
		a.host.Debug("receiving: " + err.Error())
		// A damaged fragment, or a data message that may be lost, is not worth a line.
		if m := (*otr.MessageError)(nil); len(out.Events) == 0 && errors.As(err, &m) && m.Message != "Data" && m.Message != "fragment" {
			// If both sides start at once, one message that cannot be used is normal.
			if t.invalidAt.IsZero() {
				t.invalidAt = a.now().Add(invalidDelay)
			}
		}
	}
	if out.Message != nil && !out.Message.Fingerprint.IsZero() {
		t.noticed = nil
	}
	t.heard = t.heard || out.Message != nil && !out.Message.Fingerprint.IsZero() || has[otr.Heartbeat](out)
	a.update(t)
	return out.Message, has[otr.Unencrypted](out)
}

// has reports whether out contains an event of type E.
func has[E otr.Event](out otr.Output) bool {
	return slices.ContainsFunc(out.Events, func(e otr.Event) bool { _, ok := e.(E); return ok })
}

// Opened is called for each conversation window that appears. Most lines written while there
// was no window are lost, so Opened says how private the conversation is now.
func (a *App) Opened(c ui.Chat) {
	a.keys.Reload()
	if t := a.conversations[c]; t != nil {
		if t.private() {
			a.logs.pauseLogging(t)
		}
		a.presenter.showUnseen(t)
		if level := a.level(c); level != ui.NotPrivate {
			a.notice(c, ui.Info, false, status(a.name(c), level, a.host.Logging(c)), statusOffers(level)...)
		}
		if a.decider.undecided(t) {
			a.decider.askChanged(t)
		}
		if t.smp.asked {
			a.verifier.askAnswer(t, false)
		}
	}
	a.host.Refresh(c)
}

// Closed is called for each conversation window that closes. The session stays.
func (a *App) Closed(c ui.Chat) {
	t := a.conversations[c]
	delete(a.left, c)
	if t == nil {
		return
	}
	t.logOff = false // libpurple applies its own setting to the next window
	if t.idle() {
		a.cleaner.drop(t)
	}
}

// SigningOff is called when the user takes an account offline and the network is still
// there. It tells the buddies that their private conversations end. As if the buddy had
// ended one, what the user types there is not sent until the user has decided.
func (a *App) SigningOff(protocol, name string) {
	for _, t := range a.of(keystore.Account{Protocol: protocol, Name: name}) {
		out := t.session.Expire()
		if !has[otr.Expired](out) {
			a.perform(t, out) // returns held text to the user
			a.update(t)
			continue
		}
		out.Events = slices.DeleteFunc(out.Events, func(e otr.Event) bool { _, ok := e.(otr.Expired); return ok })
		err := a.perform(t, out)
		a.notice(t.chat, ui.Warning, false, text.EndedBySignOff(a.name(t.chat), err == nil), startAgain...)
		a.update(t)
	}
}

// SignedOff is called when an account has gone offline for any reason. A broken connection
// ends no session, because the buddy's session continues.
func (a *App) SignedOff(protocol, name string) {
	for _, t := range a.of(keystore.Account{Protocol: protocol, Name: name}) {
		t.awaitNothing()
	}
	a.guard.forget(keystore.Account{Protocol: protocol, Name: name})
	a.redrawAccount(protocol, name)
}

// SignedOn is called when an account is online again.
func (a *App) SignedOn(protocol, name string) {
	for _, t := range a.of(keystore.Account{Protocol: protocol, Name: name}) {
		a.update(t) // the computer may have slept
		if t.session.Status().State == otr.Encrypted {
			a.notice(t.chat, ui.Info, false, text.Reconnected(a.name(t.chat)), startAgain...)
		}
	}
	a.redrawAccount(protocol, name)
}

// redrawAccount redraws an account's open conversations.
func (a *App) redrawAccount(protocol, name string) {
	for _, c := range a.host.Chats() {
		if c.Protocol == protocol && c.Account == name {
			a.host.Refresh(c)
		}
	}
}

// Close ends every private conversation, tells the buddies, and returns held text to the
// user. The App sends nothing afterwards.
func (a *App) Close() {
	if a.closed {
		return
	}
	for _, t := range a.all() {
		if t.active() {
			a.commands.end(t, text.EndedByClose)
		}
	}
	a.closed = true
	a.keys.Close()
	a.host.HideFromDBus(false)
	a.cleaner.dropAll()
	a.schedule()
	a.host.CloseDialogs(ui.Chat{})
}

// all returns a copy, because processing one conversation may add or remove others.
func (a *App) all() []*conversation { return slices.Collect(maps.Values(a.conversations)) }

// of returns acc's conversations, also as a copy.
func (a *App) of(acc keystore.Account) []*conversation {
	return slices.DeleteFunc(a.all(), func(t *conversation) bool { return ui.AccountOf(t.chat) != acc })
}
