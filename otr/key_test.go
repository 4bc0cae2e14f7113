// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	stddsa "crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"crypto/sha1"
	"errors"
	"math/big"
	"strings"
	"testing"

	"purple-otr/otr/internal/wire"
)

func TestFingerprint(t *testing.T) {
	f := testKey("alice").Fingerprint()
	s := f.String()
	if len(s) != 44 || len(strings.Fields(s)) != 5 || s != strings.ToUpper(s) {
		t.Errorf("form %q", s)
	}
	for _, form := range []string{s, strings.ToLower(s), strings.ReplaceAll(s, " ", "")} {
		if g, err := ParseFingerprint(form); err != nil || g != f {
			t.Errorf("%q: %v, %v", form, g, err)
		}
	}
	for _, bad := range []string{"", s[:43], s + "0", "x" + s[1:], strings.Repeat("0", 38), strings.Repeat("0", 42)} {
		if _, err := ParseFingerprint(bad); err == nil {
			t.Errorf("%q is taken for a fingerprint", bad)
		}
	}
	if f.IsZero() || !(Fingerprint{}).IsZero() || (Fingerprint{}).String() != "" {
		t.Error("zero")
	}
	b := f.Bytes()
	clear(b)
	if bytes.Equal(b, f.Bytes()) {
		t.Error("Bytes is no copy")
	}
	// "The fingerprint is calculated by taking the SHA-1 hash of the byte-level
	// representation of the public key ... if the pubkey type is 0x0000, those
	// two leading 0x00 bytes are omitted"
	var encoded []byte
	k := testKey("alice").DSA()
	for _, n := range []*big.Int{k.P, k.Q, k.G, k.Y} {
		b := n.Bytes()
		encoded = append(encoded, 0, 0, 0, byte(len(b)))
		encoded = append(encoded, b...)
	}
	if sum := sha1.Sum(encoded); !bytes.Equal(sum[:], f.Bytes()) {
		t.Error("not the SHA-1 hash of p, q, g and y")
	}
}

func TestPrivateKeyIsACopy(t *testing.T) {
	k := testKey("alice").DSA()
	key, err := NewPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	k.X.SetInt64(1)
	key.DSA().X.SetInt64(1)
	key.DSA().Y.SetInt64(1)
	if key.DSA().X.Cmp(testKey("alice").DSA().X) != 0 || key.Fingerprint() != testKey("alice").Fingerprint() {
		t.Error("the key has changed")
	}
}

func TestNewPrivateKeyRefuses(t *testing.T) {
	change := func(f func(k *stddsa.PrivateKey)) *stddsa.PrivateKey {
		k := testKey("alice").DSA()
		f(k)
		return k
	}
	for name, k := range map[string]*stddsa.PrivateKey{
		"nothing": {},
		"x = 0":   change(func(k *stddsa.PrivateKey) { k.X.SetInt64(0) }),
		"other x": change(func(k *stddsa.PrivateKey) { k.X.Add(k.X, big.NewInt(1)) }),
		"no x":    change(func(k *stddsa.PrivateKey) { k.X = nil }),
	} {
		if _, err := NewPrivateKey(k); err == nil || !strings.HasPrefix(err.Error(), "otr: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, err := GenerateKey(brokenRand{}); err == nil {
		t.Error("a key without randomness")
	}
}

func TestGenerateKey(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	k, err := GenerateKey(seeded("key"))
	if err != nil {
		t.Fatal(err)
	}
	d := k.DSA()
	if d.P.BitLen() != 1024 || d.Q.BitLen() != 160 || !d.P.ProbablyPrime(20) || !d.Q.ProbablyPrime(20) {
		t.Errorf("p of %d bits, q of %d", d.P.BitLen(), d.Q.BitLen())
	}
	pr := newPair(t, Manual, Manual)
	pr.alice.SetKey(k)
	pr.alice.key = k
	pr.alice.start()
	pr.pump()
	pr.wantTalk()
}

// A new key is used from the next exchange on. The running channel keeps the old key.
func TestSetKeyInARunningSession(t *testing.T) {
	pr := private(t, AllowV3)
	old := pr.alice.key
	pr.alice.SetKey(testKey("alice's second"))
	pr.wantTalk()
	if pr.bob.Status().Fingerprint != old.Fingerprint() {
		t.Error("the fingerprint has changed by itself")
	}
	pr.alice.key = testKey("alice's second")
	pr.alice.start()
	pr.pump()
	if e := event[Secured](pr.bob); e.Refreshed || e.Fingerprint != pr.alice.key.Fingerprint() {
		t.Errorf("%+v", e)
	}
	if !event[Secured](pr.alice).Refreshed {
		t.Error("Bob's key is the same as before")
	}
	if _, err := pr.bob.Send([]byte("to which key?")); !errors.Is(err, ErrSeveralKeys) {
		t.Errorf("error %v", err)
	}
	if err := pr.bob.Select(pr.alice.tag, pr.alice.key.Fingerprint()); err != nil {
		t.Fatal(err)
	}
	pr.wantTalk()
}

func TestErrors(t *testing.T) {
	pr := private(t, AllowV3)
	msg := only(t, pr.alice.say("hello"))
	pr.bob.get(msg)
	_, err := pr.bob.get(msg)
	var e *MessageError
	if !errors.As(err, &e) || e.Message != "Data" || e.Field != "counter" || !errors.Is(err, ErrReplayed) {
		t.Fatalf("error %#v", err)
	}
	if got := err.Error(); got != "otr: replayed message: Data, counter" {
		t.Errorf("error %q", got)
	}
	if plain := errors.New("plain"); publicError(plain) != plain {
		t.Error("an error of another kind is changed")
	}
}

func TestStateNames(t *testing.T) {
	for s, want := range map[State]string{Plaintext: "plaintext", Encrypted: "encrypted", Finished: "finished", 7: "invalid"} {
		if got := s.String(); got != want {
			t.Errorf("%d: %q", s, got)
		}
	}
}

// "Note that the value of the key itself is not placed into the TLV; your buddy
// will compute it on his/her own."
func TestExtraKey(t *testing.T) {
	pr := private(t, AllowV3)
	seen := map[string]bool{}
	for range 3 {
		key, out, err := pr.alice.ExtraKey(0x01020304, []byte("which file"))
		if err != nil {
			t.Fatal(err)
		}
		pr.alice.take(out)
		pr.pump()
		e := event[ExtraKeyAsked](pr.bob)
		if !bytes.Equal(e.Key, key) || e.Use != 0x01020304 || string(e.Data) != "which file" || len(key) != 32 {
			t.Errorf("%+v, want %x", e, key)
		}
		if len(pr.bob.shown) != 0 {
			t.Error("a text is shown")
		}
		seen[string(key)] = true
		pr.bob.forget()
		pr.wantTalk()
		pr.bob.forget()
		pr.alice.forget()
	}
	if len(seen) != 3 {
		t.Error("the keys have not moved on")
	}
}

func TestExtraKeyRefused(t *testing.T) {
	for _, pr := range []*pair{reach(t, Plaintext, AllowV3), reach(t, Finished, AllowV3), private(t, AllowV2)} {
		if key, out, err := pr.alice.ExtraKey(1, nil); !errors.Is(err, ErrNoChannel) || key != nil || len(out.Send) != 0 {
			t.Errorf("error %v", err)
		}
	}
	pr := private(t, AllowV3)
	if _, _, err := pr.alice.ExtraKey(1, make([]byte, 65532)); !errors.Is(err, ErrTooLong) {
		t.Errorf("error %v", err)
	}
	if _, out, err := pr.alice.ExtraKey(1, make([]byte, 65531)); err != nil || len(out.Send) != 1 {
		t.Errorf("error %v", err)
	}
	pr.alice.maxMessage = 10
	if key, out, err := pr.alice.ExtraKey(1, nil); !errors.Is(err, ErrTooLong) || key != nil || len(out.Send) != 0 {
		t.Errorf("error %v", err)
	}
}

// Without randomness nothing is sent and nothing changes, and no channel opens.
func TestNoRandomness(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := newPair(t, p, p)
		good := pr.alice.rand
		pr.alice.get(pr.fragment(pr.bob.tag, 1, 2, "?OTR Error: "))
		pr.alice.rand = brokenRand{}
		for _, msg := range []string{"?OTRv23?", "hi" + string(tagBase) + string(tagV2) + string(tagV3)} {
			pr.alice.SetPolicy(p | WhitespaceStartAKE)
			if out, err := pr.alice.get([]byte(msg)); err == nil || len(out.Send) != 0 {
				t.Errorf("%q: error %v, sent %q", msg, err, out.Send)
			}
		}
		pr.alice.get(pr.fragment(pr.bob.tag, 2, 2, "kept"))
		if event[PeerError](pr.alice).Text != "kept" {
			t.Error("a fragment is forgotten")
		}
		pr.bob.get([]byte("?OTRv23?"))
		commit := pr.bob.drop()
		if out, err := pr.alice.get(commit); err == nil || len(out.Send)+len(out.Events) != 0 || len(pr.alice.exchanges) != 0 {
			t.Errorf("a commit: error %v, output %+v", err, out)
		}
		pr.alice.rand = good
		pr.alice.get(commit)
		pr.pump()
		pr.wantTalk()
		pr.bob.say("so that the next message needs a new key")
		pr.pump()
		pr.alice.rand = brokenRand{}
		for _, f := range []func() (Output, error){
			func() (Output, error) { return pr.alice.Send([]byte("text")) },
			pr.alice.End,
		} {
			if out, err := f(); err == nil || len(out.Send) != 0 {
				t.Errorf("error %v, sent %q", err, out.Send)
			}
		}
		if pr.alice.Status().State != Plaintext {
			t.Error("End has left the keys")
		}
	})
}

// Type 8 exists only in version 3, and begins with four bytes. Other records of this type
// are "ignored".
func TestExtraKeyRecordsThatAreNone(t *testing.T) {
	for _, c := range []struct {
		p     Policy
		value string
		want  int
	}{{AllowV2, "use.", 0}, {AllowV3, "use", 0}, {AllowV3, "", 0}, {AllowV3, "use.", 1}} {
		pr := private(t, c.p)
		var out Output
		in := pr.alice.selected()
		unknown := wire.TLV{Type: 0x1234, Value: []byte("use.")}
		if err := pr.alice.seal(in, &out, 0, []byte("text"), unknown, wire.TLV{Type: wire.TLVExtraKey, Value: []byte(c.value)}); err != nil {
			t.Fatal(err)
		}
		pr.alice.take(out)
		pr.pump()
		if saw[ExtraKeyAsked](pr.bob) != c.want || len(pr.bob.events) != c.want {
			t.Errorf("policy %v, %q: %v", c.p, c.value, pr.bob.events)
		}
		wantTexts(t, pr.bob, "text")
	}
}
