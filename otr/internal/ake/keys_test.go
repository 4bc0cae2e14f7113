// SPDX-License-Identifier: GPL-2.0-or-later

package ake

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	stddsa "crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"testing"

	"purple-otr/otr/internal/wire"
)

// The exchange, recomputed independently: with math/big and the specification's formulas, and
// using only the message types of this package.

func mpi(n *big.Int) []byte {
	b := n.Bytes()
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...)
}

func h2(b byte, secbytes []byte) []byte {
	h := sha256.Sum256(append([]byte{b}, secbytes...))
	return h[:]
}

func aesCTR(key, text []byte) []byte {
	b, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(text))
	cipher.NewCTR(b, make([]byte, 16)).XORKeyStream(out, text)
	return out
}

func hmac256(key, text []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(text)
	return h.Sum(nil)
}

// readX decrypts an encrypted signature as its receiver would, and checks every field.
func readX(t *testing.T, m wire.Signature, c, m1, m2 []byte, signer, other *big.Int, pub *stddsa.PublicKey) {
	t.Helper()
	withLength := append(binary.BigEndian.AppendUint32(nil, uint32(len(m.Encrypted))), m.Encrypted...)
	if !bytes.Equal(hmac256(m2, withLength)[:20], m.MAC[:]) {
		t.Error("MAC'd signature: not the SHA256-HMAC-160 of the encrypted signature field")
	}
	plain := aesCTR(c, m.Encrypted)
	pubkey := []byte{0, 0}
	for _, n := range []*big.Int{pub.P, pub.Q, pub.G, pub.Y} {
		pubkey = append(pubkey, mpi(n)...)
	}
	if !bytes.HasPrefix(plain, pubkey) || len(plain) != len(pubkey)+4+40 {
		t.Fatal("X does not begin with the public key, or has a wrong length")
	}
	keyID := plain[len(pubkey) : len(pubkey)+4]
	if binary.BigEndian.Uint32(keyID) == 0 {
		t.Error("keyid: must be greater than 0")
	}
	sum := hmac256(m1, bytes.Join([][]byte{mpi(signer), mpi(other), pubkey, keyID}, nil))
	sig := plain[len(pubkey)+4:]
	r, s := new(big.Int).SetBytes(sig[:20]), new(big.Int).SetBytes(sig[20:])
	z := new(big.Int).Mod(new(big.Int).SetBytes(sum), pub.Q) // "taken modulo q instead of being truncated"
	if !stddsa.Verify(pub, z.Bytes(), r, s) {
		t.Error("the signature is not one over M")
	}
}

func TestExchangeAgainstSpecification(t *testing.T) {
	bob := party{key: bobKey, rand: seeded("bob")}
	alice := party{key: aliceKey, rand: seeded("alice")}
	commit := bob.start(t)
	key, _ := alice.must(t, commit)
	reveal, _ := bob.must(t, key)
	sig, alices := alice.must(t, reveal)
	_, bobs := bob.must(t, sig)
	wantSpecified(t, commit, key.(wire.DHKey), reveal.(wire.RevealSig), sig.(wire.Signature), alices, bobs)
}

func wantSpecified(t *testing.T, commit wire.DHCommit, key wire.DHKey, reveal wire.RevealSig, sig wire.Signature, alices, bobs *Result) {
	t.Helper()
	if alices == nil || bobs == nil {
		t.Fatal("not complete")
	}
	// The D-H Commit Message.
	gxmpi := aesCTR(reveal.R[:], commit.EncryptedGx)
	if sha256.Sum256(gxmpi) != commit.HashedGx {
		t.Error("hashed gx: not the SHA256 hash of gxmpi")
	}
	gx, gy := new(big.Int).SetBytes(gxmpi[4:]), new(big.Int).SetBytes(key.Gy)
	if !bytes.Equal(gxmpi, mpi(gx)) {
		t.Error("gx: not a minimum-length MPI")
	}
	// "each calculate s": the results expose the private keys only through methods, so s
	// comes from one result here, and TestSharedSecret recomputes it.
	s := new(big.Int).SetBytes(alices.Shared.MPI())
	if gy.Cmp(new(big.Int).SetBytes(alices.Own.Public.MPI())) != 0 || gx.Cmp(new(big.Int).SetBytes(bobs.Own.Public.MPI())) != 0 {
		t.Error("the results' keys are not those of the messages")
	}
	secbytes := mpi(s)
	if !bytes.Equal(alices.SSID[:], h2(0x00, secbytes)[:8]) || alices.SSID != bobs.SSID {
		t.Error("ssid: not the first 64 bits of h2(0x00)")
	}
	c := h2(0x01, secbytes)
	bobPub, alicePub := bobKey.DSA().PublicKey, aliceKey.DSA().PublicKey
	readX(t, reveal.Signature, c[:16], h2(0x02, secbytes), h2(0x03, secbytes), gx, gy, &bobPub)
	readX(t, sig, c[16:], h2(0x04, secbytes), h2(0x05, secbytes), gy, gx, &alicePub)
}

// "s = (g^y)^x", recomputed with math/big from the private keys, which are the first 40 bytes
// that each seed yields.
func TestSharedSecret(t *testing.T) {
	xBytes, yBytes := make([]byte, 40), make([]byte, 40)
	if _, err := seeded("bob").Read(xBytes); err != nil {
		t.Fatal(err)
	}
	if _, err := seeded("alice").Read(yBytes); err != nil {
		t.Fatal(err)
	}
	p := prime()
	x, y := new(big.Int).SetBytes(xBytes), new(big.Int).SetBytes(yBytes)
	want := new(big.Int).Exp(big.NewInt(2), new(big.Int).Mul(x, y), p)

	bob := party{key: bobKey, rand: seeded("bob")}
	alice := party{key: aliceKey, rand: seeded("alice")}
	key, _ := alice.must(t, bob.start(t))
	reveal, _ := bob.must(t, key)
	_, done := alice.must(t, reveal)
	if done == nil || !bytes.Equal(done.Shared.MPI(), want.Bytes()) {
		t.Error("not (g^x)^y")
	}
}
