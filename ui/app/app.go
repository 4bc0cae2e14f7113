// SPDX-License-Identifier: GPL-2.0-or-later

// Package app is what the user is told and decides about conversations: it connects
// a [ui.Host] with an engine and a store of keys, and says what is shown.
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
	"purple-otr/ui/text"
)

// App connects a Host with one [otr.Session] per conversation. It decides what
// the user is told and asked, and keeps no opinion of its own on how private a
// conversation is: that is asked of the session each time.
type App struct {
	host  ui.Host
	store *keystore.Store
	keys  KeyFlows
	rand  io.Reader
	now   func() time.Time

	talks map[ui.Chat]*talk
	left  map[ui.Chat]bool // see leave
	// speakV3 are the keys that have spoken version 3 since the program started, of
	// whatever conversation: with them, version 2 would be an attacker's wish.
	speakV3 map[otr.Fingerprint]bool
	tags    map[keystore.Account]otr.InstanceTag // those that could not be saved
	due     time.Time                            // when the timer fires
	stop    func()                               // stops the timer, nil if there is none
	closed  bool

	refused      map[ui.Chat]time.Time // see cannotStart
	toldUnlocked map[ui.Chat]bool      // see sendingLocked

	// The parts that App is made of. Each sees the whole.
	prefs     preferences
	commands  commands
	presenter presenter
	router    router
	decider   decider
	verifier  verifier
	mover     mover
	guard     guard
	logs      logs
	traffic

	passage   passage
	written   map[keystore.Account]*lines // see LineLeaves
	echoes    echoes
	expecting bool // see expect
	secretive bool // see hideMessages
}

// KeyFlows are what App needs of the flows about keys: a *keys.Keys. It learns of no
// passphrase.
type KeyFlows interface {
	// Locked reports whether the keys are locked, so that no session can be made.
	Locked() bool

	// Ready is asked before something that the user wants to do and that needs the
	// keys. If they are locked, the user is asked, and then is done afterwards.
	Ready(then func()) bool

	// Need keeps a message of a key exchange until there is a key to answer it with,
	// and has that unlocked or made.
	Need(c ui.Chat, from, message string)

	// Prepare has the key that c needs made, because the user wants to begin there.
	Prepare(c ui.Chat)

	// Reload looks for what other programs have written.
	Reload()

	// Moved is told that a conversation goes by another name; same reports that it
	// is the same buddy's.
	Moved(from, to ui.Chat, same bool)

	// Do carries out an action that is about keys.
	Do(act ui.Action) (problem string)

	// Begin does what takes time when the program starts; nothing is done after Close.
	Begin()
	Close()
}

// A talk is a conversation that has a session.
type talk struct {
	chat     ui.Chat
	session  *otr.Session
	policy   otr.Policy // what the session was told last
	next     time.Time  // when the session wants Tick
	patience time.Time  // when to tell the user that no answer has come
	answered bool       // a message of the protocol's has come since patience was set
	shorter  bool       // see tryShorter
	doubt    time.Time  // when to say that something invalid has come
	holding  int        // texts that the session holds
	logOff   bool       // we have switched logging off
	accepted map[otr.Fingerprint]bool
	asking   bool       // the question about a changed key is on the screen
	shown    otr.Status // what open dialogs are about
	hints    []string   // see hint
	bypassed map[ui.Bypass]bool
	smp      smpRun
	route    route
	marked   bool            // see markFirst
	adrift   bool            // see strand
	offered  map[string]bool // see offerTrust
}

// answerTime is how long a buddy's program may take to answer before the user
// is told that nothing has come.
const answerTime = 30 * time.Second

// doubtTime is how long a key exchange in which something invalid has come may
// still succeed before the user is told about that.
const doubtTime = 10 * time.Second

// maxTalks is how many conversations there may be before those are forgotten
// in which nothing has happened: strangers can begin any number.
const maxTalks = 1000

var noTime time.Time

// New makes an App that must be used on the host's main loop only.
func New(h ui.Host, s *keystore.Store, random io.Reader, now func() time.Time, flows KeyFlows) *App {
	a := &App{
		host: h, store: s, keys: flows, rand: random, now: now,
		talks:        map[ui.Chat]*talk{},
		left:         map[ui.Chat]bool{},
		speakV3:      map[otr.Fingerprint]bool{},
		tags:         map[keystore.Account]otr.InstanceTag{},
		refused:      map[ui.Chat]time.Time{},
		toldUnlocked: map[ui.Chat]bool{},
		written:      map[keystore.Account]*lines{},
		echoes:       echoes{seed: maphash.MakeSeed()},
	}
	a.traffic = traffic{a}
	a.prefs, a.commands, a.presenter, a.router, a.decider = preferences{a}, commands{a}, presenter{a}, router{a}, decider{a}
	a.verifier, a.mover, a.guard, a.logs = verifier{a}, mover{a}, guard{a}, logs{a}
	return a
}

// WallClock goes on while the computer sleeps, which Go's other one does not: a
// conversation that has become too old meanwhile is over when it wakes up.
func WallClock() time.Time { return time.Now().Round(0) }

// enter is the one door to c's talk: it is made if there is none, but while the keys
// are locked only what is private already goes on without them.
func (a *App) enter(c ui.Chat) (*talk, error) {
	t := a.talks[c]
	if (t == nil || !t.active()) && a.keys.Locked() {
		return nil, keystore.ErrSealed
	}
	if t != nil {
		return t, nil
	}
	return a.begin(c)
}

// begin makes a talk for c.
func (a *App) begin(c ui.Chat) (*talk, error) {
	tag, err := a.tag(ui.AccountOf(c))
	if err != nil {
		return nil, err
	}
	if len(a.talks) >= maxTalks {
		maps.DeleteFunc(a.talks, func(_ ui.Chat, t *talk) bool { return t.idle() })
	}
	t := &talk{chat: c, policy: a.prefs.policy(c), accepted: map[otr.Fingerprint]bool{}}
	s, err := otr.NewSession(otr.Config{
		DSAKey:     a.store.Key(ui.AccountOf(c)),
		Tag:        tag,
		Policy:     t.policy,
		MaxMessage: a.prefs.room(c, false),
		Greeting:   text.Greeting,
		Idle:       a.prefs.idle(),
		SpeaksV3:   func(f otr.Fingerprint) bool { return a.speakV3[f] },
		Rand:       a.rand,
		Now:        a.now,
		// What the user wrote for somebody verified waits for a decision too. And
		// anybody can bring it about that something is to be said again.
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
	a.talks[c] = t
	return t, nil
}

// tag is the account's, or, if that cannot be read or saved, one for as long as
// the program runs: to the buddy this looks like a new client, no worse.
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

// obey gives the session today's policy and key. If OTR has been switched off
// for this buddy, what there is of a private conversation ends first, properly,
// and obey reports that.
func (a *App) obey(t *talk) (ended bool) {
	p := a.prefs.policy(t.chat)
	if p == otr.Off && t.policy != otr.Off && t.active() {
		ended = true
		a.commands.end(t, text.EndedByTurningOff)
	}
	t.policy = p
	t.session.SetPolicy(p)
	t.session.SetIdle(a.prefs.idle())
	t.session.SetMaxMessage(a.prefs.room(t.chat, t.shorter))
	t.session.SetKey(a.store.Key(ui.AccountOf(t.chat)))
	return ended
}

// active reports whether the user has something to end.
func (t *talk) active() bool {
	return t.session.Status().State != otr.Plaintext || t.holding > 0
}

// idle reports whether t could be forgotten and made anew without a difference
// that anybody could notice.
func (t *talk) idle() bool {
	return !t.active() && t.next.IsZero() && t.patience.IsZero() && t.doubt.IsZero() && !t.logOff
}

// Sending prepares what the user typed. If send is false, nothing may be given
// to the protocol: the text is held or has been given back.
func (a *App) Sending(c ui.Chat, text string) (out string, send bool) {
	a.guard.takeBack()
	if out, send = a.sending(c, text); send {
		a.passage = passage{}
		// Where nothing is guarded it needs no permission, which somebody else
		// could use later, when the conversation has become private.
		if a.Guards(c) {
			a.guard.expect(a.talks[c], out, text)
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
	if a.talks[c] == nil && a.prefs.policy(c) == otr.Off {
		return typed, true
	}
	t, err := a.enter(c)
	if errors.Is(err, keystore.ErrSealed) {
		return a.sendingLocked(c, typed)
	}
	if err != nil {
		return a.refuse(c, typed, text.NoSession())
	}
	if a.obey(t) {
		// The user may have typed this believing that it would be encrypted.
		return a.refuse(c, typed, text.SendTurnedOff())
	}
	if a.decider.undecided(t) {
		a.refuse(c, typed, text.SendUndecided(a.name(c)))
		a.decider.askChanged(t)
		return "", false
	}
	if t.active() && typedQuery.MatchString(plainText(typed)) {
		// What is typed to ask for a private conversation is not text for the buddy.
		a.Do(c, ui.StartOrRefresh, 0)
		return "", false
	}
	t.hints = nil
	return a.send(t, typed)
}

// typedQuery is an OTR Query Message without anything else.
var typedQuery = regexp.MustCompile(`^\s*\?OTR(\?|\??v[0-9A-Za-z]*\?)\s*$`)

func (a *App) send(t *talk, typed string) (string, bool) {
	c, wire := t.chat, typed
	if a.encrypts(t) {
		if picture.MatchString(typed) {
			return a.refuse(c, typed, text.SendPicture())
		}
		wire = a.toWire(c, typed)
	}
	out, err := t.session.Send([]byte(wire))
	if err != nil {
		a.carry(t, out) // never the text itself
		a.settle(t)
		why, offers := sendProblem(a.name(c), err)
		return a.refuse(c, typed, why, offers...)
	}
	if has[otr.Held](out) {
		a.guard.hideMessages()
		// What goes out now is not the text. Were it returned, libpurple would
		// show the text as sent.
		a.carry(t, out)
		line := text.Held
		if t.session.Status().State == otr.Encrypted {
			line = text.HeldRefresh
		}
		a.host.Notice(c, ui.Info, line(a.name(c), typed), true)
		a.settle(t)
		return "", false
	}
	if len(out.Send) == 0 {
		a.carry(t, out)
		a.settle(t)
		return a.refuse(c, typed, text.SendNothing())
	}
	last := string(out.Send[len(out.Send)-1])
	out.Send = out.Send[:len(out.Send)-1]
	err = a.carry(t, out)
	a.settle(t)
	if err != nil {
		return a.refuse(c, typed, text.NotConnected())
	}
	if !a.Guards(c) {
		a.guard.markFirst(t)
	}
	return last, true
}

// refuse gives text back, says why, and is what Sending returns.
func (a *App) refuse(c ui.Chat, text, why string, offers ...ui.Action) (string, bool) {
	a.host.Return(c, text)
	a.notice(c, ui.Warning, true, why, offers...)
	return "", false
}

// Receiving looks at what arrived. If ok is false, there is nothing to show.
//
// from is the address that it came from. On some networks it names the one of the
// buddy's clients that has written, so it is where answers to that one go.
func (a *App) Receiving(c ui.Chat, from, arrived string) (show string, ok bool) {
	policy := a.prefs.policy(c)
	if a.closed || a.talks[c] == nil && policy == otr.Off {
		return arrived, true
	}
	t, err := a.enter(c)
	if errors.Is(err, keystore.ErrSealed) {
		return a.receivingLocked(c, from, arrived)
	}
	if err != nil {
		// Without a session we cannot know what this is. It must not pass for
		// a message that has been looked at.
		a.notice(c, ui.Warning, false, text.NoSession())
		if otr.IsProtocol([]byte(arrived)) && !asksNothing(arrived) {
			a.cannotStart(c)
		}
		return "", false
	}
	// A message of a conversation that obey is about to end can still be read.
	last := policy == otr.Off && t.active()
	if !last {
		a.obey(t)
	}
	msg, clear := a.receive(t, from, arrived)
	if last {
		a.obey(t)
	}
	switch {
	case msg == nil:
		return "", false
	case clear:
		return text.Unencrypted(a.name(c), string(msg.Text)), true
	case msg.Fingerprint.IsZero():
		return string(msg.Text), true
	}
	return a.fromPeer(c, string(msg.Text)), true
}

// receive has the session process text, and answers to where it came from. clear
// reports that the message came unencrypted where that must be pointed out.
func (a *App) receive(t *talk, from, text string) (msg *otr.Message, clear bool) {
	t.route.from = from
	defer func() { t.route.from = "" }()
	over, before := t.session.Status().State != otr.Encrypted, t.route.now
	t.answered = t.answered || otr.IsProtocol([]byte(text)) && !asksNothing(text)
	out, err := t.session.Receive([]byte(text))
	t.route.listen(out, over)
	a.carry(t, out)
	a.router.spoke(t, out.Message, before)
	switch {
	case errors.Is(err, otr.ErrNoKey):
		a.keys.Need(t.chat, t.route.from, text)
	case err != nil:
		a.host.Debug("receiving: " + err.Error())
		// A damaged fragment or a data message that may be lost is no news.
		if m := (*otr.MessageError)(nil); len(out.Events) == 0 && errors.As(err, &m) && m.Message != "Data" && m.Message != "fragment" {
			// Where both sides begin at once, one message in vain is usual.
			if t.doubt.IsZero() {
				t.doubt = a.now().Add(doubtTime)
			}
		}
	}
	if out.Message != nil && !out.Message.Fingerprint.IsZero() {
		t.hints = nil
	}
	a.settle(t)
	return out.Message, has[otr.Unencrypted](out)
}

// has reports whether an event of type E is in out.
func has[E otr.Event](out otr.Output) bool {
	return slices.ContainsFunc(out.Events, func(e otr.Event) bool { _, ok := e.(E); return ok })
}

// Opened is told of each conversation window that appears. What was written
// while there was none has been lost, so the window begins with how things are.
func (a *App) Opened(c ui.Chat) {
	a.keys.Reload()
	if t := a.talks[c]; t != nil {
		if t.private() {
			a.logs.quiet(t)
		}
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

// Closed is told of each conversation window that goes. The session stays.
func (a *App) Closed(c ui.Chat) {
	t := a.talks[c]
	delete(a.left, c)
	if t == nil {
		return
	}
	t.logOff = false // libpurple begins anew with the next window, and so do we
	if t.idle() {
		delete(a.talks, c)
	}
}

// SigningOff is told when the user takes an account off line and the network is
// still there: buddies are told that their private conversations end. What is typed
// into them then is not sent until the user has decided, as if a buddy had ended it.
func (a *App) SigningOff(protocol, name string) {
	for _, t := range a.of(keystore.Account{Protocol: protocol, Name: name}) {
		out := t.session.Expire()
		if !has[otr.Expired](out) {
			a.carry(t, out) // held text comes back
			a.settle(t)
			continue
		}
		out.Events = slices.DeleteFunc(out.Events, func(e otr.Event) bool { _, ok := e.(otr.Expired); return ok })
		err := a.carry(t, out)
		a.notice(t.chat, ui.Warning, false, text.EndedBySignOff(a.name(t.chat), err == nil), startAgain...)
		a.settle(t)
	}
}

// SignedOff and SignedOn are told when an account has gone off line, for whatever
// reason, and when it is back. A connection that broke ends no session, because a
// buddy's goes on.
func (a *App) SignedOff(protocol, name string) {
	for _, t := range a.of(keystore.Account{Protocol: protocol, Name: name}) {
		t.patience = noTime
	}
	a.guard.forget(keystore.Account{Protocol: protocol, Name: name})
	a.refresh(protocol, name)
}

func (a *App) SignedOn(protocol, name string) {
	for _, t := range a.of(keystore.Account{Protocol: protocol, Name: name}) {
		a.settle(t) // the computer may have slept
		if t.session.Status().State == otr.Encrypted {
			a.notice(t.chat, ui.Info, false, text.Reconnected(a.name(t.chat)), startAgain...)
		}
	}
	a.refresh(protocol, name)
}

func (a *App) refresh(protocol, name string) {
	for _, c := range a.host.Chats() {
		if c.Protocol == protocol && c.Account == name {
			a.host.Refresh(c)
		}
	}
}

// Close ends every private conversation, telling the buddies, and gives back
// what was held. The App sends nothing afterwards.
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
	a.host.HideMessages(false)
	a.talks = map[ui.Chat]*talk{}
	a.schedule()
	a.host.CloseDialogs(ui.Chat{})
}

// all and of are copies: what is done with a talk may add or remove others.
func (a *App) all() []*talk { return slices.Collect(maps.Values(a.talks)) }

func (a *App) of(acc keystore.Account) []*talk {
	return slices.DeleteFunc(a.all(), func(t *talk) bool { return ui.AccountOf(t.chat) != acc })
}
