// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"purple-otr/otr/internal/wire"
)

var errMAC = errors.New("the MAC does not match: this is not the key of this message")

func readforge(t *tool, operands []string) error {
	key, err := hexOperand("aes_key", operands[0], aesSize, aesSize)
	if err != nil {
		return err
	}
	h, m, err := t.readData()
	if err != nil {
		return err
	}
	mac := macKey(key)
	if !verifies(m, mac[:]) {
		err = errMAC
	}
	if len(operands) == 1 {
		t.plaintext(ctr(key, m.Counter, m.Encrypted))
		return err
	}
	if err != nil {
		t.complain(err)
	}
	m.Encrypted = ctr(key, m.Counter, []byte(operands[1]))
	t.writeData(h, m, mac[:])
	return nil
}

func (t *tool) plaintext(b []byte) {
	text, records := wire.ParsePlaintext(b, len(b))
	fmt.Fprintf(t.out, "Plaintext: %q\n", text)
	for _, r := range records {
		fmt.Fprintf(t.out, "Record: type %d, %d bytes: %x\n", r.Type, len(r.Value), r.Value)
	}
}

func modify(t *tool, operands []string) error {
	key, err := hexOperand("mac_key", operands[0], macSize, macSize)
	if err != nil {
		return err
	}
	before, after := operands[1], operands[2]
	if len(before) != len(after) {
		return usageError("old_text and new_text must have the same number of bytes")
	}
	offset, err := strconv.ParseUint(operands[3], 10, 31)
	if err != nil {
		return usageError("offset is not a number")
	}
	h, m, err := t.readData()
	if err != nil {
		return err
	}
	if offset+uint64(len(before)) > uint64(len(m.Encrypted)) {
		return fmt.Errorf("the text of the message has only %d bytes", len(m.Encrypted))
	}
	if !verifies(m, key) {
		t.complain(errMAC)
	}
	// AES-CTR is a stream cipher: flipping a bit of the ciphertext flips the same bit
	// of the text.
	for i := range len(before) {
		m.Encrypted[int(offset)+i] ^= before[i] ^ after[i]
	}
	t.writeData(h, m, key)
	return nil
}

func remac(t *tool, operands []string) error {
	var errs []error
	number := func(i, bits int, name string) uint64 {
		n, err := parseNumber(operands[i], bits)
		if err != nil {
			errs = append(errs, usageError(name+" is not a number or is too large"))
		}
		return n
	}
	bytes := func(i int, name string, min, max int) []byte {
		b, err := hexOperand(name, operands[i], min, max)
		errs = append(errs, err)
		return b
	}
	key := bytes(0, "mac_key", macSize, macSize)
	h := wire.Header{
		Version:  wire.V3,
		Sender:   uint32(number(1, 32, "sender_instance")),
		Receiver: uint32(number(2, 32, "receiver_instance")),
	}
	m := wire.Data{
		Flags:          byte(number(3, 8, "flags")),
		SenderKeyID:    uint32(number(4, 32, "sender_keyid")),
		RecipientKeyID: uint32(number(5, 32, "recipient_keyid")),
		NextKey:        bytes(6, "pubkey", 0, maxInput),
		Encrypted:      bytes(8, "encrypted", 0, maxInput),
		OldMACKeys:     bytes(9, "revealed_mackeys", 0, maxInput),
	}
	counter := bytes(7, "counter", 8, 8)
	if err := errors.Join(errs...); err != nil {
		return err
	}
	m.Counter = binary.BigEndian.Uint64(counter)
	if _, _, err := wire.Parse(wire.Append(nil, h, m)); err != nil {
		t.complain(errors.New("nobody will accept this message: " + reason(err)))
	}
	t.writeData(h, m, key)
	return nil
}

func parseNumber(s string, bits int) (uint64, error) {
	if digits, ok := strings.CutPrefix(s, "0x"); ok {
		return strconv.ParseUint(digits, 16, bits)
	}
	return strconv.ParseUint(s, 10, bits)
}

// readData reads the first Data Message on standard input.
func (t *tool) readData() (wire.Header, wire.Data, error) {
	input, err := t.input()
	if err != nil {
		return wire.Header{}, wire.Data{}, err
	}
	for found := range scan(input) {
		e, ok := found.(encoded)
		if !ok {
			continue
		}
		b, err := wire.Dearmor(e)
		if err != nil {
			continue
		}
		h, m, err := wire.Parse(b)
		if data, ok := m.(wire.Data); ok && err == nil {
			return h, data, nil
		}
	}
	return wire.Header{}, wire.Data{}, errors.New("there is no Data Message in the input")
}

// writeData prints m, authenticated with key.
func (t *tool) writeData(h wire.Header, m wire.Data, key []byte) {
	signed := m.AppendUnsigned(wire.AppendHeader(nil, h, m.Type()))
	m.MAC = authenticate(signed, key)
	fmt.Fprintf(t.out, "%s\n", wire.Armor(wire.Append(nil, h, m)))
}

func verifies(m wire.Data, key []byte) bool { return authenticate(m.Signed, key) == m.MAC }

func authenticate(b, key []byte) (mac [macSize]byte) {
	h := hmac.New(sha1.New, key)
	h.Write(b)
	h.Sum(mac[:0])
	return mac
}

// ctr encrypts or decrypts text with AES128-CTR and "a 16-byte value whose first 8 bytes
// are the above "top half of counter init" value, and whose last 8 bytes are all 0x00".
func ctr(key []byte, counter uint64, text []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // hexOperand has checked that key has 16 bytes
	}
	var iv [aes.BlockSize]byte
	binary.BigEndian.PutUint64(iv[:], counter)
	out := make([]byte, len(text))
	cipher.NewCTR(block, iv[:]).XORKeyStream(out, text)
	return out
}
