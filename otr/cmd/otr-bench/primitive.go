// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"crypto/rand"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/dsa"
)

func dhShared() operation {
	own, peer := must(dh.Generate(rand.Reader)), must(dh.Generate(rand.Reader))
	return operation{run: func() { own.Shared(peer.Public) }}
}

func dhKey() operation {
	return operation{run: func() { must(dh.Generate(rand.Reader)) }}
}

func dsaSign() operation {
	key, digest := must(dsa.Generate(rand.Reader)), [32]byte{31: 0x5a}
	return operation{run: func() { must(key.Sign(rand.Reader, &digest)) }}
}

func dsaVerify() operation {
	key, digest := must(dsa.Generate(rand.Reader)), [32]byte{31: 0x5a}
	sig := must(key.Sign(rand.Reader, &digest))
	return operation{run: func() {
		if !key.Public.Verify(&digest, &sig) {
			panic("a good signature is refused")
		}
	}}
}

func dsaGenerate() operation {
	return operation{run: func() { must(dsa.Generate(rand.Reader)) }}
}
