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
	"purple-otr/otr/internal/wire"
)

const (
	// maxHalfOpen bounds the exchanges with instances that have no channel:
	// anybody who can send in the peer's name can begin them.
	maxHalfOpen = 32
	// maxCompeting bounds how many messages of one kind of one exchange are kept,
	// of which at most one is the peer's and the others are forged.
	maxCompeting = 8
	// maxForks is how many D-H Key Messages to one commit are answered with
	// commits of their own.
	maxForks = 8
)

// A commit is a D-H Commit Message that was sent to no instance in particular.
// The first that answers goes on with the handshake; what it had begun before lasts
// until then, and may complete. Any other is sent a commit of its own: who copies a
// D-H Key Message under another tag must not have us use one x and one g^y twice,
// and so the same keys for two channels.
type commit struct {
	ake    ake.Handshake // AUTHSTATE_AWAITING_DHKEY
	since  time.Time     // when it was made
	serial int           // Session.made then
	opened bool          // r has been revealed to somebody, and x has met a g^y
}

// An exchange is what goes on between us and one instance tag until it is known
// whose key is behind it. The specification has one state here, and so anybody who
// can add one message in the peer's name could end what the peer has begun. So all
// that compete are kept, each in the state that the specification gives it, until
// one completes: only the peer can bring about that its own does.
//
// One x never meets two g^y: r is revealed once, and a g^y chosen afterwards would
// not be committed to. One y may meet several g^x, as when a D-H Key Message is
// retransmitted for a newer commit; none of them twice.
type exchange struct {
	version Version
	tag     InstanceTag // zero in version 2
	since   time.Time   // of what was last added

	// answers are in AUTHSTATE_AWAITING_REVEALSIG, one for each of the peer's
	// commits, oldest first, all with the y that was made at answersSince. With
	// those in met that y has made a channel.
	answers      []answer
	answersSince time.Time
	met          []met

	// own is our commit to this instance: in AUTHSTATE_AWAITING_DHKEY, or zero.
	// If it is zero and answered is false, the one in Session.commits is.
	own       ake.Handshake
	ownSince  time.Time
	ownSerial int // as in commit
	answered  bool
	gaveWay   bool // to a commit with a higher hash: it waits, and claims nothing

	// revealed are our commits that have been answered, oldest first.
	revealed []revealed
	// waiting are D-H Key Messages of others than have been answered: see
	// Session.fork.
	waiting []waiting
	forks   int // how many more may be answered

	retryAt time.Time // when to begin anew if nothing comes of it; or zero
	retries int       // how often we did since an exchange was completed
}

// An answer is ours to one of the peer's commits.
type answer struct {
	ake    ake.Handshake
	commit wire.DHCommit
}

// A met is a commit of the peer's with which an exchange has completed, and the key.
type met struct {
	hashedGx [sha256.Size]byte
	peer     Fingerprint
}

// A revealed is a commit of ours that the D-H Key Message gy has answered: in
// AUTHSTATE_AWAITING_SIG, or in AUTHSTATE_NONE when it has completed.
type revealed struct {
	ake    ake.Handshake
	gy     []byte
	since  time.Time
	serial int // of the commit
	nth    int // Session.reveals then
	// overtakenBy are the hashes of the peer's commits with which exchanges have
	// completed since: see Session.finishOwn.
	overtakenBy [][sha256.Size]byte
}

// A waiting is a D-H Key Message, and when it came.
type waiting struct {
	gy    []byte
	since time.Time
}

// idle reports whether no exchange is going on with ex's instance.
func (ex *exchange) idle() bool {
	return len(ex.answers)+len(ex.waiting) == 0 && ex.own.Idle() && !ex.revealing()
}

// revealing reports whether a Signature Message is waited for.
func (ex *exchange) revealing() bool {
	return slices.ContainsFunc(ex.revealed, func(r revealed) bool { return !r.ake.Idle() })
}

// keepCompeting appends one more to list, and takes one from the middle if there are too
// many: many that come at once take the place neither of what was there before nor of
// what has just come. list is not written to.
func keepCompeting[T any](list []T, one T) []T {
	list = append(slices.Clone(list), one)
	if len(list) > maxCompeting {
		list = slices.Delete(list, len(list)/2, len(list)/2+1)
	}
	return list
}

// sendCommit begins a key exchange of version v with whoever answers. A commit
// that has not been answered is sent once more, so that many queries cost no
// more than one; but not if its r has been revealed, which ends what it commits
// us to.
func (s *Session) sendCommit(v Version, out *Output) error {
	c := s.commits[v]
	if c == nil || c.opened {
		s.made++
		c = &commit{since: s.now(), serial: s.made}
		if _, err := c.ake.Start(s.rand); err != nil {
			return err
		}
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
			ex.own, ex.answered, ex.gaveWay = ake.Handshake{}, false, false // this is the newest
			ex.forks = maxForks
		}
	}
	return nil
}

// commitTo begins a key exchange with ex's instance, later if a run of SMP would end by
// it. What goes on goes on.
func (s *Session) commitTo(ex *exchange, out *Output) {
	if s.verifyingWith(ex.tag) {
		s.later.commit = ex.version
		return
	}
	var next ake.Handshake
	m, err := next.Start(s.rand)
	if err != nil || s.reply(ex, out, m) != nil {
		return // what is half open expires
	}
	s.made++
	ex.own, ex.ownSince, ex.ownSerial, ex.answered, ex.gaveWay = next, s.now(), s.made, true, false
	ex.since, ex.forks = ex.ownSince, maxForks
}

// reply adds m, to ex's instance, to out.
func (s *Session) reply(ex *exchange, out *Output, m wire.Message) error {
	h := s.header(ex.version, ex.tag)
	return s.encode(h, out, wire.Append(nil, h, m))
}

// unanswered is our newest commit that ex's instance has not answered, nil if there
// is none. If it went to no instance in particular, commit is it.
func (s *Session) unanswered(ex *exchange) (h *ake.Handshake, commit *commit) {
	if !ex.own.Idle() {
		return &ex.own, nil
	}
	if c := s.commits[ex.version]; c != nil && !ex.answered {
		return &c.ake, c
	}
	return nil, nil
}

// exchangeWith is the exchange with one instance, which is new if there is none.
func (s *Session) exchangeWith(v Version, tag InstanceTag) *exchange {
	if ex := s.exchanges[tag]; ex != nil {
		return ex
	}
	return &exchange{version: v, tag: tag, forks: maxForks}
}

// addExchange keeps ex, in place of another if there are too many.
func (s *Session) addExchange(ex *exchange) {
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

// exchanging reports whether a key exchange is going on.
func (s *Session) exchanging() bool {
	for _, ex := range s.exchanges {
		if !ex.idle() {
			return true
		}
	}
	return len(s.commits) > 0
}

// tickExchange gives up what is past its time, answers a D-H Key Message that has
// waited, and begins anew what has stalled. due is Tick's.
func (s *Session) tickExchange(ex *exchange, due func(time.Time, time.Duration) bool, out *Output) {
	if len(ex.answers) > 0 && due(ex.answersSince, halfOpenFor) {
		ex.answers, ex.met = nil, nil
	}
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

// retry has Tick begin anew if nothing comes of the exchange, the first time after d
// and a part of that, and then each time twice as late. Having made way for a commit
// that crossed ours is not enough: a peer by libotr makes way too, and each waits for
// the other. The random part keeps two that do the same from crossing once more.
func (s *Session) retry(ex *exchange, d time.Duration) {
	if ex.retries >= maxRetries {
		return
	}
	var b [2]byte
	// Without randomness there is no such part, and nothing else lost.
	_, _ = io.ReadFull(s.rand, b[:])
	jitter := d * time.Duration(binary.BigEndian.Uint16(b[:])) / math.MaxUint16
	ex.retryAt = s.now().Add((d + jitter) << ex.retries)
}

// completed notes that an exchange with ex's instance has. If others go on, the
// network is slow or somebody disturbs: they may complete, but none begins anew.
func (ex *exchange) completed() {
	ex.retryAt, ex.retries = time.Time{}, 0
	if !ex.idle() {
		ex.retries = maxRetries
	}
}

// sameGy finds the entry of a D-H Key Message in ex.revealed, -1 if there is none.
func (ex *exchange) sameGy(gy []byte) int {
	return slices.IndexFunc(ex.revealed, func(r revealed) bool { return bytes.Equal(r.gy, gy) })
}
