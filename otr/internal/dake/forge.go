// SPDX-License-Identifier: GPL-2.0-or-later

package dake

import (
	"errors"
	"io"
	"math"
	"time"

	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/wire"
)

// ReadProfile verifies a profile that somebody has sent, except that it may have expired: a
// forger may have found it in an old transcript. It does not retain raw.
func ReadProfile(raw []byte) (*Profile, error) {
	p, err := wire.ParseProfile(raw)
	if err != nil {
		return nil, err
	}
	return verify(p, "Client Profile", p.Tag, time.Unix(math.MinInt64, 0))
}

// A Forgery is an exchange that one person has made alone.
type Forgery struct {
	Identity wire.Identity // Bob's
	AuthR    wire.AuthR    // Alice's
	AuthI    wire.AuthI    // Bob's

	Bob, Alice Result // what the two would have after it

	// SignsR and SignsI are the keys that made the signatures.
	SignsR, SignsI ed448.Point
}

// A forger has the ephemeral keys of both sides of an exchange.
type forger struct {
	bob, alice               *party
	bobs, alices             pairs // y and b, x and a
	bobsFirst, alicesFirst   pairs
	ringR, ringI             ed448.Ring
	transcriptR, transcriptI []byte
}

// Forge makes the exchange that the clients bob and alice might have, without their secret keys.
// Alice's and Bob's ephemeral keys X and Y are in the rings too. So somebody who has chosen them can
// sign in place of either, and nobody can tell the difference: this is what makes the exchange
// deniable. Forge uses the profiles and the IDs of bob and alice, and nothing else of them.
//
// key signs where it is in the ring. It may be the long-term key or the forging key of one of the
// two, or nil.
func Forge(bob, alice *Self, key *ed448.KeyPair, rand io.Reader) (*Forgery, error) {
	f, err := newForger(bob, alice, rand)
	if err != nil {
		return nil, err
	}
	secret, err := mixed(&f.bobs, f.alice.keys)
	if err != nil {
		return nil, err
	}
	made := &Forgery{
		Bob:   result(bob.Profile, f.alice, secret, f.bobsFirst),
		Alice: result(alice.Profile, f.bob, secret, f.alicesFirst),
	}
	made.Alice.SentAuthR = true
	made.Identity = wire.Identity{
		Profile: wire.Profile{Raw: bob.Profile.raw}, Ephemeral: f.bob.keys.wire(), First: f.bob.first.wire(),
	}
	made.AuthR = wire.AuthR{
		Profile: wire.Profile{Raw: alice.Profile.raw}, Ephemeral: f.alice.keys.wire(), First: f.alice.first.wire(),
	}
	if made.AuthR.Sigma, made.SignsR, err = forge(&f.ringR, key, &f.bobs.ecdh, f.transcriptR, rand); err != nil {
		return nil, err
	}
	made.AuthI.Sigma, made.SignsI, err = forge(&f.ringI, key, &f.alices.ecdh, f.transcriptI, rand)
	return made, err
}

func newForger(bob, alice *Self, rand io.Reader) (*forger, error) {
	if bob.Profile.Tag == alice.Profile.Tag {
		return nil, ErrReflected // neither would answer the other
	}
	f := new(forger)
	for _, k := range []struct {
		to         *pairs
		ecdh, modp string
	}{{&f.bobs, "y", "b"}, {&f.bobsFirst, firstECDH, firstDH}, {&f.alices, "x", "a"}, {&f.alicesFirst, firstECDH, firstDH}} {
		var err error
		if *k.to, err = generate(k.ecdh, k.modp, rand); err != nil {
			return nil, err
		}
	}
	f.bob = &party{bob.Profile, f.bobs.publics(), f.bobsFirst.publics(), bob.ID}
	f.alice = &party{alice.Profile, f.alices.publics(), f.alicesFirst.publics(), alice.ID}
	f.ringR = ed448.Ring{bob.Profile.F, alice.Profile.H, f.bobs.ecdh.Public}
	f.ringI = ed448.Ring{bob.Profile.H, alice.Profile.F, f.alices.ecdh.Public}
	f.transcriptR, f.transcriptI = transcriptR(f.bob, f.alice), transcriptI(f.bob, f.alice)
	return f, nil
}

// forge signs t with key or, if that is not in the ring, with the ephemeral key. It returns the
// public key of the one that has signed.
func forge(ring *ed448.Ring, key, ephemeral *ed448.KeyPair, t []byte, rand io.Reader) (sigma wire.RingSignature, by ed448.Point, err error) {
	if key != nil {
		sigma, err = ring.Sign(key, t, rand)
		if !errors.Is(err, ed448.ErrSigner) {
			return sigma, key.Public, err
		}
	}
	sigma, err = ring.Sign(ephemeral, t, rand)
	return sigma, ephemeral.Public, err
}
