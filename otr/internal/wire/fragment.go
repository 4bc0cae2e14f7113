// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"bytes"
	"fmt"
)

// MaxFragments is the largest n of a fragmented message.
const MaxFragments = 65535

// A Fragment is a piece of a message that is too long for the network
// ("Fragmentation").
//
//	?OTR|sender|receiver,k,n,piece,   version 3; tags in hexadecimal
//	?OTR,k,n,piece,                   version 2
type Fragment struct {
	Version          uint16
	Sender, Receiver uint32
	K, N             int // 1 <= K <= N <= MaxFragments
	Piece            []byte
}

// fragmentOverhead is the length of a fragment without its piece, if the numbers are
// written with leading zeros as libotr writes them.
var fragmentOverhead = map[uint16]int{
	V2: len("?OTR,00001,00001,,"), V3: len("?OTR|00000100|00000100,00001,00001,,"), V4: fragment4Overhead,
}

// FragmentRoom returns how many bytes of a message one fragment of at most limit bytes holds.
func FragmentRoom(version uint16, limit int) int { return limit - fragmentOverhead[version] }

// Split splits msg into fragments of at most limit bytes. It returns nil if that takes more
// than MaxFragments, or if limit leaves no room for a piece.
func Split(msg []byte, h Header, limit int) [][]byte {
	start := []byte("?OTR,")
	if h.Version == V3 {
		start = fmt.Appendf(nil, "?OTR|%08x|%08x,", h.Sender, h.Receiver)
	}
	return split(msg, start, limit, fragmentOverhead[h.Version])
}

// split splits msg into fragments that begin with start and are overhead bytes longer than
// their pieces.
func split(msg, start []byte, limit, overhead int) [][]byte {
	room := limit - overhead
	if room <= 0 || (len(msg)+room-1)/room > MaxFragments {
		return nil
	}
	n := (len(msg) + room - 1) / room
	out := make([][]byte, 0, n)
	all := make([]byte, 0, len(msg)+n*(limit-room)) // all fragments share this memory
	for k := 1; k <= n; k++ {
		piece := msg[:min(room, len(msg))]
		msg = msg[len(piece):]
		from := len(all)
		all = append(all, start...)
		all = append(appendNumber(all, k), ',')
		all = append(appendNumber(all, n), ',')
		all = append(all, piece...)
		all = append(all, ',')
		out = append(out, all[from:len(all):len(all)])
	}
	return out
}

// IsFragment reports whether text begins like a fragment: the prefix, a number and the
// separator after it.
func IsFragment(text []byte) bool {
	base, end := uint64(16), byte('|')
	rest, v3 := bytes.CutPrefix(text, []byte("?OTR|"))
	if !v3 {
		var v2 bool
		if rest, v2 = bytes.CutPrefix(text, []byte("?OTR,")); !v2 {
			return false
		}
		base, end = 10, ','
	}
	for i, c := range rest {
		if digitOf(c) >= base {
			return i > 0 && c == end
		}
	}
	return false
}

// ParseFragment reads a fragment. It ignores everything after the comma that ends the
// piece. An encoded message contains no comma, but libotr also fragments plain text,
// which may: if text ends with a comma, that is the one that ends the piece. The last of
// several pieces may be empty: some programs begin another one right where a message ends.
func ParseFragment(text []byte) (f Fragment, err error) {
	rest, v3 := bytes.CutPrefix(text, []byte("?OTR|"))
	f.Version = V3
	if v3 {
		var ok1, ok2 bool
		f.Sender, rest, ok1 = cutNumber[uint32](rest, '|', 16, 32)
		f.Receiver, rest, ok2 = cutNumber[uint32](rest, ',', 16, 32)
		if !ok1 || !ok2 {
			return f, malformed("fragment", "instance tags")
		}
	} else {
		var v2 bool
		if rest, v2 = bytes.CutPrefix(text, []byte("?OTR,")); !v2 {
			return f, malformed("fragment", "prefix")
		}
		f.Version = V2
	}
	k, rest, ok1 := cutNumber[int](rest, ',', 10, 16)
	n, rest, ok2 := cutNumber[int](rest, ',', 10, 16)
	if !ok1 || !ok2 || k == 0 || k > n {
		return f, malformed("fragment", "number")
	}
	f.K, f.N = k, n
	piece, found := bytes.CutSuffix(rest, []byte{','})
	if !found {
		piece, _, found = bytes.Cut(rest, []byte{','})
	}
	if !found || len(piece) == 0 && (f.K != f.N || f.N == 1) {
		return f, malformed("fragment", "piece")
	}
	f.Piece = piece
	return f, nil
}

// cutNumber reads digits up to sep. "The instance tags (if applicable) and the k
// and n values may have leading zeroes": at most as many as make ten digits.
func cutNumber[T int | uint32](b []byte, sep byte, base, bits uint64) (n T, rest []byte, ok bool) {
	var v uint64
	for i, c := range b[:min(len(b), 11)] {
		if c == sep {
			return T(v), b[i+1:], i > 0 && v>>bits == 0
		}
		digit := digitOf(c)
		if digit >= base {
			break
		}
		v = v*base + digit
	}
	return 0, nil, false
}

// digitOf returns the value of a hexadecimal digit, or a number larger than any digit if
// c is not one.
func digitOf(c byte) uint64 { return uint64(digits[c]) - 1 }

// digits maps each hexadecimal digit to its value plus 1, and everything else to 0.
var digits = [256]byte{
	'0': 1, '1': 2, '2': 3, '3': 4, '4': 5, '5': 6, '6': 7, '7': 8, '8': 9, '9': 10,
	'a': 11, 'b': 12, 'c': 13, 'd': 14, 'e': 15, 'f': 16,
	'A': 11, 'B': 12, 'C': 13, 'D': 14, 'E': 15, 'F': 16,
}

// appendNumber appends n, which has at most five digits, with leading zeros.
func appendNumber(b []byte, n int) []byte {
	return append(b, '0'+byte(n/10000), '0'+byte(n/1000%10), '0'+byte(n/100%10), '0'+byte(n/10%10), '0'+byte(n%10))
}
