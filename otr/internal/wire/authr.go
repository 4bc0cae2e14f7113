// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import "golang.org/x/crypto/cryptobyte"

// AuthR is the Auth-R Message.
//
//	profile         CLIENT-PROF
//	X               POINT     of the exchange
//	A               MPI       of the exchange
//	sigma           RING-SIG
//	first ECDH key  POINT     of the ratchet
//	first D-H key   MPI       of the ratchet
type AuthR struct {
	Profile   Profile
	Ephemeral // X and A
	Sigma     RingSignature
	First     Ephemeral
}

// A RingSignature is a RING-SIG: the SCALARs c1, r1, c2, r2, c3, r3.
type RingSignature [6 * scalarSize]byte

func (AuthR) Type() byte { return TypeAuthR }

func (m AuthR) append(b []byte) []byte {
	b = append(b, m.Profile.Raw...)
	b = m.Ephemeral.append(b)
	b = append(b, m.Sigma[:]...)
	return m.First.append(b)
}

func (r *reader) ringSignature() (sigma RingSignature) {
	r.check("sigma", r.s.CopyBytes(sigma[:]))
	return sigma
}

func parseAuthR(s cryptobyte.String) (AuthR, error) {
	r := reader{s: s}
	m := AuthR{r.profile(), r.ephemeral("X", "A"), r.ringSignature(), r.ephemeral("first ECDH key", "first D-H key")}
	if err := r.end("Auth-R"); err != nil {
		return AuthR{}, err
	}
	return m, nil
}
