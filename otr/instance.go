// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"cmp"
	"slices"
	"time"

	"purple-otr/otr/internal/ake"
	"purple-otr/otr/internal/data"
	"purple-otr/otr/internal/wire"
)

// maxChannels bounds the channels: anybody who has a key can open some.
const maxChannels = 16

// An instance is one client of the peer with one key: its channel. A stranger who
// uses the client's tag has a key of his own, and so another instance.
type instance struct {
	version Version
	tag     InstanceTag // zero in version 2

	state       State
	channel     *data.Channel // not nil while state is Encrypted
	fingerprint Fingerprint   // the peer's
	ours        Fingerprint
	ssid        SSID
	hashedGx    [32]byte  // of the exchange that made channel
	first       int       // Session.heard when it was first secured
	heard       int       // Session.heard when something authentic last came
	lastSent    time.Time // when a data message was last sent
	spoken      time.Time // when our user last said something
	active      time.Time // when something authentic was last sent or received
	rekeying    time.Time // when, having been idle, it was asked for fresh keys; or zero

	// What tells whether the peer has been able to read: see recent.
	confirmed bool   // something authentic has come through channel
	asked     bool   // we have sent a query since channel was made
	keyID     uint32 // serial number of our key that channel sends with
	sentWith  int    // how many messages were, so far

	pause pause
	// made is the serial number of our commit that led to channel; if one of the peer's
	// did, that of our newest then. reveals is Session.reveals then.
	made, reveals int

	smp       smpRun
	smpRecord data.Place // of the newest message on channel that had records of SMP

	// old is the channel that a refresh has replaced: what the peer sent before
	// it learned of the new keys is still on its way. It only opens text. When the
	// first message of the new channel arrives, only that is left of it which opens
	// messages that this one has overtaken, for some seconds.
	old        *data.Channel
	oldSince   time.Time
	oldStopped bool
}

func (in *instance) status() Status {
	st := Status{State: in.state, Version: in.version, Tag: in.tag, Fingerprint: in.fingerprint}
	if in.state == Encrypted {
		st.SSID = in.ssid
	}
	return st
}

// sortLastHeardFirst puts the one that was heard from last first.
func sortLastHeardFirst(list []*instance) {
	slices.SortFunc(list, func(a, b *instance) int { return b.heard - a.heard })
}

// finish forgets the channel: the peer has ended it, or we have. The fingerprint
// stays, to be shown.
func (s *Session) finish(in *instance) {
	s.lastEnded = s.now()
	in.dropOld()
	if in.channel != nil {
		in.channel.Retire()
		in.channel = nil
	}
	in.state, in.ssid = Finished, SSID{}
	in.smp = smpRun{}
}

// stopOld forgets the replaced channel but for what opens late messages.
func (in *instance) stopOld(now time.Time) {
	if in.old != nil && !in.oldStopped {
		in.old.Stop()
		in.oldStopped = true
		in.expireLate(now) // they are late from now on
	}
}

// dropOld forgets the replaced channel and has the new one reveal its MAC keys.
func (in *instance) dropOld() {
	if in.old != nil {
		in.channel.Reveal(in.old.Retire())
		in.old, in.oldStopped = nil, false
	}
}

// header is that of our messages to one instance.
func (s *Session) header(v Version, tag InstanceTag) wire.Header {
	h := wire.Header{Version: uint16(v)}
	if v == V3 {
		h.Sender, h.Receiver = uint32(s.tag), uint32(tag)
	}
	return h
}

// encode adds the binary message b with header h, in fragments if it is too long.
func (s *Session) encode(h wire.Header, out *Output, b []byte) error {
	if s.maxMessage == 0 || wire.ArmorLen(len(b)) <= s.maxMessage {
		out.send(wire.Armor(b))
		return nil
	}
	text := newBuffer()
	defer text.free()
	text.b = wire.AppendArmor(text.b, b)
	pieces := wire.Split(text.b, h, s.maxMessage)
	if pieces == nil {
		return ErrTooLong
	}
	out.Send = append(out.Send, pieces...)
	return nil
}

// seal adds text and records, encrypted, to out.
func (s *Session) seal(in *instance, out *Output, flags byte, text []byte, tlvs ...wire.TLV) error {
	oldMACKeys := in.channel.Unrevealed()
	if len(tlvs) > 0 {
		text = wire.AppendPlaintext(nil, text, tlvs...)
	}
	msg := newBuffer()
	defer msg.free()
	h := s.header(in.version, in.tag)
	b, err := in.channel.Seal(msg.b, h, flags, text, s.rand)
	if err != nil {
		return err
	}
	msg.b = b
	if err := s.encode(h, out, b); err != nil {
		in.channel.Reveal(oldMACKeys) // they have not left
		return err
	}
	in.lastSent = s.now()
	in.touch(in.lastSent)
	in.sentWith++
	return nil
}

// touch notes that in's channel is in use.
func (in *instance) touch(now time.Time) {
	// Round removes the monotonic clock, which stands still while the computer
	// sleeps.
	in.active, in.rekeying = now.Round(0), time.Time{}
}

// keepLate is how many pairs of keys that rotation has dropped still open what is on
// its way, for some seconds: where both users talk, a message's time on the way is
// worth some of them.
const keepLate = 16

// newChannel is the channel that an exchange leads to.
func newChannel(r *ake.Result) *data.Channel {
	return data.New(data.Agreed{
		Own: r.Own, OwnID: ake.KeyID,
		Theirs: r.Theirs, TheirID: r.TheirKeyID, Shared: r.Shared,
		KeepLate: keepLate,
	})
}

// secure opens a channel to ex's instance with what an exchange has given. Only here
// does a key exchange touch a channel, and it is complete. It touches none of another
// key.
func (s *Session) secure(ex *exchange, r *ake.Result, out *Output) *instance {
	fingerprint := fingerprintOf(r.Peer)
	in := s.instance(ex.tag, fingerprint)
	if in == nil {
		in = &instance{version: ex.version, tag: ex.tag, fingerprint: fingerprint, first: s.heard + 1}
		s.instances = append(s.instances, in)
	}
	refreshed := in.state == Encrypted
	in.dropOld()
	if refreshed {
		in.old, in.oldSince = in.channel, s.now()
	}
	s.replaced(in, !r.SentReveal)
	in.channel, in.hashedGx, in.smpRecord = newChannel(r), r.HashedGx, data.Place{}
	in.confirmed, in.asked, in.keyID, in.sentWith = false, false, ake.KeyID, 0
	in.made, in.reveals = s.made, s.reveals
	in.ours = fingerprintOf(r.Self)
	s.lastSecured = s.now()
	in.touch(s.lastSecured)
	in.state, in.lastSent = Encrypted, s.lastSecured
	in.ssid = SSID{ID: r.SSID}
	if !r.SentReveal {
		in.ssid.Half = 1
	}
	s.hear(in)
	if in.version == V3 {
		s.noteV3(fingerprint)
	}
	s.restarting = false
	if in.smp.m.Running() {
		s.later = later{} // this is what has waited for the end of the run
	}
	s.limitChannels(in, out)
	out.event(Secured{in.status(), refreshed})
	// A run of SMP that the exchange has overtaken would fail for no reason that
	// the users know: its secret holds the session id.
	s.dropSMP(in, out)
	s.repeat(in, out)
	s.resume(in, out)
	s.release(in, out)
	return in
}

// limitChannels ends channels if there are too many of them, but neither keep nor the
// one in use. Those go over which our user has said nothing, and of these, those of a
// key that has many: a stranger can have made them. Else the oldest goes.
func (s *Session) limitChannels(keep *instance, out *Output) {
	ofKey := map[Fingerprint]int{}
	inUse := s.selected()
	var others []*instance
	for _, in := range s.instances {
		ofKey[in.fingerprint]++
		if in != keep && in != inUse {
			others = append(others, in)
		}
	}
	silent := func(in *instance) int {
		if in.spoken.IsZero() {
			return ofKey[in.fingerprint]
		}
		return 0
	}
	slices.SortFunc(others, func(a, b *instance) int {
		return cmp.Or(silent(a)-silent(b), b.spoken.Compare(a.spoken), b.first-a.first)
	})
	for i := maxChannels - 1; i < len(others); i++ { // what is kept counts too
		s.expire(others[i], out)
		s.forget(others[i])
	}
}
