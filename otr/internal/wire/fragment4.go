// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"bytes"
	"fmt"
)

// A Fragment4 is a piece of a version 4 message that is too long for the network
// ("Fragmentation"). All pieces of a message carry the same identifier. So they may arrive in
// any order, and between pieces of other messages.
//
//	?OTR|id|sender|receiver,k,n,piece,   id and tags in hexadecimal
type Fragment4 struct {
	ID, Sender, Receiver uint32
	K, N                 int // 1 <= K <= N <= MaxFragments
	Piece                []byte
}

// fragment4Overhead is the length of a fragment without its piece.
const fragment4Overhead = len("?OTR|00000001|00000100|00000100,00001,00001,,")

// Split4 splits msg into fragments of at most limit bytes, with the identifier id. It returns
// nil if that takes more than MaxFragments, or if limit leaves no room for a piece.
func Split4(msg []byte, h Header, id uint32, limit int) [][]byte {
	return split(msg, fmt.Appendf(nil, "?OTR|%08x|%08x|%08x,", id, h.Sender, h.Receiver), limit, fragment4Overhead)
}

// ParseFragment4 reads a fragment. It ignores everything after the comma that ends the piece:
// only encoded messages are fragmented, and they contain no comma.
func ParseFragment4(text []byte) (f Fragment4, err error) {
	rest, ok := bytes.CutPrefix(text, []byte("?OTR|"))
	if !ok {
		return f, malformed("fragment", "prefix")
	}
	var ok1, ok2, ok3 bool
	f.ID, rest, ok1 = cutNumber[uint32](rest, '|', 16, 32)
	f.Sender, rest, ok2 = cutNumber[uint32](rest, '|', 16, 32)
	f.Receiver, rest, ok3 = cutNumber[uint32](rest, ',', 16, 32)
	if !ok1 || !ok2 || !ok3 {
		return Fragment4{}, malformed("fragment", "identifier and instance tags")
	}
	f.K, rest, ok1 = cutNumber[int](rest, ',', 10, 16)
	f.N, rest, ok2 = cutNumber[int](rest, ',', 10, 16)
	if !ok1 || !ok2 || f.K == 0 || f.K > f.N {
		return Fragment4{}, malformed("fragment", "number")
	}
	f.Piece, _, ok = bytes.Cut(rest, []byte{','})
	if !ok || len(f.Piece) == 0 && (f.K != f.N || f.N == 1) {
		return Fragment4{}, malformed("fragment", "piece")
	}
	return f, nil
}
