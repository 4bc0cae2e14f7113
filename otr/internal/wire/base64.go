// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"slices"

	"github.com/segmentio/asm/base64"
)

// The standard library's base-64 takes as long as the encryption of a message. This
// library processes many characters at once, and otherwise behaves in the same way.

// appendBase64 appends the base-64 encoding of src to dst.
func appendBase64(dst, src []byte) []byte {
	n := base64.StdEncoding.EncodedLen(len(src))
	dst = slices.Grow(dst, n)
	base64.StdEncoding.Encode(dst[len(dst):][:n], src)
	return dst[:len(dst)+n]
}

// appendUnbase64 appends the decoded src to dst. Padding is required, and line ends are
// skipped.
func appendUnbase64(dst, src []byte) ([]byte, error) {
	n := base64.StdEncoding.DecodedLen(len(src))
	dst = slices.Grow(dst, n)
	n, err := base64.StdEncoding.Decode(dst[len(dst):][:n], src)
	return dst[:len(dst)+n], err
}
