// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"math/rand/v2"

	"purple-otr/keystore"
)

func loadFingerprints(dir string) operation {
	return operation{run: func() { must(keystore.Open(dir)) }}
}

// lookUpFingerprint looks up a known fingerprint of some buddy.
func lookUpFingerprint(dir string) operation {
	s := must(keystore.Open(dir))
	buddies := s.Buddies()
	known := make([]keystore.Known, len(buddies))
	for i, b := range buddies {
		known[i] = s.Known(b)[0]
	}
	return operation{run: func() {
		i := rand.IntN(len(buddies))
		if _, ok := s.Trust(buddies[i], known[i].Fingerprint); !ok {
			panic("a fingerprint is not known")
		}
	}}
}
