// SPDX-License-Identifier: GPL-2.0-or-later

// Package measure gives programs that time the engine its arithmetic, as functions
// that they can run and not otherwise use: the groups and keys themselves stay
// internal. The functions panic if an operation does not work.
package measure

import (
	"crypto/rand"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/dsa"
)

// Operations are those of one peer alone, by name. Each value prepares what its
// operation needs and returns the operation, which can be repeated.
func Operations() map[string]func() (run func()) {
	return map[string]func() func(){
		"dh-shared":    dhShared,
		"dh-key":       dhKey,
		"dsa-sign":     dsaSign,
		"dsa-verify":   dsaVerify,
		"dsa-generate": dsaGenerate,
	}
}

func dhShared() func() {
	own, peer := must(dh.Generate(rand.Reader)), must(dh.Generate(rand.Reader))
	return func() { own.Shared(peer.Public) }
}

func dhKey() func() {
	return func() { must(dh.Generate(rand.Reader)) }
}

func dsaSign() func() {
	key, digest := must(dsa.Generate(rand.Reader)), [32]byte{31: 0x5a}
	return func() { must(key.Sign(rand.Reader, &digest)) }
}

func dsaVerify() func() {
	key, digest := must(dsa.Generate(rand.Reader)), [32]byte{31: 0x5a}
	sig := must(key.Sign(rand.Reader, &digest))
	return func() {
		if !key.Public.Verify(&digest, &sig) {
			panic("a good signature is refused")
		}
	}
}

func dsaGenerate() func() {
	return func() { must(dsa.Generate(rand.Reader)) }
}

// must panics if something went wrong that cannot.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
