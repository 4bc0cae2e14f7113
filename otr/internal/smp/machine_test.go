// SPDX-License-Identifier: GPL-2.0-or-later

package smp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"golang.org/x/crypto/cryptobyte"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/wire"
)

// random is a source of randomness that is the same in every run.
func random() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{1}) }

func secret(s string) (x [32]byte) {
	copy(x[:], s)
	return x
}

// A run is Alice and Bob, and the four messages between them.
type run struct {
	alice, bob Machine
	messages   [4]wire.TLV
}

// play goes through a run up to before message n (1 to 5) is received.
func play(t *testing.T, n int, x, y string) *run {
	t.Helper()
	rng := random()
	r := new(run)
	var err error
	if r.messages[0], err = r.alice.Start(nil, secret(x), rng); err != nil {
		t.Fatal(err)
	}
	if n > 1 {
		want(t, &r.bob, r.messages[0], Asked)
		if r.messages[1], err = r.bob.Answer(secret(y), rng); err != nil {
			t.Fatal(err)
		}
	}
	if n > 2 {
		r.messages[2] = *want(t, &r.alice, r.messages[1], Advanced)
	}
	if n > 3 {
		outcome := Equal
		if x != y {
			outcome = Differ
		}
		r.messages[3] = *want(t, &r.bob, r.messages[2], outcome)
	}
	return r
}

// want has m receive a message and checks the outcome.
func want(t *testing.T, m *Machine, msg wire.TLV, outcome Outcome) (reply *wire.TLV) {
	t.Helper()
	r, err := m.Receive(msg, random())
	if err != nil || r.Outcome != outcome {
		t.Fatalf("outcome %v, error %v; want %v", r.Outcome, err, outcome)
	}
	return r.Reply
}

func TestRun(t *testing.T) {
	for _, c := range []struct {
		x, y string
		want Outcome
	}{
		{"swordfish", "swordfish", Equal},
		{"swordfish", "Swordfish", Differ},
		{"", "", Equal},
	} {
		r := play(t, 5, c.x, c.y)
		want(t, &r.alice, r.messages[3], c.want)
		if r.alice.Running() || r.bob.Running() {
			t.Error("a run is left over")
		}
	}
}

// TestTable is the section "State Transitions": every message in every state.
func TestTable(t *testing.T) {
	const aborts = "Set smpstate to SMPSTATE_EXPECT1 and send a type 6 TLV (SMP abort)"
	states := []struct {
		name string
		in   func() *Machine
		next int // the message that this state accepts
	}{
		{"EXPECT1", func() *Machine { return new(Machine) }, 1},
		{"EXPECT2", func() *Machine { return &play(t, 2, "s", "s").alice }, 2},
		{"EXPECT3", func() *Machine { return &play(t, 3, "s", "s").bob }, 3},
		{"EXPECT4", func() *Machine { return &play(t, 4, "s", "s").alice }, 4},
	}
	messages := play(t, 5, "s", "s").messages
	outcomes := map[int]Outcome{1: Asked, 2: Advanced, 3: Equal, 4: Equal}
	for _, s := range states {
		for n := 1; n <= 4; n++ {
			if s.name == "EXPECT2" && n == 1 {
				continue // TestBothStart
			}
			t.Run(fmt.Sprintf("message %d in %s", n, s.name), func(t *testing.T) {
				m := s.in()
				running := m.Running()
				if n == s.next {
					want(t, m, messages[n-1], outcomes[n])
					return
				}
				outcome := Ignored
				if running {
					outcome = Aborted
				}
				reply := want(t, m, messages[n-1], outcome)
				if reply == nil || reply.Type != wire.TLVSMPAbort || len(reply.Value) != 0 || m.Running() {
					t.Errorf("%q: reply %v, running %v", aborts, reply, m.Running())
				}
			})
		}
		t.Run("abort in "+s.name, func(t *testing.T) {
			m := s.in()
			running := m.Running()
			r, err := m.Receive(wire.TLV{Type: wire.TLVSMPAbort}, random())
			if err != nil || (r.Outcome == Aborted) != running || r.Reply != nil || m.Running() {
				t.Errorf("%+v, %v, running %v", r, err, m.Running())
			}
		})
	}
}

// TestAskedTwice: a second first message replaces the one that waits for the
// user, and the run goes on with that.
func TestAskedTwice(t *testing.T) {
	r := play(t, 1, "s", "s")
	var other Machine
	first, err := other.Start([]byte("who?"), secret("s"), rand.NewChaCha8([32]byte{2}))
	if err != nil {
		t.Fatal(err)
	}
	want(t, &r.bob, r.messages[0], Asked)
	res, err := r.bob.Receive(first, random())
	if err != nil || res.Outcome != Asked || string(res.Question) != "who?" {
		t.Fatalf("%+v, %v", res, err)
	}
	second, err := r.bob.Answer(secret("s"), random())
	if err != nil {
		t.Fatal(err)
	}
	want(t, &other, second, Advanced)
}

// TestBothStart: of two that begin at once, exactly one gives way.
func TestBothStart(t *testing.T) {
	for seed := byte(0); seed < 4; seed++ {
		var a, b Machine
		ma, _ := a.Start(nil, secret("s"), rand.NewChaCha8([32]byte{seed, 1}))
		mb, _ := b.Start(nil, secret("s"), rand.NewChaCha8([32]byte{seed, 2}))
		ra, _ := a.Receive(mb, random())
		rb, _ := b.Receive(ma, random())
		if ra.Reply != nil || rb.Reply != nil || (ra.Outcome == Yielded) == (rb.Outcome == Yielded) {
			t.Fatalf("outcomes %v and %v", ra.Outcome, rb.Outcome)
		}
		asker, answerer := &a, &b
		if ra.Outcome == Yielded {
			asker, answerer = &b, &a
		}
		m2, err := answerer.Answer(secret("s"), random())
		if err != nil {
			t.Fatal(err)
		}
		m3 := want(t, asker, m2, Advanced)
		m4 := want(t, answerer, *m3, Equal)
		want(t, asker, *m4, Equal)
	}
}

func TestReflected(t *testing.T) {
	r := play(t, 1, "s", "s")
	want(t, &r.alice, r.messages[0], Aborted)
}

func TestQuestion(t *testing.T) {
	var a, b Machine
	for _, q := range []string{"x\x00y", string(make([]byte, 70000)), string(bytes.Repeat([]byte("q"), 65000))} {
		if _, err := a.Start([]byte(q), secret("s"), random()); err != ErrQuestion {
			t.Errorf("question of %d bytes: %v", len(q), err)
		}
	}
	long := string(bytes.Repeat([]byte("ü"), 32000))
	m, err := a.Start([]byte(long), secret("s"), random())
	if err != nil {
		t.Fatal(err)
	}
	r, _ := b.Receive(m, random())
	if r.Outcome != Asked || string(r.Question) != long {
		t.Errorf("outcome %v, question of %d bytes", r.Outcome, len(r.Question))
	}
	unended := wire.TLV{Type: wire.TLVSMP1Q, Value: []byte("no end")}
	want(t, &b, unended, Cheated)
}

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

// TestTamper: every value of every message replaced by others, among them the
// ones that a cheat would choose, is noticed by a check of range or proof.
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
				m := before // a copy shares nothing that changes
				want(t, &m, wire.TLV{Type: genuine.Type, Value: value}, Cheated)
			}
		}
	}
}

// receiver is who receives message n, in the state to do so.
func receiver(t *testing.T, n int) *Machine {
	r := play(t, n, "s", "s")
	if n%2 == 1 {
		return &r.bob
	}
	return &r.alice
}

// TestRange: elements and exponents out of range are refused as they are read,
// whatever the proofs say.
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
		for _, i := range elements[n] {
			check(i, big.NewInt(0), false)
			check(i, one, false)
			check(i, big.NewInt(2), true)
			check(i, new(big.Int).Sub(p, big.NewInt(2)), true)
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

// TestMalformed: every truncation, a byte too many, and wrong counts.
func TestMalformed(t *testing.T) {
	for n := 1; n <= 4; n++ {
		genuine := play(t, 5, "s", "s").messages[n-1]
		parse := func(v []byte) bool {
			switch n {
			case 1:
				_, ok := parse1(v)
				return ok
			case 2:
				_, ok := parse2(v)
				return ok
			case 3:
				_, ok := parse3(v)
				return ok
			}
			_, ok := parse4(v)
			return ok
		}
		if !parse(genuine.Value) {
			t.Fatal("the genuine message is refused")
		}
		for i := range genuine.Value {
			if parse(genuine.Value[:i]) {
				t.Errorf("message %d cut at %d is accepted", n, i)
			}
		}
		if parse(append(bytes.Clone(genuine.Value), 0)) {
			t.Errorf("message %d with a byte too many is accepted", n)
		}
		for _, count := range []uint32{0, 1, 5, 1<<31 - 1, 1<<32 - 1} {
			v := bytes.Clone(genuine.Value)
			binary.BigEndian.PutUint32(v, count)
			if parse(v) {
				t.Errorf("message %d with a count of %d is accepted", n, count)
			}
		}
	}
}

// TestSameCommitment: "Pa differs from Pb". Both sides draw the same r4, and as
// their secrets differ only P comes out the same: every proof is genuine. (Were Q
// the same, Ra would be 1 and out of range.)
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
	m3.p, m3.q, m3.proofPQ, err = blind(6, b.g2.Exp(s.a2), b.g3.Exp(s.a3), s.x, bytes.NewReader(r4))
	if err != nil || m3.p != b.p || m3.q == b.q {
		t.Fatal("the message is not what the test means")
	}
	quotient := m3.q.Div(b.q)
	m3.r = quotient.Exp(s.a3)
	if m3.proofR, err = proveRoot(7, quotient, s.a3, random()); err != nil {
		t.Fatal(err)
	}
	want(t, &bob, m3.encode(), Cheated)
}

// prime is p, by way of the only element that shows it: p-1 is out of range and
// p-2 is in.
func prime(t *testing.T) []byte {
	t.Helper()
	p, ok := new(big.Int).SetString("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA237327FFFFFFFFFFFFFFFF", 16)
	if !ok || !p.ProbablyPrime(20) || !new(big.Int).Rsh(p, 1).ProbablyPrime(20) {
		t.Fatal("p is not a safe prime")
	}
	if _, err := dh.ParseElement(new(big.Int).Sub(p, big.NewInt(2)).Bytes()); err != nil {
		t.Fatal("p-2 is refused: not the group's prime")
	}
	return p.Bytes()
}

// TestNoRandomness: a source that fails leaves the run as it was.
func TestNoRandomness(t *testing.T) {
	empty := bytes.NewReader(nil)
	var m Machine
	if _, err := m.Start(nil, secret("s"), empty); err == nil || m.Running() {
		t.Error("Start")
	}
	r := play(t, 1, "s", "s")
	want(t, &r.bob, r.messages[0], Asked)
	if _, err := r.bob.Answer(secret("s"), empty); err == nil || !r.bob.Asked() {
		t.Error("Answer")
	}
	for n := 2; n <= 3; n++ {
		m := receiver(t, n)
		msg := play(t, 5, "s", "s").messages[n-1]
		if _, err := m.Receive(msg, empty); err == nil || !m.Running() {
			t.Errorf("message %d: %v", n, err)
		}
		r, err := m.Receive(msg, random())
		if err != nil || r.Outcome == Cheated {
			t.Errorf("message %d once more: %v, %v", n, r.Outcome, err)
		}
	}
}
