// SPDX-License-Identifier: GPL-2.0-or-later

package foreign

import (
	"bytes"
	"crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"crypto/sha1"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"strings"

	"purple-otr/otr"
)

// Java's programs write a DSA key in base64: the private part in PKCS #8, the public part
// in X.509's SubjectPublicKeyInfo. Parameters and encoding are those of RFC 3279, section
// 2.3.2.

type dsaAlgorithm struct {
	Algorithm asn1.ObjectIdentifier
	Params    struct{ P, Q, G *big.Int }
}

var oidDSA = asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}

// maxJavaKey is more than a key with numbers of maxNumber bytes needs in base64.
const maxJavaKey = 6000

// javaDER decodes base64 with any line breaks.
func javaDER(text string) ([]byte, error) {
	if len(text) > maxJavaKey {
		return nil, ErrBadKey
	}
	text = strings.TrimRight(strings.Join(strings.Fields(text), ""), "=")
	data, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return nil, ErrBadKey
	}
	return data, nil
}

// javaPublicKey decodes a public key.
func javaPublicKey(text string) (k dsa.PublicKey, err error) {
	data, err := javaDER(text)
	if err != nil {
		return k, err
	}
	var info struct {
		Algorithm dsaAlgorithm
		Key       asn1.BitString
	}
	if rest, err := asn1.Unmarshal(data, &info); err != nil || len(rest) > 0 || !info.Algorithm.Algorithm.Equal(oidDSA) {
		return k, ErrBadKey
	}
	k.P, k.Q, k.G = info.Algorithm.Params.P, info.Algorithm.Params.Q, info.Algorithm.Params.G
	if rest, err := asn1.Unmarshal(info.Key.RightAlign(), &k.Y); err != nil || len(rest) > 0 {
		return k, ErrBadKey
	}
	for _, n := range []*big.Int{k.P, k.Q, k.G, k.Y} {
		if n.Sign() <= 0 || n.BitLen() > 8*maxNumber {
			return k, ErrBadKey
		}
	}
	return k, nil
}

// javaKey decodes a private key and its public key, which must belong together.
func javaKey(private, public string) (*otr.PrivateKey, error) {
	pub, err := javaPublicKey(public)
	if err != nil {
		return nil, err
	}
	data, err := javaDER(private)
	if err != nil {
		return nil, err
	}
	defer clear(data)
	var info struct {
		Version   int
		Algorithm dsaAlgorithm
		Key       []byte
	}
	if rest, err := asn1.Unmarshal(data, &info); err != nil || len(rest) > 0 || !info.Algorithm.Algorithm.Equal(oidDSA) {
		return nil, ErrBadKey
	}
	defer clear(info.Key)
	d := &dsa.PrivateKey{PublicKey: pub}
	params := info.Algorithm.Params
	if params.P.Cmp(pub.P) != 0 || params.Q.Cmp(pub.Q) != 0 || params.G.Cmp(pub.G) != 0 {
		return nil, ErrBadKey
	}
	if rest, err := asn1.Unmarshal(info.Key, &d.X); err != nil || len(rest) > 0 || d.X.Sign() <= 0 {
		return nil, ErrBadKey
	}
	k, err := otr.NewPrivateKey(d)
	if err != nil {
		return nil, ErrBadKey
	}
	return k, nil
}

// javaFingerprint returns the fingerprint of a buddy's public key: SHA-1 of its numbers as
// MPIs ("Public keys, signatures, and fingerprints").
func javaFingerprint(public string) (otr.Fingerprint, error) {
	k, err := javaPublicKey(public)
	if err != nil {
		return otr.Fingerprint{}, err
	}
	var b bytes.Buffer
	for _, n := range []*big.Int{k.P, k.Q, k.G, k.Y} {
		b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(n.Bytes()))))
		b.Write(n.Bytes())
	}
	sum := sha1.Sum(b.Bytes())
	return otr.ParseFingerprint(hex.EncodeToString(sum[:]))
}
