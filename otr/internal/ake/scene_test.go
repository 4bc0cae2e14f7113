// SPDX-License-Identifier: GPL-2.0-or-later

package ake

import (
	stddsa "crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/dsa"
	"purple-otr/otr/internal/wire"
)

func seeded(seed string) io.Reader { return rand.NewChaCha8(sha256.Sum256([]byte(seed))) }

// noRand is a source of randomness that always fails.
type noRand struct{}

func (noRand) Read([]byte) (int, error) { return 0, errors.New("no randomness") }

var testParameters = sync.OnceValue(func() (p stddsa.Parameters) {
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

func testKey(name string) *dsa.PrivateKey {
	k := stddsa.PrivateKey{PublicKey: stddsa.PublicKey{Parameters: testParameters()}}
	x := sha1.Sum([]byte(name))
	k.X = new(big.Int).Mod(new(big.Int).SetBytes(x[:]), k.Q)
	k.Y = new(big.Int).Exp(k.G, k.X, k.P)
	key, err := dsa.NewPrivateKey(&k)
	if err != nil {
		panic(err)
	}
	return key
}

var aliceKey, bobKey, malloryKey = testKey("alice"), testKey("bob"), testKey("mallory")

// The four states, by their names in the specification.
const (
	stateNone              = "AUTHSTATE_NONE"
	stateAwaitingDHKey     = "AUTHSTATE_AWAITING_DHKEY"
	stateAwaitingRevealSig = "AUTHSTATE_AWAITING_REVEALSIG"
	stateAwaitingSig       = "AUTHSTATE_AWAITING_SIG"
)

var allStates = []string{stateNone, stateAwaitingDHKey, stateAwaitingRevealSig, stateAwaitingSig}

func stateName(h *Handshake) string {
	switch h.state().(type) {
	case none:
		return stateNone
	case awaitingDHKey:
		return stateAwaitingDHKey
	case awaitingRevealSig:
		return stateAwaitingRevealSig
	case awaitingSig:
		return stateAwaitingSig
	}
	return "?"
}

// snapshot returns everything that h holds, secrets included.
func snapshot(h *Handshake) string { return fmt.Sprintf("%T %#v", h.state(), h.state()) }

// A party is one end of an exchange.
type party struct {
	Handshake
	key  *dsa.PrivateKey
	rand io.Reader
}

func (p *party) receive(m wire.Message) (wire.Message, *Result, error) {
	return p.Receive(m, p.key, p.rand)
}

// must receives m and fails the test on an error.
func (p *party) must(t *testing.T, m wire.Message) (wire.Message, *Result) {
	t.Helper()
	reply, done, err := p.receive(m)
	if err != nil {
		t.Fatalf("in %s: %v", stateName(&p.Handshake), err)
	}
	return reply, done
}

func (p *party) start(t *testing.T) wire.DHCommit {
	t.Helper()
	m, err := p.Start(p.rand)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A scene is an exchange in which we have reached some state and the peer has sent the message
// that we wait for.
type scene struct {
	us, peer party
	genuine  wire.Message // nil in AUTHSTATE_NONE
	earlier  wire.Message // what we received before, nil if nothing
}

// reach runs an exchange until we are in the state.
func reach(t *testing.T, state, seed string) *scene {
	t.Helper()
	sc := &scene{
		us:   party{key: aliceKey, rand: seeded("us " + seed)},
		peer: party{key: bobKey, rand: seeded("peer " + seed)},
	}
	switch state {
	case stateAwaitingDHKey:
		commit := sc.us.start(t)
		sc.genuine, _ = sc.peer.must(t, commit)
	case stateAwaitingRevealSig:
		commit := sc.peer.start(t)
		key, _ := sc.us.must(t, commit)
		sc.genuine, _ = sc.peer.must(t, key)
		sc.earlier = commit
	case stateAwaitingSig:
		key, _ := sc.peer.must(t, sc.us.start(t))
		reveal, _ := sc.us.must(t, key)
		sc.genuine, _ = sc.peer.must(t, reveal)
		sc.earlier = key
	}
	if got := stateName(&sc.us.Handshake); got != state {
		t.Fatalf("in %s instead of %s", got, state)
	}
	return sc
}

// complete continues with the genuine message to the end of the exchange.
func (sc *scene) complete(t *testing.T) *Result {
	t.Helper()
	m, to, from := sc.genuine, &sc.us, &sc.peer
	var result *Result
	for m != nil {
		reply, done := to.must(t, m)
		if done != nil && to == &sc.us {
			result = done
		}
		m, to, from = reply, from, to
	}
	if result == nil || !sc.us.Idle() {
		t.Fatal("the genuine message did not complete the exchange")
	}
	if result.Peer.Fingerprint() != bobKey.Public.Fingerprint() {
		t.Fatal("not the peer's key")
	}
	return result
}

// unrelated returns the four messages of an exchange between two other people.
func unrelated(t *testing.T) (commit wire.DHCommit, key, reveal, sig wire.Message) {
	t.Helper()
	a := party{key: aliceKey, rand: seeded("other alice")}
	b := party{key: bobKey, rand: seeded("other bob")}
	commit = a.start(t)
	key, _ = b.must(t, commit)
	reveal, _ = a.must(t, key)
	sig, _ = b.must(t, reveal)
	return commit, key, reveal, sig
}

// encryptX encrypts any bytes as X, with a correct MAC.
func (k *sigKeys) encryptX(x []byte) wire.Signature {
	enc := ctr(k.c, x)
	return wire.Signature{Encrypted: enc, MAC: k.mac(enc)}
}

// x encodes the structure X: a public key, a key id and a signature.
func x(pub *dsa.PublicKey, keyID uint32, sig []byte) []byte {
	b := append([]byte(nil), pub.Encoded()...)
	b = binary.BigEndian.AppendUint32(b, keyID)
	return append(b, sig...)
}

// signature returns the signature that by makes over M for signer and other.
func (k *sigKeys) signature(t *testing.T, by *dsa.PrivateKey, pub *dsa.PublicKey, signer, other dh.Public, keyID uint32) []byte {
	t.Helper()
	m := k.signed(signer, other, pub, keyID)
	sig, err := by.Sign(seeded("signature"), &m)
	if err != nil {
		t.Fatal(err)
	}
	return sig[:]
}
