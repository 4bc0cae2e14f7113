// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import "golang.org/x/crypto/cryptobyte"

// Identity is the Identity Message.
//
//	profile         CLIENT-PROF
//	Y               POINT  of the exchange
//	B               MPI    of the exchange
//	first ECDH key  POINT  of the ratchet
//	first D-H key   MPI    of the ratchet
type Identity struct {
	Profile   Profile
	Ephemeral // Y and B
	First     Ephemeral
}

// An Ephemeral is two public keys, one of each group. They have not been checked.
type Ephemeral struct {
	ECDH [pointSize]byte
	DH   []byte // without leading zeros
}

func (Identity) Type() byte { return TypeIdentity }

func (m Identity) append(b []byte) []byte {
	b = append(b, m.Profile.Raw...)
	b = m.Ephemeral.append(b)
	return m.First.append(b)
}

func (e Ephemeral) append(b []byte) []byte {
	b = append(b, e.ECDH[:]...)
	return AppendMPI(b, e.DH)
}

func (r *reader) ephemeral(ecdh, dh string) Ephemeral {
	return Ephemeral{r.point(ecdh), r.mpi(dh)}
}

func parseIdentity(s cryptobyte.String) (Identity, error) {
	r := reader{s: s}
	m := Identity{r.profile(), r.ephemeral("Y", "B"), r.ephemeral("first ECDH key", "first D-H key")}
	if err := r.end("Identity"); err != nil {
		return Identity{}, err
	}
	return m, nil
}
