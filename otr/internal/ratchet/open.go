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
	ExtraKey  *kdf4.Key // "Extra Symmetric Key", erased when nothing refers to it
	Place     Place
}

func bad(field string, kind wire.Kind) error {
	return &wire.Error{Message: "Data", Field: field, Kind: kind}
}

// Open authenticates and decrypts m ("When you receive a Data Message"). Messages may arrive in
// any order; each is opened only once. If Open fails, c is unchanged.
func (c *Channel) Open(m wire.Data4) (opened Opened, err error) {
	i := c.findSkipped(&m)
	var keys *publics
	if i < 0 {
		if keys, err = c.check(&m); err != nil {
			return Opened{}, err
		}
	}
	erase.Do(func() { opened, err = c.open(&m, i, keys) })
	return opened, err
}

// open opens m with c.skipped[i] or, if i is negative, in the ratchet that begins, or the one in
// use.
func (c *Channel) open(m *wire.Data4, i int, begins *publics) (Opened, error) {
	if i >= 0 {
		opened, mac, err := c.skipped[i].keys.open(m)
		if err != nil {
			return Opened{}, err
		}
		c.skipped = slices.Delete(c.skipped, i, i+1)
		c.Reveal(mac[:])
		return opened, nil
	}
	next := *c // the slices are shared: do not modify them before the assignment
	var missing []skipped
	if begins != nil {
		missing = next.recv.skip(c.their.Encoded(), m.Previous)
		if err := next.follow(m.Ratchet, begins); err != nil {
			clear(missing)
			return Opened{}, err
		}
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

// publics are the keys with which the peer begins a ratchet. dh is zero if that has no
// Diffie-Hellman key.
type publics struct {
	ecdh ed448.Point
	dh   dh.Public15
}

// check returns the keys in m, or nil if m belongs to the ratchet in use. It does the cheap
// checks first. It reads no secrets: erase.Do would make it slow.
func (c *Channel) check(m *wire.Data4) (keys *publics, err error) {
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
	keys = new(publics)
	if keys.ecdh, err = ed448.ParsePoint(m.ECDH[:]); err != nil {
		return nil, bad("ECDH key", wire.Malformed)
	}
	if wire.HasDH(m.Ratchet) {
		if keys.dh, err = dh.ParsePublic15(m.DH); err != nil {
			return nil, bad("D-H key", wire.Malformed)
		}
	}
	return keys, nil
}

// follow begins the peer's next ratchet, which has this number ("Rotating ECDH Keys and Brace
// Key as receiver").
func (c *Channel) follow(ratchet uint32, keys *publics) error {
	c.their = keys.ecdh
	ecdh, err := c.own.Shared(c.their)
	if err != nil {
		return bad("ECDH key", wire.Malformed)
	}
	c.own.Wipe()
	if wire.HasDH(ratchet) {
		c.theirDH = keys.dh
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
	extra := k.extra
	opened = Opened{bytes.Clone(m.Encrypted), &extra, Place{m.Ratchet, uint64(m.Number) + 1}}
	k.crypt(opened.Plaintext)
	return opened, mac, nil
}
