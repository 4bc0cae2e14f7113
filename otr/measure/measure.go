// SPDX-License-Identifier: GPL-2.0-or-later

// Package measure provides the engine's arithmetic as functions that can be timed.
// Benchmarks can run them without access to the internal groups and keys. The functions
// panic if an operation fails.
package measure

import (
	"crypto/rand"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/dsa"
)

// Operations returns the operations of a single peer by name. Each value prepares its
// operation and returns it; it can be run repeatedly.
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

// must panics if an operation failed that cannot fail.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
