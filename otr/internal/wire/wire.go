// SPDX-License-Identifier: GPL-2.0-or-later

// Package wire parses and writes OTR's messages, one file per message. It knows bytes and
// lengths, but neither keys nor states.
//
// A parser accepts exactly the bytes of the message: a length that exceeds the remaining
// input is an error, and so is leftover input. Every length is checked against the input
// before anything is allocated. The returned slices refer to the input and are valid as
// long as it is.
package wire

import (
	"encoding/binary"
	"errors"

	"golang.org/x/crypto/cryptobyte"
)

// Version numbers, "Protocol version (SHORT)".
const (
	V2 = 2
	V3 = 3
	V4 = 4
)

// MinTag is the smallest instance tag: "Valid instance tags are greater than or equal to
// 0x00000100".
const MinTag = 0x100

// Message types of versions 2 and 3, "Message type (BYTE)".
const (
	TypeDHCommit  = 0x02
	TypeData      = 0x03
	TypeDHKey     = 0x0a
	TypeRevealSig = 0x11
	TypeSignature = 0x12
)

// Message types of version 4, besides [TypeData].
const (
	TypeIdentity = 0x35
	TypeAuthR    = 0x36
	TypeAuthI    = 0x37
)

// A Header precedes every encoded message.
//
//	version   SHORT
//	type      BYTE
//	sender    INT   versions 3 and 4 only
//	receiver  INT   versions 3 and 4 only; zero where the peer's tag is not known
type Header struct {
	Version          uint16
	Sender, Receiver uint32
}

// hasTags reports whether the header of a version contains instance tags.
func hasTags(version uint16) bool { return version == V3 || version == V4 }

// A Message is one of the encoded messages, without its header.
type Message interface {
	// Type is the message's type byte.
	Type() byte
	// append appends the message's body to b.
	append(b []byte) []byte
}

// An Error says what is wrong with a message, and never quotes it. The packages that
// verify parsed messages use it too.
type Error struct {
	Message string // as the specification names it
	Field   string
	Kind    Kind
}

// Kind is the sort of an Error.
type Kind int

const (
	Malformed Kind = iota // cannot be read, or is out of range
	Forged                // a MAC, hash or signature does not match
	Replayed              // was received before
	NoKeys                // made with keys that we do not have
	Late                  // arrived after we forgot its keys, or the counters received with them
)

func (e *Error) Error() string { return "otr: bad message: " + e.Message + ", " + e.Field }

func malformed(message, field string) error { return &Error{message, field, Malformed} }

// ErrVersion means that this package does not know the version in the header.
var ErrVersion = errors.New("wire: unknown protocol version")

// Append appends the binary encoding of h and m to b.
func Append(b []byte, h Header, m Message) []byte {
	return m.append(AppendHeader(b, h, m.Type()))
}

// AppendHeader appends the header of a message of type typ.
func AppendHeader(b []byte, h Header, typ byte) []byte {
	b = binary.BigEndian.AppendUint16(b, h.Version)
	b = append(b, typ)
	if hasTags(h.Version) {
		b = binary.BigEndian.AppendUint32(b, h.Sender)
		b = binary.BigEndian.AppendUint32(b, h.Receiver)
	}
	return b
}

// Parse reads one message of versions 2 and 3. If err is not nil, the header holds what
// could be read of it.
func Parse(b []byte) (Header, Message, error) {
	h, typ, body, err := ParseHeader(b)
	if h.Version == V4 {
		return Header{Version: V4}, nil, ErrVersion
	}
	if err != nil {
		return h, nil, err
	}
	if typ == TypeData {
		m, err := ParseData(b, body)
		return h, m, err
	}
	m, err := ParseAKE(typ, body)
	return h, m, err
}

// ParseAKE reads the body of a message of the key exchange, which may be of any
// type but [TypeData].
func ParseAKE(typ byte, s cryptobyte.String) (m Message, err error) {
	switch typ {
	case TypeDHCommit:
		m, err = parseDHCommit(s)
	case TypeDHKey:
		m, err = parseDHKey(s)
	case TypeRevealSig:
		m, err = parseRevealSig(s)
	case TypeSignature:
		m, err = parseSignature(s)
	default:
		err = malformed("header", "type")
	}
	return m, err
}

// ParseHeader reads the header of the message b. If err is not nil, h holds what could be
// read of it.
func ParseHeader(b []byte) (h Header, typ byte, body cryptobyte.String, err error) {
	s := cryptobyte.String(b)
	if !s.ReadUint16(&h.Version) {
		return h, 0, nil, malformed("header", "version")
	}
	if h.Version != V2 && !hasTags(h.Version) {
		return h, 0, nil, ErrVersion
	}
	if !s.ReadUint8(&typ) {
		return h, 0, nil, malformed("header", "type")
	}
	if hasTags(h.Version) && (!s.ReadUint32(&h.Sender) || !s.ReadUint32(&h.Receiver)) {
		h.Sender = 0 // one tag is useless without the other
		return h, 0, nil, malformed("header", "instance tags")
	}
	return h, typ, s, nil
}

// ReadDATA reads a DATA: a four-byte length and as many bytes.
func ReadDATA(s *cryptobyte.String) (b []byte, ok bool) {
	var n uint32
	if !s.ReadUint32(&n) || uint64(n) > uint64(len(*s)) {
		return nil, false
	}
	ok = s.ReadBytes(&b, int(n))
	return b, ok
}

// ReadMPI reads an MPI: "MPIs must use the minimum-length encoding; i.e. no
// leading 0x00 bytes".
func ReadMPI(s *cryptobyte.String) (b []byte, ok bool) {
	b, ok = ReadDATA(s)
	if !ok || len(b) > 0 && b[0] == 0 {
		return nil, false
	}
	return b, true
}

// AppendDATA appends data with its length.
func AppendDATA(b, data []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	return append(b, data...)
}

// AppendMPI appends n, a big-endian number, without its leading zeros.
func AppendMPI(b, n []byte) []byte {
	for len(n) > 0 && n[0] == 0 {
		n = n[1:]
	}
	return AppendDATA(b, n)
}
