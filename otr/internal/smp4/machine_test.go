// SPDX-License-Identifier: GPL-2.0-or-later

package smp4

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/wire"
)

// random is a source of randomness that is the same in every run.
func random() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{1}) }

func secret(s string) ed448.Scalar {
	return Secret([]byte("initiator"), []byte("responder"), []byte("ssid"), []byte(s))
}

// "Secret Information", as the vectors have it.
func TestSecret(t *testing.T) {
	b, err := os.ReadFile("../testdata/v4/primitives.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Secret struct{ Initiator, Responder, SSID, Spec, Typed string } `json:"smp_secret"`
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	got := Secret(unhex(v.Secret.Initiator), unhex(v.Secret.Responder), unhex(v.Secret.SSID), []byte(v.Secret.Typed)).Encoded()
	if hex.EncodeToString(got[:]) != v.Secret.Spec {
		t.Errorf("%x, want %s", got, v.Secret.Spec)
	}
}

// A run is Alice and Bob, and the four messages between them.
type run struct {
	alice, bob Machine
	messages   [4]wire.TLV
}

// play goes through a run up to before message n (1 to 5) is received.
func play(t testing.TB, n int, x, y string) *run {
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

// want gives m a message and checks the outcome.
func want(t testing.TB, m *Machine, msg wire.TLV, outcome Outcome) (reply *wire.TLV) {
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
			outcome := Ignored
			if running {
				outcome = Aborted
			}
			if s.next == 4 { // the peer had only message 4 left to send
				outcome = Refused
			}
			if err != nil || r.Outcome != outcome || r.Reply != nil || m.Running() {
				t.Errorf("%+v, %v, running %v", r, err, m.Running())
			}
		})
		t.Run("our abort in "+s.name, func(t *testing.T) {
			m := s.in()
			if tlv := m.Abort(); tlv.Type != wire.TLVSMPAbort || len(tlv.Value) != 0 || m.Running() || m.Asked() {
				t.Errorf("%+v, running %v", tlv, m.Running())
			}
		})
	}
}

// TestNothingToAnswer: only a question can be answered.
func TestNothingToAnswer(t *testing.T) {
	for n, m := range []*Machine{new(Machine), &play(t, 1, "s", "s").alice, &play(t, 3, "s", "s").bob, &play(t, 4, "s", "s").alice} {
		running := m.Running()
		if _, err := m.Answer(secret("s"), random()); err == nil || m.Running() != running || m.Asked() {
			t.Errorf("%d: %v", n, err)
		}
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

// A question may have any bytes, and be as long as there is room for.
func TestQuestion(t *testing.T) {
	var a, b Machine
	short, err := a.Start(nil, secret("s"), random())
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"", "q", "x\x00y", string(bytes.Repeat([]byte("ü"), 32000)), string(make([]byte, 0xffff-len(short.Value)))} {
		m, err := a.Start([]byte(q), secret("s"), random())
		if err != nil {
			t.Fatal(err)
		}
		b = Machine{}
		r, err := b.Receive(m, random())
		if err != nil || r.Outcome != Asked || string(r.Question) != q {
			t.Errorf("outcome %v, question of %d bytes", r.Outcome, len(r.Question))
		}
	}
	for _, n := range []int{0xffff - len(short.Value) + 1, 70000} {
		if _, err := a.Start(make([]byte, n), secret("s"), random()); !errors.Is(err, ErrQuestion) {
			t.Errorf("question of %d bytes: %v", n, err)
		}
	}
	for _, value := range [][]byte{nil, {0, 0, 0}, {0, 0, 0, 1}, {0xff, 0xff, 0xff, 0xff, 'q'}} {
		want(t, &b, wire.TLV{Type: wire.TLVSMP1, Value: value}, Cheated)
	}
}

// parsers read messages 1 to 4.
var parsers = []func([]byte) bool{
	func(b []byte) bool { _, ok := parse1(b); return ok },
	func(b []byte) bool { _, ok := parse2(b); return ok },
	func(b []byte) bool { _, ok := parse3(b); return ok },
	func(b []byte) bool { _, ok := parse4(b); return ok },
}

// Every truncation, and a byte too many.
func TestMalformed(t *testing.T) {
	for n, parse := range parsers {
		genuine := play(t, 5, "s", "s").messages[n].Value
		if !parse(genuine) {
			t.Fatal("the genuine message is refused")
		}
		for i := range genuine {
			if parse(genuine[:i]) {
				t.Errorf("message %d cut at %d is accepted", n+1, i)
			}
		}
		if parse(append(bytes.Clone(genuine), 0)) {
			t.Errorf("message %d with a byte too many is accepted", n+1)
		}
	}
}
