// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"encoding/binary"

	"golang.org/x/crypto/cryptobyte"
)

// A Profile is a client profile ("Client Profile Data Type"): a client's long-term keys,
// signed with one of them.
//
//	count      INT           of the fields, 5 to 7
//	00 01      INT           the owner's instance tag
//	00 02      10 00 POINT   the public key H
//	00 03      12 00 POINT   the forging key F
//	00 04      DATA          versions, a digit each
//	00 05      8 bytes       when it expires, in seconds since 1970, signed
//	00 06      00 00, 4 MPI  a DSA key: not used
//	00 07      40 bytes      a signature made with that: not used
//	signature  114 bytes     by H, of everything between count and signature
//
// Each field begins with its type. The types ascend, so that a profile has only one
// encoding. The types of the keys are little-endian; everything else is big-endian.
//
// Fields 6 and 7 would vouch for the client's version 3 key. Nothing may use them: anybody
// can forge that signature from the public key alone, because it does not hash what it
// signs. So the parser only skips them.
type Profile struct {
	Tag       uint32
	H, F      [pointSize]byte // not checked here
	Versions  []byte
	Expiry    int64
	Signature [114]byte

	// Raw is the whole profile as sent, and Signed the part that the signature covers.
	Raw, Signed []byte
}

const (
	fieldTag = 1 + iota
	fieldPublicKey
	fieldForgingKey
	fieldVersions
	fieldExpiry
	fieldDSAKey
	fieldTransitionalSignature
)

// requiredFields is the number of required fields. They come first.
const requiredFields = fieldExpiry

const (
	typePublicKey  = 0x1000 // 10 00: 0x0010, little-endian
	typeForgingKey = 0x1200
	typeDSAKey     = 0x0000
)

// MakeProfile makes a profile with the required fields of p, and calls sign to sign it.
func MakeProfile(p Profile, sign func([]byte) [114]byte) Profile {
	b := binary.BigEndian.AppendUint32(nil, requiredFields)
	start := len(b)
	b = binary.BigEndian.AppendUint16(b, fieldTag)
	b = binary.BigEndian.AppendUint32(b, p.Tag)
	b = binary.BigEndian.AppendUint16(b, fieldPublicKey)
	b = binary.BigEndian.AppendUint16(b, typePublicKey)
	b = append(b, p.H[:]...)
	b = binary.BigEndian.AppendUint16(b, fieldForgingKey)
	b = binary.BigEndian.AppendUint16(b, typeForgingKey)
	b = append(b, p.F[:]...)
	b = binary.BigEndian.AppendUint16(b, fieldVersions)
	b = AppendDATA(b, p.Versions)
	b = binary.BigEndian.AppendUint16(b, fieldExpiry)
	b = binary.BigEndian.AppendUint64(b, uint64(p.Expiry))
	end := len(b)
	p.Signature = sign(b[start:])
	p.Raw = append(b, p.Signature[:]...)
	p.Signed = p.Raw[start:end]
	return p
}

// profile reads a profile. Other fields of the message may follow it.
func (r *reader) profile() (p Profile) {
	whole := []byte(r.s)
	var count uint32
	ok := r.s.ReadUint32(&count) && count >= requiredFields && count <= fieldTransitionalSignature
	r.check("profile, count", ok)
	if !ok {
		return Profile{}
	}
	start, last := len(whole)-len(r.s), uint16(0)
	for i := range count {
		var typ uint16
		ok := r.s.ReadUint16(&typ) && typ > last && (i >= requiredFields || typ == uint16(i+1))
		r.check("profile, field type", ok)
		r.profileField(&p, typ)
		if r.field != "" {
			return Profile{}
		}
		last = typ
	}
	p.Signed = whole[start : len(whole)-len(r.s)]
	r.check("profile, signature", r.s.CopyBytes(p.Signature[:]))
	p.Raw = whole[:len(whole)-len(r.s)]
	return p
}

// profileField reads the value of a field with type typ.
func (r *reader) profileField(p *Profile, typ uint16) {
	switch typ {
	case fieldTag:
		r.check("profile, instance tag", r.s.ReadUint32(&p.Tag) && p.Tag >= MinTag)
	case fieldPublicKey:
		p.H = r.key("profile, public key", typePublicKey)
	case fieldForgingKey:
		p.F = r.key("profile, forging key", typeForgingKey)
	case fieldVersions:
		p.Versions = r.data("profile, versions")
	case fieldExpiry:
		var expiry uint64
		r.check("profile, expiry", r.s.ReadUint64(&expiry))
		p.Expiry = int64(expiry)
	case fieldDSAKey:
		r.keyType("profile, DSA key", typeDSAKey)
		for range 4 {
			r.mpi("profile, DSA key")
		}
	case fieldTransitionalSignature:
		r.check("profile, transitional signature", r.s.Skip(40))
	default:
		r.check("profile, field type", false)
	}
}

func (r *reader) keyType(field string, want uint16) {
	var typ uint16
	r.check(field, r.s.ReadUint16(&typ) && typ == want)
}

func (r *reader) key(field string, typ uint16) [pointSize]byte {
	r.keyType(field, typ)
	return r.point(field)
}

// ParseProfile reads a profile that is not part of a message.
func ParseProfile(b []byte) (Profile, error) {
	r := reader{s: cryptobyte.String(b)}
	p := r.profile()
	if err := r.end("Client Profile"); err != nil {
		return Profile{}, err
	}
	return p, nil
}
