// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import "golang.org/x/crypto/cryptobyte"

// DHCommit is the D-H Commit Message.
//
//	encrypted gx  DATA  AES128-CTR under r of the MPI g^x: 196 bytes as a rule
//	hashed gx     DATA  SHA256 of the MPI g^x: 32 bytes
type DHCommit struct {
	EncryptedGx []byte
	HashedGx    [32]byte
}

// maxEncryptedGx is the length of an MPI of the largest group element.
const maxEncryptedGx = 4 + 192

func (DHCommit) Type() byte { return TypeDHCommit }

func (m DHCommit) append(b []byte) []byte {
	b = AppendDATA(b, m.EncryptedGx)
	return AppendDATA(b, m.HashedGx[:])
}

func parseDHCommit(s cryptobyte.String) (m DHCommit, err error) {
	gx, ok := ReadDATA(&s)
	if !ok || len(gx) > maxEncryptedGx {
		return m, malformed("D-H Commit", "encrypted gx")
	}
	hash, ok := ReadDATA(&s)
	if !ok || len(hash) != len(m.HashedGx) || !s.Empty() {
		return m, malformed("D-H Commit", "hashed gx")
	}
	return DHCommit{gx, [32]byte(hash)}, nil
}
