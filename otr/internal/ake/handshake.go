// SPDX-License-Identifier: GPL-2.0-or-later

// Package ake is the authenticated key exchange (AKE) of versions 2 and 3, a variant of SIGMA.
// It turns messages into a [Result] and knows nothing of channels, instances or policies:
// whatever happens to an exchange, it cannot disturb an established channel.
package ake

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"

	"purple-otr/internal/erase"
	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/dsa"
	"purple-otr/otr/internal/wire"
)

// A state holds exactly the secrets that exist in that state. States are values and are never
// modified, so that a state can be copied to a second instance (version 3 broadcasts its first
// commit) without shared mutable data.
type state interface{ isState() }

type (
	none          struct{}
	awaitingDHKey struct {
		own    dh.KeyPair // x and g^x
		r      [16]byte
		commit wire.DHCommit
	}
	awaitingRevealSig struct {
		own    dh.KeyPair // y and g^y
		dhKey  wire.DHKey
		commit wire.DHCommit
	}
	awaitingSig struct {
		self      *dsa.PublicKey
		own       dh.KeyPair // x and g^x
		gy        dh.Public
		shared    dh.Shared
		keys      keys
		revealSig wire.RevealSig
	}
)

func (none) isState()              {}
func (awaitingDHKey) isState()     {}
func (awaitingRevealSig) isState() {}
func (awaitingSig) isState()       {}

var (
	// ErrNoKey means that the message requires a signature and no private key was given.
	ErrNoKey = errors.New("ake: no private key")
	// ErrReflected means that the message is one of our own.
	ErrReflected = errors.New("ake: our own message")
)

// FieldMAC is the field in the error for a Reveal Signature or Signature Message that was made
// with the keys of another exchange, although it opens our peer's commit, or although we expect
// a Signature Message. A message modified in transit gives the same error.
const FieldMAC = "MAC'd signature"

// A Result is the outcome of a completed exchange.
type Result struct {
	Self, Peer *dsa.PublicKey
	SSID       [8]byte
	HashedGx   [32]byte // from the D-H Commit Message that started the exchange
	SentReveal bool     // else we sent the Signature Message
	Own        dh.KeyPair
	Theirs     dh.Public
	TheirKeyID uint32    // greater than 0; the key id of Own is [KeyID]
	Shared     dh.Shared // of Own and Theirs
}

// KeyID is the serial number of our key in an exchange: each exchange starts again at 1.
const KeyID = 1

// A Handshake is the authentication state of one instance of the peer ("The
// protocol state machine"). Its zero value is in AUTHSTATE_NONE. Copies are
// independent.
type Handshake struct{ s state }

func (h *Handshake) state() state {
	if h.s == nil {
		return none{}
	}
	return h.s
}

// A Stage is the authentication state variable, authstate.
type Stage int

const (
	None Stage = iota
	AwaitingDHKey
	AwaitingRevealSig
	AwaitingSig
)

// Stage returns the current authentication state.
func (h *Handshake) Stage() Stage {
	switch h.s.(type) {
	case awaitingDHKey:
		return AwaitingDHKey
	case awaitingRevealSig:
		return AwaitingRevealSig
	case awaitingSig:
		return AwaitingSig
	}
	return None
}

// Idle reports whether no exchange is in progress.
func (h *Handshake) Idle() bool { return h.Stage() == None }

// Start begins an exchange, whatever the current state.
func (h *Handshake) Start(rand io.Reader) (m wire.DHCommit, err error) {
	erase.Do(func() { m, err = h.start(rand) })
	return m, err
}

func (h *Handshake) start(rand io.Reader) (wire.DHCommit, error) {
	var s awaitingDHKey
	var err error
	if s.own, err = dh.Generate(rand); err != nil {
		return wire.DHCommit{}, err
	}
	// The otr package of npm writes r without zeros in front, and so loses half a byte of
	// one that begins with a hexadecimal 0. The loop ends with any source.
	for range 16 {
		if _, err = io.ReadFull(rand, s.r[:]); err != nil {
			return wire.DHCommit{}, err
		}
		if s.r[0] >= 0x10 {
			break
		}
	}
	gx := wire.AppendMPI(nil, s.own.Public.MPI())
	s.commit = wire.DHCommit{EncryptedGx: ctr(s.r, gx), HashedGx: hashGx(s.own.Public)}
	h.s = s
	return s.commit, nil
}

// hashGx returns the "hashed gx" field of the D-H Commit Message for gx.
func hashGx(gx dh.Public) [32]byte { return sha256.Sum256(wire.AppendMPI(nil, gx.MPI())) }

// Commit returns the D-H Commit Message to resend, if h is waiting for an answer to one.
func (h *Handshake) Commit() (m wire.DHCommit, ok bool) {
	erase.Do(func() {
		var s awaitingDHKey
		s, ok = h.s.(awaitingDHKey)
		m = s.commit
	})
	return m, ok
}

// Receive applies m. If err is not nil, h is unchanged. reply is nil if there is nothing to
// send; done is nil if the exchange is not complete. key may be nil until a signature is
// needed: then the error is ErrNoKey. m is not retained.
func (h *Handshake) Receive(m wire.Message, key *dsa.PrivateKey, rand io.Reader) (reply wire.Message, done *Result, err error) {
	var next state
	erase.Do(func() { next, reply, done, err = h.step(m, key, rand) })
	if err != nil {
		return nil, nil, err
	}
	h.s = next
	return reply, done, nil
}

// step implements the table in the section "State transitions", row by row. It only reads h.
func (h *Handshake) step(m wire.Message, key *dsa.PrivateKey, rand io.Reader) (state, wire.Message, *Result, error) {
	switch m := m.(type) {
	case wire.DHCommit:
		switch s := h.state().(type) {
		case awaitingDHKey:
			switch bytes.Compare(s.commit.HashedGx[:], m.HashedGx[:]) {
			case 1:
				// "If yours is the higher hash value: Ignore the incoming D-H
				// Commit message, but resend your D-H Commit message."
				return s, s.commit, nil, nil
			case 0:
				return nil, nil, nil, ErrReflected
			}
			// "Otherwise: Forget your old gx value that you sent (encrypted)
			// earlier, and pretend you're in AUTHSTATE_NONE"
			return answerCommit(m, rand)
		case awaitingRevealSig:
			// "Retransmit your D-H Key Message ... Forget the old D-H Commit
			// message, and use this new one instead."
			s.commit = clone(m)
			return s, s.dhKey, nil, nil
		default:
			// none: "Reply with a D-H Key Message"; awaitingSig: "Reply with a
			// new D-H Key message"
			return answerCommit(m, rand)
		}
	case wire.DHKey:
		switch s := h.state().(type) {
		case awaitingDHKey:
			return reveal(s, m, key, rand)
		case awaitingSig:
			if bytes.Equal(s.gy.MPI(), m.Gy) {
				return s, s.revealSig, nil, nil // "Retransmit your Reveal Signature Message."
			}
		}
	case wire.RevealSig:
		if s, ok := h.s.(awaitingRevealSig); ok {
			return sign(s, m, key, rand)
		}
	case wire.Signature:
		if s, ok := h.s.(awaitingSig); ok {
			return finish(s, m)
		}
	default:
		return nil, nil, nil, errors.New("ake: not a message of the key exchange")
	}
	return h.state(), nil, nil, nil // "Ignore the message."
}

// clone copies the slices in m, so that the copy can be kept.
func clone(m wire.DHCommit) wire.DHCommit {
	m.EncryptedGx = bytes.Clone(m.EncryptedGx)
	return m
}

// answerCommit: "Reply with a D-H Key Message, and transition authstate to
// AUTHSTATE_AWAITING_REVEALSIG."
func answerCommit(m wire.DHCommit, rand io.Reader) (state, wire.Message, *Result, error) {
	own, err := dh.Generate(rand)
	if err != nil {
		return nil, nil, nil, err
	}
	s := awaitingRevealSig{own, wire.DHKey{Gy: own.Public.MPI()}, clone(m)}
	return s, s.dhKey, nil, nil
}

// reveal: "Reply with a Reveal Signature Message and transition authstate to
// AUTHSTATE_AWAITING_SIG."
func reveal(s awaitingDHKey, m wire.DHKey, key *dsa.PrivateKey, rand io.Reader) (state, wire.Message, *Result, error) {
	gy, err := dh.ParsePublic(m.Gy)
	if err != nil {
		return nil, nil, nil, &wire.Error{Message: "D-H Key", Field: "gy"}
	}
	if gy == s.own.Public {
		return nil, nil, nil, ErrReflected
	}
	if key == nil {
		return nil, nil, nil, ErrNoKey
	}
	shared := s.own.Shared(gy)
	k := deriveKeys(shared)
	sig, err := k.reveal.seal(s.own.Public, gy, key, rand)
	if err != nil {
		return nil, nil, nil, err
	}
	next := awaitingSig{key.Public, s.own, gy, shared, k, wire.RevealSig{R: s.r, Signature: sig}}
	return next, next.revealSig, nil, nil
}

// sign: "Use the received value of r to decrypt the value of gx received in the
// D-H Commit Message, and verify the hash therein. Decrypt the encrypted
// signature, and verify the signature and the MACs. If everything checks out:
// Reply with a Signature Message. Transition authstate to AUTHSTATE_NONE."
func sign(s awaitingRevealSig, m wire.RevealSig, key *dsa.PrivateKey, rand io.Reader) (state, wire.Message, *Result, error) {
	gx, err := openCommit(s.commit, m.R)
	if err != nil {
		return nil, nil, nil, err
	}
	if gx == s.own.Public {
		return nil, nil, nil, ErrReflected
	}
	shared := s.own.Shared(gx)
	k := deriveKeys(shared)
	peer, keyID, err := k.reveal.open("Reveal Signature", m.Signature, gx, s.own.Public)
	if err != nil {
		return nil, nil, nil, err
	}
	if key == nil {
		return nil, nil, nil, ErrNoKey
	}
	sig, err := k.sign.seal(s.own.Public, gx, key, rand)
	if err != nil {
		return nil, nil, nil, err
	}
	return none{}, sig, &Result{
		Self: key.Public, Peer: peer, SSID: k.ssid, HashedGx: s.commit.HashedGx, SentReveal: false,
		Own: s.own, Theirs: gx, TheirKeyID: keyID, Shared: shared,
	}, nil
}

// finish: "Decrypt the encrypted signature, and verify the signature and the
// MACs. If everything checks out: Transition authstate to AUTHSTATE_NONE."
func finish(s awaitingSig, m wire.Signature) (state, wire.Message, *Result, error) {
	peer, keyID, err := s.keys.sign.open("Signature", m, s.gy, s.own.Public)
	if err != nil {
		return nil, nil, nil, err
	}
	return none{}, nil, &Result{
		Self: s.self, Peer: peer, SSID: s.keys.ssid, HashedGx: hashGx(s.own.Public), SentReveal: true,
		Own: s.own, Theirs: s.gy, TheirKeyID: keyID, Shared: s.shared,
	}, nil
}
