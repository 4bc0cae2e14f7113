// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/crypto/cryptobyte"
)

// TLV types of versions 2 and 3; type 8 is version 3's. Version 4 has other types for an SMP
// message with a question, which is TLVSMP1, and for the extra symmetric key.
const (
	TLVPadding      = 0
	TLVDisconnected = 1
	TLVSMP1         = 2
	TLVSMP2         = 3
	TLVSMP3         = 4
	TLVSMP4         = 5
	TLVSMPAbort     = 6
	TLVSMP1Q        = 7
	TLVExtraKey     = 8

	TLV4ExtraKey = 7 // of version 4

	// TLVIntroduction, in version 3, says that the sender has version 4. Other programs ignore
	// it.
	TLVIntroduction = 0x7634
)

// A TLV is a record after the text of a message.
//
//	type    SHORT
//	length  SHORT
//	value   as many bytes
type TLV struct {
	Type  uint16
	Value []byte // at most 65535 bytes
}

// AppendPlaintext appends text and records in the form that is encrypted: the text and,
// if there are records, a NUL followed by them. The text must not contain a NUL byte: the
// peer would parse everything after it as records.
func AppendPlaintext(b, text []byte, tlvs ...TLV) []byte {
	b = append(b, text...)
	if len(tlvs) > 0 {
		b = append(b, 0)
	}
	for _, t := range tlvs {
		b = binary.BigEndian.AppendUint16(b, t.Type)
		b = binary.BigEndian.AppendUint16(b, uint16(len(t.Value)))
		b = append(b, t.Value...)
	}
	return b
}

// ParsePlaintext splits a decrypted message into text and records. A truncated record
// ends the records: ParsePlaintext drops it and everything after it, as libotr does. It
// also drops all records after the first most: a record may have only four bytes, but
// takes far more memory.
func ParsePlaintext(b []byte, most int) (text []byte, tlvs []TLV) {
	text, rest, _ := bytes.Cut(b, []byte{0})
	s := cryptobyte.String(rest)
	for !s.Empty() && len(tlvs) < most {
		var t TLV
		var v cryptobyte.String
		if !s.ReadUint16(&t.Type) || !s.ReadUint16LengthPrefixed(&v) {
			break
		}
		t.Value = v
		tlvs = append(tlvs, t)
	}
	return text, tlvs
}
