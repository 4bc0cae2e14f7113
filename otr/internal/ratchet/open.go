// SPDX-License-Identifier: GPL-2.0-or-later

package ratchet

import (
	"bytes"
	"math"
	"slices"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/wire"
)

// Opened is an authenticated message.
type Opened struct {
	Plaintext []byte
	ExtraKey  kdf4.Key // "Extra Symmetric Key"
	Place     Place
}

func bad(field string, kind wire.Kind) error {
	return &wire.Error{Message: "Data", Field: field, Kind: kind}
}

// Open authenticates and decrypts m ("When you receive a Data Message"). Messages may arrive in
// any order; each is opened only once. If Open fails, c is unchanged.
func (c *Channel) Open(m wire.Data4) (opened Opened, err error) {
	erase.Do(func() { opened, err = c.open(&m) })
	return opened, err
}

func (c *Channel) open(m *wire.Data4) (Opened, error) {
	if i := c.findSkipped(m); i >= 0 {
		opened, mac, err := c.skipped[i].keys.open(m)
		if err != nil {
			return Opened{}, err
		}
		c.skipped = slices.Delete(c.skipped, i, i+1)
		c.Reveal(mac[:])
		return opened, nil
	}
	next := *c // the slices are shared: do not modify them before the assignment
	missing, err := next.advance(m)
	if err != nil {
		return Opened{}, err
	}
	missing = append(missing, next.recv.skip(m.ECDH, m.Number)...)
	keys := next.recv.next()
	opened, mac, err := keys.open(m)
	keys.wipe()
	if err != nil {
		clear(missing)
		next = Channel{}
		return Opened{}, err
	}
	*c = next
	c.keep(missing)
	c.Reveal(mac[:])
	return opened, nil
}

// advance brings c to m's ratchet. It returns the keys of the messages that are missing from the
// ratchet before. It does the cheap checks first.
func (c *Channel) advance(m *wire.Data4) (missing []skipped, err error) {
	their := c.their.Encoded()
	switch {
	case m.Number == math.MaxUint32: // the next number would overflow: nobody sends this one
		return nil, bad("j", wire.NoKeys)
	case c.recv.exists && m.ECDH == their:
		switch {
		case m.Number < c.recv.number:
			return nil, bad("j", wire.Replayed)
		case m.Number-c.recv.number > maxSkip:
			return nil, bad("j", wire.NoKeys)
		}
		return nil, nil
	case m.Ratchet < c.ratchet:
		return nil, bad("i", wire.Late)
	case m.Ratchet > c.ratchet || m.Ratchet == math.MaxUint32 || c.rotate || c.own.IsZero():
		return nil, bad("i", wire.NoKeys)
	case m.Number > maxSkip:
		return nil, bad("j", wire.NoKeys)
	case m.Previous > c.recv.number && m.Previous-c.recv.number > maxSkip:
		return nil, bad("pn", wire.NoKeys)
	}
	missing = c.recv.skip(their, m.Previous)
	if err = c.follow(m); err != nil {
		clear(missing)
		return nil, err
	}
	return missing, nil
}

// follow begins the peer's next ratchet ("Rotating ECDH Keys and Brace Key as receiver").
func (c *Channel) follow(m *wire.Data4) (err error) {
	if c.their, err = ed448.ParsePoint(m.ECDH[:]); err != nil {
		return bad("ECDH key", wire.Malformed)
	}
	if wire.HasDH(m.Ratchet) {
		if c.theirDH, err = dh.ParsePublic15(m.DH); err != nil {
			return bad("D-H key", wire.Malformed)
		}
	}
	ecdh, err := c.own.Shared(c.their)
	if err != nil {
		return bad("ECDH key", wire.Malformed)
	}
	c.own.Wipe()
	if wire.HasDH(m.Ratchet) {
		c.brace = braceOf(&c.ownDH, c.theirDH)
		c.ownDH.Wipe()
	} else {
		c.brace = c.brace.Next()
	}
	c.recv = c.derive(&ecdh)
	c.ratchet++
	c.rotate = true
	return nil
}

// open authenticates and decrypts m. mac is MKmac.
func (k *messageKeys) open(m *wire.Data4) (opened Opened, mac kdf4.Key, err error) {
	mac = k.mac()
	want := authenticator(&mac, m.Signed)
	got := kdf4.Key(m.MAC)
	if !same(&want, &got) {
		return Opened{}, kdf4.Key{}, bad("authenticator", wire.Forged)
	}
	opened = Opened{bytes.Clone(m.Encrypted), k.extra, Place{m.Ratchet, uint64(m.Number) + 1}}
	k.crypt(opened.Plaintext)
	return opened, mac, nil
}
