// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"cmp"
	"slices"
	"time"

	"purple-otr/otr/internal/data"
	"purple-otr/otr/internal/ratchet"
	"purple-otr/otr/internal/wire"
)

// maxChannels bounds the channels. Anyone who has a key can open some.
const maxChannels = 16

// An instance is one client of the peer with one key, and its channel. A stranger who uses
// the client's tag has another key, and so is another instance.
type instance struct {
	version Version
	tag     InstanceTag // zero in version 2

	state       State
	channel     channel     // not nil while state is Encrypted
	fingerprint Fingerprint // the peer's
	ours        Fingerprint
	ssid        SSID
	hashedGx    [32]byte  // of the exchange that led to channel, in versions 2 and 3
	first       int       // value of Session.heard when it was first secured
	heard       int       // value of Session.heard when an authentic message last arrived
	lastSent    time.Time // when a data message was last sent
	spoken      time.Time // when our user last sent text
	active      time.Time // when an authentic message was last sent or received
	rekeying    time.Time // when we requested fresh keys because it was idle; or zero

	// These help to find out whether the peer could read our messages: see recent.
	confirmed bool   // an authentic message has arrived through channel
	asked     bool   // we have sent a query since channel was made
	keyID     uint32 // serial number of our key that channel sends with; in version 4 see keptTexts.heardUnder
	sentWith  int    // how many messages were sent with that key

	pause pause
	// made is the serial number of our commit that led to channel, or, if one of the peer's
	// commits did, of our newest one then. reveals is the value of Session.reveals then.
	made, reveals int

	smp       smpRun
	smpRecord data.Place // the newest message on channel with records of SMP

	old  *replaced // nil if there is none
	four instance4
}

// A replaced is the channel that a refresh has replaced: messages that the peer sent under the
// old keys may still be in flight. It only decrypts. When the first message of the new
// channel arrives, it keeps for some seconds only the keys for messages that the new
// one has overtaken.
type replaced struct {
	channel
	since   time.Time
	stopped bool
	// fingerprint is the peer's key of a version 3 channel that one of version 4 has replaced, else
	// zero: the same key as the instance's.
	fingerprint Fingerprint
}

func (in *instance) status() Status {
	st := Status{State: in.state, Version: in.version, Tag: in.tag, Fingerprint: in.fingerprint}
	if in.state == Encrypted {
		st.SSID = in.ssid
	}
	return st
}

// sortLastHeardFirst sorts list by the time of the last authentic message, newest first.
func sortLastHeardFirst(list []*instance) {
	slices.SortFunc(list, func(a, b *instance) int { return b.heard - a.heard })
}

// finish deletes the channel's keys: the peer or we have ended it. The fingerprint remains,
// to be shown.
func (s *Session) finish(in *instance) {
	s.lastEnded = s.now()
	in.dropOld()
	if in.channel != nil {
		clear(in.channel.Retire()) // they will not be revealed
		in.channel = nil
	}
	in.state, in.ssid = Finished, SSID{}
	in.smp = smpRun{}
}

// stopOld deletes the replaced channel except for the keys for late messages.
func (in *instance) stopOld(now time.Time) {
	if in.old != nil && !in.old.stopped {
		in.old.Stop()
		in.old.stopped = true
		in.expireLate(now) // from now on messages under these keys are late
	}
}

// dropOld deletes the replaced channel and lets the new one reveal its MAC keys.
func (in *instance) dropOld() {
	if in.old == nil {
		return
	}
	keys := in.old.Retire()
	if in.old.fingerprint.IsZero() {
		in.channel.Reveal(keys)
	} else {
		clear(keys) // those of version 3 have another length
	}
	in.old = nil
}

// header returns the header of our messages to one instance.
func (s *Session) header(v Version, tag InstanceTag) wire.Header {
	h := wire.Header{Version: uint16(v)}
	if v != V2 {
		h.Sender, h.Receiver = uint32(s.tag), uint32(tag)
	}
	return h
}

// encode adds the binary message b with header h to out, in fragments if it is too long.
func (s *Session) encode(h wire.Header, out *Output, b []byte) error {
	if s.maxMessage == 0 || wire.ArmorLen(len(b)) <= s.maxMessage {
		out.send(wire.Armor(b))
		return nil
	}
	text := newBuffer()
	defer text.free()
	text.b = wire.AppendArmor(text.b, b)
	pieces, err := fragments(s, text.b, h)
	if err != nil {
		return err
	}
	if pieces == nil {
		return ErrTooLong
	}
	out.Send = append(out.Send, pieces...)
	return nil
}

// seal encrypts text and records and adds them to out.
func (s *Session) seal(in *instance, out *Output, flags byte, text []byte, tlvs ...wire.TLV) error {
	oldMACKeys := in.channel.Unrevealed()
	h := s.header(in.version, in.tag)
	text, err := in.plaintext(s, h, text, tlvs...)
	if err != nil {
		return err
	}
	msg := newBuffer()
	defer msg.free()
	b, err := in.channel.Seal(msg.b, h, flags, text, s.rand)
	if err != nil {
		return err
	}
	msg.b = b
	if err := s.encode(h, out, b); err != nil {
		if len(in.channel.Unrevealed()) == 0 {
			in.channel.Reveal(oldMACKeys) // reveal them later: this message was not sent
		}
		return err
	}
	in.lastSent = s.now()
	in.sealed(in.lastSent)
	in.sentWith++
	return nil
}

// plaintext is what is encrypted of text and records.
func (in *instance) plaintext(s *Session, h wire.Header, text []byte, tlvs ...wire.TLV) ([]byte, error) {
	if len(tlvs) > 0 {
		text = wire.AppendPlaintext(nil, text, tlvs...)
	}
	if !s.padding {
		return text, nil
	}
	empty, err := in.channel.Size(h, s.rand, 0)
	if err != nil {
		return nil, err
	}
	return pad(s.maxMessage, text, len(tlvs) > 0, in.version, func(n int) int { return empty + n }), nil
}

// sealed notes that we have sent a message over in's channel.
func (in *instance) sealed(now time.Time) {
	if c, ok := in.channel.(*ratchet.Channel); !ok {
		in.touch(now)
	} else if n := c.Ratchet(); n != in.four.turned {
		in.four.turned = n
		in.keyID, in.sentWith = n-1, 0
		in.touch(now)
	}
}

// opened notes that an authentic message has arrived over in's channel.
func (in *instance) opened(now time.Time) {
	if in.version != V4 {
		in.touch(now)
	}
}

// touch notes that in's channel was used; in version 4, that it has a new key of ours.
func (in *instance) touch(now time.Time) {
	// Round removes the monotonic clock reading, which stops while the computer
	// sleeps.
	in.active, in.rekeying = now.Round(0), time.Time{}
}

// keepLate is how many pairs of keys that rotation has dropped are kept for some seconds,
// for messages in flight. If both users are writing, keys rotate several times while a
// message is in flight.
const keepLate = 16

// secure opens the channel of a completed exchange. Only here does a key exchange change a channel,
// and only after it has completed. It never changes the channel of another key.
func (s *Session) secure(a agreed, out *Output) *instance {
	in, older := s.instance(a.tag, a.peer), s.handshakes4().upgraded(&a)
	if in == nil {
		in, older = older, nil
	}
	if in == nil {
		in = &instance{version: a.version, tag: a.tag, fingerprint: a.peer, first: s.heard + 1}
		s.instances = append(s.instances, in)
	}
	refreshed := in.state == Encrypted
	s.smpRuns().dropBefore(in, &a, out)
	in.dropOld()
	if refreshed {
		in.old = &replaced{channel: in.channel, since: s.now()}
	}
	if in.fingerprint != a.peer {
		in.old.fingerprint, refreshed = in.fingerprint, false
		in.version, in.fingerprint = a.version, a.peer
	}
	s.keptTexts().replaced(in, a.byPeer)
	in.channel, in.hashedGx, in.smpRecord = a.channel, a.hashedGx, data.Place{}
	in.confirmed, in.asked, in.keyID, in.sentWith = false, false, firstKeyID(a.version), 0
	in.made, in.reveals, in.four = s.made, s.reveals, instance4{}
	in.ours = a.self
	s.lastSecured = s.now()
	in.touch(s.lastSecured)
	in.state, in.lastSent = Encrypted, s.lastSecured
	in.ssid = SSID{ID: a.ssid}
	if a.sentLast {
		in.ssid.Half = 1
	}
	s.hear(in)
	in.four.opened = s.heard
	if older != nil {
		s.handshakes4().join(in, older, out)
	}
	if in.version == V3 {
		s.noteV3(a.peer)
	}
	s.restarting = false
	if in.smp.m.Running() {
		s.later = later{} // the request that waited for the end of SMP is fulfilled
	}
	s.handshakes().limitChannels(in, out)
	out.event(Secured{in.status(), refreshed})
	// A run of SMP that started under the old keys would fail for a reason that the
	// users cannot know: its secret contains the session id.
	s.smpRuns().dropSMP(in, out)
	s.keptTexts().repeat(in, out)
	s.keptTexts().resume(in, out)
	s.keptTexts().release(in, out)
	s.handshakes4().introduce(in, out)
	return in
}

// limitChannels ends channels if there are too many, but never keep or the one in use. It
// first ends those over which our user never wrote, and of these, first those of a key that
// has many, because a stranger can create any number with a key. Otherwise it ends the
// oldest.
func (s handshakes) limitChannels(keep *instance, out *Output) {
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
	for i := maxChannels - 1; i < len(others); i++ { // keep counts too
		s.expire(others[i], out)
		s.forget(others[i])
	}
}
