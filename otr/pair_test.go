// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	stddsa "crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

// The tests of this package run sessions in pairs. They are deterministic: randomness
// comes from a seed, time from a fake clock, and the test decides when each message is
// delivered.

// tb is the part of testing.TB that the tests with rapid also have.
type tb interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// seeded returns a deterministic source of randomness.
func seeded(seed string) *rand.ChaCha8 { return rand.NewChaCha8(sha256.Sum256([]byte(seed))) }

// brokenRand is a source of randomness that always fails.
type brokenRand struct{}

func (brokenRand) Read([]byte) (int, error) { return 0, fmt.Errorf("no randomness") }

// A clock is a fake clock that the test advances.
type clock struct{ t time.Time }

func newClock() *clock                   { return &clock{time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)} }
func (c *clock) now() time.Time          { return c.t }
func (c *clock) pass(d time.Duration)    { c.t = c.t.Add(d) }
func (c *clock) until(t time.Time)       { c.t = t }
func at(c *clock) func(*Config)          { return func(cfg *Config) { cfg.Now = c.now } }
func limit(n int) func(*Config)          { return func(cfg *Config) { cfg.MaxMessage = n } }
func tagged(t InstanceTag) func(*Config) { return func(cfg *Config) { cfg.Tag = t } }

// reseeded gives both sides different randomness than usual.
func reseeded(seed string) func(*Config) {
	return func(cfg *Config) { cfg.Rand = seeded(fmt.Sprint(seed, cfg.Tag)) }
}

var testParameters = sync.OnceValue(func() (p stddsa.Parameters) {
	b, err := os.ReadFile("testdata/dsa-parameters.txt")
	if err != nil {
		panic(err)
	}
	for i, line := range strings.Fields(string(b)) {
		n, ok := new(big.Int).SetString(line, 16)
		if !ok {
			panic("testdata/dsa-parameters.txt: not hexadecimal")
		}
		*[]**big.Int{&p.P, &p.Q, &p.G}[i] = n
	}
	return p
})

// testKey quickly returns the private key that belongs to name.
func testKey(name string) *PrivateKey {
	k := stddsa.PrivateKey{PublicKey: stddsa.PublicKey{Parameters: testParameters()}}
	x := sha1.Sum([]byte(name))
	k.X = new(big.Int).Mod(new(big.Int).SetBytes(x[:]), k.Q)
	k.Y = new(big.Int).Exp(k.G, k.X, k.P)
	key, err := NewPrivateKey(&k)
	if err != nil {
		panic(err)
	}
	return key
}

// A side is one user with a session: what it has sent that is still on its way, and what
// its user has seen.
type side struct {
	*Session
	t    tb
	name string
	key  *PrivateKey

	flying [][]byte // to the peer, oldest first
	sent   [][]byte // everything ever sent
	events []Event
	shown  []Message
	errs   []error // that Receive has returned
}

// newSide makes a session. Its tag is derived from its name.
func newSide(t tb, name string, p Policy, options ...func(*Config)) *side {
	t.Helper()
	sum := sha1.Sum([]byte(name))
	c := Config{
		DSAKey: testKey(name),
		Tag:    0x1000 + InstanceTag(sum[0])<<8 + InstanceTag(sum[1]),
		Policy: p,
		Rand:   seeded(name),
		Now:    newClock().now,
	}
	for _, o := range options {
		o(&c)
	}
	if c.Policy&AllowV4 != 0 && c.Identity == nil {
		c.Identity = testIdentity(name)
	}
	s, err := NewSession(c)
	if err != nil {
		t.Fatalf("NewSession: %v", err)
	}
	return &side{Session: s, t: t, name: name, key: c.DSAKey}
}

// take does what a caller of the engine must do with an Output.
func (s *side) take(out Output) {
	s.flying = append(s.flying, out.Send...)
	s.sent = append(s.sent, out.Send...)
	s.events = append(s.events, out.Events...)
	if out.Message != nil {
		s.shown = append(s.shown, *out.Message)
	}
}

// must takes the output of a call that has to succeed.
func (s *side) must(out Output, err error) Output {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%s: %v", s.name, err)
	}
	s.take(out)
	return out
}

func (s *side) say(text string) Output {
	s.t.Helper()
	return s.must(s.Send([]byte(text)))
}

// beginsAnyway begins an exchange in any state, as another client would.
func (s *side) beginsAnyway() {
	s.t.Helper()
	var out Output
	var err error
	if v := s.Status().Version; v == V4 {
		err = s.handshakes4().sendIdentity(&out)
	} else {
		err = s.handshakes().sendCommit(v, &out)
	}
	s.must(out, err)
}

// saysAtOnce says text without waiting for fresh keys, as another client would.
func (s *side) saysAtOnce(text string) Output {
	s.t.Helper()
	var out Output
	err := s.seal(s.selected(), &out, 0, []byte(text))
	return s.must(out, err)
}

// saysInTheEnd says text, and waits until it is sent: at the latest when it no longer
// waits for fresh keys.
func (s *side) saysInTheEnd(text string) Output {
	s.t.Helper()
	out := s.say(text)
	if len(out.Send) == 0 {
		out = Output{Send: s.waitedFor()}
		s.take(out)
	}
	return out
}

// waitedFor returns what s sends of the text that waits for fresh keys, if they do not
// arrive.
func (s *side) waitedFor() [][]byte {
	var out Output
	s.keptTexts().resume(s.selected(), &out)
	return out.Send
}

// fingerprint returns the fingerprint of s's key for version v.
func (s *side) fingerprint(v Version) Fingerprint {
	if v == V4 {
		return s.four.identity.Fingerprint()
	}
	return s.key.Fingerprint()
}

func (s *side) start() Output { s.t.Helper(); return s.must(s.Start()) }
func (s *side) end() Output   { s.t.Helper(); return s.must(s.End()) }

func (s *side) tick() (Output, time.Time) {
	out, next := s.Tick()
	s.take(out)
	return out, next
}

// get receives msg, whoever sent it.
func (s *side) get(msg []byte) (Output, error) {
	before := slices.Clone(msg)
	out, err := s.Receive(msg)
	if string(before) != string(msg) {
		s.t.Errorf("%s: Receive has modified the message", s.name)
	}
	s.take(out)
	if err != nil {
		s.errs = append(s.errs, err)
	}
	for _, msg := range out.Again {
		s.get(msg)
	}
	return out, err
}

// drop drops the oldest message on its way.
func (s *side) drop() []byte {
	s.t.Helper()
	if len(s.flying) == 0 {
		s.t.Fatalf("%s has sent nothing more", s.name)
	}
	msg := s.flying[0]
	s.flying = s.flying[1:]
	return msg
}

// forget drops all messages on their way, and clears what the user has seen.
func (s *side) forget() {
	s.flying, s.events, s.shown, s.errs = nil, nil, nil, nil
}

// saw returns how many events of type E the user of s has seen.
func saw[E Event](s *side) (n int) {
	for _, e := range s.events {
		if _, ok := e.(E); ok {
			n++
		}
	}
	return n
}

// event returns the last event of type E.
func event[E Event](s *side) (last E) {
	s.t.Helper()
	if saw[E](s) == 0 {
		s.t.Fatalf("%s: no %T in %v", s.name, last, s.events)
	}
	for _, e := range s.events {
		if e, ok := e.(E); ok {
			last = e
		}
	}
	return last
}

// texts returns what the user of s has read.
func (s *side) texts() (list []string) {
	for _, m := range s.shown {
		list = append(list, string(m.Text))
	}
	return list
}

// A pair is two users and the network between them.
type pair struct {
	t          tb
	clock      *clock
	alice, bob *side
}

func newPair(t tb, alice, bob Policy, options ...func(*Config)) *pair {
	t.Helper()
	c := newClock()
	options = append([]func(*Config){at(c)}, options...)
	return &pair{t, c, newSide(t, "alice", alice, options...), newSide(t, "bob", bob, options...)}
}

// private returns a pair whose conversation is encrypted, with nothing in flight. Alice
// has asked for it, so Bob has sent the D-H Commit Message.
func private(t tb, p Policy, options ...func(*Config)) *pair {
	t.Helper()
	pr := newPair(t, p, p, options...)
	pr.alice.start()
	pr.pump()
	pr.wantState(Encrypted, Encrypted)
	pr.alice.forget()
	pr.bob.forget()
	return pr
}

func (p *pair) other(s *side) *side {
	if s == p.alice {
		return p.bob
	}
	return p.alice
}

// deliver delivers the oldest message of s to the peer.
func (p *pair) deliver(s *side) (Output, error) {
	p.t.Helper()
	return p.other(s).get(s.drop())
}

// pump delivers messages, in turn, until nothing is in flight.
func (p *pair) pump() {
	p.t.Helper()
	for range 1 << 18 {
		if len(p.alice.flying) == 0 && len(p.bob.flying) == 0 {
			return
		}
		for _, s := range []*side{p.alice, p.bob} {
			if len(s.flying) > 0 {
				p.deliver(s)
			}
		}
	}
	p.t.Fatalf("the two talk for ever")
}

// toSignature lets Alice begin an exchange and stops when Bob's Signature Message is in
// flight.
func (p *pair) toSignature() {
	p.t.Helper()
	p.alice.get([]byte("?OTRv23?"))
	p.deliver(p.alice) // the commit
	p.deliver(p.bob)   // the key
	p.deliver(p.alice) // the Reveal Signature Message
}

func (p *pair) wantState(alice, bob State) {
	p.t.Helper()
	if a, b := p.alice.Status().State, p.bob.Status().State; a != alice || b != bob {
		p.t.Fatalf("states %v and %v, want %v and %v", a, b, alice, bob)
	}
}

// wantTalk says something in each direction, and checks that it arrives under the right
// key and is not readable on the way.
func (p *pair) wantTalk() {
	p.t.Helper()
	for _, s := range []*side{p.alice, p.bob} {
		o := p.other(s)
		text := "from " + s.name + " with care"
		n := len(o.shown)
		for _, msg := range s.say(text).Send {
			if strings.Contains(string(msg), text) {
				p.t.Fatalf("%s has sent plain text", s.name)
			}
		}
		p.pump()
		if len(o.shown) != n+1 || string(o.shown[n].Text) != text || o.shown[n].Fingerprint != s.fingerprint(o.Status().Version) {
			p.t.Fatalf("%s reads %q, want %q under %s's key", o.name, o.texts()[n:], text, s.name)
		}
	}
}

// typeOf returns the type byte of an encoded message, or 0 if msg is not one.
func typeOf(msg []byte) byte {
	_, m, err := parsed(msg)
	if err != nil {
		return 0
	}
	return m.Type()
}

func parsed(msg []byte) (wire.Header, wire.Message, error) {
	b, err := wire.Dearmor(msg)
	if err != nil {
		return wire.Header{}, nil, err
	}
	h, m, err := wire.Parse(b)
	if h.Version == wire.V4 {
		return wire.Parse4(b)
	}
	return h, m, err
}

// only returns the only message in out.
func only(t tb, out Output) []byte {
	t.Helper()
	if len(out.Send) != 1 {
		t.Fatalf("%d messages to send, want one", len(out.Send))
	}
	return out.Send[0]
}

func TestPairOfSessionsTalks(t *testing.T) {
	for _, p := range []Policy{AllowV2, AllowV3, Manual, Opportunistic, Always} {
		t.Run(fmt.Sprint(p), func(t *testing.T) {
			pr := private(t, p)
			pr.wantTalk()
			pr.wantTalk()
			pr.alice.end()
			pr.pump()
			pr.wantState(Plaintext, Finished)
		})
	}
}
