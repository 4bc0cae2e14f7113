// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"slices"

	"github.com/segmentio/asm/base64"
)

// Base-64 of a message takes as long as its encryption, unless it is done for many
// characters at once. That is what this library does, and is all that it does
// otherwise than the standard one.

// appendBase64 appends the base-64 encoding of src to dst.
func appendBase64(dst, src []byte) []byte {
	n := base64.StdEncoding.EncodedLen(len(src))
	dst = slices.Grow(dst, n)
	base64.StdEncoding.Encode(dst[len(dst):][:n], src)
	return dst[:len(dst)+n]
}

// appendUnbase64 appends what src encodes to dst. Padding is required, and line
// ends are skipped.
func appendUnbase64(dst, src []byte) ([]byte, error) {
	n := base64.StdEncoding.DecodedLen(len(src))
	dst = slices.Grow(dst, n)
	n, err := base64.StdEncoding.Decode(dst[len(dst):][:n], src)
	return dst[:len(dst)+n], err
}
