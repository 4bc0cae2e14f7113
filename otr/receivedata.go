// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"encoding/binary"
	"errors"
	"time"

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
// body is the encoded message.
func (s inbox) receiveData(h wire.Header, m dataMessage, body []byte) (Output, error) {
	var out Output
	now := s.now()
	in, opened, replaced, err := s.open(InstanceTag(h.Sender), m, now)
	if err != nil {
		if m.v4 != nil && !errors.Is(err, ErrReplayed) && !s.received.knows(m.id()) && s.handshakes4().keepEarly(h, m.v4, body) {
			return out, nil
		}
		return s.unreadable(out, m.version(), m.flags(), m.id(), err)
	}
	s.hear(in)
	s.received.add(m.id(), now)
	in.opened(now)
	if replaced {
		s.receiveOld(in, opened.plaintext, &out)
		return out, nil
	}
	in.stopOld(now)
	text, tlvs := wire.ParsePlaintext(opened.plaintext, maxRecords)
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
	if len(text) > 0 && idle || overdue(in.channel) {
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
	if f := in.old.fingerprint; !f.IsZero() {
		// The key that it was made with is another one, and does not end what the new one has.
		if out.Message != nil {
			out.Message.Fingerprint = f
		}
		return
	}
	for _, t := range tlvs {
		if t.Type == wire.TLVDisconnected && in.ssid.Half == 1 && !in.old.stopped {
			s.ended(in, out)
			break
		}
	}
}

// expireLate deletes expired keys that in's channels have dropped, and returns when to call
// it again.
func (in *instance) expireLate(now time.Time) (next time.Time) {
	if in.channel != nil {
		next = in.channel.ExpireLate(now)
	}
	if in.old == nil {
		return next
	}
	at := in.old.ExpireLate(now)
	if next.IsZero() || !at.IsZero() && at.Before(next) {
		next = at
	}
	if in.old.stopped && at.IsZero() {
		in.dropOld()
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

// A record is what a TLV record is about. The numbers depend on the version.
type record int

const (
	otherRecord record = iota
	disconnectedRecord
	smpRecord
	extraKeyRecord
	introductionRecord
)

// recordOf returns what a record of type typ is about in version v.
func recordOf(v Version, typ uint16) record {
	switch {
	case typ == wire.TLVDisconnected:
		return disconnectedRecord
	case v == V4 && typ == wire.TLV4ExtraKey, v == V3 && typ == wire.TLVExtraKey:
		return extraKeyRecord
	case v == V3 && typ == wire.TLVIntroduction:
		return introductionRecord
	case typ >= wire.TLVSMP1 && typ <= wire.TLVSMP1Q:
		return smpRecord
	}
	return otherRecord
}

// receiveTLV processes one record of an authenticated message.
func (s inbox) receiveTLV(in *instance, t wire.TLV, o *opened, out *Output) error {
	switch recordOf(in.version, t.Type) {
	case disconnectedRecord:
		s.ended(in, out)
	case smpRecord:
		if o.place.Compare(in.smpRecord) < 0 {
			return nil // a newer message with SMP records has overtaken it
		}
		in.smpRecord = o.place
		return s.smpRuns().receiveSMP(in, t, out)
	case introductionRecord:
		s.handshakes4().hearIntroduction(in, t.Value, out)
	case extraKeyRecord:
		if len(t.Value) >= 4 && o.extraKey != nil {
			out.event(ExtraKeyAsked{
				Use:  binary.BigEndian.Uint32(t.Value),
				Data: t.Value[4:],
				Key:  bytes.Clone(o.extraKey),
				From: in.tag, Fingerprint: in.fingerprint,
			})
			if in.version == V4 {
				o.extraKey = nil // each message has one use
			}
		}
	}
	return nil
}

// ExtraKey returns the extra symmetric key, 32 bytes in version 3 and 64 in version 4, and tells the
// peer to use it for use ("Extra symmetric key"). The caller owns it, and clears it in the end. data
// is free, up to 65531 bytes. It fails with [ErrNoChannel] unless a channel of version 3 or 4 is up,
// and with [ErrSeveralKeys] as Send does.
func (s *Session) ExtraKey(use uint32, data []byte) (key []byte, out Output, err error) {
	in, err := s.addressee()
	if err != nil {
		return nil, out, err
	}
	if in == nil || in.state != Encrypted || in.version == V2 {
		return nil, out, ErrNoChannel
	}
	t := wire.TLV{Type: wire.TLVExtraKey, Value: append(binary.BigEndian.AppendUint32(nil, use), data...)}
	if in.version == V4 {
		t.Type = wire.TLV4ExtraKey
	}
	if len(t.Value) > 0xffff {
		return nil, out, ErrTooLong
	}
	if key, err = extraKey(in.channel, s.rand); err != nil {
		return nil, out, err
	}
	if err := s.seal(in, &out, wire.IgnoreUnreadable, nil, t); err != nil {
		clear(key)
		return nil, Output{}, err
	}
	return key, out, nil
}
