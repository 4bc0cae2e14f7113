// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"time"

	"purple-otr/otr/internal/wire"
)

// A Session is one account's OTR state towards one peer.
// Its methods must not be called concurrently.
type Session struct {
	rand       io.Reader
	now        func() time.Time
	tag        InstanceTag
	maxMessage int
	greeting   string
	mayRelease func(f Fingerprint, again bool) bool
	padding    bool
	key        *PrivateKey
	policy     Policy // what effective leaves of wanted
	wanted     Policy
	idle       Idle
	four       *four // nil until there is an identity, or a name for one

	// instances are the peer's clients that have, or had, a channel.
	instances []*instance
	chosen    *instance // set by Select; one of instances
	heard     int       // how many authentic messages have arrived

	quota     *Quota
	countedIn *quotaPart // of quota, nil before the first call of account
	familiar  bool       // our user knows the peer, or has written to them

	knownV3        func(Fingerprint) bool
	introduceFirst func() bool
	v3Keys         map[Fingerprint]bool // those that have completed a version 3 exchange

	// exchanges are those in progress, by tag; version 2's only one has tag zero.
	exchanges map[InstanceTag]*exchange
	// commits are the D-H Commit Messages that we have sent to any instance.
	commits map[Version]*commit
	made    int // how many commits we have made
	reveals int // how often one was revealed

	partials partials
	held     held
	recent   recent
	received copies // Data Messages that were decrypted
	came     copies // other messages, whole
	spent    copies // commits of the peer's, and its g^y, with which exchanges have completed
	pieces   copies // fragments of encoded messages that are complete
	asked    copies // requests for an exchange
	later    later

	restarting bool      // Start was called after the peer had ended the channel
	heardPlain bool      // untagged plaintext came since entering Plaintext
	lastQuery  time.Time // when we last sent a query
	lastError  time.Time // when we last sent an error message
	lastAnswer time.Time // when we last answered one
	lastCopy   time.Time // when we last told of a message that had come before

	lastSecured time.Time // when an exchange last led to a channel
	lastEnded   time.Time // when a channel last ended, for any reason
}

const (
	// errorInterval is the shortest time between two error messages that we send, and
	// answerInterval between two of the peer's that we answer with a query: two clients
	// that answer errors with exchanges must not do so for ever.
	errorInterval  = 5 * time.Second
	answerInterval = 30 * time.Second
	// heartbeatInterval is how long we may send nothing while messages arrive: "If you have
	// not sent a message to this correspondent in some (configurable) time, send a
	// "heartbeat" message".
	heartbeatInterval = time.Minute
)

// NewSession returns a Session in plaintext.
func NewSession(c Config) (*Session, error) {
	if c.Tag < minTag {
		return nil, errors.New("otr: an instance tag is at least 0x100")
	}
	if c.MaxMessage < 0 {
		return nil, errors.New("otr: negative message length")
	}
	if c.Policy == 0 {
		return nil, errors.New("otr: the policy is missing: allow a version, or say Off")
	}
	c = c.withDefaults()
	s := &Session{
		rand: c.Rand, now: c.Now, tag: c.Tag,
		maxMessage: c.MaxMessage, greeting: c.Greeting, mayRelease: c.MayRelease, padding: c.Padding,
		key: c.DSAKey, idle: c.Idle,
		quota: c.Quota, familiar: c.Familiar,
		knownV3: c.SpeaksV3, introduceFirst: c.IntroduceFirst, v3Keys: make(map[Fingerprint]bool),
		exchanges: make(map[InstanceTag]*exchange),
		commits:   make(map[Version]*commit),
		partials:  make(partials),
	}
	s.SetPolicy(c.Policy)
	s.SetNames(c.Self, c.Peer)
	s.SetIdentity(c.Identity)
	return s, nil
}

// SetKey takes effect from the next call.
func (s *Session) SetKey(k *PrivateKey) { s.key = k }

// SetPolicy takes effect from the next call. With the zero Policy Send fails with
// [ErrPolicy]: only [Off] sends text unchanged. If p allows no version while there is a
// channel, or one that the peer has ended, the next call of Send or Tick ends it first, and
// all others; held text is then [Returned].
func (s *Session) SetPolicy(p Policy) { s.wanted, s.policy = p, s.four.effective(p) }

// SetIdle takes effect from the next call of Tick. The time of that call may have changed,
// so call Tick now.
func (s *Session) SetIdle(i Idle) { s.idle = i }

// SetMaxMessage changes [Config.MaxMessage] from the next call on. n is not negative.
func (s *Session) SetMaxMessage(n int) { s.maxMessage = max(0, n) }

// Send prepares text for the peer. Transmit Output.Send and nothing else: if err is not
// nil, text must not be sent in any form, and the caller still has it; Output may
// contain messages to transmit all the same.
//
// Send uses the selected instance ([Session.Select]) and no other. If none is selected
// and all channels, open or ended by the peer, belong to one key, it uses the client with
// that key from which the last authentic message came. If they belong to several keys,
// Send fails with [ErrSeveralKeys]: an attacker can open a channel as the peer, so the
// caller must say which key is meant, with Select or [Session.SendTo].
//
// With [RequireEncryption] and no channel yet, text is added to a bounded queue of held
// texts, Output.Send is a query (once), and Output.Events has [Held]. All held texts are
// sent in order, once, to the key that completes the exchange, whichever side started it.
// After the peer has ended the channel, Send fails with [ErrFinished] until [Session.End]
// or [Session.Start]; after Start it holds text as above.
//
// While a channel gets fresh keys in an exchange that we started, the peer's client has
// them for some time before we do, and libotr then cannot read messages under the old
// ones. Text sent in that time is [Held] until we have the fresh keys too, and then
// [Resent] in order, but it waits for at most 5 seconds, because the answer may be an
// attacker's. After that it is sent under the current keys. If there is no channel any
// more, it is [Returned].
//
// If the peer's client reports an error within a minute, or shows that the last message
// of an exchange was lost, and an exchange with the same key completes within that
// minute, then the texts that the peer may not have been able to read are sent again, in
// order ([Repeated]); if the key is another one, they are not ([Unread]).
//
// text must not contain a zero byte.
func (s *Session) Send(text []byte) (Output, error) {
	var out Output
	if !s.policy.enabled() {
		return s.sendDisabled(text)
	}
	if err := checkText(text); err != nil {
		return out, err
	}
	s.familiar = true
	in, err := s.addressee()
	switch {
	case err != nil:
		return out, err
	case in == nil && isTypedQuery(text):
		return s.Start()
	case in != nil && in.state == Encrypted:
		err := s.sendText(in, text, &out)
		return out, err
	case in != nil && !s.restarting:
		return out, ErrFinished
	case in != nil || s.policy&RequireEncryption != 0:
		return s.keptTexts().hold(text)
	}
	if s.policy&SendWhitespaceTag != 0 && !s.heardPlain && !s.handshakes().exchanging() {
		if tag := s.handshakes4().offered().tag(); s.maxMessage == 0 || len(text)+len(tag) <= s.maxMessage {
			text = append(bytes.Clone(text), tag...)
		}
	}
	out.send(text)
	return out, nil
}

// SendTo is Send to one client with one key, as listed by [Session.Instances] or named by a
// [Message]: to that and to no other, encrypted or not at all. It does not wait for a
// channel, but like Send it waits some seconds for fresh keys. With tag zero it sends to
// the client with that key from which the last authentic message came. It fails with
// [ErrNoChannel] if there is no such instance, and with [ErrFinished] if its channel has
// ended.
func (s *Session) SendTo(tag InstanceTag, f Fingerprint, text []byte) (Output, error) {
	var out Output
	in := s.named(tag, f)
	switch {
	case in == nil:
		return out, ErrNoChannel
	case in.state != Encrypted || !s.policy.enabled():
		return out, ErrFinished
	}
	if err := checkText(text); err != nil {
		return out, err
	}
	err := s.sendText(in, text, &out)
	return out, err
}

// sendText encrypts our user's text for in, or keeps it until in has fresh keys.
func (s *Session) sendText(in *instance, text []byte, out *Output) error {
	if s.keptTexts().pauses(in) {
		return s.keptTexts().await(in, text, out)
	}
	if err := s.seal(in, out, 0, text); err != nil {
		return err
	}
	s.keptTexts().remember(in, text)
	return nil
}

// sendDisabled is Send if the policy allows no version. Only Off, which a caller must set
// explicitly, sends text unchanged.
func (s *Session) sendDisabled(text []byte) (Output, error) {
	up := len(s.instances) > 0
	out, err := s.endAll()
	switch {
	case up:
		return out, errors.Join(ErrFinished, err)
	case s.policy&Off == 0 || s.policy&RequireEncryption != 0:
		return out, ErrPolicy
	}
	out.send(text)
	return out, nil
}

// checkText refuses text that cannot be encoded: a zero byte ends the human-readable part.
func checkText(text []byte) error {
	if bytes.IndexByte(text, 0) >= 0 {
		return &MessageError{"Data", "text with a zero byte", ErrMalformed}
	}
	return nil
}

// isTypedQuery reports whether text is a query and nothing else: some people
// type "?OTRv23?" to start.
func isTypedQuery(text []byte) bool {
	text = bytes.TrimSpace(text)
	_, ok := parseQuery(text)
	return ok && bytes.IndexByte(text, ' ') < 0 && text[len(text)-1] == '?'
}

// Start requests a private conversation from the peer, or fresh keys. It fails with
// [ErrPolicy] if the policy allows no version. It first aborts a run of SMP, because the
// peer's client would start no exchange before its end.
func (s *Session) Start() (Output, error) {
	var out Output
	if !s.policy.enabled() {
		return out, ErrPolicy
	}
	s.familiar = true
	in := s.selected()
	s.restarting = in != nil && in.state == Finished
	s.later = later{} // this request includes what has waited
	for _, in := range s.instances {
		s.smpRuns().dropSMP(in, &out)
	}
	if in != nil && in.version == V4 && in.state == Encrypted && s.policy.allows(V4) {
		s.handshakes4().commitTo(s.handshakes4().exchangeWith(in.tag), &out)
		return out, nil
	}
	s.ask(&out)
	return out, nil
}

// ask sends a query.
func (s *Session) ask(out *Output) {
	out.send(s.handshakes4().offered().query(s.greeting, s.maxMessage))
	s.lastQuery = s.now()
	for _, in := range s.instances {
		in.asked = true
	}
}

// End tells the peer that the channel has ended, destroys its keys, and returns to
// plaintext; key exchanges in progress are abandoned, and held text is [Returned]. It is
// not an error if there is no channel.
//
// It ends the channels to all of the peer's instances, whatever their keys, or, after
// [Session.Select], the channel to the selected one; then another one may still be open.
func (s *Session) End() (Output, error) {
	defer s.account()
	var out Output
	var err error
	all := slices.Clone(s.instances)
	sortLastHeardFirst(all)
	for _, in := range all {
		if s.chosen == nil || in == s.chosen {
			err = errors.Join(err, s.disconnect(in, &out))
			s.forget(in)
			s.handshakes().abandonWith(in, &out)
		}
	}
	if s.chosen == nil {
		s.handshakes().abandon(&out)
	}
	s.chosen = nil
	s.heardPlain = false
	s.abandon(&out)
	return out, err
}

// abandon deletes everything that is in progress or held and that belongs to no instance.
func (s *Session) abandon(out *Output) {
	clear(s.commits)
	s.restarting, s.lastQuery, s.later = false, time.Time{}, later{}
	s.held.giveBack(out)
	s.recent.forgetAll()
}

// endAll is End for all of the peer's instances, even if one is selected. It also deletes
// all other state of OTR.
func (s *Session) endAll() (Output, error) {
	s.chosen = nil
	clear(s.partials)
	return s.End()
}

// disconnect: "Send a Data Message, encoding a message with an empty
// human-readable part, and TLV type 1."
func (s *Session) disconnect(in *instance, out *Output) error {
	if in.state != Encrypted {
		return nil
	}
	in.pause.giveBack(out)
	in.dropOld()
	h := s.header(in.version, in.tag)
	last, err := in.plaintext(s, h, nil, wire.TLV{Type: wire.TLVDisconnected})
	if err != nil {
		s.finish(in)
		return err
	}
	b, err := in.channel.SealLast(h, wire.IgnoreUnreadable, last, s.rand)
	s.finish(in)
	if err != nil {
		return err
	}
	return s.encode(h, out, b)
}

// send adds a message to transmit.
func (o *Output) send(msg []byte) { o.Send = append(o.Send, msg) }

// event adds an event.
func (o *Output) event(e Event) { o.Events = append(o.Events, e) }
