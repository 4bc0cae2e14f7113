// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"encoding/binary"
	"io"
	"time"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/ake"
	"purple-otr/otr/internal/dake"
	"purple-otr/otr/internal/data"
	"purple-otr/otr/internal/ratchet"
	"purple-otr/otr/internal/wire"
)

// A channel is one end of an encrypted channel: a [data.Channel] of version 2 or 3, or a
// [ratchet.Channel] of version 4. See there.
type channel interface {
	Seal(b []byte, h wire.Header, flags byte, plaintext []byte, rand io.Reader) ([]byte, error)
	SealLast(h wire.Header, flags byte, plaintext []byte, rand io.Reader) ([]byte, error)
	Size(h wire.Header, rand io.Reader, n int) (int, error)
	Unrevealed() []byte
	Reveal(oldMACKeys []byte)
	Retire() (oldMACKeys []byte)
	Stop()
	ExpireLate(now time.Time) (next time.Time)
}

// An agreed is the outcome of a completed key exchange of any version.
type agreed struct {
	version    Version
	tag        InstanceTag // the peer's
	self, peer Fingerprint
	ssid       [8]byte
	hashedGx   [32]byte // identifies the exchange in versions 2 and 3
	byPeer     bool     // the peer has sent the first message
	sentLast   bool     // we have sent the last one
	channel    channel
}

// agreed3 returns the outcome r of an exchange of version 2 or 3, and opens its channel.
func (ex *exchange) agreed3(r *ake.Result) agreed {
	return agreed{
		version: ex.version, tag: ex.tag, self: fingerprintOf(r.Self), peer: fingerprintOf(r.Peer),
		ssid: r.SSID, hashedGx: r.HashedGx, byPeer: !r.SentReveal, sentLast: !r.SentReveal, channel: newChannel(r),
	}
}

// agreed4 returns the outcome r of an exchange of version 4, and opens its channel.
func (ex *exchange4) agreed4(r *dake.Result) (agreed, error) {
	var c *ratchet.Channel
	var err error
	erase.Do(func() {
		c, err = ratchet.New(ratchet.Agreed{
			Secret: r.Secret, Own: r.Own, OwnDH: r.OwnDH, Their: r.Their, TheirDH: r.TheirDH, Began: !r.SentAuthR,
		})
	})
	if err != nil {
		return agreed{}, err
	}
	return agreed{
		version: V4, tag: ex.tag, self: fingerprintOf4(r.Self), peer: fingerprintOf4(r.Peer),
		ssid: r.SSID, byPeer: r.SentAuthR, sentLast: !r.SentAuthR, channel: c,
	}, nil
}

// newChannel returns the channel for the result of an exchange of version 2 or 3.
func newChannel(r *ake.Result) (c *data.Channel) {
	erase.Do(func() {
		c = data.New(data.Agreed{
			Own: r.Own, OwnID: ake.KeyID,
			Theirs: r.Theirs, TheirID: r.TheirKeyID, Shared: r.Shared,
			KeepLate: keepLate,
		})
	})
	return c
}

// firstKeyID returns the first value of an instance's keyID: see there.
func firstKeyID(v Version) uint32 {
	if v == V4 {
		return 0
	}
	return ake.KeyID
}

// A dataMessage is a Data Message of versions 2 and 3, or one of version 4. The other field is nil.
type dataMessage struct {
	v3 *wire.Data
	v4 *wire.Data4
}

func (m dataMessage) flags() byte {
	if m.v4 != nil {
		return m.v4.Flags
	}
	return m.v3.Flags
}

// id returns the beginning of its authenticator, which identifies it.
func (m dataMessage) id() fingerprint64 {
	if m.v4 != nil {
		return fingerprint64(binary.BigEndian.Uint64(m.v4.MAC[:]))
	}
	return fingerprint64OfMAC(m.v3.MAC)
}

// version returns V4, or V3 for versions 2 and 3.
func (m dataMessage) version() Version {
	if m.v4 != nil {
		return V4
	}
	return V3
}

// An opened is an authenticated and decrypted Data Message.
type opened struct {
	plaintext []byte
	extraKey  []byte     // valid until the channel opens another message
	place     data.Place // among the messages of the channel
	// answers is the serial number of our key that the peer has answered, or, in version 4, the
	// number of the ratchet in which it has: see keptTexts.heardUnder.
	answers uint32
}

// openWith decrypts m with c's keys. ok is false if m is of another version than c.
func openWith(c channel, m dataMessage) (o opened, ok bool, err error) {
	switch c := c.(type) {
	case *data.Channel:
		if m.v3 == nil {
			return opened{}, false, nil
		}
		got, err := c.Open(*m.v3)
		if err != nil {
			return opened{}, true, err
		}
		return opened{got.Plaintext, got.ExtraKey[:], got.Place, m.v3.RecipientKeyID}, true, nil
	case *ratchet.Channel:
		if m.v4 == nil {
			return opened{}, false, nil
		}
		got, err := c.Open(*m.v4)
		if err != nil {
			return opened{}, true, err
		}
		place := data.Place{Sender: got.Place.Ratchet, Counter: got.Place.Number}
		erase.Do(func() { o = opened{got.Plaintext, append([]byte(nil), got.ExtraKey[:]...), place, got.Place.Ratchet} })
		got.ExtraKey.Wipe()
		return o, true, nil
	}
	return opened{}, false, nil
}

// overdue reports whether so many old MAC keys wait that we reveal them without our user writing.
func overdue(c channel) bool {
	if c, ok := c.(*ratchet.Channel); ok {
		return c.Overdue()
	}
	return len(c.Unrevealed()) > maxUnrevealed
}

// extraKey returns the extra symmetric key of the next message that c seals.
func extraKey(c channel, rand io.Reader) (key []byte, err error) {
	switch c := c.(type) {
	case *data.Channel:
		k := c.ExtraKey()
		key = k[:]
	case *ratchet.Channel:
		erase.Do(func() {
			k, e := c.ExtraKey(rand)
			key, err = append([]byte(nil), k[:]...), e
			k.Wipe()
		})
	}
	return key, err
}
