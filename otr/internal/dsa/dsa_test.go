// SPDX-License-Identifier: GPL-2.0-or-later

package dsa

import (
	"bytes"
	"crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/cryptobyte"

	"purple-otr/otr/internal/modular"
	"purple-otr/otr/internal/wire"
)

func seeded(seed string) *rand.ChaCha8 { return rand.NewChaCha8(sha256.Sum256([]byte(seed))) }

var parameters = sync.OnceValue(func() (p dsa.Parameters) {
	b, err := os.ReadFile("../../testdata/dsa-parameters.txt")
	if err != nil {
		panic(err)
	}
	for i, line := range strings.Fields(string(b)) {
		n, _ := new(big.Int).SetString(line, 16)
		*[]**big.Int{&p.P, &p.Q, &p.G}[i] = n
	}
	return p
})

// stdKey returns a key of the standard library.
func stdKey(name string) *dsa.PrivateKey {
	k := &dsa.PrivateKey{PublicKey: dsa.PublicKey{Parameters: parameters()}}
	x := sha1.Sum([]byte(name))
	k.P, k.Q, k.G = new(big.Int).Set(k.P), new(big.Int).Set(k.Q), new(big.Int).Set(k.G)
	k.X = new(big.Int).Mod(new(big.Int).SetBytes(x[:]), k.Q)
	k.Y = new(big.Int).Exp(k.G, k.X, k.P)
	return k
}

func newKey(t testing.TB, name string) *PrivateKey {
	t.Helper()
	k, err := NewPrivateKey(stdKey(name))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// crypto/dsa accepts our signatures, and we accept its: "taken modulo q instead of being
// truncated ... and not hashed again".
func TestAgainstStandardLibrary(t *testing.T) {
	std := stdKey("alice")
	k := newKey(t, "alice")
	for i := range 50 {
		digest := sha256.Sum256([]byte(fmt.Sprint(i)))
		sig, err := k.Sign(seeded(fmt.Sprint(i)), &digest)
		if err != nil {
			t.Fatal(err)
		}
		r, s := new(big.Int).SetBytes(sig[:20]), new(big.Int).SetBytes(sig[20:])
		z := new(big.Int).Mod(new(big.Int).SetBytes(digest[:]), std.Q)
		if !dsa.Verify(&std.PublicKey, z.Bytes(), r, s) || !k.Public.Verify(&digest, &sig) {
			t.Fatal("crypto/dsa rejects our signature")
		}
		r, s, err = dsa.Sign(seeded(fmt.Sprint(i)), std, z.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		r.FillBytes(sig[:20])
		s.FillBytes(sig[20:])
		if !k.Public.Verify(&digest, &sig) {
			t.Fatal("we reject the signature of crypto/dsa")
		}
	}
}

// A digest of 32 bytes is not truncated to 20: its last bytes matter.
func TestDigestIsNotTruncated(t *testing.T) {
	k := newKey(t, "alice")
	digest := sha256.Sum256([]byte("digest"))
	sig, err := k.Sign(seeded("sign"), &digest)
	if err != nil {
		t.Fatal(err)
	}
	for i := range digest {
		other := digest
		other[i] ^= 1
		if k.Public.Verify(&other, &sig) {
			t.Errorf("byte %d of the digest does not matter", i)
		}
	}
}

func TestVerifyRefuses(t *testing.T) {
	k, other := newKey(t, "alice"), newKey(t, "bob")
	digest := sha256.Sum256([]byte("digest"))
	sig, err := k.Sign(seeded("sign"), &digest)
	if err != nil {
		t.Fatal(err)
	}
	if other.Public.Verify(&digest, &sig) {
		t.Error("a signature by another key is accepted")
	}
	for i := range sig {
		bad := sig
		bad[i] ^= 0x80
		if k.Public.Verify(&digest, &bad) {
			t.Errorf("accepted although byte %d was changed", i)
		}
	}
	q := parameters().Q.Bytes()
	for name, change := range map[string]func(r, s []byte){
		"r = 0":     func(r, s []byte) { clear(r) },
		"s = 0":     func(r, s []byte) { clear(s) },
		"r = s = 0": func(r, s []byte) { clear(r); clear(s) },
		"r = q":     func(r, s []byte) { copy(r, q) },
		"s = q":     func(r, s []byte) { copy(s, q) },
		"all ones":  func(r, s []byte) { copy(r, bytes.Repeat([]byte{0xff}, 20)); copy(s, r) },
	} {
		bad := sig
		change(bad[:20], bad[20:])
		if k.Public.Verify(&digest, &bad) {
			t.Errorf("%s is accepted", name)
		}
	}
}

// A broken source of randomness alone does not reveal the key: different digests never
// get the same nonce, and so never the same r.
func TestNonceDependsOnTheDigest(t *testing.T) {
	k := newKey(t, "alice")
	seen := map[string]bool{}
	for i := range 20 {
		digest := sha256.Sum256([]byte(fmt.Sprint(i)))
		sig, err := k.Sign(bytes.NewReader(make([]byte, 32)), &digest)
		if err != nil {
			t.Fatal(err)
		}
		seen[string(sig[:20])] = true
	}
	digest := sha256.Sum256([]byte("0"))
	for _, name := range []string{"alice", "bob"} { // two keys or two draws get different nonces too
		sig, err := newKey(t, name).Sign(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), &digest)
		if err != nil {
			t.Fatal(err)
		}
		seen[string(sig[:20])] = true
	}
	if len(seen) != 22 {
		t.Errorf("%d different r of 22 signatures", len(seen))
	}
	if _, err := k.Sign(bytes.NewReader(make([]byte, 31)), &digest); err == nil {
		t.Error("a signature without randomness")
	}
}

// With a q of 7, every fourth nonce makes r or s 0: Sign must try another.
func TestSignTriesAgain(t *testing.T) {
	q, err := modular.New([]byte{7})
	if err != nil {
		t.Fatal(err)
	}
	k := *newKey(t, "alice")
	k.q, k.x, k.qMin2 = q, []byte{3}, []byte{5}
	for i := range 50 {
		digest := sha256.Sum256([]byte(fmt.Sprint(i)))
		sig, err := k.Sign(bytes.NewReader(make([]byte, 32*100)), &digest)
		if err != nil {
			t.Fatal(err)
		}
		if sig[0] == 0 || sig[qSize] == 0 {
			t.Errorf("r is %d, s is %d", sig[0], sig[qSize])
		}
	}
}

func TestNewPrivateKeyRefuses(t *testing.T) {
	two := big.NewInt(2)
	for name, change := range map[string]func(k *dsa.PrivateKey){
		"no p":               func(k *dsa.PrivateKey) { k.P = nil },
		"no x":               func(k *dsa.PrivateKey) { k.X = nil },
		"p negative":         func(k *dsa.PrivateKey) { k.P.Neg(k.P) },
		"p even":             func(k *dsa.PrivateKey) { k.P.Add(k.P, big.NewInt(1)) },
		"p too small":        func(k *dsa.PrivateKey) { k.P.Rsh(k.P, 1).SetBit(k.P, 0, 1) },
		"p too large":        func(k *dsa.PrivateKey) { k.P.Lsh(k.P, 4000).SetBit(k.P, 0, 1) },
		"q too small":        func(k *dsa.PrivateKey) { k.Q.Rsh(k.Q, 1).SetBit(k.Q, 0, 1) },
		"q too large":        func(k *dsa.PrivateKey) { k.Q.Lsh(k.Q, 1).SetBit(k.Q, 0, 1) },
		"q even":             func(k *dsa.PrivateKey) { k.Q.Sub(k.Q, big.NewInt(1)) },
		"q not prime":        func(k *dsa.PrivateKey) { k.Q.Sub(k.Q, two) },
		"g = 0":              func(k *dsa.PrivateKey) { k.G.SetInt64(0) },
		"g = 1":              func(k *dsa.PrivateKey) { k.G.SetInt64(1); k.Y.SetInt64(1) },
		"g = p-1":            func(k *dsa.PrivateKey) { k.G.Sub(k.P, big.NewInt(1)) },
		"g = p":              func(k *dsa.PrivateKey) { k.G.Set(k.P) },
		"g of a wrong order": func(k *dsa.PrivateKey) { k.G.SetInt64(2); k.Y.Exp(k.G, k.X, k.P) },
		"y = 1":              func(k *dsa.PrivateKey) { k.Y.SetInt64(1) },
		"y = p-1":            func(k *dsa.PrivateKey) { k.Y.Sub(k.P, big.NewInt(1)) },
		"y of another x":     func(k *dsa.PrivateKey) { k.Y.Mul(k.Y, k.G).Mod(k.Y, k.P) },
		"x = 0":              func(k *dsa.PrivateKey) { k.X.SetInt64(0) },
		"x negative":         func(k *dsa.PrivateKey) { k.X.Neg(k.X) },
		"x = q":              func(k *dsa.PrivateKey) { k.X.Set(k.Q) },
		"x + q":              func(k *dsa.PrivateKey) { k.X.Add(k.X, k.Q) },
	} {
		t.Run(name, func(t *testing.T) {
			k := stdKey("alice")
			change(k)
			if _, err := NewPrivateKey(k); err == nil {
				t.Error("the key is accepted")
			}
		})
	}
}

func TestPublicKeyRoundTrip(t *testing.T) {
	k := newKey(t, "alice")
	s := cryptobyte.String(append(bytes.Clone(k.Public.Encoded()), "rest"...))
	pub, err := ParsePublicKey(&s)
	if err != nil || string(s) != "rest" || !bytes.Equal(pub.Encoded(), k.Public.Encoded()) || pub.Fingerprint() != k.Public.Fingerprint() {
		t.Fatalf("error %v, rest %q", err, s)
	}
	digest := sha256.Sum256([]byte("digest"))
	sig, err := k.Sign(seeded("sign"), &digest)
	if err != nil || !pub.Verify(&digest, &sig) {
		t.Error("the parsed key does not verify a genuine signature")
	}
}

// encode writes a PUBKEY with any numbers.
func encode(typ byte, numbers ...*big.Int) []byte {
	b := []byte{0, typ}
	for _, n := range numbers {
		b = wire.AppendMPI(b, n.Bytes())
	}
	return b
}

func TestParsePublicKeyRefuses(t *testing.T) {
	k := stdKey("alice")
	genuine := encode(0, k.P, k.Q, k.G, k.Y)
	large := new(big.Int).SetBit(new(big.Int).Lsh(big.NewInt(1), 4096), 0, 1)
	zero := append(encode(0, k.P, k.Q, k.G), 0, 0, 0, 2, 0, 5)
	cases := map[string][]byte{
		"type 1":         encode(1, k.P, k.Q, k.G, k.Y),
		"type 256":       append([]byte{1}, genuine[1:]...),
		"4097 bits":      encode(0, large, k.Q, k.G, k.Y),
		"1023 bits":      encode(0, new(big.Int).SetBit(new(big.Int).Rsh(k.P, 1), 0, 1), k.Q, big.NewInt(2), big.NewInt(2)),
		"p even":         encode(0, new(big.Int).Add(k.P, big.NewInt(1)), k.Q, k.G, k.Y),
		"q of 161 bits":  encode(0, k.P, new(big.Int).SetBit(new(big.Int).Lsh(k.Q, 1), 0, 1), k.G, k.Y),
		"q even":         encode(0, k.P, new(big.Int).Sub(k.Q, big.NewInt(1)), k.G, k.Y),
		"g = 0":          encode(0, k.P, k.Q, new(big.Int), k.Y),
		"g = 1":          encode(0, k.P, k.Q, big.NewInt(1), k.Y),
		"y = 0":          encode(0, k.P, k.Q, k.G, new(big.Int)),
		"y = p-1":        encode(0, k.P, k.Q, k.G, new(big.Int).Sub(k.P, big.NewInt(1))),
		"y = p":          encode(0, k.P, k.Q, k.G, k.P),
		"a leading zero": zero,
	}
	for n := range genuine {
		cases[fmt.Sprintf("cut at %d", n)] = genuine[:n]
	}
	for name, b := range cases {
		s := cryptobyte.String(b)
		if _, err := ParsePublicKey(&s); !errors.Is(err, ErrKey) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestGenerate(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	k, err := Generate(seeded("generate"))
	if err != nil {
		t.Fatal(err)
	}
	d := k.DSA()
	if d.P.BitLen() != 1024 || d.Q.BitLen() != 160 || !d.P.ProbablyPrime(8) || !d.Q.ProbablyPrime(8) {
		t.Errorf("p of %d bits, q of %d", d.P.BitLen(), d.Q.BitLen())
	}
	if _, err := NewPrivateKey(d); err != nil {
		t.Error(err)
	}
}

// check refuses a key that cannot sign for its public key.
func TestCheck(t *testing.T) {
	k, err := Generate(seeded("check"))
	if err != nil {
		t.Fatal(err)
	}
	if err := k.check(seeded("good")); err != nil {
		t.Error(err)
	}
	bad := *k
	bad.x = bytes.Clone(k.x)
	bad.x[qSize-1] ^= 1
	if bad.check(seeded("bad")) == nil {
		t.Error("another key's signature is accepted")
	}
	if k.check(bytes.NewReader(make([]byte, 32))) == nil {
		t.Error("signed without random numbers")
	}
}

func TestGenerateWithoutRandomness(t *testing.T) {
	if _, err := Generate(bytes.NewReader(nil)); err == nil {
		t.Error("Generate made a key without randomness")
	}
}

// The sieve finds exactly the numbers that have a factor below 2^14.
func TestSieve(t *testing.T) {
	q, err := randomPrime(seeded("sieve"))
	if err != nil {
		t.Fatal(err)
	}
	step := new(big.Int).Lsh(q, 1)
	p := new(big.Int).Add(new(big.Int).Lsh(step, 800), big.NewInt(1))
	var product big.Int // of the odd primes below 2^14
	product.SetInt64(1)
	for n := int64(3); n < 1<<14; n += 2 {
		if big.NewInt(n).ProbablyPrime(0) {
			product.Mul(&product, big.NewInt(n))
		}
	}
	for i, composite := range sieve(p, step) {
		n := new(big.Int).Add(p, new(big.Int).Mul(step, big.NewInt(int64(i))))
		if has := new(big.Int).GCD(nil, nil, n, &product).Cmp(big.NewInt(1)) != 0; has != composite {
			t.Fatalf("number %d: has a small factor: %v", i, has)
		}
	}
}

// For most q we find a prime p, and it has the required form.
func TestPrimeOver(t *testing.T) {
	r := seeded("over")
	found := 0
	for range 3 {
		q, err := randomPrime(r)
		if err != nil {
			t.Fatal(err)
		}
		p, err := primeOver(q, r)
		if err != nil {
			t.Fatal(err)
		}
		if p == nil {
			continue
		}
		found++
		rest := new(big.Int).Mod(p, new(big.Int).Lsh(q, 1))
		if p.BitLen() != 1024 || q.BitLen() != 160 || rest.Cmp(big.NewInt(1)) != 0 || !p.ProbablyPrime(20) {
			t.Errorf("p = %x, q = %x", p, q)
		}
	}
	if found == 0 {
		t.Error("no prime found")
	}
}

// TestVerifyRefusesAnotherEncoding: s and s + q are the same modulo q, and so are r and
// r + q. Only one of them is a signature: otherwise anybody could make a second one of
// each.
func TestVerifyRefusesAnotherEncoding(t *testing.T) {
	k := newKey(t, "alice")
	q := parameters().Q
	var seen [2]int // of r and of s
	for i := 0; seen[0] < 3 || seen[1] < 3; i++ {
		if i == 1000 {
			t.Fatalf("no second encoding fits into 20 bytes: %v", seen)
		}
		digest := sha256.Sum256([]byte(fmt.Sprint(i)))
		sig, err := k.Sign(seeded(fmt.Sprint(i)), &digest)
		if err != nil {
			t.Fatal(err)
		}
		for half := range seen {
			other := sig
			n := other[half*20 : half*20+20]
			sum := new(big.Int).Add(new(big.Int).SetBytes(n), q)
			if sum.BitLen() > 160 {
				continue
			}
			sum.FillBytes(n)
			seen[half]++
			if !k.Public.Verify(&digest, &sig) || k.Public.Verify(&digest, &other) {
				t.Errorf("half %d: another encoding is good", half)
			}
		}
	}
}

// oddKey is a key with this q, for which all holds that NewPrivateKey checks, except
// what is wrong with q itself.
func oddKey(q *big.Int) *dsa.PrivateKey {
	one := big.NewInt(1)
	a := new(big.Int) // a prime with q | a-1
	for c := big.NewInt(2); ; c.Add(c, big.NewInt(2)) {
		if a.Mul(q, c).Add(a, one); a.ProbablyPrime(20) {
			break
		}
	}
	// p is a multiple of a; g has order q modulo a and is 1 modulo b.
	b := new(big.Int).Lsh(one, 1024-uint(a.BitLen())+1)
	b.Add(b, one)
	p := new(big.Int).Mul(a, b)
	g := new(big.Int)
	for h := int64(2); g.Cmp(one) <= 0; h++ {
		g.Exp(big.NewInt(h), new(big.Int).Div(new(big.Int).Sub(a, one), q), a)
	}
	// g + a (…) = 1 modulo b
	n := new(big.Int).ModInverse(a, b)
	n.Mul(n, new(big.Int).Sub(one, g)).Mod(n, b)
	g.Add(g, n.Mul(n, a))
	k := &dsa.PrivateKey{X: big.NewInt(12345)}
	k.P, k.Q, k.G = p, q, g
	k.Y = new(big.Int).Exp(g, k.X, p)
	return k
}

// TestNewPrivateKeyRefusesQ has nothing else wrong with the key than the size of q, or
// that it is no prime.
func TestNewPrivateKeyRefusesQ(t *testing.T) {
	prime := func(bits uint) *big.Int {
		n := new(big.Int).Lsh(big.NewInt(1), bits-1)
		for n.SetBit(n, 0, 1); !n.ProbablyPrime(20); {
			n.Add(n, big.NewInt(2))
		}
		return n
	}
	if _, err := NewPrivateKey(oddKey(prime(160))); err != nil {
		t.Errorf("a usable q: %v", err)
	}
	product := new(big.Int).Mul(prime(81), prime(80)) // of 160 bits
	for name, q := range map[string]*big.Int{
		"152 bits": prime(152), "159 bits": prime(159), "161 bits": prime(161), "not prime": product,
	} {
		if _, err := NewPrivateKey(oddKey(q)); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}
