// SPDX-License-Identifier: GPL-2.0-or-later

package ratchet

import (
	"crypto/subtle"

	"golang.org/x/crypto/chacha20"

	"purple-otr/otr/internal/kdf4"
)

// A chain derives a key for each message of one ratchet. The zero value means that there is no
// chain.
type chain struct {
	exists bool
	key    kdf4.Key
	number uint32 // of the next message: j if we send, k if we receive
}

// messageKeys are the keys of one message: MKenc and the extra symmetric key ("Calculating
// Encryption and MAC Keys", "Extra Symmetric Key").
type messageKeys struct{ enc, extra kdf4.Key }

// next returns the keys of the next message, and advances the chain. The caller has checked that
// the number does not overflow.
func (c *chain) next() (k messageKeys) {
	k = messageKeys{kdf4.New(kdf4.MessageKey, c.key[:]), c.extra()}
	c.key = kdf4.New(kdf4.NextChainKey, c.key[:])
	c.number++
	return k
}

// extra returns the extra symmetric key of the next message.
func (c *chain) extra() kdf4.Key { return kdf4.New(kdf4.ExtraKey, []byte{0xff}, c.key[:]) }

func (k *messageKeys) wipe() { *k = messageKeys{} }

// mac returns MKmac.
func (k *messageKeys) mac() kdf4.Key { return kdf4.New(kdf4.MACKey, k.enc[:]) }

// authenticator computes the authenticator of a message with the MAC key mac. signed is everything
// from the version to the end of the encrypted message.
func authenticator(mac *kdf4.Key, signed []byte) kdf4.Key {
	return kdf4.New(kdf4.Authenticator, mac[:], signed)
}

func same(a, b *kdf4.Key) bool { return subtle.ConstantTimeCompare(a[:], b[:]) == 1 }

// crypt encrypts or decrypts text in place: ChaCha20 with the first 32 bytes of MKenc. The nonce is
// always zero, because each key encrypts only one text.
func (k *messageKeys) crypt(text []byte) {
	var nonce [chacha20.NonceSize]byte
	cipher, err := chacha20.NewUnauthenticatedCipher(k.enc[:chacha20.KeySize], nonce[:])
	if err != nil {
		panic(err) // key and nonce have the right lengths
	}
	cipher.XORKeyStream(text, text)
}
