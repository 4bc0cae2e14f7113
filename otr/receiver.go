// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import "purple-otr/otr/internal/wire"

// Receiver is the instance tag in the header of msg, an encoded version 3 message or a
// fragment of one, whole as it is transmitted: the client of the peer that it is for, or
// zero if it is for whoever answers. ok is false if msg is neither. Nothing of it is
// authenticated.
func Receiver(msg []byte) (tag InstanceTag, ok bool) {
	kind, body := classify(msg)
	switch kind {
	case fragmentText:
		f, err := wire.ParseFragment(body)
		return InstanceTag(f.Receiver), err == nil && f.Version == wire.V3
	case encodedText:
		b, err := wire.Dearmor(body)
		if err != nil {
			return 0, false
		}
		h, _, _, err := wire.ParseHeader(b)
		return InstanceTag(h.Receiver), err == nil && h.Version == wire.V3
	}
	return 0, false
}
