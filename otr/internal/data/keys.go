// SPDX-License-Identifier: GPL-2.0-or-later

package data

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"hash"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/wire"
)

// A pair holds the keys derived from one of our keys and one of the peer's ("Computing AES
// keys, MAC keys, and the secure session id"), and the counters used with them.
type pair struct {
	send, recv  direction
	extra       [32]byte
	sendCounter uint64 // the last one used
	received    window
	verified    bool // recv.macKey has verified a message
}

const macSize = sha1.Size

// A direction holds the keys of one direction and, once they have been used, the expanded
// cipher and HMAC state.
type direction struct {
	aesKey [16]byte
	macKey [macSize]byte
	block  cipher.Block
	gcm    cipher.AEAD // of block, for its key stream: see ctrMedium
	hmac   hash.Hash
	iv     [aes.BlockSize]byte // Scratch space. Kept here and not on the stack,
	stream [aes.BlockSize]byte // because arguments of the interfaces block and
	sum    [macSize]byte       // hmac would escape to the heap.
}

// pair returns the keys derived from two of c's keys; it derives them on first use.
func (c *Channel) pair(own, their int) *pair {
	if c.pairs[own][their] == nil {
		k := &c.own[own]
		erase.Do(func() {
			c.pairs[own][their] = derivePair(k.Public, c.their[their], k.Shared(c.their[their]))
		})
	}
	return c.pairs[own][their]
}

// derivePair computes the keys for D-H public keys own and their with shared secret s.
func derivePair(own, their dh.Public, s dh.Shared) *pair {
	secbytes := wire.AppendMPI(nil, s.MPI())
	// "If Alice's public key is numerically greater than Bob's public key, then
	// she is the "high" end."
	sendByte, recvByte := byte(0x02), byte(0x01)
	if own.Higher(their) {
		sendByte, recvByte = 0x01, 0x02
	}
	p := new(pair)
	p.send, p.recv = deriveDirection(sendByte, secbytes), deriveDirection(recvByte, secbytes)
	h2 := sha256.New()
	h2.Write([]byte{0xff})
	h2.Write(secbytes)
	h2.Sum(p.extra[:0])
	clear(secbytes)
	return p
}

// deriveDirection: the AES key "is the first 16 bytes of h1(sendbyte)", the MAC
// key "is the 20-byte SHA-1 hash of the 16-byte sending AES key".
func deriveDirection(b byte, secbytes []byte) (d direction) {
	h1 := sha1.New()
	h1.Write([]byte{b})
	h1.Write(secbytes)
	copy(d.aesKey[:], h1.Sum(nil))
	d.macKey = sha1.Sum(d.aesKey[:])
	return d
}

// mac returns the SHA1-HMAC "of everything from the Protocol version to the end of the
// encrypted message".
func (d *direction) mac(b []byte) [macSize]byte {
	if d.hmac == nil {
		erase.Do(func() { d.hmac = hmac.New(sha1.New, d.macKey[:]) })
	}
	d.hmac.Reset()
	d.hmac.Write(b)
	d.hmac.Sum(d.sum[:0])
	return d.sum
}

// ctr encrypts or decrypts text into out, with AES128-CTR and "a 16-byte value whose first 8
// bytes are the above "top half of counter init" value, and whose last 8 bytes are all 0x00".
// out has the same length and room bytes more of capacity, whose contents are lost. It does
// not overlap with text.
func (d *direction) ctr(out []byte, counter uint64, text []byte) {
	if d.block == nil {
		erase.Do(func() {
			block, err := aes.NewCipher(d.aesKey[:])
			if err != nil {
				panic(err) // 16 bytes is a key length of AES
			}
			d.block = block
		})
	}
	binary.BigEndian.PutUint64(d.iv[:], counter)
	switch {
	case len(text) > medium:
		// NewCTR copies the expanded key, and allocates memory, which is to be erased.
		erase.Do(func() { cipher.NewCTR(d.block, d.iv[:]).XORKeyStream(out, text) })
	case len(text) > short:
		d.ctrMedium(out, text)
	default:
		d.ctrShort(out, text)
	}
}

// ctrShort encrypts text of up to 4 kB, block by block.
func (d *direction) ctrShort(out, text []byte) {
	// The key stream is made where the result will be. Only its last block, of which
	// not all may be used, is made elsewhere.
	n := 0
	for ; len(text)-n >= aes.BlockSize; n += aes.BlockSize {
		d.block.Encrypt(out[n:], d.iv[:])
		d.iv[aes.BlockSize-1]++
	}
	if n < len(text) {
		d.block.Encrypt(d.stream[:], d.iv[:])
		copy(out[n:], d.stream[:])
		clear(d.stream[:])
	}
	subtle.XORBytes(out, out, text)
	d.iv[aes.BlockSize-1] = 0
}

// short is the longest text that ctr encrypts block by block, and medium the longest for
// which cipher.NewCTR and erasing what that leaves would be slower.
const (
	short  = 8 * aes.BlockSize
	medium = 4 << 10
)

// ctrMedium does the same as ctrShort, several blocks at a time, and leaves no copy of the
// expanded key. GCM has the same key stream:
// with a 12-byte nonce, its counter is 2 for the first block of text. Its authenticator,
// which is written behind out, is not used.
func (d *direction) ctrMedium(out, text []byte) {
	if d.gcm == nil {
		erase.Do(func() {
			gcm, err := cipher.NewGCM(d.block)
			if err != nil {
				panic(err) // AES has the block size of GCM
			}
			d.gcm = gcm
		})
	}
	_ = out[:len(out)+room] // else Seal would write elsewhere
	const first = 2 * aes.BlockSize
	nonce := d.iv[:12]
	d.ctrShort(out[:first], text[:first])
	d.gcm.Seal(out[first:first], nonce, text[first:], nil)
}

// room is for what ctrMedium writes behind its result.
const room = 16

func (p *pair) wipe() { *p = pair{} }
