// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"bytes"
	"encoding/base64"
)

// Prefix begins every encoded message: "the five bytes "?OTR:", followed by the
// base-64 encoding of the binary form of the message, followed by the byte ".""
// ("Encoded messages").
const Prefix = "?OTR:"

// Armor returns b as text.
func Armor(b []byte) []byte {
	enc := base64.StdEncoding
	t := make([]byte, 0, len(Prefix)+enc.EncodedLen(len(b))+1)
	t = append(t, Prefix...)
	t = enc.AppendEncode(t, b)
	return append(t, '.')
}

// Dearmor is the reverse, for a text that begins with Prefix. What follows the
// first "." is not part of the message: networks append signatures and mark-up.
func Dearmor(text []byte) ([]byte, error) {
	body, found := bytes.CutPrefix(text, []byte(Prefix))
	if !found {
		return nil, malformed("encoding", "prefix")
	}
	body, _, found = bytes.Cut(body, []byte{'.'})
	if !found {
		return nil, malformed("encoding", "end")
	}
	b, err := base64.StdEncoding.AppendDecode(nil, body)
	if err != nil {
		return nil, malformed("encoding", "base-64")
	}
	return b, nil
}
