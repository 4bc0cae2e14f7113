// SPDX-License-Identifier: GPL-2.0-or-later

// Package ake is the authenticated key exchange of versions 2 and 3, a variant
// of SIGMA. It turns messages into a [Result] and knows nothing of channels,
// instances or policies, so that an exchange, however it goes, cannot disturb a
// channel that is up.
package ake

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/dsa"
	"purple-otr/otr/internal/wire"
)

// A state holds exactly the secrets that exist while it lasts. States are
// values that nobody writes to: copying one to a second instance (version 3
// broadcasts its first commit) shares nothing that could change.
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
	// ErrNoKey means that the message needs a signature and there is no key to
	// make one.
	ErrNoKey = errors.New("ake: no private key")
	// ErrReflected means that our own message came back.
	ErrReflected = errors.New("ake: our own message")
)

// FieldMAC is the field in the error of a Reveal Signature or Signature Message
// of another exchange than ours: it opens our peer's commit, or comes when one
// is expected, but was made with other keys. A changed message looks the same.
const FieldMAC = "MAC'd signature"

// A Result is what a completed exchange leaves.
type Result struct {
	Self, Peer *dsa.PublicKey
	SSID       [8]byte
	HashedGx   [32]byte // of the D-H Commit Message that it began with
	SentReveal bool     // else we sent the Signature Message
	Own        dh.KeyPair
	Theirs     dh.Public
	TheirKeyID uint32    // greater than 0; that of Own is [KeyID]
	Shared     dh.Shared // of Own and Theirs
}

// KeyID is the serial number of our key in an exchange: each begins anew.
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

// Stage is how far the exchange has come.
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

// Idle reports whether no exchange is going on.
func (h *Handshake) Idle() bool { return h.Stage() == None }

// Start begins an exchange, in whatever state h is.
func (h *Handshake) Start(rand io.Reader) (wire.DHCommit, error) {
	var s awaitingDHKey
	var err error
	if s.own, err = dh.Generate(rand); err != nil {
		return wire.DHCommit{}, err
	}
	if _, err = io.ReadFull(rand, s.r[:]); err != nil {
		return wire.DHCommit{}, err
	}
	gx := wire.AppendMPI(nil, s.own.Public.MPI())
	s.commit = wire.DHCommit{EncryptedGx: ctr(s.r, gx), HashedGx: hashGx(s.own.Public)}
	h.s = s
	return s.commit, nil
}

// hashGx is the hash in the D-H Commit Message of gx.
func hashGx(gx dh.Public) [32]byte { return sha256.Sum256(wire.AppendMPI(nil, gx.MPI())) }

// Commit is the commit to send again, if h is awaiting an answer to one.
func (h *Handshake) Commit() (m wire.DHCommit, ok bool) {
	s, ok := h.s.(awaitingDHKey)
	return s.commit, ok
}

// Receive applies m. If err is not nil, h is unchanged. reply is nil if there
// is nothing to send, done if the exchange is not complete. key may be nil until
// a signature is needed: then the error is ErrNoKey. m is not retained.
func (h *Handshake) Receive(m wire.Message, key *dsa.PrivateKey, rand io.Reader) (reply wire.Message, done *Result, err error) {
	next, reply, done, err := h.step(m, key, rand)
	if err != nil {
		return nil, nil, err
	}
	h.s = next
	return reply, done, nil
}

// step is the table of the section "State transitions", row by row. It only
// reads h.
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

// clone copies what m refers to, for keeping it.
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
