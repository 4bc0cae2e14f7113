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

// ArmorLen returns the length of the armored text of n bytes.
func ArmorLen(n int) int { return len(Prefix) + base64.StdEncoding.EncodedLen(n) + 1 }

// ArmoredSize returns how many bytes fit into an armored text of n bytes at most.
func ArmoredSize(n int) int { return max(0, n-ArmorLen(0)) / 4 * 3 }

// Armor encodes b as text.
func Armor(b []byte) []byte { return AppendArmor(make([]byte, 0, ArmorLen(len(b))), b) }

// AppendArmor appends the encoding of b to t.
func AppendArmor(t, b []byte) []byte {
	t = append(t, Prefix...)
	t = appendBase64(t, b)
	return append(t, '.')
}

// Dearmor is the reverse of Armor, for a text that begins with Prefix. It ignores
// everything after the first ".": networks append signatures and mark-up.
func Dearmor(text []byte) ([]byte, error) { return AppendDearmor(nil, text) }

// AppendDearmor appends what Dearmor returns to b.
func AppendDearmor(b, text []byte) ([]byte, error) {
	body, found := bytes.CutPrefix(text, []byte(Prefix))
	if !found {
		return nil, malformed("encoding", "prefix")
	}
	body, _, found = bytes.Cut(body, []byte{'.'})
	if !found {
		return nil, malformed("encoding", "end")
	}
	b, err := appendUnbase64(b, body)
	if err != nil {
		return nil, malformed("encoding", "base-64")
	}
	return b, nil
}
