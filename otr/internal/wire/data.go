// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"encoding/binary"

	"golang.org/x/crypto/cryptobyte"
)

// IgnoreUnreadable is the flag IGNORE_UNREADABLE: a receiver that cannot decrypt the
// message does not report that.
const IgnoreUnreadable = 0x01

// Data is the Data Message.
//
//	flags              BYTE
//	sender keyid       INT   greater than 0
//	recipient keyid    INT   greater than 0
//	DH y               MPI   the sender's next public key
//	counter            CTR   8 bytes, not all zero
//	encrypted message  DATA
//	authenticator      MAC   20 bytes, over everything before it
//	old MAC keys       DATA  20 bytes each; by design not authenticated
type Data struct {
	Flags          byte
	SenderKeyID    uint32
	RecipientKeyID uint32
	NextKey        []byte // without leading zeros; its range is not checked here
	Counter        uint64
	Encrypted      []byte
	MAC            [20]byte
	OldMACKeys     []byte

	// Signed is set by parsing: the part of the message that MAC covers, from the
	// first byte of the header to the last of Encrypted.
	Signed []byte
}

func (Data) Type() byte { return TypeData }

func (m Data) append(b []byte) []byte {
	return m.AppendSignature(m.AppendUnsigned(b))
}

// AppendUnsigned appends the part of the body that MAC covers.
func (m Data) AppendUnsigned(b []byte) []byte {
	b = append(b, m.Flags)
	b = binary.BigEndian.AppendUint32(b, m.SenderKeyID)
	b = binary.BigEndian.AppendUint32(b, m.RecipientKeyID)
	b = AppendMPI(b, m.NextKey)
	b = binary.BigEndian.AppendUint64(b, m.Counter)
	return AppendDATA(b, m.Encrypted)
}

// AppendSignature appends the part of the body after the one that MAC covers.
func (m Data) AppendSignature(b []byte) []byte {
	b = append(b, m.MAC[:]...)
	return AppendDATA(b, m.OldMACKeys)
}

// ParseData reads the body s of the whole message b. If it fails after the flags, the
// returned Data has the flags set.
func ParseData(b []byte, s cryptobyte.String) (m Data, err error) {
	fail := func(field string) (Data, error) { return Data{Flags: m.Flags}, malformed("Data", field) }
	if !s.ReadUint8(&m.Flags) {
		return fail("flags")
	}
	if !s.ReadUint32(&m.SenderKeyID) || m.SenderKeyID == 0 {
		return fail("sender keyid")
	}
	if !s.ReadUint32(&m.RecipientKeyID) || m.RecipientKeyID == 0 {
		return fail("recipient keyid")
	}
	var ok bool
	if m.NextKey, ok = ReadMPI(&s); !ok {
		return fail("DH y")
	}
	if !s.ReadUint64(&m.Counter) || m.Counter == 0 {
		return fail("counter")
	}
	if m.Encrypted, ok = ReadDATA(&s); !ok {
		return fail("encrypted message")
	}
	m.Signed = b[:len(b)-len(s)]
	if !s.CopyBytes(m.MAC[:]) {
		return fail("authenticator")
	}
	if m.OldMACKeys, ok = ReadDATA(&s); !ok || len(m.OldMACKeys)%20 != 0 || !s.Empty() {
		return fail("old MAC keys")
	}
	return m, nil
}
