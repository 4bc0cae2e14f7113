// SPDX-License-Identifier: GPL-2.0-or-later

// Package dake is the interactive deniable authenticated key exchange of version 4, DAKEZ:
// Identity, Auth-R and Auth-I Messages. It turns messages into a [Result] and does not know
// channels, instances or policies. So no exchange can disturb an open channel.
package dake

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"time"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/draw"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/wire"
)

var (
	// ErrNoKey means that we have no long-term key and so cannot answer.
	ErrNoKey = errors.New("dake: no long-term key")
	// ErrReflected means that the message is our own.
	ErrReflected = errors.New("dake: our own message")
)

// FieldExpiry is the error's field if a profile has expired. Then one of the two clocks is
// wrong.
const FieldExpiry = "profile, expiry"

// Timeout is how long an exchange waits for the next message.
const Timeout = time.Minute

// A Self is our side of an exchange. It is immutable.
type Self struct {
	Key      *ed448.SigningKey
	Profile  *Profile // of Key
	ID, Peer string   // names of our account and the peer's: both ends must have the same bytes
}

// A Result is the outcome of a completed exchange. Callers that want no copy of its secrets to
// stay in memory read them in erase.Do.
type Result struct {
	Self, Peer *Profile
	SSID       [8]byte
	SentAuthR  bool     // else we sent the Identity and Auth-I Messages
	Secret     kdf4.Key // K, the mixed shared secret
	Own        ed448.KeyPair
	OwnDH      dh.KeyPair15
	Their      ed448.Point
	TheirDH    dh.Public15
	Began      *Began // the Identity Message, if we sent it
}

// Each state holds the secrets that the exchange needs in it, and no others. States are never
// modified, so copies of a Handshake can share them.
type (
	// awaitingAuthR is WAITING_AUTH_R.
	awaitingAuthR struct {
		serial int
		since  time.Time
		own    pairs // y and b
		first  pairs
		*Began
		// yielded says that the message has yielded to one of the peer's, which may be somebody
		// else's: it is not sent again, but it may still be answered.
		yielded bool
		only    *Fingerprint  // whose answer we take; nil: anybody's
		except  []Fingerprint // whose we do not: with them a later exchange goes on, or has completed
	}
	// awaitingAuthI is WAITING_AUTH_I.
	awaitingAuthI struct {
		serial int
		since  time.Time
		theirs dh.Public15 // B
		ring   ed448.Ring  // of the Auth-I Message
		signed []byte      // by it
		result Result      // for when that message arrives
	}
)

// maxKept is how many Identity Messages that we have answered we keep, and how many of our own. The
// newest replaces the others, but the next message of an older exchange may already be on its way;
// and any of them may be an attacker's.
const maxKept = 8

// A Handshake is the state of the exchanges with one instance of the peer ("The Protocol State
// Machine"). In the zero value no exchange is going on. Copies are independent.
//
// We may await Auth-R and Auth-I at the same time: if we have answered an Identity Message, we
// may still be asked to send one.
type Handshake struct {
	serial int // number of the newest exchange
	// Both are oldest first. The slices are never modified, only replaced.
	sent     []*awaitingAuthR
	answered []*awaitingAuthI
}

// Idle reports whether no exchange is going on. Messages of ours that have yielded do not count.
func (h *Handshake) Idle() bool {
	waits := func(s *awaitingAuthR) bool { return !s.yielded }
	return len(h.answered) == 0 && !slices.ContainsFunc(h.sent, waits)
}

// AwaitsAuthI reports whether h awaits an Auth-I Message. Until it arrives we cannot read what
// the peer encrypts.
func (h *Handshake) AwaitsAuthI() bool { return len(h.answered) > 0 }

// AwaitsAuthIFor reports whether h awaits an Auth-I Message of the exchange whose Identity Message has
// the Diffie-Hellman key b.
func (h *Handshake) AwaitsAuthIFor(b []byte) bool {
	return slices.ContainsFunc(h.answered, func(s *awaitingAuthI) bool { return bytes.Equal(s.theirs.MPI(), b) })
}

const firstECDH, firstDH = "our_ecdh_first", "our_dh_first"

// generate draws two key pairs.
func generate(ecdh, modp string, rand io.Reader) (p pairs, err error) {
	if p.ecdh, err = ed448.Generate(draw.For(rand, ecdh)); err != nil {
		return pairs{}, err
	}
	if p.dh, err = dh.Generate15(draw.For(rand, modp)); err != nil {
		return pairs{}, err
	}
	return p, nil
}

// Expire gives up exchanges that have waited for longer than [Timeout]. It returns when to call
// it next, or the zero time if no exchange is waiting.
func (h *Handshake) Expire(now time.Time) (next time.Time) {
	over := func(since time.Time) bool {
		at := since.Add(Timeout)
		if now.Before(at) && (next.IsZero() || at.Before(next)) {
			next = at
		}
		return !now.Before(at)
	}
	h.sent = slices.DeleteFunc(slices.Clone(h.sent), func(s *awaitingAuthR) bool { return over(s.since) })
	h.answered = slices.DeleteFunc(slices.Clone(h.answered), func(s *awaitingAuthI) bool { return over(s.since) })
	return next
}

// Receive processes m, which has the header hd. The caller has checked the tags in hd: all
// messages for one Handshake are from the same instance of the peer, and they are addressed to
// us or, in the case of an Identity Message, to anybody. If err is not nil, h is unchanged.
// reply is nil if there is nothing to send, and done is nil if the exchange is not complete.
// self may be nil; then the error for an Identity Message is ErrNoKey. Receive does not retain
// m.
func (h *Handshake) Receive(hd wire.Header, m wire.Message, self *Self, now time.Time, rand io.Reader) (reply wire.Message, done *Result, err error) {
	next, reply, done, err := h.step(hd, m, self, now, rand)
	if err != nil {
		return nil, nil, err
	}
	*h = next
	return reply, done, nil
}

// step implements the section "Protocol Events". It does not modify h. Only what reads secrets is in
// erase.Do, because that makes allocations slow, and verifying what the peer has sent needs many.
func (h *Handshake) step(hd wire.Header, m wire.Message, self *Self, now time.Time, rand io.Reader) (Handshake, wire.Message, *Result, error) {
	switch m := m.(type) {
	case wire.Identity:
		return h.receiveIdentity(hd, m, self, now, rand)
	case wire.AuthR:
		if len(h.sent) > 0 {
			return h.receiveAuthR(hd, m, now, rand)
		}
	case wire.AuthI:
		if len(h.answered) > 0 {
			return h.receiveAuthI(hd, m)
		}
	default:
		return Handshake{}, nil, nil, errors.New("dake: not a message of the key exchange")
	}
	return *h, nil, nil, nil // ignored
}

// receiveIdentity is "Receiving an Identity Message".
func (h *Handshake) receiveIdentity(hd wire.Header, m wire.Identity, self *Self, now time.Time, rand io.Reader) (Handshake, wire.Message, *Result, error) {
	if self == nil {
		return Handshake{}, nil, nil, ErrNoKey
	}
	bob, err := receiveParty("Identity", hd, m.Profile, m.Ephemeral, m.First, self, now)
	if err != nil {
		return Handshake{}, nil, nil, err
	}
	next := *h
	if ours := h.newest(); ours != nil {
		// Both sides have begun an exchange: the one with the higher hash counts.
		switch bytes.Compare(tieBreak(ours.keys.dh), tieBreak(bob.keys.dh)) {
		case 1:
			return next, ours.message, nil, nil
		case 0:
			return Handshake{}, nil, nil, ErrReflected
		}
		erase.Do(func() { next.yield(ours, bob.profile.Fingerprint()) })
	}
	var s *awaitingAuthI
	var reply wire.Message
	erase.Do(func() { s, reply, err = answer(bob, self, rand) })
	if err != nil {
		return Handshake{}, nil, nil, err
	}
	next.serial++
	s.serial, s.since = next.serial, now
	next.answered = keep(h.answered, s)
	return next, reply, nil, nil
}

// receiveParty verifies the profile and the keys in an Identity or Auth-R Message. It does the
// cheap checks first.
func receiveParty(message string, hd wire.Header, p wire.Profile, keys, first wire.Ephemeral, self *Self, now time.Time) (*party, error) {
	if hd.Sender == self.Profile.Tag {
		return nil, ErrReflected
	}
	profile, err := verify(p, message, hd.Sender, now)
	if err != nil {
		return nil, err
	}
	who := &party{profile: profile, id: self.Peer}
	for _, k := range []struct {
		name string
		from wire.Ephemeral
		to   *publics
	}{{"", keys, &who.keys}, {"first ", first, &who.first}} {
		if k.to.ecdh, err = ed448.ParsePoint(k.from.ECDH[:]); err != nil {
			return nil, &wire.Error{Message: message, Field: k.name + "ECDH key"}
		}
		if k.to.dh, err = dh.ParsePublic15(k.from.DH); err != nil {
			return nil, &wire.Error{Message: message, Field: k.name + "D-H key"}
		}
	}
	return who, nil
}

// answer makes our Auth-R Message for Bob ("Auth-R Message").
func answer(bob *party, self *Self, rand io.Reader) (*awaitingAuthI, wire.Message, error) {
	own, err := generate("x", "a", rand)
	if err != nil {
		return nil, nil, err
	}
	defer own.wipe() // after this function only the public keys are needed
	first, err := generate(firstECDH, firstDH, rand)
	if err != nil {
		return nil, nil, err
	}
	secret, err := mixed(&own, bob.keys)
	if err != nil {
		return nil, nil, err
	}
	alice := &party{self.Profile, own.publics(), first.publics(), self.ID}
	ring := ed448.Ring{bob.profile.F, self.Profile.H, bob.keys.ecdh}
	sigma, err := sign("Identity", &ring, self, transcriptR(bob, alice), rand)
	if err != nil {
		return nil, nil, err
	}
	s := &awaitingAuthI{
		theirs: bob.keys.dh,
		ring:   ed448.Ring{bob.profile.H, self.Profile.F, alice.keys.ecdh},
		signed: transcriptI(bob, alice),
		result: result(self.Profile, bob, secret, first),
	}
	s.result.SentAuthR = true
	return s, wire.AuthR{
		Profile: wire.Profile{Raw: self.Profile.raw}, Ephemeral: alice.keys.wire(), Sigma: sigma, First: alice.first.wire(),
	}, nil
}

// sign makes a ring signature with our long-term key. If the peer has put that key in a place
// where it does not belong, the message that we answer is malformed.
func sign(message string, ring *ed448.Ring, self *Self, t []byte, rand io.Reader) (wire.RingSignature, error) {
	sigma, err := ring.Sign(self.Key.Pair(), t, rand)
	if errors.Is(err, ed448.ErrSigner) {
		err = &wire.Error{Message: message, Field: "our key among the peer's"}
	}
	return sigma, err
}

// result returns the result of an exchange with a mixed shared secret.
func result(self *Profile, peer *party, secret kdf4.Key, first pairs) Result {
	r := Result{
		Self: self, Peer: peer.profile, Secret: secret,
		Own: first.ecdh, OwnDH: first.dh, Their: peer.first.ecdh, TheirDH: peer.first.dh,
	}
	kdf4.Derive(r.SSID[:], kdf4.SSID, secret[:])
	return r
}

// receiveAuthR is "Receiving an Auth-R Message". It tells to which of our Identity Messages m is the
// answer.
func (h *Handshake) receiveAuthR(hd wire.Header, m wire.AuthR, now time.Time, rand io.Reader) (Handshake, wire.Message, *Result, error) {
	newest := h.sent[len(h.sent)-1]
	alice, err := receiveParty("Auth-R", hd, m.Profile, m.Ephemeral, m.First, newest.self, now)
	if err != nil {
		return Handshake{}, nil, nil, err
	}
	key := alice.profile.Fingerprint()
	for _, s := range slices.Backward(h.sent) {
		if s.only != nil && *s.only != key || slices.Contains(s.except, key) || !s.answeredBy(alice, m.Sigma) {
			continue
		}
		var reply wire.AuthI
		var done *Result
		erase.Do(func() { reply, done, err = s.complete(alice, rand) })
		if err != nil {
			return Handshake{}, nil, nil, err
		}
		return h.after(s.serial, key), reply, done, nil
	}
	return Handshake{}, nil, nil, &wire.Error{Message: "Auth-R", Field: FieldSigma, Kind: wire.Forged}
}

// complete makes our Auth-I Message for Alice ("Auth-I Message").
func (s *awaitingAuthR) complete(alice *party, rand io.Reader) (wire.AuthI, *Result, error) {
	bob := s.party()
	secret, err := mixed(&s.own, alice.keys)
	if err != nil {
		return wire.AuthI{}, nil, err
	}
	ring := ed448.Ring{bob.profile.H, alice.profile.F, alice.keys.ecdh}
	sigma, err := sign("Auth-R", &ring, s.self, transcriptI(bob, alice), rand)
	if err != nil {
		return wire.AuthI{}, nil, err
	}
	done := result(bob.profile, alice, secret, s.first)
	done.Began = s.Began
	return wire.AuthI{Sigma: sigma}, &done, nil
}

// FieldSigma is the error's field if the ring signature of an Auth-R or Auth-I Message is wrong:
// the message belongs to another exchange, or somebody has changed it.
const FieldSigma = "sigma"

// receiveAuthI is "Receiving an Auth-I Message".
func (h *Handshake) receiveAuthI(hd wire.Header, m wire.AuthI) (Handshake, wire.Message, *Result, error) {
	for _, s := range slices.Backward(h.answered) {
		if s.result.Peer.Tag == hd.Sender && s.ring.VerifyPublic(m.Sigma, s.signed) {
			var done *Result
			erase.Do(func() {
				r := s.result
				done = &r
			})
			return h.after(s.serial, s.result.Peer.Fingerprint()), nil, done, nil
		}
	}
	return Handshake{}, nil, nil, &wire.Error{Message: "Auth-I", Field: FieldSigma, Kind: wire.Forged}
}

// after returns h after an exchange with the key peer has completed: of those with peer only the ones
// that began later continue. So both ends finish with the same one. Nobody ends an exchange of
// somebody else's.
func (h *Handshake) after(serial int, peer Fingerprint) Handshake {
	next := Handshake{serial: h.serial}
	for _, s := range h.sent {
		switch {
		case s.serial > serial, s.serial < serial && s.only != nil && *s.only != peer:
			next.sent = append(next.sent, s)
		case s.serial < serial && s.only == nil && len(s.except) < maxKept:
			erase.Do(func() { next.sent = append(next.sent, s.without(peer)) })
		}
	}
	for _, s := range h.answered {
		if s.serial > serial || s.serial < serial && s.result.Peer.Fingerprint() != peer {
			next.answered = append(next.answered, s)
		}
	}
	return next
}
