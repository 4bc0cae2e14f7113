// SPDX-License-Identifier: GPL-2.0-or-later

package dh

import "testing"

func BenchmarkGenerate(b *testing.B) {
	r := seeded("generate")
	for b.Loop() {
		if _, err := Generate(r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkShared(b *testing.B) {
	k, err := Generate(seeded("shared"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		k.Shared(k.Public)
	}
}

func BenchmarkElement(b *testing.B) {
	s, err := RandomScalar(seeded("element"))
	if err != nil {
		b.Fatal(err)
	}
	e := G().Exp(s)
	prepared := e.Prepare()
	short := HashScalar([32]byte{0xff})
	for name, f := range map[string]func(){
		"G.Exp":    func() { G().Exp(s) },
		"Exp":      func() { e.Exp(s) },
		"ExpShort": func() { e.Exp(short) },
		"Prepare":  func() { e.Prepare() },
		"Base.Exp": func() { prepared.Exp(s) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
		})
	}
}
