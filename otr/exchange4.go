// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"purple-otr/otr/internal/dake"
	"purple-otr/otr/internal/wire"
)

// An exchange4 is the version 4 key exchange with one instance tag. As in an [exchange], we do not
// know until it completes whose key is behind the tag.
//
// There is one for each Identity Message that we have answered within a minute, which mayAnswer
// bounds, and for each that we have sent to one instance.
type exchange4 struct {
	tag InstanceTag
	ake dake.Handshake
	// beyond is the serial number of the newest commit that does not count for this instance any
	// more: it has been answered, or we have yielded to an Identity Message of the instance.
	beyond   int
	answered []answered
	early    early
	since    time.Time // when we last sent or accepted something
	pieces   int       // how many fragments our last message had

	retryAt time.Time // as in exchange
	retries int
}

// An answered is an Identity Message that we have answered, and the answer, which a copy of the
// message gets again.
type answered struct {
	identity fingerprint64
	theirs   []byte // its Diffie-Hellman key
	reply    wire.Message
}

// over reports whether nothing is left of ex that matters. We remember for a minute how often we
// have begun again.
func (ex *exchange4) over(s *Session) bool {
	return ex.ake.Idle() && len(ex.early.msgs) == 0 && s.isPast(ex.since, halfOpenFor)
}

// sendIdentity starts a key exchange with any instance that answers. Like sendCommit it sends a
// message again that nobody has answered.
func (s handshakes4) sendIdentity(out *Output) error {
	c := s.commits[V4]
	if c == nil || c.opened {
		s.made++
		c = &commit{since: s.now(), serial: s.made, identity: new(dake.Handshake)}
		if _, err := c.identity.Start(s.ourselves(), c.since, s.rand); err != nil {
			return err
		}
	}
	m, _ := c.identity.Identity()
	anyone := s.header(V4, 0)
	if err := s.encode(anyone, out, wire.Append(nil, anyone, m)); err != nil {
		return err
	}
	s.commits[V4] = c
	for _, ex := range s.four.exchanges {
		ex.beyond = min(ex.beyond, c.serial-1)
	}
	return nil
}

// commitTo starts a key exchange with ex's instance, later if that would end a run of SMP. It sends
// an Identity Message again that has not been answered. Exchanges in progress continue.
func (s handshakes4) commitTo(ex *exchange4, out *Output) {
	if s.smpRuns().verifyingWith(ex.tag) {
		s.later.commit = V4
		return
	}
	next := ex.ake
	m, ok := next.Identity()
	if !ok {
		var err error
		if m, err = next.Start(s.ourselves(), s.now(), s.rand); err != nil {
			return // half-open exchanges expire
		}
	}
	if s.reply(ex, out, m) != nil {
		return
	}
	ex.ake = next
	if c := s.commits[V4]; c != nil {
		ex.beyond = c.serial
	}
	s.four.exchanges[ex.tag], ex.since = ex, s.now()
	s.retry(ex)
}

// retry makes Tick start again if the exchange does not complete. A network with short messages may
// let through only one in a second or two, and the answer has about as many fragments as ours.
func (s handshakes4) retry(ex *exchange4) {
	if ex.retries < maxRetries {
		ex.retryAt = s.handshakes().retryTime(retryAfter*time.Duration(max(1, ex.pieces)), ex.retries)
	}
}

// reply adds m, addressed to ex's instance, to out.
func (s handshakes4) reply(ex *exchange4, out *Output, m wire.Message) error {
	h, before := s.header(V4, ex.tag), len(out.Send)
	if err := s.encode(h, out, wire.Append(nil, h, m)); err != nil {
		return err
	}
	ex.pieces = len(out.Send) - before
	return nil
}

// exchangeWith returns the exchange with one instance, which is new if there is none.
func (s handshakes4) exchangeWith(tag InstanceTag) *exchange4 {
	if ex := s.four.exchanges[tag]; ex != nil {
		return ex
	}
	return &exchange4{tag: tag}
}

// withCommit returns the state of ex's exchanges, with our commit to anybody if that counts for
// this instance and has not been answered.
func (s handshakes4) withCommit(ex *exchange4) (next dake.Handshake, broadcast *commit) {
	next = ex.ake
	if c := s.commits[V4]; c != nil && !c.opened && c.serial > ex.beyond {
		next.Adopt(c.identity)
		return next, c
	}
	return next, nil
}

// receive passes a message of the key exchange to the exchange with its sender.
func (s handshakes4) receive(h wire.Header, m wire.Message) (Output, error) {
	var out Output
	ex := s.exchangeWith(InstanceTag(h.Sender))
	var err error
	switch m := m.(type) {
	case wire.Identity:
		err = s.receiveIdentity(ex, h, m, &out)
	case wire.AuthR:
		err = s.receiveAuthR(ex, h, m, &out)
	case wire.AuthI:
		err = s.receiveAuthI(ex, h, m, &out)
	}
	if errors.Is(err, dake.ErrReflected) {
		out.event(Reflected{})
		return out, nil
	}
	return out, publicError(err)
}

// receiveIdentity: "Receiving an Identity Message".
func (s handshakes4) receiveIdentity(ex *exchange4, h wire.Header, m wire.Identity, out *Output) error {
	id := fingerprint64Of(m.Ephemeral.DH)
	if s.spent.knows(id) || !s.four.mayAnswer(s.now()) {
		return nil // an exchange has already completed with it; or there are too many
	}
	for _, a := range ex.answered {
		if a.identity == id && ex.ake.AwaitsAuthI() {
			s.four.answered++
			return s.reply(ex, out, a.reply)
		}
	}
	next, broadcast := s.withCommit(ex)
	_, sent := next.Identity()
	reply, _, err := next.Receive(h, m, s.ourselves(), s.now(), s.rand)
	if err != nil {
		return err
	}
	if err := s.reply(ex, out, reply); err != nil {
		return err
	}
	s.four.answered++
	if _, waits := next.Identity(); waits && sent {
		return nil // ours has the higher hash value and continues to wait
	}
	ex.ake = next
	ex.answered = keepCompeting(ex.answered, answered{id, bytes.Clone(m.Ephemeral.DH), reply})
	if broadcast != nil {
		ex.beyond = broadcast.serial
	}
	s.four.exchanges[ex.tag], ex.since = ex, s.now()
	asked := !s.lastQuery.IsZero() && !s.isPast(s.lastQuery, halfOpenFor)
	if sent || asked && !s.hasChannel(ex.tag) {
		// The message may not be the peer's, or our answer may be lost. If there is a channel, an
		// early message shows that: see keepEarly.
		s.retry(ex)
	}
	return nil
}

// receiveAuthR: "Receiving an Auth-R Message".
func (s handshakes4) receiveAuthR(ex *exchange4, h wire.Header, m wire.AuthR, out *Output) error {
	id := fingerprint64Of(m.Ephemeral.DH)
	copied := s.inbox().servedAlready(m.Ephemeral.DH, nil)
	if s.spent.knows(id) {
		return nil // an exchange has already completed with it
	}
	next, broadcast := s.withCommit(ex)
	reply, done, err := next.Receive(h, m, s.ourselves(), s.now(), s.rand)
	if e := (*wire.Error)(nil); done == nil && !copied && (err == nil || errors.As(err, &e) && e.Field == dake.FieldSigma) {
		if s.fork(ex, h, m, out) {
			return nil
		}
	}
	if err != nil || done == nil {
		return err
	}
	if broadcast != nil {
		ex.beyond = broadcast.serial
	}
	if err := s.finish4(ex, next, reply, done, out); err != nil {
		return err
	}
	s.spent.add(id, s.now())
	s.noteTaken(ex, done)
	return nil
}

// noteTaken notes that done, an exchange that we have begun, has completed: its Identity Message is
// for nobody else now.
func (s handshakes4) noteTaken(ex *exchange4, done *dake.Result) {
	s.four.taken = keepCompeting(s.four.taken, taken{done.Began, ex.tag, done.Peer.Fingerprint(), s.now()})
	if c := s.commits[V4]; c != nil && !c.opened && c.identity.Began() == done.Began {
		c.opened, c.identity = true, nil // these keys are used with this instance only
	}
	for _, other := range s.four.exchanges {
		other.ake.Disown(done.Began)
	}
}

// A taken is an Identity Message of ours that an instance with that tag and key has answered, and when.
type taken struct {
	began *dake.Began
	tag   InstanceTag
	key   dake.Fingerprint
	since time.Time
}

// fork sends another Identity Message to ex's instance if m answers one that has been taken. Only the
// owner of the key behind m can complete that exchange, so nobody who answers faster keeps the others
// out. fork reports whether m is such an answer.
func (s handshakes4) fork(ex *exchange4, h wire.Header, m wire.AuthR, out *Output) bool {
	if len(s.four.taken) == 0 || !s.four.mayAnswer(s.now()) {
		return false
	}
	list := make([]*dake.Began, len(s.four.taken))
	for i, t := range s.four.taken {
		list[i] = t.began
	}
	s.four.answered++
	key, i, ok := dake.AnsweredBy(list, h, m, s.now())
	if !ok {
		return false
	}
	if s.smpRuns().verifyingWith(ex.tag) {
		s.later.commit = V4
		return true
	}
	next := ex.ake
	again, err := next.StartWith(key, s.ourselves(), s.now(), s.rand)
	if err != nil || s.reply(ex, out, again) != nil {
		return true // half-open exchanges expire
	}
	if t := s.four.taken[i]; t.tag == ex.tag && t.key != key {
		out.event(Contested{})
	}
	ex.ake = next
	s.four.exchanges[ex.tag], ex.since = ex, s.now()
	return true
}

// receiveAuthI: "Receiving an Auth-I Message".
func (s handshakes4) receiveAuthI(ex *exchange4, h wire.Header, m wire.AuthI, out *Output) error {
	next := ex.ake
	_, done, err := next.Receive(h, m, s.ourselves(), s.now(), s.rand)
	if err != nil {
		if e := (*wire.Error)(nil); errors.As(err, &e) && e.Field == dake.FieldSigma {
			out.event(Contested{}) // it continues with somebody else's Auth-R Message
		}
		return err
	}
	if done == nil {
		return nil
	}
	if err := s.finish4(ex, next, nil, done, out); err != nil {
		return err
	}
	for _, a := range ex.answered {
		if !next.AwaitsAuthIFor(a.theirs) { // one that goes on may be the peer's
			s.spent.add(a.identity, s.now())
		}
	}
	return nil
}

// finish4 opens the channel of an exchange that has completed, after sending last, which may be nil.
func (s handshakes4) finish4(ex *exchange4, next dake.Handshake, last wire.Message, done *dake.Result, out *Output) error {
	own := fingerprintOf4(done.Peer) == fingerprintOf4(done.Self)
	var a agreed
	if !own {
		var err error
		if a, err = ex.agreed4(done); err != nil {
			return err
		}
		if last != nil {
			if err := s.reply(ex, out, last); err != nil {
				a.channel.Retire()
				return err
			}
		}
	}
	ex.ake, ex.since = next, s.now()
	s.four.exchanges[ex.tag] = ex
	ex.retryAt, ex.retries = time.Time{}, 0
	if !next.Idle() {
		ex.retries = maxRetries // as in exchange.completed
	}
	ex.early.again(out)
	if own {
		out.event(OwnKey{From: ex.tag, Version: V4})
		return nil
	}
	s.secure(a, out)
	return nil
}

// tick ends expired exchanges, and starts stalled ones again. due is Tick's.
func (s handshakes4) tick(due func(time.Time, time.Duration) bool, out *Output) {
	if s.four == nil {
		return
	}
	now := s.now()
	s.hearUnheard(out)
	for tag, ex := range s.four.exchanges {
		if next := ex.ake.Expire(now); !next.IsZero() {
			due(next, 0)
		}
		s.tickEarly(ex, due, out)
		if !ex.retryAt.IsZero() && due(ex.retryAt, 0) {
			ex.retryAt = time.Time{}
			ex.retries++
			s.again(ex, out)
		}
		if !ex.retryAt.IsZero() {
			due(ex.retryAt, 0)
		}
		if ex.over(s.Session) {
			delete(s.four.exchanges, tag)
		} else {
			due(ex.since, halfOpenFor)
		}
	}
	s.four.taken = slices.DeleteFunc(s.four.taken, func(t taken) bool { return due(t.since, halfOpenFor) })
	if next := s.four.fragments.Expire(now); !next.IsZero() {
		due(next, 0)
	}
}

// tryFour starts an exchange with each instance that has a version 4 channel, or sends our message
// again. It does so once: a peer who does not answer, and has asked for an older version, does not
// have version 4 any more.
func (s handshakes4) tryFour(out *Output) {
	for _, in := range s.instances {
		if ex := s.exchangeWith(in.tag); in.version == V4 && in.state == Encrypted && s.four.mayAnswer(s.now()) {
			s.four.answered++
			s.commitTo(ex, out)
			ex.retries = maxRetries - 1
		}
	}
}

// again starts a stalled exchange again. The last time it requests one of any version: the peer's
// client may not have version 4 any more, and then ignores our messages.
func (s handshakes4) again(ex *exchange4, out *Output) {
	switch {
	case !s.policy.allows(V4):
	case ex.retries < maxRetries:
		s.commitTo(ex, out)
	case !s.isUp(V4):
	case s.smpRuns().verifying():
		s.later.query = true
	default:
		s.ask(out)
	}
}

// exchanging reports whether an exchange is in progress.
func (s handshakes4) exchanging() bool {
	if s.four == nil {
		return false
	}
	for _, ex := range s.four.exchanges {
		if !ex.ake.Idle() {
			return true
		}
	}
	return false
}
