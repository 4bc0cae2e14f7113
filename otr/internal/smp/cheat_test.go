// SPDX-License-Identifier: GPL-2.0-or-later

package smp

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"math/rand/v2"
	"testing"

	"golang.org/x/crypto/cryptobyte"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/wire"
)

// mpis splits a message's value.
func mpis(t *testing.T, m wire.TLV) (list [][]byte) {
	t.Helper()
	s := cryptobyte.String(m.Value[4:])
	for !s.Empty() {
		b, ok := wire.ReadMPI(&s)
		if !ok {
			t.Fatal("not an MPI")
		}
		list = append(list, b)
	}
	return list
}

// elements says which MPIs of the four messages are group elements, and
// exponents which are D values; the others are hashes.
var (
	elements  = [4][]int{{0, 3}, {0, 3, 6, 7}, {0, 1, 5}, {0}}
	exponents = [4][]int{{2, 5}, {2, 5, 9, 10}, {3, 4, 7}, {2}}
)

// TestTamper replaces every value of every message, also by values that a cheat would
// choose. A check of range or proof must fail each time.
func TestTamper(t *testing.T) {
	p := new(big.Int).SetBytes(prime(t))
	q := new(big.Int).Rsh(p, 1)
	one := big.NewInt(1)
	num := func(n *big.Int) []byte { return n.Bytes() }
	bad := map[string][]byte{
		"0": {}, "1": {1}, "2": {2},
		"p-1": num(new(big.Int).Sub(p, one)), "p": num(p), "p+1": num(new(big.Int).Add(p, one)),
		"p-2": num(new(big.Int).Sub(p, big.NewInt(2))),
		"q":   num(q), "q-1": num(new(big.Int).Sub(q, one)), "q+1": num(new(big.Int).Add(q, one)),
		"too long": bytes.Repeat([]byte{0xff}, 193), "leading zero": {0, 1},
	}
	for n := 1; n <= 4; n++ {
		genuine := play(t, 5, "s", "s").messages[n-1]
		before := *receiver(t, n)
		for i := range mpis(t, genuine) {
			for _, v := range bad {
				list := mpis(t, genuine)
				list[i] = v
				value := binary.BigEndian.AppendUint32(nil, uint32(len(list)))
				for _, m := range list {
					value = wire.AppendDATA(value, m)
				}
				m := before // states are never modified, so a copy is independent
				want(t, &m, wire.TLV{Type: genuine.Type, Value: value}, Cheated)
			}
		}
	}
}

// receiver returns the machine that receives message n, in the right state.
func receiver(t *testing.T, n int) *Machine {
	r := play(t, n, "s", "s")
	if n%2 == 1 {
		return &r.bob
	}
	return &r.alice
}

// TestRange: elements and exponents out of range are refused as they are read, before any
// proof is checked.
func TestRange(t *testing.T) {
	p := new(big.Int).SetBytes(prime(t))
	q := new(big.Int).Rsh(p, 1)
	one := big.NewInt(1)
	parse := []func([]byte) bool{
		func(b []byte) bool { _, ok := parse1(b); return ok },
		func(b []byte) bool { _, ok := parse2(b); return ok },
		func(b []byte) bool { _, ok := parse3(b); return ok },
		func(b []byte) bool { _, ok := parse4(b); return ok },
	}
	for n := range parse {
		genuine := play(t, 5, "s", "s").messages[n]
		check := func(i int, v *big.Int, want bool) {
			t.Helper()
			list := mpis(t, genuine)
			list[i] = v.Bytes()
			if got := parse[n](encode(genuine.Type, list...).Value); got != want {
				t.Errorf("message %d, value %d, %v bits: accepted %v", n+1, i, v.BitLen(), got)
			}
		}
		for i := range mpis(t, genuine) {
			value := append([]byte(nil), genuine.Value[:4]...)
			for j, m := range mpis(t, genuine) {
				if i == j {
					m = append([]byte{0}, m...)
				}
				value = wire.AppendDATA(value, m)
			}
			if parse[n](value) {
				t.Errorf("message %d, value %d: a leading zero is accepted", n+1, i)
			}
		}
		for _, i := range elements[n] {
			check(i, big.NewInt(0), false)
			check(i, one, false)
			check(i, big.NewInt(2), true)
			check(i, new(big.Int).Sub(p, big.NewInt(2)), false) // not a power of g1
			check(i, new(big.Int).Sub(p, big.NewInt(31)), true)
			check(i, new(big.Int).Sub(p, one), false)
			check(i, p, false)
			check(i, new(big.Int).Add(p, one), false)
		}
		for _, i := range exponents[n] {
			check(i, big.NewInt(0), false)
			check(i, one, true)
			check(i, new(big.Int).Sub(q, one), true)
			check(i, q, false)
			check(i, new(big.Int).Add(q, one), false)
		}
	}
}

// TestWrongLengths: a message that is genuine except for its length or its count is
// refused.
func TestWrongLengths(t *testing.T) {
	for n := 1; n <= 4; n++ {
		genuine := play(t, 5, "s", "s").messages[n-1]
		longer := bytes.Clone(genuine.Value)
		longer = append(longer, 0)
		another := bytes.Clone(genuine.Value)
		another[3]++
		for _, value := range [][]byte{longer, another} {
			want(t, receiver(t, n), wire.TLV{Type: genuine.Type, Value: value}, Cheated)
		}
	}
}

// TestSameSecondCommitment: "Qa differs from Qb". An attacker who knew Alice's exponents
// could make Qa and Qb equal although P and the secrets differ.
func TestSameSecondCommitment(t *testing.T) {
	var alice, bob Machine
	m1, err := alice.Start(nil, secret("x"), random())
	if err != nil {
		t.Fatal(err)
	}
	want(t, &bob, m1, Asked)
	draws := make([]byte, 7*dh.Size) // b2, its nonce, b3, its nonce, r4, r5, r6
	random().Read(draws)
	m2, err := bob.Answer(secret("y"), bytes.NewReader(draws))
	if err != nil {
		t.Fatal(err)
	}
	q := new(big.Int).Rsh(new(big.Int).SetBytes(prime(t)), 1)
	drawn := func(n int) *big.Int { // as RandomScalar draws it
		b := bytes.Clone(draws[n*dh.Size : (n+1)*dh.Size])
		b[0] &= 0x7f
		return new(big.Int).SetBytes(b)
	}
	s := alice.s.(expect2)
	x, y := secret("x"), secret("y")
	// Qa and Qb (g1^r4 g2^x) are equal if Alice's r4 is Bob's r4 + a2 b2 (y - x).
	r4 := new(big.Int).Sub(new(big.Int).SetBytes(y[:]), new(big.Int).SetBytes(x[:]))
	r4.Mul(r4, drawn(0)).Mul(r4, new(big.Int).SetBytes(s.a2.MPI()))
	r4.Add(r4, drawn(4)).Mod(r4, q)
	hers := append(r4.FillBytes(make([]byte, dh.Size)), draws[:3*dh.Size]...)
	p, qa, _, err := blind(6, bob.s.(expect3).g2, bob.s.(expect3).g3, s.x, bytes.NewReader(hers))
	if b, _ := parse2(m2.Value); err != nil || p == b.p || qa != b.q {
		t.Fatal("Qa and Qb differ: the test is wrong")
	}
	r, err := alice.Receive(m2, bytes.NewReader(hers))
	if err != nil || r.Outcome != Cheated {
		t.Errorf("%v, %v", r.Outcome, err)
	}

	// Alice sends message 3 although Qa = Qb. Ra should be 1, which is out of range;
	// but because Qa/Qb is 1, her proof holds for any Ra, if Ra is hashed with it.
	var m3 message3
	m3.p, m3.q, m3.proofPQ, err = blind(6, bob.s.(expect3).g2, bob.s.(expect3).g3, s.x, bytes.NewReader(hers))
	if err != nil {
		t.Fatal(err)
	}
	k, r7 := scalar(t, big.NewInt(77)), scalar(t, big.NewInt(777))
	m3.proofR.c = hash(7, dh.G().Exp(r7), dh.G().Exp(k))
	m3.proofR.d = r7.SubMul(s.a3, dh.HashScalar(m3.proofR.c))
	c := new(big.Int).ModInverse(new(big.Int).SetBytes(m3.proofR.c[:]), q)
	m3.r = dh.G().Exp(scalar(t, c.Mul(c, big.NewInt(77)).Mod(c, q)))
	if !m3.proofR.verifyRoot(7, bob.s.(expect3).g3.theirs.Element, m3.q.Div(m3.q).Prepare(), m3.r) {
		t.Fatal("the proof does not hold")
	}
	want(t, &bob, m3.encode(), Cheated)
}

// scalar converts n to an exponent.
func scalar(t *testing.T, n *big.Int) dh.Scalar {
	t.Helper()
	s, err := dh.ParseScalar(n.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSameCommitment: "Pa differs from Pb". Both sides draw the same r4. Their secrets
// differ, so only P is the same, and every proof is genuine.
func TestSameCommitment(t *testing.T) {
	r4 := make([]byte, 3*dh.Size)
	random().Read(r4)
	answer := func() (alice, bob Machine, m2 wire.TLV) {
		m1, err := alice.Start(nil, secret("x"), random())
		if err != nil {
			t.Fatal(err)
		}
		want(t, &bob, m1, Asked)
		halves := make([]byte, 4*dh.Size)
		rand.NewChaCha8([32]byte{3}).Read(halves)
		if m2, err = bob.Answer(secret("y"), bytes.NewReader(append(halves, r4...))); err != nil {
			t.Fatal(err)
		}
		return alice, bob, m2
	}

	alice, bob, m2 := answer()
	r, err := alice.Receive(m2, bytes.NewReader(append(bytes.Clone(r4), r4...)))
	if err != nil || r.Outcome != Cheated {
		t.Errorf("Alice: %v, %v", r.Outcome, err)
	}

	alice, bob, m2 = answer()
	b, _ := parse2(m2.Value)
	s := alice.s.(expect2)
	var m3 message3
	m3.p, m3.q, m3.proofPQ, err = blind(6, newGenerator(b.g2, s.a2), newGenerator(b.g3, s.a3), s.x, bytes.NewReader(r4))
	if err != nil || m3.p != b.p || m3.q == b.q {
		t.Fatal("the commitments are not as the test needs them")
	}
	quotient := m3.q.Div(b.q).Prepare()
	m3.r = quotient.Exp(s.a3)
	if m3.proofR, err = proveRoot(7, quotient, s.a3, random()); err != nil {
		t.Fatal(err)
	}
	want(t, &bob, m3.encode(), Cheated)
}

// TestOutsideTheSubgroup: the attacker sends -g2a instead of g2a, with a proof that
// holds, as it does whenever the hash is even. An answer would reveal one bit of b2.
func TestOutsideTheSubgroup(t *testing.T) {
	p := new(big.Int).SetBytes(prime(t))
	rng := random()
	for range 64 {
		_, g2a, proof, err := half(1, rng)
		if err != nil {
			t.Fatal(err)
		}
		if proof.c[31]&1 == 1 {
			continue
		}
		negative := new(big.Int).Sub(p, new(big.Int).SetBytes(g2a.MPI()))
		left := new(big.Int).Exp(big.NewInt(2), new(big.Int).SetBytes(proof.d.MPI()), p)
		right := new(big.Int).Exp(negative, new(big.Int).SetBytes(proof.c[:]), p)
		left.Mod(left.Mul(left, right), p)
		if c := sha256.Sum256(wire.AppendMPI([]byte{1}, left.Bytes())); c != proof.c {
			t.Fatal("the proof does not hold: the test is wrong")
		}
		_, g3a, proof3, err := half(2, rng)
		if err != nil {
			t.Fatal(err)
		}
		m1 := encode(wire.TLVSMP1, negative.Bytes(), proof.c[:], proof.d.MPI(), g3a.MPI(), proof3.c[:], proof3.d.MPI())
		want(t, new(Machine), m1, Cheated)
		return
	}
	t.Fatal("64 odd hashes in a row")
}

// prime returns p. The test checks it with the only elements that show it: p-1 is out of
// range, and p-31 is the largest power of g1.
func prime(t *testing.T) []byte {
	t.Helper()
	p, ok := new(big.Int).SetString("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA237327FFFFFFFFFFFFFFFF", 16)
	if !ok || !p.ProbablyPrime(20) || !new(big.Int).Rsh(p, 1).ProbablyPrime(20) {
		t.Fatal("p is not a safe prime")
	}
	if _, err := dh.ParseElement(new(big.Int).Sub(p, big.NewInt(31)).Bytes()); err != nil {
		t.Fatal("p-31 is refused: not the group's prime")
	}
	return p.Bytes()
}
