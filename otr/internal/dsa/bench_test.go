// SPDX-License-Identifier: GPL-2.0-or-later

package dsa

import "testing"

func BenchmarkSign(b *testing.B) {
	k, r := newKey(b, "alice"), seeded("sign")
	for b.Loop() {
		if _, err := k.Sign(r, new([32]byte)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	k := newKey(b, "alice")
	sig, err := k.Sign(seeded("verify"), new([32]byte))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if !k.Public.Verify(new([32]byte), &sig) {
			b.Fatal("not verified")
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	r := seeded("generate")
	for b.Loop() {
		if _, err := Generate(r); err != nil {
			b.Fatal(err)
		}
	}
}
