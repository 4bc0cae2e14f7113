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

	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/wire"
)

var errMAC = errors.New("the MAC does not match: this is not the key of this message")

func readforge(t *tool, operands []string) error {
	key, err := keyOperand("aes_key", operands[0], aesSize)
	if err != nil {
		return err
	}
	if len(key) == kdf4.Size {
		return readforge4(t, kdf4.Key(key), operands[1:])
	}
	h, m, err := readData[wire.Data](t)
	if err != nil {
		return err
	}
	mac := macKey(key)
	if !verifies(m, mac[:]) {
		err = errMAC
	}
	if len(operands) == 1 {
		t.plaintext(h.Version, ctr(key, m.Counter, m.Encrypted))
		return err
	}
	if err != nil {
		t.complain(err)
	}
	m.Encrypted = ctr(key, m.Counter, []byte(operands[1]))
	t.writeData(h, m, mac[:])
	return nil
}

func (t *tool) plaintext(version uint16, b []byte) {
	text, records := wire.ParsePlaintext(b, len(b))
	fmt.Fprintf(t.out, "Plaintext: %q\n", text)
	for _, r := range records {
		fmt.Fprintf(t.out, "Record: type %d, %s, %d bytes: %x\n", r.Type, recordName(version, r.Type), len(r.Value), r.Value)
	}
}

// recordName says what a record of a type is.
func recordName(version, typ uint16) string {
	switch {
	case typ == wire.TLVPadding:
		return "padding"
	case typ == wire.TLVDisconnected:
		return "disconnected"
	case wire.TLVSMP1 <= typ && typ <= wire.TLVSMP4:
		return fmt.Sprintf("SMP message %d", typ-wire.TLVSMP1+1)
	case typ == wire.TLVSMPAbort:
		return "SMP abort"
	case version != wire.V4 && typ == wire.TLVSMP1Q:
		return "SMP message 1 with a question"
	case version == wire.V3 && typ == wire.TLVExtraKey, version == wire.V4 && typ == wire.TLV4ExtraKey:
		return "extra symmetric key"
	case version == wire.V3 && typ == wire.TLVIntroduction:
		return "key of version 4"
	}
	return "unknown"
}

func modify(t *tool, operands []string) error {
	key, err := keyOperand("mac_key", operands[0], macSize)
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
	patch := func(encrypted []byte) error {
		if offset+uint64(len(before)) > uint64(len(encrypted)) {
			return fmt.Errorf("the text of the message has only %d bytes", len(encrypted))
		}
		// AES-CTR and ChaCha20 are stream ciphers: flipping a bit of the ciphertext
		// flips the same bit of the text.
		for i := range len(before) {
			encrypted[int(offset)+i] ^= before[i] ^ after[i]
		}
		return nil
	}
	if len(key) == kdf4.Size {
		return modify4(t, kdf4.Key(key), patch)
	}
	h, m, err := readData[wire.Data](t)
	if err != nil {
		return err
	}
	verified := verifies(m, key)
	if err := patch(m.Encrypted); err != nil {
		return err
	}
	if !verified {
		t.complain(errMAC)
	}
	t.writeData(h, m, key)
	return nil
}

// fields reads the operands of remac, and collects the errors.
type fields struct {
	operands []string
	errs     []error
}

func (f *fields) number(i, bits int, name string) uint64 {
	n, err := parseNumber(f.operands[i], bits)
	if err != nil {
		f.errs = append(f.errs, usageError(name+" is not a number or is too large"))
	}
	return n
}

func (f *fields) bytes(i int, name string, min, max int) []byte {
	b, err := hexOperand(name, f.operands[i], min, max)
	f.errs = append(f.errs, err)
	return b
}

// header reads the operands after the MAC key, as far as both versions have them.
func (f *fields) header(version uint16) (h wire.Header, flags byte) {
	h = wire.Header{
		Version:  version,
		Sender:   uint32(f.number(1, 32, "sender_instance")),
		Receiver: uint32(f.number(2, 32, "receiver_instance")),
	}
	return h, byte(f.number(3, 8, "flags"))
}

func remac(t *tool, operands []string) error {
	f := &fields{operands: operands}
	key, err := keyOperand("mac_key", operands[0], macSize)
	f.errs = append(f.errs, err)
	if len(operands) == operands4 {
		return remac4(t, f, key)
	}
	if err == nil && len(key) != macSize {
		return usageError(fmt.Sprintf("with a mac_key of version 4, there are %d operands", operands4))
	}
	h, flags := f.header(wire.V3)
	m := wire.Data{
		Flags:          flags,
		SenderKeyID:    uint32(f.number(4, 32, "sender_keyid")),
		RecipientKeyID: uint32(f.number(5, 32, "recipient_keyid")),
		NextKey:        f.bytes(6, "pubkey", 0, maxInput),
		Encrypted:      f.bytes(8, "encrypted", 0, maxInput),
		OldMACKeys:     f.bytes(9, "revealed_mackeys", 0, maxInput),
	}
	counter := f.bytes(7, "counter", 8, 8)
	if err := errors.Join(f.errs...); err != nil {
		return err
	}
	m.Counter = binary.BigEndian.Uint64(counter)
	t.warnUnreadable(h, m)
	t.writeData(h, m, key)
	return nil
}

// warnUnreadable says if a forged message has something that no program accepts.
func (t *tool) warnUnreadable(h wire.Header, m wire.Message) {
	if _, _, err := parseBinary(wire.Append(nil, h, m)); err != nil {
		t.complain(errors.New("nobody will accept this message: " + reason(err)))
	}
}

func parseNumber(s string, bits int) (uint64, error) {
	if digits, ok := strings.CutPrefix(s, "0x"); ok {
		return strconv.ParseUint(digits, 16, bits)
	}
	return strconv.ParseUint(s, 10, bits)
}

// readData reads the first Data Message on standard input: [wire.Data] of versions 2 and 3, or
// [wire.Data4].
func readData[T wire.Message](t *tool) (h wire.Header, m T, err error) {
	input, err := t.input()
	if err != nil {
		return h, m, err
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
		h, m, err := parseBinary(b)
		if data, ok := m.(T); ok && err == nil {
			return h, data, nil
		}
	}
	return h, m, errors.New("there is no Data Message of this key's version in the input")
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
