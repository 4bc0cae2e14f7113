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

const (
	// maxHalfOpen bounds the instances that have begun a key exchange and have
	// no channel: anybody who can send in the peer's name can make them.
	maxHalfOpen = 32
	// maxChannels bounds the instances with a channel.
	maxChannels = 16
)

// An instance is one client of the peer.
type instance struct {
	version Version
	tag     InstanceTag // zero in version 2

	ake      ake.Handshake
	akeSince time.Time // of the last message that changed ake
	answered bool      // has answered the last commit of Session.commits
	retryAt  time.Time // when to begin anew if nothing comes of ake; or zero
	retries  int       // how often that was set since an exchange was completed
	// replaced is an exchange in AUTHSTATE_AWAITING_SIG that ake has taken the
	// place of. The peer may have completed it and use its keys already: its
	// Signature Message, on its way, still counts.
	replaced ake.Handshake

	state       State
	channel     *data.Channel // not nil while state is Encrypted
	fingerprint Fingerprint   // the peer's
	ours        Fingerprint
	ssid        SSID
	order       int       // Session.secured when it was secured
	lastSent    time.Time // when a data message was last sent
	spoken      time.Time // when our user last said something
	active      time.Time // when something authentic was last sent or received
	rekeying    time.Time // when, having been idle, it was asked for fresh keys; or zero

	smp smpRun

	// old is the channel that a refresh has replaced: what the peer sent before
	// it learned of the new keys is still on its way. It only opens text, and
	// goes when the first message of the new channel arrives.
	old      *data.Channel
	oldSince time.Time
}

func (in *instance) status() Status {
	st := Status{State: in.state, Version: in.version, Tag: in.tag, Fingerprint: in.fingerprint}
	if in.state == Encrypted {
		st.SSID = in.ssid
	}
	return st
}

func (in *instance) newer(o *instance) bool { return in.order > o.order }

func sortNewestFirst(list []*instance) {
	slices.SortFunc(list, func(a, b *instance) int { return b.order - a.order })
}

// finish forgets the channel: the peer has ended it, or we have. The fingerprint
// stays, to be shown.
func (in *instance) finish() {
	in.dropOld()
	if in.channel != nil {
		in.channel.Retire()
		in.channel = nil
	}
	in.state, in.ssid = Finished, SSID{}
	in.smp = smpRun{}
}

// dropOld forgets the replaced channel and has the new one reveal its MAC keys.
func (in *instance) dropOld() {
	if in.old != nil {
		in.channel.Reveal(in.old.Retire())
		in.old = nil
	}
}

// header is that of our messages to in.
func (s *Session) header(in *instance) wire.Header {
	h := wire.Header{Version: uint16(in.version)}
	if in.version == V3 {
		h.Sender, h.Receiver = uint32(s.tag), uint32(in.tag)
	}
	return h
}

// encode adds the binary message b, in fragments if it is too long.
func (s *Session) encode(in *instance, out *Output, b []byte) error {
	if s.maxMessage == 0 || wire.ArmorLen(len(b)) <= s.maxMessage {
		out.send(wire.Armor(b))
		return nil
	}
	text := newBuffer()
	defer text.free()
	text.b = wire.AppendArmor(text.b, b)
	pieces := wire.Split(text.b, s.header(in), s.maxMessage)
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
	b, err := in.channel.Seal(msg.b, s.header(in), flags, text, s.rand)
	if err != nil {
		return err
	}
	msg.b = b
	if err := s.encode(in, out, b); err != nil {
		in.channel.Reveal(oldMACKeys) // they have not left
		return err
	}
	in.lastSent = s.touch(in)
	return nil
}

// touch notes that in's channel is in use, and returns when.
func (s *Session) touch(in *instance) (now time.Time) {
	now = s.now()
	// Round removes the monotonic clock, which stands still while the computer
	// sleeps.
	in.active, in.rekeying = now.Round(0), time.Time{}
	return now
}

// secure opens a channel to in with what its exchange has given. Only here does
// a key exchange touch a channel, and it is complete.
func (s *Session) secure(in *instance, r *ake.Result, out *Output) {
	fingerprint := fingerprintOf(r.Peer)
	refreshed := in.state == Encrypted && in.fingerprint == fingerprint
	in.dropOld()
	agreed := data.Agreed{
		Own: r.Own, OwnID: ake.KeyID,
		Theirs: r.Theirs, TheirID: r.TheirKeyID, Shared: r.Shared,
	}
	switch {
	case refreshed:
		in.old, in.oldSince = in.channel, s.now()
	case in.channel != nil:
		agreed.OldMACKeys = in.channel.Retire()
	}
	in.channel = data.New(agreed)
	in.fingerprint, in.ours = fingerprint, fingerprintOf(r.Self)
	in.state, in.lastSent = Encrypted, s.touch(in)
	in.ssid = SSID{ID: r.SSID}
	if !r.SentReveal {
		in.ssid.Half = 1
	}
	s.secured++
	in.order = s.secured
	s.restarting = false
	s.limitInstances(in, out)
	out.event(Secured{in.status(), refreshed})
	// A run of SMP that the exchange has overtaken would fail for no reason that
	// the users know: its secret holds the session id.
	s.dropSMP(in, out)
	s.repeat(in, out)
	s.release(in, out)
}

// addInstance adds in to the peer's instances.
func (s *Session) addInstance(in *instance, out *Output) {
	s.instances[in.tag] = in
	s.limitInstances(in, out)
}

// limitInstances gives up half-open exchanges and channels if there are too many of
// them, but neither keep nor the one in use.
//
// Of exchanges those in the middle go: many that come at once take the place neither
// of what was there before nor of what has just begun. Of channels those go over
// which our user has said nothing, and of these, those of a key that has many: a
// stranger can have made them. Else the oldest goes.
func (s *Session) limitInstances(keep *instance, out *Output) {
	var halfOpen, channels []*instance
	ofKey := map[Fingerprint]int{}
	inUse := s.selected()
	for _, in := range s.instances {
		if in.state != Plaintext {
			ofKey[in.fingerprint]++
		}
		switch {
		case in == keep || in == inUse:
		case in.state == Plaintext:
			halfOpen = append(halfOpen, in)
		default:
			channels = append(channels, in)
		}
	}
	// What is kept counts too.
	slices.SortFunc(halfOpen, func(a, b *instance) int { return a.akeSince.Compare(b.akeSince) })
	for len(halfOpen) >= maxHalfOpen {
		middle := len(halfOpen) / 2
		delete(s.instances, halfOpen[middle].tag)
		halfOpen = slices.Delete(halfOpen, middle, middle+1)
	}
	silent := func(in *instance) int {
		if in.spoken.IsZero() {
			return ofKey[in.fingerprint]
		}
		return 0
	}
	slices.SortFunc(channels, func(a, b *instance) int {
		return cmp.Or(silent(a)-silent(b), b.spoken.Compare(a.spoken), b.order-a.order)
	})
	for i := maxChannels - 1; i < len(channels); i++ {
		s.expire(channels[i], out)
		delete(s.instances, channels[i].tag)
	}
}
