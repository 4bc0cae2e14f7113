// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import "golang.org/x/crypto/cryptobyte"

// DHKey is the D-H Key Message.
//
//	gy  MPI
type DHKey struct {
	Gy []byte // without leading zeros; its range is not checked here
}

func (DHKey) Type() byte { return TypeDHKey }

func (m DHKey) append(b []byte) []byte { return AppendMPI(b, m.Gy) }

func parseDHKey(s cryptobyte.String) (m DHKey, err error) {
	gy, ok := ReadMPI(&s)
	if !ok || !s.Empty() {
		return m, malformed("D-H Key", "gy")
	}
	return DHKey{gy}, nil
}
