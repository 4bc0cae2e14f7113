// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"encoding/base64"
	"encoding/binary"
	"sync"
)

// Base-64 of long messages takes as long as their encryption. These two do the
// bulk of it with larger tables than the standard library, which does the rest:
// the end, and whatever is not plain base-64.

// pairs are the two characters for each 12 bits, the first in the low byte.
var pairs = sync.OnceValue(func() *[1 << 12]uint16 {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var t [1 << 12]uint16
	for i := range t {
		t[i] = uint16(alphabet[i>>6]) | uint16(alphabet[i&0x3f])<<8
	}
	return &t
})

// appendBase64 appends the base-64 encoding of src to dst.
func appendBase64(dst, src []byte) []byte {
	t := pairs()
	for len(src) >= 8 {
		v := binary.BigEndian.Uint64(src) // of which 6 bytes are used
		dst = binary.LittleEndian.AppendUint64(dst, uint64(t[v>>52])|uint64(t[v>>40&0xfff])<<16|
			uint64(t[v>>28&0xfff])<<32|uint64(t[v>>16&0xfff])<<48)
		src = src[6:]
	}
	return base64.StdEncoding.AppendEncode(dst, src)
}

// invalid marks what is no character of base-64 in sextets.
const invalid = 1 << 31

// sextets are the 24 bits that each character stands for as the first to the
// fourth of four.
var sextets = sync.OnceValue(func() *[4][256]uint32 {
	var t [4][256]uint32
	for place := range t {
		for c := range t[place] {
			t[place][c] = invalid
		}
	}
	for i, pair := range pairs()[:1<<6] { // these begin with an A
		for place := range t {
			t[place][pair>>8] = uint32(i) << (18 - 6*place)
		}
	}
	return &t
})

// appendUnbase64 appends what src encodes to dst. Padding is required, and line
// ends are skipped, as [base64.StdEncoding] does.
func appendUnbase64(dst, src []byte) ([]byte, error) {
	t := sextets()
	for len(src) >= 8 {
		hi := t[0][src[0]] | t[1][src[1]] | t[2][src[2]] | t[3][src[3]]
		lo := t[0][src[4]] | t[1][src[5]] | t[2][src[6]] | t[3][src[7]]
		if (hi|lo)&invalid != 0 {
			break
		}
		dst = binary.BigEndian.AppendUint64(dst, uint64(hi)<<40|uint64(lo)<<16)
		dst = dst[:len(dst)-2]
		src = src[8:]
	}
	return base64.StdEncoding.AppendDecode(dst, src)
}
