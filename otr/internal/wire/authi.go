// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import "golang.org/x/crypto/cryptobyte"

// AuthI is the Auth-I Message.
//
//	sigma  RING-SIG
type AuthI struct {
	Sigma RingSignature
}

func (AuthI) Type() byte { return TypeAuthI }

func (m AuthI) append(b []byte) []byte { return append(b, m.Sigma[:]...) }

func parseAuthI(s cryptobyte.String) (AuthI, error) {
	r := reader{s: s}
	m := AuthI{r.ringSignature()}
	if err := r.end("Auth-I"); err != nil {
		return AuthI{}, err
	}
	return m, nil
}
