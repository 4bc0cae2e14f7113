// SPDX-License-Identifier: GPL-2.0-or-later

package ratchet

import (
	"bytes"
	"math"
	"reflect"
	"testing"

	"purple-otr/otr/internal/wire"
)

// Whatever numbers and keys a message has, nothing comes of it but an error, unless it is
// genuine.
func FuzzOpen(f *testing.F) {
	a, b := newPair(f, "")
	say(f, a, b, "a")
	say(f, b, a, "b")
	a.seal(f, "skipped")
	say(f, a, b, "a")
	genuine := parse(f, a.seal(f, "genuine"))
	key := genuine.ECDH[:]
	f.Add(uint32(0), uint32(1), uint32(0), key, []byte{}, genuine.Encrypted, genuine.MAC[:])
	f.Add(uint32(1), uint32(2), uint32(0), bytes.Repeat([]byte{7}, 57), []byte{}, []byte("x"), genuine.MAC[:])
	f.Add(uint32(math.MaxUint32), uint32(3), uint32(math.MaxUint32), key, []byte{2}, []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, pn, i, j uint32, ecdh, modp, encrypted, mac []byte) {
		m := wire.Data4{Previous: pn, Ratchet: i, Number: j, DH: modp, Encrypted: encrypted}
		copy(m.ECDH[:], ecdh)
		copy(m.MAC[:], mac)
		msg := wire.Append(nil, header, m)
		_, parsed, err := wire.Parse4(msg)
		if err != nil {
			return
		}
		m = parsed.(wire.Data4)
		if bytes.Equal(m.Signed, genuine.Signed) && m.MAC == genuine.MAC {
			return
		}
		before := b.snapshot()
		if o, err := b.Open(m); err == nil {
			t.Fatalf("%x is read as %q", msg, o.Plaintext)
		}
		if !reflect.DeepEqual(before, b.snapshot()) {
			t.Fatalf("%x has changed the channel", msg)
		}
	})
}
