// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import "golang.org/x/crypto/cryptobyte"

// RevealSig is the Reveal Signature Message.
//
//	revealed key         DATA  r: 16 bytes
//	encrypted signature  DATA
//	MAC'd signature      MAC   20 bytes
type RevealSig struct {
	R [16]byte
	Signature
}

// Signature is the Signature Message.
//
//	encrypted signature  DATA
//	MAC'd signature      MAC   20 bytes
type Signature struct {
	Encrypted []byte
	MAC       [20]byte
}

func (RevealSig) Type() byte { return TypeRevealSig }
func (Signature) Type() byte { return TypeSignature }

func (m RevealSig) append(b []byte) []byte {
	b = AppendDATA(b, m.R[:])
	return m.Signature.append(b)
}

func (m Signature) append(b []byte) []byte {
	b = AppendDATA(b, m.Encrypted)
	return append(b, m.MAC[:]...)
}

func parseRevealSig(s cryptobyte.String) (m RevealSig, err error) {
	r, ok := ReadDATA(&s)
	if !ok || len(r) != len(m.R) {
		return m, malformed("Reveal Signature", "revealed key")
	}
	sig, field := readSignature(s)
	if field != "" {
		return m, malformed("Reveal Signature", field)
	}
	return RevealSig{[16]byte(r), sig}, nil
}

func parseSignature(s cryptobyte.String) (m Signature, err error) {
	m, field := readSignature(s)
	if field != "" {
		return m, malformed("Signature", field)
	}
	return m, nil
}

// readSignature reads the rest of s; field names the invalid field.
func readSignature(s cryptobyte.String) (m Signature, field string) {
	enc, ok := ReadDATA(&s)
	if !ok {
		return m, "encrypted signature"
	}
	if len(s) != len(m.MAC) {
		return m, "MAC'd signature"
	}
	return Signature{enc, [20]byte(s)}, ""
}
