// SPDX-License-Identifier: GPL-2.0-or-later

// Package data is the encrypted channel that a key exchange sets up: Data Messages, keys that
// are replaced as messages go back and forth, and the publication of old MAC keys. It knows
// neither how the keys were agreed nor what the messages say.
package data

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"io"
	"math"
	"slices"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/wire"
)

// A Channel is one end of an encrypted channel ("Key Management").
//
// Each side has two keys, the previous one and the current one. We send with our own previous
// key, because the peer may not have seen our current one yet, and with the newest key of the
// peer that we know.
type Channel struct {
	own     [2]dh.KeyPair // previous, current; the current one is zero until it is announced
	ownID   uint32        // serial number of own[current]
	their   [2]dh.Public  // previous, current; the previous one is zero at first
	theirID uint32        // serial number of their[current]

	// pairs caches the keys derived from each combination [own][their]: nil until a message
	// first uses them.
	pairs [2][2]*pair

	// late holds the pairs that rotation has dropped and that can still open messages in
	// flight: at most keepLate, oldest first.
	late     []latePair
	keepLate int
	overtook bool // a counter was skipped: this network loses or reorders messages

	// oldMACKeys will be revealed in the next message we send.
	oldMACKeys []byte
}

const (
	previous = 0
	current  = 1
)

// Agreed is the input that a completed key exchange gives to a channel.
type Agreed struct {
	Own        dh.KeyPair
	OwnID      uint32
	Theirs     dh.Public
	TheirID    uint32
	Shared     dh.Shared // of Own and Theirs
	OldMACKeys []byte    // left by the channel that this one replaces
	KeepLate   int       // how many pairs of keys open late messages: see Channel.ExpireLate
}

// New opens a channel.
func New(a Agreed) *Channel {
	c := &Channel{ownID: a.OwnID + 1, theirID: a.TheirID, oldMACKeys: a.OldMACKeys, keepLate: a.KeepLate}
	c.own[previous] = a.Own
	c.their[current] = a.Theirs
	c.pairs[previous][current] = derivePair(a.Own.Public, a.Theirs, a.Shared)
	return c
}

// Seal encrypts plaintext and appends the whole binary message, including header h, to b.
func (c *Channel) Seal(b []byte, h wire.Header, flags byte, plaintext []byte, rand io.Reader) ([]byte, error) {
	if c.own[previous].IsZero() {
		return nil, errRetired
	}
	if c.own[current].IsZero() {
		if err := c.generate(rand); err != nil {
			return nil, err
		}
	}
	p := c.pair(previous, current)
	p.sendCounter++
	m := wire.Data{
		Flags:          flags,
		SenderKeyID:    c.ownID - 1,
		RecipientKeyID: c.theirID,
		NextKey:        c.own[current].Public.MPI(),
		Counter:        p.sendCounter,
		Encrypted:      plaintext, // replaced by the ciphertext below
	}
	start := len(b)
	b = slices.Grow(b, overhead+len(plaintext)+len(c.oldMACKeys))
	b = m.AppendUnsigned(wire.AppendHeader(b, h, m.Type()))
	p.send.ctr(b[len(b)-len(plaintext):], p.sendCounter, plaintext)
	m.MAC, m.OldMACKeys = p.send.mac(b[start:]), c.oldMACKeys
	c.oldMACKeys = nil
	return m.AppendSignature(b), nil
}

// generate draws our current key.
func (c *Channel) generate(rand io.Reader) (err error) {
	erase.Do(func() {
		var k dh.KeyPair
		if k, err = dh.Generate(rand); err == nil {
			c.own[current] = k
		}
	})
	return err
}

// Size returns the length of the message that Seal makes with header h of n bytes of
// plaintext. It draws the key that this announces, if need be: its length is a part of it.
func (c *Channel) Size(h wire.Header, rand io.Reader, n int) (int, error) {
	if c.own[current].IsZero() && !c.own[previous].IsZero() {
		if err := c.generate(rand); err != nil {
			return 0, err
		}
	}
	head := len(wire.AppendHeader(nil, h, wire.TypeData))
	rest := overhead - 11 - dh.Size + len(c.own[current].Public.MPI())
	return head + rest + n + len(c.oldMACKeys), nil
}

// overhead is the maximum length in bytes of a message without text and old MAC keys.
const overhead = 11 + 9 + 4 + dh.Size + 8 + 4 + macSize + 4

// Opened is an authenticated and decrypted message.
type Opened struct {
	Plaintext []byte
	// ExtraKey belongs to the keys that protected the message ("Extra symmetric key"). It
	// is theirs: it is wiped with them, by the next call at the earliest.
	ExtraKey *[32]byte
	Place    Place
}

// A Place is the position of a message among all messages that its sender sent over one
// channel. The zero Place precedes all of them.
type Place struct {
	Sender, Recipient uint32 // serial numbers of the keys: neither ever decreases
	Counter           uint64
}

// Compare is negative if the message at p was sent before the one at q.
func (p Place) Compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Sender, q.Sender), cmp.Compare(p.Recipient, q.Recipient), cmp.Compare(p.Counter, q.Counter))
}

// Open authenticates and decrypts m. Messages may arrive in any order; each is accepted once.
// If Open fails, c is unchanged, except that pairs may have been derived and cached.
func (c *Channel) Open(m wire.Data) (Opened, error) {
	if p := c.latePair(m.RecipientKeyID, m.SenderKeyID); p != nil {
		return p.open(&m)
	}
	own, ok := index(m.RecipientKeyID, c.ownID)
	if !ok || c.own[own].IsZero() {
		return Opened{}, missing("recipient keyid", m.RecipientKeyID, c.ownID)
	}
	their, ok := index(m.SenderKeyID, c.theirID)
	if !ok || c.their[their] == (dh.Public{}) || m.SenderKeyID == math.MaxUint32 {
		return Opened{}, missing("sender keyid", m.SenderKeyID, c.theirID)
	}
	p := c.pair(own, their)
	inOrder := m.Counter == p.received.newest+1
	opened, err := p.open(&m)
	if err != nil {
		return Opened{}, err
	}
	c.overtook = c.overtook || !inOrder
	if own == current {
		c.rotateOwn()
	}
	if their == current {
		next, err := dh.ParsePublic(m.NextKey)
		if err != nil {
			panic(err) // p.open has checked it
		}
		c.rotateTheirs(next)
	}
	return opened, nil
}

// open authenticates and decrypts m, which claims to be made with p's keys, and checks the
// public key that m announces. If it fails, p is unchanged.
func (p *pair) open(m *wire.Data) (opened Opened, err error) {
	want := p.recv.mac(m.Signed)
	if subtle.ConstantTimeCompare(want[:], m.MAC[:]) != 1 {
		return Opened{}, &wire.Error{Message: "Data", Field: "authenticator", Kind: wire.Forged}
	}
	if kind, ok := p.received.admits(m.Counter); !ok {
		return Opened{}, &wire.Error{Message: "Data", Field: "counter", Kind: kind}
	}
	if !dh.IsPublic(m.NextKey) {
		return Opened{}, &wire.Error{Message: "Data", Field: "DH y"}
	}
	opened = Opened{make([]byte, len(m.Encrypted), len(m.Encrypted)+room), &p.extra, Place{m.SenderKeyID, m.RecipientKeyID, m.Counter}}
	p.recv.ctr(opened.Plaintext, m.Counter, m.Encrypted)
	opened.Plaintext = slices.Clip(opened.Plaintext)
	p.received.add(m.Counter)
	p.verified = true
	return opened, nil
}

// missing returns the error for a key that we do not have: it is Late if id is below both
// numbers that we have, and NoKeys otherwise.
func missing(field string, id, newest uint32) error {
	kind := wire.NoKeys
	if id != 0 && newest > 0 && id < newest-1 {
		kind = wire.Late
	}
	return &wire.Error{Message: "Data", Field: field, Kind: kind}
}

// index returns the index (previous or current) of the key with serial number id, where the
// current key has number newest.
func index(id, newest uint32) (i int, ok bool) {
	switch {
	case id == newest:
		return current, true
	case id == newest-1 && id != 0:
		return previous, true
	}
	return 0, false
}

// ExtraKey returns the extra symmetric key that belongs to the next sealed message.
func (c *Channel) ExtraKey() [32]byte { return c.pair(previous, current).extra }

// Unrevealed returns the old MAC keys that the next message will reveal, 20 bytes each. The
// caller must not modify them.
func (c *Channel) Unrevealed() []byte { return c.oldMACKeys }

// errRetired means that the channel's keys have been wiped.
var errRetired = errors.New("data: the channel has been retired")

// Retire wipes all keys; c can neither open nor seal anything afterwards. It returns the MAC
// keys that are still to be revealed, now including those of all received messages.
func (c *Channel) Retire() (oldMACKeys []byte) {
	c.keepLate = 0
	for own := range c.pairs {
		for their := range c.pairs[own] {
			c.dropPair(own, their)
		}
	}
	c.dropLate(len(c.late))
	oldMACKeys = c.oldMACKeys
	for i := range c.own {
		c.own[i].Wipe()
	}
	*c = Channel{}
	return oldMACKeys
}

// SealLast seals the channel's last message and wipes every key. We accept nothing more from
// the peer, so the message can safely reveal the MAC keys of all received messages.
func (c *Channel) SealLast(h wire.Header, flags byte, plaintext []byte, rand io.Reader) ([]byte, error) {
	for own := range c.pairs {
		for _, p := range c.pairs[own] {
			c.reveal(p)
		}
	}
	c.dropLate(len(c.late))
	b, err := c.Seal(nil, h, flags, plaintext, rand)
	clear(c.Retire())
	return b, err
}

// Reveal adds the MAC keys of a channel that this one replaced to those that the next message
// reveals.
func (c *Channel) Reveal(oldMACKeys []byte) {
	// They are secret until they have left, which they may not do.
	erase.Do(func() { c.oldMACKeys = append(c.oldMACKeys, oldMACKeys...) })
}
