// SPDX-License-Identifier: GPL-2.0-or-later

package smp4

import (
	"bytes"
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/wire"
)

// receiver is who receives message n, in the state to do so.
func receiver(t *testing.T, n int) *Machine {
	r := play(t, n, "s", "s")
	if n%2 == 1 {
		return &r.bob
	}
	return &r.alice
}

// places are where the points of the four messages are, in values of 57 bytes; the others
// are scalars. Message 1 has 4 bytes before them.
var places = [4][]int{{0, 3}, {0, 3, 6, 7}, {0, 1, 5}, {0}}

// values splits a message's value.
func values(n int, m wire.TLV) (list [][]byte) {
	b := bytes.Clone(m.Value)
	if n == 0 {
		b = b[4:]
	}
	return slices.Collect(slices.Chunk(b, 57))
}

func joined(n int, list [][]byte) []byte {
	var b []byte
	if n == 0 {
		b = make([]byte, 4)
	}
	return append(b, bytes.Join(list, nil)...)
}

// Every value of every message replaced by others, among them those that a cheat would choose,
// is noticed by a check of its group or by a proof.
func TestTamper(t *testing.T) {
	other, err := ed448.RandomScalar(rand.NewChaCha8([32]byte{9}))
	if err != nil {
		t.Fatal(err)
	}
	g, p, s := ed448.G().Encoded(), ed448.BaseMul(other).Encoded(), other.Encoded()
	ones := bytes.Repeat([]byte{0xff}, 57)
	bad := map[string][]byte{"0": make([]byte, 57), "1 or the identity": append([]byte{1}, make([]byte, 56)...), "ones": ones,
		"G": g[:], "another point": p[:], "another scalar": s[:]}
	for n := range 4 {
		genuine := play(t, 5, "s", "s").messages[n]
		before := *receiver(t, n+1)
		for i := range values(n, genuine) {
			for name, v := range bad {
				list := values(n, genuine)
				list[i] = v
				m := before // a copy shares nothing that changes
				t.Log(n+1, i, name)
				want(t, &m, wire.TLV{Type: genuine.Type, Value: joined(n, list)}, Cheated)
			}
		}
	}
}

// Points and scalars out of range are refused as they are read, whatever the proofs say.
func TestRange(t *testing.T) {
	minus1 := ed448.Scalar{}.Sub(ed448.Reduce(append([]byte{1}, make([]byte, 56)...))).Encoded()
	q := minus1
	q[0]++
	g := ed448.G().Encoded()
	for n, parse := range parsers {
		genuine := play(t, 5, "s", "s").messages[n]
		check := func(i int, v []byte, want bool) {
			t.Helper()
			list := values(n, genuine)
			list[i] = v
			if got := parse(joined(n, list)); got != want {
				t.Errorf("message %d, value %d, %x: accepted %v", n+1, i, v, got)
			}
		}
		for i := range values(n, genuine) {
			if slices.Contains(places[n], i) {
				check(i, g[:], true)
				check(i, make([]byte, 57), false)                       // of order 4
				check(i, append([]byte{1}, make([]byte, 56)...), false) // the identity
				continue
			}
			check(i, make([]byte, 57), true)
			check(i, minus1[:], true)
			check(i, q[:], false)
		}
	}
}

// chosen gives recorded scalars for some purposes, and else what from gives.
type chosen struct {
	io.Reader
	scalars map[string]ed448.Scalar
}

func (c chosen) For(purpose string) io.Reader {
	if s, ok := c.scalars[purpose]; ok {
		e := s.Encoded()
		return bytes.NewReader(append(e[:], make([]byte, 57)...))
	}
	return c.Reader
}

// inverse is 1/s modulo q.
func inverse(s ed448.Scalar) ed448.Scalar {
	number := func(b [57]byte) *big.Int {
		slices.Reverse(b[:])
		return new(big.Int).SetBytes(b[:])
	}
	one := ed448.Reduce(append([]byte{1}, make([]byte, 56)...))
	q := number(ed448.Scalar{}.Sub(one).Encoded())
	q.Add(q, big.NewInt(1))
	b := new(big.Int).ModInverse(number(s.Encoded()), q).FillBytes(make([]byte, 57))
	slices.Reverse(b)
	return ed448.Reduce(b)
}

// Pa must differ from Pb: here both sides draw the same r4, so that P is the same although the secrets
// differ, and every proof is genuine. Qa must differ from Qb: here Bob knows a2 and makes them equal.
func TestSameCommitments(t *testing.T) {
	r4, err := ed448.RandomScalar(random())
	if err != nil {
		t.Fatal(err)
	}
	for _, same := range []string{"P", "Q"} {
		for _, cheat := range []string{"alice receives", "bob receives"} {
			t.Run(fmt.Sprint(same, " ", cheat), func(t *testing.T) {
				r := play(t, 1, "x", "y")
				want(t, &r.bob, r.messages[0], Asked)
				m2, err := r.bob.Answer(secret("y"), chosen{random(), map[string]ed448.Scalar{"smp r4": r4}})
				if err != nil {
					t.Fatal(err)
				}
				a, b := r.alice.s.(expect2), r.bob.s.(expect3)
				hers := r4
				if same == "Q" { // G r4 + G2 x is the same if r4 is Bob's + a2 b2 (y - x)
					b2, err := ed448.RandomScalar(random())
					if err != nil || !ed448.BaseMul(b2.Mul(a.a2)).Equal(b.g2) {
						t.Fatal("the test does not know b2", err)
					}
					hers = r4.Add(a.a2.Mul(b2).Mul(secret("y").Sub(secret("x"))))
				}
				source := chosen{random(), map[string]ed448.Scalar{"smp r4": hers}}
				if cheat == "alice receives" {
					res, err := r.alice.Receive(m2, source)
					if err != nil || res.Outcome != Cheated {
						t.Errorf("%v, %v", res.Outcome, err)
					}
					return
				}
				var m3 message3
				if m3.p, m3.q, m3.proofPQ, err = blind(6, b.g2, b.g3, a.x, source); err != nil {
					t.Fatal(err)
				}
				if (same == "P") != m3.p.Equal(b.pb) || (same == "Q") != m3.q.Equal(b.qb) {
					t.Fatal("the message is not what the test means")
				}
				d := m3.q.Sub(b.qb)
				if m3.proofR, err = proveRoot(7, d, a.a3, random()); err != nil {
					t.Fatal(err)
				}
				if m3.r = d.Mul(a.a3); same == "Q" {
					// R should be 0, which is no point of the group; but as Qa-Qb is 0 a
					// proof holds for any R that is made after its hash.
					k := ed448.BaseMul(r4)
					m3.proofR.c = hash(7, ed448.BaseMul(r4), k)
					m3.proofR.d = r4.Sub(a.a3.Mul(m3.proofR.c))
					m3.r = k.Mul(inverse(m3.proofR.c))
				}
				if !m3.proofR.verifyRoot(7, b.g3a, d, m3.r) {
					t.Fatal("the proof does not hold")
				}
				want(t, &r.bob, m3.encode(), Cheated)
			})
		}
	}
}

// Proofs for another place are refused: what Alice proves is not what Bob has to.
func TestReplayedProofs(t *testing.T) {
	r := play(t, 2, "s", "s")
	first, _ := parse1(r.messages[0].Value)
	second, _ := parse2(r.messages[1].Value)
	second.g2, second.g3, second.proof2, second.proof3 = first.g2, first.g3, first.proof2, first.proof3
	want(t, &r.alice, second.encode(), Cheated)
	r = play(t, 1, "s", "s")
	first.g2, first.proof2, first.g3, first.proof3 = first.g3, first.proof3, first.g2, first.proof2
	want(t, &r.bob, first.encode(), Cheated)
}

// From a proof and a guess at the secret anybody can compute which scalar was drawn for the proof, if
// the guess is right. Drawn scalars must be uniform modulo q, so that this tells nothing about the
// guess.
func TestUniform(t *testing.T) {
	count := 1000
	if testing.Short() {
		count = 100
	}
	g, x, rng := ed448.G(), secret("s"), random()
	counts := map[string]*[4]int{"r2": {}, "r5": {}, "r6": {}, "r7": {}}
	for range count {
		exponent, err := proveScalar(1, x, "smp r2", rng)
		if err != nil {
			t.Fatal(err)
		}
		_, _, blinded, err := blind(5, g, g, x, chosen{rng, map[string]ed448.Scalar{"smp r4": x}})
		if err != nil {
			t.Fatal(err)
		}
		root, err := proveRoot(7, g, x, rng)
		if err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]ed448.Scalar{
			"r2": exponent.d.Add(x.Mul(exponent.c)), "r5": blinded.d5.Add(x.Mul(blinded.c)),
			"r6": blinded.d6.Add(x.Mul(blinded.c)), "r7": root.d.Add(x.Mul(root.c)),
		} {
			e := r.Encoded()
			counts[name][e[0]%4]++
		}
	}
	for name, c := range counts {
		var square float64
		for _, n := range c {
			off := float64(n) - float64(count)/4
			square += off * off / (float64(count) / 4)
		}
		if square > 35 { // as once in 10 million times
			t.Errorf("%s is distributed as %d", name, *c)
		}
	}
}

func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		r := play(b, 5, "s", "s")
		want(b, &r.alice, r.messages[3], Equal)
	}
}
