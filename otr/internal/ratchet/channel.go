// SPDX-License-Identifier: GPL-2.0-or-later

// Package ratchet is the encrypted channel of version 4. It encrypts Data Messages with a double
// ratchet, opens them in any order, and reveals old MAC keys. It knows neither how the first
// keys were agreed nor what the messages say.
package ratchet

import (
	"cmp"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/draw"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/wire"
)

// A Channel is one end of an encrypted channel ("Key Management").
//
// The two sides begin ratchets in turn, and number them together: after a message of the peer's
// new ratchet has arrived, our next message begins another one.
type Channel struct {
	ratchet  uint32 // i: number of the next ratchet, ours or the peer's
	previous uint32 // pn: how many messages we sent in our previous ratchet
	rotate   bool   // our next message begins a ratchet

	root       kdf4.Key
	brace      kdf4.Brace
	send, recv chain

	own     ed448.KeyPair // zero after the peer's next ratchet has begun
	ownDH   dh.KeyPair15  // zero after the peer's next ratchet with a Diffie-Hellman key has begun
	their   ed448.Point
	theirDH dh.Public15

	skipped []skipped // oldest first

	// oldMACKeys are the MAC keys that the first message of our next ratchet reveals.
	oldMACKeys []byte

	// stopped says that another channel has replaced this one: see Stop. until is zero before
	// the next call of ExpireLate.
	stopped bool
	until   time.Time
}

// Agreed is what a channel needs from a completed key exchange.
type Agreed struct {
	Secret     kdf4.Key // K, the mixed shared secret
	Own        ed448.KeyPair
	OwnDH      dh.KeyPair15
	Their      ed448.Point
	TheirDH    dh.Public15
	Began      bool   // we sent the Identity Message; then the peer sends with these first keys
	OldMACKeys []byte // unrevealed ones of the channel that this one replaces
}

// New opens a channel with the first keys of both sides. Call it in erase.Do, so that a is
// erased too.
//
// In the specification the side that sends the Auth-I Message begins ratchet 0 at once. Here its
// first message does that, which makes the exchange faster by a third. The peer sees no
// difference, because ratchet 0 reveals no MAC keys.
func New(a Agreed) (c *Channel, err error) {
	erase.Do(func() { c, err = open(a) })
	return c, err
}

func open(a Agreed) (*Channel, error) {
	ecdh, err := a.Own.Shared(a.Their)
	if err != nil {
		return nil, err
	}
	c := &Channel{
		rotate: a.Began, own: a.Own, ownDH: a.OwnDH, their: a.Their, theirDH: a.TheirDH, oldMACKeys: a.OldMACKeys,
	}
	c.brace = braceOf(&a.OwnDH, a.TheirDH)
	c.root = kdf4.New(kdf4.FirstRootKey, a.Secret[:])
	ch := c.derive(&ecdh)
	if a.Began {
		c.recv = ch
	} else {
		c.send = ch
	}
	return c, nil
}

// derive derives a chain from c's root and brace keys and an elliptic curve secret, and replaces
// the root key ("Deriving Double Ratchet Keys"). It wipes the secret.
func (c *Channel) derive(ecdh *[ed448.PointSize]byte) chain {
	mixed := c.brace.Mix(ecdh)
	clear(ecdh[:])
	ch := chain{exists: true, key: kdf4.New(kdf4.ChainKey, c.root[:], mixed[:])}
	c.root = kdf4.New(kdf4.RootKey, c.root[:], mixed[:])
	mixed.Wipe()
	return ch
}

// braceOf derives the brace key from two Diffie-Hellman keys.
func braceOf(own *dh.KeyPair15, their dh.Public15) kdf4.Brace {
	secret := own.Shared(their).MPI()
	defer clear(secret)
	return kdf4.NewBrace(secret)
}

var (
	// errRetired means that the channel's keys have been destroyed.
	errRetired = errors.New("ratchet: the channel has been retired")
	// errExhausted means that a ratchet or message number would overflow.
	errExhausted = errors.New("ratchet: too many messages")
)

// turn begins our next ratchet ("Rotating ECDH Keys and Brace Key as sender"). If it fails, c
// is unchanged.
func (c *Channel) turn(rand io.Reader) error {
	if c.ratchet == math.MaxUint32 {
		return errExhausted
	}
	purpose := "ratchet " + strconv.FormatUint(uint64(c.ratchet), 10)
	own, err := ed448.Generate(draw.For(rand, purpose+" ecdh"))
	if err != nil {
		return err
	}
	ecdh, err := own.Shared(c.their)
	if err != nil {
		return err
	}
	ownDH, brace := c.ownDH, c.brace.Next()
	if wire.HasDH(c.ratchet) {
		if ownDH, err = dh.Generate15(draw.For(rand, purpose+" dh")); err != nil {
			return err
		}
		brace = braceOf(&ownDH, c.theirDH)
	}
	c.own, c.ownDH, c.brace = own, ownDH, brace
	c.previous = c.send.number
	c.send = c.derive(&ecdh)
	c.ratchet++
	c.rotate = false
	return nil
}

// Seal encrypts plaintext and appends the whole binary message, including h, to b.
func (c *Channel) Seal(b []byte, h wire.Header, flags byte, plaintext []byte, rand io.Reader) (msg []byte, err error) {
	// The message is public, so it is not made where everything is erased.
	b = slices.Grow(b, overhead+len(plaintext)+len(c.oldMACKeys))
	erase.Do(func() {
		if err = c.ready(rand); err == nil {
			msg = c.seal(b, h, flags, plaintext, c.reveals())
		}
	})
	return msg, err
}

// reveals reports whether the next message reveals old MAC keys. Ratchet 0 reveals nothing: see
// New.
func (c *Channel) reveals() bool { return c.send.number == 0 && c.ratchet > 1 }

// Size returns the length of the message that Seal makes with header h of n bytes of plaintext. It
// begins the ratchet of that message, if need be: the lengths of the keys are a part of it.
func (c *Channel) Size(h wire.Header, rand io.Reader, n int) (size int, err error) {
	erase.Do(func() { err = c.ready(rand) })
	if err != nil {
		return 0, err
	}
	size = overhead - headerSize - dh.Size15 + len(wire.AppendHeader(nil, h, wire.TypeData)) + n
	if wire.HasDH(c.sending()) {
		size += len(c.ownDH.Public.MPI())
	}
	if c.reveals() {
		size += len(c.oldMACKeys)
	}
	return size, nil
}

// sending returns the number of the ratchet that c sends with.
func (c *Channel) sending() uint32 { return max(c.ratchet, 1) - 1 }

// Ratchet returns the number of the next ratchet, ours or the peer's. It grows whenever one begins.
func (c *Channel) Ratchet() uint32 { return c.ratchet }

// ready prepares c for sending a message.
func (c *Channel) ready(rand io.Reader) error {
	if c.stopped || c.own.IsZero() && !c.rotate {
		return errRetired
	}
	if c.rotate {
		var err error
		erase.Do(func() { err = c.turn(rand) })
		if err != nil {
			return err
		}
	}
	if c.send.number == math.MaxUint32 {
		return errExhausted
	}
	return nil
}

// overhead is the largest size of a message without text and old MAC keys, in bytes.
const overhead = headerSize + 13 + ed448.PointSize + 4 + dh.Size15 + 4 + kdf4.Size + 4

const headerSize = 11

// seal is [Channel.Seal] for a channel that is ready. reveal says whether to reveal the old MAC
// keys.
func (c *Channel) seal(b []byte, h wire.Header, flags byte, plaintext []byte, reveal bool) []byte {
	m := wire.Data4{
		Flags: flags, Previous: c.previous, Number: c.send.number, ECDH: c.own.Public.Encoded(),
		Encrypted: plaintext, // encrypted below, in b
		Ratchet:   c.sending(),
	}
	if wire.HasDH(m.Ratchet) {
		m.DH = c.ownDH.Public.MPI()
	}
	if reveal {
		m.OldMACKeys, c.oldMACKeys = c.oldMACKeys, nil
	}
	start := len(b)
	b = slices.Grow(b, overhead+len(plaintext)+len(m.OldMACKeys))
	b = m.AppendUnsigned(wire.AppendHeader(b, h, m.Type()))
	erase.Do(func() {
		keys := c.send.next()
		keys.crypt(b[len(b)-len(plaintext):])
		mac := keys.mac()
		m.MAC = authenticator(&mac, b[start:])
		keys.wipe()
		mac.Wipe()
	})
	return m.AppendSignature(b)
}

// ExtraKey returns the extra symmetric key of the next message that c seals. It may begin a
// ratchet, which needs randomness.
func (c *Channel) ExtraKey(rand io.Reader) (k kdf4.Key, err error) {
	erase.Do(func() {
		if err = c.ready(rand); err == nil {
			k = c.send.extra()
		}
	})
	return k, err
}

// Unrevealed returns the old MAC keys that have not been revealed yet, 64 bytes each. The caller
// must not modify them.
func (c *Channel) Unrevealed() []byte { return c.oldMACKeys }

const (
	// overdueKeys is how many old MAC keys may wait until our user sends something.
	overdueKeys = 64
	// maxUnrevealed is how many old MAC keys we keep, so that memory is bounded even if we
	// never send anything.
	maxUnrevealed = 1000
)

// Overdue reports whether the caller should send a message without text in order to reveal old
// MAC keys.
func (c *Channel) Overdue() bool { return c.rotate && len(c.oldMACKeys) > overdueKeys*kdf4.Size }

// Reveal adds MAC keys to those that the next ratchet reveals. The caller uses it for the keys of
// a channel that this one has replaced.
func (c *Channel) Reveal(oldMACKeys []byte) {
	// They are secret until they have left, which they may not do.
	erase.Do(func() { c.oldMACKeys = append(c.oldMACKeys, oldMACKeys...) })
	if more := len(c.oldMACKeys) - maxUnrevealed*kdf4.Size; more > 0 {
		c.oldMACKeys = slices.Delete(c.oldMACKeys, 0, more)
	}
}

// Retire destroys all keys. It returns the MAC keys that have not been revealed yet, of received
// messages first, then of skipped ones. Afterwards c opens and seals nothing.
func (c *Channel) Retire() (oldMACKeys []byte) {
	c.dropSkipped(len(c.skipped))
	oldMACKeys = c.oldMACKeys
	*c = Channel{}
	return oldMACKeys
}

// SealLast seals the channel's last message and destroys all keys. As c accepts nothing more, the
// message reveals all MAC keys, also of skipped messages ("Session Expiration").
func (c *Channel) SealLast(h wire.Header, flags byte, plaintext []byte, rand io.Reader) (msg []byte, err error) {
	defer func() { clear(c.Retire()) }()
	erase.Do(func() {
		if err = c.ready(rand); err != nil {
			return
		}
		c.dropSkipped(len(c.skipped))
		msg = c.seal(nil, h, flags, plaintext, true)
	})
	return msg, err
}

// Stop is called when another channel has replaced c and the peer has shown that it uses the new
// one. c then only opens messages in flight, and only for some seconds: see ExpireLate. It seals
// nothing.
func (c *Channel) Stop() {
	c.send, c.stopped = chain{}, true
}

// A Place is the position of a message among all messages that its sender has sent through one
// channel. The zero Place is before all of them.
type Place struct {
	Ratchet uint32
	Number  uint64 // from 1
}

// Compare is negative if the message at p was sent before the one at q.
func (p Place) Compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Ratchet, q.Ratchet), cmp.Compare(p.Number, q.Number))
}
