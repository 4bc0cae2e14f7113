// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import "golang.org/x/crypto/cryptobyte"

// Lengths of some data types of version 4 in bytes ("Data Types").
const (
	pointSize  = 57
	scalarSize = 57
	mac4Size   = 64
)

// IsType4 reports whether version 4 has messages of type typ.
func IsType4(typ byte) bool { return typ == TypeData || typ >= TypeIdentity && typ <= TypeAuthI }

// Parse4 reads one message of version 4. If err is not nil, the header holds what could be
// read of it.
func Parse4(b []byte) (Header, Message, error) {
	h, typ, body, err := ParseHeader(b)
	if err != nil {
		return h, nil, err
	}
	if h.Version != V4 {
		return h, nil, ErrVersion
	}
	if typ == TypeData {
		m, err := ParseData4(b, body)
		return h, m, err
	}
	m, err := ParseDAKE(typ, body)
	return h, m, err
}

// ParseDAKE reads the body of a message of version 4's key exchange, which may be of any
// type but [TypeData].
func ParseDAKE(typ byte, s cryptobyte.String) (m Message, err error) {
	switch typ {
	case TypeIdentity:
		m, err = parseIdentity(s)
	case TypeAuthR:
		m, err = parseAuthR(s)
	case TypeAuthI:
		m, err = parseAuthI(s)
	default:
		err = malformed("header", "type")
	}
	return m, err
}

// A reader reads the fields of a message. field names the first field that is wrong; all
// fields after it read as zero.
type reader struct {
	s     cryptobyte.String
	field string
}

// check notes whether a field could be read.
func (r *reader) check(field string, ok bool) {
	if !ok && r.field == "" {
		r.field, r.s = field, nil
	}
}

func (r *reader) point(field string) (p [pointSize]byte) {
	r.check(field, r.s.CopyBytes(p[:]))
	return p
}

func (r *reader) mpi(field string) []byte {
	b, ok := ReadMPI(&r.s)
	r.check(field, ok)
	return b
}

func (r *reader) data(field string) []byte {
	b, ok := ReadDATA(&r.s)
	r.check(field, ok)
	return b
}

// end returns the error of the message. Leftover input is an error too.
func (r *reader) end(message string) error {
	r.check("end", r.s.Empty())
	if r.field != "" {
		return malformed(message, r.field)
	}
	return nil
}
