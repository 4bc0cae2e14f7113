// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/otr/internal/dh"
)

// A side is one end of a conversation. The test knows its private exponents.
type side struct {
	*otr.Session
	random    *rand.ChaCha8
	exponents []string
	key       *otr.PrivateKey
	flying    [][]byte
	shown     []otr.Message
}

// Read is the side's source of randomness. It records every read that is as long as an
// exponent.
func (s *side) Read(b []byte) (int, error) {
	n, err := s.random.Read(b)
	if len(b) == dh.SecretSize {
		s.exponents = append(s.exponents, hex.EncodeToString(b))
	}
	return n, err
}

func newSide(t *testing.T, name string, p otr.Policy) *side {
	t.Helper()
	b, err := os.ReadFile("../../testdata/dsa-parameters.txt")
	if err != nil {
		t.Fatal(err)
	}
	var k dsa.PrivateKey
	if _, err := fmt.Sscanf(string(b), "%x\n%x\n%x", bigInt(&k.P), bigInt(&k.Q), bigInt(&k.G)); err != nil {
		t.Fatal(err)
	}
	seed := sha256.Sum256([]byte(name))
	k.X = new(big.Int).SetBytes(seed[:19])
	k.Y = new(big.Int).Exp(k.G, k.X, k.P)
	s := &side{random: rand.NewChaCha8(seed)}
	if s.key, err = otr.NewPrivateKey(&k); err != nil {
		t.Fatal(err)
	}
	tag := otr.InstanceTag(0x1000) + otr.InstanceTag(seed[0])
	s.Session, err = otr.NewSession(otr.Config{DSAKey: s.key, Tag: tag, Policy: p, Rand: s})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func bigInt(p **big.Int) *big.Int { *p = new(big.Int); return *p }

// A conversation has two sides and the transcript that an eavesdropper has recorded.
type conversation struct {
	t          *testing.T
	alice, bob *side
	log        []string
}

func (c *conversation) other(s *side) *side {
	if s == c.alice {
		return c.bob
	}
	return c.alice
}

func (c *conversation) take(s *side, out otr.Output, err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	s.flying = append(s.flying, out.Send...)
	if out.Message != nil {
		s.shown = append(s.shown, *out.Message)
	}
}

func (c *conversation) pump() {
	c.t.Helper()
	for len(c.alice.flying)+len(c.bob.flying) > 0 {
		for _, s := range []*side{c.alice, c.bob} {
			if len(s.flying) > 0 {
				msg := s.flying[0]
				s.flying = s.flying[1:]
				c.log = append(c.log, string(msg))
				out, err := c.other(s).Receive(msg)
				c.take(c.other(s), out, err)
			}
		}
	}
}

// seal returns the message that s would send, without delivering it.
func (c *conversation) seal(s *side, text string) string {
	c.t.Helper()
	out, err := s.Send([]byte(text))
	if err != nil || len(out.Send) != 1 {
		c.t.Fatalf("Send: %d messages, %v", len(out.Send), err)
	}
	return string(out.Send[0])
}

func (c *conversation) say(s *side, text string) (msg string) {
	c.t.Helper()
	msg = c.seal(s, text)
	s.flying = append(s.flying, []byte(msg))
	c.pump()
	return msg
}

// talk returns an encrypted conversation with some messages. It is the same in every run.
func talk(t *testing.T, p otr.Policy) *conversation {
	t.Helper()
	c := &conversation{t: t, alice: newSide(t, "alice", p), bob: newSide(t, "bob", p)}
	out, err := c.alice.Start()
	c.take(c.alice, out, err)
	c.pump()
	for _, s := range []*side{c.alice, c.bob} {
		c.say(s, "how are you?")
	}
	return c
}

func policies(t *testing.T, test func(t *testing.T, p otr.Policy)) {
	t.Run("v2", func(t *testing.T) { test(t, otr.AllowV2) })
	t.Run("v3", func(t *testing.T) { test(t, otr.AllowV3) })
}

// value returns the value in a line of the program's output.
func value(t testing.TB, output, name string) string {
	t.Helper()
	m := regexp.MustCompile(`(?m)^\s*` + name + `: (.*)$`).FindStringSubmatch(output)
	if m == nil {
		t.Fatalf("no %q in %q", name, output)
	}
	return m[1]
}

// keys uses sesskeys to find the keys of msg, which s has sent. operands are what
// sesskeys was called with.
func (c *conversation) keys(s *side, msg string) (output string, operands [2]string) {
	c.t.Helper()
	peer := c.other(s)
	for _, x := range s.exponents {
		for _, y := range peer.exponents {
			public := value(c.t, must(c.t, "", "sesskeys", y, "07"), "Our public key")
			output = must(c.t, "", "sesskeys", x, public)
			_, _, code := call(msg, "readforge", value(c.t, output, "Sending   AES key"))
			if code == 0 {
				return output, [2]string{x, public}
			}
		}
	}
	c.t.Fatal("no keys of the two belong to the message")
	return "", operands
}

// TestPeerAcceptsForgeries: anybody who has the keys of a message can forge it in each of
// these ways, and the peer accepts the result.
func TestPeerAcceptsForgeries(t *testing.T) {
	ways := map[string]func(c *conversation, msg, keys string) (forged, text string){
		"readforge": func(c *conversation, msg, keys string) (string, string) {
			aes := value(c.t, keys, "Sending   AES key")
			return must(c.t, msg, "readforge", aes, "retreat at noon"), "retreat at noon"
		},
		"modify": func(c *conversation, msg, keys string) (string, string) {
			mac := value(c.t, keys, "Sending   MAC key")
			return must(c.t, msg, "modify", mac, "attack", "defend", "0"), "defend at dawn"
		},
		"modify twice": func(c *conversation, msg, keys string) (string, string) {
			mac := value(c.t, keys, "Sending   MAC key")
			once := must(c.t, msg, "modify", mac, "dawn", "noon", "10")
			return must(c.t, once, "modify", mac, "attack", "defend", "0"), "defend at noon"
		},
	}
	policies(t, func(t *testing.T, p otr.Policy) {
		for name, way := range ways {
			t.Run(name, func(t *testing.T) {
				c := talk(t, p)
				msg := c.seal(c.alice, "attack at dawn")
				keys, _ := c.keys(c.alice, msg)
				forged, text := way(c, msg, keys)
				c.wantShown(forged, text)
			})
		}
	})
	t.Run("v3/remac", func(t *testing.T) {
		c := talk(t, otr.AllowV3)
		msg := c.seal(c.alice, "attack at dawn")
		keys, _ := c.keys(c.alice, msg)
		c.wantShown(must(t, "", remacOperands(t, msg, keys, "0x1")...), "attack at dawn")
	})
}

// remacOperands rebuilds msg from its fields.
func remacOperands(t *testing.T, msg, keys, flags string) []string {
	t.Helper()
	fields := must(t, msg, "parse")
	args := []string{"remac", value(t, keys, "Sending   MAC key")}
	for _, name := range []string{"Sender instance", "Receiver instance", "", "Sender keyid", "Rcpt keyid", "DH y", "Counter", "Encrypted message"} {
		if name == "" {
			args = append(args, flags)
			continue
		}
		args = append(args, value(t, fields, name))
	}
	return append(args, "")
}

func (c *conversation) wantShown(msg, text string) {
	c.t.Helper()
	out, err := c.bob.Receive([]byte(strings.TrimSpace(msg)))
	if err != nil || out.Message == nil || string(out.Message.Text) != text || out.Message.Fingerprint != c.alice.key.Fingerprint() {
		c.t.Fatalf("Bob shows %v (%v), want %q from Alice", out.Message, err, text)
	}
}

// TestReadEverything: with the exponents of both sides, a whole conversation can be read,
// including the records.
func TestReadEverything(t *testing.T) {
	policies(t, func(t *testing.T, p otr.Policy) {
		c := talk(t, p)
		for i, s := range []*side{c.alice, c.bob, c.alice, c.alice, c.bob} {
			text := fmt.Sprint("line ", i, " \x1b[31m")
			msg := c.say(s, text)
			keys, _ := c.keys(s, msg)
			got := value(t, must(t, msg, "readforge", value(t, keys, "Sending   AES key")), "Plaintext")
			if want := fmt.Sprintf("%q", text); got != want {
				t.Errorf("readforge reads %s, want %s", got, want)
			}
		}
		out, err := c.alice.StartSMP("Where did we meet?", []byte("Paris"))
		if err != nil || len(out.Send) != 1 {
			t.Fatal(err)
		}
		msg := string(out.Send[0])
		keys, _ := c.keys(c.alice, msg)
		got := must(t, msg, "readforge", value(t, keys, "Sending   AES key"))
		if want := fmt.Sprintf("%x00", "Where did we meet?"); !strings.Contains(got, "Record: type 7, ") || !strings.Contains(got, want) {
			t.Errorf("no record with the question in %q", got)
		}
	})
}

// TestOtherKeys: sesskeys shows the session id and the extra key that the two sides use.
func TestOtherKeys(t *testing.T) {
	policies(t, func(t *testing.T, p otr.Policy) {
		c := talk(t, p)
		bobs := value(t, must(t, "", "sesskeys", c.bob.exponents[0], "07"), "Our public key")
		first := must(t, "", "sesskeys", c.alice.exponents[0], bobs)
		if got, want := value(t, first, "Secure session id"), fmt.Sprintf("%x", c.alice.Status().SSID.ID); got != want {
			t.Errorf("the secure session id is %s, want %s", got, want)
		}
		if p != otr.AllowV3 {
			return // version 2 has no extra key
		}
		key, out, err := c.alice.ExtraKey(1, nil)
		if err != nil || len(out.Send) != 1 {
			t.Fatal(err)
		}
		keys, _ := c.keys(c.alice, string(out.Send[0]))
		if got, want := value(t, keys, "Extra symmetric key"), fmt.Sprintf("%x", key); got != want {
			t.Errorf("the extra key is %s, want %s", got, want)
		}
	})
}

// TestRevealedKeyForges: the MAC key that one side reveals is enough to change an old
// message of the other.
func TestRevealedKeyForges(t *testing.T) {
	policies(t, func(t *testing.T, p otr.Policy) {
		c := talk(t, p)
		msg := c.say(c.alice, "attack at dawn")
		keys, _ := c.keys(c.alice, msg)
		mac := value(t, keys, "Sending   MAC key")
		for range 3 {
			c.say(c.bob, "yes?")
			c.say(c.alice, "no.")
		}
		if log := must(t, strings.Join(c.log, "\n"), "parse"); !strings.Contains(log, "Key 1: "+mac+"\n") {
			t.Fatal("the MAC key has not been revealed")
		}
		forged := must(t, msg, "modify", mac, "attack", "defend", "0")
		read := must(t, forged, "readforge", value(t, keys, "Sending   AES key"))
		if got := value(t, read, "Plaintext"); got != `"defend at dawn"` {
			t.Errorf("the message now says %s", got)
		}
	})
}
