// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"time"

	"purple-otr/otr/internal/ake"
	"purple-otr/otr/internal/dake"
	"purple-otr/otr/internal/wire"
)

const (
	// maxHalfOpen bounds the exchanges with instances that have no channel. An attacker who
	// can send as the peer can start any number.
	maxHalfOpen = 32
	// maxCompeting bounds how many messages of one kind are kept in one exchange. At most
	// one is the peer's; the others are forged.
	maxCompeting = 8
	// maxForks is how many D-H Key Messages in answer to one commit get another commit
	// each.
	maxForks = 8
)

// A commit is a D-H Commit Message, or version 4's Identity Message, that was sent to any instance. The first instance that
// answers continues the handshake; its earlier exchange remains until then, and may still
// complete. Any other instance that answers gets another commit. Otherwise an attacker who
// replays a D-H Key Message under another tag could make us reuse the same x and g^y, and
// therefore the same keys and counters, for two channels.
type commit struct {
	ake    ake.Handshake // AUTHSTATE_AWAITING_DHKEY
	since  time.Time     // when it was made
	serial int           // value of Session.made then
	opened bool          // r has been revealed to an instance, and x combined with a g^y: ake is zero
	// hashedGx is in the commit, and stays when ake has gone.
	hashedGx [sha256.Size]byte
	identity *dake.Handshake // in version 4, in place of ake; nil when opened
}

// An exchange is the key exchange with one instance tag. Until it completes, we do not know
// whose key is behind the tag. The specification keeps only one state here, so an attacker
// who can insert one message could end the exchange that the peer has started. Therefore we
// keep all competing exchanges, each in the state that the specification gives it, until
// one completes: only the peer can complete theirs.
//
// One x is never combined with two g^y: r is revealed once, and a g^y chosen afterwards
// would not be committed to. One y may be combined with several g^x, for example when a D-H
// Key Message is retransmitted for a newer commit, but never twice with the same one.
type exchange struct {
	version Version
	tag     InstanceTag // zero in version 2
	since   time.Time   // when the last message was added

	// ys are the values of y that wait for a Reveal Signature Message, newest last.
	ys []answering

	// own is our commit to this instance, in AUTHSTATE_AWAITING_DHKEY, or zero. If it is
	// zero and answered is false, the commit in Session.commits applies.
	own       ake.Handshake
	ownSince  time.Time
	ownSerial int // as in commit
	answered  bool
	gaveWay   bool // yielded to a commit with a higher hash

	// revealed are our commits that have been answered, oldest first.
	revealed []revealed
	// waiting are D-H Key Messages other than the one that was answered: see handshakes.fork.
	waiting []waiting
	forks   int // how many more may be answered

	retryAt time.Time // when to start again if the exchange has not completed; or zero
	retries int       // how often we have done so since an exchange completed
}

// An answering is a y of ours that has answered commits of the peer's. After it
// has made a channel, it answers no other commit: the peer has forgotten the exchange, takes
// its g^y for a copy of an old message, and would never reveal another commit to it.
type answering struct {
	since   time.Time // when y was generated
	answers []answer  // one for each commit, oldest first; at least one
	met     []met     // the commits that y has made a channel with
}

// An answer is our answer to one of the peer's commits. It is in AUTHSTATE_AWAITING_REVEALSIG.
type answer struct {
	ake    ake.Handshake
	commit wire.DHCommit
}

// A met is a commit of the peer's with which an exchange has completed, and the peer's key.
type met struct {
	hashedGx [sha256.Size]byte
	peer     Fingerprint
}

// A revealed is a commit of ours that the D-H Key Message gy has answered. It is in
// AUTHSTATE_AWAITING_SIG, or in AUTHSTATE_NONE after it has completed.
type revealed struct {
	ake    ake.Handshake
	gy     []byte
	since  time.Time
	serial int // of the commit
	nth    int // value of Session.reveals then
	// overtakenBy are the hashes of the peer's commits with which exchanges have completed
	// since: see handshakes.finishOwn.
	overtakenBy [][sha256.Size]byte
}

// A waiting is a D-H Key Message and when it arrived.
type waiting struct {
	gy    []byte
	since time.Time
}

// idle reports whether no exchange with ex's instance is in progress.
func (ex *exchange) idle() bool {
	return len(ex.ys)+len(ex.waiting) == 0 && ex.own.Idle() && !ex.revealing()
}

// revealing reports whether we are waiting for a Signature Message.
func (ex *exchange) revealing() bool {
	return slices.ContainsFunc(ex.revealed, func(r revealed) bool { return !r.ake.Idle() })
}

// keepCompeting returns list with one appended. If there are too many, it drops one from
// the middle, so a burst of messages can displace neither the oldest ones nor the newest.
// It does not write to list.
func keepCompeting[T any](list []T, one T) []T {
	list = append(slices.Clone(list), one)
	if len(list) > maxCompeting {
		list = slices.Delete(list, len(list)/2, len(list)/2+1)
	}
	return list
}

// sendCommit starts a key exchange of version v with any instance that answers. It
// retransmits a commit that has not been answered, so that many queries cost no more than
// one. It does not retransmit a commit whose r has been revealed, because that no longer
// commits us to anything.
func (s handshakes) sendCommit(v Version, out *Output) error {
	c := s.commits[v]
	if c == nil || c.opened {
		s.made++
		c = &commit{since: s.now(), serial: s.made}
		m, err := c.ake.Start(s.rand)
		if err != nil {
			return err
		}
		c.hashedGx = m.HashedGx
	}
	m, _ := c.ake.Commit()
	anyone := wire.Header{Version: uint16(v)}
	if v == V3 {
		anyone.Sender = uint32(s.tag)
	}
	if err := s.encode(anyone, out, wire.Append(nil, anyone, m)); err != nil {
		return err
	}
	s.commits[v] = c
	for _, ex := range s.exchanges {
		if ex.version == v {
			ex.own, ex.answered, ex.gaveWay = ake.Handshake{}, false, false // the new commit is the newest
			ex.forks = maxForks
		}
	}
	return nil
}

// commitTo starts a key exchange with ex's instance, later if that would end a run of SMP.
// Exchanges in progress continue.
func (s handshakes) commitTo(ex *exchange, out *Output) {
	if s.smpRuns().verifyingWith(ex.tag) {
		s.later.commit = ex.version
		return
	}
	var next ake.Handshake
	m, err := next.Start(s.rand)
	if err != nil || s.reply(ex, out, m) != nil {
		return // half-open exchanges expire
	}
	s.made++
	ex.own, ex.ownSince, ex.ownSerial, ex.answered, ex.gaveWay = next, s.now(), s.made, true, false
	ex.since, ex.forks = ex.ownSince, maxForks
}

// reply adds m, addressed to ex's instance, to out.
func (s handshakes) reply(ex *exchange, out *Output, m wire.Message) error {
	h := s.header(ex.version, ex.tag)
	return s.encode(h, out, wire.Append(nil, h, m))
}

// unanswered returns our newest commit that ex's instance has not answered, or nil. If it
// was sent to any instance, commit is that commit.
func (s handshakes) unanswered(ex *exchange) (h *ake.Handshake, commit *commit) {
	if !ex.own.Idle() {
		return &ex.own, nil
	}
	if c := s.commits[ex.version]; c != nil && !ex.answered {
		return &c.ake, c
	}
	return nil, nil
}

// exchangeWith returns the exchange with one instance, which is new if there is none.
func (s handshakes) exchangeWith(v Version, tag InstanceTag) *exchange {
	if ex := s.exchanges[tag]; ex != nil {
		return ex
	}
	return &exchange{version: v, tag: tag, forks: maxForks}
}

// addExchange adds ex. If there are too many, it replaces another one.
func (s handshakes) addExchange(ex *exchange) {
	if s.exchanges[ex.tag] != nil {
		return
	}
	s.exchanges[ex.tag] = ex
	var halfOpen []*exchange
	for _, o := range s.exchanges {
		if o != ex && !s.hasChannel(o.tag) {
			halfOpen = append(halfOpen, o)
		}
	}
	slices.SortFunc(halfOpen, func(a, b *exchange) int { return a.since.Compare(b.since) })
	for len(halfOpen) >= maxHalfOpen { // ex counts too
		middle := len(halfOpen) / 2 // as in keepCompeting
		delete(s.exchanges, halfOpen[middle].tag)
		halfOpen = slices.Delete(halfOpen, middle, middle+1)
	}
}

// exchanging reports whether a key exchange is in progress.
func (s handshakes) exchanging() bool {
	for _, ex := range s.exchanges {
		if !ex.idle() {
			return true
		}
	}
	return len(s.commits) > 0 || s.handshakes4().exchanging()
}

// abandon ends the exchanges with all instances.
func (s handshakes) abandon(out *Output) {
	clear(s.exchanges)
	if s.four != nil {
		for _, ex := range s.four.exchanges {
			ex.early.abandon(out)
		}
		clear(s.four.exchanges)
		s.four.taken = nil
	}
}

// abandonWith ends the exchanges with one instance.
func (s handshakes) abandonWith(in *instance, out *Output) {
	if in.version != V4 {
		delete(s.exchanges, in.tag)
	} else if ex := s.four.exchanges[in.tag]; ex != nil {
		ex.early.abandon(out)
		delete(s.four.exchanges, in.tag)
	}
}

// tickExchange ends expired exchanges, answers a D-H Key Message that has waited, and
// starts stalled exchanges again. due is Tick's.
func (s handshakes) tickExchange(ex *exchange, due func(time.Time, time.Duration) bool, out *Output) {
	ex.ys = slices.DeleteFunc(ex.ys, func(y answering) bool { return due(y.since, halfOpenFor) })
	if !ex.own.Idle() && due(ex.ownSince, halfOpenFor) {
		ex.own = ake.Handshake{}
	}
	ex.revealed = slices.DeleteFunc(ex.revealed, func(r revealed) bool { return due(r.since, halfOpenFor) })
	for len(ex.waiting) > 0 && due(ex.waiting[0].since, keyPatience) {
		w := ex.waiting[0]
		ex.waiting = ex.waiting[1:]
		s.fork(ex, w.gy, out)
	}
	if !ex.retryAt.IsZero() && due(ex.retryAt, 0) {
		ex.retryAt = time.Time{}
		ex.retries++
		if s.policy.allows(ex.version) {
			s.commitTo(ex, out)
		}
	}
	if ex.idle() && len(ex.revealed) == 0 {
		delete(s.exchanges, ex.tag)
	}
}

// retry makes Tick start again if the exchange has not completed: first after d plus a
// random part of d, then after twice the time on each attempt. Yielding to a commit that
// crossed ours is not enough: a libotr peer also yields, so both sides wait for each other.
// The random part prevents two clients that both retry from crossing again.
func (s handshakes) retry(ex *exchange, d time.Duration) {
	if ex.retries >= maxRetries {
		return
	}
	ex.retryAt = s.retryTime(d, ex.retries)
}

// retryTime returns when to start again if we have done so n times: see handshakes.retry.
func (s handshakes) retryTime(d time.Duration, n int) time.Time {
	var b [2]byte
	// Without randomness the random part is zero; nothing else depends on it.
	_, _ = io.ReadFull(s.rand, b[:])
	jitter := d * time.Duration(binary.BigEndian.Uint16(b[:])) / math.MaxUint16
	return s.now().Add((d + jitter) << n)
}

// completed notes that an exchange with ex's instance has completed. If others are in
// progress, the network is slow or an attacker interferes: they may complete, but none is
// started again.
func (ex *exchange) completed() {
	ex.retryAt, ex.retries = time.Time{}, 0
	if !ex.idle() {
		ex.retries = maxRetries
	}
}

// sameGy returns the index in ex.revealed of a D-H Key Message, or -1.
func (ex *exchange) sameGy(gy []byte) int {
	return slices.IndexFunc(ex.revealed, func(r revealed) bool { return bytes.Equal(r.gy, gy) })
}
