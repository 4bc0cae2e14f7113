// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"encoding/binary"
	"io"
	"slices"

	"purple-otr/otr/internal/draw"
	"purple-otr/otr/internal/wire"
)

// fragments splits msg, which has the header h, into fragments, or returns nil if that is impossible.
func fragments(s *Session, msg []byte, h wire.Header) ([][]byte, error) {
	if h.Version != wire.V4 {
		return wire.Split(msg, h, s.maxMessage), nil
	}
	var id [4]byte
	if _, err := io.ReadFull(draw.For(s.rand, "fragment identifier"), id[:]); err != nil {
		return nil, err
	}
	return wire.Split4(msg, h, s.four.unused(binary.BigEndian.Uint32(id[:])), s.maxMessage), nil
}

// unused returns id, or a number near it if one of our latest messages, whose fragments may be on
// their way, has that identifier.
func (f *four) unused(id uint32) uint32 {
	for slices.Contains(f.identifiers[:], id) {
		id++
	}
	copy(f.identifiers[1:], f.identifiers[:])
	f.identifiers[0] = id
	return id
}

// receiveFragment4 keeps a fragment of version 4, or processes the message that it completes.
func (s inbox) receiveFragment4(f wire.Fragment4) (Output, error) {
	var out Output
	h := wire.Header{Version: wire.V4, Sender: f.Sender, Receiver: f.Receiver}
	if ours, err := s.addressed(h, true, &out); !ours || err != nil {
		return out, err
	}
	text, complete := s.four.fragments.Add(f, s.now())
	if !complete {
		return out, nil
	}
	kind, whole := classify(text)
	if kind != encodedText {
		return out, &MessageError{"fragment", "piece", ErrMalformed}
	}
	return s.receiveEncoded(whole)
}
