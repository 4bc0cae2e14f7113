// SPDX-License-Identifier: GPL-2.0-or-later

// Package dsa signs and verifies as OTR requires: DSA over a 32-byte MAC that is "taken
// modulo q instead of being truncated ... and not hashed again" ("Reveal Signature
// Message"). Signing is constant time.
package dsa

import (
	"crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"crypto/sha1"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"io"
	"math/big"

	"golang.org/x/crypto/cryptobyte"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/modular"
	"purple-otr/otr/internal/wire"
)

const (
	// SignatureSize is the length of a signature: r and s of 20 bytes each.
	SignatureSize = 2 * qSize

	qSize   = 20   // "in current implementations must be 20 bytes"
	minBits = 1024 // of p
	maxBits = 4096 // of p; limits how much work a stranger's key can cause
)

// ErrKey means that a public key is malformed or out of range.
var ErrKey = errors.New("dsa: not a usable public key")

// A PublicKey has p of 1024 to 4096 bits and q of 160.
type PublicKey struct {
	k       dsa.PublicKey
	encoded []byte
}

// ParsePublicKey reads a PUBKEY ("Public keys, signatures, and fingerprints") from the
// front of s and advances s past it.
func ParsePublicKey(s *cryptobyte.String) (*PublicKey, error) {
	start := *s
	var typ uint16
	if !s.ReadUint16(&typ) || typ != 0 {
		return nil, ErrKey
	}
	var k dsa.PublicKey
	for _, n := range []**big.Int{&k.P, &k.Q, &k.G, &k.Y} {
		b, ok := wire.ReadMPI(s)
		if !ok || len(b) > maxBits/8 {
			return nil, ErrKey
		}
		*n = new(big.Int).SetBytes(b)
	}
	if err := check(&k); err != nil {
		return nil, err
	}
	encoded := start[:len(start)-len(*s)]
	return &PublicKey{k, append([]byte(nil), encoded...)}, nil
}

func newPublicKey(k *dsa.PublicKey) (*PublicKey, error) {
	if err := check(k); err != nil {
		return nil, err
	}
	b := []byte{0, 0}
	for _, n := range []*big.Int{k.P, k.Q, k.G, k.Y} {
		b = wire.AppendMPI(b, n.Bytes())
	}
	c := dsa.PublicKey{Y: new(big.Int).Set(k.Y)}
	c.P, c.Q, c.G = new(big.Int).Set(k.P), new(big.Int).Set(k.Q), new(big.Int).Set(k.G)
	return &PublicKey{c, b}, nil
}

// check limits the sizes and ranges of the parameters. It does not test whether p and q
// are prime: a peer who chooses bad parameters weakens only their own key, because their
// fingerprint covers the parameters.
func check(k *dsa.PublicKey) error {
	for _, n := range []*big.Int{k.P, k.Q, k.G, k.Y} {
		if n == nil || n.Sign() <= 0 {
			return ErrKey
		}
	}
	one := big.NewInt(1)
	last := new(big.Int).Sub(k.P, one)
	inGroup := func(n *big.Int) bool { return n.Cmp(one) > 0 && n.Cmp(last) < 0 }
	if k.P.BitLen() < minBits || k.P.BitLen() > maxBits || k.P.Bit(0) == 0 ||
		k.Q.BitLen() != 8*qSize || k.Q.Bit(0) == 0 ||
		!inGroup(k.G) || !inGroup(k.Y) {
		return ErrKey
	}
	return nil
}

// Encoded is the PUBKEY structure. The caller must not modify it.
func (k *PublicKey) Encoded() []byte { return k.encoded }

// Fingerprint is the SHA-1 hash of the encoded key without its leading type:
// "if the pubkey type is 0x0000, those two leading 0x00 bytes are omitted".
func (k *PublicKey) Fingerprint() [20]byte { return sha1.Sum(k.encoded[2:]) }

// Verify reports whether sig is k's signature over digest. It is not constant time: all
// inputs are public.
func (k *PublicKey) Verify(digest *[32]byte, sig *[SignatureSize]byte) bool {
	q := k.k.Q
	r := new(big.Int).SetBytes(sig[:qSize])
	s := new(big.Int).SetBytes(sig[qSize:])
	if r.Sign() == 0 || r.Cmp(q) >= 0 || s.Sign() == 0 || s.Cmp(q) >= 0 {
		return false
	}
	w := new(big.Int).ModInverse(s, q)
	if w == nil {
		return false // q is not prime
	}
	// Valid if v = (g^(zw) y^(rw) mod p) mod q equals r (FIPS 186-4, 4.7).
	exponent := func(n *big.Int) []byte {
		n = new(big.Int).Mul(n, w)
		return n.Mod(n, q).FillBytes(make([]byte, qSize))
	}
	z := new(big.Int).SetBytes(digest[:])
	b := modular.Exp2Public(k.k.P.Bytes(), k.k.G.Bytes(), exponent(z), k.k.Y.Bytes(), exponent(r))
	v := new(big.Int).SetBytes(b)
	return v.Mod(v, q).Cmp(r) == 0
}

// A PrivateKey is immutable.
type PrivateKey struct {
	Public *PublicKey
	p, q   *modular.Modulus
	x      []byte        // 20 bytes, less than q
	g      *modular.Base // prepared for exponents of 20 bytes
	qMin2  []byte        // q-2: k^(q-2) is 1/k, as q is prime
}

// NewPrivateKey checks k (sizes, ranges, g^q = 1, y = g^x) and copies it.
func NewPrivateKey(k *dsa.PrivateKey) (priv *PrivateKey, err error) {
	erase.Do(func() { priv, err = newPrivateKey(k) })
	return priv, err
}

func newPrivateKey(k *dsa.PrivateKey) (*PrivateKey, error) {
	pub, err := newPublicKey(&k.PublicKey)
	if err != nil {
		return nil, err
	}
	if k.X == nil || k.X.Sign() <= 0 || k.X.Cmp(k.Q) >= 0 || !k.Q.ProbablyPrime(20) {
		return nil, errors.New("dsa: not a usable private key")
	}
	p, err := modular.New(k.P.Bytes())
	if err != nil {
		return nil, err
	}
	q, err := modular.New(k.Q.Bytes())
	if err != nil {
		return nil, err
	}
	priv := &PrivateKey{
		Public: pub, p: p, q: q,
		x:     k.X.FillBytes(make([]byte, qSize)),
		g:     p.Prepare(k.G.Bytes(), qSize, 2),
		qMin2: new(big.Int).Sub(k.Q, big.NewInt(2)).Bytes(),
	}
	one := big.NewInt(1)
	if new(big.Int).SetBytes(priv.g.Exp(k.Q.Bytes())).Cmp(one) != 0 ||
		new(big.Int).SetBytes(priv.g.Exp(priv.x)).Cmp(k.Y) != 0 {
		return nil, errors.New("dsa: the private key does not belong to the public key")
	}
	return priv, nil
}

// DSA returns a copy of the key.
func (k *PrivateKey) DSA() *dsa.PrivateKey {
	pub, _ := newPublicKey(&k.Public.k) // it was checked when k was made
	return &dsa.PrivateKey{PublicKey: pub.k, X: new(big.Int).SetBytes(k.x)}
}

// check signs and verifies once, and returns an error if that fails: a single
// miscalculation while the key was generated must not give the user a broken identity.
// (This does not test that p is prime. But if p were not, then g, a power to (p-1)/q,
// would hardly have order q, and NewPrivateKey has tested that.)
func (k *PrivateKey) check(rand io.Reader) error {
	var digest [32]byte
	if _, err := io.ReadFull(rand, digest[:]); err != nil {
		return err
	}
	sig, err := k.Sign(rand, &digest)
	if err == nil && !k.Public.Verify(&digest, &sig) {
		err = errors.New("dsa: the new key does not work")
	}
	return err
}

// Sign signs digest. Callers that want nothing of it to stay in memory use erase.Do.
func (k *PrivateKey) Sign(rand io.Reader, digest *[32]byte) (sig [SignatureSize]byte, err error) {
	z := k.q.Reduce(digest[:], k.p)
	for i := uint32(0); ; i++ {
		n, err := k.nonce(rand, digest, i)
		if err != nil {
			return sig, err
		}
		r := k.q.Reduce(k.g.Exp(n), k.p)
		s := k.q.Mul(k.q.Exp(n, k.qMin2), k.q.Add(z, k.q.Mul(k.x, r)))
		copy(sig[:qSize], r)
		copy(sig[qSize:], s)
		if !allZero(sig[:qSize]) && !allZero(sig[qSize:]) {
			return sig, nil
		}
	}
}

// nonce derives the secret per-signature number from the private key, the digest and
// fresh randomness. An attacker who could predict a nonce, or make us use one twice,
// could compute the private key; because the private key is an input, a broken source of
// randomness alone does not allow that. 64 bytes reduced modulo a 160-bit q are unbiased.
func (k *PrivateKey) nonce(rand io.Reader, digest *[32]byte, try uint32) ([]byte, error) {
	var fresh [32]byte
	if _, err := io.ReadFull(rand, fresh[:]); err != nil {
		return nil, err
	}
	h := sha512.New()
	h.Write([]byte("purple-otr DSA nonce"))
	h.Write(fresh[:])
	h.Write(k.x)
	h.Write(digest[:])
	h.Write(binary.BigEndian.AppendUint32(nil, try))
	return k.q.Reduce(h.Sum(nil), k.p), nil
}

func allZero(b []byte) bool {
	var or byte
	for _, v := range b {
		or |= v
	}
	return or == 0
}
