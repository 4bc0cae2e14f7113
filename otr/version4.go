// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"time"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/assembly"
	"purple-otr/otr/internal/dake"
)

const (
	// ratchetFor is how long, without [Idle], a channel may go on without a new key of ours.
	ratchetFor = 7 * 24 * time.Hour
	// profileFor is how long a client profile is valid, and profileLeft how long before its
	// end we make another.
	profileFor  = 7 * 24 * time.Hour
	profileLeft = 3 * 24 * time.Hour
	// maxAnswers is how many Identity Messages we answer at once, and answerEvery how long it
	// takes until we answer one more: an answer costs us some milliseconds, and two kilobytes.
	maxAnswers  = 8
	answerEvery = 5 * time.Second
)

// A four is what a Session has for version 4 only.
type four struct {
	identity   *IdentityKey
	self, peer string // names of the accounts

	us *dake.Self // with our newest profile; nil before it is needed

	exchanges map[InstanceTag]*exchange4
	taken     []taken // within a minute
	fragments assembly.Buffers
	// identifiers are those of the latest messages that we have sent in fragments.
	identifiers [8]uint32

	// introduced are the keys that the peer's clients have introduced in version 3 channels.
	introduced map[introducer]Fingerprint

	// answered is how many Identity Messages we have answered, less what time has forgiven
	// until answeredAt.
	answered   int
	answeredAt time.Time
}

// SetIdentity changes [Config.Identity] from the next call on. Channels stay.
func (s *Session) SetIdentity(k *IdentityKey) {
	if s.four == nil && k == nil {
		return
	}
	f := s.handshakes4().withFour()
	if f.identity != nil && k != nil && f.identity.fingerprint == k.fingerprint {
		return // our profile stays
	}
	f.identity, f.us = k, nil
	s.SetPolicy(s.wanted)
}

// SetNames changes [Config.Self] and [Config.Peer] from the next key exchange on.
func (s *Session) SetNames(self, peer string) {
	if s.four == nil && self == "" && peer == "" {
		return
	}
	if f := s.handshakes4().withFour(); f.self != self || f.peer != peer {
		f.self, f.peer, f.us = self, peer, nil
	}
}

// withFour returns s.four, which it makes if there is none.
func (s handshakes4) withFour() *four {
	if s.four == nil {
		s.four = &four{exchanges: map[InstanceTag]*exchange4{}}
	}
	return s.four
}

// effective returns the part of p that a session can carry out. f may be nil.
func (f *four) effective(p Policy) Policy {
	if f == nil || f.identity == nil {
		p &^= AllowV4
	}
	return p
}

// ourselves returns our side of key exchanges.
func (s handshakes4) ourselves() *dake.Self {
	f, now := s.four, s.now()
	if f.us == nil || !now.Before(f.us.Profile.Expiry.Add(-profileLeft)) {
		erase.Do(func() {
			k := f.identity
			profile := dake.NewProfile(k.key, k.forging, uint32(s.tag), "4", now.Add(profileFor))
			f.us = &dake.Self{Key: k.key, Profile: profile, ID: f.self, Peer: f.peer}
		})
	}
	return f.us
}

// mayAnswer reports whether we may answer one more Identity Message now.
func (f *four) mayAnswer(now time.Time) bool {
	if now.Before(f.answeredAt) { // the clock was wrong
		f.answeredAt = now
	}
	if n := int(min(now.Sub(f.answeredAt)/answerEvery, maxAnswers)); n > 0 {
		f.answered = max(0, f.answered-n)
		f.answeredAt = now
	}
	return f.answered < maxAnswers
}

// An instance4 is what an instance has for version 4 only.
type instance4 struct {
	opened  int    // value of Session.heard when channel was made
	turned  uint32 // number of the ratchets when we last began one
	told    bool   // we have said, over this version 3 channel, that we have version 4
	unheard []byte // what the peer has said of theirs: see hearIntroduction

	// tellAgain is when to say it once more: the peer has said the same, and is to begin. It is zero
	// if the peer has not.
	tellAgain time.Time
	toldAgain bool
}

// fingerprintOf4 returns the fingerprint of a client's keys.
func fingerprintOf4(p *dake.Profile) Fingerprint {
	f := p.Fingerprint()
	return Fingerprint{string(f[:])}
}
