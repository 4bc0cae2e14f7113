// SPDX-License-Identifier: GPL-2.0-or-later

package ratchet

import (
	"io"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/wire"
)

// What follows is for programs that read and forge messages with keys that somebody has published.

// Keys returns MKenc and the extra symmetric key of the message that a chain key belongs to, and
// the chain key of the next message.
func Keys(chainKey kdf4.Key) (enc, extra, next kdf4.Key) {
	c := chain{key: chainKey}
	k := c.next()
	return k.enc, k.extra, c.key
}

// MACKey returns the MKmac that belongs to MKenc.
func MACKey(enc kdf4.Key) kdf4.Key {
	k := messageKeys{enc: enc}
	return k.mac()
}

// Authenticate returns the authenticator of a message. signed is everything before it, from the
// version on.
func Authenticate(mac kdf4.Key, signed []byte) kdf4.Key { return authenticator(&mac, signed) }

// Crypt encrypts or decrypts text in place, with MKenc.
func Crypt(enc kdf4.Key, text []byte) {
	k := messageKeys{enc: enc}
	k.crypt(text)
}

// An Upcoming says which keys the next message of a channel has.
type Upcoming struct {
	Ratchet, Number uint32
	ChainKey        kdf4.Key
	ECDH            [ed448.PointSize]byte
	DH              []byte // nil if the ratchet has none
}

// Upcoming returns the keys of the next message that c seals. It may begin a ratchet, which needs
// randomness.
func (c *Channel) Upcoming(rand io.Reader) (u Upcoming, err error) {
	erase.Do(func() {
		if err = c.ready(rand); err != nil {
			return
		}
		u = Upcoming{Ratchet: c.sending(), Number: c.send.number, ChainKey: c.send.key, ECDH: c.own.Public.Encoded()}
		if wire.HasDH(u.Ratchet) {
			u.DH = c.ownDH.Public.MPI()
		}
	})
	return u, err
}
