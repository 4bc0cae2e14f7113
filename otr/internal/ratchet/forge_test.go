// SPDX-License-Identifier: GPL-2.0-or-later

package ratchet

import (
	"bytes"
	"testing"

	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/wire"
)

// Somebody who has a chain key reads the messages of the ratchet from there on, and can replace them by
// others that the peer accepts.
func TestForgeWithChainKey(t *testing.T) {
	a, b := newPair(t, "forge")
	say(t, a, b, "begin")
	for ratchet := range uint32(4) {
		from, to := a, b
		if ratchet%2 == 0 {
			from, to = b, a
		}
		up, err := from.Upcoming(from.rand)
		if err != nil {
			t.Fatal(err)
		}
		key := up.ChainKey
		for number := range uint32(3) {
			m := parse(t, from.seal(t, "attack at dawn"))
			if m.Ratchet != up.Ratchet || m.Number != up.Number+number || m.ECDH != up.ECDH || !bytes.Equal(m.DH, up.DH) {
				t.Fatalf("message %d of ratchet %d is %+v, not %+v", number, ratchet, m, up)
			}
			var enc, extra kdf4.Key
			enc, extra, key = Keys(key)
			text := bytes.Clone(m.Encrypted)
			Crypt(enc, text)
			if string(text) != "attack at dawn" {
				t.Fatalf("it says %q", text)
			}
			copy(text, "defend")
			Crypt(enc, text)
			m.Encrypted = text
			m.MAC = Authenticate(MACKey(enc), m.AppendUnsigned(wire.AppendHeader(nil, header, m.Type())))
			if opened := to.open(t, wire.Append(nil, header, m), "defend at dawn"); *opened.ExtraKey != extra {
				t.Error("another extra symmetric key")
			}
		}
	}
}

func TestUpcomingFails(t *testing.T) {
	a, b := newPair(t, "upcoming")
	say(t, a, b, "begin")
	before := b.snapshot()
	if _, err := b.Upcoming(noRand{}); err == nil || b.ratchet != before.ratchet || b.rotate != before.rotate {
		t.Errorf("without randomness: %v", err)
	}
	b.Retire()
	if _, err := b.Upcoming(b.rand); err == nil {
		t.Error("a channel without keys has a next message")
	}
}
