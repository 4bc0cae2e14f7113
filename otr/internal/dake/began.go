// SPDX-License-Identifier: GPL-2.0-or-later

package dake

import (
	"io"
	"slices"
	"time"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/wire"
)

// A Began is an Identity Message of ours, without the secrets of its keys. It is immutable.
type Began struct {
	self    *Self
	keys    publics // Y and B
	first   publics
	message wire.Identity
}

// party returns our side of the exchange.
func (b *Began) party() *party { return &party{b.self.Profile, b.keys, b.first, b.self.ID} }

// answeredBy reports whether sigma, of alice's Auth-R Message, answers b. Alice has the name that she
// had for us then.
func (b *Began) answeredBy(alice *party, sigma wire.RingSignature) bool {
	alice.id = b.self.Peer
	ring := ed448.Ring{b.self.Profile.F, alice.profile.H, b.keys.ecdh}
	return ring.VerifyPublic(sigma, transcriptR(b.party(), alice))
}

// AnsweredBy returns the key of the sender of m, which has the header hd, and the index in list of
// the Identity Message to which m is the answer; ok is false if there is none.
func AnsweredBy(list []*Began, hd wire.Header, m wire.AuthR, now time.Time) (key Fingerprint, i int, ok bool) {
	if len(list) == 0 {
		return key, 0, false
	}
	alice, err := receiveParty("Auth-R", hd, m.Profile, m.Ephemeral, m.First, list[0].self, now)
	if err != nil {
		return key, 0, false
	}
	for i, b := range slices.Backward(list) {
		if b.answeredBy(alice, m.Sigma) {
			return alice.profile.Fingerprint(), i, true
		}
	}
	return key, 0, false
}

// newest returns the state of our newest Identity Message that anybody may answer, nil if there is
// none or it has yielded.
func (h *Handshake) newest() *awaitingAuthR {
	for _, s := range slices.Backward(h.sent) {
		if !s.yielded && s.only == nil {
			return s
		}
	}
	return nil
}

// Identity returns our Identity Message, for sending it again, if h awaits the answer to it.
func (h *Handshake) Identity() (m wire.Identity, ok bool) {
	if s := h.newest(); s != nil {
		return s.message, true
	}
	return wire.Identity{}, false
}

// Start begins an exchange in any state of h. Others continue.
func (h *Handshake) Start(self *Self, now time.Time, rand io.Reader) (m wire.Identity, err error) {
	erase.Do(func() { m, err = h.start(self, nil, now, rand) })
	return m, err
}

// StartWith begins an exchange that only the owner of the key only can complete. If one is going on
// that is not older than [Timeout], it returns the message of that.
func (h *Handshake) StartWith(only Fingerprint, self *Self, now time.Time, rand io.Reader) (m wire.Identity, err error) {
	for _, s := range h.sent {
		if s.only != nil && *s.only == only && now.Before(s.since.Add(Timeout)) {
			return s.message, nil
		}
	}
	erase.Do(func() { m, err = h.start(self, &only, now, rand) })
	return m, err
}

func (h *Handshake) start(self *Self, only *Fingerprint, now time.Time, rand io.Reader) (wire.Identity, error) {
	s := &awaitingAuthR{serial: h.serial + 1, since: now, only: only}
	var err error
	if s.own, err = generate("y", "b", rand); err != nil {
		return wire.Identity{}, err
	}
	if s.first, err = generate(firstECDH, firstDH, rand); err != nil {
		return wire.Identity{}, err
	}
	keys, first := s.own.publics(), s.first.publics()
	s.Began = &Began{self, keys, first, wire.Identity{
		Profile: wire.Profile{Raw: self.Profile.raw}, Ephemeral: keys.wire(), First: first.wire(),
	}}
	if only == nil {
		h.replace()
	}
	h.serial, h.sent = s.serial, keep(h.sent, s)
	return s.message, nil
}

// replace forgets our Identity Messages that anybody may answer: a newer one takes their place. If the
// peer could answer both, in an order that the network changes, the two ends could finish with different
// ones.
func (h *Handshake) replace() {
	h.sent = slices.DeleteFunc(slices.Clone(h.sent), func(s *awaitingAuthR) bool { return s.only == nil })
}

// Adopt makes o's Identity Message h's newest one, if o awaits the answer to one: o is the state
// of exchanges with anybody, and this instance has answered. The caller gives it to only one: no
// key is used with two peers. See [Handshake.Disown].
func (h *Handshake) Adopt(o *Handshake) {
	from := o.newest()
	if from == nil {
		return
	}
	h.serial++
	erase.Do(func() {
		h.replace()
		s := *from
		s.serial = h.serial
		h.sent = keep(h.sent, &s)
	})
}

// Began returns h's newest Identity Message, nil if there is none.
func (h *Handshake) Began() *Began {
	if s := h.newest(); s != nil {
		return s.Began
	}
	return nil
}

// Len returns how many messages h awaits, or could still process.
func (h *Handshake) Len() int { return len(h.sent) + len(h.answered) }

// Disown makes h forget that it awaits the answer to b: somebody else has answered.
func (h *Handshake) Disown(b *Began) {
	h.sent = slices.DeleteFunc(slices.Clone(h.sent), func(s *awaitingAuthR) bool { return s.Began == b })
}

// yield notes that ours, our newest Identity Message, has yielded to one with the key peer, whose owner
// continues with theirs. Call it in erase.Do.
func (h *Handshake) yield(ours *awaitingAuthR, peer Fingerprint) {
	h.sent = slices.Clone(h.sent)
	h.sent[slices.Index(h.sent, ours)] = ours.without(peer)
}

// without returns s without the key peer, which cannot answer it any more. Call it in erase.Do.
func (s *awaitingAuthR) without(peer Fingerprint) *awaitingAuthR {
	next := *s
	next.yielded = true
	next.except = append(slices.Clone(s.except), peer)
	return &next
}

// keep returns list with one appended. If there are too many, it drops one from the middle, so that
// a burst of an attacker's messages displaces neither the oldest nor the newest. It does not write to
// list.
func keep[T any](list []T, one T) []T {
	list = append(slices.Clone(list), one)
	if len(list) > maxKept {
		list = slices.Delete(list, len(list)/2, len(list)/2+1)
	}
	return list
}
