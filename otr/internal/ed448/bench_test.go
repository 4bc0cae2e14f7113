// SPDX-License-Identifier: GPL-2.0-or-later

package ed448

import "testing"

func BenchmarkEd448(b *testing.B) {
	keys := [3]KeyPair{generate(b, "0"), generate(b, "1"), generate(b, "2")}
	ring := Ring{keys[0].Public, keys[1].Public, keys[2].Public}
	message, s, p := []byte("message"), random(b, "s"), keys[0].Public
	encoded := p.Encoded()
	sig, err := ring.Sign(&keys[0], message, seeded("sign"))
	if err != nil {
		b.Fatal(err)
	}
	for name, f := range map[string]func(){
		"ParsePoint":       func() { ParsePoint(encoded[:]) },
		"BaseMul":          func() { BaseMul(s) },
		"Mul":              func() { p.Mul(s) },
		"Add":              func() { p.Add(p) },
		"BaseMulAddPublic": func() { BaseMulAddPublic(s, p, s) },
		"Sign":             func() { ring.Sign(&keys[0], message, seeded("sign")) },
		"VerifyPublic":     func() { ring.VerifyPublic(sig, message) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
		})
	}
}
