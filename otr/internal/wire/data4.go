// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"encoding/binary"

	"golang.org/x/crypto/cryptobyte"
)

// Data4 is the Data Message of version 4.
//
//	flags              BYTE
//	pn                 INT    how many messages the sender sent in its previous ratchet
//	i                  INT    number of the ratchet
//	j                  INT    number of the message in it
//	ECDH key           POINT  the sender's, of the ratchet
//	D-H key            MPI    empty unless [HasDH]
//	encrypted message  DATA
//	authenticator      MAC    64 bytes, over everything before it
//	revealed MAC keys  DATA   64 bytes each; by design not authenticated
type Data4 struct {
	Flags      byte
	Previous   uint32 // pn
	Ratchet    uint32 // i
	Number     uint32 // j
	ECDH       [pointSize]byte
	DH         []byte // without leading zeros; neither key has been checked
	Encrypted  []byte
	MAC        [mac4Size]byte
	OldMACKeys []byte

	// Signed is, in a parsed message, what MAC covers: from the header's first
	// byte to the last of Encrypted.
	Signed []byte
}

// HasDH reports whether a ratchet has a new Diffie-Hellman key in addition to the new elliptic
// curve key. Every third one has.
func HasDH(ratchet uint32) bool { return ratchet%3 == 0 }

func (Data4) Type() byte { return TypeData }

func (m Data4) append(b []byte) []byte {
	return m.AppendSignature(m.AppendUnsigned(b))
}

// AppendUnsigned appends the part of the body that MAC covers.
func (m Data4) AppendUnsigned(b []byte) []byte {
	b = append(b, m.Flags)
	b = binary.BigEndian.AppendUint32(b, m.Previous)
	b = binary.BigEndian.AppendUint32(b, m.Ratchet)
	b = binary.BigEndian.AppendUint32(b, m.Number)
	b = append(b, m.ECDH[:]...)
	b = AppendMPI(b, m.DH)
	return AppendDATA(b, m.Encrypted)
}

// AppendSignature appends what follows the part that MAC covers.
func (m Data4) AppendSignature(b []byte) []byte {
	b = append(b, m.MAC[:]...)
	return AppendDATA(b, m.OldMACKeys)
}

// ParseData4 reads the body s of the whole message b. If it fails behind the flags, the
// flags are set in what it returns.
func ParseData4(b []byte, s cryptobyte.String) (m Data4, err error) {
	r := reader{s: s}
	r.check("flags", r.s.ReadUint8(&m.Flags))
	flags := m.Flags
	r.check("pn", r.s.ReadUint32(&m.Previous))
	r.check("i", r.s.ReadUint32(&m.Ratchet))
	r.check("j", r.s.ReadUint32(&m.Number))
	m.ECDH = r.point("ECDH key")
	m.DH = r.mpi("D-H key")
	r.check("D-H key", HasDH(m.Ratchet) == (len(m.DH) > 0))
	m.Encrypted = r.data("encrypted message")
	m.Signed = b[:len(b)-len(r.s)]
	r.check("authenticator", r.s.CopyBytes(m.MAC[:]))
	m.OldMACKeys = r.data("revealed MAC keys")
	r.check("revealed MAC keys", len(m.OldMACKeys)%mac4Size == 0)
	if err := r.end("Data"); err != nil {
		return Data4{Flags: flags}, err
	}
	return m, nil
}
