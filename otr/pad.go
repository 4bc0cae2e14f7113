// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"math"

	"purple-otr/otr/internal/wire"
)

// padTo is what the length of a padded plaintext is a multiple of, in bytes.
const padTo = 256

// SetPadding takes effect from the next call: see [Config.Padding].
func (s *Session) SetPadding(on bool) { s.padding = on }

// pad appends to plaintext, which has records if records says so, a record of type 0: "the
// value may be an arbitrary amount of data, which should be ignored". Afterwards the length
// is a multiple of padTo; or less, as much as the network carries in the same number of
// messages as without padding. size is the length of the binary message with a plaintext of
// n bytes.
func pad(maxMessage int, plaintext []byte, records bool, v Version, size func(n int) int) []byte {
	header := 4 // of the record
	if !records {
		header++ // the NUL before the first
	}
	least := len(plaintext) + header
	n := (least + padTo - 1) / padTo * padTo
	if maxMessage != 0 {
		most := roomBeside(maxMessage, size(len(plaintext)), v) - size(0)
		n = min(n, most)
	}
	if n < least {
		return plaintext
	}
	padding := make([]byte, n-least)
	if records {
		return append(plaintext, wire.AppendPlaintext(nil, nil, wire.TLV{Type: wire.TLVPadding, Value: padding})[1:]...)
	}
	return wire.AppendPlaintext(nil, plaintext, wire.TLV{Type: wire.TLVPadding, Value: padding})
}

// roomBeside is the length of the longest binary message that takes no more messages of the
// network than one of size bytes.
func roomBeside(maxMessage, size int, v Version) int {
	text := wire.ArmorLen(size)
	room := maxMessage
	if text > room {
		room = wire.FragmentRoom(uint16(v), maxMessage)
		if room <= 0 || text > math.MaxInt32/2 {
			return size // it cannot be sent anyway
		}
		room *= (text + room - 1) / room
	}
	return wire.ArmoredSize(room)
}

// onlyPadding reports whether a message with these records says nothing.
func onlyPadding(tlvs []wire.TLV) bool {
	for _, t := range tlvs {
		if t.Type != wire.TLVPadding {
			return false
		}
	}
	return true
}
