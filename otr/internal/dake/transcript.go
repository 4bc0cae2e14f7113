// SPDX-License-Identifier: GPL-2.0-or-later

package dake

import (
	"crypto/sha3"
	"encoding/binary"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/wire"
)

// A party holds what one side has sent to the other. Bob is the one who sent the Identity
// Message, as in the specification.
type party struct {
	profile *Profile
	keys    publics // Y and B of Bob, X and A of Alice
	first   publics // of the ratchet
	id      string  // account name
}

// publics are an elliptic curve key and a Diffie-Hellman key, both checked.
type publics struct {
	ecdh ed448.Point
	dh   dh.Public15
}

// pairs are the key pairs that belong to publics.
type pairs struct {
	ecdh ed448.KeyPair
	dh   dh.KeyPair15
}

// wipe overwrites p with zeros.
func (p *pairs) wipe() { *p = pairs{} }

func (p *pairs) publics() publics { return publics{p.ecdh.Public, p.dh.Public} }

func (p publics) wire() wire.Ephemeral { return wire.Ephemeral{ECDH: p.ecdh.Encoded(), DH: p.dh.MPI()} }

// phi returns the part of the transcript that binds the exchange to the instance tags, the
// accounts and the first keys of the ratchet ("Shared Session State"). The sender is the one
// who signs.
func phi(sender, receiver *party) (b []byte) {
	b = binary.BigEndian.AppendUint32(b, sender.profile.Tag)
	b = binary.BigEndian.AppendUint32(b, receiver.profile.Tag)
	for _, p := range []*party{sender, receiver} {
		point := p.first.ecdh.Encoded()
		b = append(b, point[:]...)
		b = wire.AppendMPI(b, p.first.dh.MPI())
	}
	b = wire.AppendDATA(b, []byte(sender.id))
	return wire.AppendDATA(b, []byte(receiver.id))
}

// transcriptR returns t of the Auth-R Message, which Alice signs.
func transcriptR(bob, alice *party) []byte {
	return transcript(0x00, kdf4.AuthRBobProfile, kdf4.AuthRAliceProfile, kdf4.AuthRPhi, bob, alice, phi(alice, bob))
}

// transcriptI returns t of the Auth-I Message, which Bob signs.
func transcriptI(bob, alice *party) []byte {
	return transcript(0x01, kdf4.AuthIBobProfile, kdf4.AuthIAliceProfile, kdf4.AuthIPhi, bob, alice, phi(bob, alice))
}

func transcript(first byte, ofBob, ofAlice, ofPhi kdf4.Usage, bob, alice *party, phi []byte) []byte {
	t := []byte{first}
	add := func(u kdf4.Usage, b []byte) {
		k := kdf4.New(u, b)
		t = append(t, k[:]...)
	}
	add(ofBob, bob.profile.raw)
	add(ofAlice, alice.profile.raw)
	y, x := bob.keys.ecdh.Encoded(), alice.keys.ecdh.Encoded()
	t = append(append(t, y[:]...), x[:]...)
	t = wire.AppendMPI(t, bob.keys.dh.MPI())
	t = wire.AppendMPI(t, alice.keys.dh.MPI())
	add(ofPhi, phi)
	return t
}

// mixed returns K, the mixed shared secret of the exchange ("Shared Secrets").
func mixed(own *pairs, their publics) (kdf4.Key, error) {
	ecdh, err := own.ecdh.Shared(their.ecdh)
	if err != nil {
		return kdf4.Key{}, err
	}
	defer clear(ecdh[:])
	secret := own.dh.Shared(their.dh).MPI()
	defer clear(secret)
	brace := kdf4.NewBrace(secret)
	return brace.Mix(&ecdh), nil
}

// tieBreak returns the hash that decides whose Identity Message counts if both sides have sent
// one.
func tieBreak(b dh.Public15) []byte { return sha3.SumSHAKE256(wire.AppendMPI(nil, b.MPI()), 32) }
