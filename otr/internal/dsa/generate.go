// SPDX-License-Identifier: GPL-2.0-or-later

package dsa

import (
	"crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"io"
	"math/big"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/modular"
)

const (
	pBits = 1024
	qBits = 8 * qSize

	// Rounds of the Miller-Rabin test that, followed by one Lucas test, make an error
	// less likely than 2^-80 for these sizes (FIPS 186-4, table C.1).
	// [big.Int.ProbablyPrime] runs one more round, and the Lucas test.
	pRounds = 3
	qRounds = 19

	// candidates is the number of values of p that we try for one q. One of 355 odd
	// numbers of this size is prime, so these nearly always suffice.
	candidates = 4096
)

// Generate generates parameters of 1024 and 160 bits and a key. It can take seconds. Each
// key has its own parameters: a prime shared by everybody would be a target for
// precomputation. The search is not constant time: the parameters are public, and its
// duration reveals nothing more than they do. For the same reason only the key is erased
// from memory afterwards.
func Generate(rand io.Reader) (key *PrivateKey, err error) {
	params, err := newParameters(rand)
	if err != nil {
		return nil, err
	}
	erase.Do(func() { key, err = keyOver(params, rand) })
	return key, err
}

// newParameters generates p, q and g.
func newParameters(rand io.Reader) (params dsa.Parameters, err error) {
	for params.P == nil {
		if params.Q, err = randomPrime(rand); err != nil {
			return params, err
		}
		if params.P, err = primeOver(params.Q, rand); err != nil {
			return params, err
		}
	}
	params.G = generator(params.P, params.Q)
	return params, nil
}

// keyOver generates x and y.
func keyOver(params dsa.Parameters, rand io.Reader) (*PrivateKey, error) {
	p, err := modular.New(params.P.Bytes())
	if err != nil {
		return nil, err
	}
	q, err := modular.New(params.Q.Bytes())
	if err != nil {
		return nil, err
	}
	k := dsa.PrivateKey{PublicKey: dsa.PublicKey{Parameters: params}}
	var wide [64]byte
	for {
		if _, err := io.ReadFull(rand, wide[:]); err != nil {
			return nil, err
		}
		x := q.Reduce(wide[:], p)
		k.X = new(big.Int).SetBytes(x)
		k.Y = new(big.Int).SetBytes(p.Exp(k.G.Bytes(), x))
		if k.X.Sign() > 0 {
			break
		}
	}
	priv, err := NewPrivateKey(&k)
	if err != nil {
		return nil, err
	}
	return priv, priv.check(rand)
}

// random draws an odd number of that many bits, a multiple of 8.
func random(rand io.Reader, bits int) (*big.Int, error) {
	b := make([]byte, bits/8)
	if _, err := io.ReadFull(rand, b); err != nil {
		return nil, err
	}
	b[0] |= 0x80
	b[len(b)-1] |= 1
	return new(big.Int).SetBytes(b), nil
}

// randomPrime draws q.
func randomPrime(rand io.Reader) (*big.Int, error) {
	for {
		q, err := random(rand, qBits)
		if err != nil || q.ProbablyPrime(qRounds) {
			return q, err
		}
	}
}

// primeOver searches upwards from a random number for a prime p with p = 1 modulo 2q. It
// returns nil if there is none nearby.
func primeOver(q *big.Int, rand io.Reader) (*big.Int, error) {
	p, err := random(rand, pBits)
	if err != nil {
		return nil, err
	}
	step := new(big.Int).Lsh(q, 1)
	p.Sub(p, new(big.Int).Mod(p, step))
	p.Add(p, big.NewInt(1))
	for i, composite := range sieve(p, step) {
		if composite {
			continue
		}
		n := new(big.Int).Mul(step, big.NewInt(int64(i)))
		n.Add(n, p)
		// FermatPublic comes first: where it has assembly, it rejects composite
		// numbers faster.
		if n.BitLen() == pBits && modular.FermatPublic(n.Bytes()) && n.ProbablyPrime(pRounds) {
			return n, nil
		}
	}
	return nil, nil
}

// sieve reports which of p, p+step, p+2*step ... have a small factor.
func sieve(p, step *big.Int) *[candidates]bool {
	const bound = 1 << 14
	var composite [candidates]bool
	var notPrime [bound]bool
	var rest big.Int
	for small := int64(3); small < bound; small += 2 {
		if notPrime[small] {
			continue
		}
		for n := small * small; n < bound; n += 2 * small {
			notPrime[n] = true
		}
		s := big.NewInt(small)
		r, d := rest.Mod(p, s).Int64(), int64(0)
		if d = rest.Mod(step, s).Int64(); d == 0 {
			continue // small is q
		}
		// small divides p + i*step for i = -p/step, and every small after that.
		inverse := new(big.Int).ModInverse(big.NewInt(d), s).Int64()
		for i := (small - r) % small * inverse % small; i < candidates; i += small {
			composite[i] = true
		}
	}
	return &composite
}

// generator returns h^((p-1)/q) for the smallest h for which that is not 1 (FIPS 186-4,
// A.2.1).
func generator(p, q *big.Int) *big.Int {
	one := big.NewInt(1)
	e := new(big.Int).Sub(p, one)
	e.Div(e, q)
	for h := big.NewInt(2); ; h.Add(h, one) {
		if g := new(big.Int).Exp(h, e, p); g.Cmp(one) > 0 {
			return g
		}
	}
}
