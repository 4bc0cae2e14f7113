// SPDX-License-Identifier: GPL-2.0-or-later

package ake

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"io"

	"golang.org/x/crypto/cryptobyte"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/dsa"
	"purple-otr/otr/internal/wire"
)

// keys are the seven values derived from the shared secret ("Computing AES
// keys, MAC keys, and the secure session id").
type keys struct {
	ssid   [8]byte
	reveal sigKeys // c, m1, m2: of the Reveal Signature Message
	sign   sigKeys // c', m1', m2': of the Signature Message
}

// sigKeys protect one encrypted signature: c encrypts, m1 and m2 are MAC keys.
type sigKeys struct {
	c      [16]byte
	m1, m2 [32]byte
}

func deriveKeys(s dh.Shared) (k keys) {
	secbytes := wire.AppendMPI(nil, s.MPI())
	h2 := func(b byte) (sum [32]byte) {
		h := sha256.New()
		h.Write([]byte{b})
		h.Write(secbytes)
		return [32]byte(h.Sum(nil))
	}
	ssid, cc := h2(0x00), h2(0x01)
	copy(k.ssid[:], ssid[:])
	k.reveal = sigKeys{[16]byte(cc[:16]), h2(0x02), h2(0x03)}
	k.sign = sigKeys{[16]byte(cc[16:]), h2(0x04), h2(0x05)}
	clear(secbytes)
	return k
}

// signed computes M, the HMAC under m1 over both D-H public keys (the signer's first), the
// signer's public key and its key id.
func (k *sigKeys) signed(signer, other dh.Public, pub *dsa.PublicKey, keyID uint32) (m [32]byte) {
	h := hmac.New(sha256.New, k.m1[:])
	h.Write(wire.AppendMPI(nil, signer.MPI()))
	h.Write(wire.AppendMPI(nil, other.MPI()))
	h.Write(pub.Encoded())
	h.Write(binary.BigEndian.AppendUint32(nil, keyID))
	return [32]byte(h.Sum(nil))
}

// mac computes the SHA256-HMAC-160 under m2 "of the encrypted signature field (including the
// four-byte length)".
func (k *sigKeys) mac(encrypted []byte) (m [20]byte) {
	h := hmac.New(sha256.New, k.m2[:])
	h.Write(wire.AppendDATA(nil, encrypted))
	return [20]byte(h.Sum(nil))
}

// seal signs the exchange with key and encrypts X: the public key, the key id
// and the signature.
func (k *sigKeys) seal(own, theirs dh.Public, key *dsa.PrivateKey, rand io.Reader) (wire.Signature, error) {
	m := k.signed(own, theirs, key.Public, KeyID)
	sig, err := key.Sign(rand, &m)
	if err != nil {
		return wire.Signature{}, err
	}
	x := append([]byte(nil), key.Public.Encoded()...)
	x = binary.BigEndian.AppendUint32(x, KeyID)
	x = append(x, sig[:]...)
	enc := ctr(k.c, x)
	return wire.Signature{Encrypted: enc, MAC: k.mac(enc)}, nil
}

// open verifies the MAC, then decrypts X, then verifies the signature in X. message names the
// message in errors.
func (k *sigKeys) open(message string, m wire.Signature, theirs, own dh.Public) (*dsa.PublicKey, uint32, error) {
	want := k.mac(m.Encrypted)
	if subtle.ConstantTimeCompare(want[:], m.MAC[:]) != 1 {
		return nil, 0, &wire.Error{Message: message, Field: FieldMAC, Kind: wire.Forged}
	}
	x := cryptobyte.String(ctr(k.c, m.Encrypted))
	pub, err := dsa.ParsePublicKey(&x)
	if err != nil {
		return nil, 0, &wire.Error{Message: message, Field: "public key"}
	}
	var keyID uint32
	if !x.ReadUint32(&keyID) || keyID == 0 {
		return nil, 0, &wire.Error{Message: message, Field: "keyid"}
	}
	if len(x) != dsa.SignatureSize {
		return nil, 0, &wire.Error{Message: message, Field: "signature"}
	}
	digest := k.signed(theirs, own, pub, keyID)
	if !pub.Verify(&digest, (*[dsa.SignatureSize]byte)(x)) {
		return nil, 0, &wire.Error{Message: message, Field: "signature", Kind: wire.Forged}
	}
	return pub, keyID, nil
}

// openCommit decrypts g^x with r, and verifies the hash in the commit.
func openCommit(c wire.DHCommit, r [16]byte) (dh.Public, error) {
	mpi := ctr(r, c.EncryptedGx)
	hash := sha256.Sum256(mpi)
	if subtle.ConstantTimeCompare(hash[:], c.HashedGx[:]) != 1 {
		return dh.Public{}, &wire.Error{Message: "Reveal Signature", Field: "revealed key", Kind: wire.Forged}
	}
	s := cryptobyte.String(mpi)
	b, ok := wire.ReadMPI(&s)
	if !ok || !s.Empty() {
		return dh.Public{}, &wire.Error{Message: "D-H Commit", Field: "gx"}
	}
	gx, err := dh.ParsePublic(b)
	if err != nil {
		return dh.Public{}, &wire.Error{Message: "D-H Commit", Field: "gx"}
	}
	return gx, nil
}

// ctr is AES128-CTR with initial counter 0. Each key must encrypt only one text: two
// would share a key stream.
func ctr(key [16]byte, text []byte) []byte {
	b, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // 16 bytes is a key length of AES
	}
	out := make([]byte, len(text))
	cipher.NewCTR(b, make([]byte, aes.BlockSize)).XORKeyStream(out, text)
	return out
}
