// SPDX-License-Identifier: GPL-2.0-or-later

package data

import (
	"crypto/sha1"
	"crypto/sha256"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/wire"
)

// A pair is what is derived of one of our keys and one of the peer's ("Computing
// AES keys, MAC keys, and the secure session id"), and how far it has been used.
type pair struct {
	sendAES, recvAES         [16]byte
	sendMAC, recvMAC         [macSize]byte
	extra                    [32]byte
	sendCounter, recvCounter uint64 // the last ones used
	verified                 bool   // recvMAC has verified a message
}

// pair returns, and if need be derives, what belongs to two of c's keys.
func (c *Channel) pair(own, their int) *pair {
	if c.pairs[own][their] == nil {
		k := &c.own[own]
		c.pairs[own][their] = derivePair(k.Public, c.their[their], k.Shared(c.their[their]))
	}
	return c.pairs[own][their]
}

func derivePair(own, their dh.Public, s dh.Shared) *pair {
	secbytes := wire.AppendMPI(nil, s.MPI())
	// "If Alice's public key is numerically greater than Bob's public key, then
	// she is the "high" end."
	sendByte, recvByte := byte(0x02), byte(0x01)
	if own.Higher(their) {
		sendByte, recvByte = 0x01, 0x02
	}
	p := new(pair)
	p.sendAES, p.sendMAC = deriveDirection(sendByte, secbytes)
	p.recvAES, p.recvMAC = deriveDirection(recvByte, secbytes)
	h2 := sha256.New()
	h2.Write([]byte{0xff})
	h2.Write(secbytes)
	h2.Sum(p.extra[:0])
	clear(secbytes)
	return p
}

// deriveDirection: the AES key "is the first 16 bytes of h1(sendbyte)", the MAC
// key "is the 20-byte SHA-1 hash of the 16-byte sending AES key".
func deriveDirection(b byte, secbytes []byte) (aes [16]byte, mac [macSize]byte) {
	h1 := sha1.New()
	h1.Write([]byte{b})
	h1.Write(secbytes)
	copy(aes[:], h1.Sum(nil))
	return aes, sha1.Sum(aes[:])
}

func (p *pair) wipe() { *p = pair{} }
