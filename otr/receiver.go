// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"

	"purple-otr/otr/internal/wire"
)

// headerChars is how many base64 characters of an encoded message contain its version, its
// type and both instance tags: 11 bytes.
const headerChars = 16

// Receiver returns the instance tag of the peer's client that msg is for, from the
// unencrypted header of an encoded message of version 3 or 4 or of a fragment of one. The caller
// can use it on networks where clients have separate addresses. ok is false if msg is
// anything else, or is for any client. The header is not authenticated.
func Receiver(msg []byte) (tag InstanceTag, ok bool) {
	kind, body := classify(msg)
	var h wire.Header
	switch kind {
	case fragmentText:
		if f, err := wire.ParseFragment(body); err == nil {
			h = wire.Header{Version: f.Version, Receiver: f.Receiver}
		} else if f, err := wire.ParseFragment4(body); err == nil {
			h = wire.Header{Version: wire.V4, Receiver: f.Receiver}
		}
	case encodedText:
		start := append(bytes.Clone(body[:min(len(body), len(wire.Prefix)+headerChars)]), '.')
		b, err := wire.Dearmor(start)
		if err != nil {
			return 0, false
		}
		var typ byte
		if h, typ, _, err = wire.ParseHeader(b); err != nil || h.Version == wire.V4 && !wire.IsType4(typ) {
			return 0, false
		}
	}
	tag = InstanceTag(h.Receiver)
	return tag, h.Version >= wire.V3 && tag >= minTag
}
