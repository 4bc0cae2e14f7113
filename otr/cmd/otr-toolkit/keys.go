// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/wire"
)

const (
	aesSize = 16
	macSize = sha1.Size
)

// macKey is "the 20-byte SHA-1 hash of the 16-byte sending AES key".
func macKey(aes []byte) [macSize]byte { return sha1.Sum(aes) }

func mackey(t *tool, operands []string) error {
	aes, err := keyOperand("aes_key", operands[0], aesSize)
	if err != nil {
		return err
	}
	if len(aes) == kdf4.Size {
		showKeys4(t, kdf4.Key(aes))
		return nil
	}
	fmt.Fprintf(t.out, "AES key: %x\nMAC key: %x\n", aes, macKey(aes))
	return nil
}

// sesskeys shows the values of "Computing AES keys, MAC keys, and the secure session id".
// The session id of 20 bytes belongs to version 1, and otr_sesskeys shows it as well; the
// secure session id is the one of a key exchange with these two keys.
func sesskeys(t *tool, operands []string) error {
	x, err := hexOperand("our_privkey", operands[0], 1, dh.SecretSize)
	if err != nil {
		return err
	}
	y, err := hexOperand("their_pubkey", operands[1], 1, dh.Size)
	if err != nil {
		return err
	}
	// dh.Generate reads nothing but the bytes of the exponent, so this makes the key
	// pair of x.
	var exponent [dh.SecretSize]byte
	copy(exponent[len(exponent)-len(x):], x)
	ours, err := dh.Generate(bytes.NewReader(exponent[:]))
	if err != nil {
		return usageError("our_privkey is not a private key")
	}
	theirs, err := dh.ParsePublic(bytes.TrimLeft(y, "\x00"))
	if err != nil {
		return usageError("their_pubkey is not a public key")
	}

	end, send, receive := "low", byte(2), byte(1)
	if ours.Public.Higher(theirs) {
		end, send, receive = "high", 1, 2
	}
	secbytes := wire.AppendMPI(nil, ours.Shared(theirs).MPI())
	h1 := func(b byte) [sha1.Size]byte { return sha1.Sum(append([]byte{b}, secbytes...)) }
	h2 := func(b byte) [sha256.Size]byte { return sha256.Sum256(append([]byte{b}, secbytes...)) }
	id, ssid := h1(0), h2(0)
	fmt.Fprintf(t.out, "\nWe are the %s end of this key exchange.\n\n", end)
	fmt.Fprintf(t.out, "Our public key: %x\n\n", ours.Public.MPI())
	fmt.Fprintf(t.out, "Session id: %x\n\n", id)
	for _, direction := range []struct {
		name string
		b    byte
	}{{"Sending  ", send}, {"Receiving", receive}} {
		h := h1(direction.b)
		aes := h[:aesSize]
		fmt.Fprintf(t.out, "%s AES key: %x\n", direction.name, aes)
		fmt.Fprintf(t.out, "%s MAC key: %x\n", direction.name, macKey(aes))
	}
	fmt.Fprintf(t.out, "\nSecure session id: %x\n", ssid[:8])
	fmt.Fprintf(t.out, "Extra symmetric key: %x\n", h2(0xff))
	return nil
}
