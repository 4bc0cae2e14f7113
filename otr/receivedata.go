// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"encoding/binary"

	"purple-otr/otr/internal/wire"
)

// maxUnrevealed is how many bytes of old MAC keys may wait for a message of ours.
const maxUnrevealed = 64 * 20

// unreadableText tells the peer's program what happened.
const unreadableText = " Your encrypted message could not be read. Please start the private conversation again."

// unreadable: "inform the user that an unreadable encrypted message was
// received, and reply with an Error Message", unless the sender has set
// IGNORE_UNREADABLE.
func (s *Session) unreadable(out Output, flags byte, reason error) (Output, error) {
	if flags&wire.IgnoreUnreadable != 0 {
		return out, reason
	}
	out.event(Unreadable{reason})
	if s.passed(errorInterval, &s.lastError) {
		out.send([]byte(errorPrefix + unreadableText))
	}
	return out, reason
}

// receiveData: the section "Receiving a Data Message".
func (s *Session) receiveData(h wire.Header, m wire.Data) (Output, error) {
	var out Output
	in := s.instances[InstanceTag(h.Sender)]
	if in == nil || in.state != Encrypted {
		return s.unreadable(out, m.Flags, &MessageError{"Data", "no channel", ErrNoChannel})
	}
	opened, err := in.channel.Open(m)
	if err != nil {
		if in.old != nil {
			if o, oldErr := in.old.Open(m); oldErr == nil {
				text, _ := wire.ParsePlaintext(o.Plaintext)
				in.show(text, &out)
				return out, nil
			}
		}
		return s.unreadable(out, m.Flags, publicError(err))
	}
	in.dropOld()
	text, tlvs := wire.ParsePlaintext(opened.Plaintext)
	in.show(text, &out)
	if len(text) == 0 && len(tlvs) == 0 {
		out.event(Heartbeat{})
	}
	for _, t := range tlvs {
		if err := s.receiveTLV(in, t, opened.ExtraKey, &out); err != nil || in.state != Encrypted {
			return out, err
		}
	}
	idle := s.now().Sub(in.lastSent) > heartbeatInterval
	if len(text) > 0 && idle || len(in.channel.Unrevealed()) > maxUnrevealed {
		// "The heartbeat message should have the IGNORE_UNREADABLE flag set."
		if err := s.seal(in, &out, wire.IgnoreUnreadable, nil); err != nil {
			return out, nil // what arrived is genuine all the same
		}
	}
	return out, nil
}

// show sets out's message; "A message with an empty human-readable part ...
// should not be displayed to the user".
func (in *instance) show(text []byte, out *Output) {
	if len(text) > 0 {
		out.Message = &Message{Text: text, Fingerprint: in.fingerprint, From: in.tag}
	}
}

// receiveTLV acts on one record of an authenticated message.
func (s *Session) receiveTLV(in *instance, t wire.TLV, extra [32]byte, out *Output) error {
	switch t.Type {
	case wire.TLVDisconnected:
		// "forget all encryption keys for this correspondent, and transition
		// msgstate to MSGSTATE_FINISHED"
		if in.smp.m.Running() {
			out.event(SMPAborted{})
		}
		in.finish()
		out.event(Ended{in.fingerprint})
	case wire.TLVSMP1, wire.TLVSMP1Q, wire.TLVSMP2, wire.TLVSMP3, wire.TLVSMP4, wire.TLVSMPAbort:
		return s.receiveSMP(in, t, out)
	case wire.TLVExtraKey:
		if in.version == V3 && len(t.Value) >= 4 {
			out.event(ExtraKeyAsked{
				Use:  binary.BigEndian.Uint32(t.Value),
				Data: t.Value[4:],
				Key:  extra,
			})
		}
	}
	return nil
}

// ExtraKey returns the 32-byte extra symmetric key and tells the peer to use it
// for use ("Extra symmetric key", TLV type 8). data is free, up to 65531 bytes.
// It fails with [ErrNoChannel] unless a version 3 channel is up.
func (s *Session) ExtraKey(use uint32, data []byte) (key [32]byte, out Output, err error) {
	in := s.selected()
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
