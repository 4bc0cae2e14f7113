// SPDX-License-Identifier: GPL-2.0-or-later

package ake

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/big"
	"slices"
	"testing"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/dsa"
	"purple-otr/otr/internal/wire"
)

// refused passes m to us and checks that we return the error, do not change state, and still
// accept the genuine message.
func (sc *scene) refused(t *testing.T, m wire.Message, want wire.Error) {
	t.Helper()
	before := snapshot(&sc.us.Handshake)
	reply, done, err := sc.us.receive(m)
	var got *wire.Error
	if !errors.As(err, &got) || *got != want {
		t.Fatalf("error %v, want %v (kind %v)", err, &want, want.Kind)
	}
	if reply != nil || done != nil {
		t.Fatal("an answer to a message that is refused")
	}
	if snapshot(&sc.us.Handshake) != before {
		t.Fatal("the state has changed")
	}
	if sc.genuine != nil {
		sc.complete(t)
	}
}

// A forgery is an encrypted signature made by an attacker who takes part in the exchange, and
// therefore knows all its keys, but who does not have Bob's private key.
type forgery struct {
	name  string
	field string
	kind  wire.Kind
	make  func(t *testing.T, f forger) wire.Signature
}

// A forger has everything that an attacker needs for one of the two messages.
type forger struct {
	keys     sigKeys // of this message
	opposite sigKeys // of the other message
	genuine  wire.Signature
	own      dh.Public // the forger's
	victim   dh.Public
}

// plain returns the genuine X.
func (f forger) plain() []byte { return ctr(f.keys.c, f.genuine.Encrypted) }

var forgeries = []forgery{
	{"wrong MAC", "MAC'd signature", wire.Forged, func(_ *testing.T, f forger) wire.Signature {
		f.genuine.MAC[19] ^= 1
		return f.genuine
	}},
	{"changed ciphertext", "MAC'd signature", wire.Forged, func(_ *testing.T, f forger) wire.Signature {
		f.genuine.Encrypted = slices.Clone(f.genuine.Encrypted)
		f.genuine.Encrypted[len(f.genuine.Encrypted)-1] ^= 1
		return f.genuine
	}},
	{"MAC of the other message's key", "MAC'd signature", wire.Forged, func(_ *testing.T, f forger) wire.Signature {
		f.genuine.MAC = f.opposite.mac(f.genuine.Encrypted)
		return f.genuine
	}},
	{"empty", "MAC'd signature", wire.Forged, func(*testing.T, forger) wire.Signature {
		return wire.Signature{}
	}},
	{"nothing in it", "public key", wire.Malformed, func(_ *testing.T, f forger) wire.Signature {
		return f.keys.encryptX(nil)
	}},
	{"a public key of another type", "public key", wire.Malformed, func(_ *testing.T, f forger) wire.Signature {
		b := f.plain()
		b[1] = 1
		return f.keys.encryptX(b)
	}},
	{"cut in the public key", "public key", wire.Malformed, func(_ *testing.T, f forger) wire.Signature {
		return f.keys.encryptX(f.plain()[:100])
	}},
	{"no key id", "keyid", wire.Malformed, func(_ *testing.T, f forger) wire.Signature {
		return f.keys.encryptX(bobKey.Public.Encoded())
	}},
	{"key id 0", "keyid", wire.Malformed, func(t *testing.T, f forger) wire.Signature {
		return f.keys.encryptX(x(bobKey.Public, 0, f.keys.signature(t, bobKey, bobKey.Public, f.own, f.victim, 0)))
	}},
	{"signature too short", "signature", wire.Malformed, func(_ *testing.T, f forger) wire.Signature {
		b := f.plain()
		return f.keys.encryptX(b[:len(b)-1])
	}},
	{"something behind the signature", "signature", wire.Malformed, func(_ *testing.T, f forger) wire.Signature {
		return f.keys.encryptX(append(f.plain(), 0))
	}},
	{"Mallory signs for Bob", "signature", wire.Forged, func(t *testing.T, f forger) wire.Signature {
		return f.keys.encryptX(x(bobKey.Public, 1, f.keys.signature(t, malloryKey, bobKey.Public, f.own, f.victim, 1)))
	}},
	{"Bob's signature under Mallory's name", "signature", wire.Forged, func(t *testing.T, f forger) wire.Signature {
		return f.keys.encryptX(x(malloryKey.Public, 1, f.keys.signature(t, bobKey, bobKey.Public, f.own, f.victim, 1)))
	}},
	{"the two D-H keys exchanged", "signature", wire.Forged, func(t *testing.T, f forger) wire.Signature {
		return f.keys.encryptX(x(bobKey.Public, 1, f.keys.signature(t, bobKey, bobKey.Public, f.victim, f.own, 1)))
	}},
	{"signature for the other message", "signature", wire.Forged, func(t *testing.T, f forger) wire.Signature {
		return f.keys.encryptX(x(bobKey.Public, 1, f.opposite.signature(t, bobKey, bobKey.Public, f.own, f.victim, 1)))
	}},
	{"signature for another key id", "signature", wire.Forged, func(t *testing.T, f forger) wire.Signature {
		return f.keys.encryptX(x(bobKey.Public, 2, f.keys.signature(t, bobKey, bobKey.Public, f.own, f.victim, 1)))
	}},
	{"signature of another exchange", "signature", wire.Forged, func(t *testing.T, f forger) wire.Signature {
		sc := reach(t, stateAwaitingSig, "another exchange")
		other := forgerOf(sc)
		return f.keys.encryptX(other.plain())
	}},
	{"r and s are 0", "signature", wire.Forged, func(_ *testing.T, f forger) wire.Signature {
		return f.keys.encryptX(x(bobKey.Public, 1, make([]byte, dsa.SignatureSize)))
	}},
	{"s is q larger", "signature", wire.Forged, func(t *testing.T, f forger) wire.Signature {
		q := testParameters().Q
		for id := uint32(1); ; id++ { // until s+q fits into 20 bytes
			sig := f.keys.signature(t, bobKey, bobKey.Public, f.own, f.victim, id)
			s := new(big.Int).Add(new(big.Int).SetBytes(sig[20:]), q)
			if s.BitLen() <= 160 {
				s.FillBytes(sig[20:])
				return f.keys.encryptX(x(bobKey.Public, id, sig))
			}
		}
	}},
}

// forgerOf returns the data that an attacker would have in the peer's place in sc.
func forgerOf(sc *scene) forger {
	switch s := sc.us.s.(type) {
	case awaitingRevealSig:
		peer := sc.peer.s.(awaitingSig)
		return forger{peer.keys.reveal, peer.keys.sign, peer.revealSig.Signature, peer.own.Public, s.own.Public}
	case awaitingSig:
		return forger{s.keys.sign, s.keys.reveal, sc.genuine.(wire.Signature), s.gy, s.own.Public}
	}
	panic("no signature is awaited")
}

// "Decrypt the encrypted signature, and verify the signature and the MACs ...
// Otherwise, ignore the message."
func TestForgedSignatures(t *testing.T) {
	for _, f := range forgeries {
		t.Run("Reveal Signature: "+f.name, func(t *testing.T) {
			sc := reach(t, stateAwaitingRevealSig, f.name)
			m := sc.genuine.(wire.RevealSig)
			m.Signature = f.make(t, forgerOf(sc))
			sc.refused(t, m, wire.Error{Message: "Reveal Signature", Field: f.field, Kind: f.kind})
		})
		t.Run("Signature: "+f.name, func(t *testing.T) {
			sc := reach(t, stateAwaitingSig, f.name)
			m := f.make(t, forgerOf(sc))
			sc.refused(t, m, wire.Error{Message: "Signature", Field: f.field, Kind: f.kind})
		})
	}
}

// "keyid ... is an INT, and must be greater than 0": the peer may choose any such value.
func TestPeersKeyIDIsAccepted(t *testing.T) {
	for _, id := range []uint32{2, 1 << 31, 0xffffffff} {
		sc := reach(t, stateAwaitingSig, "key id")
		f := forgerOf(sc)
		sig := f.keys.signature(t, bobKey, bobKey.Public, f.own, f.victim, id)
		if _, done := sc.us.must(t, f.keys.encryptX(x(bobKey.Public, id, sig))); done == nil || done.TheirKeyID != id {
			t.Errorf("key id %d: %+v", id, done)
		}
	}
}

// "Use the received value of r to decrypt the value of gx received in the D-H
// Commit Message, and verify the hash therein."
func TestRevealedKeyDoesNotOpenTheCommit(t *testing.T) {
	sc := reach(t, stateAwaitingRevealSig, "wrong r")
	m := sc.genuine.(wire.RevealSig)
	m.R[0] ^= 1
	sc.refused(t, m, wire.Error{Message: "Reveal Signature", Field: "revealed key", Kind: wire.Forged})
}

func prime() *big.Int {
	p, _ := new(big.Int).SetString("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"+
		"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6"+
		"F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"+
		"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804"+
		"F1746C08CA237327FFFFFFFFFFFFFFFF", 16)
	return p
}

// outOfRange returns group elements that are not legal values (2 <= g^x <= modulus-2).
func outOfRange() map[string][]byte {
	p := prime()
	add := func(n int64) []byte { return new(big.Int).Add(p, big.NewInt(n)).Bytes() }
	return map[string][]byte{
		"0": nil, "1": {1}, "p-1": add(-1), "p": add(0), "p+1": add(1),
		"longer than p": append([]byte{1}, add(0)...),
		"2^1536-1":      bytes.Repeat([]byte{0xff}, dh.Size),
	}
}

// "Verifies that Alice's gy is a legal value (2 <= gy <= modulus-2)"
func TestGyOutOfRange(t *testing.T) {
	for name, gy := range outOfRange() {
		t.Run(name, func(t *testing.T) {
			sc := reach(t, stateAwaitingDHKey, name)
			sc.refused(t, wire.DHKey{Gy: gy}, wire.Error{Message: "D-H Key", Field: "gy"})
		})
	}
}

// commitTo returns a commit to any bytes, and the r that opens it.
func commitTo(plain []byte) (m wire.DHCommit, r [16]byte) {
	copy(r[:], "sixteen bytes, r")
	return wire.DHCommit{EncryptedGx: ctr(r, plain), HashedGx: sha256.Sum256(plain)}, r
}

// "Verifies that Bob's gx is a legal value (2 <= gx <= modulus-2)", and that it
// is an MPI at all.
func TestGxOutOfRange(t *testing.T) {
	cases := map[string][]byte{
		"not an MPI":             {1, 2, 3},
		"empty":                  nil,
		"leading zero":           wire.AppendDATA(nil, []byte{0, 5}),
		"something behind it":    append(wire.AppendMPI(nil, []byte{5}), 0),
		"length beyond the text": {0xff, 0xff, 0xff, 0xff, 5},
	}
	for name, gx := range outOfRange() {
		cases[name] = wire.AppendDATA(nil, gx)
	}
	for name, plain := range cases {
		t.Run(name, func(t *testing.T) {
			commit, r := commitTo(plain)
			sc := reach(t, stateNone, name)
			sc.us.must(t, commit)
			sc.refused(t, wire.RevealSig{R: r}, wire.Error{Message: "D-H Commit", Field: "gx"})
		})
	}
}

// The smallest and the largest legal value are accepted like any other.
func TestEdgesOfTheRangeAreLegal(t *testing.T) {
	for _, gy := range [][]byte{{2}, new(big.Int).Sub(prime(), big.NewInt(2)).Bytes()} {
		sc := reach(t, stateAwaitingDHKey, "edge")
		if reply, _ := sc.us.must(t, wire.DHKey{Gy: gy}); reply == nil {
			t.Errorf("g^y of %d bytes was not answered", len(gy))
		}
	}
}

// Our own messages, sent back to us, neither start nor end an exchange.
func TestReflected(t *testing.T) {
	t.Run("D-H Commit Message", func(t *testing.T) {
		sc := reach(t, stateAwaitingDHKey, "reflected")
		ours, _ := sc.us.Commit()
		sc.reflected(t, ours)
	})
	t.Run("g^y is our g^x", func(t *testing.T) {
		sc := reach(t, stateAwaitingDHKey, "reflected")
		sc.reflected(t, wire.DHKey{Gy: sc.us.s.(awaitingDHKey).own.Public.MPI()})
	})
	t.Run("g^x is our g^y", func(t *testing.T) {
		sc := reach(t, stateAwaitingRevealSig, "reflected")
		commit, r := commitTo(wire.AppendMPI(nil, sc.us.s.(awaitingRevealSig).own.Public.MPI()))
		sc.us.must(t, commit)
		sc.genuine = nil // it answers another commit
		sc.reflected(t, wire.RevealSig{R: r})
	})
}

func (sc *scene) reflected(t *testing.T, m wire.Message) {
	t.Helper()
	before := snapshot(&sc.us.Handshake)
	if reply, done, err := sc.us.receive(m); !errors.Is(err, ErrReflected) || reply != nil || done != nil {
		t.Fatalf("error %v, reply %T", err, reply)
	}
	if snapshot(&sc.us.Handshake) != before {
		t.Fatal("the state has changed")
	}
	if sc.genuine != nil {
		sc.complete(t)
	}
}

// The key may be generated in the background: without a key nothing changes, and the same
// message works once there is one.
func TestNoKey(t *testing.T) {
	for _, state := range []string{stateAwaitingDHKey, stateAwaitingRevealSig} {
		t.Run(state, func(t *testing.T) {
			sc := reach(t, state, "no key")
			before := snapshot(&sc.us.Handshake)
			for range 2 {
				if _, _, err := sc.us.Receive(sc.genuine, nil, sc.us.rand); !errors.Is(err, ErrNoKey) {
					t.Fatalf("error %v", err)
				}
			}
			if snapshot(&sc.us.Handshake) != before {
				t.Fatal("the state has changed")
			}
			sc.complete(t)
		})
	}
	t.Run("is not needed for a forged message", func(t *testing.T) {
		sc := reach(t, stateAwaitingRevealSig, "no key")
		sc.us.key = nil
		m := sc.genuine.(wire.RevealSig)
		m.MAC[0] ^= 1
		sc.genuine = nil
		sc.refused(t, m, wire.Error{Message: "Reveal Signature", Field: "MAC'd signature", Kind: wire.Forged})
	})
}

func TestNoRandomness(t *testing.T) {
	for _, state := range allStates {
		t.Run("Start in "+state, func(t *testing.T) {
			sc := reach(t, state, "no rand")
			before := snapshot(&sc.us.Handshake)
			for _, n := range []int{0, dh.SecretSize, dh.SecretSize + 16} { // none, or zeros, which are not a legal private key
				if _, err := sc.us.Start(bytes.NewReader(make([]byte, n))); err == nil {
					t.Fatal("no error")
				}
			}
			if snapshot(&sc.us.Handshake) != before {
				t.Fatal("the state has changed")
			}
		})
	}
	t.Run("D-H Commit", func(t *testing.T) {
		sc := reach(t, stateNone, "no rand")
		sc.withoutRand(t, someCommit(t, sc, 0))
	})
	for _, state := range []string{stateAwaitingDHKey, stateAwaitingRevealSig} {
		t.Run(state, func(t *testing.T) {
			sc := reach(t, state, "no rand")
			sc.withoutRand(t, sc.genuine)
			sc.complete(t)
		})
	}
	t.Run("x is not random after r was too short", func(t *testing.T) {
		var h Handshake
		if _, err := h.Start(bytes.NewReader(bytes.Repeat([]byte{7}, dh.SecretSize+15))); err == nil || !h.Idle() {
			t.Fatal("Start returned a commit although r could not be drawn")
		}
	})
}

func (sc *scene) withoutRand(t *testing.T, m wire.Message) {
	t.Helper()
	before := snapshot(&sc.us.Handshake)
	if _, _, err := sc.us.Receive(m, aliceKey, noRand{}); err == nil {
		t.Fatal("no error")
	}
	if snapshot(&sc.us.Handshake) != before {
		t.Fatal("the state has changed")
	}
}
