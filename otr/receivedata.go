// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"encoding/binary"
	"time"

	"purple-otr/otr/internal/data"
	"purple-otr/otr/internal/wire"
)

// maxUnrevealed is how many bytes of old MAC keys may wait for a message of ours.
const maxUnrevealed = 64 * 20

// maxRecords is how many records of one message are processed. A record of four bytes can
// require a whole message in reply, so an attacker could make us send, and keep, a hundred
// times the length of a message full of them.
const maxRecords = 8

// unreadableText tells the peer's user what happened.
const unreadableText = " Your encrypted message could not be read. Please start the private conversation again."

// receiveData: the section "Receiving a Data Message".
func (s inbox) receiveData(h wire.Header, m *wire.Data) (Output, error) {
	var out Output
	now := s.now()
	in, opened, replaced, err := s.open(InstanceTag(h.Sender), m, now)
	if err != nil {
		return s.unreadable(out, m.Flags, fingerprint64OfMAC(m.MAC), err)
	}
	s.hear(in)
	s.received.add(fingerprint64OfMAC(m.MAC), now)
	in.touch(now)
	if replaced {
		s.receiveOld(in, opened.Plaintext, &out)
		return out, nil
	}
	in.stopOld(now)
	text, tlvs := wire.ParsePlaintext(opened.Plaintext, maxRecords)
	in.show(text, &out)
	if len(text) == 0 && onlyPadding(tlvs) {
		out.event(Heartbeat{})
	}
	for _, t := range tlvs {
		if err := s.receiveTLV(in, t, &opened, &out); err != nil {
			s.smpRuns().dropSMP(in, &out) // SMP cannot continue
		}
		if in.state != Encrypted {
			return out, nil
		}
	}
	idle := now.Sub(in.lastSent) > heartbeatInterval
	if len(text) > 0 && idle || len(in.channel.Unrevealed()) > maxUnrevealed {
		// "The heartbeat message should have the IGNORE_UNREADABLE flag set." Failing to
		// send it does not matter to the message that has arrived.
		_ = s.seal(in, &out, wire.IgnoreUnreadable, nil)
	}
	return out, nil
}

// receiveOld reads a message under the keys that a refresh has replaced, which the peer
// sent before it learned of the new ones. Of its records only the end of the conversation
// counts: ending the conversation abandons any incomplete exchange, so the sender has no
// new keys. But if the peer sent the last message of the exchange, the end is older than
// that and arrived late, and so it is if the peer has shown that it has the new keys.
func (s inbox) receiveOld(in *instance, plaintext []byte, out *Output) {
	text, tlvs := wire.ParsePlaintext(plaintext, maxRecords)
	in.show(text, out)
	for _, t := range tlvs {
		if t.Type == wire.TLVDisconnected && in.ssid.Half == 1 && !in.oldStopped {
			s.ended(in, out)
			break
		}
	}
}

// expireLate deletes expired keys that in's channels have dropped, and returns when to call
// it again.
func (in *instance) expireLate(now time.Time) (next time.Time) {
	for _, c := range []*data.Channel{in.channel, in.old} {
		if c == nil {
			continue
		}
		at := c.ExpireLate(now)
		if next.IsZero() || !at.IsZero() && at.Before(next) {
			next = at
		}
		if c == in.old && in.oldStopped && at.IsZero() {
			in.dropOld()
		}
	}
	return next
}

// ended: "forget all encryption keys for this correspondent, and transition
// msgstate to MSGSTATE_FINISHED".
func (s inbox) ended(in *instance, out *Output) {
	if in.smp.m.Running() {
		out.event(SMPAborted{From: in.tag, Fingerprint: in.fingerprint})
	}
	in.pause.giveBack(out)
	s.finish(in)
	out.event(Ended{in.fingerprint, in.tag})
}

// show sets out's message. "A message with an empty human-readable part ... should not be
// displayed to the user".
func (in *instance) show(text []byte, out *Output) {
	if len(text) > 0 {
		out.Message = &Message{Text: text, Fingerprint: in.fingerprint, From: in.tag}
	}
}

// receiveTLV processes one record of an authenticated message.
func (s inbox) receiveTLV(in *instance, t wire.TLV, opened *data.Opened, out *Output) error {
	switch t.Type {
	case wire.TLVDisconnected:
		s.ended(in, out)
	case wire.TLVSMP1, wire.TLVSMP1Q, wire.TLVSMP2, wire.TLVSMP3, wire.TLVSMP4, wire.TLVSMPAbort:
		if opened.Place.Compare(in.smpRecord) < 0 {
			return nil // a newer message with SMP records has overtaken it
		}
		in.smpRecord = opened.Place
		return s.smpRuns().receiveSMP(in, t, out)
	case wire.TLVExtraKey:
		if in.version == V3 && len(t.Value) >= 4 {
			out.event(ExtraKeyAsked{
				Use:  binary.BigEndian.Uint32(t.Value),
				Data: t.Value[4:],
				Key:  *opened.ExtraKey,
				From: in.tag, Fingerprint: in.fingerprint,
			})
		}
	}
	return nil
}

// ExtraKey returns the 32-byte extra symmetric key and tells the peer to use it
// for use ("Extra symmetric key", TLV type 8). data is free, up to 65531 bytes.
// It fails with [ErrNoChannel] unless a version 3 channel is up, and with
// [ErrSeveralKeys] as Send does.
func (s *Session) ExtraKey(use uint32, data []byte) (key [32]byte, out Output, err error) {
	in, err := s.addressee()
	if err != nil {
		return key, out, err
	}
	if in == nil || in.state != Encrypted || in.version != V3 {
		return key, out, ErrNoChannel
	}
	value := append(binary.BigEndian.AppendUint32(nil, use), data...)
	if len(value) > 0xffff {
		return key, out, ErrTooLong
	}
	key = in.channel.ExtraKey()
	if err := s.seal(in, &out, wire.IgnoreUnreadable, nil, wire.TLV{Type: wire.TLVExtraKey, Value: value}); err != nil {
		return [32]byte{}, Output{}, err
	}
	return key, out, nil
}
