// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bytes"
	"errors"
	"fmt"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/ratchet"
	"purple-otr/otr/internal/wire"
)

// messageKeys are the keys of one message of version 4.
type messageKeys struct{ enc, mac kdf4.Key }

func encKeys(enc kdf4.Key) messageKeys { return messageKeys{enc, ratchet.MACKey(enc)} }

// keysOf returns the keys of the message that a chain key belongs to, and the next chain key.
func keysOf(chainKey kdf4.Key) (k messageKeys, extra, next kdf4.Key) {
	enc, extra, next := ratchet.Keys(chainKey)
	return encKeys(enc), extra, next
}

func verifies4(m wire.Data4, mac kdf4.Key) bool { return ratchet.Authenticate(mac, m.Signed) == m.MAC }

const (
	// maxHashed bounds the bytes that findKeys hashes: a message says itself which number it
	// has in its chain.
	maxHashed = 16 << 20
	// stepHashed is about how many bytes it takes to derive the keys of a message.
	stepHashed = 1000
)

// findKeys returns the keys of m, if key is its MKenc, its chain key, or the chain key of an
// earlier message of its ratchet.
func findKeys(m wire.Data4, key kdf4.Key) (k messageKeys, found bool) {
	if k = encKeys(key); verifies4(m, k.mac) {
		return k, true
	}
	hashed := 0
	for step := uint64(0); step <= uint64(m.Number) && hashed <= maxHashed; step++ {
		if k, _, key = keysOf(key); verifies4(m, k.mac) {
			return k, true
		}
		hashed += stepHashed + len(m.Signed)
	}
	return messageKeys{}, false
}

func readforge4(t *tool, key kdf4.Key, texts []string) error {
	h, m, err := readData[wire.Data4](t)
	if err != nil {
		return err
	}
	k, found := findKeys(m, key)
	if !found {
		k, err = encKeys(key), errMAC
	}
	if len(texts) == 0 {
		text := bytes.Clone(m.Encrypted)
		ratchet.Crypt(k.enc, text)
		t.plaintext(h.Version, text)
		return err
	}
	if err != nil {
		t.complain(err)
	}
	m.Encrypted = []byte(texts[0])
	ratchet.Crypt(k.enc, m.Encrypted)
	t.writeData4(h, m, k.mac)
	return nil
}

func modify4(t *tool, mac kdf4.Key, patch func(encrypted []byte) error) error {
	h, m, err := readData[wire.Data4](t)
	if err != nil {
		return err
	}
	verified := verifies4(m, mac)
	if err := patch(m.Encrypted); err != nil {
		return err
	}
	if !verified {
		t.complain(errMAC)
	}
	t.writeData4(h, m, mac)
	return nil
}

// operands4 is the number of remac's operands for version 4.
const operands4 = 11

func remac4(t *tool, f *fields, key []byte) error {
	if len(key) == macSize {
		return usageError(fmt.Sprintf("with a mac_key of version 3, there are %d operands", operands4-1))
	}
	h, flags := f.header(wire.V4)
	m := wire.Data4{
		Flags:      flags,
		Previous:   uint32(f.number(4, 32, "pn")),
		Ratchet:    uint32(f.number(5, 32, "ratchet")),
		Number:     uint32(f.number(6, 32, "message")),
		DH:         f.bytes(8, "dh_key", 0, dh.Size15),
		Encrypted:  f.bytes(9, "encrypted", 0, maxInput),
		OldMACKeys: f.bytes(10, "revealed_mackeys", 0, maxInput),
	}
	copy(m.ECDH[:], f.bytes(7, "ecdh_key", ed448.PointSize, ed448.PointSize))
	if err := errors.Join(f.errs...); err != nil {
		return err
	}
	t.warnUnreadable(h, m)
	t.writeData4(h, m, kdf4.Key(key))
	return nil
}

// writeData4 prints m, authenticated with mac.
func (t *tool) writeData4(h wire.Header, m wire.Data4, mac kdf4.Key) {
	m.MAC = ratchet.Authenticate(mac, m.AppendUnsigned(wire.AppendHeader(nil, h, m.Type())))
	fmt.Fprintf(t.out, "%s\n", wire.Armor(wire.Append(nil, h, m)))
}
